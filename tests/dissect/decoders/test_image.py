"""Parts of images that are odd, or not all there."""

from __future__ import annotations

import pytest

from tests.dissect.decoders.trees import message, sentence, tree
from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import NO_CONTEXT
from wsgui.dissect.decoders.notices import picture_words

PNG = b"\x89PNG\r\n\x1a\n"


def test_parts_that_are_cut() -> None:
    head = PNG + b"\0\0\0\x0dIHDR" + bytes(8)
    assert tree("image", head) == ["signature = 8 bytes [0:8]", "IHDR = 13 bytes (5 bytes are missing) [8:24]"]
    assert tree("image", PNG + b"\0\0\0\x00tEXt" + b"\0" * 8 + b"\0\0\0\0IEND") != []
    assert tree("image", b"GIF89a\x03\0\x04\0") == [
        "version = GIF89a [0:6]",
        "screen [6:10]",
        "  width = 3 [6:8]",
        "  height = 4 [8:10]",
    ]
    jpeg = b"\xff\xd8\xff\xc0\x00\x04\x08\x00\xff\x99\x00\x02\xff\xda\x00\x02"
    assert tree("image", jpeg) == [
        "start of image = 2 bytes [0:2]",
        "frame = 2 bytes [2:8]",
        "segment 99 = 0 bytes [8:12]",
        "start of scan = 0 bytes [12:16]",
    ]
    assert tree("image", b"\xff\xd8\xff") == ["start of image = 2 bytes [0:2]", "image data = 1 bytes [2:3]"]
    assert tree("image", b"RIFF\0\0\0\0WEBPVP8 \x01\0\0\0a\0b")[1:] == [
        "VP8 = 1 bytes [12:21]",
        "more bytes = 1 bytes [22:23]",
    ]


def test_what_is_none() -> None:
    assert sentence("image", b"none") == "This is not Image: no image that is known begins so."
    assert sentence("image", b"\xff\xd8\xff\xe0\0\2aaaa") == "This is not Image: no segment begins at byte 6."
    image = registry.all_decoders()["image"]
    assert image.fits(NO_CONTEXT, message("GIF89a\x03\0\x04\0")) == 0
    assert image.values(NO_CONTEXT, message(b"none")) == {"format": ""}
    assert image.values(NO_CONTEXT, message(b"\xff\xd8\xff\xff")) == {"format": "JPEG"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"RIFF\0\0\0\0WEBPVP8L" + bytes(5) + b"\x03\x40\x00\x00" + bytes(5), "WebP image, 4 x 2"),
        (b"RIFF\0\0\0\0WEBPVP8 " + bytes(10) + b"\x05\0\x06\0", "WebP image, 5 x 6"),
        (b"RIFF\0\0\0\0WEBPABCD" + bytes(14), "WebP image"),
        (b"RIFF\0\0\0\0WEBP", "WebP image"),
    ],
)
def test_sizes_of_webp(data: bytes, words: str) -> None:
    assert picture_words(data) == words

"""Images of messages, shown within limits."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtGui import QImage

from wsgui.ui.inspector.picture import ROOM, Picture, read_picture

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

GIF = bytes.fromhex("47494638396101000100800000ff00000000002c00000000010001000002024401003b")


def made(form: str, width: int, height: int) -> bytes:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x336699)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, form)
    return bytes(buffer.data().data())


def bomb(side: int) -> bytes:
    """A PNG that says how large it is, and has hardly any bytes."""
    head = struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packed = zlib.compress(bytes(100))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP"])
def test_each_format_is_read(form: str) -> None:
    image, sentence = read_picture(made(form, 20, 10))
    assert sentence == ""
    assert image is not None
    assert (image.width(), image.height()) == (20, 10)


def test_a_gif_is_read() -> None:
    image, _ = read_picture(GIF)
    assert image is not None


def test_a_large_one_is_made_smaller() -> None:
    image, _ = read_picture(made("PNG", 2000, 100))
    assert image is not None
    assert image.width() == ROOM.width()


@pytest.mark.qt_log_ignore("JPEG", "libpng", extend=True)  # readers of images speak of damaged ones
def test_what_is_too_large_or_damaged_is_a_sentence() -> None:
    assert read_picture(bomb(60_000)) == (
        None,
        "The picture is not shown: 60\u202f000 x 60\u202f000 pixels are more than 32\u202f000\u202f000.",
    )
    for data in (made("PNG", 20, 10)[:40], b"\xff\xd8\xff\xe0" + bytes(20), b"RIFF\0\0\0\0WEBPVP8 " + bytes(30)):
        image, sentence = read_picture(data)
        assert image is None
        assert sentence.startswith("The picture is not shown: ")
    assert read_picture(b"none") == (None, "")


def test_it_is_shown_and_cleared(qtbot: QtBot) -> None:
    picture = Picture()
    qtbot.addWidget(picture)
    picture.show_data(made("PNG", 20, 10))
    qtbot.waitUntil(lambda: picture.pixmap().width() == 20)
    picture.show_data(b"none")
    assert picture.isHidden()
    picture.show_data(bomb(60_000))
    qtbot.waitUntil(lambda: "not shown" in picture.text())
    picture.show_data(made("PNG", 20, 10))
    picture.clear_picture()
    assert picture.isHidden()

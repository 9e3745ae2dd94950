"""Images: PNG, JPEG, GIF and WebP by what stands at their beginnings, and the parts that their files are made of.

The picture itself is the window's affair; here are its headers, tied to their bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.dissect.decoders.binary_value import Reader
from wsgui.dissect.decoders.json_protocol import having
from wsgui.dissect.decoders.model import DecodedField, Decoder, NotFittingError, TreeNode
from wsgui.dissect.decoders.notices import picture_of, picture_words
from wsgui.dissect.decoders.registry import register

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.dissect.decoders.model import Budget, Context, Message

_COLOURS: Final = {0: "grey", 2: "red, green, blue", 3: "palette", 4: "grey and alpha", 6: "red, green, blue, alpha"}
_MARKERS: Final = {
    0xC4: "Huffman tables",
    0xDB: "quantisation tables",
    0xDA: "start of scan",
    0xDD: "restart interval",
    0xE0: "JFIF",
    0xE1: "Exif or XMP",
    0xE2: "colour profile",
    0xFE: "comment",
}


@register
class ImageDecoder(Decoder):
    """An image that is a whole message."""

    name = "image"
    title = "Image"
    prefix = "image"
    shows_itself = True
    fields = (
        DecodedField("format", "text", "PNG, JPEG, GIF or WebP.", '"PNG"'),
        DecodedField("width", "number", "How many pixels wide it is.", "640"),
        DecodedField("height", "number", "How many pixels high it is.", "480"),
    )

    def fits(self, context: Context, message: Message) -> float:
        del context
        return 0.0 if message.text or picture_of(message.data) is None else 0.93

    def one_line(self, context: Context, message: Message) -> str:
        del context
        return picture_words(message.data)

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        del context
        form, size = picture_of(message.data) or ("", None)
        return having(format=form, width=size and size[0], height=size and size[1])

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        del context
        found = picture_of(message.data)
        if found is None:
            raise NotFittingError("no image that is known begins so")
        root.text = picture_words(message.data)
        reader = Reader(message.data)
        {"PNG": _png, "JPEG": _jpeg, "GIF": _gif, "WebP": _webp}[found[0]](root, reader, budget)


def _part(owner: TreeNode, label: str, reader: Reader, count: int, budget: Budget) -> tuple[TreeNode, bytes]:
    """The next bytes, as many as there are of them."""
    budget.spend(reader.place)
    start = reader.place
    data = reader.take(min(count, reader.left))
    node = owner.add(TreeNode(label, f"{count} bytes", start, reader.place, value=data))
    if len(data) < count:
        node.note = f"{count - len(data)} bytes are missing"
    return node, data


def _figure(owner: TreeNode, label: str, reader: Reader, count: int, order: Any = "big", words: str = "") -> int:
    start = reader.place
    value = int.from_bytes(reader.take(count), order)
    path = f"image.{label}" if label in ("width", "height") else ""
    owner.add(TreeNode(label, f"{value} {words}".rstrip(), start, reader.place, value=value, path=path))
    return value


def _png(root: TreeNode, reader: Reader, budget: Budget) -> None:
    """https://www.w3.org/TR/png-3/#5DataRep"""
    _part(root, "signature", reader, 8, budget)
    while reader.left:
        start = reader.place
        length = reader.number(4)
        kind = reader.take(4).decode("latin-1")
        node, data = _part(root, kind, reader, length, budget)
        node.start, node.inner = start, start + 8
        if kind == "IHDR" and len(data) >= 13:
            inside = Reader(reader.data, start + 8, start + 8 + length)
            _figure(node, "width", inside, 4)
            _figure(node, "height", inside, 4)
            _figure(node, "bit depth", inside, 1)
            _figure(node, "colour type", inside, 1, words=_COLOURS.get(reader.data[start + 17], ""))
        if reader.left:
            reader.take(min(4, reader.left))  # the checksum
            node.stop = reader.place


def _jpeg(root: TreeNode, reader: Reader, budget: Budget) -> None:
    """ITU T.81 section B.1"""
    _part(root, "start of image", reader, 2, budget)
    while reader.left >= 4:
        start = reader.place
        if reader.number(1) != 0xFF:
            raise NotFittingError(f"no segment begins at byte {start}")
        marker = reader.number(1)
        length = reader.number(2)
        is_frame = 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC)
        label = "frame" if is_frame else _MARKERS.get(marker, f"segment {marker:02x}")
        node, data = _part(root, label, reader, max(length - 2, 0), budget)
        node.start, node.inner = start, start + 4
        if is_frame and len(data) >= 5:
            inside = Reader(reader.data, start + 4, start + 4 + len(data))
            _figure(node, "bits of a sample", inside, 1)
            _figure(node, "height", inside, 2)
            _figure(node, "width", inside, 2)
        if marker == 0xDA:
            break
    if reader.left:
        _part(root, "image data", reader, reader.left, budget)


def _gif(root: TreeNode, reader: Reader, budget: Budget) -> None:
    """https://www.w3.org/Graphics/GIF/spec-gif89a.txt section 17 and 18"""
    node, data = _part(root, "version", reader, 6, budget)
    node.text = data.decode("latin-1")
    screen = root.add(TreeNode("screen", "", 6, 10))
    _figure(screen, "width", reader, 2, "little")
    _figure(screen, "height", reader, 2, "little")
    if reader.left:
        _part(root, "image data", reader, reader.left, budget)


def _webp(root: TreeNode, reader: Reader, budget: Budget) -> None:
    """RFC 9649 section 2"""
    _part(root, "RIFF header", reader, 12, budget)
    while reader.left >= 8:
        start = reader.place
        kind = reader.take(4).decode("latin-1").strip()
        length = int.from_bytes(reader.take(4), "little")
        node, _ = _part(root, kind, reader, length, budget)
        node.start, node.inner = start, start + 8
        reader.take(min(length & 1, reader.left))
    if reader.left:
        _part(root, "more bytes", reader, reader.left, budget)

"""What is noticed in a value: packed bytes (base64, and see `unpacking`), JSON in a string, tokens, identifiers, times.

A notice is a guess that reads well: a note beside a value, or parts below it. What is unpacked has the bytes of its
package, because its own stand in no message; it is unpacked within the budget and no deeper than `_DEEPEST` layers.
"""

from __future__ import annotations

import binascii
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from wsgui.dissect.decoders.json_places import fill_json, noticed_by
from wsgui.dissect.decoders.model import MISSING, NotFittingError, TreeNode, json_of
from wsgui.dissect.decoders.unpacking import inflated
from wsgui.dissect.preview import hex_line
from wsgui.dissect.sizes import grouped

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Budget

_DEEPEST: Final = 8
_UUID: Final = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-([0-9a-fA-F])[0-9a-fA-F]{3}-([0-9a-fA-F])[0-9a-fA-F]{3}-[0-9a-fA-F]{12}"
)
_ISO: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?")
_DURATION: Final = re.compile(
    r"P(?=[\dT])(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?=\d)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?"
)
_JWT: Final = re.compile(r"([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]{2,})\.([A-Za-z0-9_-]*)")
_EPOCH: Final = re.compile(r"1\d{9}(?:\.\d{1,6}|\d{3}|\d{6}|\d{9})?")
_BASE64: Final = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}|[A-Za-z0-9_-]{16,}={0,2}")
_TIME_CLAIMS: Final = {"exp": "expires", "nbf": "valid from", "iat": "issued"}
_PARTS: Final = ("years", "months", "weeks", "days", "hours", "minutes", "seconds")


def notice(node: TreeNode, value: str, budget: Budget, layer: int = 0) -> None:
    """Note what a text or a number's digits look like, and unpack what is packed in it."""
    if len(value) < 3:
        return
    first = value[0]
    if first in "{[" and value[-1] in "}]" and layer < _DEEPEST:
        _json(node, value, budget, layer)
    elif len(value) < 64 and (note := _short_notice(value)):
        node.note = note
    elif len(value) >= 16 and layer < _DEEPEST and not _token(node, value, budget):
        packed = unpacked_base64(value)
        if packed is not None:
            _packed(node, packed, "base64", budget, layer)


def unpack_into(node: TreeNode, data: bytes, budget: Budget, layer: int = 0) -> bool:
    """Put what ``data`` inflates to below a node, if it is compressed (see `inflated`); returns whether it is."""
    found = inflated(data, budget, _reads)
    if found is None:
        return False
    _packed(node, found[1], found[0], budget, layer)
    return True


def _reads(data: bytes) -> bool:
    """Whether bytes are text that people write."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return False
    return bool(text) and reads_well(text[:1000])


def reads_well(text: str) -> bool:
    """Whether all of it is what people write: no control characters but line breaks and tabs."""
    return all(character.isprintable() or character in "\r\n\t" for character in text)


def unpacked_base64(value: str) -> bytes | None:
    """The bytes of base64 or base64url; None for what may be a word or a number as well."""
    body = value.rstrip("=")
    if len(body) % 4 == 1 or _BASE64.fullmatch(value) is None or (value != body and len(value) % 4):
        return None
    if value == body and (body.isalpha() or body.isdigit()) and len(body) < 40:
        return None
    return binascii.a2b_base64(body.replace("-", "+").replace("_", "/") + "=" * (-len(body) % 4))


def _packed(node: TreeNode, data: bytes, how: str, budget: Budget, layer: int) -> None:
    """Put unpacked bytes below their package, if something can be said of them; and what is packed in them, too."""
    budget.spend(node.start)
    child = TreeNode(how, "", node.start, node.stop, inner=node.inner)
    child.note = f"{grouped(len(data))} bytes"
    if layer < _DEEPEST and unpack_into(child, data, budget, layer + 1):
        node.add(child)
        return
    if not _reads(data):
        picture = picture_words(data)
        if picture or how != "base64":
            child.text = picture or hex_line(data, len(data))
            child.value = data
            node.add(child)
        return
    text = data.decode()
    child.text = child.value = text
    child.text = text[:200]
    node.add(child)
    notice(child, text, budget, layer + 1)


def _json(node: TreeNode, value: str, budget: Budget, layer: int) -> None:
    """JSON in a string: its values stand below it, and have its bytes."""
    del layer
    if json_of(value.encode("utf-8", "surrogatepass")) is MISSING:
        return

    inner = TreeNode("JSON", "", node.start, node.stop, inner=node.inner)
    fill_json(inner, value.encode("utf-8", "surrogatepass"), 0, budget, label="JSON")
    put_at(inner, node.start, node.stop)
    node.children += inner.children


def put_at(node: TreeNode, start: int, stop: int) -> None:
    """Give a node and all its parts the bytes of their package."""
    waiting = [node]
    while waiting:
        one = waiting.pop()
        one.start = one.inner = start
        one.stop = stop
        one.path = ""
        waiting += one.children


def _short_notice(value: str) -> str:
    if found := _UUID.fullmatch(value):
        return f"UUID version {found[1]}" if found[2] in "89abAB" else "UUID"
    if _EPOCH.fullmatch(value):
        digits, _, fraction = value.partition(".")
        unit = {10: 1, 13: 10**3, 16: 10**6, 19: 10**9}[len(digits)]
        moment = datetime.fromtimestamp(int(digits) / unit, UTC)
        return f"time? {moment:%Y-%m-%d %H:%M:%S} UTC" + (f".{fraction}" if fraction else "")
    if _ISO.fullmatch(value):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            return ""
        return "time" if moment.tzinfo is None else f"time, {moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if found := _DURATION.fullmatch(value):
        words = [f"{number} {part}" for number, part in zip(found.groups(), _PARTS, strict=True) if number]
        return f"duration: {', '.join(words)}"
    return ""


def _token(node: TreeNode, value: str, budget: Budget) -> bool:
    """A JSON web token (RFC 7519): its header and claims below it."""
    found = _JWT.fullmatch(value)
    if found is None:
        return False
    header, claims = (unpacked_part(found[part]) for part in (1, 2))
    if header is None or claims is None or not isinstance(json_of(header), dict):
        return False

    node.note = "JSON web token; the signature is not checked"
    for label, data in (("header", header), ("claims", claims)):
        part = TreeNode(label)
        try:
            fill_json(part, data, 0, budget, label=label)
        except NotFittingError:
            continue
        for claim in part.children[0].children:
            words = _TIME_CLAIMS.get(claim.label)
            if words and isinstance(claim.value, str) and claim.value.isdigit() and len(claim.value) <= 11:
                claim.note = f"{words} {datetime.fromtimestamp(int(claim.value), UTC):%Y-%m-%d %H:%M:%S} UTC"
        put_at(part, node.start, node.stop)
        node.children += part.children
    return True


def unpacked_part(part: str) -> bytes | None:
    """The bytes of a part of a token, base64url without its padding (RFC 7515)."""
    try:
        return binascii.a2b_base64(part.replace("-", "+").replace("_", "/") + "=" * (-len(part) % 4))
    except binascii.Error:
        return None


def picture_words(data: bytes) -> str:
    """``PNG image, 16 x 16``; empty if the bytes begin no image that is known."""
    found = picture_of(data)
    if found is None:
        return ""
    form, size = found
    return f"{form} image" + (f", {size[0]} x {size[1]}" if size else "")


def picture_of(data: bytes) -> tuple[str, tuple[int, int] | None] | None:
    """The format of an image that the bytes begin, and its width and height if they are there."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        return "PNG", (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big"))
    if data[:6] in (b"GIF87a", b"GIF89a") and len(data) >= 10:
        return "GIF", (int.from_bytes(data[6:8], "little"), int.from_bytes(data[8:10], "little"))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP", _webp_size(data)
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG", _jpeg_size(data)
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in the first chunk (RFC 9649 sections 2.5 to 2.7)."""
    if len(data) < 30:
        return None
    if data[12:16] == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[12:16] == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    width, height = int.from_bytes(data[26:28], "little"), int.from_bytes(data[28:30], "little")
    return (width & 0x3FFF, height & 0x3FFF) if data[12:16] == b"VP8 " else None


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in the first start-of-frame segment (ITU T.81 section B.2.2)."""
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[place + 7 : place + 9], "big"), int.from_bytes(
                data[place + 5 : place + 7], "big"
            )
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


noticed_by(notice)

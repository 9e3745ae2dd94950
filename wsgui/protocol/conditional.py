"""Requests for a part of something, or for it only if it has changed (RFC 9110 sections 13 and 14), without I/O."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from wsgui.protocol.handshake_rules import Headers

_RANGE: Final = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)
_TAGS: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')


class Version(NamedTuple):
    """Which state of a thing there is: ``length`` in bytes, ``modified`` in whole seconds since the Unix epoch, ``tag``
    an entity tag with its quotes."""

    length: int
    modified: int
    tag: str

    @property
    def headers(self) -> tuple[tuple[str, str], ...]:
        """What tells a client of it."""
        return (("ETag", self.tag), ("Last-Modified", http_date(self.modified)))


class RangeAnswer(NamedTuple):
    """What a request gets: with 200 and 206 ``length`` bytes from ``start`` on, with 304, 412 and 416 nothing."""

    status: int
    start: int = 0
    length: int = 0


def http_date(seconds: int) -> str:
    """A time as HTTP writes it (RFC 9110 section 5.6.7)."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC), usegmt=True)


def asked_for(method: str, headers: Headers, version: Version) -> RangeAnswer:
    """What a GET or HEAD gets of a thing in this version. Conditions come in the order of RFC 9110 section 13.2.2;
    several ranges at once, and such as cannot be read, are answered with the whole (section 14.2)."""
    if (tags := headers.all("if-match")) and not _names(tags, version.tag, weak=False):
        return RangeAnswer(412)
    unmodified = _seconds(headers.get("if-unmodified-since"))
    if not tags and unmodified is not None and version.modified > unmodified:
        return RangeAnswer(412)
    if tags := headers.all("if-none-match"):
        if _names(tags, version.tag, weak=True):
            return RangeAnswer(304)
    else:
        since = _seconds(headers.get("if-modified-since"))
        if since is not None and version.modified <= since:
            return RangeAnswer(304)
    if method == "GET" and _range_holds(headers.get("if-range"), version):
        return _part(headers.all("range"), version.length)
    return RangeAnswer(200, 0, version.length)


def _names(values: list[str], tag: str, *, weak: bool) -> bool:
    """Whether a list of entity tags has this one, or is ``*``."""
    joined = ",".join(values)
    found = _TAGS.findall(joined)
    return joined.strip() == "*" or tag in (one.removeprefix("W/") if weak else one for one in found)


def _seconds(value: str | None) -> int | None:
    """A time of HTTP; None for what is none, which counts as not sent."""
    try:
        return int(parsedate_to_datetime(value or "").replace(tzinfo=UTC).timestamp())
    except (ValueError, OverflowError):
        return None


def _range_holds(value: str | None, version: Version) -> bool:
    return value is None or value == version.tag or _seconds(value) == version.modified


def _part(ranges: list[str], length: int) -> RangeAnswer:
    match = _RANGE.fullmatch(ranges[0]) if len(ranges) == 1 else None
    first, last = match.groups() if match is not None else ("", "")
    if not first and not last:
        return RangeAnswer(200, 0, length)
    if not first:  # so many at the end
        start, end = max(0, length - int(last)), length
    else:
        start, end = int(first), min(length, int(last) + 1) if last else length
        if last and int(last) < start:
            return RangeAnswer(200, 0, length)
    return RangeAnswer(206, start, end - start) if start < end else RangeAnswer(416)

"""Sizes, numbers and times as people read them."""

from __future__ import annotations

import time

GROUP_SPACE = "\u202f"
"""Between groups of three digits: thin, and no line breaks at it."""

_BYTE_UNITS = ("kB", "MB", "GB", "TB", "PB", "EB")


def grouped(number: int) -> str:
    """``131072`` with a thin space between its groups of three digits."""
    return f"{number:,}".replace(",", GROUP_SPACE)


def human_bytes(count: int) -> str:
    """A number of bytes in decimal units: ``312 B``, ``1.4 kB``, ``280 kB``, ``16.8 MB``.

    One decimal below 100 of a unit where it says something, none from there on.
    """
    if count < 1000:
        return f"{count} B"
    size = count / 1000
    power = 0
    while size >= 999.5 and power < len(_BYTE_UNITS) - 1:
        size /= 1000
        power += 1
    unit = _BYTE_UNITS[power]
    if size >= 99.95:
        return f"{size:.0f} {unit}"
    return f"{size:.1f}".removesuffix(".0") + f" {unit}"


def ratio_text(before: int, after: int) -> str:
    """How much smaller ``before`` bytes have become: ``8.5 : 1``, or ``1 : 1.4`` if they grew."""
    if not before or not after:
        return "nothing to gain" if not before else "no bytes left"
    if after <= before:
        return f"{_one_decimal(before / after)} : 1"
    return f"1 : {_one_decimal(after / before)}"


def _one_decimal(number: float) -> str:
    return f"{number:.0f}" if number >= 99.95 else f"{number:.1f}".removesuffix(".0")


def clock_text(ns: int) -> str:
    """Local time of day of ``ns`` nanoseconds since the Unix epoch, to the microsecond: ``12:04:10.113204``.

    A time that the system's calendar does not reach (from a damaged capture) is shown as seconds.
    """
    seconds, rest = divmod(ns, 1_000_000_000)
    micros = rest // 1000
    try:
        at = time.localtime(seconds)
    except (OverflowError, OSError, ValueError):
        return f"{seconds} s"
    return f"{at.tm_hour:02}:{at.tm_min:02}:{at.tm_sec:02}.{micros:06}"


def delta_text(ns: int) -> str:
    """A span of ``ns`` nanoseconds with three digits: ``588 µs``, ``1.67 ms``, ``2.49 s``, ``2 min 05 s``.

    A clock that was set back makes it negative, with a real minus sign.
    """
    if ns < 0:
        return f"\u2212{delta_text(-ns)}"
    if ns < 1000:
        return f"{ns} ns"
    span = ns / 1000
    for unit in ("µs", "ms", "s"):
        if span < 999.5 and (unit != "s" or span < 99.95):
            return f"{_three_digits(span)} {unit}"
        span /= 1000
    seconds = ns // 1_000_000_000
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02} min"


def _three_digits(number: float) -> str:
    if number >= 99.95:
        return f"{number:.0f}"
    text = f"{number:.1f}" if number >= 9.995 else f"{number:.2f}"
    return text.rstrip("0").rstrip(".")

from __future__ import annotations

import time

import pytest

from wsgui.dissect.sizes import clock_text, delta_text, grouped, human_bytes


@pytest.mark.parametrize(("number", "text"), [(0, "0"), (999, "999"), (131072, "131\u202f072"), (-1000, "-1\u202f000")])
def test_grouped_puts_a_thin_space_between_groups(number: int, text: str) -> None:
    assert grouped(number) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1 kB"),
        (1449, "1.4 kB"),
        (280_364, "280 kB"),
        (400_000, "400 kB"),
        (999_499, "999 kB"),
        (999_999, "1 MB"),
        (16 * 1024 * 1024, "16.8 MB"),
        (2**63, "9.2 EB"),
        (10**22, "10000 EB"),
    ],
)
def test_human_bytes(count: int, text: str) -> None:
    assert human_bytes(count) == text


@pytest.mark.parametrize(
    ("ns", "text"),
    [
        (0, "0 ns"),
        (999, "999 ns"),
        (67_000, "67 µs"),
        (588_000, "588 µs"),
        (999_999, "1 ms"),
        (1_670_000, "1.67 ms"),
        (10_040_000, "10 ms"),
        (905_000_000, "905 ms"),
        (2_490_000_000, "2.49 s"),
        (99_960_000_000, "1 min 39 s"),
        (125_900_000_000, "2 min 05 s"),
        (3_960_000_000_000, "1 h 06 min"),
        (-588_000, "\u2212588 µs"),
    ],
)
def test_delta_text_has_three_digits(ns: int, text: str) -> None:
    assert delta_text(ns) == text


def test_clock_text_is_local_time_to_the_microsecond() -> None:
    seconds = int(time.mktime((2026, 11, 21, 12, 4, 10, 0, 0, -1)))
    assert clock_text(seconds * 10**9 + 113_204_999) == "12:04:10.113204"


def test_clock_text_of_a_time_beyond_any_calendar_is_seconds() -> None:
    assert clock_text(10**40) == f"{10**31} s"

"""The table of formats: what a name or the first bytes of a file say, and that each row can do what it says."""

from __future__ import annotations

import pytest

from wsgui.capture.formats import (
    FORMATS,
    Format,
    export_of,
    exports,
    import_suffixes,
    listing,
    may_be_imported,
    recognised,
)


@pytest.mark.parametrize("one", FORMATS.values(), ids=lambda one: one.name)
def test_every_row_is_whole(one: Format) -> None:
    assert one.purpose.endswith(".")
    assert callable(one.write_folder() if one.folder_writer else one.write())
    assert bool(one.suffixes) is not bool(one.folder_writer)
    assert bool(one.reader) is bool(one.recogniser) is bool(one.reads)
    if one.reader:
        assert callable(one.read())


def test_what_a_name_asks_for() -> None:
    names = ["a.pcapng", "a.HAR", "b.c.jsonl", "a.ndjson", "a.csv"]
    assert [found.name for name in names if (found := export_of(name))] == ["pcapng", "har", "jsonl", "jsonl", "csv"]
    assert [export_of(name) for name in ("a.txt", "a", "a.bin", "a.har.gz")] == [None] * 4
    assert [one.name for one in exports()] == ["pcapng", "pcapng-decompressed", "jsonl", "har", "csv", "payloads"]


def test_what_may_be_imported() -> None:
    assert import_suffixes() == [".pcapng", ".pcap", ".cap", ".jsonl", ".ndjson", ".har"]
    for name in ("a.pcap", "a.PCAPNG", "a.har", "a.har.gz", "a.har.zip", "x/y.ndjson", "a.cap.xz"):
        assert may_be_imported(name), name
    for name in ("a", "a.gz", "a.csv", "a.wscap", "har", "a.har.txt"):
        assert not may_be_imported(name), name


@pytest.mark.parametrize(
    ("start", "name", "found"),
    [
        (b"\xd4\xc3\xb2\xa1", "x", "pcapng"),
        (b"\n\r\r\n", "x.har", "pcapng"),
        (b'{"type":"frame"', "x", "jsonl"),
        (b'\xef\xbb\xbf {"log": {', "x", "har"),
        (b'{"version": 1', "x.HAR.gz", "har"),
        (b'{"version": 1', "x.json", None),
        (b"", "x.har", None),
    ],
)
def test_what_the_first_bytes_say(start: bytes, name: str, found: str | None) -> None:
    one = recognised(start, name)
    assert (None if one is None else one.name) == found


def test_words_in_a_sentence() -> None:
    assert listing(["a"]) == "a"
    assert listing(["a", "b"]) == "a or b"
    assert listing(["a", "b", "c"], "and") == "a, b and c"

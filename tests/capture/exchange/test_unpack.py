"""Files that were compressed as a whole."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.capture.exchange.samples import CONVERSATION, rows_of, write
from tests.capture.exchange.test_har import CHROME, har
from tests.capture.exchange.test_pcap_import import conversation_packets
from tests.capture.exchange.wire import pcap, pcapng
from wsgui.capture.errors import CaptureError
from wsgui.capture.exchange import export_capture, import_file, unpack

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from wsgui.capture.exchange.report import ImportReport


def imported(folder: Path, name: str, data: bytes) -> ImportReport:
    (folder / name).write_bytes(data)
    return import_file(folder / name, folder / "out.wscap", overwrite=True)


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
@pytest.mark.parametrize("make", [pcap, pcapng])
def test_packets(tmp_path: Path, compress: Callable[[bytes], bytes], make: Callable[[list[bytes]], bytes]) -> None:
    report = imported(tmp_path, "a.pcap.gz", compress(make(conversation_packets())))
    assert (report.complete, report.frames) == (True, 6)


def test_lines_and_har(tmp_path: Path) -> None:
    write(tmp_path / "in.wscap", CONVERSATION)
    for kind in ("jsonl", "har"):
        plain = tmp_path / f"x.{kind}"
        export_capture(tmp_path / "in.wscap", plain, kind=kind, keep_secrets=True)
        report = imported(tmp_path, f"x.{kind}.gz", gzip.compress(plain.read_bytes()))
        assert report.complete
        assert rows_of(tmp_path / "out.wscap") == rows_of(tmp_path / "in.wscap")


def test_progress_is_that_of_the_compressed_file(tmp_path: Path) -> None:
    (tmp_path / "a.gz").write_bytes(gzip.compress(pcap(conversation_packets())))
    told: list[tuple[int, int]] = []
    import_file(tmp_path / "a.gz", tmp_path / "out.wscap", progress=lambda *at: told.append(at))
    size = (tmp_path / "a.gz").stat().st_size
    assert {total for _, total in told} == {size}
    assert told[-1] == (size, size)


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_file_that_was_cut(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    data = compress(pcap(conversation_packets() + [bytes(range(256)) * 20] * 50))
    report = imported(tmp_path, "a.gz", data[:-9])
    assert report.problems[0].text.startswith("The compressed file is broken: ")
    assert report.problems[0].text.endswith(". What stands before is imported.")


def test_a_gzip_file_that_was_cut_shows_what_stands_before(tmp_path: Path) -> None:
    data = gzip.compress(pcap(conversation_packets()), compresslevel=0)
    report = imported(tmp_path, "a.gz", data[:-30])
    assert report.frames == 6
    assert len(report.problems) == 2  # the compressed file, and the last packet in it


def test_garbage_behind(tmp_path: Path) -> None:
    report = imported(tmp_path, "a.gz", gzip.compress(pcap(conversation_packets())) + b"garbage")
    assert report.frames == 6
    assert [problem.text.partition(":")[0] for problem in report.problems] == ["The compressed file is broken"]


@pytest.mark.parametrize(("start", "name"), [(b"\x28\xb5\x2f\xfd", "zstd"), (b"\x04\x22\x4d\x18", "lz4")])
def test_what_is_not_understood(tmp_path: Path, start: bytes, name: str) -> None:
    with pytest.raises(CaptureError, match=f"a.zst is compressed with {name}: decompress it first."):
        imported(tmp_path, "a.zst", start + b"rest")


@pytest.mark.parametrize("data", [gzip.compress(b"nothing", mtime=0), gzip.compress(b"", mtime=0), b"\x1f\x8b\x08"])
def test_nothing_of_the_kind_in_it(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(CaptureError, match="is no pcap, pcapng, JSON Lines or HAR file"):
        imported(tmp_path, "a.gz", data)


def archive(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, data in members:
            file.writestr(name, data)
    return out.getvalue()


def test_an_archive(tmp_path: Path) -> None:
    whole = har(CHROME).encode()
    assert imported(tmp_path, "a.har.zip", archive(("x/", b""), ("x/har.har", whole), ("b.txt", b"x"))).frames == 4
    assert imported(tmp_path, "a.zip", archive(("only.pcap", pcap(conversation_packets())))).frames == 6
    assert (
        imported(tmp_path, "a.zip", archive(("only.pcap.gz", gzip.compress(pcap(conversation_packets()))))).frames == 6
    )
    report = imported(tmp_path, "a.zip", archive(("a.har", whole), ("b.har", whole)))
    assert [problem.text for problem in report.problems] == [
        "'b.har' in the archive is not imported: one file at a time."
    ]


def test_archives_that_are_none(tmp_path: Path) -> None:
    good = archive(("a.har", har(CHROME).encode()))
    for data, text in (
        (archive(("a.txt", b""), ("b.txt", b"")), "a.zip has no file in it that can be imported."),
        (good[:40], "a.zip cannot be read: File is not a zip file."),
        (good.replace(b'"_resource', b'"_REsource'), "a.zip cannot be read: 'a.har' in it is damaged or encrypted."),
    ):
        with pytest.raises(CaptureError) as caught:
            imported(tmp_path, "a.zip", data)
        assert str(caught.value) == text


def test_an_archive_with_packets_among_other_files(tmp_path: Path) -> None:
    packets = pcap(conversation_packets())
    members = [("readme.txt", b"x"), ("__MACOSX/x/._a.pcap", b"x"), ("x/._a.pcap", b"x"), ("x/a.pcap", packets)]
    report = imported(tmp_path, "a.zip", archive(*members))
    assert (report.frames, report.complete) == (6, True)
    report = imported(tmp_path, "a.zip", archive(*members, ("b.PCAPNG", packets)))
    assert report.frames == 6
    assert [problem.text for problem in report.problems] == [
        "'b.PCAPNG' in the archive is not imported: one file at a time."
    ]


def test_an_archive_for_macos_alone(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"a\.zip has no file in it that can be imported\."):
        imported(tmp_path, "a.zip", archive(("__MACOSX/._a.pcap", b"x")))


def test_compressed_over(tmp_path: Path) -> None:
    data = gzip.compress(lzma.compress(bz2.compress(pcap(conversation_packets()))))
    assert imported(tmp_path, "a.gz", data).frames == 6
    with pytest.raises(CaptureError, match="is no pcap, pcapng, JSON Lines or HAR file"):
        imported(tmp_path, "a.gz", gzip.compress(data))


@pytest.mark.parametrize("compress", [bytes, gzip.compress])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16(tmp_path: Path, encoding: str, compress: Callable[[bytes], bytes]) -> None:
    write(tmp_path / "in.wscap", CONVERSATION)
    for kind in ("jsonl", "har"):
        plain = tmp_path / f"x.{kind}"
        export_capture(tmp_path / "in.wscap", plain, kind=kind, keep_secrets=True, overwrite=True)
        report = imported(tmp_path, f"y.{kind}", compress(f"\ufeff{plain.read_text('utf-8')}".encode(encoding)))
        assert report.complete
        assert rows_of(tmp_path / "out.wscap") == rows_of(tmp_path / "in.wscap")


def test_utf_16_that_is_broken(tmp_path: Path) -> None:
    report = imported(tmp_path, "a.har", f"\ufeff{har(CHROME)}".encode("utf-16-le") + b"\0\xd8 ")
    assert report.frames == 4
    assert [problem.text for problem in report.problems] == [
        "The text in utf-16-le is broken: unexpected end of data. What stands before is imported."
    ]
    report = imported(tmp_path, "a.har", f"\ufeff{har(CHROME)[:-1]}".encode("utf-16-le") + b"\0\xdc" * 2000000)
    assert report.frames == 4
    assert [problem.text.partition(":")[0] for problem in report.problems] == [
        "The text in utf-16-le is broken",
        "The file is broken",
    ]


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: archive(("a.har", data))])
def test_what_inflates_to_more_than_a_capture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pack: Callable[[bytes], bytes]
) -> None:
    text = har(CHROME).encode()
    monkeypatch.setattr(unpack, "_AT_LEAST", len(text))
    monkeypatch.setattr(unpack, "_RATIO", 0)
    report = imported(tmp_path, "a.har", pack(text))
    assert (report.frames, report.complete) == (4, True)
    report = imported(tmp_path, "a.har", pack(text + b" "))
    assert report.frames == 4
    assert [problem.text for problem in report.problems] == [
        "It inflates to more than any capture does: only the beginning is imported."
    ]

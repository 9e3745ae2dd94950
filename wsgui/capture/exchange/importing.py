"""What the readers of other tools' files work with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import BinaryIO

    from wsgui.capture.exchange.builder import CaptureBuilder
    from wsgui.capture.exchange.report import ImportReport


class Import(NamedTuple):
    """One import: the bytes to read (inflated already) in ``file``, where rows go, and who is told what is wrong.

    ``check(offset)`` is called now and then with how far the reader is; it raises if the person does not want it any
    more. ``name`` is the file's, for people. ``attached(name)`` opens a file that belongs to it; None if there is none.
    """

    file: BinaryIO
    builder: CaptureBuilder
    report: ImportReport
    check: Callable[[int], None]
    name: str
    attached: Callable[[str], BinaryIO | None]

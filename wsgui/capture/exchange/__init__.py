"""Captures in and out: other tools' files and wsgui's own JSON Lines."""

from wsgui.capture.exchange.report import ExportReport, ImportReport, Problem
from wsgui.capture.exchange.run import KINDS, export_capture, import_file, kind_of

__all__ = ["KINDS", "ExportReport", "ImportReport", "Problem", "export_capture", "import_file", "kind_of"]

"""Captures in and out: other tools' files and wsgui's own JSON Lines."""

from wsgui.capture.exchange.report import ExportReport, ImportReport, Problem
from wsgui.capture.exchange.run import export_capture, import_file

__all__ = ["ExportReport", "ImportReport", "Problem", "export_capture", "import_file"]

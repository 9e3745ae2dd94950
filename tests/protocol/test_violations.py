from __future__ import annotations

import pytest

from wsgui.protocol.violations import Severity, Violation


@pytest.mark.parametrize(("section", "reference"), [("5.1", "RFC 6455 §5.1"), ("7692 6.1", "RFC 7692 §6.1")])
def test_reference(section: str, reference: str) -> None:
    assert Violation("some.rule", section, Severity.ERROR, 1002, "Text.").reference == reference


def test_severities_are_ordered() -> None:
    assert Severity.NOTE < Severity.WARNING < Severity.ERROR

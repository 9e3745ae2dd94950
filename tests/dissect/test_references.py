from __future__ import annotations

import re

import pytest

from wsgui.dissect.references import references_in
from wsgui.protocol.close import CLOSE_CODES
from wsgui.protocol.faults import FAULTS
from wsgui.protocol.rules import RULES

AT = "https://www.rfc-editor.org/rfc/rfc"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("nothing, 5.4)", []),
        ("RFC 6455 5.4", [("RFC 6455 5.4", "RFC 6455 section 5.4", f"{AT}6455#section-5.4")]),
        ("it breaks RFC 6455 §7.1.5.", [("RFC 6455 §7.1.5", "RFC 6455 section 7.1.5", f"{AT}6455#section-7.1.5")]),
        ("(RFC 7692 section 7)", [("RFC 7692 section 7", "RFC 7692 section 7", f"{AT}7692#section-7")]),
        ("see RFC 9110.", [("RFC 9110", "RFC 9110", f"{AT}9110")]),
        ("RFC 64551", []),
        (
            "UTF-8 (RFC 6455 5.4, 8.1).",
            [
                ("RFC 6455 5.4", "RFC 6455 section 5.4", f"{AT}6455#section-5.4"),
                ("8.1", "RFC 6455 section 8.1", f"{AT}6455#section-8.1"),
            ],
        ),
        ("RFC 6455 defines no codes from 5000 on.", [("RFC 6455", "RFC 6455", f"{AT}6455")]),
    ],
)
def test_where_they_stand(text: str, found: list[tuple[str, str, str]]) -> None:
    assert [(text[one.start : one.end], one.name, one.url) for one in references_in(text)] == found


def test_every_rule_and_close_code_can_be_read_about() -> None:
    texts = [one.reference for one in FAULTS.values()] + [f"RFC 6455 {one.section}" for one in CLOSE_CODES.values()]
    assert len(texts) > len(RULES) / 2
    for text in texts:
        (one,) = references_in(text)
        assert re.fullmatch(r"https://www\.rfc-editor\.org/rfc/rfc\d{4}#section-[\d.]*\d", one.url), text

"""Every row of every table can be explained, with the section of an RFC where there is one."""

from __future__ import annotations

import re

import pytest

from wsgui.dissect.header import header_fields
from wsgui.endpoint.pages import PAGES
from wsgui.endpoint.policies import POLICIES, REFERENCES
from wsgui.protocol.frames import Frame
from wsgui.ui.explain.topics import KINDS, OWN, as_html, topic_of, url_of
from wsgui.ui.inspector.header_diagram import topics_of

KEYS = [f"{kind}:{name}" for kind, row in KINDS.items() for name in row.names()]


@pytest.mark.parametrize("key", KEYS)
def test_every_row_is_explained(key: str) -> None:
    topic = topic_of(key)
    assert topic is not None
    assert topic.title
    assert "&" not in topic.title
    assert topic.text
    assert topic.reference == OWN or re.fullmatch(r"RFC \d{4} section [\d.]+", topic.reference)
    assert url_of(topic).startswith("https://www.rfc-editor.org/rfc/rfc") is (topic.reference != OWN)
    assert as_html([key]).startswith("<p><b>")


@pytest.mark.parametrize("kind", ["rule", "close", "policy"])
def test_what_the_protocol_has_names_its_section(kind: str) -> None:
    assert [name for name in KINDS[kind].names() if topic_of(f"{kind}:{name}").reference == OWN] == []  # type: ignore[union-attr]


def test_wire_fields_name_their_section() -> None:
    frame = Frame.build(0x1, b"x" * 70_000, masking_key=b"abcd")
    keys = [key for field in header_fields(frame) for key in topics_of(field)]
    assert len(keys) >= 8
    for key in keys:
        topic = topic_of(key)
        assert topic is not None, key
        assert topic.reference != OWN


def test_pages_that_no_rfc_knows_are_few() -> None:
    assert {page.title for pages in PAGES.values() for page in pages if not page.reference} == {
        *("On connect", "Behaviour", "Browser", "Network", "Messages", "Templates"),
    }
    assert {item.group for item in POLICIES.values()} == set(REFERENCES)


@pytest.mark.parametrize(
    "key", ["", "rule", "rule:none", "close:1", "close:None", "column:99", "column:x", "nothing:x"]
)
def test_what_there_is_not(key: str) -> None:
    assert topic_of(key) is None
    assert as_html([key]) == ""


def test_texts_are_escaped() -> None:
    assert "<script" not in as_html(KEYS)

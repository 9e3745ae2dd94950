"""Templates of a session."""

from __future__ import annotations

import pytest

from wsgui.endpoint.settings import EndpointSettings
from wsgui.redaction import Redactor
from wsgui.session.filler import Filler
from wsgui.templates import TemplateError, UnfilledError


def test_what_was_captured_stays_until_the_person_says_something_else() -> None:
    filler = Filler()
    filler.use(EndpointSettings(variables=[("token", "first"), ("gone", "1")]))
    filler.values["token"] = "captured"
    filler.use(EndpointSettings(variables=[("token", "first"), ("room", "blue")]))
    assert filler.fill("{{token}} {{room}}") == "captured blue"
    filler.use(EndpointSettings(variables=[("token", "second")]))
    assert filler.fill("{{token}}") == "second"
    assert filler.values == {"token": "second"}


def test_a_preview_counts_nothing() -> None:
    filler = Filler()
    assert [filler.preview("{{counter}}"), filler.preview("{{counter}}"), filler.fill("{{counter}}")] == ["1"] * 3
    assert filler.fill("{{counter}} {{row}}", more={"row": "x"}) == "2 x"


def test_environment_variables_leave_only_where_somebody_has_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FILLER_TOKEN", "s3cretvalue")
    filler = Filler()
    with pytest.raises(UnfilledError):
        filler.fill("{{env.FILLER_TOKEN}}")
    with pytest.raises(TemplateError, match="only where FILLER_TOKEN is named"):
        filler.check("{{env.FILLER_TOKEN}}")
    with pytest.raises(TemplateError, match=r"There is no environment variable FILLER_NONE\."):
        filler.check("{{env.FILLER_NONE}}", typed=True)
    filler.check("{{env.FILLER_TOKEN}} {{later}}", typed=True, later=True)
    assert filler.fill("{{env.FILLER_TOKEN}}", typed=True) == "s3cretvalue"
    assert "s3cretvalue" not in Redactor().url("ws://h/?a=s3cretvalue")
    filler.use(EndpointSettings(sent_environment=["FILLER_TOKEN"]))
    assert filler.fill("{{env.FILLER_TOKEN}}") == "s3cretvalue"
    monkeypatch.setenv("FILLER_TOKEN", "\udcff")
    with pytest.raises(TemplateError, match=r"is not valid UTF-8\."):
        filler.fill("{{env.FILLER_TOKEN}}")

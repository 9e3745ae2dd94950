from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication

from wsgui import self_test
from wsgui.self_test import STEPS, Bench, Trial, expect, run_self_test

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture(autouse=True)
def left_as_it_was(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("QT_QPA_PLATFORM", qapp.platformName())
    yield
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    qapp.setStyleSheet("")
    qapp.setPalette(QPalette())
    assert gc.isenabled()


def test_all_is_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_self_test() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("wsgui ")
    assert [line.partition(": ")[0] for line in lines[1:-1]] == [
        f"{number}. {step.name}" for number, step in enumerate(STEPS, 1)
    ]
    assert all(": ok (" in line for line in lines[1:-1])
    assert lines[-1] == "All is well."


async def _wrong(bench: Bench) -> None:
    expect(bench.window is None, "There is a window.")


async def _broken(bench: Bench) -> None:
    raise ZeroDivisionError("oh")


async def _waits(bench: Bench) -> None:
    await bench.until(lambda: False, "nothing")


async def _told(bench: Bench) -> None:
    bench.failures.append("a task: broke")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (_wrong, "1. It: There is a window. ("),
        (_broken, "1. It: ZeroDivisionError: oh ("),
        (_waits, "1. It: Waited 0 s in vain for nothing. ("),
        (_told, "1. It: a task: broke ("),
    ],
)
def test_what_goes_wrong_is_said(
    step: object, said: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(self_test, "PATIENCE", 0.05)
    monkeypatch.setattr(self_test, "STEPS", (Trial("It", step), Trial("Never", step)))  # type: ignore[arg-type]
    assert run_self_test() == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith(said)
    assert lines[2:] == ["wsgui does not work here as it should."]

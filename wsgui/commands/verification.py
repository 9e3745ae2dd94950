"""``wsgui serve --verify``: which rules are meant, and at the end whether they were hit as they expect."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from wsgui.behaviours.lines import FileProblem
from wsgui.behaviours.mock.book import read_book
from wsgui.behaviours.mock.verdict import RulesReport, as_table
from wsgui.endpoint.engine_options import server_plan
from wsgui.endpoint.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from wsgui.console import Output
    from wsgui.endpoint.settings import EndpointSettings

NAME: Final = "rules"


def verify_with(settings: EndpointSettings, file: str, *, said: bool) -> None:
    """See to it that the server does what the rules of ``file`` say: on the paths of routes that name it, else on all
    that have no route. ``said`` is whether a person has said what the server does. Raises SettingsError, for a file
    that expects nothing too."""
    plan = server_plan(settings) if settings.routes else None
    routed = [] if plan is None else [one.told for one in plan.routes if one.told.name == NAME]
    if not any(_same(one.values.get("file", ""), file) for one in routed):
        named = dict(settings.behaviour_options).get("file", "")
        if (said and settings.behaviour != NAME) or (settings.behaviour == NAME and named and not _same(named, file)):
            doing = f"{settings.behaviour}{f' of {named}' * bool(named)}"
            raise SettingsError("behaviour", f"--verify is for the rules of {file}, and the server does {doing}.")
        if settings.behaviour != NAME:
            settings.behaviour, settings.behaviour_options = NAME, []
        if not named:
            settings.behaviour_options = [*settings.behaviour_options, ("file", file)]
    environment = {value for name, value in settings.behaviour_options if name == "environment"}
    for one in routed:
        environment.update(one.values.get("environment", ()))
    try:
        book = read_book(file, frozenset(environment))
    except FileProblem as error:
        raise SettingsError("behaviour_options", error.of(file)) from None
    if book.spec.unmatched != "fail" and not any(rule.expect for rule in book.rules):
        raise SettingsError(
            "behaviour_options",
            f'{file} expects nothing, so there is nothing to verify: write expect = 1 (or "1..") into a rule, or '
            'unmatched = "fail" at the top.',
        )


def _same(one: str, other: str) -> bool:
    return os.path.abspath(one) == os.path.abspath(other)  # noqa: PTH100 - the file itself may be a link to another


def verified(reports: Iterable[tuple[str, str, object]], out: Output) -> bool:
    """Print a table of what was expected and seen; whether all is right."""
    found = [report for _, _, report in reports if isinstance(report, RulesReport) and report.verified]
    for report in found:
        out.write_lines("".join(f"{line}\n" for line in as_table(report)))
    right = bool(found) and all(report.right for report in found)
    wrong = sum(not one.right for report in found for one in report.rules)
    strays = sum(report.strays for report in found if report.strict)
    said = [f"{wrong} rule{'s' * (wrong != 1)} not hit as expected"] if wrong else []
    said += [f"{strays} message{'s' * (strays != 1)} without a rule"] if strays else []
    out.write_lines("verified\n" if right else f"NOT verified: {', '.join(said) or 'no rules were in force'}\n")
    out.flush()
    return right

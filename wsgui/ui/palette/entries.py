"""What the palette offers: made of the table of actions, and of what is open, saved and was used lately."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from wsgui.dissect.visible import visible
from wsgui.ui.window.actions import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from wsgui.ui.window.settings import Settings
    from wsgui.ui.window.shell import Shell


class PaletteEntry(NamedTuple):
    """One thing that can be done. ``id`` is what is kept of actions that were used lately; ``kind`` is its menu, or
    what sort of thing it is; ``tip`` says more. ``why`` says why it cannot be done now, or nothing."""

    id: str
    text: str
    kind: str
    keys: str
    tip: str
    why: str
    run: Callable[[], object]
    is_action: bool = False


def entries(
    window: Shell,
    settings: Settings,
    endpoints: Iterable[tuple[str, str, str]],
    open_endpoint: Callable[[str], object],
    open_file: Callable[[Path], object],
) -> list[PaletteEntry]:
    """All of them, in the order in which they stand while nothing is typed."""
    return [
        *_tabs(window),
        *_actions(window),
        *_endpoints(endpoints, open_endpoint),
        *_files(settings.recent_files(), open_file),
    ]


def _actions(window: Shell) -> list[PaletteEntry]:
    found = []
    for row in ACTIONS:
        action = window.actions_[row.name]
        if action.menu() is None:  # a list of its own: its files are here too
            kind = row.menu.replace("&", "").replace("/", " > ")
            keys = action.shortcut().toString(action.shortcut().SequenceFormat.NativeText)
            why = window.actions_.why_not(row)
            text = row.plain_text
            if row.checkable:
                text += " ✓" if action.isChecked() else ""
            found.append(PaletteEntry(row.name, text, kind, keys, row.tip, why, action.trigger, True))
    return found


def _tabs(window: Shell) -> list[PaletteEntry]:
    found = []
    for tab in window.all_tabs():
        if tab is not window.front:
            name = visible(tab.session.given_name or tab.session.name)
            go = partial(window.bring_to_front, tab)
            found.append(PaletteEntry(f"tab {name}", name, "Open tab", "", "Bring this session to the front", "", go))
    return found


def _endpoints(listed: Iterable[tuple[str, str, str]], opener: Callable[[str], object]) -> list[PaletteEntry]:
    return [
        PaletteEntry(f"endpoint {id_}", visible(name), "Endpoint", "", visible(tip), "", partial(opener, id_))
        for id_, name, tip in listed
    ]


def _files(paths: Sequence[str], opener: Callable[[Path], object]) -> list[PaletteEntry]:
    found = []
    for text in paths:
        path = Path(text)
        why = "" if path.exists() else "This file is gone."
        shown, opens = visible(path.name), partial(opener, path)
        found.append(PaletteEntry(f"file {text}", shown, "Recent file", "", visible(text), why, opens))
    return found

"""Every panel of the window in one table: docks, actions and what a tab gives them are made of it."""

from __future__ import annotations

from typing import Final, NamedTuple


class PanelRow(NamedTuple):
    """One panel. ``label``, ``tip`` and ``key`` are those of its action in the menu.

    ``follows`` says that it shows a page of the tab in front, which `SessionTab.pages` has by this name, and
    ``without`` is said where that tab has none. ``upright`` puts its title along its left side, where it takes no
    height from what is below. ``flat`` is one line high, and no higher.
    """

    name: str
    title: str
    label: str
    tip: str
    key: str = ""
    follows: bool = True
    upright: bool = True
    flat: bool = False
    without: str = "No session is open."
    guide: str = ""
    """The page of the user guide about it, with its anchor."""


FRAMES: Final = "frames"
INSPECTOR: Final = "inspector"
COMPOSER: Final = "composer"
POLICIES: Final = "policies"
SESSIONS: Final = "sessions"
LEARN: Final = "learn"
FIND: Final = "find"
NOTES: Final = "notes"
PROBLEMS: Final = "problems"

PANELS: Final = (
    PanelRow(
        SESSIONS,
        "Sessions",
        "&Sessions",
        "Sessions and saved endpoints",
        "F9",
        follows=False,
        upright=False,
        guide="window#sessions-and-tabs",
    ),
    PanelRow(
        LEARN,
        "Lessons",
        "&Lessons",
        "Lessons, which see what you have done",
        follows=False,
        upright=False,
        guide="tour",
    ),
    PanelRow(
        FRAMES,
        "Frames",
        "F&rames",
        "The tabs of the sessions with their frame tables",
        follows=False,
        guide="window#the-frame-table",
    ),
    PanelRow(
        FIND,
        "Find",
        "&Find",
        "Find text, bytes or an expression in the payloads",
        flat=True,
        guide="window#the-frame-table",
    ),
    PanelRow(
        INSPECTOR,
        "Inspector",
        "&Inspector",
        "The selected row: bytes, fields, message, handshake, close",
        guide="window#the-inspector",
    ),
    PanelRow(
        NOTES,
        "Bookmarks and Notes",
        "&Bookmarks and Notes",
        "Every bookmark and note of the session in front",
        guide="window#the-frame-table",
    ),
    PanelRow(
        PROBLEMS,
        "Problems",
        "Problems Fo&und",
        "Every broken rule of the session in front, and what an import could not read",
        guide="window#the-frame-table",
    ),
    PanelRow(
        COMPOSER,
        "Composer",
        "&Composer",
        "Put frames together and send them",
        without="An opened capture is read: nothing is sent from here.",
        guide="window#the-composer",
    ),
    PanelRow(
        POLICIES,
        "Policies",
        "&Policies and Faults",
        "What the session in front does, right or wrong",
        without="An opened capture is read: no policy holds here.",
        guide="options#policies-and-faults",
    ),
)
"""In the order of the work, which Tab follows."""

SIDE: Final = frozenset((SESSIONS,))
"""Panels that give way in a narrow window."""

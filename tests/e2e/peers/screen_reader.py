"""What a screen reader hears of the window, by AT-SPI's own library: a line of JSON for each step, for a test to judge.

It runs with the system's Python, as pyatspi is no package of Python's: ``screen_reader.py SECONDS``.
"""

import json
import sys
import time

import pyatspi

KEYS = {"Home": 0xFF50, "Down": 0xFF54}
DEADLINE = time.monotonic() + float(sys.argv[1])


def until(what, look):
    """What ``look()`` gives once it gives something; things come and go under a reader's hands."""
    last = None
    while time.monotonic() < DEADLINE:
        try:
            found = look()
        except Exception as error:  # noqa: BLE001 - of the library, while widgets go
            last, found = error, None
        if found:
            return found
        time.sleep(0.05)
    sys.exit(f"waited in vain for {what}: {last}")


def say(**facts):
    sys.stdout.write(f"{json.dumps(facts)}\n")
    sys.stdout.flush()


def program():
    desktop = pyatspi.Registry.getDesktop(0)
    for at in range(desktop.childCount):
        one = desktop.getChildAtIndex(at)
        if one is not None and one.name.startswith("wsgui") and one.childCount:
            return one
    return None


def below(top, most=4000):
    """Everything that shows, breadth first; of long tables the first cells."""
    todo, seen = [top], 0
    while todo and seen < most:
        one = todo.pop(0)
        seen += 1
        yield one
        for at in range(min(one.childCount, 60)):
            child = one.getChildAtIndex(at)
            if child is not None and child.getState().contains(pyatspi.STATE_SHOWING):
                todo.append(child)


def find(top, role, name):
    return next((one for one in below(top) if one.getRoleName() == role and one.name.startswith(name)), None)


def text_of(one):
    text = one.queryText()
    at = text.caretOffset
    return {
        "name": one.name,
        "description": one.description,
        "text": text.getText(0, -1),
        "caret": text.getText(at, text.characterCount),
        "line": text.getTextAtOffset(at, pyatspi.TEXT_BOUNDARY_LINE_START)[0],
        "box": list(text.getCharacterExtents(at, pyatspi.DESKTOP_COORDS)),
        "editable": one.getState().contains(pyatspi.STATE_EDITABLE),
    }


def first_that(find_one, fits):
    """What ``find_one()`` finds, once it fits."""

    def look():
        one = find_one()
        return one if one and fits(one) else None

    return look


def enabled(one):
    return one.getState().contains(pyatspi.STATE_ENABLED)


app = until("the program", program)
frame = until("its window", lambda: next((one for one in below(app) if one.getRoleName() == "frame"), None))
table = until("the rows", first_that(lambda: find(frame, "table", "Frames"), lambda one: one.queryTable().nRows >= 2))
rows = table.queryTable()
say(
    step="table",
    columns=[rows.getColumnHeader(at).name for at in range(rows.nColumns)],
    first=[rows.getAccessibleAt(0, at).name for at in range(rows.nColumns)],
)
unnamed = sorted(
    {
        f"{one.getRoleName()} in {one.parent.getRoleName()} {one.parent.name!r}"
        for one in below(frame)
        if one.getState().contains(pyatspi.STATE_FOCUSABLE)
        and enabled(one)
        and not one.name
        and one.getRoleName() not in ("label", "filler", "scroll bar", "table cell")
    }
)
say(step="names", unnamed=unnamed, markup=[one.description for one in below(frame) if "<qt>" in one.description])
say(step="labels", said=[one.name for one in below(frame) if one.getRoleName() == "label"])

# A message, typed and sent as a reader's user does it: by the names of things.
entry = until("the composer", lambda: find(frame, "text", "Text to send"))
entry.queryEditableText().insertText(0, "hello", 5)
send = until("Send", first_that(lambda: find(frame, "push button", "Send"), enabled))
preview = first_that(lambda: text_of(find(frame, "text", "Wire preview")), lambda one: one["text"].startswith("81 85"))
say(step="preview", **until("the preview", preview))
send.queryAction().doAction(0)
until("the echo", lambda: rows.nRows >= 4)
say(step="row", third=[rows.getAccessibleAt(2, at).name for at in range(rows.nColumns)])

# With the keys, as people without a mouse do: the table has the focus, and its third row is the one to look at.


def chosen():
    """The bytes of the third row, which the keys lead to once the window has the keyboard."""
    table.queryComponent().grabFocus()
    for key in ("Home", "Down", "Down"):
        pyatspi.Registry.generateKeyboardEvent(KEYS[key], None, pyatspi.KEY_SYM)
    view = find(frame, "text", "Bytes in hex")
    return view if view and text_of(view)["text"].startswith("000000  81 85") else None


view = until("the bytes of the third row", chosen)
say(step="bytes", **text_of(view))
diagram = until("the header", lambda: find(frame, "text", "Frame header"))
say(step="header", **text_of(diagram))

"""The steps of the tour as data. The README has the same steps, in the same order, for reading (a test holds that)."""

from __future__ import annotations

from enum import Enum
from typing import Final, NamedTuple


class Deed(Enum):
    """Something that a person can be seen to have done; the value is what the settings keep of it."""

    CONNECTED = "connected"
    """A client is open."""
    SENT = "sent"
    """A text message left."""
    ANSWERED = "answered"
    """A text message came back."""
    LOOKED = "looked"
    """A masked frame is chosen in the table."""
    CUT = "cut"
    """A message left in three fragments or more."""
    JOINED = "joined"
    """The Message tab shows a message of several fragments."""
    CLOSED = "closed"
    """A close frame with a code of a program's own (4000 to 4999) left."""
    AGAIN = "again"
    """The same session has connected a second time."""
    HEADS = "heads"
    """The Handshake tab is in front for a row of the handshake."""
    FILTERED = "filtered"
    """A filter is applied."""
    BROKEN = "broken"
    """A frame left that breaks a rule."""
    BACK = "back"
    """The answer to it has come: a close frame with a code for errors."""


class Goal(NamedTuple):
    """One thing to do in a step, and how it is seen that it is done."""

    deed: Deed
    sentence: str


class TourStep(NamedTuple):
    """One step: ``text`` says what there is to see, each of ``goals`` is one thing to do. ``action`` is the id of an
    action of the window that begins the step, or ""; ``label`` is what its button says."""

    name: str
    title: str
    text: str
    goals: tuple[Goal, ...]
    action: str = ""
    label: str = ""


TOUR: Final = (
    TourStep(
        "watch",
        "Watch both sides",
        "The playground starts an echo server on a free port of this machine, and a client that is connected to it. "
        "What the client sends comes back: masked on its way out, unmasked on its way in. The server's tab shows the "
        "same frames from the other end.",
        (
            Goal(Deed.CONNECTED, "Open the playground"),
            Goal(Deed.SENT, "Type something into the composer and press Ctrl+Enter"),
            Goal(Deed.ANSWERED, "See it come back"),
        ),
        "playground",
        "Open the Playground",
    ),
    TourStep(
        "read",
        "Read a frame",
        "The diagram under the table names every bit of the header. Below it the bytes on the wire stand beside the "
        "unmasked ones; move over a byte, and the line above spells out: wire xor key = byte.",
        (Goal(Deed.LOOKED, "Click a row of the client that went out (↑)"),),
    ),
    TourStep(
        "cut",
        "Cut a message",
        "A message may travel in pieces: the first frame has the opcode, the others continue it, the last one has "
        "FIN. In the table they are tied together, and the Message tab joins them.",
        (
            Goal(Deed.CUT, "In the composer's Fragments tab, split a text every 3 bytes and send it"),
            Goal(Deed.JOINED, "Look at it in the Message tab"),
        ),
    ),
    TourStep(
        "close",
        "Close with a reason",
        "A connection ends with a close frame each way. Its code says why: 4000 to 4999 are for programs to give a "
        "meaning to. The server answers with the same code.",
        (
            Goal(Deed.CLOSED, "In the composer's Close tab, send 4000 with a reason"),
            Goal(Deed.AGAIN, "Connect again: the session and its capture go on"),
        ),
    ),
    TourStep(
        "handshake",
        "Look at the handshake",
        "Every WebSocket begins as an HTTP request. The Handshake tab shows both heads, judges each header, and "
        "computes Sec-WebSocket-Accept step by step.",
        (Goal(Deed.HEADS, "Click the first row of the table"),),
    ),
    TourStep(
        "find",
        "Find a frame",
        "A plain word finds text. The language says more: opcode in {ping, pong} and delta > 100ms. Ctrl+Space lists "
        "what may stand where the cursor is; new frames that fit join the view as they come.",
        (Goal(Deed.FILTERED, "Type a word into the filter (Ctrl+F) and press Enter"),),
    ),
    TourStep(
        "break",
        "Break a rule",
        "The composer's Raw tab sends what no library would. The judge says beforehand which rules the frame breaks "
        "and what the server must answer; Faults… has a ready-made example of every rule.",
        (
            Goal(Deed.BROKEN, "In the Raw tab, choose a fault or click a bit of the header, and send it"),
            Goal(Deed.BACK, "See the server close the connection because of it"),
        ),
    ),
)

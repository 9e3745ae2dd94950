"""What a behaviour is. One serves all connections of a server, or those of a route."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, ClassVar

from wsgui.engine.behaviours.delivery import slow_down
from wsgui.options.model import SEVERAL, Face, Option, Shape, option, options_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.admission import Refusal
    from wsgui.protocol.connection import Event
    from wsgui.protocol.handshake_rules import Headers
    from wsgui.protocol.http_exchange import HttpAnswer, HttpRequest


def _nobody(sentence: str) -> None:
    """Nobody is there to be told."""


def setting(shape: Shape, default: object, label: str, help: str, hint: str = "", **more: Any) -> Any:  # noqa: A002
    """A field of a behaviour that is an option: ``label`` stands in the form, ``help`` says what it does, ``hint``
    stands in an empty field or in place of 0; ``more`` are attributes of `Option`."""
    return option(shape, default, server=Face(label=label, help=help, hint=hint), **more)


class Behaviour:
    """Reads what comes and says nothing. All methods are called on the loop, ``received`` once a read.

    One with options is a dataclass (``@dataclass(eq=False)``) whose fields are made by `setting`. They may change at
    any time: `retold` is called then, and everything that it keeps stays.
    """

    name: ClassVar[str] = ""
    summary: ClassVar[str] = ""
    """One sentence."""
    alone: ClassVar[bool] = True
    """Whether a client hears and moves nothing but itself: no other client, no file and no script of this machine.
    Then any web page may come. Each behaviour says so itself: it is not inherited."""

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "alone" not in cls.__dict__:
            cls.alone = False

    parts: ClassVar[Mapping[str, Mapping[str, Option]]] = {}
    """Rows of the things that a file of it has, by what one is called: for the docs."""
    say: Callable[[str], None] = staticmethod(_nobody)
    """Tells the person of the server something that she has to know, in one sentence: a file has an error."""

    # --- options

    @classmethod
    def rows(cls) -> Mapping[str, Option]:
        """Its options, by name."""
        return options_of(cls) if dataclasses.is_dataclass(cls) else {}

    def values(self) -> dict[str, Any]:
        """The values of its options."""
        return {name: getattr(self, name) for name in self.rows()}

    def tell(self, values: Mapping[str, Any]) -> None:
        """Other values of its options from now on; those that are not named become usual."""
        for name, row in self.rows().items():
            value = values.get(name, row.default)
            setattr(self, name, list(value) if row.shape in SEVERAL else value)
        self.retold()

    def check(self) -> None:
        """Raises OptionError for options that cannot be used. Their shapes and limits hold already."""

    def retold(self) -> None:
        """The options have changed."""

    # --- HTTP beside it

    def body_limit(self, method: str, target: str) -> int | None:
        """Whether it answers a plain HTTP request, and how many bytes its body may have; None: it does not."""
        return None

    async def answer(self, ws: WebSocket, request: HttpRequest) -> HttpAnswer:
        """Answer a plain HTTP request that it takes. Cancelled when the client hangs up, and when the server ends."""
        raise NotImplementedError

    def refuses(self, target: str, headers: Headers) -> Refusal | None:
        """Why a request for a WebSocket is refused; None if it is let in."""
        return None

    # --- what happens

    def begin(self) -> None:
        """The server listens, and does this from now on: the place to open files and to start timers."""

    def opened(self, ws: WebSocket) -> None:
        """A connection's handshake is done, or an open one was given to this behaviour."""

    def received(self, ws: WebSocket, events: list[Event]) -> None:
        """Events of one read of one connection."""

    def writable(self, ws: WebSocket, yes: bool) -> None:
        """A peer does not keep up, or does again."""
        slow_down(ws, yes)

    def closed(self, ws: WebSocket) -> None:
        """A connection is over."""

    def stop(self) -> None:
        """The server ends, or does something else from now on."""

    async def ended(self) -> None:
        """Wait until what `stop` has ended is over: tasks, threads, processes."""

    # --- what there is to see

    def room_of(self, ws: WebSocket) -> str:
        """The room that a client is in; empty where there are none."""
        return ""

    def counted(self) -> object | None:
        """What it has counted, as a value of its own kind for whoever shows it; None if there is nothing."""
        return None

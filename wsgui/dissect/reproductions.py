"""The table of commands and programs that a connection is copied as."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from wsgui.dissect.reproduce import Reopening, as_curl, as_websocat, as_websockets
from wsgui.dissect.reproduce_js import as_browser, as_k6, as_node, as_playwright

if TYPE_CHECKING:
    from collections.abc import Callable


class Reproduction(NamedTuple):
    """A way to repeat a handshake: its name for programs, its label for menus, and the function."""

    name: str
    label: str
    render: Callable[[Reopening], str]


REPRODUCTIONS: Final[dict[str, Reproduction]] = {
    one.name: one
    for one in (
        Reproduction(
            "websockets",
            "Python &Program (websockets)",
            lambda one: as_websockets(one.url, one.request, one.payload, text=one.text),
        ),
        Reproduction("curl", "&curl Command", lambda one: as_curl(one.url, one.request)),
        Reproduction("websocat", "&websocat Command", lambda one: as_websocat(one.url, one.request)),
        Reproduction("browser", "&JavaScript of a Page", as_browser),
        Reproduction("node", "&Node Program (ws)", as_node),
        Reproduction("k6", "&k6 Load Test", as_k6),
        Reproduction("playwright", "P&laywright Test", as_playwright),
    )
}
"""Every way, in the order of the menu."""

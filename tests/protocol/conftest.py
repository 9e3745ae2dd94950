"""Every test of the protocol runs with both cores: the Python code, and the compiled one where it was built."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wsgui.protocol import core

if TYPE_CHECKING:
    from collections.abc import Iterator

COMPILED = core.compiled()
unbuilt = pytest.mark.skipif(COMPILED is None, reason="there is no C compiler: the compiled core was not built")


@pytest.fixture(params=["python", pytest.param("compiled", marks=unbuilt)], autouse=True)
def protocol_core(request: pytest.FixtureRequest) -> Iterator[core.Core]:
    """The core that new connections work with."""
    before = core.current
    chosen = core.PURE if request.param == "python" or COMPILED is None else COMPILED
    core.use(chosen)
    yield chosen
    core.use(before)

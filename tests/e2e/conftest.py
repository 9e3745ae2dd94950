"""Foreign programs on the other end. Each is skipped, with the reason, where it is not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.peers import missing
from tests.programs import join_watchers

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def watchers_end() -> Iterator[None]:
    """asyncio's own threads, which wait for processes, end with them."""
    yield
    join_watchers()


@pytest.fixture
def peer(request: pytest.FixtureRequest) -> str:
    """One of the peers; to be parametrized indirectly."""
    name = str(request.param)
    reason = missing(name)
    if reason:
        pytest.skip(reason)
    return name

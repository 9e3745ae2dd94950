"""What happens while the capture file cannot be written: recording pauses, and goes on by itself when there is room.

Meanwhile traffic is held, so that TCP slows the peers and nothing is lost, or goes on unrecorded, as the person chose.
What came before the writer's bound was reached is kept in memory and written late; what came after it is counted, and
a note in the capture says how much is missing there.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    from wsgui.engine.tasks import TaskOwner
    from wsgui.session.recorder import Recorder

RETRY_SECONDS: Final = 2.0
"""How often it is tried again."""


class RecordingPause:
    """``sentence`` says why recording stands still; it is empty while it goes on. ``hold`` is what traffic does then.

    ``on_change(sentence, failed)`` is called on the loop when it begins and when it is over.
    """

    def __init__(self, recorder: Recorder, tasks: TaskOwner, on_change: Callable[[str, bool], None]) -> None:
        self.sentence = ""
        self.hold = True
        self._recorder = recorder
        self._tasks = tasks
        self._on_change = on_change
        self._now = asyncio.Event()
        self._lost_before = 0

    @property
    def holding(self) -> bool:
        """Whether nothing is read from the peers because it could not be recorded."""
        return bool(self.sentence) and self.hold

    @property
    def lost(self) -> int:
        """Frames that went by unrecorded since recording paused."""
        return self._recorder.dropped - self._lost_before

    def failed(self, sentence: str) -> None:
        """The writer says why it stopped; again for each attempt that failed."""
        if self.sentence:
            return
        self.sentence = sentence
        self._lost_before = self._recorder.dropped
        self._now.clear()
        self._tasks.start(self._go_on(), "try to record again")
        self._on_change(sentence, True)

    def set_hold(self, yes: bool) -> None:
        """Hold the traffic, or let it go on unrecorded."""
        if yes != self.hold:
            self.hold = yes
            if self.sentence:
                self._on_change(self.sentence, True)

    def try_again(self) -> None:
        """Try at once."""
        self._now.set()

    async def _go_on(self) -> None:
        recorder = self._recorder
        while True:
            try:
                async with asyncio.timeout(RETRY_SECONDS):
                    await self._now.wait()
            except TimeoutError:
                pass
            self._now.clear()
            recorder.retry()
            if await asyncio.to_thread(recorder.flush) and recorder.failure is None:
                break
        lost = self.lost
        self.sentence = ""
        if lost:
            frames = "1 frame" if lost == 1 else f"{lost} frames"
            self._on_change(f"Recording goes on. {frames} went by unrecorded; a note in the capture says where.", False)
        else:
            self._on_change("Recording goes on. Nothing was lost.", False)

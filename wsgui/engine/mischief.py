"""Faults carried out on one connection: frames dropped, doubled, changed, held back; slow reading; TCP cut."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Final, Protocol

from wsgui.engine.delay_line import DelayLine
from wsgui.engine.faults import Action, Cut, Faults
from wsgui.protocol.opcodes import Opcode
from wsgui.protocol.policy import Policy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from wsgui.protocol.compression import Inflator
    from wsgui.protocol.frames import Frame

_READS_A_SECOND: Final = 20
_ROOM: Final = Policy().message_limit


class Victim(Protocol):
    """What mischief needs of a connection."""

    def write_now(self, frames: Sequence[Frame]) -> None:
        """Send frames as they are, past all faults."""

    def pause_reading(self, reason: str) -> None:
        """Stop reading."""

    def resume_reading(self, reason: str) -> None:
        """Read on."""

    def limit_reads(self, size: int) -> None:
        """Read so many bytes at a time at most; 0: as many as come."""

    def cut(self, how: Cut) -> None:
        """Cut TCP."""

    def sent_inflator(self) -> Inflator | None:
        """What inflates our own compressed frames, in the state after those sent; None if nothing was agreed."""


class Mischief:
    """The faults of one connection; `use` changes them while it is open, `stop` ends what is under way."""

    def __init__(self, victim: Victim) -> None:
        self.faults = Faults()
        self._victim = victim
        self._loop = asyncio.get_running_loop()
        self._chance = random.Random(0)  # noqa: S311 - for faults that can be repeated, not for secrets
        self._held = DelayLine(victim.write_now)
        self._pongs = DelayLine(victim.write_now)
        self._reader: asyncio.TimerHandle | None = None
        self._counted = 0
        self._inflator: Inflator | None = None

    def use(self, faults: Faults) -> None:
        """Other faults from now on. Frames that are held back leave at their time all the same."""
        if faults.seed != self.faults.seed or faults.frames != self.faults.frames:
            self._chance.seed(faults.seed)
        if not self.faults.frames:
            self._inflator = None  # it has not seen what was sent meanwhile
        if faults.cut_after != self.faults.cut_after:
            self._counted = 0
        self.faults = faults
        if faults.stop_reading:
            self._victim.pause_reading("fault")
        else:
            self._victim.resume_reading("fault")
        rate = faults.read_rate
        self._victim.limit_reads(max(1, rate // _READS_A_SECOND) if rate else 0)
        if not rate:
            self._read_on()

    # --- reading

    def was_read(self, size: int) -> None:
        """``size`` bytes were read: at a low rate, the next ones have to wait."""
        if self.faults.read_rate and self._reader is None:
            self._victim.pause_reading("slow")
            self._reader = self._loop.call_later(size / self.faults.read_rate, self._read_on)

    def _read_on(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None
        self._victim.resume_reading("slow")

    # --- sending

    def delays_pongs(self, replies: list[Frame]) -> list[Frame]:
        """Take the pongs out of ``replies`` that have to wait; returns the others."""
        delay = self.faults.pong_delay
        if not delay:
            return replies
        for frame in replies:
            if frame.opcode == Opcode.PONG:
                self._pongs.put(frame, delay)
        return [frame for frame in replies if frame.opcode != Opcode.PONG]

    def outgoing(self, frames: list[Frame]) -> list[Frame]:
        """What of ``frames`` leaves now: an interceptor of what is sent."""
        if not self.faults.frames and not self._held:
            return frames
        if self._inflator is None:
            self._inflator = self._victim.sent_inflator()
        leaving: list[Frame] = []
        for frame in frames:
            copies = [frame]
            wait = 0.0
            inflated = self._inflated(frame)
            for fault in self.faults.frames:
                if not fault.applies(frame, inflated):
                    continue
                if fault.action is Action.DROP:
                    copies = []
                elif fault.action is Action.DUPLICATE:
                    copies = copies * 2
                elif fault.action is Action.CORRUPT:
                    copies = [self._corrupted(copy, fault.offset) for copy in copies]
                else:
                    wait = max(wait, fault.seconds)
            if wait or self._held:
                for copy in copies:
                    self._held.put(copy, wait)
            else:
                leaving += copies
        return leaving

    def _inflated(self, frame: Frame) -> bytes | None:
        """What the frame's payload inflates to; None if it is not compressed, or cannot be inflated."""
        if self._inflator is None or frame.head & 8:
            return None
        result = self._inflator.frame(frame.head, frame.payload, _ROOM)
        return result if isinstance(result, bytes) else None

    def _corrupted(self, frame: Frame, offset: int | None) -> Frame:
        payload = frame.payload
        place = self._chance.randrange(len(payload)) if offset is None and payload else offset or 0
        if place >= len(payload):
            return frame
        changed = payload[place] ^ (1 << self._chance.randrange(8))
        return frame._replace(payload=payload[:place] + bytes((changed,)) + payload[place + 1 :])

    # --- cutting

    def count(self, frames: int) -> None:
        """So many more frames were sent or received."""
        self._counted += frames
        if self.faults.cut_after and self._counted >= self.faults.cut_after:
            self._victim.cut(self.faults.cut)

    def stop(self) -> None:
        """The connection is over."""
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None
        self._held.clear()
        self._pongs.clear()

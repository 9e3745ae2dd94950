"""What client and server sessions share: a capture, counters, and a revision that says when to look again.

A session tells nobody anything. Whoever shows it looks at `revision` a few times a second: at 100 000 frames/s a signal
a frame would be the work, and a look costs nothing.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Final, TypeAlias

from wsgui.capture.errors import CaptureError
from wsgui.capture.reader import CaptureReader
from wsgui.endpoint.policies import misbehaviour
from wsgui.endpoint.schema_choice import schema_choice
from wsgui.endpoint.settings import EndpointSettings
from wsgui.engine.errors import ConnectionClosedError
from wsgui.engine.options import Options
from wsgui.engine.tasks import TaskOwner
from wsgui.protocol.opcodes import Opcode
from wsgui.session.filler import Filler
from wsgui.session.folders import new_capture_path
from wsgui.session.live_mark import LiveMark
from wsgui.session.raw_sending import IN_THE_WAY, MANY_OPEN, RawSendings
from wsgui.session.recorder import Recorder, Unrecorded
from wsgui.session.recording_pause import RecordingPause
from wsgui.session.snapshot import Counts, Light, Reachable, Snapshot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

    from wsgui.dissect.decoders.schema.model import SchemaChoice
    from wsgui.engine.websocket import WebSocket
    from wsgui.protocol.compression import Deflator
    from wsgui.protocol.connection import Connection
    from wsgui.protocol.frames import Frame
    from wsgui.protocol.states import Role
    from wsgui.records import Record
    from wsgui.session.snapshot import ConnectionLine

    Frames: TypeAlias = Sequence[Frame] | Callable[[Connection], Sequence[Frame]]
    """Frames to send, or what makes them for each connection: compressed ones differ from one to the next."""


OPEN_SECONDS: Final = 1.0
"""So long the list of more than `MANY_OPEN` connections is good enough to be shown."""
KEEP_ALIVE_SECONDS = 20.0
"""How often a keep-alive ping goes out once a person switches it on."""


class Session:
    """A running client or server. ``name`` is what the window calls it.

    Its capture is a new one in ``folder``, or a new ``file`` that a person has named, or ``capture``, one of the folder
    that it goes on with; without them nothing is kept. ``listener`` hears every record too.

    ``message`` is one sentence about the last thing that happened, ``failed`` whether it is bad news. Once a copy has
    been saved, ``saved_path`` is where, and ``saved_rows`` how many rows it has. Raises CaptureError if the file cannot
    be made or opened.
    """

    kind = "session"
    role: Role
    holds = True
    """Whether traffic is held while it cannot be recorded, until a person says otherwise."""

    def __init__(
        self,
        name: str,
        folder: Path | None,
        options: Options | None = None,
        *,
        capture: Path | None = None,
        file: Path | None = None,
        listener: Callable[[Record], None] | None = None,
    ) -> None:
        self.name = name
        self.given_name = ""
        """What a person calls it; empty for its usual name."""
        self.settings = EndpointSettings(kind=self.kind)
        self.schema: SchemaChoice | None = None
        """What Protobuf is read and written by."""
        self.options = options or Options()
        self.revision = 0
        self.message = ""
        self.failed = False
        self.tasks = TaskOwner()
        self.filler = Filler()
        """What fills in the templates that it sends."""
        self.saved_path: Path | None = None
        self.saved_rows = 0
        self._named = file is not None
        self._mark: LiveMark | None = None
        self.recorder = self._recorder(capture or (new_capture_path(folder, name) if folder else file), capture)
        self.observer = _both(self.recorder.observer, listener)
        """What hears of every record; None if nobody does."""
        self._rows_at_start = self.recorder.committed
        self.recording = RecordingPause(self.recorder, self.tasks, self._recording_changed)
        self.recording.hold = self.holds
        self._behind = False
        self._relieved = asyncio.Event()
        self._relieved.set()
        self._sending: asyncio.Task[None] | None = None
        self.raw = RawSendings(self)
        self._open: list[WebSocket] = []
        self._reachable_of: list[WebSocket] = []
        self._reachable: list[Reachable] = []
        self._compressing_of: list[WebSocket] = []
        self._compressing: list[int] = []
        self._open_until = 0.0
        self._sent = 0

    def _recorder(self, path: Path | None, capture: Path | None) -> Recorder:
        if path is None:
            return Unrecorded()
        if not self._named:
            with suppress(OSError):  # what keeps a mark from being made keeps a capture from being made, and says so
                self._mark = LiveMark(path)
        try:
            return Recorder(
                path,
                self.name,
                on_overload=self._overloaded,
                on_failure=self._recording_failed,
                on_record=self._connection_changed,
                on_moved=self._recording_moved,
                role=self.kind,
                append=capture is not None,
            )
        except BaseException:
            self._unmark()
            raise

    def say(self, sentence: str, *, failed: bool = False) -> None:
        """Set the sentence that the window shows."""
        self.message = sentence
        self.failed = failed
        self.changed()

    def changed(self) -> None:
        """Something that is shown has changed."""
        self.revision += 1

    @property
    def path(self) -> Path:
        """The file that is recorded into, of a session that is kept."""
        return self.recorder.path

    def flush(self) -> None:
        """Wait until all that came is in the file. Blocks: call it in a worker thread."""
        self.recorder.flush()

    def was_saved(self, path: Path, rows: int) -> None:
        """A copy with so many rows stands there now."""
        self.saved_path, self.saved_rows = path, rows

    def snapshot(self) -> Snapshot:
        """What there is to see of it now."""
        tally = self.recorder.tally
        lines = self._connection_lines()
        return Snapshot(
            self.given_name or self.name,
            self.message,
            self.failed,
            Light.FAILED if self.failed else self._light(),
            state=self._state_text(),
            rtt_ns=self.rtt_ns,
            misbehaviour=self.misbehaviour,
            connections=lines,
            unlisted=max(0, self._connections_seen() - len(lines)),
            counts=Counts(
                tally.frames_sent, tally.bytes_sent, tally.frames_received, tally.bytes_received, tally.violations
            ),
            committed=self.recorder.committed,
            capture=self.recorder.file_name,
            capture_bytes=self.recorder.size_bytes(),
        )

    rtt_ns: int | None
    """The last ping's round trip in ns, where there is one peer to ask."""

    def _light(self) -> Light:
        raise NotImplementedError

    def _state_text(self) -> str:
        """The state in the words of the status bar."""
        raise NotImplementedError

    def _connections_seen(self) -> int:
        """How many connections the capture has, where they are listed."""
        return 0

    def _connection_lines(self) -> Sequence[ConnectionLine]:
        """The connections that are listed below it."""
        return ()

    # --- what the parts tell

    def connections_now(self) -> Iterable[WebSocket]:
        """Those whose TCP is up, whatever their state."""
        raise NotImplementedError

    def _overloaded(self, yes: bool) -> None:
        """The capture's writer is behind: TCP slows the peers down until it has caught up, and nothing is lost."""
        self._behind = yes
        self._gate()

    def _gate(self) -> None:
        """Hold the connections that are there now, or let them go."""
        if self._behind or self.recording.holding:
            self._relieved.clear()
        else:
            self._relieved.set()
        for ws in self.connections_now():
            if self._relieved.is_set():
                ws.driver.resume_reading("recorder")
            else:
                ws.driver.pause_reading("recorder")

    def _recording_failed(self, sentence: str) -> None:
        self.recording.failed(sentence)

    def _recording_changed(self, sentence: str, failed: bool) -> None:
        self._gate()
        self.say(sentence, failed=failed)

    def _recording_moved(self, sentence: str) -> None:
        self.say(sentence, failed=True)

    def _let_go(self) -> None:
        """Hold no more: an answer to a close frame has to be read."""
        if self.recording.holding:
            self.recording.set_hold(False)

    def _connection_changed(self, record: Record) -> None:
        self.changed()

    # --- settings

    def use_settings(self, settings: EndpointSettings) -> None:
        """What the next connections are told; policies and faults hold for the open ones at once.

        Raises SettingsError, and then nothing changes.
        """
        options = self._options_of(settings)
        schema = schema_choice(settings)
        self.settings = settings
        self.schema = schema
        self.recorder.use_schema(schema)
        self.options = options
        self.keep_policies(self.connections_now(), options)
        self.changed()

    def _options_of(self, settings: EndpointSettings) -> Options:
        raise NotImplementedError

    def keep_policies(self, connections: Iterable[WebSocket], options: Options) -> None:
        """Make open connections do what ``options`` says."""
        for ws in connections:
            ws.use_policy(options.policy)
            ws.driver.use_faults(options.faults)
            if ws.driver.options.timeouts.ping_interval != options.timeouts.ping_interval:
                ws.driver.keep_alive(options.timeouts.ping_interval)

    @property
    def misbehaviour(self) -> list[str]:
        """What is done wrong on purpose, in sentences; empty for a session that behaves."""
        return misbehaviour(self.options, self.role)

    # --- keep-alive

    @property
    def keep_alive(self) -> bool:
        """Whether connections are pinged regularly."""
        return self.options.timeouts.ping_interval is not None

    def set_keep_alive(self, on: bool) -> None:
        """Ping every open and future connection regularly, or no longer. An unanswered ping ends its connection."""
        interval = KEEP_ALIVE_SECONDS if on else None
        self.settings.ping_interval = interval or 0.0
        self.options.timeouts.ping_interval = interval
        for ws in self.targets(None):
            ws.driver.keep_alive(interval)
        self.changed()

    # --- sending

    def targets(self, target: int | None) -> list[WebSocket]:
        """The open connections that ``target`` stands for: one by its number, or all for None."""
        return [ws for ws in self.connections_now() if ws.driver.can_send and (target is None or ws.number == target)]

    def open_in_view(self) -> list[WebSocket]:
        """All `targets`, for what is shown: of thousands of connections as they were a moment ago, as to ask each of
        them at every look would take the window's time."""
        now = time.monotonic()
        if now >= self._open_until:
            self._open = self.targets(None)
            self._open_until = now + OPEN_SECONDS if len(self._open) > MANY_OPEN else 0.0
        return self._open

    def reachable(self, target: int | None = None) -> list[Reachable]:
        """Those of them that ``target`` stands for."""
        if target is not None:
            return [_reachable(ws) for ws in self.targets(target)]
        among = self.open_in_view()
        if among is not self._reachable_of:
            self._reachable_of, self._reachable = among, [_reachable(ws) for ws in among]
        return self._reachable

    def raw_targets(self, target: int | None) -> list[WebSocket]:
        """As `targets`, with the connections on which our close frame has gone: raw bytes may follow it."""
        return [
            ws for ws in self.connections_now() if ws.driver.can_send_raw and (target is None or ws.number == target)
        ]

    def send(self, frames: Frames, target: int | None = None) -> int:
        """Send frames as they are to one connection or to all; returns to how many. Says so when it is none."""
        if self.raw.under_way:
            self.say(IN_THE_WAY, failed=True)
            return 0
        reached = self.targets(target)
        for ws in reached:
            ws.write_frames(frames(ws.connection) if callable(frames) else frames)
        if not reached:
            self.say("Nothing was sent: no connection is open.", failed=True)
        return len(reached)

    def ping(self) -> None:
        """Send a ping of four random bytes on every open connection."""
        for ws in self.targets(None):
            ws.write_frames([ws.frame(Opcode.PING, secrets.token_bytes(4))])

    def cut(self, target: int | None = None) -> None:
        """Drop TCP of one connection, or of all, without a close frame."""
        for ws in list(self.connections_now()):
            if target is None or ws.number == target:
                ws.abort()

    def close_connection(self, number: int, code: int | None = 1000, reason: str = "") -> None:
        """Start the closing handshake with one connection."""
        self._let_go()
        for ws in self.targets(number):
            self.tasks.start(ws.close(code, reason), f"close connection {number}")

    def compressing(self, target: int | None) -> list[int]:
        """The numbers of those of `targets` on which permessage-deflate was agreed on, as they are shown."""
        if target is not None:
            return [ws.number for ws in self.targets(target) if ws.connection.deflate is not None]
        among = self.open_in_view()
        if among is not self._compressing_of:
            self._compressing_of = among
            self._compressing = [ws.number for ws in among if ws.connection.deflate is not None]
        return self._compressing

    def deflator(self, target: int | None) -> Deflator | None:
        """A copy of what the next message would be compressed with on the first of them."""
        for ws in self.targets(target):
            if ws.connection.deflate is not None:
                return ws.connection.deflator_now()
        return None

    def start_repeating(self, make_frames: Iterable[Frames], interval: float, target: int | None) -> None:
        """Send one batch after another, ``interval`` seconds apart, until they run out, nobody is left to send to, or
        `stop_repeating`. Peers and the capture's writer are waited for. What makes the next one may raise ValueError
        with a sentence, which ends it."""
        self.stop_repeating()
        self._sending = self.tasks.start(self._repeat(make_frames, interval, target), "repeated sending")
        self._sending.add_done_callback(lambda _: self.changed())
        self.changed()

    def stop_repeating(self) -> None:
        """End repeated sending."""
        if self._sending is not None:
            self._sending.cancel()
            self._sending = None
            self.changed()

    @property
    def repeating(self) -> bool:
        """Whether repeated sending is under way."""
        return self._sending is not None and not self._sending.done()

    @property
    def progress(self) -> str:
        """How far repeated sending has come, in a few words; empty when it is not under way."""
        return f"Sent {self._sent} times…" if self.repeating else ""

    async def _repeat(self, make_frames: Iterable[Frames], interval: float, target: int | None) -> None:
        self._sent = 0
        batches = iter(make_frames)
        while True:
            if self._sent and interval:
                await asyncio.sleep(interval)
            try:
                frames = next(batches, None)
            except ValueError as error:
                self.say(f"Stopped behind {self._sent} times: {error}", failed=True)
                return
            if frames is None:
                break
            if not self.send(frames, target):
                return
            self._sent += 1
            self.changed()
            for ws in self.targets(target):
                with suppress(ConnectionClosedError):  # the others go on
                    await ws.drained()
            await self._relieved.wait()
            if not interval and self._sent % 64 == 0:
                await asyncio.sleep(0)
        self.say(f"Sent {self._sent} times.")

    # --- the end

    async def close(self) -> bool:
        """Close connections, tasks and the capture. True if all that came is in it.

        A capture without a row, or with none that is not in the copy that was saved, is deleted; one that a person has
        named, if the session never began.
        """
        self.stop_repeating()
        self.raw.cancel()
        self._let_go()
        await self._close_connections("going away")
        await self.tasks.close()
        complete = await self.recorder.close()
        if await asyncio.to_thread(self._is_useless, complete):
            self.recorder.discard()
        self._unmark()
        self.changed()
        return complete

    def _is_useless(self, complete: bool) -> bool:
        """Whether the file may go."""
        if self._named:
            return not self._began()
        if self.recorder.committed == self._rows_at_start and (complete or not self._rows_at_start):
            return True  # nothing ever happened: not worth keeping
        return complete and self._is_saved()

    def _began(self) -> bool:
        """Whether there was anything to record."""
        return self.recorder.tally.connections > 0

    def _is_saved(self) -> bool:
        """Whether a copy with all rows stands where it was saved."""
        if self.saved_path is None or self.saved_rows != self.recorder.committed:
            return False
        try:
            with CaptureReader(self.saved_path) as reader:
                return reader.last_id() == self.saved_rows
        except CaptureError:
            return False

    def _unmark(self) -> None:
        if self._mark is not None:
            self._mark.remove()

    async def _close_connections(self, reason: str) -> None:
        """Close with 1001; peers that do not answer are cut off after a second or so, not after ten."""
        raise NotImplementedError


def _reachable(ws: WebSocket) -> Reachable:
    return Reachable(ws.number, ws.remote, ws.url)


def _both(
    one: Callable[[Record], None] | None, other: Callable[[Record], None] | None
) -> Callable[[Record], None] | None:
    if one is None or other is None:
        return one or other

    def both(record: Record) -> None:
        one(record)
        other(record)

    return both

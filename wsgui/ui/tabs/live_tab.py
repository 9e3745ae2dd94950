"""What the tabs of running sessions have and that of an opened file has not: the composer, and recording."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QBoxLayout, QWidget

from wsgui.records import Direction
from wsgui.session.copying import editable_of, payload_of
from wsgui.ui.composer.composer import Composer
from wsgui.ui.composer.outgoing import frames_on, like, with_fresh_keys
from wsgui.ui.panels.table import COMPOSER, POLICIES
from wsgui.ui.policies.control import PolicyControl
from wsgui.ui.tabs.recording_bar import RecordingBar
from wsgui.ui.tabs.session_tab import SessionTab
from wsgui.ui.widgets.guard import guarded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from PySide6.QtWidgets import QToolButton

    from wsgui.dissect.decoders.model import Context
    from wsgui.endpoint.settings import EndpointSettings
    from wsgui.protocol.connection import Connection
    from wsgui.protocol.frames import Frame
    from wsgui.session.base import Session
    from wsgui.ui.composer.outgoing import Outgoing, Repeat
    from wsgui.ui.drawer.host import DrawerHost
    from wsgui.ui.tabs.session_tab import Surroundings


@guarded
class LiveTab(SessionTab):
    """A running client or server; subclasses add their bar."""

    session: Session
    live = True
    asks_for_secrets = False
    """Whether it asks for secrets that are missing when it is started."""
    options: DrawerHost
    saved: tuple[str, EndpointSettings] | None = None
    """The saved endpoint that this session came from or became: its id, and what is kept of it."""

    def __init__(self, session: Session, bar: QWidget) -> None:
        super().__init__(session, bar)
        self.composer = Composer(new_key=lambda: secrets.token_bytes(4))
        self.composer.setMinimumWidth(self.composer.whole_width)
        self.policies = PolicyControl(session)
        self.pages |= {COMPOSER: self.composer, POLICIES: self.policies.panel}
        self.recording_bar = RecordingBar()
        layout = self.layout()
        assert isinstance(layout, QBoxLayout)  # noqa: S101 - made by the base
        layout.insertWidget(layout.indexOf(self.banner), self.policies.strip)
        layout.insertWidget(layout.indexOf(self.banner), self.recording_bar)
        self.filter_bar.add_button(self.policies.button, before=self.frame_bar.pause)
        self.filter_bar.may_go(self.policies.button)
        QWidget.setTabOrder(self.row_windows.statistics_button, self.policies.button)
        self.recording_bar.hold_chosen.connect(session.recording.set_hold)
        self.recording_bar.retry_requested.connect(session.recording.try_again)
        self.composer.compression.deflator = lambda: session.deflator(self.composer.send_target)
        self.composer.target.changed.connect(self._show_compression)
        self.composer.send_requested.connect(self._send)
        self.composer.raw_requested.connect(lambda sending, target: session.raw.send(sending.pieces, target))
        self.composer.raw_requested.connect(self.table.show_newest)
        peer = lambda: session.raw.peer_now(self.composer.send_target)  # noqa: E731
        self.composer.raw_tab.peer = self.composer.fragments_tab.peer = peer
        self.composer.text_tab.filler = session.filler
        self.composer.text_tab.context = self._sent_context
        self.composer.stop_requested.connect(session.stop_repeating)
        self.composer.stop_requested.connect(session.raw.cancel)
        self.table.compose_requested.connect(self._compose)

    @property
    def offers(self) -> frozenset[str]:
        return super().offers | {"live"} | ({"repeating"} if self.session.repeating else set())

    def equip(self, window: Surroundings) -> None:
        super().equip(window)
        self.policies.use(window.panels)
        window.panels.shown_changed.connect(self._panels_changed)

    def _panels_changed(self) -> None:
        self.policies.show_open()

    @property
    def star(self) -> QToolButton:
        """The button that saves the endpoint."""
        raise NotImplementedError

    def show_place(self, url: str) -> None:
        """Put where a capture was recorded into the bar."""
        raise NotImplementedError

    def session_start(self) -> None:
        """Connect, or listen."""
        raise NotImplementedError

    def endpoint(self) -> EndpointSettings:
        """The session's options with what its bar says, as an endpoint is saved."""
        raise NotImplementedError

    def use_endpoint(self, settings: EndpointSettings) -> None:
        """Take over a saved endpoint."""
        raise NotImplementedError

    def put_options(self, options: DrawerHost) -> None:
        """The options open over the table, so that inspector and composer keep their room."""
        self.options = options
        self.upper.put_over(options)
        self.upper.room_changed.connect(options.fit)

    def focus_table(self) -> None:
        if self.upper.covered:
            self.options.turn()
        super().focus_table()

    def tick(self) -> bool:
        changed = super().tick()
        if changed:
            self.policies.look()
            self._show_compression()
            self.composer.text_tab.look_at_values()
            self.composer.set_raw_state(self.session.raw.possible, self.session.raw.inside_frame)
            self.composer.set_progress(self.session.raw.progress or self.session.progress)
            recording = self.session.recording
            self.recording_bar.show_pause(recording.sentence, recording.hold, recording.lost)
            if recording.sentence and self.banner.sentence == recording.sentence:
                self.banner.show_sentence("")
        elif self.recording_bar.isVisible():
            recording = self.session.recording
            self.recording_bar.show_pause(recording.sentence, recording.hold, recording.lost)
        return changed

    def _show_compression(self) -> None:
        policy = self.session.options.policy
        found = self.session.compressing(self.composer.send_target)
        self.composer.compression.whom = f"to #{found[0]}" if len(found) > 1 else ""
        self.composer.set_compression(bool(found), policy.compress)
        self.composer.set_mask(policy.mask)

    def _send(self, outgoing: Sequence[Outgoing], target: int | None, repeat: Repeat) -> None:
        if repeat.count == 1:
            self.session.send(_frames(outgoing), target)
        else:
            self.session.start_repeating(_batches(outgoing, repeat), repeat.interval_ms / 1000, target)
        self.table.show_newest()

    def _sent_context(self) -> Context:
        """What a decoder is told of the connection that is sent to."""
        found = self.session.reachable(self.composer.send_target)
        return self.contexts.of(found[0].number if found else 0, int(Direction.SENT))

    @property
    def running(self) -> Session:
        return self.session

    def ping(self) -> None:
        """Send a ping on every open connection."""
        self.session.ping()
        self.table.show_newest()

    def _compose(self, place: int) -> None:
        """Put a row's frame into the composer, to change it and send it again."""

        def load() -> None:
            row = self.model.row(place)
            if row is not None and row.opcode >= 0:
                self.show_composer()
                found = editable_of(self.reader, row.id, self.model.decoder, joined=self.model.shows_messages)
                if found is not None:
                    self.composer.compose_as(*found)
                    return
                self.composer.compose(row.opcode, payload_of(self.reader, row.id, joined=self.model.shows_messages))

        self._guard(load)

    def show_composer(self) -> None:
        """Put the composer in front, where the policies may stand."""
        self.panels.show(COMPOSER)
        if not self.policies.is_open:  # they stand behind it
            self.panels.hide(POLICIES)

    def toggle_policies(self) -> None:
        """Show policies and faults, or the composer again."""
        self.policies.toggle()

    def focus_composer(self) -> None:
        """Put the cursor into the composer."""
        self.show_composer()
        self.composer.current_tab.setFocus()

    def set_keep_alive(self, yes: bool) -> None:
        """Ping regularly, or no longer."""
        if yes != self.session.keep_alive:
            self.session.set_keep_alive(yes)

    def stop_repeating(self) -> None:
        """End repeated sending."""
        self.session.stop_repeating()


def _frames(outgoing: Sequence[Outgoing]) -> Sequence[Frame] | Callable[[Connection], Sequence[Frame]]:
    """The frames; where some are to be compressed, what makes them for each connection."""
    if any(one.compress for one in outgoing):
        return lambda connection: frames_on(connection, outgoing)
    return [one.frame() for one in outgoing]


def _batches(
    outgoing: Sequence[Outgoing], repeat: Repeat
) -> Iterator[Sequence[Frame] | Callable[[Connection], Sequence[Frame]]]:
    """The same frames so many times, masked afresh each time (RFC 6455 section 5.3), or those that are made anew."""
    new_key = lambda: secrets.token_bytes(4)  # noqa: E731
    for number in range(repeat.count):
        if number == 0 or repeat.anew is None:
            yield _frames(with_fresh_keys(outgoing, new_key))
        else:
            yield _frames(like(repeat.anew(), outgoing, new_key))

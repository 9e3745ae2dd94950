"""Every lesson, done in the real window from its first step to its last, left and gone on with in between."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.real_window import Desk, at_desk, click
from wsgui.filter import parse
from wsgui.protocol.faults import fault
from wsgui.protocol.states import State
from wsgui.session.row_finder import RowFinder
from wsgui.ui.learn.lesson import all_lessons
from wsgui.ui.panels.table import LEARN, SESSIONS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from wsgui.capture.row_set import RowSet
    from wsgui.ui.composer.tab import ComposeTab
    from wsgui.ui.learn.panel import LessonPanel
    from wsgui.ui.tabs.client.client_tab import ClientTab
    from wsgui.ui.tabs.live_tab import LiveTab
    from wsgui.ui.tabs.server.server_tab import ServerTab


class Pupil:
    """Somebody who does a lesson."""

    server: ServerTab
    client: ClientTab

    def __init__(self, desk: Desk) -> None:
        self.desk, self.window = desk, desk.window

    @property
    def panel(self) -> LessonPanel:
        panel = self.window.lessons.panel
        assert panel is not None
        return panel

    @property
    def open_tasks(self) -> list[str]:
        """What is still to be done in the step."""
        return [text[2:] for text in self.panel.said if not text.startswith("✓")]

    async def begin(self, name: str) -> None:
        """Open a lesson and its playground."""
        self.window.lessons.start(name)
        assert self.window.lessons.is_open
        assert self.panel.lesson.name == name
        assert self.open_tasks
        click(self.panel.begin)
        await self.desk.until(lambda: self.window.tabs.count() == 2)
        self.server, self.client = self.window.all_tabs()  # type: ignore[assignment]
        await self.open()

    async def open(self) -> None:
        """The client is connected, and can send."""
        await self.desk.until(lambda: self.client.client.state is State.OPEN)
        await self.desk.until(self.client.composer.send_button.isEnabled)

    async def next(self, title: str) -> None:
        """The step is done: go on from it."""
        assert self.panel.step.title == title
        await self.desk.until(lambda: not self.open_tasks)
        click(self.panel.on)

    async def only(self, *tasks: int) -> None:
        """These tasks of the step are still to be done, by their places."""
        await self.desk.until(
            lambda: (
                [text for text in self.panel.said if text.startswith("○")]
                == [self.panel.said[place] for place in tasks]
            )
        )

    async def say(self, text: str, tab: LiveTab | None = None) -> None:
        """Send a text."""
        composer = (tab or self.client).composer
        composer.tabs.setCurrentIndex(0)
        composer.text_tab.edit.setPlainText(text)
        composer.refresh()
        await self.desk.until(composer.send_button.isEnabled)
        click(composer.send_button)

    async def put(self, task: str) -> None:
        """Have a task's text put into the composer, and send it."""
        await self.desk.until(self.panel.texts[task].isVisible)
        click(self.panel.texts[task])
        assert self.window.front is self.client
        composer = self.client.composer
        assert composer.text_tab.edit.toPlainText() == composer.text_tab.edit.exact_text() != ""
        composer.refresh()
        await self.desk.until(composer.send_button.isEnabled)
        click(composer.send_button)

    async def send(self, page: ComposeTab, tab: LiveTab | None = None) -> None:
        """Send what a page of the composer has."""
        composer = (tab or self.client).composer
        composer.tabs.setCurrentIndex(composer._tabs.index(page))
        composer.refresh()
        await self.desk.until(composer.send_button.isEnabled)
        click(composer.send_button)

    async def send_fault(self, name: str) -> None:
        raw = self.client.composer.raw_tab
        raw.set_fault(fault(name))
        await self.send(raw)

    async def close(self, code: int, reason: str = "", tab: LiveTab | None = None) -> None:
        page = (tab or self.client).composer.close_tab
        page.set_close(code, reason)
        await self.send(page, tab)

    async def lost(self) -> None:
        await self.desk.until(lambda: self.client.client.state is State.CLOSED)

    async def again(self) -> None:
        """Connect once more."""
        if self.client.client.state is not State.CLOSED:
            self.client.session_stop()
        await self.lost()
        self.client.session_start()
        await self.open()

    async def choose(self, rows: str, pane: str = "", tab: LiveTab | None = None) -> None:
        """Select the first row that a filter takes, and open a part of the inspector."""
        tab = tab or self.client
        self.window.bring_to_front(tab)
        found: list[RowSet] = []
        finder = RowFinder(
            tab.session.recorder.path, self.desk.tasks, lambda ids, _: found.append(ids), lambda said: pytest.fail(said)
        )
        finder.find(parse(rows), None, tab.session.recorder.committed)

        def seen() -> bool:
            finder.grow(tab.session.recorder.committed)
            return any(len(ids) for ids in found)

        await self.desk.until(seen)
        finder.close()
        row = next(ids[0] for ids in found if len(ids))
        await self.desk.until(lambda: tab.model.rowCount() >= row)
        tab.table.select_place(row - 1)
        if pane:
            tab.inspector.tabs.setCurrentWidget(getattr(tab.inspector, pane))

    def policy(self, tab: LiveTab, *pairs: tuple[str, str]) -> None:
        tab.session.use_settings(replace(tab.session.settings, policies=list(pairs)))


async def tour(pupil: Pupil) -> None:
    await pupil.say("Hello")
    await pupil.next("Watch both sides")
    await pupil.choose("masked")
    await pupil.next("Read a frame")
    text = pupil.client.composer.text_tab
    text.split_box.setChecked(True)
    text.split_size.setValue(3)
    await pupil.say("Grüße")
    text.split_box.setChecked(False)
    await pupil.choose("fragment >= 1", "message")
    await pupil.next("Cut a message")
    await pupil.close(4000)
    await pupil.only(1)
    await pupil.again()
    await pupil.next("Close with a reason")
    await pupil.choose("opcode == http", "handshake")
    await pupil.next("Look at the handshake")
    pupil.client.filter_bar.edit.setText("Hello")
    QTest.keyClick(pupil.client.filter_bar.edit, Qt.Key.Key_Return)
    await pupil.next("Find a frame")
    await pupil.send_fault("rsv2")
    await pupil.next("Break a rule")


async def handshake(pupil: Pupil) -> None:
    await pupil.next("A request for an upgrade")
    await pupil.choose("opcode == http and direction == received", "handshake")
    await pupil.only(1)
    await pupil.choose("opcode == http and direction == sent")
    await pupil.next("What Accept proves")
    pupil.policy(pupil.server, ("handshake", "wrong-accept"))
    pupil.client.session_stop()
    await pupil.lost()
    pupil.client.session_start()
    await pupil.only(1)
    pupil.policy(pupil.server)
    await pupil.again()
    await pupil.next("An answer that is wrong")


async def first_text_frame(pupil: Pupil) -> None:
    await pupil.say("Hi")
    await pupil.only(1)
    await pupil.choose("length == 2 and direction == sent", "hex")
    await pupil.next("Two letters")
    pupil.client.inspector.tabs.setCurrentWidget(pupil.client.inspector.details)
    await pupil.only(1)
    await pupil.choose("opcode == text and direction == received")
    await pupil.next("Bit by bit")
    await pupil.say("")
    await pupil.put("snowman")
    await pupil.next("No byte, and more bytes than letters")


async def masking(pupil: Pupil) -> None:
    await pupil.say("Hi")
    await pupil.say("Hi")
    await pupil.only(1)
    await pupil.choose("masked", "hex")
    await pupil.next("The same text twice")
    raw = pupil.client.composer.raw_tab
    raw.header.kinds.setCurrentIndex(raw.header.kinds.findText("key of zeros"))
    raw.header.kinds.activated.emit(raw.header.kinds.currentIndex())
    await pupil.send(raw)
    await pupil.next("A key of zeros")
    await pupil.send_fault("masked-text")
    await pupil.next("Without a mask")


async def lengths(pupil: Pupil) -> None:
    edit = pupil.client.composer.text_tab

    def template(name: str) -> str:
        menu = edit.template_button.menu()
        assert menu is not None
        next(one for one in menu.actions() if one.text() == name).trigger()
        return edit.edit.toPlainText()

    await pupil.say(template("125 bytes of text"))
    await pupil.next("Seven bits")
    await pupil.say(template("126 bytes of text"))
    await pupil.choose("length_form == 16 and direction == sent", "hex")
    await pupil.next("126: sixteen bits more")
    await pupil.say(template("64 KiB of text"))
    await pupil.next("127: sixty-four bits more")
    await pupil.send_fault("length-5-in-16")
    await pupil.next("The shortest way is the only one")


async def fragments(pupil: Pupil) -> None:
    page = pupil.client.composer.fragments_tab
    page.message.text_edit.setPlainText("Grüße")
    page.choice.every.setValue(3)
    await pupil.send(page)
    await pupil.choose("fragment >= 1", "message")
    await pupil.next("First, continued, last")
    click(page.insertion.button)
    await pupil.send(page)
    await pupil.next("A ping between them")
    await pupil.send_fault("interleaved-text")
    await pupil.next("Another message between them")


async def ping_and_heartbeat(pupil: Pupil) -> None:
    pupil.window.bring_to_front(pupil.client)
    pupil.window.actions_["ping"].trigger()
    await pupil.next("Ping, pong")
    server = pupil.server.session

    def beat(missed: str) -> None:
        """Faster than people can look, and patient until the client is to be dropped."""
        told = [("interval", "20ms"), ("missed", missed)]
        server.use_settings(replace(server.settings, behaviour_options=told))

    beat("1000")
    await pupil.next("The server's heart")
    pupil.policy(pupil.client, ("auto-pong", "off"))
    beat("2")
    await pupil.next("A client that keeps silent")


async def closing(pupil: Pupil) -> None:
    await pupil.close(1000, "done")
    await pupil.only(2)
    await pupil.lost()
    pupil.window.bring_to_front(pupil.client)
    pupil.window.actions_["ended"].trigger()
    await pupil.next("A handshake too")
    await pupil.again()
    await pupil.close(4001)
    await pupil.only(1)
    await pupil.again()
    await pupil.send_fault("close-1005")
    await pupil.next("Codes of your own")
    await pupil.again()
    pupil.window.bring_to_front(pupil.client)
    await pupil.desk.until(lambda: not pupil.panel.said[0].startswith("○"))
    pupil.window.actions_["cut"].trigger()
    await pupil.lost()
    pupil.window.actions_["ended"].trigger()
    await pupil.next("Without a word")


async def compression(pupil: Pupil) -> None:
    await pupil.choose("opcode == http", "handshake")
    await pupil.next("An offer that is taken")
    for _ in range(2):
        await pupil.put("packed")
    await pupil.choose("rsv1", "message")
    await pupil.next("The same, and shorter")
    await pupil.send_fault("rsv1-ping")
    await pupil.next("RSV1 where it has no place")


async def chat(pupil: Pupil) -> None:
    await pupil.say("Is anybody there?")
    await pupil.next("A room is a path")
    bob = await pupil.desk.client(pupil.client.address_bar.url.replace("Ann", "Bob"))
    await pupil.only(1)
    await pupil.say("I am", bob)
    await pupil.next("Somebody else")
    await pupil.say("/who", bob)
    await pupil.say("/name Bobby", bob)
    await pupil.next("Commands are messages too")


async def rpc(pupil: Pupil) -> None:
    await pupil.put("call")
    await pupil.choose('jsonrpc.type == "response"', "message")
    await pupil.next("A call")
    await pupil.say('{"jsonrpc":"2.0","id":2,"method":"sleep","params":[1]}')
    await pupil.put("both")
    await pupil.next("Out of order")
    await pupil.put("error")
    await pupil.put("notification")
    await pupil.next("What goes wrong")


async def socket_io(pupil: Pupil) -> None:
    await pupil.put("connect")
    await pupil.next("Two protocols in one")
    await pupil.put("event")
    await pupil.next("An event for everybody")
    await pupil.put("asked")
    await pupil.next("An acknowledgement")


async def reconnecting(pupil: Pupil) -> None:
    await pupil.next("Switched on")
    client = pupil.client.session
    client.use_settings(replace(client.settings, reconnect=True, reconnect_first=0.01, reconnect_jitter=0.0))
    pupil.server.cut()
    await pupil.next("Lost and found")
    await pupil.open()
    await pupil.desk.until(lambda: pupil.server.composer.send_button.isEnabled)
    pupil.window.bring_to_front(pupil.server)
    await pupil.close(1012, tab=pupil.server)
    await pupil.next("Not after a proper end")


DEEDS: dict[str, Callable[[Pupil], Awaitable[None]]] = {
    "tour": tour,
    "handshake": handshake,
    "first-text-frame": first_text_frame,
    "masking": masking,
    "lengths": lengths,
    "fragments": fragments,
    "ping-and-heartbeat": ping_and_heartbeat,
    "closing": closing,
    "compression": compression,
    "chat": chat,
    "rpc": rpc,
    "socket-io": socket_io,
    "reconnecting": reconnecting,
}


def test_every_lesson_is_done_here() -> None:
    assert list(DEEDS) == list(all_lessons())


@pytest.mark.parametrize("name", DEEDS)
@at_desk
async def test_from_the_first_step_to_the_last(desk: Desk, name: str) -> None:
    pupil = Pupil(desk)
    await pupil.begin(name)
    panel = pupil.panel
    await DEEDS[name](pupil)
    lesson = all_lessons()[name]
    kept = set(desk.settings.text(f"lessons/{name}-done").split(","))
    assert kept == {task.name for task in lesson.tasks}
    at = panel.choice.findData(name)
    assert panel.choice.itemText(at) == f"✓ {lesson.title}"
    if lesson is panel.lessons[-1]:
        assert not pupil.window.lessons.is_open
    else:
        assert panel.lesson is panel.lessons[at + 1]
    panel.lesson_chosen.emit(name)  # it was finished: from the beginning
    assert panel.place == 0
    assert len(pupil.open_tasks) == len(panel.step.tasks)


@at_desk
async def test_a_lesson_is_left_and_gone_on_with(desk: Desk) -> None:
    window, pupil = desk.window, Pupil(desk)
    click(window.welcome.tour)
    pupil = Pupil(desk)
    await pupil.begin("masking")
    await pupil.say("Hi")
    await pupil.say("Hi")
    await pupil.choose("masked", "hex")
    await pupil.next("The same text twice")
    window.panels.hide(LEARN)
    assert not window.lessons.is_open
    assert window.panels.is_shown(SESSIONS)
    window.actions_["tour"].trigger()
    assert pupil.panel.lesson.name == "tour"
    assert pupil.panel.choice.itemText(pupil.panel.choice.findData("masking")) == "◐ 3 Masking"
    pupil.panel.lesson_chosen.emit("masking")
    assert pupil.panel.step.title == "A key of zeros"
    window.panels.hide(LEARN)
    window.actions_["panel-learn"].trigger()  # without an action of the lessons
    assert window.lessons.is_open
    assert pupil.panel.step.title == "A key of zeros"
    click(pupil.panel.back)
    assert pupil.open_tasks == []
    assert desk.settings.text("lessons/last") == "masking"


@at_desk
async def test_what_was_done_before_does_not_count(desk: Desk) -> None:
    pupil = Pupil(desk)
    pupil.server, pupil.client = await desk.playground()
    await pupil.say("Hi")
    await desk.until(lambda: pupil.client.session.recorder.committed >= 4)
    desk.window.lessons.start("masking")
    await pupil.say("Hi")
    await desk.until(lambda: pupil.client.session.recorder.committed >= 6)
    watcher = desk.window.lessons._watcher
    assert watcher is not None
    search = next(one for key, one in watcher._searches.items() if key == ("twice", pupil.client))
    await desk.until(lambda: search.finder.searched >= 6)
    assert search.count == 1
    assert len(pupil.open_tasks) == 2
    await pupil.say("Hi")
    await pupil.only(1)
    desk.window.close_tab(1)  # what was looked for in it goes too
    desk.window.tick()
    assert {key[1] for key in watcher._searches} <= {cast("object", pupil.server)}


@at_desk
async def test_what_the_settings_hold_is_checked(desk: Desk) -> None:
    desk.settings.keep("lessons/tour-done", "sent,nonsense,,looked")
    desk.settings.keep("lessons/tour-step", "99")
    desk.settings.keep("lessons/last", "nothing of ours")
    desk.window.actions_["lessons"].trigger()
    pupil = Pupil(desk)
    panel = pupil.panel
    assert panel.lesson.name == "tour"
    assert panel.place == 0
    assert [text[0] for text in panel.said] == ["○", "✓", "○"]
    click(panel.on)
    assert pupil.open_tasks == []
    click(panel.back)
    assert panel.place == 0

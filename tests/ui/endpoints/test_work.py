"""Saved endpoints in the real window: star, tree, key store, files."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPointF, Qt
from PySide6.QtGui import QDropEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit, QTreeWidgetItem

from tests.ui.keyrings import Memory, NoKeyring, using
from tests.ui.real_window import Desk, at_desk, click
from wsgui.endpoint.kinds import ENDPOINT_KINDS
from wsgui.endpoint.settings import EndpointSettings
from wsgui.endpoint.store import EndpointStore
from wsgui.protocol.states import State
from wsgui.ui.endpoints.work import EndpointWork

if TYPE_CHECKING:
    from pathlib import Path

    from wsgui.endpoint.toml_file import SavedEndpoint
    from wsgui.ui.endpoints.tree import EndpointTree

Position = QAbstractItemView.DropIndicatorPosition


def shown(desk: Desk) -> list[str]:
    """The rows of the tree, indented by their depth."""
    lines: list[str] = []

    def walk(item: QTreeWidgetItem, depth: int) -> None:
        for place in range(item.childCount()):
            child = item.child(place)
            lines.append("  " * depth + child.text(0))
            walk(child, depth + 1)

    walk(desk.window.endpoints.tree.invisibleRootItem(), 0)
    return lines


def add(desk: Desk, name: str, folder: str = "", **settings: object) -> SavedEndpoint:
    found = desk.window.endpoints.store.add(name, EndpointSettings(**settings), folder)  # type: ignore[arg-type]
    desk.window.endpoints.show_tree()
    return found


def pick(desk: Desk, id_: str) -> None:
    desk.window.endpoints.tree.select_id(id_)
    desk.window.endpoints.tree.setFocus()


def file_text(desk: Desk) -> str:
    return (desk.folder / "endpoints.toml").read_text()


class Drop(QDropEvent):
    """A drop that comes from the tree itself, as Qt makes them in the midst of a drag."""

    def __init__(self, tree: EndpointTree, at: QPointF) -> None:
        self._data = QMimeData()  # Qt keeps but a pointer to it
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        super().__init__(at, Qt.DropAction.MoveAction | Qt.DropAction.CopyAction, self._data, left, none)
        self._tree = tree

    def source(self) -> EndpointTree:
        return self._tree


def drop_on(desk: Desk, dragged: str, target: str) -> None:
    tree = desk.window.endpoints.tree
    pick(desk, dragged)
    tree.dropIndicatorPosition = lambda: Position.AboveItem  # type: ignore[method-assign]  # Qt knows it while dragging
    event = Drop(tree, QPointF(tree.visualItemRect(tree.item_of(target)).center()))
    tree.dropEvent(event)
    assert event.dropAction() == Qt.DropAction.CopyAction, "or Qt would take the row out"


@at_desk
async def test_the_star_saves_marks_and_updates(desk: Desk) -> None:
    assert desk.window.endpoints.panel.empty.isVisible()
    desk.window.actions_["new-client"].trigger()
    tab = desk.window.front
    assert tab is not None
    star = tab.address_bar.star
    tab.address_bar.set_url("ws://127.0.0.1:1/chat")
    desk.ask.text = " Staging / EU / chat "
    click(star)
    assert desk.ask.asked[-1] == ("Save endpoint", "127.0.0.1:1 chat")
    assert desk.ask.sentence == ""
    assert not desk.window.endpoints.panel.empty.isVisible()
    assert (star.text(), star.accessibleName()) == ("★", "Saved endpoint, unchanged")
    tab.address_bar.set_url("ws://127.0.0.1:1/other")
    await desk.until(lambda: star.text() == "★●")
    item = desk.window.endpoints.tree.currentItem()
    assert item is not None
    assert desk.window.endpoints.tree._modified == {desk.window.endpoints.tree.current_id}
    QTest.keyClick(desk.window, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert star.text() == "★"
    assert len(desk.ask.asked) == 1, "an update asks nothing"
    assert "ws://127.0.0.1:1/other" in file_text(desk)
    assert [one.name for one in EndpointStore(desk.folder / "endpoints.toml").endpoints] == ["chat"]
    desk.ask.text = " / "
    desk.window.actions_["save-endpoint-as"].trigger()
    assert desk.ask.sentence == "Type a name."


@at_desk
async def test_secrets_go_to_the_key_store_and_come_back(desk: Desk) -> None:
    memory = Memory()
    with using(memory):
        desk.window.actions_["new-client"].trigger()
        tab = desk.window.front
        assert tab is not None
        tab.address_bar.set_url("ws://me:hush%21@127.0.0.1:1/")
        desk.ask.text = "secret"
        click(tab.address_bar.star)
        assert tab.address_bar.url == "ws://127.0.0.1:1/"
        assert tab.session.settings.password == "hush!"
        assert tab.address_bar.star.text() == "★"
        id_ = desk.window.endpoints.store.endpoints[0].id
        await desk.until(lambda: memory.kept == {f"{id_}/password": "hush!"})
        assert "hush" not in file_text(desk)
        desk.window.endpoints.store.load()  # as after a new start: what was in memory is gone
        assert desk.window.endpoints.store.get(id_).settings.password == ""
        desk.window.endpoints.open(id_)
        await desk.until(lambda: desk.window.tabs.count() == 2)
        again = desk.window.front
        assert again is not None
        assert again.session.settings.password == "hush!"
        await desk.until(lambda: again.client.state is State.CLOSED and again.session.failed)
        assert again.address_bar.star.text() == "★"
        desk.window.endpoints.duplicate(id_)
        twin = desk.window.endpoints.tree.current_id
        assert twin != id_
        await desk.until(lambda: memory.kept.get(f"{twin}/password") == "hush!")
        pick(desk, id_)
        QTest.keyClick(desk.window.endpoints.tree, Qt.Key.Key_Delete)
        await desk.until(lambda: memory.kept == {f"{twin}/password": "hush!"})
        assert shown(desk) == ["secret copy"]


@at_desk
async def test_without_a_key_store_one_sentence_is_said_once(desk: Desk) -> None:
    with using(NoKeyring()):
        desk.window.actions_["new-client"].trigger()
        tab = desk.window.front
        assert tab is not None
        tab.address_bar.set_url("ws://a:b@127.0.0.1:1/")
        desk.ask.text = "x"
        click(tab.address_bar.star)
        await desk.until(lambda: desk.ask.told)
        assert desk.ask.told == [
            ("Passwords and tokens", "This system has no key store, so passwords and tokens are not kept.")
        ]
        assert shown(desk) == ["x"]
        desk.window.endpoints.open(desk.window.endpoints.store.endpoints[0].id, connect=False)
        await desk.until(lambda: desk.window.tabs.count() == 2)
        assert len(desk.ask.told) == 1


@at_desk
async def test_secrets_in_headers_and_queries_go_to_the_key_store(desk: Desk) -> None:
    memory = Memory()
    with using(memory):
        desk.window.actions_["new-client"].trigger()
        tab = desk.window.front
        assert tab is not None
        tab.options.load(EndpointSettings(headers=[("Authorization", "Bearer hush1")]))
        tab.address_bar.set_url("ws://127.0.0.1:1/?room=7&token=hush2")
        desk.ask.text = "x"
        click(tab.address_bar.star)
        store = desk.window.endpoints.store
        id_ = store.endpoints[0].id
        await desk.until(lambda: len(memory.kept) == 2)
        assert "hush" not in store.path.read_text()
        assert "ws://127.0.0.1:1/?room=7&token=***" in store.path.read_text()
        assert memory.kept[f"{id_}/headers"] == '[["Authorization", "Bearer hush1"]]'
        store.load()
        desk.window.endpoints.open(id_, connect=False)
        await desk.until(lambda: desk.window.tabs.count() == 2)
        again = desk.window.front
        assert again.endpoint().url == "ws://127.0.0.1:1/?room=7&token=hush2"
        assert again.endpoint().headers == [("Authorization", "Bearer hush1")]
        assert not again.banner.isVisible()
        memory.kept.clear()
        desk.window.endpoints.open(id_)
        await desk.until(lambda: desk.window.tabs.count() == 3)
        lacking = desk.window.front
        await desk.until(lambda: lacking.banner.isVisible())
        labels = ["*** in the URL", "*** in the headers (Authorization)"]
        assert lacking.banner.sentence == f"Not connected, as this is not known: {', '.join(labels)}."
        assert desk.ask.asked[-1] == ("Connect", "\n".join(labels))
        assert lacking.client.url == ""  # it does not connect with a mask for a token
        desk.ask.secrets_given = ["a&b", "$typed"]
        lacking.session_start()
        await desk.until(lambda: "Connection refused" in lacking.banner.sentence)
        assert lacking.endpoint().url == "ws://127.0.0.1:1/?room=7&token=a%26b"
        assert lacking.session.options.headers == (("Authorization", "Bearer $typed"),)


@at_desk
async def test_opening_connects_with_all_options(desk: Desk) -> None:
    server = await desk.server()
    found = add(
        desk, "echo", url=server.server.url, headers=[("X-A", "1")], on_connect=["hello", "two\nlines"], deflate=True
    )
    pick(desk, found.id)
    QTest.keyClick(desk.window.endpoints.tree, Qt.Key.Key_Return)
    await desk.until(lambda: desk.window.tabs.count() == 2)
    tab = desk.window.front
    assert tab is not None
    await desk.until(lambda: tab.client.state is State.OPEN)
    rows = await desk.rows(tab, 6)
    assert b"\r\nX-A: 1\r\n" in tab.reader.payload(rows[0].id)
    assert [tab.reader.message_of(row.id).payload for row in rows[2:4]] == [b"hello", b"two\nlines"]
    assert tab.address_bar.options.accessibleName() == "Options: 1 header, deflate, 2 messages"
    item = desk.window.endpoints.tree.item_of(found.id)
    at = desk.window.endpoints.tree.visualItemRect(item).center()
    viewport = desk.window.endpoints.tree.viewport()
    QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    QTest.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at)
    await desk.until(lambda: desk.window.tabs.count() == 3)


@at_desk
async def test_a_server_is_saved_and_listens_again(desk: Desk) -> None:
    server = await desk.server()
    await desk.until(server.server_bar.port.value)
    server.server_bar.behaviour.setCurrentIndex(1)
    server.server.use_behaviour(server.server_bar.behaviour.currentData())
    server.options.load(EndpointSettings(kind="server", paths=["/only"]))
    desk.ask.text = "mine"
    click(server.server_bar.star)
    kept = desk.window.endpoints.store.endpoints[0].settings
    assert (kept.kind, kept.paths, kept.behaviour) == ("server", ["/only"], server.server.behaviour)
    port = server.server_bar.port.value()
    assert kept.port == port
    desk.window.close_tab(0)
    await desk.until(lambda: not desk.window.tabs._ending)
    desk.window.endpoints.open_named("mine")
    await desk.until(lambda: desk.window.tabs.count() == 1 and desk.window.front.server.listening)
    again = desk.window.front
    assert again is not None
    assert again.server.url == f"ws://127.0.0.1:{port}/"
    assert again.server.behaviour == kept.behaviour
    assert again.session.options.admission.paths == ("/only",)


@at_desk
async def test_wrong_settings_open_the_drawer_and_do_not_connect(desk: Desk) -> None:
    found = add(desk, "bad", url="ws://127.0.0.1:1/", subprotocols=["a b"])
    desk.window.endpoints.open(found.id)
    await desk.until(lambda: desk.window.tabs.count() == 1)
    tab = desk.window.front
    assert tab is not None
    await desk.until(tab.options.isVisible)
    sentence = "The subprotocol 'a b' has a character that is not allowed there."
    assert tab.options.trouble == sentence
    assert tab.client.state is State.CLOSED
    assert not tab.session.message
    click(tab.address_bar.button)
    assert tab.banner.sentence == sentence
    assert tab.client.state is State.CLOSED
    click(tab.address_bar.star)
    assert not desk.ask.asked, "nor is it saved"


@at_desk
async def test_names_are_changed_in_place(desk: Desk) -> None:
    found = add(desk, "a", "F", url="ws://a/")
    tree = desk.window.endpoints.tree

    def rename(text: str) -> None:
        QTest.keyClick(tree, Qt.Key.Key_F2)
        (editor,) = [one for one in tree.viewport().findChildren(QLineEdit) if one.isVisible()]
        editor.selectAll()
        QTest.keyClicks(editor, text)
        QTest.keyClick(editor, Qt.Key.Key_Return)
        QApplication.processEvents()

    pick(desk, found.id)
    rename("b")
    assert shown(desk) == ["F", "  b"]
    assert tree.current_id == found.id
    item = tree.folder_item("F")
    assert item is not None
    tree.setCurrentItem(item)
    rename("G")
    assert shown(desk) == ["G", "  b"]
    assert desk.window.endpoints.store.get(found.id).folder == "G"


@at_desk
async def test_search_notes_and_folders(desk: Desk) -> None:
    first = add(desk, "a", "F", url="ws://one/")
    add(desk, "b", url="ws://two/")
    work = desk.window.endpoints
    pick(desk, first.id)
    menu = {action.text().replace("&", "").partition("\t")[0]: action for action in work.menu().actions()}
    assert {"Open and Connect", "Rename", "Duplicate", "Notes…", "Delete…", "New Folder…", "Move Up"} <= set(menu)
    desk.ask.text = "ask <Ada>"
    menu["Notes…"].trigger()
    assert work.store.get(first.id).settings.notes == "ask <Ada>"
    assert "ask &lt;Ada&gt;" in work.tree.item_of(first.id).toolTip(0)
    QTest.keyClicks(work.panel.search, "ada one")
    assert shown(desk) == ["F", "  a"]
    QTest.keyClick(work.panel.search, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(work.panel.search, Qt.Key.Key_Delete)
    assert shown(desk) == ["F", "  a", "b"]
    desk.ask.text = "F/New"
    menu["New Folder…"].trigger()
    assert shown(desk) == ["F", "  New", "  a", "b"]
    desk.ask.text = "F/New"
    menu["Move to Folder…"].trigger()
    assert shown(desk) == ["F", "  New", "    a", "b"]


@at_desk
async def test_order_by_keys_and_by_dropping(desk: Desk) -> None:
    ids = {name: add(desk, name, folder).id for name, folder in (("a", ""), ("b", ""), ("c", ""), ("d", "F"))}
    tree = desk.window.endpoints.tree
    pick(desk, ids["c"])
    QTest.keyClick(tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert shown(desk) == ["F", "  d", "a", "c", "b"]
    QTest.keyClick(tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    QTest.keyClick(tree, Qt.Key.Key_Up, Qt.KeyboardModifier.AltModifier)
    assert shown(desk) == ["F", "  d", "c", "a", "b"]
    QTest.keyClick(tree, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert shown(desk) == ["F", "  d", "a", "c", "b"]
    folder = tree.folder_item("F")
    assert tree.place_of_drop(folder, Position.OnItem) == ("F", None)
    assert tree.place_of_drop(folder, Position.AboveItem) == ("", None)
    assert tree.place_of_drop(None, Position.OnViewport) == ("", None)
    assert tree.place_of_drop(tree.item_of(ids["d"]), Position.AboveItem) == ("F", ids["d"])
    assert tree.place_of_drop(tree.item_of(ids["d"]), Position.BelowItem) == ("F", None)
    assert tree.place_of_drop(tree.item_of(ids["a"]), Position.BelowItem) == ("", ids["c"])
    drop_on(desk, ids["a"], ids["d"])
    await desk.until(lambda: shown(desk) != ["F", "  d", "a", "c", "b"])
    assert shown(desk) == ["F", "  a", "  d", "c", "b"]
    assert tree.current_id == ids["a"]
    tree.setCurrentItem(tree.folder_item("F"))
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    assert desk.ask.asked[-1][1].startswith("Delete the folder F and the 2 endpoints in it?")
    assert shown(desk) == ["c", "b"]


@at_desk
async def test_keys_of_the_tree_come_before_the_windows(desk: Desk) -> None:
    tree = desk.window.endpoints.tree
    event = QKeyEvent(QEvent.Type.ShortcutOverride, Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier)
    event.ignore()
    QApplication.sendEvent(tree, event)
    assert event.isAccepted()
    desk.window.actions_["endpoints"].trigger()
    assert tree.hasFocus()


@at_desk
async def test_export_and_import(desk: Desk, tmp_path: Path) -> None:
    work = desk.window.endpoints
    add(desk, "a", "F", url="ws://a/", auth="basic", user="u", password="hush")
    target = tmp_path / "out" / "given.toml"
    target.parent.mkdir()
    desk.ask.files = [target]
    desk.window.actions_["export-endpoints"].trigger()
    assert "hush" not in target.read_text()
    target.write_text(target.read_text() + 'colour = "red"\n')
    desk.ask.files = [target]
    desk.window.actions_["import-endpoints"].trigger()
    await desk.until(lambda: desk.ask.told)
    assert shown(desk) == ["F", "  a", "  a 2"]
    assert desk.ask.told[-1][1].startswith("1 endpoint came from given.toml. Some of it could not be used.")
    assert "colour is not known" in desk.ask.told[-1][1]
    target.write_text("no toml")
    desk.ask.files = [target]
    desk.window.actions_["import-endpoints"].trigger()
    await desk.until(lambda: len(desk.ask.told) > 1)
    assert desk.ask.told[-1][1].startswith("This is none of these: Endpoints of wsgui, Postman collection,")
    assert len(work.store.endpoints) == 2


@at_desk
async def test_a_file_that_cannot_be_read_is_said_and_left_alone(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "endpoints.toml").write_text("[[")
    work = EndpointWork(desk.window, folder, desk.ask, desk.tasks)
    work.complain()
    assert len(desk.ask.told) == 1
    assert "endpoints.toml cannot be read, and is left as it is" in desk.ask.told[0][1]
    desk.window.actions_["new-client"].trigger()
    desk.ask.text = "x"
    work.save_front()
    assert "nothing is written to it" in desk.ask.sentence
    assert (folder / "endpoints.toml").read_text() == "[["
    work.panel.deleteLater()


@at_desk
async def test_a_name_that_is_not_there(desk: Desk) -> None:
    desk.window.endpoints.open_named("x")
    assert desk.ask.told == [("Saved endpoints", "There is no saved endpoint x.")]
    desk.window.endpoints.open("no such id")
    assert desk.window.tabs.count() == 0


@pytest.mark.parametrize(
    ("settings", "name"),
    [
        (EndpointSettings(url="wss://u:p@h.example:1/a/b/?q=1"), "h.example:1 a b"),
        (EndpointSettings(url=""), "Endpoint"),
        (EndpointSettings(kind="server", port=9), "Server 9"),
    ],
)
def test_suggested_names(settings: EndpointSettings, name: str) -> None:
    assert ENDPOINT_KINDS[settings.kind].suggested(settings) == name


@at_desk
async def test_no_title_list_or_file_of_the_window_shows_a_secret(desk: Desk) -> None:
    server = await desk.server()
    place = server.server.url.removeprefix("ws://")
    url = f"ws://me:hush1@{place}?token=hush2&room=7"
    desk.window.actions_["new-client"].trigger()
    tab = desk.window.front
    assert tab is not None
    tab.address_bar.set_url(url)
    tab.session_start()
    await desk.until(lambda: tab.client.state is State.OPEN)
    window = desk.window
    window._settings.save()
    desk.ask.text = "x"
    click(tab.address_bar.star)
    shown_texts = [
        window.windowTitle(),
        *(f"{window.tabs.tabText(place)} {window.tabs.tabToolTip(place)}" for place in range(window.tabs.count())),
        *(tab.address_bar.address.itemText(place) for place in range(tab.address_bar.address.count())),
    ]
    todo = [tree.invisibleRootItem() for tree in (window.sessions, window.endpoints.tree)]
    while todo:
        item = todo.pop()
        shown_texts += [item.text(0), item.toolTip(0)]
        todo += [item.child(place) for place in range(item.childCount())]
    assert any("room=7" in text for text in shown_texts)
    for text in [*shown_texts, *(path.read_text() for path in desk.folder.glob("*.[it][no][im]*"))]:
        assert "hush" not in text
    # What was masked is not sent in place of the secret.
    window.actions_["new-client"].trigger()
    other = window.front
    assert other is not None
    other.connect_to(f"ws://{place}?token=***")
    assert other.session.message == "Not connected, as this is not known: *** in the URL."
    assert other.client.state is State.CLOSED


@pytest.mark.parametrize("choice", [0, 1])
@at_desk
async def test_what_an_imported_endpoint_may_do_is_told_before_it_is_used(
    desk: Desk, tmp_path: Path, choice: int
) -> None:
    path = tmp_path / "theirs.toml"
    path.write_text(
        "format = 1\n"
        '[[endpoint]]\nname = "a"\nurl = "wss://a/"\nverify = false\nproxy = "http://me:hush@evil:1"\n'
        'key_log = "/tmp/k"\n'
        '[[endpoint]]\nname = "b"\nkind = "server"\norigins = ["*"]\nhosts = ["evil.example"]\nca_file = "/tmp/ca"\n'
        '[[endpoint]]\nname = "c"\nurl = "wss://c/"\n'
    )
    desk.ask.files = [path]
    desk.ask.choice = choice
    desk.window.actions_["import-endpoints"].trigger()
    await desk.until(lambda: desk.ask.told)
    assert desk.ask.asked[-1] == (
        "Import Endpoints",
        "\n".join(
            [
                "Look at what comes with theirs.toml before it is used:",
                "",
                "a does not verify the server's certificate: others may read and change.",
                "a goes through the proxy http://me:***@evil:1.",
                "a writes the keys of its TLS to /tmp/k: whoever has them reads all.",
                "b trusts the authorities in /tmp/ca.",
                "b lets pages of * in without a question.",
                "b lets clients call it evil.example without a question.",
            ]
        ),
    )
    a, b, c = [one.settings for one in desk.window.endpoints.store.endpoints]
    if choice == 0:
        assert (a.verify, a.proxy, a.key_log, b.origins, b.hosts, b.ca_file) == (True, "", "", [], [], "")
    else:
        assert (a.verify, a.key_log, b.origins, b.hosts) == (False, "/tmp/k", ["*"], ["evil.example"])
    assert (a.url, c.url) == ("wss://a/", "wss://c/")
    desk.ask.asked.clear()


@at_desk
async def test_a_collection_of_another_program(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "theirs.http"
    path.write_text("### one\nWEBSOCKET ws://h/?token=hush\nAuthorization: Basic dTpwYXNz\n\nhello\n### two\nwhat\n")
    desk.ask.files = [path]
    store = Memory()
    with using(store):
        desk.window.actions_["import-endpoints"].trigger()
        await desk.until(
            lambda: desk.ask.told and {key.rpartition("/")[2] for key in store.kept} == {"password", "url"}
        )
    assert desk.ask.told == [
        (
            "Import Endpoints",
            "\n".join(
                [
                    "1 endpoint came from theirs.http. Some of it could not be used.",
                    "Line 7: 'what' is no request, and was left out.",
                ]
            ),
        )
    ]
    assert shown(desk) == ["one"]
    (one,) = desk.window.endpoints.store.endpoints
    assert (one.settings.auth, one.settings.user, one.settings.on_connect) == ("basic", "u", ["hello"])
    assert "hush" not in file_text(desk)
    assert '"pass"' not in file_text(desk)


@at_desk
async def test_a_copied_command_is_pasted_as_an_endpoint(desk: Desk) -> None:
    clipboard = QApplication.clipboard()
    clipboard.setText("curl 'wss://h/x' -H 'X-A: b' -d body -k")
    desk.ask.choice = 1
    desk.window.actions_["paste-endpoint"].trigger()
    await desk.until(lambda: desk.window.tabs.count() == 1)
    assert desk.ask.asked[-1][1].endswith("h x does not verify the server's certificate: others may read and change.")
    tab = desk.window.front
    assert tab is not None
    assert tab.address_bar.url == "wss://h/x"
    assert tab.endpoint().headers == [("X-A", "b")]
    assert not tab.endpoint().verify
    assert tab.banner.sentence == "-d has no place in an endpoint, and was left out."
    assert tab.client.state is State.CLOSED
    assert desk.window.endpoints.store.endpoints == []
    clipboard.setText("websocat -s 1234")
    desk.window.actions_["paste-endpoint"].trigger()
    await desk.until(lambda: desk.window.tabs.count() == 2)
    assert desk.window.front.endpoint().port == 1234


@at_desk
async def test_what_the_clipboard_holds_is_told_if_it_is_no_endpoint(desk: Desk) -> None:
    clipboard = QApplication.clipboard()
    clipboard.setText("  ")
    desk.window.actions_["paste-endpoint"].trigger()
    assert desk.ask.told[-1][1].startswith("The clipboard holds no text. Copy one of these first:")
    clipboard.setText("hello\x1b")
    desk.window.actions_["paste-endpoint"].trigger()
    await desk.until(lambda: len(desk.ask.told) > 1)
    assert desk.ask.told[-1][1].startswith("This is none of these")
    clipboard.setText("websocat ws://a/; websocat ws://b/")
    desk.window.actions_["paste-endpoint"].trigger()
    await desk.until(lambda: len(desk.ask.told) > 2)
    assert desk.ask.told[-1] == ("Endpoint from Clipboard", "2 endpoints came from the clipboard.")
    assert shown(desk) == ["a", "b"]

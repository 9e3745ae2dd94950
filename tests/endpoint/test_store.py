from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from wsgui.endpoint.settings import EndpointSettings
from wsgui.endpoint.store import FILE_NAME, EndpointStore
from wsgui.endpoint.toml_file import EndpointFileError, SavedEndpoint, read_endpoints

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def store(tmp_path: Path) -> EndpointStore:
    return EndpointStore(tmp_path / "deep" / "endpoints.toml")


def names(store: EndpointStore) -> list[str]:
    return [f"{one.folder}/{one.name}".lstrip("/") for one in EndpointStore(store.path).endpoints]


def test_every_change_is_on_disk(store: EndpointStore) -> None:
    assert store.endpoints == []
    first = store.add("echo", EndpointSettings(url="ws://a/"))
    second = store.add("echo", EndpointSettings(url="ws://b/"))
    third = store.add("echo", EndpointSettings(), "work")
    assert names(store) == ["echo", "echo 2", "work/echo"]
    assert store.path.stat().st_mode & 0o777 == 0o600
    assert store.rename(second.id, "chat") == "chat"
    assert store.rename(second.id, "echo") == "echo 2"
    twin = store.duplicate(first.id)
    assert names(store) == ["echo", "echo copy", "echo 2", "work/echo"]
    store.move(third.id, "", twin.id)
    assert names(store) == ["echo", "echo 3", "echo copy", "echo 2"]
    store.move(third.id, "work/deep")
    store.rename_folder("work", "home")
    assert names(store)[-1] == "home/deep/echo 3"
    store.update(first.id, EndpointSettings(url="ws://c/"))
    assert EndpointStore(store.path).get(first.id).settings.url == "ws://c/"
    store.remove(twin.id)
    assert names(store) == ["echo", "echo 2", "home/deep/echo 3"]
    with pytest.raises(LookupError):
        store.get(twin.id)


def test_found_by_name(store: EndpointStore) -> None:
    store.add("a", EndpointSettings(), "x")
    store.add("a", EndpointSettings(), "y")
    store.add("b", EndpointSettings(), "y")
    assert store.named("b").folder == "y"
    assert store.named("x/a").folder == "x"
    with pytest.raises(LookupError, match="Several endpoints are called a"):
        store.named("a")
    with pytest.raises(LookupError, match="There is no saved endpoint c"):
        store.named("c")


def test_search(store: EndpointStore) -> None:
    store.add("Echo", EndpointSettings(url="ws://LOCAL/", notes="slow one"), "work")
    store.add("chat", EndpointSettings())
    assert [one.name for one in store.search("local slow")] == ["Echo"]
    assert [one.name for one in store.search("")] == ["Echo", "chat"]
    assert store.search("nothing") == []


def test_exported_and_imported(store: EndpointStore, tmp_path: Path) -> None:
    one = store.add("a", EndpointSettings(password="hush"))
    store.add("b", EndpointSettings())
    store.export(tmp_path / "out.toml", [one.id])
    assert "hush" not in (tmp_path / "out.toml").read_text()
    found, complaints = read_endpoints((tmp_path / "out.toml").read_text())
    assert complaints == []
    store.take(found)
    assert store.endpoints[-1].name == "a 2"
    assert len({one.id for one in store.endpoints}) == 3


def test_a_file_that_cannot_be_read_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.toml"
    path.write_text("[broken")
    store = EndpointStore(path)
    assert store.complaints[0].startswith("endpoints.toml cannot be read, and is left as it is: This is not TOML")
    with pytest.raises(EndpointFileError, match="nothing is written"):
        store.add("a", EndpointSettings())
    assert path.read_text() == "[broken"
    path.unlink()
    store.load()
    store.add("a", EndpointSettings())
    assert store.complaints == []


def test_a_large_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.toml"
    path.write_bytes(b"#" * (4 * 1024 * 1024 + 1))
    assert "larger than 4 MiB" in EndpointStore(path).complaints[0]


def test_ids_that_stand_twice_are_made_new(tmp_path: Path) -> None:
    path = tmp_path / "endpoints.toml"
    path.write_text('format = 1\n[[endpoint]]\nid = "1"\nname = "a"\n[[endpoint]]\nid = "1"\nname = "b"\n')
    first, second = EndpointStore(path).endpoints
    assert first.id == "1"
    assert len(second.id) == 32


def test_a_folder_that_cannot_be_written(store: EndpointStore, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EndpointFileError, match=r"x\.toml cannot be written"):
        store.export(tmp_path / "file" / "x.toml")


def test_two_windows_keep_what_each_other_saves(tmp_path: Path) -> None:
    one, other = EndpointStore(tmp_path / FILE_NAME), EndpointStore(tmp_path / FILE_NAME)
    first = one.add("first", EndpointSettings(url="ws://a/"))
    second = other.add("second", EndpointSettings(url="ws://b/"))
    one.update(first.id, EndpointSettings(url="ws://a/changed"))
    other.rename(first.id, "renamed")
    twin = one.duplicate(second.id)
    other.move(second.id, "folder")
    one.take([SavedEndpoint("", "taken", "", EndpointSettings(url="ws://c/"))])
    found = EndpointStore(tmp_path / FILE_NAME)
    assert {(end.name, end.folder, end.settings.url) for end in found.endpoints} == {
        ("renamed", "", "ws://a/changed"),
        ("second copy", "", "ws://b/"),
        ("second", "folder", "ws://b/"),
        ("taken", "", "ws://c/"),
    }
    assert found.get(twin.id).name == "second copy"


def test_what_another_window_took_out(tmp_path: Path) -> None:
    one, other = EndpointStore(tmp_path / FILE_NAME), EndpointStore(tmp_path / FILE_NAME)
    first = one.add("first", EndpointSettings(url="ws://a/"))
    other.load()
    other.remove(first.id)
    one.update(first.id, EndpointSettings(url="ws://b/"))  # a person saves it: it is in use here
    assert [end.settings.url for end in EndpointStore(tmp_path / FILE_NAME).endpoints] == ["ws://b/"]
    other.load()
    other.remove(first.id)
    one.remove(first.id)
    assert EndpointStore(tmp_path / FILE_NAME).endpoints == []


def test_a_file_that_another_window_ruined_is_left_as_it_is(tmp_path: Path) -> None:
    store = EndpointStore(tmp_path / FILE_NAME)
    store.add("first", EndpointSettings(url="ws://a/"))
    store.path.write_text("no toml [")
    with pytest.raises(EndpointFileError, match="nothing is written to it"):
        store.add("second", EndpointSettings(url="ws://b/"))
    assert store.path.read_text() == "no toml ["


def test_an_endpoint_without_an_id_keeps_the_one_that_it_gets(tmp_path: Path) -> None:
    path = tmp_path / FILE_NAME
    for url in ("ws://a/", "ws://b/"):
        EndpointStore(path).add("by hand", EndpointSettings(url=url))
    lines = path.read_text().replace("by hand 2", "by hand").splitlines(keepends=True)
    path.write_text("".join(line for line in lines if not line.startswith("id =")))
    store = EndpointStore(path)
    ids = [end.id for end in store.endpoints]
    assert len(set(ids)) == 2
    store.rename(ids[1], "other")
    assert [end.id for end in EndpointStore(path).endpoints] == ids

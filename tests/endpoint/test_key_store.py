from __future__ import annotations

from typing import TYPE_CHECKING

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked

from wsgui.endpoint.key_store import KeyStore, KeyStoreError
from wsgui.endpoint.settings import EndpointSettings

if TYPE_CHECKING:
    from collections.abc import Iterator


class Memory(KeyringBackend):
    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


class Locked(Memory):
    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked("it is locked")


@pytest.fixture
def memory() -> Iterator[Memory]:
    before = keyring.get_keyring()
    backend = Memory()
    keyring.set_keyring(backend)
    yield backend
    keyring.set_keyring(before)


def test_secrets_are_kept_by_endpoint(memory: Memory) -> None:
    store = KeyStore()
    store.keep("1", EndpointSettings(password="a", token="b"))
    store.keep("2", EndpointSettings(password="c"))
    found = EndpointSettings()
    store.fill("1", found)
    assert (found.password, found.token, found.key_password) == ("a", "b", "")
    store.keep("1", EndpointSettings(token="d"))
    assert memory.kept == {("wsgui", "1/token"): "d", ("wsgui", "2/password"): "c"}
    store.forget("1")
    assert memory.kept == {("wsgui", "2/password"): "c"}


@pytest.mark.parametrize(
    ("backend", "sentence"),
    [
        (NoKeyring(), "This system has no key store, so passwords and tokens are not kept."),
        (Locked(), "The system's key store cannot be used: it is locked."),
    ],
)
def test_no_key_store(memory: Memory, backend: KeyringBackend, sentence: str) -> None:
    keyring.set_keyring(backend)
    with pytest.raises(KeyStoreError) as raised:
        KeyStore().fill("1", EndpointSettings())
    assert str(raised.value) == sentence

"""Passwords and tokens in the system's key store (keyring), where other programs keep theirs too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.endpoint.secrets import MIXED, lacking, mixed_secrets, reveal
from wsgui.endpoint.settings import SECRETS
from wsgui.endpoint.variables import is_variable

if TYPE_CHECKING:
    from wsgui.endpoint.settings import EndpointSettings

SERVICE: Final = "wsgui"


class KeyStoreError(Exception):
    """The system has no key store, or does not let us in; one sentence."""


class KeyStore:
    """Secrets by endpoint. The store may ask the person for a password of its own: not for the window's thread."""

    def keep(self, id_: str, settings: EndpointSettings) -> None:
        """Keep the secrets of an endpoint; those that are empty are taken out. Raises KeyStoreError."""
        mixed = mixed_secrets(settings)
        values = {name: getattr(settings, name) for name in SECRETS} | {name: mixed.get(name, "") for name in MIXED}
        for name, value in values.items():
            if value and not is_variable(value):
                self._call("set_password", SERVICE, f"{id_}/{name}", value)
            elif self._call("get_password", SERVICE, f"{id_}/{name}") is not None:
                self._call("delete_password", SERVICE, f"{id_}/{name}")

    def fill(self, id_: str, settings: EndpointSettings) -> None:
        """Put the secrets of an endpoint into its settings. Raises KeyStoreError."""
        for name in SECRETS:
            found = self._call("get_password", SERVICE, f"{id_}/{name}")
            if found is not None:
                setattr(settings, name, found)
        for name in lacking(settings):
            found = self._call("get_password", SERVICE, f"{id_}/{name}")
            if found is not None:
                reveal(settings, name, found)

    def forget(self, id_: str) -> None:
        """Take out the secrets of an endpoint. Raises KeyStoreError."""
        for name in (*SECRETS, *MIXED):
            if self._call("get_password", SERVICE, f"{id_}/{name}") is not None:
                self._call("delete_password", SERVICE, f"{id_}/{name}")

    def _call(self, method: str, *arguments: str) -> str | None:
        import keyring  # looks for key stores when it is imported: 100 ms that most runs do not need
        from keyring.errors import KeyringError, NoKeyringError

        try:
            found = getattr(keyring, method)(*arguments)
        except NoKeyringError as error:
            raise KeyStoreError("This system has no key store, so passwords and tokens are not kept.") from error
        except (KeyringError, OSError, RuntimeError, ValueError) as error:
            raise KeyStoreError(f"The system's key store cannot be used: {str(error).rstrip('.')}.") from error
        return found if isinstance(found, str) else None

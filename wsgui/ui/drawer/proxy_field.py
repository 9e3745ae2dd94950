"""Which proxy: none, what the system says, or a URL. A password in the URL goes to a place of its own."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QLineEdit

from wsgui.engine.proxy import FROM_ENVIRONMENT
from wsgui.protocol.url import UrlError, read_userinfo
from wsgui.ui.drawer.fields import OptionField, SecretField
from wsgui.ui.widgets.theme import fixed_font

if TYPE_CHECKING:
    from wsgui.endpoint.settings import EndpointSettings

_TYPED = "typed"


class ProxyField(OptionField):
    """``secret`` is the field of the password, which takes one that is typed into the URL: a URL goes into a file."""

    secret: SecretField

    def __init__(self, name: str, label: str, tip: str) -> None:
        super().__init__(name, label, tip)
        self.box = QComboBox()
        for value, text in (("", "None"), (FROM_ENVIRONMENT, "As the system says"), (_TYPED, "This one:")):
            self.box.addItem(text, value)
        self.edit = QLineEdit()
        self.edit.setFont(fixed_font())
        self.edit.setPlaceholderText("socks5://user@127.0.0.1:1080")
        self.edit.setToolTip(
            "http://, https://, socks4://, socks4a://, socks5:// or socks5h://; an h or a of SOCKS leaves names to it"
        )
        self.edit.setAccessibleName("URL of the proxy")
        self.box.setAccessibleName("Proxy")
        self.edit.textEdited.connect(self._typed)
        self.edit.editingFinished.connect(self._move_password)
        self.box.currentIndexChanged.connect(self._chosen)
        self._put(self.box, self.edit, grows=1)
        self.edit.setEnabled(False)

    def _chosen(self) -> None:
        self.edit.setEnabled(self.box.currentData() == _TYPED)
        self._tell()

    def _typed(self) -> None:
        self._tell()

    def _move_password(self) -> None:
        scheme, mark, rest = self.edit.text().partition("://")
        user, at, place = rest.rpartition("@")
        name, colon, password = user.partition(":")
        if at and colon:
            with suppress(UrlError):  # what is wrong with it is said where it stands
                self.secret.show_value(read_userinfo(password))
                self.edit.setText(f"{scheme}{mark}{name}@{place}")
                self._tell()

    def values(self) -> dict[str, Any]:
        kind = self.box.currentData()
        return {"proxy": self.edit.text().strip() if kind == _TYPED else kind}

    def show_values(self, settings: EndpointSettings) -> None:
        proxy = settings.proxy
        if proxy in ("", FROM_ENVIRONMENT):
            if self.box.currentData() != _TYPED or self.edit.text().strip():
                self.box.setCurrentIndex(self.box.findData(proxy))
        else:
            self.box.setCurrentIndex(self.box.findData(_TYPED))
            self.edit.setText(proxy)
        self.edit.setEnabled(self.box.currentData() == _TYPED)

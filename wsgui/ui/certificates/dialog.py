"""The certificates of a server: the chain, each certificate's fields, and why they are accepted or not."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from wsgui.dissect.certificates import CertificateView, dissect_certificates
from wsgui.ui.widgets.theme import fixed_font
from wsgui.ui.widgets.tinted_label import TintedLabel

if TYPE_CHECKING:
    from wsgui.engine.tls_probe import TlsFacts

_FIXED = ("SHA-256", "Serial number")


class CertificateDialog(QDialog):
    """Emits ``save_wanted(pem, name)``, ``check_wanted()``: ask the server again, verifying, and
    ``trust_wanted(fingerprint, yes)``: trust the server's certificate for this endpoint, or trust it no more."""

    save_wanted = Signal(str, str)
    trust_wanted = Signal(str, bool)
    check_wanted = Signal()

    def __init__(self, parent: QWidget, host: str) -> None:
        super().__init__(parent)
        self._host = host
        self._trusted = False
        self.views: list[CertificateView] = []
        self.setWindowTitle(f"Certificates of {host}")
        self.verdict = TintedLabel("dim")
        self.verdict.setAccessibleName("Whether the certificates are accepted")
        self.verdict.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.session = TintedLabel("dim")
        self.session.setAccessibleName("What TLS agreed on")
        self.chain = QListWidget()
        self.chain.setAccessibleName("Chain of certificates, the server's own first")
        self.chain.setFixedWidth(230)
        self.chain.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.chain.currentRowChanged.connect(self._show_view)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFrameShape(QFrame.Shape.NoFrame)
        self.area.setAccessibleName("Certificate")
        self.copy = self._button("Copy &Fingerprint", "Copy the SHA-256 fingerprint of this certificate", self._copy)
        self.save = self._button("&Save as PEM…", "Write this certificate to a file", self._save)
        self.check = self._button("Check &Now", "Ask the server again, and verify", self.check_wanted.emit)
        self.trust = self._button("&Trust for This Endpoint", "", self._trust)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        middle = QHBoxLayout()
        middle.addWidget(self.chain)
        middle.addWidget(self.area, 1)
        below = QHBoxLayout()
        for button in (self.trust, self.copy, self.save, self.check):
            below.addWidget(button)
        below.addStretch(1)
        below.addWidget(buttons)
        column = QVBoxLayout(self)
        column.addWidget(self.verdict)
        column.addWidget(self.session)
        column.addLayout(middle, 1)
        column.addLayout(below)
        self.show_asking()
        self.resize(780, 470)  # Qt would make it smaller than its hint on a small screen

    def _button(self, text: str, tip: str, call: object) -> QPushButton:
        button = QPushButton(text)
        button.setToolTip(tip)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: call())  # type: ignore[operator]
        return button

    # --- what it shows

    def show_asking(self) -> None:
        """The server is being asked."""
        self._say("dim", f"Asking {self._host} for its certificates…")
        self._show_chain([])
        self.check.hide()

    def show_trouble(self, sentence: str) -> None:
        """The server could not be asked."""
        self._say("error", sentence)
        self._show_chain([])
        self.check.show()

    def show_facts(self, facts: TlsFacts, *, verified: bool, trusted: bool = False) -> None:
        """Show what TLS came to; ``verified`` says whether the certificates were looked at, ``trusted`` whether the
        server's is one that is trusted for this endpoint."""
        if facts.failure:
            self._say("error", facts.failure)
        elif trusted:
            self._say("good", f"The certificate of {self._host} is the one that is trusted for this endpoint.")
        elif verified:
            self._say("good", f"The certificate of {self._host} was verified.")
        else:
            self._say("error", "The certificate was not verified: this endpoint is set to accept any.")
        self.check.setVisible(not verified and not facts.failure)
        self._offer_trust(failed=bool(facts.failure), trusted=trusted)
        parts = [facts.version, facts.cipher, f"ALPN {facts.alpn}" if facts.alpn else "no ALPN"]
        self.session.setText(" · ".join(part for part in parts if part))
        self._show_chain(dissect_certificates(facts.chain, self._host))

    def _offer_trust(self, *, failed: bool, trusted: bool) -> None:
        self._trusted = trusted
        self.trust.setText("&Trust No More" if trusted else "&Trust for This Endpoint")
        self.trust.setToolTip(
            "Take the fingerprint of this certificate out of the endpoint's options"
            if trusted
            else "Connect to servers that show this very certificate alone. Compare the fingerprint (SHA-256) "
            "with what its owner tells you; it will stand in the options under TLS."
        )
        self.trust.setVisible(failed or trusted)

    def _say(self, tone: str, sentence: str) -> None:
        self.verdict.set_tone(tone)
        self.verdict.setText(sentence)
        self.session.setText("")

    def _show_chain(self, views: list[CertificateView]) -> None:
        self.views = views
        if not (views and views[0].fingerprint):
            self.trust.hide()
        self.chain.clear()
        for place, view in enumerate(views):
            self.chain.addItem(f"{'  ' * place}{view.subject or 'cannot be read'}{' ⚠' if view.problems else ''}")
        for button in (self.copy, self.save):
            button.setEnabled(bool(views))
        if views:
            self.chain.setCurrentRow(0)
        else:
            self._show_view(-1)

    def _show_view(self, place: int) -> None:
        inside = QWidget()
        form = QFormLayout(inside)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.setContentsMargins(8, 0, 8, 0)
        form.setHorizontalSpacing(12)
        if 0 <= place < len(self.views):
            view = self.views[place]
            for problem in view.problems:
                form.addRow(TintedLabel("error", problem))
            for name, text in rows_of(view):
                label = QLabel(text)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setWordWrap(True)
                label.setTextInteractionFlags(
                    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
                )
                label.setAccessibleName(f"{name}: {text}")
                if name in _FIXED:
                    label.setFont(fixed_font())
                form.addRow(f"{name}:", label)
        self.area.setWidget(inside)

    # --- what the person does

    def _current(self) -> CertificateView | None:
        place = self.chain.currentRow()
        return self.views[place] if 0 <= place < len(self.views) else None

    def _copy(self) -> None:
        view = self._current()
        if view is not None:
            QGuiApplication.clipboard().setText(view.fingerprint)

    def _trust(self) -> None:
        """The server's own certificate is meant, whichever of the chain is shown."""
        self.trust_wanted.emit(self.views[0].fingerprint, not self._trusted)

    def _save(self) -> None:
        view = self._current()
        if view is not None:
            self.save_wanted.emit(view.pem, view.subject)


def rows_of(view: CertificateView, now: dt.datetime | None = None) -> list[tuple[str, str]]:
    """What is shown of a certificate, as (label, text). Times are UTC, as in the certificate."""
    if not view.fingerprint:
        return []
    days = (view.not_after - (now or dt.datetime.now(dt.UTC))).days
    left = f"{days} day{'s' * (days != 1)} left" if days >= 0 else "expired"
    # Two lines: a label wraps at blanks alone.
    octets = view.fingerprint.split(":")
    lines = [":".join(octets[start : start + 16]) for start in range(0, len(octets), 16)]
    kind = "an authority" if view.is_authority else "not an authority"
    return [
        ("Subject", view.subject),
        ("Issuer", f"{view.issuer}{' (itself)' if view.self_signed else ''}"),
        ("Names", ", ".join(view.names) or "none"),
        ("Valid from", f"{view.not_before:%Y-%m-%d %H:%M} UTC"),
        ("Valid to", f"{view.not_after:%Y-%m-%d %H:%M} UTC, {left}"),
        ("Key", view.key),
        ("Signature", view.signature),
        ("Kind", kind),
        ("Serial number", view.serial),
        ("SHA-256", "\n".join(lines)),
    ]

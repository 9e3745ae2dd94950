"""permessage-deflate (RFC 7692): its parameters and their negotiation; `compression` does the work itself."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from wsgui.protocol.extensions import Extension

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

NAME = "permessage-deflate"


class DeflateError(ValueError):
    """Parameters that RFC 7692 section 7.1 does not allow; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class Deflate:
    """The four parameters (section 7.1). Window bits are 8 to 15; None: the parameter is absent, and 15 holds.

    ``client_max_window_bits`` may be 0 in an offer: named without a value, which says that the client understands it.
    """

    server_no_context_takeover: bool = False
    client_no_context_takeover: bool = False
    server_max_window_bits: int | None = None
    client_max_window_bits: int | None = None

    @property
    def extension(self) -> Extension:
        """As it stands in the header."""
        parameters: list[tuple[str, str | None]] = []
        for name in ("server_no_context_takeover", "client_no_context_takeover"):
            if getattr(self, name):
                parameters.append((name, None))
        for name in ("server_max_window_bits", "client_max_window_bits"):
            bits = getattr(self, name)
            if bits is not None:
                parameters.append((name, str(bits) if bits else None))
        return Extension(NAME, tuple(parameters))

    def __str__(self) -> str:
        return str(self.extension)


OFFER = Deflate(client_max_window_bits=0)
"""What a client offers unless told otherwise: everything open, window bits understood."""


def read_parameters(extension: Extension, *, offer: bool) -> Deflate:
    """The parameters of an offer or of an answer. Raises DeflateError: unknown, twice, or a value out of range."""
    found: dict[str, bool | int] = {}
    for name, value in extension.parameters:
        if name in found:
            raise DeflateError(f"The parameter {name} stands twice.")
        if name in ("server_no_context_takeover", "client_no_context_takeover"):
            if value is not None:
                raise DeflateError(f"The parameter {name} has a value, and takes none.")
            found[name] = True
        elif name in ("server_max_window_bits", "client_max_window_bits"):
            if value is None and not (offer and name == "client_max_window_bits"):
                raise DeflateError(f"The parameter {name} has no value.")
            found[name] = 0 if value is None else _bits(name, value)
        else:
            raise DeflateError(f"permessage-deflate has no parameter {name}.")
    return Deflate(**found)  # type: ignore[arg-type]


def _bits(name: str, value: str) -> int:
    # Digits without leading zeros (section 7.1.2.1); int() alone would take "0x8", " 8" and other digits too.
    if value not in ("8", "9", "10", "11", "12", "13", "14", "15"):
        raise DeflateError(f"{name} is {value}, not 8 to 15.")
    return int(value)


def answer_offers(extensions: Iterable[Extension], wish: Deflate) -> Deflate | None:
    """A server's answer: the first offer that it can take, narrowed by what it wishes; None if there is none."""
    for extension in extensions:
        if extension.name == NAME:
            try:
                return _answer(read_parameters(extension, offer=True), wish)
            except DeflateError:
                continue  # section 7.1: an offer with wrong parameters is declined
    return None


def _answer(offer: Deflate, wish: Deflate) -> Deflate:
    return Deflate(
        offer.server_no_context_takeover or wish.server_no_context_takeover,
        offer.client_no_context_takeover or wish.client_no_context_takeover,
        _least(offer.server_max_window_bits, wish.server_max_window_bits),
        # Only a client that named the parameter may be told a value (section 7.1.2.2).
        _least(offer.client_max_window_bits, wish.client_max_window_bits)
        if offer.client_max_window_bits is not None
        else None,
    )


def _least(*bits: int | None) -> int | None:
    return min((some for some in bits if some), default=None)


def read_answer(extension: Extension, offers: Sequence[Deflate]) -> Deflate:
    """What holds between both ends, from the server's answer. Raises DeflateError if it fits no offer (section 7.1).

    What an offer says of the client alone is a promise, which holds even if the answer is silent on it.
    """
    answer = read_parameters(extension, offer=False)
    for offer in offers:
        if _fits(answer, offer):
            return replace(
                answer,
                client_no_context_takeover=answer.client_no_context_takeover or offer.client_no_context_takeover,
                client_max_window_bits=_least(answer.client_max_window_bits, offer.client_max_window_bits),
            )
    raise DeflateError(f"The server answered '{extension}', which fits no offer.")


def _fits(answer: Deflate, offer: Deflate) -> bool:
    if offer.server_no_context_takeover and not answer.server_no_context_takeover:
        return False
    wanted = offer.server_max_window_bits
    if wanted and not (answer.server_max_window_bits and answer.server_max_window_bits <= wanted):
        return False
    limit = offer.client_max_window_bits
    if answer.client_max_window_bits is not None:
        return limit is not None and (limit == 0 or answer.client_max_window_bits <= limit)
    return True


def offers_in(extensions: Iterable[Extension]) -> list[Deflate]:
    """The offers of permessage-deflate among ``extensions`` that are well formed, best first."""
    found = []
    for extension in extensions:
        if extension.name == NAME:
            try:
                found.append(read_parameters(extension, offer=True))
            except DeflateError:
                continue
    return found

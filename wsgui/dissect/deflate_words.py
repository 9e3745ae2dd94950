"""What the parameters of permessage-deflate mean, in sentences (RFC 7692 section 7.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wsgui.protocol.deflate import Deflate


def offer_words(offer: Deflate) -> str:
    """What a client's offer says."""
    said = []
    if offer.server_no_context_takeover:
        said.append("The server must forget each message before it compresses the next one.")
    if offer.client_no_context_takeover:
        said.append("This client forgets each message before it compresses the next one.")
    if offer.server_max_window_bits:
        said.append(f"The server may look back {_window(offer.server_max_window_bits)} at most.")
    if offer.client_max_window_bits:
        said.append(f"This client looks back {_window(offer.client_max_window_bits)} at most.")
    elif offer.client_max_window_bits == 0:
        said.append("The server may tell this client how far it looks back.")
    return " ".join(said) or "The server must take this client's window as it is, 32 KiB."


def wish_words(wish: Deflate) -> str:
    """What a server asks for."""
    said = []
    if wish.server_no_context_takeover:
        said.append("This server forgets each message before it compresses the next one.")
    if wish.client_no_context_takeover:
        said.append("Clients are told to forget each message before they compress the next one.")
    if wish.server_max_window_bits:
        said.append(f"This server looks back {_window(wish.server_max_window_bits)} at most.")
    if wish.client_max_window_bits:
        said.append(f"Clients that can be told so look back {_window(wish.client_max_window_bits)} at most.")
    return " ".join(said) or "Both ends look back 32 KiB, and remember from message to message."


def _window(bits: int) -> str:
    size = 1 << bits
    return f"{size} bytes" if size < 1024 else f"{size // 1024} KiB"

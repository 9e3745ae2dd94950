"""Secrets of one URL: shown masked, or taken out of it."""

from __future__ import annotations

from wsgui.protocol.url import UrlError, read_userinfo
from wsgui.redaction.redactor import Redactor


def shown_url(url: str) -> str:
    """``url`` as it may stand in a title, a list or a sentence: passwords and tokens are masked."""
    return Redactor().url(url)


def has_secret(url: str) -> bool:
    """Whether there is a password or a token in ``url``."""
    return shown_url(url) != url


def without_userinfo(url: str) -> tuple[str, str, str]:
    """A URL without its user and password, and both of them decoded; empty where there are none (RFC 3986 section
    3.2.1). What stands in front of the last ``@`` of the authority is user and password.

    What is not UTF-8 behind its percent signs stays in the URL: as a text it would be something else.
    """
    scheme, mark, rest = url.partition("://")
    end = min((rest.index(one) for one in "/?#" if one in rest), default=len(rest))
    who, at, place = rest[:end].rpartition("@")
    if not at:
        return url, "", ""
    user, _, password = who.partition(":")
    try:
        return f"{scheme}{mark}{place}{rest[end:]}", read_userinfo(user), read_userinfo(password)
    except UrlError:
        return url, "", ""

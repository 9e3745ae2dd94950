"""HTTP heads as HAR describes them, and back to bytes."""

from __future__ import annotations

import re
from typing import Any, Final
from urllib.parse import unquote_plus, urlsplit

from wsgui.protocol.http_head import head_lines

Json = dict[str, Any]

_SAFE_NAME: Final = re.compile(r":?[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_WHITE: Final = re.compile(r"[\r\n\0]+")


def split_head(head: bytes) -> tuple[list[str], list[tuple[str, str]]]:
    """The three words of the start line, and the headers; whatever is no header is left out."""
    start, *lines = [line.decode("latin-1") for line in head_lines(head)]
    words = [*start.split(" ", 2), "", "", ""][:3]
    headers = []
    for line in lines:
        pseudo = line.startswith(":")  # of HTTP/2
        name, colon, value = line[pseudo:].partition(":")
        if colon:
            headers.append((":" * pseudo + name.strip(), value.strip(" \t")))
    return words, headers


def _pairs(items: list[tuple[str, str]]) -> list[Json]:
    return [{"name": name, "value": value} for name, value in items]


def _cookies(headers: list[tuple[str, str]], name: str) -> list[Json]:
    cookies = []
    for header, value in headers:
        if header.lower() == name:
            parts = value.split(";") if name == "cookie" else value.split(";")[:1]
            cookies += [(part.partition("=")[0].strip(), part.partition("=")[2]) for part in parts]
    return _pairs(cookies)


def har_request(head: bytes, url: str) -> Json:
    """HAR's ``request`` for a request's bytes; ``url`` is the connection's."""
    (method, target, version), headers = split_head(head)
    query = target.partition("?")[2] or url.partition("?")[2]
    pairs = [(name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part)]
    return {
        "method": method or "GET",
        "url": url,
        "httpVersion": version or "HTTP/1.1",
        "headers": _pairs(headers),
        "queryString": _pairs([(unquote_plus(name), unquote_plus(value)) for name, value in pairs]),
        "cookies": _cookies(headers, "cookie"),
        "headersSize": len(head) or -1,
        "bodySize": 0,
    }


def har_response(head: bytes) -> Json:
    """HAR's ``response`` for a response's bytes; status 0 if there is none."""
    (version, status, reason), headers = split_head(head)
    return {
        "status": int(status) if re.fullmatch(r"\d{3}", status, re.ASCII) else 0,
        "statusText": reason,
        "httpVersion": version or "HTTP/1.1",
        "headers": _pairs(headers),
        "cookies": _cookies(headers, "set-cookie"),
        "content": {"size": 0, "mimeType": "x-unknown"},
        "redirectURL": next((value for name, value in headers if name.lower() == "location"), ""),
        "headersSize": len(head) or -1,
        "bodySize": -1,
    }


def is_http_1(message: Json) -> bool:
    """Whether a request or response of a HAR stood on the wire as text; over HTTP/2 and 3 it did not (RFC 8441)."""
    version = _string(message.get("httpVersion")).upper()
    names = {name for name, _ in _all_headers(message)}
    return not version.startswith(("H2", "H3", "HTTP/2", "HTTP/3")) and not names & {":method", ":protocol", ":status"}


def request_bytes(request: Json) -> bytes:
    """The request that a HAR describes. b"" if it has no headers: then the browser did not say. One of HTTP/2 or 3 is
    a list with a first line of ours: it had no form that could be shown.
    """
    headers = _headers(request)
    if not headers:
        return b""
    target = "/"
    try:
        parts = urlsplit(_string(request.get("url")))
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    except ValueError:
        pass
    method = dict(headers).get(":method") or _string(request.get("method")) or "GET"
    return _head(f"{method} {target} {_version(request)}", headers)


def response_bytes(response: Json) -> bytes:
    """The response that a HAR describes. b"" if it has neither headers nor a status."""
    headers = _headers(response)
    status = response.get("status")
    if type(status) is not int or not 100 <= status <= 999:
        return b""
    return _head(f"{_version(response)} {status} {_string(response.get('statusText'))}".rstrip(), headers)


def _version(message: Json) -> str:
    version = _string(message.get("httpVersion")).upper()
    if not is_http_1(message):
        return "HTTP/3" if "3" in version else "HTTP/2"
    return version if version.startswith("HTTP/1") else "HTTP/1.1"


def _headers(message: Json) -> list[tuple[str, str]]:
    """Its headers; pseudo headers only where they belong."""
    text = is_http_1(message)
    return [(name, value) for name, value in _all_headers(message) if not (text and name.startswith(":"))]


def _all_headers(message: Json) -> list[tuple[str, str]]:
    headers = message.get("headers")
    if isinstance(headers, dict):  # by name, as some programs have them
        headers = [{"name": name, "value": value} for name, value in headers.items()]
    found = []
    for header in headers if isinstance(headers, list) else ():
        if isinstance(header, dict):
            name, value = _string(header.get("name")), _string(header.get("value"))
            if _SAFE_NAME.fullmatch(name):
                found.append((name, value))
    return found


def _string(value: object) -> str:
    """``value`` in one line, if it is a text."""
    return _WHITE.sub(" ", value) if isinstance(value, str) else ""


def _head(start: str, headers: list[tuple[str, str]]) -> bytes:
    lines = [start, *(f"{name}: {value}" for name, value in headers)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "replace")

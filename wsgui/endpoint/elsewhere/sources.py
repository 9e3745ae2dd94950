"""The table of sources, and reading a text of any of them.

To add one: a file beside this one with ``fits`` and ``read``, and a row here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from wsgui.endpoint.elsewhere import bruno, curl, har, http_file, insomnia, javascript, postman, websocat
from wsgui.endpoint.elsewhere.model import SIZE_LIMIT, ElsewhereError, Findings, ForeignEndpoint, ForeignFormat
from wsgui.endpoint.saved import EndpointFileError
from wsgui.endpoint.toml_file import read_endpoints

if TYPE_CHECKING:
    from pathlib import Path


def _is_ours(text: str) -> bool:
    return "[[endpoint]]" in text


def _ours(text: str) -> Findings:
    try:
        endpoints, complaints = read_endpoints(text)
    except EndpointFileError as error:
        raise ElsewhereError(str(error)) from None
    return Findings(
        [ForeignEndpoint(one.name, one.folder, one.settings, plain=one.plain) for one in endpoints], complaints
    )


SOURCES: Final[dict[str, ForeignFormat]] = {
    one.name: one
    for one in (
        ForeignFormat("toml", "Endpoints of wsgui", (".toml",), _is_ours, _ours),
        ForeignFormat("postman", "Postman collection", (".json",), postman.fits, postman.read),
        ForeignFormat("insomnia", "Insomnia export", (".yaml", ".yml", ".json"), insomnia.fits, insomnia.read),
        ForeignFormat("bruno", "Bruno request or collection", (".bru", ".json"), bruno.fits, bruno.read),
        ForeignFormat("har", "HAR entry", (".har", ".json"), har.fits, har.read),
        ForeignFormat("curl", "curl command", (".sh", ".txt"), curl.fits, curl.read),
        ForeignFormat("websocat", "websocat or wscat command", (".sh", ".txt"), websocat.fits, websocat.read),
        ForeignFormat("http", "HTTP request file", (".http", ".rest"), http_file.fits, http_file.read),
        ForeignFormat("javascript", "JavaScript", (".js", ".mjs", ".ts", ".html"), javascript.fits, javascript.read),
    )
}
"""Every source by its name, in the order in which they are asked: those that are surest of themselves first."""


def source_of(text: str) -> ForeignFormat | None:
    """The source that ``text`` is written for, or None."""
    return next((one for one in SOURCES.values() if one.fits(text[:SIZE_LIMIT])), None)


def file_filters() -> tuple[str, ...]:
    """What a file dialog offers, in Qt's words."""
    suffixes = " ".join(dict.fromkeys(f"*{suffix}" for one in SOURCES.values() for suffix in one.suffixes))
    rows = (f"{one.label} ({' '.join(f'*{suffix}' for suffix in one.suffixes)})" for one in SOURCES.values())
    return (f"Everything that holds endpoints ({suffixes})", *rows, "All files (*)")


def read_file(path: Path) -> Findings:
    """The endpoints of a file, whoever wrote it. Raises ElsewhereError with one sentence."""
    try:
        with path.open("rb") as file:
            data = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ElsewhereError(f"{path.name} cannot be read: {error.strerror or error}.") from error
    if len(data) > SIZE_LIMIT:
        raise ElsewhereError(f"{path.name} is larger than {SIZE_LIMIT // 1024 // 1024} MiB.")
    try:
        return read_elsewhere(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise ElsewhereError(f"{path.name} is not UTF-8.") from None


def read_elsewhere(text: str) -> Findings:
    """The endpoints of a text, whoever wrote it. Raises ElsewhereError with one sentence."""
    if len(text) > SIZE_LIMIT:
        raise ElsewhereError(f"This is longer than {SIZE_LIMIT // 1024 // 1024} MiB.")
    source = source_of(text)
    if source is None:
        names = ", ".join(one.label for one in SOURCES.values())
        raise ElsewhereError(f"This is none of these: {names}.")
    found = source.read(text)
    if not found.endpoints:
        why = " ".join(found.complaints[:3])
        raise ElsewhereError(f"This {source.label} has no WebSocket in it. {why}".strip())
    return found

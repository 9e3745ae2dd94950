"""The table of what can stand between ``{{`` and ``}}``."""

from __future__ import annotations

import os
import random
import secrets
import string
import time
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from wsgui.templates.errors import TemplateError, UnfilledError
from wsgui.templates.filling import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from wsgui.templates.filling import Filling, Path


class Placeholder(NamedTuple):
    """``shown`` is how it is written, ``help`` what it becomes. ``make(words)`` gives what finds its value, of the
    words behind its name; it raises TemplateError."""

    shown: str
    help: str
    make: Callable[[Sequence[str]], Callable[[Filling], Any]]


class Given(NamedTuple):
    """Something that is known only where a message came; ``path`` says whether a path may stand behind its name."""

    shown: str
    help: str
    path: bool = False


GIVEN: Final[dict[str, Given]] = {
    "message": Given("message", "the message that came"),
    "json": Given("json.user.name", "a value of the message that came, which is JSON", path=True),
    "match": Given(
        "match.1", "a group of the expression that matched, by number or name; match is all of it", path=True
    ),
    "path": Given("path", "the path that the client asked for, without its query"),
    "query": Given("query.room", "a parameter of the query", path=True),
    "header": Given('header.host, header["User-Agent"]', "a header of the client's handshake", path=True),
    "client": Given("client", "the number of the connection"),
    "remote": Given("remote", "the client's address"),
}
"""By name; a template is read with the names of those that its user can fill in."""

LONGEST: Final = 65536
"""Characters that one place makes up at most."""


def _nothing(words: Sequence[str]) -> None:
    if words:
        raise TemplateError(f"Nothing stands behind it, and {' '.join(words)!r} does.")


def _plain(value: Callable[[], Any]) -> Callable[[Sequence[str]], Callable[[Filling], Any]]:
    def make(words: Sequence[str]) -> Callable[[Filling], Any]:
        _nothing(words)
        return lambda _: value()

    return make


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _counter(words: Sequence[str]) -> Callable[[Filling], Any]:
    if len(words) > 1:
        raise TemplateError("A counter has one name.")
    name = words[0] if words else ""

    def count(filling: Filling) -> int:
        number = filling.counters[name] = filling.counters.get(name, 0) + 1
        return number

    return count


def _numbers(words: Sequence[str], read: Callable[[str], Any], shown: str) -> tuple[Any, Any]:
    try:
        least, most = (read(word) for word in words)
    except ValueError:
        raise TemplateError(f"It is written {shown}.") from None
    if not least <= most:
        raise TemplateError(f"{words[0]} is not below {words[1]}.")
    return least, most


def _whole(words: Sequence[str]) -> Callable[[Filling], Any]:
    least, most = _numbers(words, _bounded, "random.int 1 6")
    return lambda _: random.randint(least, most)  # noqa: S311 - for tests, not for secrets


def _bounded(word: str) -> int:
    number = int(word)
    if abs(number) > 2**63:
        raise ValueError("too large")
    return number


def _fraction(words: Sequence[str]) -> Callable[[Filling], Any]:
    least, most = _numbers(words, float, "random.float 0 1")
    if not most - least < float("inf"):
        raise TemplateError("It is written random.float 0 1.")
    return lambda _: round(random.uniform(least, most), 6)  # noqa: S311


def _length(words: Sequence[str], shown: str) -> int:
    if len(words) != 1 or not words[0].isdecimal() or not 1 <= int(words[0][:9]) <= LONGEST:
        raise TemplateError(f"It is written {shown}, with a number up to {LONGEST}.")
    return int(words[0])


def _hex(words: Sequence[str]) -> Callable[[Filling], Any]:
    length = _length(words, "random.hex 8")
    return lambda _: secrets.token_hex(length)


def _letters(words: Sequence[str]) -> Callable[[Filling], Any]:
    length = _length(words, "random.text 12")
    return lambda _: "".join(random.choices(string.ascii_letters + string.digits, k=length))  # noqa: S311


def _one_of(words: Sequence[str]) -> Callable[[Filling], Any]:
    if not words:
        raise TemplateError("It is written random.of red green blue.")
    return lambda _: random.choice(words)  # noqa: S311


PLACEHOLDERS: Final[dict[str, Placeholder]] = {
    "uuid": Placeholder("uuid", "a random UUID", _plain(lambda: str(uuid.uuid4()))),
    "now": Placeholder("now", "the time, as 2026-11-21T12:04:10.512Z", _plain(_now)),
    "now.s": Placeholder("now.s", "seconds since 1970", _plain(lambda: int(time.time()))),
    "now.ms": Placeholder("now.ms", "milliseconds since 1970", _plain(lambda: time.time_ns() // 1_000_000)),
    "counter": Placeholder("counter, counter NAME", "1, 2, 3 …; each name counts by itself", _counter),
    "random.int": Placeholder("random.int 1 6", "a whole number, both ends included", _whole),
    "random.float": Placeholder("random.float 0 1", "a number", _fraction),
    "random.hex": Placeholder("random.hex 8", "so many random bytes, as hex digits", _hex),
    "random.text": Placeholder("random.text 12", "so many letters and digits", _letters),
    "random.of": Placeholder("random.of red green blue", "one of the words", _one_of),
}
"""By name."""


def environment_variable(name: str) -> Callable[[Filling], Any]:
    """What finds the value of an environment variable."""

    def value(filling: Filling) -> Any:
        if name not in filling.environment:
            raise UnfilledError(f"The environment variable {name} may not be sent: nobody has named it.")
        return os.environ.get(name, MISSING)

    return value


def variable(name: str) -> Callable[[Filling], Any]:
    """What finds the value of a variable."""
    return lambda filling: filling.variables.get(name, MISSING)


def given(name: str, path: Path) -> Callable[[Filling], Any]:
    """What finds something that came."""
    return lambda filling: filling.given(name, path)

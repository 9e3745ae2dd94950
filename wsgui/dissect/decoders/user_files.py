"""Decoders of people: Python files in a folder, and packages with an entry point ``wsgui.decoders``.

They run in this process and not in one of their own, as behaviours' scripts do: a decoder is asked for each row that is
seen, within microseconds, and what it makes is a tree of objects. Their calls are bounded in time by a trace function,
which looks at the clock before each step of theirs; a single call into C, such as a regular expression that never ends,
is not interrupted. In memory they are bounded by what the budget lets them make of a message.
"""

from __future__ import annotations

import sys
import time
import traceback
from importlib.metadata import entry_points
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, NoReturn

from wsgui.dissect.decoders import registry
from wsgui.dissect.decoders.model import NO_CONTEXT, Cancelled, CutOff, Decoder, NotFittingError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path
    from types import FrameType

    from wsgui.dissect.decoders.model import Budget, Context, ExchangePart, Message, TreeNode

GROUP: Final = "wsgui.decoders"
SECONDS: Final = 0.05
"""What a call for a row may take."""
TREE_SECONDS: Final = 2.0
"""What a tree may take."""
_STRIKES: Final = 3
"""How often a decoder may take too long; it is asked no more then until its file changes."""


_FACTS: Final = ("fields", "last_resort", "shows_itself", "needs_context", "writes", "binary")


class _TooLongError(Exception):
    """The time of a call is over."""


class UserDecoder(Decoder):
    """A decoder of a person's, with bounds, and with the file and line in what goes wrong."""

    def __init__(
        self, inner: Decoder, file: str, said: Callable[[str, str], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._inner, self._file, self._said, self._clock = inner, file, said, clock
        self._strikes = 0
        for attribute in _FACTS:
            setattr(self, attribute, getattr(inner, attribute))
        self.name, self.title, self.prefix = str(inner.name), str(inner.title), str(inner.prefix)  # type: ignore[misc]

    def fits(self, context: Context, message: Message) -> float:
        return min(max(float(self._call(SECONDS, self._inner.fits, context, message)), 0.0), 1.0)

    def one_line(self, context: Context, message: Message) -> str:
        return str(self._call(SECONDS, self._inner.one_line, context, message))

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        self._call(TREE_SECONDS, self._inner.fill, root, context, message, budget)

    def values(self, context: Context, message: Message) -> Mapping[str, Any]:
        return dict(self._call(SECONDS, self._inner.values, context, message))

    def exchange(self, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
        found: ExchangePart | None = self._call(SECONDS, self._inner.exchange, context, values)
        return found

    def pretty(self, message: Message) -> str:
        return str(self._call(TREE_SECONDS, self._inner.pretty, message))

    def editable(self, context: Context, message: Message) -> str:
        return str(self._call(TREE_SECONDS, self._inner.editable, context, message))

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        return bytes(self._call(TREE_SECONDS, self._inner.encode, text, context))

    def is_binary(self, text: str) -> bool:
        return bool(self._call(SECONDS, self._inner.is_binary, text))

    def _call(self, seconds: float, function: Callable[..., Any], *arguments: object) -> Any:
        """Raises what decoders may raise, and ValueError with the file and line."""
        if self._strikes >= _STRIKES:
            raise ValueError(f"{self._file} took too long {_STRIKES} times: it is asked again when it is saved")
        end, before = self._clock() + seconds, sys.gettrace()

        def look(frame: FrameType, event: str, argument: object) -> Any:  # pragma: no cover - itself is not traced
            del event, argument
            frame.f_trace_opcodes = True  # a loop in one line has no other events
            if self._clock() > end:
                raise _TooLongError
            return look

        try:
            sys.settrace(look)
            try:
                return function(*arguments)
            finally:
                sys.settrace(before)
        except (NotFittingError, CutOff, Cancelled):
            raise
        except _TooLongError as error:
            self._strikes += 1
            self._fail(error, f"it took more than {seconds:g} s")
        except Exception as error:
            said = str(error)
            if function == self._inner.encode and isinstance(error, ValueError):
                raise
            self._fail(error, f"{type(error).__name__}{f' ({said})' if said else ''}")

    def _fail(self, error: BaseException, words: str) -> NoReturn:
        sentence = f"{_place(self._file, error)}: {words}"
        self._said(self._file, f"{sentence}.")
        raise ValueError(sentence) from None


def _place(file: str, error: BaseException) -> str:
    """The file, and its innermost line that was at work."""
    lines = [line for frame, line in traceback.walk_tb(error.__traceback__) if frame.f_code.co_filename.endswith(file)]
    return f"{file}, line {lines[-1]}" if lines else file


class UserDecoders:
    """Those of a folder (which need not be there) and of installed packages. `refresh` reads what has changed."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self.problems: dict[str, str] = {}
        """What is wrong with a file or package, in a sentence with the line."""
        self._clock = clock
        self._seen: dict[Path, tuple[int, int]] | None = None
        self._made: dict[Path, list[UserDecoder]] = {}
        self._packaged: list[UserDecoder] | None = None

    def refresh(self) -> bool:
        """Whether anything has changed; the registry knows it then."""
        now = self._look()
        if now == self._seen:
            return False
        before, self._seen = self._seen or {}, now
        if self._packaged is None:
            self._packaged = self._from_packages()
        for path in before.keys() | now.keys():
            if path not in now:
                self._made.pop(path, None)
                self.problems.pop(path.name, None)
            elif before.get(path) != now[path]:
                self.problems.pop(path.name, None)
                self._made[path] = self._read(path)
        known = [(path.name, one) for path, made in sorted(self._made.items()) for one in made]
        known += [("", one) for one in self._packaged]
        for (file, _), refused in zip(known, registry.use_others([one for _, one in known]), strict=True):
            if refused:
                self.problems[file] = f"{file}: {refused}."
        return True

    def _look(self) -> dict[Path, tuple[int, int]]:
        found = {}
        try:
            for path in self.folder.glob("*.py"):
                about = path.stat()
                found[path] = (about.st_mtime_ns, about.st_size)
        except OSError:  # a file that goes while it is looked at: the next look finds it gone
            pass
        return found

    def _read(self, path: Path) -> list[UserDecoder]:
        module = ModuleType(f"wsgui_decoder_{path.stem}")
        module.__file__ = str(path)
        try:
            code = compile(path.read_bytes(), str(path), "exec", dont_inherit=True)
            with registry.collected() as found:
                exec(code, module.__dict__)  # noqa: S102 - a file of the person's own
        except SyntaxError as error:
            self.problems[path.name] = f"{path.name}, line {error.lineno}: {error.msg}."
            return []
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt):
                raise
            self.problems[path.name] = f"{_place(path.name, error)}: {type(error).__name__}: {error}."
            return []
        if not found:
            self.problems[path.name] = f"{path.name} registers no decoder: a class of it needs @register."
        return [UserDecoder(one, path.name, self.problems.__setitem__, self._clock) for one in found]

    def _from_packages(self) -> list[UserDecoder]:
        made = []
        for entry in entry_points(group=GROUP):
            try:
                with registry.collected() as found:
                    entry.load()
            except Exception as error:  # noqa: BLE001 - whatever a package does wrong
                self.problems[entry.name] = (
                    f"The decoder {entry.name} ({entry.value}): {type(error).__name__}: {error}."
                )
                continue
            made += [UserDecoder(one, entry.value, self.problems.__setitem__, self._clock) for one in found]
        return made

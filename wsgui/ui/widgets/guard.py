"""The guard around every method of ours that Qt calls: what slips through becomes a sentence, and the window goes on.

An exception that leaves a ``paintEvent`` is no ordinary mistake: its traceback keeps the frame, the frame keeps the
`QPainter`, Qt paints on over a painter that is still at work, and the process ends with SIGSEGV. So each class that
takes over a method of Qt's stands under `guarded` (a test looks at all of them).

What is known to go wrong is caught where it can be said best; this is for the rest. A defect also goes to
``sys.excepthook``, which keeps the details.
"""

from __future__ import annotations

import sys
import traceback
from functools import wraps
from types import FunctionType
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QModelIndex, QRect, Qt, QTimer
from shiboken6 import VoidPtr

from wsgui.capture.errors import CaptureError

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T", bound=type)

_OTHERWISE: Final[dict[str, object]] = {
    "event": False,
    "eventFilter": False,
    "viewportEvent": False,
    "focusNextPrevChild": False,
    "hasHeightForWidth": False,
    "rowCount": 0,
    "columnCount": 0,
    "setData": False,
    "flags": Qt.ItemFlag.NoItemFlags,
    "index": QModelIndex(),
    "parent": QModelIndex(),
    "tickStrings": (),
    "interface_cast": VoidPtr(0),
    "characterCount": 0,
    "characterRect": QRect(),
    "cursorPosition": 0,
    "offsetAtPoint": -1,
    "selectionCount": 0,
    "text": "",
}
"""What Qt gets from a method that failed; None from all others, events most of all."""

_FROM_QT: Final = frozenset({"sizeHint", "minimumSizeHint", "heightForWidth", "state"})
"""Methods that have to give something: Qt's own answer stands in."""

_FOREIGN: Final = ("PySide6", "pyqtgraph")
_MOST_TOLD: Final = 100
"""Different faults that are told: a fault in painting comes back with each repaint."""

_told: set[tuple[str, str]] = set()
_listeners: list[Callable[[str], None]] = []


def listen(say: Callable[[str], None]) -> Callable[[], None]:
    """``say(sentence)`` hears of what went wrong, in the window's thread and never within a paint event. Call what is
    returned to stop."""
    _listeners.append(say)
    return lambda: _listeners.remove(say)


def tell(sentence: str) -> None:
    """Say a sentence to whoever listens, once the event that is being handled is over."""
    for say in list(_listeners):
        QTimer.singleShot(0, lambda say=say: say(sentence) if say in _listeners else None)


def sentence_of(error: BaseException) -> str:
    """What a person is told of an error that nobody expected."""
    if isinstance(error, CaptureError):
        return str(error)
    return f"Something went wrong inside wsgui ({type(error).__name__}: {error}). The rest of the window goes on."


def overrides(cls: type) -> list[str]:
    """The methods of a class of ours that take the place of one of Qt's."""
    foreign = [base for base in cls.__mro__ if base.__module__.partition(".")[0] in _FOREIGN]
    return [
        name
        for name, value in vars(cls).items()
        if isinstance(value, FunctionType) and not name.startswith("__") and any(name in vars(base) for base in foreign)
    ]


def is_guarded(cls: type) -> bool:
    """Whether every method of a class that Qt calls is under the guard."""
    return all(hasattr(vars(cls)[name], "guarded") for name in overrides(cls))


def guarded(cls: _T) -> _T:
    """Put the guard around the methods of a class that Qt calls."""
    for name in overrides(cls):
        setattr(cls, name, _around(cls, name, vars(cls)[name]))
    return cls


def _around(cls: type, name: str, method: Callable[..., Any]) -> Callable[..., Any]:
    where = f"{cls.__name__}.{name}"

    @wraps(method)
    def around(self: Any, /, *args: Any, **kwargs: Any) -> Any:
        try:
            return method(self, *args, **kwargs)
        except Exception as error:  # noqa: BLE001 - that is what it is for
            _slipped(where, error)
        if name in _FROM_QT:
            return getattr(super(cls, self), name)(*args, **kwargs)
        return _OTHERWISE.get(name)

    around.guarded = True  # type: ignore[attr-defined]
    return around


def _slipped(where: str, error: BaseException) -> None:
    known = (where, f"{type(error).__name__}: {error}")
    if known not in _told and len(_told) < _MOST_TOLD:
        _told.add(known)
        tell(sentence_of(error))
        if not isinstance(error, CaptureError):
            sys.excepthook(type(error), error, error.__traceback__)
    _let_go(error)


def _let_go(error: BaseException | None) -> None:
    """Empty the frames of the traceback: a painter in one of them would still be at work when Qt goes on."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        traceback.clear_frames(error.__traceback__)
        error = error.__cause__ or error.__context__

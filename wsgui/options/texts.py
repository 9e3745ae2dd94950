"""The value of an option as a text, which a command line, a file or a route holds, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wsgui.options.model import PAIRED, SEVERAL, Shape
from wsgui.options.quantities import QuantityError, read_flag, read_number, read_seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from wsgui.options.model import Option


class OptionError(ValueError):
    """A value that an option cannot have, or an option that there is not, in one sentence; ``name`` is the option."""

    def __init__(self, name: str, sentence: str) -> None:
        super().__init__(sentence)
        self.name = name


def read(row: Option, text: str) -> Any:
    """The value that ``text`` stands for; of an option with several values, the one. Raises OptionError."""
    try:
        if row.shape is Shape.FLAG:
            return read_flag(text)
        if row.shape is Shape.COUNT:
            return read_number(text, int(row.least), row.most)
        if row.shape is Shape.SECONDS:
            return _seconds(row, text)
    except QuantityError as error:
        raise OptionError(row.name, f"{row.name}: {error}") from None
    if row.shape is Shape.CHOICE:
        values = [one.value for one in row.choices]
        if text not in values:
            raise OptionError(row.name, f"{row.name}: Expected {_either(values)}, not {text!r}.")
    elif row.shape in PAIRED:
        name, found, value = text.partition(row.sign)
        if not found or not name.strip():
            raise OptionError(row.name, f"{row.name}: Expected NAME{row.sign}VALUE, not {text!r}.")
        return (name.strip(), value)
    return text


def texts_of(row: Option, value: Any) -> list[str]:
    """The texts from which `read_all` makes ``value``: one for each of a list, else one."""
    if row.shape in PAIRED:
        return [f"{name}{row.sign}{text}" for name, text in value] or [""]
    if row.shape in SEVERAL:
        return list(value) or [""]
    if row.shape is Shape.FLAG:
        return ["on" if value else "off"]
    if row.shape is Shape.SECONDS:
        return [f"{value:.9g}"]
    return [str(value)]


def read_all(rows: Mapping[str, Option], pairs: Iterable[tuple[str, str]], whose: str) -> dict[str, Any]:
    """The values that names and texts stand for. A name may come again: of an option with several values each adds
    one (an empty text adds none), of any other the last one counts. ``whose`` is what has the options. Raises
    OptionError."""
    found: dict[str, Any] = {}
    for name, text in pairs:
        row = rows.get(name)
        if row is None:
            there = f"; there {'are' if len(rows) > 1 else 'is'} {_all(list(rows))}" if rows else ""
            raise OptionError(name, f"{whose} has no option {name!r}{there}.")
        if row.shape in SEVERAL:
            values = found.setdefault(name, [])
            if text:
                values.append(read(row, text))
        else:
            found[name] = read(row, text)
    return found


def pairs_of(rows: Mapping[str, Option], values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Names and texts of those values that are not as usual: `read_all` reads them."""
    return [
        (name, text)
        for name, row in rows.items()
        if name in values and values[name] != row.default
        for text in texts_of(row, values[name])
    ]


def _seconds(row: Option, text: str) -> float:
    found = read_seconds(text)
    if found < row.least or (row.most and found > row.most):
        limits = f"from {row.least:g} to {row.most} seconds" if row.most else f"of at least {row.least:g} seconds"
        raise QuantityError(f"Expected a time {limits}, not {text!r}.")
    return found


_BEFORE_LAST: Final = {True: " and ", False: " or "}


def _all(names: list[str]) -> str:
    return _listed(names, last=True)


def _either(names: list[str]) -> str:
    return _listed(names, last=False)


def _listed(names: list[str], *, last: bool) -> str:
    return ", ".join(names[:-1]) + (_BEFORE_LAST[last] if names[:-1] else "") + names[-1]

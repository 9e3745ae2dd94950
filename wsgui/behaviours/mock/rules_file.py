"""Rules as a TOML file that people write, read with the line of what is wrong, and written so that comments stay."""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import fields
from typing import TYPE_CHECKING, Any, Final

from wsgui.behaviours.lines import FileProblem
from wsgui.behaviours.mock.spec import ROWS, TOP, RuleSpec, Spec, said_of
from wsgui.options.model import PAIRED, SEVERAL, Shape
from wsgui.options.quantities import read_seconds
from wsgui.options.texts import OptionError, read

if TYPE_CHECKING:
    from collections.abc import Mapping

SIZE_LIMIT: Final = 4 * 1024 * 1024
MOST_RULES: Final = 10_000
_KEYS: Final = (*TOP, "variables", "shared", "rule")
_PLACE: Final = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)$")
_HEADER: Final = re.compile(r"^\s*\[\[?\s*([\w.]+)\s*\]\]?", re.MULTILINE)


def read_spec(text: str) -> Spec:
    """The rules of a file's text. Raises FileProblem with the line."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.search(str(error))
        last = text.count("\n") + 1
        line = int(found[1]) if found and found[1] else last
        raise FileProblem(f"This is not TOML: {_PLACE.sub('', str(error))}.", line) from None
    except RecursionError:
        raise FileProblem("This is not TOML: it is nested too deep.", 1) from None
    where = Lines(text)
    for key in document:
        if key not in _KEYS:
            raise FileProblem(f"There is no {key!r} at the top; there are {', '.join(_KEYS)}.", where.of(key))
    spec = Spec()
    for key, words in TOP.items():
        value = document.get(key, words[0])
        if value not in words:
            raise FileProblem(f"{key} is {' or '.join(words)}, not {_text(value)}.", where.of(key))
        setattr(spec, key, value)
    for key in ("variables", "shared"):
        table = document.get(key, {})
        if not isinstance(table, dict):
            raise FileProblem(f"{key} is a table of names and values.", where.of(key))
        for name, value in table.items():
            _check_variable(name, value, where.of(name, key))
            getattr(spec, key)[name] = value
    tables = document.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(one, dict) for one in tables):
        raise FileProblem("Each rule is a table that begins with [[rule]].", where.of("rule"))
    if len(tables) > MOST_RULES:
        raise FileProblem(f"There are more than {MOST_RULES} rules.", where.rule(MOST_RULES))
    for number, table in enumerate(tables):
        spec.rules.append(_rule(table, number, where))
    return spec


def _check_variable(name: str, value: Any, line: int) -> None:
    if not re.fullmatch(r"[^\W\d]\w*", name):
        raise FileProblem(f"A variable has a name of letters and digits, not {name!r}.", line)
    if not isinstance(value, str | int | float | bool):
        raise FileProblem(f"The variable {name} is a text, a number, true or false.", line)


def _rule(table: Mapping[str, Any], number: int, where: Lines) -> RuleSpec:
    rule = RuleSpec()
    for key, value in table.items():
        row = ROWS.get(key)
        line = where.rule(number, key)
        if row is None:
            raise FileProblem(f"Rule {number + 1} has no {key!r}; there are {', '.join(ROWS)}.", line)
        try:
            setattr(rule, key, _value(key, value))
        except (OptionError, ValueError) as error:
            raise FileProblem(f"Rule {number + 1}: {error}", line) from None
    return rule


def _value(key: str, value: Any) -> Any:
    row = ROWS[key]
    if row.shape in PAIRED:
        if not isinstance(value, dict):
            raise ValueError(f'{key} is a table, such as {key} = {{ name = "value" }}.')
        return [(name, _text(one)) for name, one in value.items()]
    if row.shape in SEVERAL:
        several = [value] if isinstance(value, str) else value
        if not isinstance(several, list) or not all(isinstance(one, str) for one in several):
            raise ValueError(f"{key} is a text, or a list of texts.")
        return list(several)
    if row.shape is Shape.FLAG:
        if not isinstance(value, bool):
            raise ValueError(f"{key} is true or false, not {_text(value)}.")
        return value
    if isinstance(value, dict | list):
        raise ValueError(f"{key} is one value, not several.")
    return read(row, _text(value))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)


class Lines:
    """Where things stand in a text that is TOML: lines from 1; the line of the table where a key is not found by
    itself."""

    def __init__(self, text: str) -> None:
        self._text = text
        headers = [(found.start(), found[1], found[0]) for found in _HEADER.finditer(text)]
        self._tables = [
            (name, start, headers[place + 1][0] if place + 1 < len(headers) else len(text))
            for place, (start, name, _) in enumerate(headers)
        ]

    def _line(self, place: int) -> int:
        return self._text.count("\n", 0, place) + 1

    def _key(self, key: str, start: int, end: int) -> int | None:
        found = re.compile(rf"^\s*[\"']?{re.escape(key)}[\"']?\s*[=.]", re.MULTILINE).search(self._text, start, end)
        return None if found is None else self._line(found.end() - 1)

    def of(self, key: str, table: str = "") -> int:
        """Of a key at the top, or in a table."""
        for name, start, end in self._tables:
            if name == table:
                return self._key(key, start, end) or self._line(self._after(start))
        end = self._tables[0][1] if self._tables else len(self._text)
        found = self._key(key, 0, end)
        headers = [start for name, start, _ in self._tables if name.partition(".")[0] == key]
        return found or (self._line(self._after(headers[0])) if headers else 1)

    def rule(self, number: int, key: str = "") -> int:
        """Of the rule with this number, from 0, or of its key."""
        found = [(start, end) for name, start, end in self._tables if name == "rule"]
        if number >= len(found):
            return self.of("rule")
        start, end = found[number]
        return (self._key(key, start, end) if key else None) or self._line(self._after(start))

    def _after(self, start: int) -> int:
        """Behind the blank lines that a header's match begins with."""
        return start + len(self._text[start:]) - len(self._text[start:].lstrip())


def write_spec(spec: Spec, before: str = "") -> str:
    """The text of a file; what ``before`` has in comments and order stays where it can."""
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    try:
        document = tomlkit.parse(before)
    except TOMLKitError:
        document = tomlkit.document()
    if not before.strip():
        document.add(tomlkit.comment("Rules of wsgui's mock: docs/behaviours.md has what each may say."))
    for key, words in TOP.items():
        value = getattr(spec, key)
        if document.get(key, words[0]) != value:
            document[key] = value
    for key in ("variables", "shared"):
        values = getattr(spec, key)
        if values or key in document:
            table = document[key] if key in document else tomlkit.table()
            for name in [name for name in table if name not in values]:
                del table[name]
            for name, value in values.items():
                if table.get(name) != value or type(table.get(name)) is bool:
                    table[name] = value
            if key not in document:
                document[key] = table
    there = list(document.get("rule", []))
    old = list(there)
    found = [_kept(old, rule, place) for place, rule in enumerate(spec.rules)]
    for table, rule in zip(found, spec.rules, strict=True):
        _fill(table, rule)
    if there and [id(one) for one in found[: len(there)]] == [id(one) for one in there]:
        for table in found[len(there) :]:  # what stands there stays as it is, to the blank line
            document["rule"].append(table)
    elif found or "rule" in document:
        tables = tomlkit.aot()
        for table in found:
            tables.append(table)
        document["rule"] = tables
    return tomlkit.dumps(document)


def _kept(old: list[Any], rule: RuleSpec, place: int) -> Any:
    """The table that this rule had, with its comments; a new one for a new rule."""
    import tomlkit

    named = [one for one in old if rule.name and one.get("name") == rule.name]
    found = named[0] if named else (old[place] if place < len(old) and not old[place].get("name") else None)
    if found is None:
        return tomlkit.table()
    old[old.index(found)] = {}
    return found


def _span(seconds: float) -> str:
    text = f"{seconds * 1000:g}ms"
    return text if 0 < seconds < 1 and read_seconds(text) == seconds else f"{seconds:.9g}s"


def _fill(table: Any, rule: RuleSpec) -> None:
    import tomlkit

    said = said_of(rule)
    for key in [key for key in table if key not in said]:
        del table[key]
    for one in fields(rule):
        key = one.name
        if key not in said:
            continue
        value = said[key]
        row = ROWS[key]
        if row.shape in PAIRED:
            inline = tomlkit.inline_table()
            inline.update(dict(value))
            value = inline
        elif row.shape is Shape.SECONDS:
            value = _span(value)
        elif isinstance(value, str) and "\n" in value and all(map(str.isprintable, value.split("\n"))):
            # Other ends of lines than this one would not come back: TOML reads CR LF as LF.
            value = tomlkit.string(value, multiline=True)
        try:
            same = key in table and _value(key, table[key]) == said[key]
        except (OptionError, ValueError):
            same = False
        if not same:
            table[key] = value

"""Whether a message fits its schema."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from jsonschema import Draft7Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError, best_match
from jsonschema.validators import extend
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import DRAFT7

from wsgui.behaviours.lines import FileProblem
from wsgui.filter.patterns import PatternError, PatternTooSlowError, compile_text, first_match

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wsgui.behaviours.asyncapi.document import ApiMessage, Document

ROOT: Final = "urn:wsgui:document"
MOST: Final = 5
"""Violations of one message that are told."""


def _pattern(validator: Any, pattern: Any, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """As the library's, with a limit of time: a client chooses the text."""
    if not isinstance(instance, str):
        return
    try:
        found = first_match(compile_text(str(pattern)), instance)
    except PatternTooSlowError:
        yield ValidationError(f"{pattern!r} took too long to look at it")
    except PatternError as error:
        yield ValidationError(f"{pattern!r} is no expression: {error.message}")
    else:
        if found is None:
            yield ValidationError(f"{instance!r} does not match {pattern!r}")


_Validator: Any = extend(  # type: ignore[no-untyped-call]
    Draft7Validator, {"pattern": _pattern}
)


class Checker:
    """Knows the schemas of one document; links within it are followed, and nothing is fetched."""

    def __init__(self, document: Document) -> None:
        """Raises FileProblem for a schema that is none."""
        self._registry: Registry[Any] = Registry().with_resource(ROOT, DRAFT7.create_resource(document.source.value))
        self._validators: dict[int, Any] = {}
        for channel in document.channels:
            replies = [one for several in channel.replies.values() for one in several]
            for message in (*channel.receives, *channel.sends, *replies):
                self._add(document, message)

    def _add(self, document: Document, message: ApiMessage) -> None:
        if message.schema is None:
            return
        schema: Any = document.source.value
        for step in message.schema:
            schema = schema[int(step) if isinstance(schema, list) else step]
        try:
            Draft7Validator.check_schema(schema)
        except SchemaError as error:
            line = document.source.line(*message.schema, *error.absolute_path)
            raise FileProblem(f"The schema of {message.name}: {_short(error.message)}.", line) from None
        pointer = "/".join(str(one).replace("~", "~0").replace("/", "~1") for one in message.schema)
        reference = {"$ref": f"{ROOT}#/{pointer}"}
        self._validators[id(message)] = _Validator(reference, registry=self._registry, format_checker=FormatChecker())

    def wrong(self, message: ApiMessage, value: Any) -> list[str]:
        """What a value breaks of a message's schema: a sentence for each, at most `MOST`."""
        validator = self._validators.get(id(message))
        if validator is None:
            return []
        try:
            return [_sentence(best_match([one]) or one) for one in islice(validator.iter_errors(value), MOST)]
        except Unresolvable as error:
            return [f"The schema refers to {error.ref}, which is not in the document."]
        except RecursionError:
            return ["It is nested too deep."]

    def wrong_of_all(self, messages: list[ApiMessage], value: Any) -> tuple[ApiMessage | None, list[str]]:
        """The first of the messages that the value fits, or what it breaks of the one that it breaks least of."""
        least: list[str] | None = None
        nearest = None
        for message in messages:
            broken = self.wrong(message, value)
            if not broken:
                return message, []
            if least is None or len(broken) < len(least):
                least, nearest = broken, message
        if nearest is None:
            return None, []
        of = f"{nearest.name}: " if len(messages) > 1 else ""
        return None, [f"{of}{one}" for one in least or []]


def _sentence(error: ValidationError) -> str:
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path).lstrip(".")
    return f"{place or 'The message'}: {_short(error.message)}."


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 200 else f"{text[:199]}…"

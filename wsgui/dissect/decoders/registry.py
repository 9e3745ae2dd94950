"""The decoders that there are, and the one door to them: whatever a decoder does wrong comes out as a sentence.

`automatic` picks the best, `fitting` lists all that fit, `line` is for rows on screen, `decode` for the tree, `values`
for filters; `editable` and `encode` are for writing. A decoder registers itself (`register`) when its file under
``known`` is imported, as `all_decoders` does.
"""

from __future__ import annotations

import importlib
import pkgutil
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from wsgui.dissect.decoders import known
from wsgui.dissect.decoders import notices as _notices  # noqa: F401 - looks at what others decode
from wsgui.dissect.decoders.model import (
    BYTES_LIMIT,
    NO_CONTEXT,
    Budget,
    Cancelled,
    CutOff,
    Message,
    NotFittingError,
    TreeNode,
)
from wsgui.dissect.preview import one_line
from wsgui.dissect.sizes import grouped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from wsgui.dissect.decoders.model import Context, DecodedField, Decoder, ExchangePart

GOOD: Final = 0.5
"""How well a decoder has to fit to be chosen by itself."""

_REGISTERED: Final[dict[str, Decoder]] = {}

_D = TypeVar("_D", bound="type[Decoder]")


def register(decoder: _D) -> _D:
    """A class decorator: make a decoder known. Raises ValueError if its name or a field of it is taken."""
    made = decoder()
    if _COLLECTED:
        _COLLECTED[-1].append(made)
        return decoder
    if refused := _taken(made, _REGISTERED.values()):
        raise ValueError(refused)
    _REGISTERED[made.name] = made
    return decoder


def _taken(made: Decoder, others: Iterable[Decoder]) -> str:
    """Why a decoder cannot be known beside others; empty if it can."""
    for other in others:
        if other.name == made.name or (made.prefix and other.prefix == made.prefix):
            return f"{made.name}: there is a decoder {other.name} with the prefix {other.prefix or 'none'}"
    return ""


_COLLECTED: Final[list[list[Decoder]]] = []


@contextmanager
def collected() -> Iterator[list[Decoder]]:
    """What is registered meanwhile goes into a list, and is not known."""
    found: list[Decoder] = []
    _COLLECTED.append(found)
    try:
        yield found
    finally:
        _COLLECTED.pop()


def use_others(decoders: Sequence[Decoder]) -> list[str]:
    """Know these beside those of the house, and no others; says of each why it is refused, or nothing."""
    kept: list[Decoder] = []
    refused = []
    for one in decoders:
        refused.append(_taken(one, [*_house().values(), *kept]))
        kept += [] if refused[-1] else [one]
    _OTHERS[:] = kept
    all_decoders.cache_clear()
    return refused


_OTHERS: Final[list[Decoder]] = []


@cache
def _house() -> Mapping[str, Decoder]:
    for module in pkgutil.iter_modules(known.__path__):
        importlib.import_module(f"{known.__name__}.{module.name}")
    return {name: _REGISTERED[name] for name in sorted(_REGISTERED)}


@cache
def all_decoders() -> Mapping[str, Decoder]:
    """Every decoder by its name, in the order of their names."""
    every = {**_house(), **{one.name: one for one in _OTHERS}}
    return {name: every[name] for name in sorted(every)}


class Decoded(NamedTuple):
    """A message decoded: its parts, and the sentence that says why there are no more (empty if they are all)."""

    root: TreeNode
    sentence: str


def fitting(context: Context, message: Message) -> list[Decoder]:
    """The decoders that fit, best first."""
    scores = [(score, decoder) for decoder in all_decoders().values() if (score := fit(decoder, context, message)) > 0]
    return [decoder for _, decoder in sorted(scores, key=lambda pair: -pair[0])]


def automatic(context: Context, message: Message) -> Decoder:
    """The decoder that fits best."""
    best, best_score = None, -1.0
    for decoder in all_decoders().values():
        if decoder.last_resort and best_score >= GOOD:
            continue  # they fit anything
        try:
            score = decoder.fits(context, message)
        except Exception:  # noqa: BLE001, S112 - as `fit` has it; a call the less for each decoder and row
            continue
        if score > best_score and (score >= GOOD or decoder.last_resort):
            best, best_score = decoder, score
    assert best is not None  # noqa: S101 - the last resorts fit all
    return best


def chosen(name: str, context: Context, message: Message) -> Decoder:
    """The decoder of that name if it fits the message, else, and for an empty name, the one that fits best."""
    decoder = all_decoders().get(name)
    if decoder is not None and fit(decoder, context, message) > 0:
        return decoder
    return automatic(context, message)


def fit(decoder: Decoder, context: Context, message: Message) -> float:
    """How well a decoder fits; one that fails does not fit."""
    try:
        return decoder.fits(context, message)
    except Exception:  # noqa: BLE001 - whatever a decoder does wrong stays its own affair
        return 0.0


def line(decoder: Decoder, context: Context, message: Message) -> str:
    """A message in one line of at most some 200 characters, in which nothing is hidden and nothing steers."""
    try:
        return one_line(decoder.one_line(context, message), False)
    except Exception as error:  # noqa: BLE001 - as above
        return one_line(f"({decoder.title}: {_reason(error)})", False)


def values(decoder: Decoder, context: Context, message: Message) -> Mapping[str, Any]:
    """The values of a decoder's fields; none if it does not fit."""
    try:
        return decoder.values(context, message) if decoder.fits(context, message) > 0 else {}
    except Exception:  # noqa: BLE001 - as above
        return {}


def exchange(decoder: Decoder, context: Context, values: Mapping[str, Any]) -> ExchangePart | None:
    """What a message with these values asks or answers; None if it does neither, or the decoder fails. The key can be
    looked up."""
    try:
        part = decoder.exchange(context, values)
        hash(None if part is None else part.key)
    except Exception:  # noqa: BLE001 - as above
        return None
    return part


def decode(decoder: Decoder, context: Context, message: Message, budget: Budget | None = None) -> Decoded:
    """The tree of a message. Raises Cancelled, nothing else."""
    budget = budget or Budget()
    sentence = ""
    if len(message.data) > BYTES_LIMIT:
        sentence = f"Cut off: only the first {grouped(BYTES_LIMIT)} of {grouped(len(message.data))} bytes are decoded."
        message = Message(message.data[:BYTES_LIMIT], text=message.text, whole=False)
    root = TreeNode(decoder.title, "", 0, len(message.data))
    try:
        decoder.fill(root, context, message, budget)
    except CutOff as cut:
        sentence = str(cut)
    except NotFittingError as error:
        sentence = sentence or f"This is not {decoder.title}: {error}."
    except Cancelled:
        raise
    except Exception as error:  # noqa: BLE001 - as above
        sentence = f"The decoder {decoder.title} has failed: {_reason(error)}."
    return Decoded(root, one_line(sentence, False))


def pretty(decoder: Decoder, message: Message) -> str:
    """A message as text for reading and copying. Raises NotFittingError, nothing else."""
    try:
        return decoder.pretty(message)
    except NotFittingError:
        raise
    except Exception as error:
        raise NotFittingError(_reason(error)) from error


class Written(NamedTuple):
    """A message that was made of text: its bytes, and whether it is a text message."""

    data: bytes
    text: bool


def writers() -> list[Decoder]:
    """The decoders that can write messages, in the order of their titles."""
    return sorted((one for one in all_decoders().values() if one.writes), key=lambda one: one.title.casefold())


def editable(decoder: Decoder, context: Context, message: Message) -> str:
    """A message as text of which `encode` makes the same. Raises NotFittingError with the reason, nothing else."""
    if not decoder.writes:
        raise NotFittingError(f"{decoder.title} cannot be written from text")
    if not message.whole:
        raise NotFittingError("not all of the message is known")
    try:
        return decoder.editable(context, message)
    except NotFittingError:
        raise
    except Exception as error:
        raise NotFittingError(_reason(error)) from error


def encode(decoder: Decoder, text: str, context: Context = NO_CONTEXT) -> Written:
    """A message of what a person wrote. Raises ValueError with a sentence, nothing else."""
    try:
        return Written(decoder.encode(text, context), not decoder.is_binary(text))
    except UnicodeEncodeError as error:
        code = ord(error.object[error.start])
        raise ValueError(f"Half of a surrogate pair, \\u{code:04x}, cannot be sent.") from None
    except ValueError:
        raise
    except Exception as error:
        raise ValueError(f"The decoder {decoder.title} has failed: {_reason(error)}.") from error


def fields() -> Iterable[tuple[Decoder, DecodedField, str]]:
    """The fields of all decoders, with the name that filters know each by."""
    for decoder in all_decoders().values():
        for field in decoder.fields:
            name = ".".join(part for part in (decoder.prefix, field.name) if part)
            yield decoder, field, name


def _reason(error: BaseException) -> str:
    text = str(error).split("\n", 1)[0].rstrip(".")
    return text if text and isinstance(error, ValueError) else f"{type(error).__name__}{f' ({text})' if text else ''}"

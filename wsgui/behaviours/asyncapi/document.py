"""What an AsyncAPI document says that a server sends and receives, channel by channel.

https://www.asyncapi.com/docs/reference/specification/v3.0.0 and v2.6.0. In version 2 ``publish`` is what clients send
to the application and ``subscribe`` what it sends to them; in version 3 an operation's ``action`` is the application's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from wsgui.behaviours.asyncapi.source import DocumentText
from wsgui.behaviours.lines import FileProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

Steps = tuple[str | int, ...]
_JSON_SCHEMA: Final = re.compile(r"application/(vnd\.aai\.asyncapi|schema)\b")
_PARAMETER: Final = re.compile(r"\{[^{}/]+\}")
_MOST_LINKS: Final = 32


@dataclass(frozen=True)
class ApiMessage:
    """A message: where its schema stands (None: anything fits), and examples of it. ``correlation`` is the place of the
    id that a reply has too."""

    name: str
    schema: Steps | None
    examples: tuple[Any, ...] = ()
    correlation: tuple[str, ...] = ()


@dataclass
class Channel:
    """``address`` may have parameters in braces. ``replies`` are by the name of the message that they answer."""

    address: str
    receives: list[ApiMessage] = field(default_factory=list)
    sends: list[ApiMessage] = field(default_factory=list)
    replies: dict[str, list[ApiMessage]] = field(default_factory=dict)

    def fits(self, path: str) -> bool:
        """Whether a client that asks for this path means this channel."""
        pattern = _PARAMETER.sub("\0", "/" + self.address.strip("/"))
        expression = "[^/]+".join(re.escape(part) for part in pattern.split("\0"))
        return re.fullmatch(expression, "/" + path.strip("/")) is not None


@dataclass
class Document:
    """A whole document: its source, its channels in their order, and what of it is left aside, in sentences."""

    source: DocumentText
    version: str
    title: str
    channels: list[Channel]
    aside: list[str]

    def channel(self, path: str) -> Channel | None:
        """The channel of a path; those without parameters first."""
        found = [one for one in self.channels if one.fits(path)]
        return min(found, key=lambda one: one.address.count("{"), default=None)


class DocumentReader:
    """Reads a document; raises FileProblem with the line of what is wrong with it."""

    def __init__(self, text: str, *, as_server: bool) -> None:
        self.source = DocumentText(text)
        self._as_server = as_server
        self._aside: list[str] = []

    def read(self) -> Document:
        """The document."""
        value = self.source.value
        version = str(value.get("asyncapi", ""))
        if not re.fullmatch(r"(2|3)\.\d+\.\d+", version):
            said = f"it says {version}" if version else "it does not say asyncapi"
            raise FileProblem(f"AsyncAPI 2 and 3 are known, and {said}.", self.source.line("asyncapi"))
        channels = self._three() if self._is_three else self._two()
        if not channels:
            raise FileProblem("It has no channels.", self.source.line("channels"))
        info = self._table(("info",))
        return Document(self.source, version, str(info.get("title", "")), channels, self._aside)

    @property
    def _is_three(self) -> bool:
        return str(self.source.value.get("asyncapi", "")).startswith("3")

    # --- places

    def _at(self, steps: Steps) -> tuple[Steps, Any]:
        """What stands at a place, and where, once all links have been followed."""
        value: Any = self.source.value
        walked: Steps = ()
        links = 0
        rest = list(steps)
        while True:
            while isinstance(value, dict) and isinstance(value.get("$ref"), str):
                links += 1
                target = value["$ref"]
                if not target.startswith("#/"):
                    raise self._wrong(walked, f"It refers to {target}: other documents are not read; put it in here.")
                if links > _MOST_LINKS:
                    raise self._wrong(walked, f"The reference {target} leads to itself.")
                rest = [*self._steps(target, walked), *rest]
                walked, value = (), self.source.value
                break
            else:
                if not rest:
                    return walked, value
                step = rest.pop(0)
                if isinstance(value, dict) and step in value:
                    value = value[str(step)]
                elif isinstance(value, list) and str(step).isdecimal() and int(step) < len(value):
                    value = value[int(step)]
                else:
                    place = "/".join(map(str, (*walked, step)))
                    raise self._wrong(walked, f"There is no #/{place}, which it refers to.")
                walked = (*walked, step)

    def _steps(self, target: str, place: Steps) -> list[str | int]:
        return [part.replace("~1", "/").replace("~0", "~") for part in target[2:].split("/")]

    def _wrong(self, place: Steps, sentence: str) -> FileProblem:
        return FileProblem(sentence, self.source.line(*place))

    def _table(self, place: Steps) -> dict[str, Any]:
        """The table at a place; an empty one if there is nothing."""
        above: Any = self.source.value
        for step in place[:-1]:
            above = above.get(step, {}) if isinstance(above, dict) else {}
        if not isinstance(above, dict) or place[-1] not in above:
            return {}
        _, value = self._at(place)
        if not isinstance(value, dict):
            raise self._wrong(place, f"{place[-1]} is a table of names and values.")
        return value

    # --- version 2

    def _two(self) -> list[Channel]:
        channels = []
        for address in self._table(("channels",)):
            channel = Channel(address)
            self._table(("channels", address))
            for operation, to_app in (("publish", True), ("subscribe", False)):
                if self._table(("channels", address, operation)):
                    place, told = self._at(("channels", address, operation))
                    if "message" in told:
                        messages = list(self._messages_of((*place, "message")))
                        (channel.receives if to_app is self._as_server else channel.sends).extend(messages)
            channels.append(channel)
        return channels

    def _messages_of(self, place: Steps) -> Iterator[ApiMessage]:
        place, value = self._at(place)
        if not isinstance(value, dict):
            raise self._wrong(place, "A message is a table of names and values.")
        if isinstance(value.get("oneOf"), list):
            for number in range(len(value["oneOf"])):
                yield from self._messages_of((*place, "oneOf", number))
        else:
            yield self._message(place, value)

    # --- version 3

    def _three(self) -> list[Channel]:
        channels: dict[Steps, Channel] = {}
        for name in self._table(("channels",)):
            place, told = self._at(("channels", name))
            if not isinstance(told, dict):
                raise self._wrong(place, f"The channel {name} is a table of names and values.")
            channels[place] = Channel(str(told.get("address") or name))
        used: set[Steps] = set()
        for name in self._table(("operations",)):
            place, told = self._at(("operations", name))
            if not isinstance(told, dict) or told.get("action") not in ("send", "receive"):
                raise self._wrong(place, f"The operation {name} has an action, send or receive.")
            where, _ = self._at((*place, "channel"))
            channel = channels.get(where)
            if channel is None:
                raise self._wrong(place, f"The operation {name} has no channel of the document.")
            used.add(where)
            messages = self._named(place, where)
            to_us = (told["action"] == "receive") is self._as_server
            (channel.receives if to_us else channel.sends).extend(messages)
            if "reply" in told and to_us:
                reply, said = self._at((*place, "reply"))
                of = self._at((*reply, "channel"))[0] if isinstance(said, dict) and "channel" in said else where
                answers = self._named(reply, of)
                for one in messages:
                    channel.replies.setdefault(one.name, []).extend(answers)
        for place, channel in channels.items():
            if place not in used:  # nobody says who sends what: both do
                channel.receives = channel.sends = self._named((), place)
        return list(channels.values())

    def _named(self, operation: Steps, channel: Steps) -> list[ApiMessage]:
        """The messages of an operation, or all of its channel's where it names none."""
        told = self._at(operation)[1] if operation else {}
        if isinstance(told, dict) and isinstance(told.get("messages"), list):
            places = [self._at((*operation, "messages", number))[0] for number in range(len(told["messages"]))]
        else:
            places = [(*channel, "messages", name) for name in self._table((*channel, "messages"))]
        return [one for place in places for one in self._messages_of(place)]

    # --- messages

    def _with_traits(self, place: Steps, value: dict[str, Any]) -> dict[str, Steps]:
        """Where each property of a message stands: its own, or a trait's. A later trait comes before an earlier one;
        a message comes before its traits in version 3, and behind them in version 2, as a merge patch has it."""
        found = {key: (*place, key) for key in value}
        several = self._at((*place, "traits"))[1] if "traits" in value else []
        if not isinstance(several, list):
            raise self._wrong((*place, "traits"), "The traits of a message are a list.")
        for number in range(len(several)):
            where, trait = self._at((*place, "traits", number))
            if not isinstance(trait, dict):
                raise self._wrong(where, "A trait is a table of names and values.")
            for key in trait:
                if key not in value or not self._is_three:
                    found[key] = (*where, key)
        return found

    def _message(self, place: Steps, value: dict[str, Any]) -> ApiMessage:
        places = self._with_traits(place, value)
        value = {key: self._at(where[:-1])[1][key] for key, where in places.items()}
        name = str(value.get("name") or value.get("messageId") or place[-1])
        schema: Steps | None = None
        if "payload" in value:
            where, payload = self._at(places["payload"])
            form = str(value.get("schemaFormat", ""))
            if isinstance(payload, dict) and "schemaFormat" in payload and "schema" in payload:  # as version 3 has it
                form = str(payload["schemaFormat"])
                where, payload = self._at((*where, "schema"))
            if form and not _JSON_SCHEMA.match(form):
                self._aside.append(f"The message {name} has a schema of {form}, which is not checked.")
            elif not isinstance(payload, dict | bool):
                raise self._wrong(where, f"The payload of {name} is a schema: a table of names and values.")
            else:
                schema = where
        given = value.get("examples", [])
        examples = tuple(one["payload"] for one in given if isinstance(one, dict) and "payload" in one)
        correlation: tuple[str, ...] = ()
        if "correlationId" in value:
            told = self._at(places["correlationId"])[1]
            location = str(told.get("location", "")) if isinstance(told, dict) else ""
            if location.startswith("$message.payload#/"):
                correlation = tuple(location.partition("#/")[2].split("/"))
        return ApiMessage(name, schema, examples, correlation)


def read_document(text: str, *, as_server: bool = True) -> Document:
    """The document of a text. ``as_server``: the application that it describes is this server; else its clients are.
    Raises FileProblem with the line."""
    return DocumentReader(text, as_server=as_server).read()

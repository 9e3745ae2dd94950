"""XML 1.0, with the places that expat tells. Declarations of entities are refused: they are how XML attacks readers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NoReturn
from xml.parsers import expat

from wsgui.dissect.decoders.model import NO_CONTEXT, Budget, CutOff, Decoder, NotFittingError, TreeNode
from wsgui.dissect.decoders.notation import utf8
from wsgui.dissect.decoders.notices import notice
from wsgui.dissect.decoders.registry import register
from wsgui.dissect.preview import text_line

if TYPE_CHECKING:
    from wsgui.dissect.decoders.model import Context, Message

_FIN = 0x80
_START: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml\s|!DOCTYPE\s|!--|[A-Za-z_][\w.:-]*[\s/>])")
_DECLARED: Final = re.compile(rb"(?:\xef\xbb\xbf)?\s*<\?xml\s")


@register
class XmlDecoder(Decoder):
    """Elements, attributes and text."""

    name = "xml"
    title = "XML"
    shows_itself = True
    writes = True

    def fits(self, context: Context, message: Message) -> float:
        del context
        if _START.match(message.data) is None:
            return 0.0
        ends = not message.whole or message.data[-64:].rstrip().endswith(b">")
        if not ends:
            return 0.0
        return 0.9 if _DECLARED.match(message.data) else 0.6

    def one_line(self, context: Context, message: Message) -> str:
        del context
        return text_line(message.data, message.length, _FIN)

    def fill(self, root: TreeNode, context: Context, message: Message, budget: Budget) -> None:
        del context
        _Reader(root, message.data, budget).read()

    def encode(self, text: str, context: Context = NO_CONTEXT) -> bytes:
        del context
        data = utf8(text)
        try:
            _Reader(TreeNode("", stop=len(data)), data, Budget(seconds=10)).read()
        except NotFittingError as error:
            raise ValueError(f"This is no XML: {error}.") from None
        except CutOff:
            pass  # it is long, and well-formed as far as was looked
        return data


class _Reader:
    def __init__(self, root: TreeNode, data: bytes, budget: Budget) -> None:
        self.data = data
        self.budget = budget
        self.stack = [root]
        self.parser = parser = expat.ParserCreate()
        parser.buffer_text = False
        parser.ordered_attributes = True
        parser.StartElementHandler = self.start
        parser.EndElementHandler = self.end
        parser.CharacterDataHandler = self.text
        parser.CommentHandler = self.comment
        parser.EntityDeclHandler = self.refuse
        parser.ExternalEntityRefHandler = self.refuse
        self.words: list[str] = []
        self.words_start = 0
        self.begun: TreeNode | None = None
        """The element whose start was the last that was read."""

    def read(self) -> None:
        """Raises NotFittingError, and what the budget raises."""
        try:
            self.parser.Parse(self.data, True)
        except expat.ExpatError as error:
            place = self.parser.ErrorByteIndex
            raise NotFittingError(f"{expat.errors.messages[error.code]} at byte {place}") from None

    def start(self, name: str, attributes: list[str]) -> None:
        self.flush()
        place = self.parser.CurrentByteIndex
        self.budget.spend(place)
        self.budget.check_depth(len(self.stack), place)
        node = self.stack[-1].add(TreeNode(f"<{name}>", "", place, len(self.data)))
        behind = self.data.find(b">", place) + 1 or len(self.data)
        for key, value in zip(attributes[::2], attributes[1::2], strict=True):
            self.budget.spend(place)
            found = re.compile(rb"\s(" + re.escape(key.encode()) + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*'))").search(
                self.data, place, behind
            )
            first, last = found.span(1) if found else (place, behind)
            child = node.add(TreeNode(f"@{key}", value, first, last, value=value))
            notice(child, value, self.budget)
        self.stack.append(node)
        self.begun = node

    def end(self, name: str) -> None:
        del name
        self.flush()
        node = self.stack.pop()
        place = self.parser.CurrentByteIndex
        # The end of <a/> is told behind it, that of <a></a> at its second tag.
        is_one_tag = self.begun is node and self.data[place - 2 : place] == b"/>"
        node.stop = place if is_one_tag else self.data.find(b">", place) + 1 or len(self.data)
        self.begun = None
        if len(node.children) == 1 and node.children[0].label == "text":
            only = node.children.pop()
            node.text, node.value, node.note, node.children = only.text, only.value, only.note, only.children

    def text(self, text: str) -> None:
        if not self.words:
            self.words_start = self.parser.CurrentByteIndex
        self.words.append(text)
        self.begun = None

    def flush(self) -> None:
        """The text that came since the last tag is a node, unless it is blank."""
        text = "".join(self.words)
        self.words = []
        if text.strip():
            place = self.parser.CurrentByteIndex
            self.budget.spend(place)
            node = self.stack[-1].add(TreeNode("text", text.strip(), self.words_start, place, value=text))
            notice(node, text.strip(), self.budget)

    def comment(self, text: str) -> None:
        self.flush()
        place = self.parser.CurrentByteIndex
        self.budget.spend(place)
        stop = self.data.find(b"-->", place) + 3
        self.stack[-1].add(TreeNode("comment", text.strip(), place, stop, value=text))

    def refuse(self, *_: object) -> NoReturn:
        raise NotFittingError("it declares entities, which are refused: a few of them can fill all memory")

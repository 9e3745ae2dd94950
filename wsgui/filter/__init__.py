"""The filter language: ``opcode == text and length > 100 and payload contains "error"``.

A filter is made of comparisons, joined by ``and`` (``&&``), ``or`` (``||``), ``not`` (``!``) and parentheses. ``not``
binds closest, then ``and``, then ``or``.

- A field by itself asks whether it is there, true or not empty: ``fin``, ``violation``, ``close_code``, ``json.id``.
- Text in quotes by itself is looked for in every payload and handshake, in capital or small letters: ``"error"``.
  Lines in which people type (`as_expression`) take plain words for it.
- ``==  !=  <  <=  >  >=`` (``eq ne lt le gt ge``) compare. A field that a row does not have (the close code of a
  text frame) compares false, with ``!=`` too; ``not close_code == 1000`` takes the rows without one as well.
- ``in {text, 9..10}`` takes one of several values or ranges, both ends included; ``not in`` takes the others.
- ``contains`` looks for text or bytes within, ``matches`` (``~``) for a regular expression of the `regex` package,
  which reads what Python's `re` does. It sees the first MiB of a payload, and may take half a second for a row.
  ``(?i)`` at its beginning makes no difference between capital and small letters.
- Text stands in quotes: ``"a \\"word\\"\\n"``, with the escapes ``\\\\ \\" \\' \\n \\r \\t \\0 \\u00e9 \\u{1f600}``.
  In the quotes behind ``matches`` every backslash belongs to the regular expression.
- Bytes are hex digits: ``payload contains 0xdeadbeef``, ``key == 37:fa:21:3d``; or text, which stands for its UTF-8.
- Sizes take ``k``, ``M`` and ``G`` (1024 each): ``length > 64k``. Spans of time take ``ns us ms s min h``:
  ``delta > 100ms``; a number alone means seconds. ``delta`` counts from the row before in the capture, filtered or not.
- ``time`` is compared with a date and time (``2026-11-21T12:04:10.5``, in local time unless it says ``Z`` or
  ``+01:00``), with a clock time on the day of the capture's first row (``12:04:10.5``), or with seconds since that row
  (``+2.5s``).
- ``json.a.b[0]`` or ``json["odd name"]`` looks into text messages of one frame that are JSON and at most 1 MiB long.
  A number is equal to numbers only, ``"7"`` to text only; ``true``, ``false`` and ``null`` are values too.

Names are those of Wireshark where it has them; ``websocket.opcode`` and its other long names are understood too. The
table of fields is in `wsgui.filter.fields`.

Some fields are known only in a row or within a capture (`Scope`). Where a frame on its way is asked, ``parse`` refuses
those by name: a filter must not be silent where it cannot know.

`parse` makes a `Filter` of a text or raises `FilterError`, `evaluate` says in plain Python whether it takes a row,
`complete` proposes how a text may go on. `wsgui.capture.conditions` makes SQL of a filter for capture files.
"""

from wsgui.filter.complete import Completion, complete
from wsgui.filter.errors import FilterError
from wsgui.filter.evaluate import evaluate
from wsgui.filter.fields import FIELDS, Field, Scope
from wsgui.filter.parse import parse
from wsgui.filter.plain_row import PlainRow
from wsgui.filter.tree import Filter
from wsgui.filter.words import as_expression, near_field, quoted

__all__ = [
    "FIELDS",
    "Completion",
    "Field",
    "Filter",
    "FilterError",
    "PlainRow",
    "Scope",
    "as_expression",
    "complete",
    "evaluate",
    "near_field",
    "parse",
    "quoted",
]

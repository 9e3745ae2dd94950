"""Texts with places to fill in: ``{"id":"{{uuid}}","at":{{now.ms}}}``. Whoever sends texts that a person wrote uses
them: the composer, a client's rules, a server's behaviours.

`Template.parse` reads a text once and says what is wrong with it; `Template.fill` makes a text of it, each time anew.
`placeholders` has the table of what can stand between the braces, `conversions` of what can stand behind a ``|``.
"""

from wsgui.templates.errors import TemplateError, UnfilledError
from wsgui.templates.filling import MISSING, Filling
from wsgui.templates.placeholders import GIVEN, PLACEHOLDERS
from wsgui.templates.template import Template

__all__ = ["GIVEN", "MISSING", "PLACEHOLDERS", "Filling", "Template", "TemplateError", "UnfilledError"]

"""What fills in the templates that a session sends."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from wsgui.endpoint.template_values import values_of
from wsgui.endpoint.variables import with_variables
from wsgui.redaction import remember_secret
from wsgui.templates import Filling, Template, TemplateError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from wsgui.endpoint.settings import EndpointSettings


class Filler:
    """``values`` are the variables as they are now: those of the endpoint, until something that came has changed them.
    Counters count on as long as the session is there."""

    def __init__(self) -> None:
        self.values: dict[str, object] = {}
        self.sent_environment: frozenset[str] = frozenset()
        self._counters: dict[str, int] = {}
        self._told: dict[str, str] = {}

    def use(self, settings: EndpointSettings) -> None:
        """The endpoint's variables; one that stands there as before keeps the value that it got since. Raises
        SettingsError for a value that names an environment variable that is not set."""
        told = values_of(with_variables(settings))
        for name in self._told.keys() - told.keys():
            self.values.pop(name, None)
        self.values |= {name: value for name, value in told.items() if self._told.get(name) != value}
        self._told = told
        self.sent_environment = frozenset(settings.sent_environment)

    def check(self, text: str, *, typed: bool = False, later: bool = False) -> None:
        """See whether a text can be filled in. ``typed``: the person has just written it, and with it which environment
        variables are sent; ``later``: there may be more variables then. Raises TemplateError."""
        template = Template.parse(text, variables=None if later else self.values)
        for name in sorted(template.environment):
            if name not in os.environ:
                raise TemplateError(f"There is no environment variable {name}.")
            if not typed and name not in self.sent_environment:
                raise TemplateError(f"{{{{env.{name}}}}} is sent only where {name} is named as one that may be.")

    def fill(self, text: str, *, typed: bool = False, more: Mapping[str, object] | None = None) -> str:
        """The text with everything filled in; ``more`` are variables for it alone. Raises TemplateError and
        UnfilledError."""
        return self._fill(text, self._counters, typed=typed, more=more)

    def preview(self, text: str, *, typed: bool = False) -> str:
        """As `fill`, and nothing counts on. Raises TemplateError and UnfilledError."""
        return self._fill(text, dict(self._counters), typed=typed)

    def _fill(
        self, text: str, counters: dict[str, int], *, typed: bool, more: Mapping[str, object] | None = None
    ) -> str:
        values = self.values if more is None else {**self.values, **more}
        template = Template.parse(text, variables=values)
        allowed = self.sent_environment | template.environment if typed else self.sent_environment
        for name in template.environment & allowed:
            value = os.environ.get(name, "")
            if value != value.encode("utf-8", "replace").decode():
                raise TemplateError(f"The environment variable {name} is not valid UTF-8.")
            remember_secret(value)
        return template.fill(Filling(values, counters, allowed))

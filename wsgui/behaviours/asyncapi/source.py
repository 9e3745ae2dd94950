"""The text of an AsyncAPI document, in JSON or YAML, with the lines on which its parts stand."""

from __future__ import annotations

import json
from typing import Any, Final

from wsgui.behaviours.lines import FileProblem

SIZE_LIMIT: Final = 4 * 1024 * 1024
DEEPEST: Final = 100


class DocumentText:
    """``value`` is the document."""

    def __init__(self, text: str) -> None:
        """Raises FileProblem with the line."""
        self._text = text
        self._root: Any = None
        self.value = _read(text)
        if not isinstance(self.value, dict):
            raise FileProblem("It is no AsyncAPI document: it begins with asyncapi: and a version.", 1)

    def line(self, *steps: str | int) -> int:
        """The line on which a part begins, or the deepest of those above it that is there."""
        import yaml

        if self._root is None:
            try:
                self._root = yaml.compose(self._text, Loader=yaml.SafeLoader)
            except (yaml.YAMLError, RecursionError, ValueError):
                return 0  # JSON with tabs, say
        node, line = self._root, 1
        for step in steps:
            found = None
            if isinstance(node, yaml.MappingNode):
                found = next(((key, one) for key, one in node.value if key.value == step), None)
            elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
                found = (node.value[step], node.value[step])
            if found is None:
                break
            line = found[0].start_mark.line + 1
            node = found[1]
        return int(line)


def _read(text: str) -> Any:
    if text.lstrip()[:1] == "{":
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise FileProblem(f"This is not JSON: {error.msg}.", error.lineno) from None
        except RecursionError:
            raise FileProblem("It is nested too deep.", 1) from None
    import yaml

    class PlainYaml(yaml.SafeLoader):
        """Dates stay texts, as in JSON."""

    PlainYaml.yaml_implicit_resolvers = {
        first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:timestamp"]
        for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    try:
        return _keyed(yaml.load(text, Loader=PlainYaml), 0)  # noqa: S506 - it makes no objects but JSON's
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        raise FileProblem(f"This is not YAML: {error.problem}.", mark.line + 1 if mark else 0) from None
    except (yaml.YAMLError, ValueError) as error:
        raise FileProblem(f"This is not YAML: {str(error).splitlines()[0]}.", 0) from None
    except RecursionError:
        raise FileProblem("It is nested too deep, or has a part within itself.", 1) from None


def _keyed(value: Any, depth: int) -> Any:
    """All names as texts: ``200:`` is a number in YAML."""
    if depth > DEEPEST:
        raise RecursionError
    if isinstance(value, dict):
        return {str(name): _keyed(one, depth + 1) for name, one in value.items()}
    if isinstance(value, list):
        return [_keyed(one, depth + 1) for one in value]
    return value

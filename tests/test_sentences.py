"""Whatever a person can meet in the window or on the command line has a sentence in words, and none is missing."""

from __future__ import annotations

import re

import pytest

from wsgui.dissect.decoders import registry
from wsgui.endpoint.policies import POLICIES
from wsgui.endpoint.settings import OPTIONS
from wsgui.engine.behaviours import all_behaviours
from wsgui.filter.fields import FIELDS
from wsgui.protocol.rules import RULES
from wsgui.ui.view.frames.cells import TIPS, TITLES
from wsgui.ui.window.actions import ACTIONS

SENTENCES: dict[str, str] = {
    **{f"column {title}": tip for title, tip in zip(TITLES, TIPS, strict=True)},
    **{f"behaviour {name}": one.summary for name, one in all_behaviours().items()},
    **{
        f"option {key} of {name}": " ".join(face.help or face.flag_help for face in row.faces.values())
        for name, one in all_behaviours().items()
        for key, row in one.rows().items()
    },
    **{f"field {name}": one.help for name, one in FIELDS.items()},
    **{f"policy {name}": one.help for name, one in POLICIES.items()},
    **{
        f"option {name} for a {role.value}": face.help or face.flag_help
        for name, row in OPTIONS.items()
        for role, face in row.faces.items()
    },
    **{f"rule {name}": one.demand for name, one in RULES.items()},
    **{f"action {row.name}": row.tip for row in ACTIONS},
    **{f"decoder {name}": one.title for name, one in registry.all_decoders().items()},
}


@pytest.mark.parametrize("what", SENTENCES)
def test_it_is_said_what_it_is(what: str) -> None:
    sentence = SENTENCES[what]
    assert sentence.strip(), f"{what} has no sentence"
    assert sentence == sentence.strip()
    assert "  " not in sentence
    if not what.startswith("decoder"):
        assert len(re.findall(r"\w+", sentence)) >= 2, f"{what}: {sentence!r} says too little"

from __future__ import annotations

from wsgui.session.notes import NOTE_LIMIT, note_text, toggled, with_note


def test_a_bookmark_and_a_note_do_not_know_each_other() -> None:
    assert toggled([]) == [""]
    assert toggled(["", "a"]) == ["a"]
    assert toggled(["a"]) == ["", "a"]
    assert with_note(["", "a", "b"], " c\n") == ["", "c"]
    assert with_note(["a"], "  ") == []
    assert with_note([], "x" * (NOTE_LIMIT + 1)) == ["x" * NOTE_LIMIT]
    assert note_text(["", "a", "b"]) == "a\nb"

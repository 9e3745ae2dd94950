from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsgui.protocol.challenges import read_challenges


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([], []),
        (["Basic"], [("Basic", {})]),
        (['Basic realm="a, b", charset=UTF-8'], [("Basic", {"realm": "a, b", "charset": "UTF-8"})]),
        (
            ['Newauth realm="apps", type=1, title="Login to \\"apps\\"", Basic realm="simple"'],
            [("Newauth", {"realm": "apps", "type": "1", "title": 'Login to "apps"'}), ("Basic", {"realm": "simple"})],
        ),
        (["Negotiate", "NTLM TlRMTVNT=="], [("Negotiate", {}), ("NTLM", {})]),
        (["Negotiate, Digest NONCE = x,nonce=y"], [("Negotiate", {}), ("Digest", {"nonce": "x"})]),
        (['digest ,, qop="", a=b , '], [("digest", {"qop": "", "a": "b"})]),
        (["a=b, Basic c=d"], [("Basic", {"c": "d"})]),
        (['Digest realm="a"x, nonce=b'], [("Digest", {})]),
        (['Digest realm="a, nonce=b', "Basic x=y"], [("Digest", {}), ("Basic", {"x": "y"})]),
    ],
)
def test_9110_11_6_1(values: list[str], found: list[tuple[str, dict[str, str]]]) -> None:
    assert read_challenges(values) == found


@given(st.lists(st.text(st.sampled_from('Digest =",\\a1\t'), max_size=60) | st.text()))
def test_any_text_is_read(values: list[str]) -> None:
    for one in read_challenges(values):
        assert one.scheme
        assert all(name == name.lower() for name in one.parameters)

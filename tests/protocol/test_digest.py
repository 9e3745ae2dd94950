from __future__ import annotations

import pytest

from wsgui.protocol.digest import DigestError, Login

REALM = 'realm="http-auth@example.org", qop="auth, auth-int"'
NONCE = 'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
SHA_256 = f"Digest {REALM}, algorithm=SHA-256, {NONCE}"
MD5 = f"Digest {REALM}, algorithm=MD5, {NONCE}"
CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ"
DOE = (
    'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, '
    'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", '
    'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", charset=UTF-8, userhash=true'
)


def mufasa(*values: str) -> str:
    return Login("Mufasa", "Circle of Life", lambda: CNONCE).answer(values, "GET", "/dir/index.html")


def me(value: str, user: str = "me", uri: str = "/") -> str:
    return Login(user, "pw", lambda: "c").answer([value], "GET", uri)


def test_7616_3_9_1() -> None:
    answer = (
        'Digest username="Mufasa", realm="http-auth@example.org", uri="/dir/index.html", algorithm={}, '
        'nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", nc=00000001, '
        'cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", qop=auth, response="{}", '
        'opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"'
    )
    md5 = answer.format("MD5", "8ca523f5e9506fed4657c9700eebdbec")
    sha = answer.format("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")
    assert mufasa(MD5) == md5
    assert mufasa(SHA_256) == sha
    # The strongest one is taken, wherever it stands.
    assert mufasa(SHA_256, MD5) == mufasa(MD5, SHA_256) == mufasa(f"{MD5}, {SHA_256}") == sha
    assert mufasa('Basic realm="x"', f"Digest {REALM}, algorithm=SHA-3, {NONCE}", MD5) == md5


def test_7616_3_9_2_with_its_erratum() -> None:
    # Erratum 4897: the RFC prints what half of SHA-512 gives, not SHA-512/256.
    login = Login("Jäsøn Doe", "Secret, or not?", lambda: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v")
    assert login.answer([DOE], "GET", "/doe.json") == (
        'Digest username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b", '
        'realm="api@example.org", uri="/doe.json", algorithm=SHA-512-256, '
        'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", nc=00000001, '
        'cnonce="NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", qop=auth, '
        'response="3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5", '
        'opaque="HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS", userhash=true'
    )


def test_2069_without_qop() -> None:
    # The example of RFC 2069 section 2.4, with the response of its erratum 749.
    login = Login("Mufasa", "CircleOfLife", lambda: "c")
    value = 'Digest realm="testrealm@host.com", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", opaque="5ccc"'
    assert login.answer([value], "GET", "/dir/index.html") == (
        'Digest username="Mufasa", realm="testrealm@host.com", uri="/dir/index.html", '
        'nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", response="1949323746fe6a43ef61f9606e7febea", opaque="5ccc"'
    )


@pytest.mark.parametrize(
    ("qop", "response", "told"),
    [
        (", qop=auth", "c1ff099907868241c357b88ea5994a85", 'nc=00000001, cnonce="c", qop=auth, '),
        ("", "38b9380997394e558301acd602aa9a01", 'cnonce="c", '),
    ],
)
def test_a_session_hashes_the_nonces_in(qop: str, response: str, told: str) -> None:
    answer = me(f'Digest realm="r", nonce="n", algorithm=md5-sess{qop}')
    assert answer == (
        f'Digest username="me", realm="r", uri="/", algorithm=md5-sess, nonce="n", {told}response="{response}"'
    )


def test_names_that_need_quoting() -> None:
    value = 'Digest realm="a \\"b\\" \\\\", nonce="n"'
    assert me(value, 'm"e').startswith('Digest username="m\\"e", realm="a \\"b\\" \\\\", uri="/", nonce="n", ')
    value = 'Digest realm="r", nonce="n"'
    assert me(value, "Jäsøn Doe").startswith('Digest username="Jäsøn Doe", realm=')
    assert me(value, "Jäsøn Doe").encode()
    assert me(f"{value}, charset=utf-8", "Jäsøn Doe").startswith("Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, ")
    assert me(f"{value}, charset=utf-8").startswith('Digest username="me", ')


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ([], "it does not ask for Digest"),
        (['Basic realm="x"', "Negotiate"], "it asks for Basic, Negotiate, not for Digest"),
        (["Digest nonce=a"], "its Digest challenge has no realm"),
        (["Digest realm=a"], "its Digest challenge has no nonce"),
        (["Digest realm=a, nonce=b, algorithm=SHA-3"], "it asks for Digest with SHA-3, which is not known here"),
        (
            ["Digest realm=a, nonce=b, qop=auth-int"],
            "it asks for Digest with the protection auth-int, and auth alone is known here",
        ),
        (
            ['Digest realm=a, nonce=b, qop=""'],
            "it asks for Digest with the protection of no name, and auth alone is known here",
        ),
    ],
)
def test_what_is_not_answered_is_said(values: list[str], why: str) -> None:
    with pytest.raises(DigestError) as caught:
        mufasa(*values)
    assert str(caught.value) == why


def test_nobody_to_answer_for() -> None:
    with pytest.raises(DigestError, match=r"^it asks for a user name and a password \(Digest\)$"):
        Login("", "", str).answer([MD5], "GET", "/")


def test_answered_once_and_again_for_a_stale_nonce_alone() -> None:
    refused = r"^it did not accept the user name and the password \(Digest\)$"
    login = Login("me", "pw", iter("abc").__next__)
    assert 'cnonce="a"' in login.answer([MD5], "GET", "/")
    with pytest.raises(DigestError, match=refused):
        login.answer([MD5], "GET", "/")
    assert 'cnonce="b"' in login.answer([f"{MD5}, stale=TRUE"], "GET", "/")
    with pytest.raises(DigestError, match=refused):
        login.answer([f"{MD5}, stale=true"], "GET", "/")

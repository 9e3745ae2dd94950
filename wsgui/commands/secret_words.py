"""Secrets of the command line that do not stand on it: a prompt, ``@FILE`` and ``$NAME``, much as curl has them.

What stands on a command line is seen by everybody on the machine in the list of processes, and stays in the shell's
history. So wherever a secret may be given, the word may also say where it is: ``@FILE`` is the content of a file
without the line end behind it, ``$NAME`` (quoted, so that the shell leaves it alone) a variable of the environment, and
``-``, or a user without a password, asks on the terminal. ``@@`` and ``$$`` stand for a secret that really begins so.
"""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from pathlib import Path
from typing import Final

from wsgui.dissect.visible import visible
from wsgui.endpoint.variables import literal, literal_url, literal_words
from wsgui.engine.errors import reason_of

PASSWORD_VARIABLE: Final = "WSGUI_PASSWORD"  # noqa: S105 - the name of a variable
"""The environment variable of the password that belongs to ``--user NAME``."""
FILE_LIMIT: Final = 1024 * 1024
HELP: Final = (
    "A secret on the command line is seen by others in the list of processes (wsgui hides it there as soon as it "
    "runs) and stays in the shell's history. A URL, a password and a token may therefore be written @FILE (the file's "
    "content) or '$NAME' (an environment variable), and --header and --cookie take a whole file. '$NAME' may "
    "also be a word of a header, a cookie, a subprotocol, or a parameter's value in a URL (wss://h/?token=$NAME). "
    "--user NAME alone takes the password from " + PASSWORD_VARIABLE + " or asks for it on the terminal; so does - for "
    "a token or a key's password. @@ and $$ stand for a secret that begins with @ or $."
)


def text_argument(text: str) -> str:
    """A word of the command line, if it is text. Raises ArgumentTypeError."""
    try:
        text.encode()
    except UnicodeEncodeError:  # bytes of the command line that no text has come out of
        raise argparse.ArgumentTypeError(f"not valid UTF-8: {text!a}") from None
    return text


def secret_argument(text: str) -> str:
    """A secret, or where it is: ``@FILE``, ``$NAME``, ``-`` to be asked. Raises ArgumentTypeError, which quotes the
    place and never the secret."""
    return literal(ask("Secret: ") if text == "-" else elsewhere(text))


def url_argument(text: str) -> str:
    """A URL, in which ``$NAME`` may stand (`endpoint.variables`), or where it is. Raises ArgumentTypeError."""
    found = elsewhere(text)
    return found if found == text else literal_url(found)


def elsewhere(text: str) -> str:
    """``text``, or what stands in the file or the variable that it names. Raises ArgumentTypeError."""
    text = text_argument(text)
    if text[:1] not in ("@", "$"):
        return text
    if text[:2] in ("@@", "$$"):
        return text[1:]
    name = text[1:]
    return _of_file(name) if text[0] == "@" else _of_environment(name)


def lines_elsewhere(text: str) -> list[str] | None:
    """The lines of the file or the variable that stands in the place of NAME:VALUE; None if ``text`` names neither."""
    if text.startswith("@") or (text.startswith("$") and ":" not in text and "=" not in text):
        lines = [line for line in elsewhere(text).splitlines() if line.strip()]
        return lines if text.startswith("@") else [literal_words(line) for line in lines]
    return None


def user_argument(text: str) -> tuple[str, str | None]:
    """``NAME:PASSWORD``, the password also as `elsewhere`; None for the password of a name alone."""
    user, colon, password = text_argument(text).partition(":")
    return user, literal(elsewhere(password)) if colon else None


def password_of(user: str) -> str:
    """The password that was not given: from the environment, or asked for. Raises ArgumentTypeError."""
    known = os.environ.get(PASSWORD_VARIABLE)
    return literal(known if known is not None else ask(f"Password of {visible(user)}: "))


def ask(prompt: str) -> str:
    """Ask on the terminal, without showing what is typed. Raises ArgumentTypeError if there is none: what stands in
    standard input are messages, and a message must not be sent as a password."""
    if not _has_terminal():
        raise argparse.ArgumentTypeError(
            f"there is no terminal to ask for it ({prompt.rstrip(': ').lower()}): write @FILE or '$NAME' in its place, "
            f"or set {PASSWORD_VARIABLE} for --user"
        )
    try:
        return text_argument(getpass.getpass(prompt))
    except EOFError:
        raise argparse.ArgumentTypeError("nothing was typed") from None


def _has_terminal() -> bool:
    if os.name == "nt":
        return sys.stdin is not None and sys.stdin.isatty()
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def _of_file(name: str) -> str:
    try:
        with Path(name).open("rb") as file:
            data = file.read(FILE_LIMIT + 1)
    except (OSError, ValueError) as error:
        why = reason_of(error) if isinstance(error, OSError) else str(error)
        raise argparse.ArgumentTypeError(
            f"the file {name} cannot be read: {why} (@@ stands for a secret that begins with @)"
        ) from None
    if len(data) > FILE_LIMIT:
        raise argparse.ArgumentTypeError(f"the file {name} has more than 1 MiB")
    try:
        return data.removesuffix(b"\n").removesuffix(b"\r").decode()
    except UnicodeDecodeError:
        raise argparse.ArgumentTypeError(f"the file {name} is not UTF-8") from None


def _of_environment(name: str) -> str:
    value = os.environ.get(name)
    if value is None:
        raise argparse.ArgumentTypeError(
            f"there is no environment variable {name} ($$ stands for a secret that begins with $)"
        )
    return text_argument(value)

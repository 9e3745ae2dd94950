"""What others see of this program in the list of processes: no secret of the command line.

Every user of a machine can read the words that a program was started with. The kernel takes them from the program's own
memory, so a program may write over them; setproctitle knows where they are on each system. curl does the same. Another
way would be to start anew without the words, but the secrets have to go somewhere meanwhile, and the start takes twice
as long. Either way they are there for the moment until the program runs: only a file, the environment or a prompt keeps
them out altogether.

What is known to be harmless stays, and everything else is hidden: so no option can be forgotten.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

HIDDEN: Final = "***"
_SHOWN: Final = frozenset(("--behaviour", "--capture", "--endpoint", "--host", "--input", "--output", "--port"))
"""Options whose values stay."""
_COMMANDS: Final = ("serve", "connect")
_LOCAL: Final = ("show", "export", "import")
"""They are told of files alone."""


def shown_words(words: Sequence[str]) -> list[str]:
    """The words of a command line as others may see them."""
    if words[:1] and words[0] in _LOCAL:
        return list(words)
    found: list[str] = []
    stays = False
    for place, word in enumerate(words):
        if word.startswith("-") and word != "-":
            option, equals, _ = word.partition("=")
            stays = option in _SHOWN and not equals
            found.append(word if not equals or option in _SHOWN else f"{option}={HIDDEN}")
        elif stays or (place == 0 and word in _COMMANDS):
            found.append(word)
            stays = False
        else:
            found.append(_place(word))
    return found


def _place(word: str) -> str:
    """Of a URL where it leads; the path of a file that the window opens."""
    if "://" not in word:
        return word if word.endswith((".wscap", ".har", ".jsonl", ".pcap", ".pcapng")) else HIDDEN
    from urllib.parse import urlsplit  # for those who give a URL

    try:
        parts = urlsplit(word)
        place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
    except ValueError:
        return HIDDEN
    if word in (place, place[:-1]):
        return word
    return place + HIDDEN


def hide_words(words: Sequence[str]) -> None:
    """Write over the words that this program was started with, if there is something to hide."""
    shown = shown_words(words)
    if shown == list(words):
        return
    try:
        from setproctitle import setproctitle
    except ImportError:  # it is written in C: where it could not be built, nothing is hidden
        return
    setproctitle(" ".join(["wsgui", *shown]))

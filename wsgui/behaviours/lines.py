"""What is wrong with a file that a person wrote, and where."""

from __future__ import annotations

from pathlib import Path


class FileProblem(ValueError):  # noqa: N818 - one of a person's file, not of the program
    """One sentence, and the line from 1; 0 where none is known."""

    def __init__(self, sentence: str, line: int = 0) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.line = line

    def of(self, path: str) -> str:
        """The sentence with the file's name and the line before it."""
        place = f", line {self.line}" if self.line else ""
        return f"{Path(path).name}{place}: {self.sentence}"


def read_text(path: str, limit: int) -> str:
    """The text of a file of at most ``limit`` bytes, in UTF-8. Raises FileProblem."""
    return decoded(read_bytes(path, limit))


def read_bytes(path: str, limit: int) -> bytes:
    """The bytes of a file of at most ``limit`` bytes. Raises FileProblem."""
    place = Path(path)
    try:
        if not place.is_file():
            raise FileProblem("It is a folder." if place.is_dir() else "There is no such file.")
        with place.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, FileProblem):
            raise
        raise FileProblem(f"It cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    if len(data) > limit:
        raise FileProblem(f"It is longer than {limit // 1024 // 1024} MiB.")
    return data


def decoded(data: bytes) -> str:
    """Bytes as UTF-8. Raises FileProblem."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileProblem(f"The byte {data[error.start]:#04x} is no UTF-8.", line) from None

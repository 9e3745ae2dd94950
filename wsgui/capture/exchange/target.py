"""Files that appear whole or not at all: written beside their place under another name, then renamed."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from wsgui.capture.errors import CaptureError, is_full, reason_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

BUFFER: Final = 1024 * 1024
"""Bytes that are read or written in one go."""


@contextmanager
def new_path(target: Path, *, overwrite: bool) -> Iterator[Path]:
    """A path to write to, readable for this user only, which becomes ``target`` if the block ends without an error.

    Raises CaptureError if ``target`` exists (unless ``overwrite``) or cannot be written.
    """
    name = target.name
    try:
        _check(target, overwrite=overwrite)
        handle, made = tempfile.mkstemp(prefix=f".{name[:100]}.", suffix=".part", dir=target.parent)
        os.close(handle)
    except (OSError, ValueError) as error:
        raise _not_written(name, error) from error
    path = Path(made)
    try:
        yield path
        try:
            _check(target, overwrite=overwrite)
            path.replace(target)
        except OSError as error:
            raise _not_written(name, error) from error
    finally:
        path.unlink(missing_ok=True)


@contextmanager
def new_file(target: Path, *, overwrite: bool) -> Iterator[BinaryIO]:
    """Like `new_path`, opened to write bytes. An OSError in the block counts as one of writing."""
    with new_path(target, overwrite=overwrite) as path:
        try:
            with path.open("wb", BUFFER) as file:
                yield file
        except OSError as error:
            raise _not_written(target.name, error) from error


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Like `new_path` for a folder, which must not exist. An OSError in the block counts as one of writing."""
    name = target.name
    try:
        _check(target, overwrite=False)
        made = tempfile.mkdtemp(prefix=f".{name[:100]}.", suffix=".part", dir=target.parent)
    except (OSError, ValueError) as error:
        raise _not_written(name, error) from error
    path = Path(made)
    try:
        yield path
        _check(target, overwrite=False)
        path.rename(target)
    except OSError as error:
        raise _not_written(name, error) from error
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _check(target: Path, *, overwrite: bool) -> None:
    if target.exists() and not overwrite:
        raise CaptureError(f"{target.name} exists already.")
    if target.is_dir():
        raise CaptureError(f"{target.name} is a folder.")


def _not_written(name: str, error: OSError | ValueError) -> CaptureError:
    if is_full(error):
        return CaptureError(f"The disk is full: {name} was not written.")
    return CaptureError(f"{name} cannot be written: {reason_of(error)}.")

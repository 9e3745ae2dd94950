"""What makes exit codes of errors: see `codes`."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from wsgui import console
from wsgui.capture.errors import CaptureError
from wsgui.commands.codes import FAILED, STOPPED, WRONG_USE
from wsgui.commands.loops import loop_factory
from wsgui.engine.errors import ConnectError, EngineError, reason_of
from wsgui.engine.tasks import report_failures_to
from wsgui.session.defects import note_defect, note_failed_task, note_loop_defect
from wsgui.session.refusals import details

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine


def run_loop(work: Coroutine[Any, Any, int]) -> int:
    """Run a subcommand that needs an event loop."""

    async def watched() -> int:
        asyncio.get_running_loop().set_exception_handler(note_loop_defect)
        report_failures_to(note_failed_task)
        return await work

    def run() -> int:
        with asyncio.Runner(loop_factory=loop_factory()) as runner:
            return runner.run(watched())

    return guarded(run)


def guarded(work: Callable[[], int]) -> int:
    """Run a subcommand; what goes wrong becomes a sentence on standard error and an exit code."""
    try:
        return work()
    except ConnectError as error:
        console.say(str(error), *details(error))
        return FAILED
    except (EngineError, CaptureError) as error:
        return wrong(str(error))
    except KeyboardInterrupt:
        return STOPPED
    except OSError as error:
        # Whoever read our output has gone, or the disk is full. Python would complain once more as it flushes at exit.
        console.Output().abandon()
        if isinstance(error, BrokenPipeError):
            return FAILED
        return wrong(f"Standard output cannot be written: {reason_of(error)}.", FAILED)
    except Exception as error:  # noqa: BLE001  # a defect of ours: the details are kept, and nobody sees a traceback
        note_defect(type(error), error, error.__traceback__)
        return FAILED


def wrong(sentence: str, code: int = WRONG_USE) -> int:
    """Say what is wrong; returns the exit code."""
    console.say(sentence)
    return code

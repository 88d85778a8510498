"""Ctrl-C and SIGTERM end a stream as its natural end would."""

import asyncio
import contextlib
import signal
from collections.abc import Coroutine

STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


async def until_interrupted(work: Coroutine[None, None, None]) -> None:
    """Run *work* until it ends or the process is asked to; then its clean-up runs too.

    A second signal while that runs changes nothing: it is bounded, and what it cleans up
    must not be left behind.
    """
    task = asyncio.ensure_future(work)
    asked = False

    def ask() -> None:
        nonlocal asked
        if not asked:
            asked = True
            task.cancel()

    loop = asyncio.get_running_loop()
    for number in STOPPING:
        loop.add_signal_handler(number, ask)
    with contextlib.suppress(asyncio.CancelledError):
        await task

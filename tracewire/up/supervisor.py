"""Starts the children in order, keeps them, and stops them in the opposite order."""

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path

from tracewire.up.child import Child, Program
from tracewire.up.log import Log


class Supervisor:
    """The children of one `tracewire up`.

    Attributes:
        failed: Has the exception of a child that cannot be kept alive.
    """

    def __init__(self, logs: Path, say: Callable[[str], None]) -> None:
        self._logs = logs
        self._say = say
        self._children: list[tuple[Child, asyncio.Task[None], Log]] = []
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def start(self, program: Program) -> Child:
        """Start *program* and keep it running."""
        log = Log(self._logs / f"{program.name}.log")
        child = Child(program, log, self._say)
        task = asyncio.create_task(child.run(), name=program.name)
        task.add_done_callback(self._ended)
        self._children.append((child, task, log))
        return child

    def _ended(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (error := task.exception()) and not self.failed.done():
            self.failed.set_exception(error)

    async def stop(self) -> None:
        """Stop all children, the last one first: each can still reach those it needs."""
        while self._children:
            child, task, log = self._children.pop()
            await child.stop()
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task
            log.close()
        if self.failed.done() and not self.failed.cancelled():
            # Whoever waited for it has it already; asyncio shall not complain that nobody did.
            self.failed.exception()

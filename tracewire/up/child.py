"""One child process: started again when it dies, stopped when asked."""

import asyncio
import contextlib
import os
import signal
import time
from collections import deque
from collections.abc import Callable

import msgspec

from tracewire.up.errors import ChildFailedError, ending
from tracewire.up.log import Log

_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
# A child that lived longer than this had started well, and its next start begins anew.
_SETTLED_SECONDS = 10.0
_MOST_EARLY_DEATHS = 5
_LAST_LINES = 12
_LONGEST_LINE = 64 * 1024


class Program(msgspec.Struct, frozen=True, kw_only=True):
    """What to start.

    Attributes:
        name: For people, and of its log.
        command: The program and its arguments.
        environment: All of its environment.
        folder: Its working directory.
        stop_seconds: How long it may take to stop before it is killed.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: str
    stop_seconds: float = 5.0


class Child:
    """A program that is kept running.

    Attributes:
        starts: How often it has been started.
    """

    def __init__(self, program: Program, log: Log, say: Callable[[str], None]) -> None:
        self.program = program
        self.starts = 0
        self._log = log
        self._say = say
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = False
        self._last_lines: deque[str] = deque(maxlen=_LAST_LINES)
        self._awaited: dict[str, asyncio.Event] = {}

    @property
    def pid(self) -> int | None:
        """Of the running process, or None between two."""
        return self._process.pid if self._process and self._process.returncode is None else None

    def printed(self, words: str) -> asyncio.Event:
        """Is set once the child prints a line that contains *words*."""
        return self._awaited.setdefault(words, asyncio.Event())

    async def run(self) -> None:
        """Keep the program running until `stop`.

        Raises:
            ChildFailedError: It has died five times in a row within its first seconds.
        """
        pause, early_deaths = _FIRST_PAUSE, 0
        while not self._stopping:
            started = time.monotonic()
            status = await self._run_once()
            if self._stopping:
                return
            if time.monotonic() - started > _SETTLED_SECONDS:
                pause, early_deaths = _FIRST_PAUSE, 0
            early_deaths += 1
            if early_deaths == _MOST_EARLY_DEATHS:
                raise ChildFailedError(self.program.name, status, list(self._last_lines), str(self._log.path))
            self._say(f"{self.program.name} {ending(status)}; starting it again in {pause:g} s")
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def stop(self) -> None:
        """End the process: SIGTERM, and SIGKILL if it does not follow in time."""
        self._stopping = True
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGTERM)
            try:
                await asyncio.wait_for(process.wait(), self.program.stop_seconds)
            except TimeoutError:
                self._say(f"{self.program.name} does not stop; killing it")
        # Also what it has started itself and left behind.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()

    async def _run_once(self) -> int:
        process = await asyncio.create_subprocess_exec(
            *self.program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self.program.environment,
            cwd=self.program.folder,
            # Ctrl-C reaches the terminal's whole foreground group; children are stopped in order instead.
            start_new_session=True,
            limit=_LONGEST_LINE,
        )
        self._process = process
        self.starts += 1
        self._log.write(f"--- {self.program.name} started, pid {process.pid}\n".encode())
        assert process.stdout is not None  # noqa: S101  (a pipe, as asked for)
        await self._follow(process.stdout)
        return await process.wait()

    async def _follow(self, output: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await output.readline()
            except ValueError:
                # Longer than any line should be: readline has thrown it away.
                line = b"(a line that is too long)\n"
            if not line:
                return
            self._log.write(line)
            text = line.decode("utf-8", "backslashreplace").rstrip("\n")
            self._last_lines.append(text)
            for words, event in self._awaited.items():
                if words in text:
                    event.set()

"""All container runtimes of this host, asked one after another."""

import asyncio
import contextlib
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Protocol

import msgspec

from collector.inventory.bundles import Bundles
from collector.inventory.description import Description
from collector.inventory.docker import Change, DockerApi
from collector.inventory.errors import NonsenseError, RuntimeAwayError
from tracewire.settings import InventorySettings

_THREADS = 4
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.25, 5.0
NOT_HERE = "not here"
"""What `Runtimes.conditions` says of a runtime whose place does not exist."""


class _Source(Protocol):
    name: str
    path: str

    def describe(self, identity: str) -> Description | None: ...


class Answer(msgspec.Struct, frozen=True):
    """What all runtimes together say of one id.

    Attributes:
        description: The first that one of them has; None if none has any.
        refuted: Every runtime that could have it was asked, and none knows it.
    """

    description: Description | None
    refuted: bool


class Runtimes:
    """Asks in threads; none of them holds the loop up.

    Attributes:
        conditions: By runtime: `ok`, `not here`, or what is wrong.
    """

    def __init__(
        self, settings: InventorySettings, on_change: Callable[[Change], None], say: Callable[[str], None]
    ) -> None:
        """Nothing is asked yet.

        Args:
            settings: Where they are.
            on_change: Told, in the loop, of what a runtime announces.
            say: Told in a sentence of what a person should know; once for each change for the worse.
        """
        self._apis = [DockerApi("docker", settings.docker), DockerApi("podman", settings.podman)]
        self._sources: list[_Source] = [
            *self._apis,
            Bundles("containerd", settings.containerd),
            Bundles("crio", settings.crio),
        ]
        self._on_change = on_change
        self._say = say
        self._threads = ThreadPoolExecutor(_THREADS, "runtimes")
        self._stopped = threading.Event()
        self._live: set[str] = set()
        self._settled = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._followers = [
            threading.Thread(target=self._follow, args=(api,), daemon=True) for api in self._apis
        ]
        self.conditions: dict[str, str] = {}

    async def start(self, seconds: float) -> None:
        """Follow what they announce; wait until each has answered once, at most *seconds*."""
        for follower in self._followers:
            follower.start()
        try:
            async with asyncio.timeout(seconds):
                await self._settled.wait()
        except TimeoutError:
            pass  # It goes on trying; what it announces comes later.

    def stop(self) -> None:
        """End all threads."""
        self._stopped.set()
        for api in self._apis:
            api.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def describe(self, identity: str, hint: str | None) -> Answer:
        """Ask for a container.

        Args:
            identity: Its id.
            hint: The runtime that its cgroup's name tells, or None.
        """
        asked = [source for source in self._sources if hint is None or source.name == hint]
        denials = []
        for source in asked:
            try:
                found = await self._loop.run_in_executor(self._threads, source.describe, identity)
            except (RuntimeAwayError, NonsenseError) as error:
                self._note(source, error)
                # One that is not here has no containers; one that cannot be asked may have this one.
                denials.append(not _is_here(source) and hint is None)
                continue
            self._note(source, None)
            if found is not None:
                return Answer(found, refuted=False)
            # What it announced and then forgot is known only as long as it can be heard.
            denials.append(source not in self._apis or source.name in self._live)
        known = any(self.conditions.get(source.name) == "ok" for source in asked)
        return Answer(None, refuted=known and all(denials))

    def _note(self, source: _Source, error: RuntimeAwayError | NonsenseError | None) -> None:
        condition = "ok"
        if error is not None:
            condition = error.problem if _is_here(source) else NOT_HERE
        before = self.conditions.get(source.name)
        if condition == before:
            return
        self.conditions[source.name] = condition
        if error is not None and condition != NOT_HERE:
            if before not in {None, "ok", NOT_HERE}:
                return  # It is broken in another way than before.
            self._say(f"{error}; its containers have only their ids")
        elif before is not None:
            self._say(f"{source.name} is {condition}")

    # In a thread of its own for each daemon:

    def _follow(self, api: DockerApi) -> None:
        since: float | None = None
        pause = _PAUSE_SECONDS
        while not self._stopped.is_set():
            try:
                for change in api.follow(since):
                    since = time.time()
                    pause = _PAUSE_SECONDS
                    self._tell(api, None, change)
            except (RuntimeAwayError, NonsenseError) as error:
                self._tell(api, error, None)
            self._stopped.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _tell(
        self, api: DockerApi, error: RuntimeAwayError | NonsenseError | None, change: Change | None
    ) -> None:
        # The loop may end between the question and the call.
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(self._heard, api, error, change)

    def _heard(
        self, api: DockerApi, error: RuntimeAwayError | NonsenseError | None, change: Change | None
    ) -> None:
        self._note(api, error)
        if error is None:
            self._live.add(api.name)
        else:
            self._live.discard(api.name)
        if {each.name for each in self._apis} <= self.conditions.keys():
            self._settled.set()
        if change is not None:
            self._on_change(change)


def _is_here(source: _Source) -> bool:
    try:
        return Path(source.path).exists()
    except OSError:
        return True  # in a directory that this process may not look into

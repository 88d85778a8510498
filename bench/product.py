"""The product's own processes, started as `tracewire up` starts them, each alone."""

import asyncio
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from nats.aio.client import Client

from bench.load import pinned
from bench.measure import cpu_nanoseconds
from tracewire import bus, condition, lease, subjects
from tracewire.interest import EventInterest
from tracewire.ledger import EventCounts, Ledger
from tracewire.settings import PREFIX
from tracewire.settings import load as load_settings
from tracewire.status import ServiceStatus
from tracewire.up import identity, preflight
from tracewire.up.child import Program
from tracewire.up.programs import Plan
from tracewire.up.state import State

_LOOK_SECONDS = 0.02
_STOP_SECONDS = 15
_PATIENCE_SECONDS = 90.0
_LEDGER_SECONDS = 10.0


class NeverHappenedError(TimeoutError):
    """What a benchmark waited for did not come.

    Attributes:
        what: What it waited for.
        seconds: How long.
    """

    def __init__(self, what: str, seconds: float) -> None:
        self.what = what
        self.seconds = seconds
        super().__init__(f"{what}: not within {seconds:g} s")


async def until(what: str, holds: Callable[[], Awaitable[bool]], seconds: float = _PATIENCE_SECONDS) -> None:
    """Wait until *holds*.

    Raises:
        NeverHappenedError: It does not within *seconds*.
    """
    deadline = time.monotonic() + seconds
    while not await holds():
        if time.monotonic() > deadline:
            raise NeverHappenedError(what, seconds)
        await asyncio.sleep(_LOOK_SECONDS)


class Process:
    """One running program of the product."""

    def __init__(self, program: Program, log: Path, cpu: int | None) -> None:
        """Start *program*, on *cpu* alone where one is given."""
        command = program.command if cpu is None else pinned(cpu, program.command)
        self.name = program.name
        with log.open("ab") as output:
            # taskset and setpriv replace themselves by what they start: the pid is the program's.
            self._process = subprocess.Popen(
                command, cwd=program.folder, env=program.environment,
                stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
            )  # fmt: skip
        self.pid = self._process.pid

    def cpu(self) -> int:
        """Nanoseconds of CPU time so far."""
        return cpu_nanoseconds(self.pid)

    def stop(self) -> None:
        """SIGTERM, and wait."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Product:
    """A NATS of its own in a folder of its own, and what is started beside it.

    Attributes:
        client: Connected to that NATS.
        plan: Command lines and addresses of all parts.
        state: Folders.
    """

    client: Client

    def __init__(self) -> None:
        """Find the parts; `async with` starts NATS."""
        self._folder = tempfile.TemporaryDirectory(prefix="tracewire-bench-")
        port = preflight.free_port()
        self.state = State(Path(self._folder.name))
        self.state.give_to(identity.privileged())
        self.plan = Plan(
            parts=preflight.check(load_settings(), port, []),
            state=self.state,
            nats_port=port,
            bundle_port=preflight.free_port(),
            opa_port=preflight.free_port(),
            config=None,
        )
        self._running: list[Process] = []

    async def __aenter__(self) -> Self:
        """Start NATS, with the streams of the contract."""
        self.start(self.plan.nats(identity.privileged()))
        self.client = await bus.connect(self.plan.nats_url, "tracewire bench", keep_trying=True)
        await bus.provide(self.client.jetstream())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop everything, and remove what it stored."""
        if error is not None:
            print(self._last_words(), file=sys.stderr)
        await self.client.close()
        for process in reversed(self._running):
            process.stop()
        self.state.release()
        self._folder.cleanup()

    def start(self, program: Program, *, cpu: int | None = None) -> Process:
        """Start *program*, on *cpu* alone where one is given."""
        process = Process(program, self.state.log / f"{program.name}.log", cpu)
        self._running.append(process)
        return process

    def stop(self, process: Process) -> None:
        """Stop one of them early."""
        self._running.remove(process)
        process.stop()

    def collector(self, *, cpu: int | None = None, module: str = "collector") -> Process:
        """Start the collector, or *module* in its place."""
        program = self.plan.collector(identity.privileged())
        command = [module if word == "collector" else word for word in program.command]
        folder = str(Path(__file__).resolve().parent.parent)
        return self.start(msgspec.structs.replace(program, command=command, folder=folder), cpu=cpu)

    async def engine(self, signatures: Sequence[str] = (), **settings: str) -> tuple[Process, Process]:
        """Start OPA and the engine, and wait until they judge events.

        Args:
            signatures: Folders; those of the product where empty.
            settings: More TRACEWIRE_* variables for the engine.
        """
        opa = self.start(self.plan.opa(identity.privileged()))
        return opa, await self._engine(1, signatures, settings)

    async def replica(self, number: int, signatures: Sequence[str] = ()) -> Process:
        """Start engine *number* (2 or more) on the OPA that runs, and wait until all judge events."""
        # It serves the bundle too, as every replica does; OPA keeps to the first one.
        return await self._engine(number, signatures, {"engine_bundle_port": str(preflight.free_port())})

    async def _engine(self, number: int, signatures: Sequence[str], settings: Mapping[str, str]) -> Process:
        program = self.plan.engine(identity.privileged(), list(signatures))
        environment = program.environment | {
            f"{PREFIX}{name.upper()}": value for name, value in settings.items()
        }
        engine = self.start(msgspec.structs.replace(program, environment=environment))

        async def ready() -> bool:
            return sum(each.ready for each in await self.engines()) == number

        await until(f"{number} engines are ready", ready)
        return engine

    async def engines(self) -> list[ServiceStatus]:
        """What each engine says of itself that answers in time."""
        return [each for each in await condition.answers(self.client) if each.service == "engine"]

    async def status(self, service: str) -> ServiceStatus | None:
        """What *service* says of itself; None if it does not answer."""
        return next((each for each in await condition.answers(self.client) if each.service == service), None)

    @contextlib.asynccontextmanager
    async def wanting(self, *events: str) -> AsyncIterator[None]:
        """Within the block every instance of *events* is collected."""
        async with lease.leased(self.client, "bench", {name: EventInterest() for name in events}) as held:

            async def applied() -> bool:
                status = await self.status("collector")
                return status is not None and status.detail["applied"].get(held.key) == held.revision

            await until("the collector has attached what is wanted", applied)
            yield

    async def next_ledger(self) -> Ledger:
        """The next one that the collector publishes."""
        subscription = await self.client.subscribe(subjects.ALL_LEDGERS)
        try:
            message = await subscription.next_msg(timeout=_LEDGER_SECONDS)
        finally:
            await subscription.unsubscribe()
        return msgspec.json.decode(message.data, type=Ledger)

    async def counts(self, event: str) -> EventCounts:
        """The books of *event* once nothing of it is under way.

        Raises:
            NeverHappenedError: They do not balance.
        """
        counts = EventCounts()

        async def settled() -> bool:
            nonlocal counts
            before, counts = counts, (await self.next_ledger()).events.get(event, EventCounts())
            return counts == before and counts.queued == 0 and counts.balance() == 0

        await until(f"the books of {event} balance", settled)
        return counts

    async def stored(self) -> int:
        """Number of the last batch in the stream of events."""
        info = await self.client.jetstream().stream_info(subjects.EVENTS_STREAM)
        return info.state.last_seq

    async def until_quiet(self, looks: int = 5) -> None:
        """Wait until no more batches arrive in the stream."""
        history: list[int] = []

        async def quiet() -> bool:
            history.append(await self.stored())
            return len(history) > looks and len(set(history[-looks:])) == 1

        await until("no more batches arrive", quiet)

    async def purge(self) -> None:
        """Empty the stream of events."""
        await self.client.jetstream().purge_stream(subjects.EVENTS_STREAM)

    def _last_words(self) -> str:
        parts = []
        for log in sorted(self.state.log.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="backslashreplace").splitlines()[-8:]
            parts.append("\n".join([f"--- {log.name}", *lines]))
        return "\n".join(parts)

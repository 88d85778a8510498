"""The engine as a service: the only place that builds its parts."""

import asyncio
import os
import signal
import sys
import tempfile
import uuid
from collections.abc import Coroutine
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec
import nats.errors
from nats.aio.msg import Msg

from engine import interest, places
from engine.bundle import Bundle
from engine.bundle_server import BundleServer
from engine.checking import Checker
from engine.conclusions import Conclusions
from engine.consumer import Consumer
from engine.costs import Cost, Costs
from engine.errors import EngineError, ListenError
from engine.evaluation import Evaluator
from engine.memory import Memory
from engine.metrics import Metrics
from engine.opa import Opa
from engine.opa_program import OpaProgram, signing_of
from engine.publishing import Publisher
from engine.quarantine import Quarantine
from engine.reload import Reloader
from engine.routing import Routes
from engine.selection import Selector
from tracewire import bus, subjects
from tracewire.errors import BusError
from tracewire.settings import Settings
from tracewire.status import ServiceStatus

if TYPE_CHECKING:
    from nats.aio.client import Client

_AGAIN_SECONDS = 0.5
_CLOSE_SECONDS = 3.0
# Idle, OPA answers about all shipped signatures in less than two seconds, and later only about
# changed ones. Collecting everything meanwhile would keep it from answering at all.
_SELECT_SECONDS = 4.0


def tell(sentence: str) -> None:
    """Say *sentence* to whoever reads the log."""
    print(f"engine: {sentence}", file=sys.stderr, flush=True)  # noqa: T201  (the service's log is stderr)


async def _bound(server: BundleServer | Metrics, host: str, port: int, settings: str) -> None:
    """Have *server* listen; *settings* is what the names of its two settings begin with."""
    try:
        await server.start(host, port)
    except OSError as error:
        # asyncio's own sentence repeats the address. The resolver's numbers are negative.
        number = error.errno or 0
        problem = os.strerror(number) if number > 0 else str(error.strerror or error)
        raise ListenError(host, port, problem, settings=settings) from error


class App:
    """One replica.

    Attributes:
        instance: Unique for each start.
    """

    def __init__(self, settings: Settings) -> None:
        self.instance = uuid.uuid4().hex
        self._settings = settings
        self._stopping = asyncio.Event()
        self._server = BundleServer()
        self._metrics = Metrics(self.status, self._report_costs)
        self._quarantine = Quarantine(tell)
        self._client: Client | None = None
        self._consumer: Consumer | None = None
        self._publisher: Publisher | None = None
        self._routes = Routes()
        self._written = ""
        self._selected = False
        self._reconnects = 0

    async def run(self) -> None:
        """Serve until SIGTERM or SIGINT, and then finish what has been taken.

        Raises:
            EngineError: Something the engine ships with, or the opa binary, is missing; or a port
                that it serves at cannot be had.
        """
        engine = self._settings.engine
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        program = OpaProgram(places.opa_program(engine.opa_program))
        # One for each worker and each signature that is examined alone, and two for what is asked
        # beside: a request that had to wait for a connection would look slow.
        self._opa = Opa(engine.opa, 2 * engine.connections + 2)
        await self._opa.open()
        self._selector = Selector(self._opa)
        self._costs = Costs(self._opa)
        with tempfile.TemporaryDirectory(prefix="tracewire-") as directory:
            capabilities = await program.write_capabilities(Path(directory))
            self._evaluator = Evaluator(
                self._opa,
                deadline=engine.deadline_milliseconds / 1000,
                parallel=engine.connections,
                quarantine=self._stop_using,
                tell=tell,
                costs=self._costs,
            )
            self._reloader = Reloader(
                [*(engine.signatures or (str(places.SIGNATURES),)), str(places.LIBRARY)],
                program=program,
                checker=Checker(program, places.schemas(), capabilities),
                server=self._server,
                opa=self._opa,
                evaluator=self._evaluator,
                quarantine=self._quarantine,
                interval=engine.reload_milliseconds / 1000,
                on_current=self._want,
                tell=tell,
                routes=self._routes,
                signing=signing_of(engine),
            )
            try:
                await self._listen()
                await self._serve()
            finally:
                await self._close()

    async def _stop_using(self, name: str, reason: str) -> bool:
        return await self._reloader.quarantine(name, reason)

    async def _listen(self) -> None:
        engine = self._settings.engine
        host, port = engine.bundle_host, engine.bundle_port
        await _bound(self._server, host, port, "TRACEWIRE_ENGINE_BUNDLE")
        tell(f"serving the bundle at http://{host}:{self._server.port}/")
        if engine.metrics_port:
            host, port = engine.metrics_host, engine.metrics_port
            await _bound(self._metrics, host, port, "TRACEWIRE_ENGINE_METRICS")
            tell(f"metrics at http://{host}:{self._metrics.port}/metrics")

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            running = [tasks.create_task(self._reloader.run()), tasks.create_task(self._work())]
            await self._stopping.wait()
            # The reloader goes on until the last event is judged.
            await running[1]
            running[0].cancel()

    async def _work(self) -> None:
        """Connect, wait for the first bundle, consume."""
        if not await self._unless_stopping(self._connect()):
            return
        assert self._client is not None  # noqa: S101  (connected)
        await self._client.subscribe(subjects.STATUS, cb=self._answer)
        self._publisher = Publisher(self._client.jetstream(), tell)
        self._consumer = Consumer(
            self._client,
            self._evaluator,
            self._publisher,
            workers=self._settings.engine.connections,
            batch_events=self._settings.engine.batch_events,
            tell=tell,
        )
        memory = Memory(self._client, self.instance, tell)
        self._evaluator.conclusions = Conclusions(
            memory, self._opa, deadline=self._settings.engine.deadline_milliseconds / 1000, tell=tell
        )
        remembering = asyncio.create_task(memory.keep())
        sharing = asyncio.create_task(self._quarantine.keep(self._client.jetstream()))
        measuring = asyncio.create_task(self._costs.keep())
        try:
            if await self._unless_stopping(self._prepare(self._consumer)):
                keeper = asyncio.create_task(self._keep_interest())
                try:
                    await self._consumer.run(self._stopping)
                finally:
                    keeper.cancel()
        finally:
            sharing.cancel()
            measuring.cancel()
            remembering.cancel()

    async def _unless_stopping(self, work: Coroutine[Any, Any, None]) -> bool:
        """Do *work*; False if the engine has been told to stop before it was done."""
        task = asyncio.ensure_future(work)
        stop = asyncio.ensure_future(self._stopping.wait())
        try:
            await asyncio.wait({task, stop}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
                return True
            return False
        finally:
            for each in (task, stop):
                each.cancel()
            await asyncio.gather(task, stop, return_exceptions=True)

    async def _connect(self) -> None:
        self._client = await bus.connect(
            self._settings.nats,
            "tracewire engine",
            on_trouble=self._hear,
            keep_trying=True,
            credentials=self._settings.nats_seed,
            ca=self._settings.nats_ca,
        )

    async def _hear(self, sentence: str) -> None:
        """What happens to the connection, but for its end when that is meant to be."""
        if not self._stopping.is_set():
            tell(sentence)

    async def _prepare(self, consumer: Consumer) -> None:
        while True:
            try:
                await consumer.provide()
                break
            except BusError as error:
                tell(str(error))
                await asyncio.sleep(_AGAIN_SECONDS)
        # Until OPA has the signatures no event can be told to be unwanted.
        await self._reloader.ready.wait()

    async def _want(self, bundle: Bundle) -> None:
        """Let the collectors know what *bundle* needs."""
        if self._client is None:
            return
        # Where that was not enough, everything is collected until it is.
        selection, self._selected = await self._selector.select(bundle, _SELECT_SECONDS)
        try:
            asked = interest.all_asked(bundle, selection)
            # Before the first event can carry them.
            self._routes.learn(bundle, asked)
            await interest.write(self._client.jetstream(), interest.interest_of(bundle, selection, asked))
        except BusError as error:
            tell(f"interest is not written yet: {error}")
        else:
            self._written = bundle.revision

    async def _keep_interest(self) -> None:
        """Write the interest when that has failed before, and after each return of NATS."""
        while True:
            assert self._client is not None  # noqa: S101  (connected)
            reconnects = self._client.stats["reconnects"]
            if reconnects != self._reconnects and self._client.is_connected:
                self._reconnects, self._written = reconnects, ""
            bundle = self._reloader.bundle
            if bundle is not None and self._reloader.current:
                if self._written == bundle.revision and not self._selected:
                    _, self._selected = await self._selector.select(bundle, _SELECT_SECONDS)
                    if self._selected:
                        self._written = ""
                if self._written != bundle.revision:
                    await self._want(bundle)
            await asyncio.sleep(_AGAIN_SECONDS)

    def status(self) -> ServiceStatus:
        """How this replica is."""
        reloader, evaluator = self._reloader, self._evaluator
        bundle = reloader.bundle
        problems = []
        if reloader.problem:
            problems.append(f"The signatures could not be built: {reloader.problem}.")
        if bundle is None or not reloader.current:
            why = f": {self._server.complaint}" if self._server.complaint else ""
            where = f"OPA at {self._opa.address}"
            problems.append(f"{where} does not answer with the present signatures yet{why}.")
        elif evaluator.away:
            problems.append(f"{evaluator.away}.")
        elif not bundle.signatures:
            problems.append("No signature is loaded.")
        if self._client is None or not self._client.is_connected:
            problems.append("NATS is away.")
        elif bundle is not None and self._written != bundle.revision:
            problems.append("What the signatures need has not been written to NATS yet.")
        if self._publisher is not None and self._publisher.away:
            problems.append(f"Findings cannot be stored: {self._publisher.away}.")
        detail = {
            "revision": bundle.revision if bundle else None,
            "signatures": len(bundle.signatures) if bundle else 0,
            "refused": {p: f"{x.row}: {x.reason}" for p, x in reloader.accepted.refused.items()},
            "quarantined": reloader.quarantined,
            "opa": {"address": self._opa.address, "ready": reloader.current and not evaluator.away},
            "received": msgspec.to_builtins(self._consumer.received) if self._consumer else {},
            "evaluated": msgspec.to_builtins(evaluator.counts),
            "findings": self._publisher.published if self._publisher else 0,
            "costs": msgspec.to_builtins(self._report_costs()),
            "state": msgspec.to_builtins(evaluator.conclusions.report()) if evaluator.conclusions else {},
        }
        return ServiceStatus(
            service="engine",
            node=self._settings.node_name,
            pid=os.getpid(),
            instance=self.instance,
            ready=not problems,
            problems=problems,
            detail=detail,
        )

    def _report_costs(self) -> dict[str, Cost]:
        """Of each signature in force, whether or not it has judged anything yet."""
        bundle = self._reloader.bundle
        known = self._costs.report()
        return {
            name: known.get(name, Cost(None, None, 0, 0)) for name in (bundle.signatures if bundle else ())
        }

    async def _answer(self, message: Msg) -> None:
        if message.reply:
            await message.respond(msgspec.json.encode(self.status()))

    async def _close(self) -> None:
        await self._metrics.stop()
        await self._server.stop()
        await self._opa.close()
        if self._client is not None:
            try:
                async with asyncio.timeout(_CLOSE_SECONDS):
                    await self._client.flush()
            except (nats.errors.Error, TimeoutError, OSError):
                pass  # Unacknowledged batches are delivered again.
            await self._client.close()


async def serve(settings: Settings) -> None:
    """Run one replica; see `App.run`."""
    await App(settings).run()


__all__ = ["App", "EngineError", "serve"]

"""`tracewire up`, from preflight to the last child's end."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import aclosing
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from nats.aio.client import Client

from tracewire import bus, client, condition
from tracewire.command.printing import FindingPrinter, say
from tracewire.settings import Settings
from tracewire.up import identity, preflight
from tracewire.up.programs import Plan
from tracewire.up.progress import Progress
from tracewire.up.state import State
from tracewire.up.supervisor import Supervisor

_STARTING_PAUSE, _WATCHING_PAUSE = 0.1, 2.0
# Long enough for a slow machine's first start; then what is missing is said, and waited for.
_SLOW_SECONDS = 20.0

_Result = TypeVar("_Result")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """What the command line says.

    Attributes:
        nats_port: Where NATS is to listen, on loopback.
        signatures: Directories; empty: those that come with the engine.
        as_json: One finding a line instead of a table.
        config: The configuration file, handed on to the children.
    """

    nats_port: int
    signatures: list[str]
    as_json: bool
    config: str | None


def state_directory(settings: Settings) -> State:
    """The state directory of *settings*."""
    return State(Path(settings.state).absolute())


async def run(options: Options, settings: Settings) -> None:
    """Start everything, print findings until cancelled, stop everything.

    Raises:
        CommandError: Something that is needed is missing, or a child cannot be kept alive.
    """
    parts = preflight.check(settings, options.nats_port, options.signatures)
    state = state_directory(settings)
    engine = settings.engine
    try:
        less = identity.unprivileged(
            [parts.nats_server, parts.opa],
            [
                state.root,  # in a directory of root's alone, nobody could not reach its folders
                parts.opa_configuration,
                *map(Path, options.signatures),
                *([Path(options.config)] if options.config else []),
                *map(Path, filter(None, (engine.bundle_signing_key, engine.bundle_verification_key))),
            ],
        )
        state.give_to(less)
        plan = Plan(
            parts=parts,
            state=state,
            nats_port=options.nats_port,
            bundle_port=preflight.free_port(),
            opa_port=preflight.free_port(),
            config=options.config,
        )
        say(f"state and logs in {state.root}; NATS, OPA and engine run as {less.description}")
        async with supervisor(state.log) as children:
            await _live(options, settings, plan, less, children)
    finally:
        state.release()


@contextlib.asynccontextmanager
async def supervisor(logs: Path) -> AsyncIterator[Supervisor]:
    """Children that are stopped at the end of the block, however it ends."""
    children = Supervisor(logs, say)
    try:
        yield children
    finally:
        say("stopping")
        await children.stop()
        say("stopped")


async def _live(
    options: Options, settings: Settings, plan: Plan, less: identity.Identity, children: Supervisor
) -> None:
    started = time.monotonic()
    nats = children.start(plan.nats(less))
    await _or_failure(children, nats.printed("Server is ready").wait())
    connection = await _or_failure(children, bus.connect(plan.nats_url, "tracewire up", keep_trying=True))
    try:
        await bus.provide(connection.jetstream())
        say(f"NATS ready: {plan.nats_url}")
        children.start(plan.opa(less))
        children.start(plan.engine(less, options.signatures))
        children.start(plan.collector(identity.privileged()))
        children.start(plan.inventory(identity.powerless()))
        work = asyncio.gather(
            _print_findings(options, plan.nats_url), _watch(connection, plan.nats_url, settings, started)
        )
        await _or_failure(children, work)
    finally:
        await connection.close()


async def _or_failure(children: Supervisor, work: Awaitable[_Result]) -> _Result:
    """What *work* gives, unless a child fails for good before."""
    task = asyncio.ensure_future(work)
    awaited: set[asyncio.Future[Any]] = {task, children.failed}
    try:
        await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        if children.failed.done():
            children.failed.result()
        return await task
    finally:
        if not task.done():
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task


async def _print_findings(options: Options, url: str) -> None:
    printer = FindingPrinter(as_json=options.as_json)
    async with aclosing(client.findings(url)) as found:
        async for finding in found:
            printer.print(finding)


async def _watch(connection: Client, url: str, settings: Settings, started: float) -> None:
    """Say how far it is, and afterwards what no longer works."""
    progress = Progress(say)
    slow = False
    while True:
        seen = await condition.examine(connection, url, settings.node_name)
        first = not progress.was_ready
        progress.see(seen)
        if first and seen.ready:
            say(f"ready after {time.monotonic() - started:.1f} s; findings follow, Ctrl-C stops everything")
        if first and not slow and time.monotonic() - started > _SLOW_SECONDS:
            slow = True
            for problem in seen.problems:
                say(f"still waiting: {problem}")
        await asyncio.sleep(_WATCHING_PAUSE if progress.was_ready else _STARTING_PAUSE)

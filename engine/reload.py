"""Takes up signatures as their files change, without losing an event on the way."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable

from engine.bundle import Bundle, build, revision_of
from engine.bundle_server import BundleServer
from engine.checking import Checker, Module
from engine.errors import OpaAwayError, OpaDeadlineError, OpaProgramError, OpaRefusalError
from engine.evaluation import Evaluator
from engine.library import Accepted, Library
from engine.opa import Opa
from engine.opa_program import OpaProgram, Signing
from engine.plan import Plan
from engine.quarantine import Quarantine
from engine.routing import Routes
from engine.source import Source, Stamp, read, scan

_ASK_AGAIN_SECONDS = 0.02
_ASK_AGAIN_LATEST_SECONDS = 0.5
_PROBE_SECONDS = 2.0
# After opa itself has failed, unless a file changes before.
_TRY_AGAIN_SECONDS = 5.0
# For what other replicas have put into quarantine; without NATS there is nothing to judge either.
_QUARANTINE_SECONDS = 2.0


class Reloader:
    """Watches directories and keeps OPA at what is in them.

    Attributes:
        bundle: The newest one; None before the first.
        current: OPA has answered with `bundle`.
        accepted: What the files on disk amount to.
        quarantined: By signature name, why it is not used although its file is right.
        problem: Why no bundle could be built; empty if one could.
    """

    def __init__(
        self,
        directories: Iterable[str],
        *,
        program: OpaProgram,
        checker: Checker,
        server: BundleServer,
        opa: Opa,
        evaluator: Evaluator,
        quarantine: Quarantine,
        interval: float,
        on_current: Callable[[Bundle], Awaitable[None]],
        tell: Callable[[str], None],
        routes: Routes,
        signing: Signing | None = None,
    ) -> None:
        self.bundle: Bundle | None = None
        self.current = False
        self.accepted = Accepted()
        self.quarantined: dict[str, str] = {}
        self.problem = ""
        self.ready = asyncio.Event()
        self._directories = tuple(directories)
        self._program = program
        self._checker = checker
        self._library = Library(checker)
        self._server = server
        self._opa = opa
        self._evaluator = evaluator
        self._interval = interval
        self._on_current = on_current
        self._routes = routes
        self._tell = tell
        self._signing = signing
        self._stamps: dict[str, Stamp] | None = None
        self._sources: dict[str, tuple[Stamp, Source]] = {}
        self._quarantine = quarantine
        self._quarantine_version = quarantine.version
        # Whatever OPA may be answering with: the last one it did, and all served since.
        self._possible: list[Bundle] = []
        self._try_again = 0.0
        self._turn = asyncio.Lock()

    async def run(self) -> None:
        """Look at the directories again and again, until cancelled."""
        await self._quarantine.known(_QUARANTINE_SECONDS)
        while True:
            async with self._turn:
                stamps = await asyncio.to_thread(scan, self._directories)
                if stamps != self._stamps or (self.problem and time.monotonic() >= self._try_again):
                    await self._take(stamps)
                elif self._quarantine.version != self._quarantine_version:
                    await self._rebuild()
                elif not self.current:
                    await self._switch()
            await asyncio.sleep(self._interval)

    async def quarantine(self, name: str, reason: str) -> bool:
        """Go on without signature *name* until its file changes; False if that has been done already."""
        async with self._turn:
            source = next(
                (m.source for m in self.accepted.modules if m.signature and m.signature.name == name), None
            )
            if source is None or self._quarantine.reason(name, source.digest) is not None:
                return False
            self._quarantine.hold(name, source.digest, reason)
            await self._rebuild()
            return True

    async def _take(self, stamps: dict[str, Stamp]) -> None:
        """Judge the files, and build what is right."""
        self._stamps = stamps
        sources: dict[str, tuple[Stamp, Source]] = {}
        for path, stamp in stamps.items():
            known = self._sources.get(path)
            if known and known[0] == stamp:
                sources[path] = known
            elif (found := read(path)) is not None:
                sources[path] = (stamp, found)
        self._sources = sources
        before = self.accepted.refused
        try:
            self.accepted = await self._library.take({path: source for path, (_, source) in sources.items()})
        except OpaProgramError as error:
            self._fail(error)
            return
        for path, problem in self.accepted.refused.items():
            if before.get(path) != problem:
                self._tell(f"refused: {problem}")
        await self._rebuild()

    def _in_use(self) -> list[Module]:
        """The accepted modules without those in quarantine."""
        self._quarantine_version = self._quarantine.version
        in_use = []
        before, self.quarantined = self.quarantined, {}
        for module in self.accepted.modules:
            name = module.signature.name if module.signature else ""
            reason = self._quarantine.reason(name, module.source.digest) if name else None
            if reason is None:
                in_use.append(module)
                continue
            self.quarantined[name] = reason
            if name not in before:
                where = module.source.path
                self._tell(f"signature {name} is not used any more, until {where} changes: {reason}")
        for name in sorted(before.keys() - self.quarantined.keys()):
            self._tell(f"signature {name} is out of quarantine")
        return in_use

    async def _rebuild(self) -> None:
        modules = self._in_use()
        exceptions, lists = self.accepted.exceptions, self.accepted.lists
        if self.bundle is None or revision_of(modules, exceptions, lists) != self.bundle.revision:
            try:
                bundle = await build(
                    self._program, modules, exceptions, self._checker.capabilities, self._signing, lists=lists
                )
            except OpaProgramError as error:
                self._fail(error)
                return
            self.bundle = bundle
            self.current = False
            self._possible = [b for b in self._possible if b.revision != bundle.revision] + [bundle]
            # Before OPA can have it: each document must have what any of them reads.
            self._evaluator.plan = Plan(self._possible, self._routes)
            self._server.publish(bundle.revision, bundle.archive)
        self.problem = ""
        await self._switch()

    def _fail(self, error: OpaProgramError) -> None:
        if str(error) != self.problem:
            self._tell(f"{error}; what was loaded before stays")
        self.problem = str(error)
        self._try_again = time.monotonic() + _TRY_AGAIN_SECONDS

    async def _switch(self) -> None:
        """Wait until OPA answers with the newest bundle, or until the files change again."""
        bundle = self.bundle
        if bundle is None or self.current:
            return
        pause = _ASK_AGAIN_SECONDS
        while not await self._answers(bundle):
            await asyncio.sleep(pause)
            pause = min(1.2 * pause, _ASK_AGAIN_LATEST_SECONDS)
            if await asyncio.to_thread(scan, self._directories) != self._stamps:
                return
        self.current = True
        self._possible = [bundle]
        self._evaluator.plan = Plan(self._possible, self._routes)
        self._tell(f"{len(bundle.signatures)} signatures in force, revision {bundle.revision[:19]}")
        self.ready.set()
        await self._on_current(bundle)

    async def _answers(self, bundle: Bundle) -> bool:
        try:
            return (await self._opa.evaluate([], _PROBE_SECONDS)).revision == bundle.revision
        except (OpaAwayError, OpaDeadlineError, OpaRefusalError):
            return False

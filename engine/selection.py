"""Which events each signature can find anything in, and under which conditions; asked of OPA."""

import asyncio

import msgspec

from engine.bundle import Bundle
from engine.errors import OpaAwayError, OpaDeadlineError, OpaRefusalError
from engine.fact import REMEMBER
from engine.opa import Opa
from engine.residual import EVERYTHING, Asked, Residual, merge_asked, read_residual
from engine.signatures import FINDING, NAMESPACE, Signature
from engine.syntax import Tree
from engine.tracee import document as tracee
from engine.tracee.residual import in_our_terms

# Every key of the document but `event`. One that is neither given nor named here would be
# absent for OPA, and a signature that reads it would seem never to fire.
UNKNOWN = (
    "id", "time", "node", "args", "return_value", "syscall", "process", "container", "pod", "truncated",
    "origins", "abi", "error", "via",
)  # fmt: skip

# What is remembered, and the tables of exceptions, of which each item would be a condition of its own.
_UNKNOWN_DATA = ("data.state", "data.excepted")

# OPA is also needed for events: a few questions at a time, and each of them short.
_ONE_SECONDS = 1.0
_AT_ONCE = 2
_MOST_ATTEMPTS = 3

# A collector has 64 bits for those of all askers, and collects everything where they do not suffice.
_MOST_CLAUSES = 48


class Selected(msgspec.Struct, frozen=True):
    """What one signature needs of one event.

    Attributes:
        residual: Under which conditions it can find anything.
        support: Rules that the residual's expressions name, as OPA wrote them.
        problem: Why OPA could not be asked; empty if it could.
    """

    residual: Residual
    support: tuple[Tree, ...] = ()
    problem: str = ""


Selection = dict[tuple[str, str], Selected]
"""By the names of the signature and the event."""


class Selector:
    """Asks OPA, and remembers what it has said of signatures that have not changed."""

    def __init__(self, opa: Opa) -> None:
        self._opa = opa
        self._known: dict[tuple[str, str, str], Selected] = {}
        self._attempts: dict[tuple[str, str, str], int] = {}

    async def select(self, bundle: Bundle, seconds: float) -> tuple[Selection, bool]:
        """What each signature of *bundle*, which OPA must have, needs of each of its events.

        Never fails: of what OPA has not answered, every instance is needed.

        Args:
            bundle: What OPA has.
            seconds: How long to ask.

        Returns:
            That, and whether there is nothing left to ask.
        """
        keys = {
            (name, event): (bundle.version_of(name), name, event)
            for name, signature in bundle.signatures.items()
            for event in signature.events
        }
        self._known = {key: self._known[key] for key in keys.values() if key in self._known}
        self._attempts = {key: self._attempts.get(key, 0) for key in keys.values()}
        for (_, event), key in keys.items():
            if bundle.reads[event].everything or tracee.FIELD in bundle.signatures[key[1]].reads.fields:
                # OPA would take the document as a whole for what is known of it.
                self._known[key] = Selected(EVERYTHING, problem="the whole of `input` is read")
        turn = asyncio.Semaphore(_AT_ONCE)
        ends = asyncio.get_running_loop().time() + seconds

        async def look(key: tuple[str, str, str]) -> None:
            async with turn:
                left = ends - asyncio.get_running_loop().time()
                if left > 0:
                    signature = bundle.signatures[key[1]]
                    await self._ask(key, signature, min(left, _ONE_SECONDS))

        await asyncio.gather(*(look(key) for key in keys.values() if key not in self._known))
        unanswered = Selected(EVERYTHING, problem="OPA has not answered yet")
        selection = {pair: self._known.get(key, unanswered) for pair, key in keys.items()}
        return selection, all(key in self._known for key in keys.values())

    async def _ask(self, key: tuple[str, str, str], signature: Signature, deadline: float) -> None:
        _, name, event = key
        known, unknown = {"event": event}, [*(f"input.{field}" for field in UNKNOWN), *_UNKNOWN_DATA]
        if signature.for_tracee:
            known, more = tracee.known_and_unknown(event)
            unknown += more
        try:
            result = await self._opa.compile(
                f"data.{NAMESPACE}.{name}.{FINDING}[_]", known, unknown, deadline
            )
            if signature.remembers:
                # What is to be remembered has to be collected as well: either set of queries will do.
                remembered = await self._opa.compile(
                    f"data.{NAMESPACE}.{name}.{REMEMBER}[_]", known, unknown, deadline
                )
                both = [*(result.get("queries") or []), *(remembered.get("queries") or [])]
                support = [*(result.get("support") or []), *(remembered.get("support") or [])]
                result = {"queries": both, "support": support} if both else {}
        except (OpaAwayError, OpaDeadlineError, OpaRefusalError) as error:
            if deadline >= _ONE_SECONDS or not isinstance(error, OpaDeadlineError):
                self._attempts[key] = self._attempts.get(key, 0) + 1
            if self._attempts.get(key, 0) >= _MOST_ATTEMPTS:
                self._known[key] = Selected(EVERYTHING, problem=str(error))
        else:
            if signature.for_tracee:
                result = in_our_terms(result, event)
            self._known[key] = Selected(read_residual(result), tuple(result.get("support") or ()))


def needing(event: str, signatures: dict[str, Signature], selection: Selection) -> list[str]:
    """Names of the signatures that can find anything in *event*."""
    return [
        name
        for name, signature in signatures.items()
        if event in signature.events and _residual(selection, name, event).fires
    ]


def _residual(selection: Selection, name: str, event: str) -> Residual:
    return selection[name, event].residual if (name, event) in selection else EVERYTHING


def asked_for(event: str, signatures: dict[str, Signature], selection: Selection) -> list[Asked] | None:
    """The clauses of all signatures for *event*: empty for every instance, None if none can fire.

    One without conditions stands for the signatures that can find something in every instance where others
    cannot: those are then still told apart.
    """
    firing = {name: _residual(selection, name, event) for name in needing(event, signatures, selection)}
    if not firing:
        return None
    unconditional = frozenset(name for name, residual in firing.items() if not residual.clauses)
    if len(unconditional) == len(firing):
        return []
    each = [Asked({}, unconditional)] if unconditional else []
    each += [
        Asked(clause, frozenset({name})) for name, residual in firing.items() for clause in residual.clauses
    ]
    return merge_asked(each, _MOST_CLAUSES)

"""The engine's counts as text that Prometheus reads."""

from collections.abc import Callable, Iterator
from typing import Any

from aiohttp import web

from engine.costs import Cost
from tracewire.status import ServiceStatus

PATH = "/metrics"
_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"

# Key in the status, name of the metric, what it says.
_COUNTERS: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("received", "batches"), "engine_batches_received_total", "Batches of events that came over the bus."),
    (("received", "events"), "engine_events_received_total", "Events in those batches."),
    (("received", "wanted"), "engine_events_wanted_total", "Of those, the events that a signature judges."),
    (("received", "unknown"), "engine_events_unknown_total", "Events that this version does not know."),
    (("received", "unreadable"), "engine_events_unreadable_total", "Events that could not be read."),
    (("received", "refused"), "engine_messages_refused_total", "Messages that were no batch."),
    (("evaluated", "evaluated"), "engine_events_evaluated_total", "Events that OPA has judged."),
    (("evaluated", "unjudged"), "engine_pairs_unjudged_total", "Events times signatures that failed."),
    (("findings",), "engine_findings_total", "Findings that were stored."),
    (("state", "statistics", "written"), "engine_state_writes_total", "Entries of facts that were stored."),
    (
        ("state", "statistics", "conflicts"),
        "engine_state_conflicts_total",
        "Entries written once more, since another replica was faster.",
    ),
    (("state", "statistics", "evicted"), "engine_state_evicted_total", "Entries forgotten to make room."),
    (
        ("state", "statistics", "left_out"),
        "engine_state_left_out_total",
        "Facts without room under their key.",
    ),
)
_GAUGES: tuple[tuple[str, str, str], ...] = (
    ("signatures", "engine_signatures", "Signatures in force."),
    ("refused", "engine_files_refused", "Signature files that are not in force as they are."),
    ("quarantined", "engine_signatures_quarantined", "Signatures that are not used any more."),
)
_TROUBLES: tuple[tuple[str, str, str], ...] = (
    ("facts", "signature_facts_refused_total", "What it wanted to be remembered and was no fact."),
    ("events", "signature_state_unjudged_total", "Events that it could not judge with what it remembers."),
)


def text(status: ServiceStatus, costs: dict[str, Cost]) -> str:
    """All metrics."""
    return "\n".join([*_of_engine(status), *_of_state(status), *_of_signatures(costs)]) + "\n"


def _head(name: str, kind: str, help_: str) -> list[str]:
    return [f"# HELP tracewire_{name} {help_}", f"# TYPE tracewire_{name} {kind}"]


def _of_engine(status: ServiceStatus) -> Iterator[str]:
    yield from _head("engine_ready", "gauge", "Whether the engine does all of what it is for.")
    yield f"tracewire_engine_ready {int(status.ready)}"
    for path, name, help_ in _COUNTERS:
        value: Any = status.detail
        for key in path:
            value = value.get(key, 0) if isinstance(value, dict) else value
        yield from _head(name, "counter", help_)
        yield f"tracewire_{name} {value}"
    for key, name, help_ in _GAUGES:
        value = status.detail.get(key, 0)
        yield from _head(name, "gauge", help_)
        yield f"tracewire_{name} {value if isinstance(value, int) else len(value)}"


def _of_state(status: ServiceStatus) -> Iterator[str]:
    state = status.detail.get("state") or {}
    yield from _head("engine_state_keys", "gauge", "Entries of facts that this replica knows of.")
    yield f"tracewire_engine_state_keys {state.get('keys', 0)}"
    for key, name, help_ in _TROUBLES:
        yield from _head(name, "counter", help_)
        for signature, trouble in sorted(state.get("troubles", {}).items()):
            yield f'tracewire_{name}{{signature="{signature}"}} {trouble[key]}'


def _of_signatures(costs: dict[str, Cost]) -> Iterator[str]:
    for name, kind, help_, read in _SIGNATURES:
        yield from _head(name, kind, help_)
        for signature, cost in sorted(costs.items()):
            value = read(cost)
            if value is not None:
                # Names of signatures are letters, digits and underscores: nothing to escape.
                yield f'tracewire_{name}{{signature="{signature}"}} {value}'


_SIGNATURES: tuple[tuple[str, str, str, Callable[[Cost], float | None]], ...] = (
    ("signature_events_total", "counter", "Events of the kinds that it judges.", lambda cost: cost.events),
    ("signature_findings_total", "counter", "What it found.", lambda cost: cost.findings),
    (
        "signature_evaluation_seconds",
        "gauge",
        "OPA's time for one event, by the signature alone over a sample.",
        lambda cost: None if cost.microseconds is None else round(cost.microseconds / 1e6, 9),
    ),
    (
        "signature_share",
        "gauge",
        "Its part of what all signatures cost, 0 to 1.",
        lambda cost: cost.share,
    ),
)


class Metrics:
    """Answers Prometheus.

    Attributes:
        port: Where it listens, once it does.
    """

    def __init__(self, status: Callable[[], ServiceStatus], costs: Callable[[], dict[str, Cost]]) -> None:
        self.port = 0
        self._status = status
        self._costs = costs
        self._runner: web.AppRunner | None = None

    async def start(self, host: str, port: int) -> None:
        """Listen.

        Raises:
            OSError: The port is taken, or the address is not ours.
        """
        application = web.Application()
        application.router.add_get(PATH, self._answer)
        self._runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, host, port).start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Let go of the port."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _answer(self, _request: web.Request) -> web.Response:
        body = text(self._status(), self._costs()).encode()
        return web.Response(body=body, headers={"Content-Type": _CONTENT_TYPE})

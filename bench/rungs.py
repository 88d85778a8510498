"""What one event costs whom it is about, on each rung that this kernel has."""

import contextlib
from collections.abc import Callable, Iterator

from bench import load
from bench.kernel import Kernel, empty, loaded
from bench.measure import interleaved
from bench.result import Result, result
from tracewire.catalogue import BY_NAME
from tracewire.clause import Condition, to_raw
from tracewire.interest import EventInterest

# By event, the operation of the load that is one of it.
_OPERATIONS = {"security_file_open": "open", "security_socket_connect": "connect", "ptrace": "ptrace"}
_EVERYBODY = EventInterest()
_NOBODY = EventInterest(clauses=[to_raw({"process.uid": Condition(equal=(4_294_967_294,))})])


@contextlib.contextmanager
def _wanted(kernel: Kernel, event: str, interest: EventInterest) -> Iterator[None]:
    with kernel.wanting({event: interest}), kernel.drained():
        yield


def _measure(event: str, rung: str, count: int, rounds: int) -> list[Result]:
    operation = _OPERATIONS[event]

    def timed(state: Callable[[], contextlib.AbstractContextManager[None]]) -> Callable[[], float]:
        def measure() -> float:
            with state():
                return load.time_of(operation, count)

        return measure

    with loaded({event: rung}) as kernel:
        with kernel.wanting({event: _EVERYBODY}):
            if kernel.session.choices[event].rung is None:
                return []  # this kernel does not have it
        figures = interleaved(
            rounds,
            {
                "bare": timed(contextlib.nullcontext),
                "empty": timed(lambda: empty("empty_exit")),
                "emitted": timed(lambda: _wanted(kernel, event, _EVERYBODY)),
                "filtered": timed(lambda: _wanted(kernel, event, _NOBODY)),
            },
        )
    return [
        result(
            f"{event}_{rung}_{state}",
            figures[state] - figures["bare"],
            "ns",
            baseline=("empty_tp_btf", figures["empty"] - figures["bare"]),
            note=f"Over {figures['bare']:.0f} ns of {operation} with nothing attached.",
        )
        for state in ("emitted", "filtered")
    ]


async def measure(*, quick: bool) -> list[Result]:
    """Emitted, and filtered by user, of each event and rung."""
    count, rounds = (5_000, 1) if quick else (50_000, 5)
    return [
        one
        for event in _OPERATIONS
        for rung in BY_NAME[event].rungs
        for one in _measure(event, rung.name, count, rounds)
    ]

"""What being watched costs the processes that are watched."""

import contextlib
from collections.abc import Callable, Iterator

from bench import load
from bench.kernel import Kernel, empty, loaded
from bench.measure import interleaved
from bench.result import Result, result
from tracewire.clause import Condition, to_raw
from tracewire.interest import EventInterest

_EVENT = "security_file_open"
_NOBODY = 4_294_967_294
_EMITTED_GOAL, _FILTERED_GOAL = 800, 80

# Clauses that no event of the load matches: the first by what is known before the file is looked
# at, the second by the first component of its path.
_BY_UID = EventInterest(clauses=[to_raw({"process.uid": Condition(equal=(_NOBODY,))})])
_BY_PATH = EventInterest(clauses=[to_raw({"args.pathname": Condition(prefix=("/nowhere/",))})])


@contextlib.contextmanager
def _wanted(kernel: Kernel, interest: EventInterest) -> Iterator[None]:
    with kernel.wanting({_EVENT: interest}), kernel.drained():
        yield


def _measuring(
    state: Callable[[], contextlib.AbstractContextManager[None]], operation: str, count: int
) -> Callable[[], float]:
    def measure() -> float:
        with state():
            return load.time_of(operation, count)

    return measure


def _measure(kernel: Kernel, count: int, rounds: int) -> dict[tuple[str, str], float]:
    states: dict[str, Callable[[], contextlib.AbstractContextManager[None]]] = {
        "bare": contextlib.nullcontext,
        "empty": lambda: empty("empty_exit"),
        "empty pair": lambda: empty("empty_enter", "empty_exit"),
        "wanted": lambda: _wanted(kernel, EventInterest()),
        "by uid": lambda: _wanted(kernel, _BY_UID),
        "by path": lambda: _wanted(kernel, _BY_PATH),
    }
    return interleaved(
        rounds,
        {
            (name, operation): _measuring(state, operation, count)
            for operation in ("open", "getppid")
            for name, state in states.items()
            if operation == "open" or not name.startswith("by")
        },
    )


def _judge(figures: dict[tuple[str, str], float]) -> list[Result]:
    def above(operation: str, state: str, base: str) -> float:
        return figures[state, operation] - figures[base, operation]

    def baseline(operation: str) -> tuple[str, float]:
        return "empty_tp_btf", above(operation, "empty", "bare")

    def absolute(operation: str) -> str:
        named = [f"{state} {figures[state, operation]:.0f}" for state, each in figures if each == operation]
        return f"Whole {operation} in ns: {', '.join(named)}."

    both = above("getppid", "empty pair", "empty")
    return [
        result(
            "open_close_emitted",
            above("open", "wanted", "empty"),
            "ns",
            at_most=_EMITTED_GOAL,
            baseline=baseline("open"),
            note=f"Two system calls, one {_EVENT} event, over an empty tp_btf/sys_exit; "
            f"the baseline is that program over none. {absolute('open')}",
            if_missed=f"{above('open', 'by uid', 'empty'):.0f} ns pass before the decision whether the "
            "event is wanted: in two tracepoints of system calls and in two of slab caches, which fire for "
            "every allocation; the rest is writing it.",
        ),
        result(
            "open_close_filtered_by_uid",
            above("open", "by uid", "empty"),
            "ns",
            baseline=baseline("open"),
            note="The same where no clause matches the caller's user.",
        ),
        result(
            "open_close_filtered_by_path",
            above("open", "by path", "empty"),
            "ns",
            baseline=baseline("open"),
            note="The same where no clause matches the file's path.",
        ),
        result(
            "syscall_filtered",
            above("getppid", "wanted", "empty"),
            "ns",
            at_most=_FILTERED_GOAL,
            baseline=baseline("getppid"),
            note=f"A system call that is not of interest. {absolute('getppid')}",
            if_missed=f"{both:.0f} ns of it are the second tracepoint, sys_enter, with an empty program.",
        ),
    ]


async def measure(*, quick: bool) -> list[Result]:
    """All figures."""
    count, rounds = (5_000, 2) if quick else (50_000, 6)
    with loaded() as kernel:
        return _judge(_measure(kernel, count, rounds))

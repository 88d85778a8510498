"""How many opens of files the kernel keeps to itself, and what that costs with many patterns."""

import struct
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench import load
from bench.kernel import Kernel, empty, loaded
from bench.measure import interleaved
from bench.result import Result, result
from engine import places
from engine.bundle import build
from engine.checking import Checker
from engine.interest import interest_of
from engine.library import Library
from engine.opa import Opa
from engine.opa_program import OpaProgram
from engine.selection import Selector
from engine.source import read, scan
from tracewire.catalogue import BY_NAME
from tracewire.clause import Condition, to_raw
from tracewire.interest import EventInterest

_EVENT = "security_file_open"
_PATTERNS = (1, 150, 1000)
_BY_UID = -1
_NOBODY = EventInterest(clauses=[to_raw({"process.uid": Condition(equal=(4_294_967_294,))})])
_DROP_GOAL, _SHARE_GOAL = 400, 95
_COUNTS = struct.Struct("=QQ")  # the first of struct counts: generated, filtered
_SELECT_SECONDS = 60.0
_PROGRAM = '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { return puts(getenv("HOME")) < 0; }\n'


async def shipped() -> dict[str, EventInterest]:
    """What the shipped signatures want to be collected."""
    program = OpaProgram(places.opa_program("opa"))
    with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
        directory = Path(name)
        capabilities = await program.write_capabilities(directory)
        files = scan([str(places.SIGNATURES), str(places.LIBRARY)])
        library = Library(Checker(program, places.schemas(), capabilities))
        accepted = await library.take({path: source for path in files if (source := read(path))})
        bundle = await build(
            program, list(accepted.modules), accepted.exceptions, capabilities, lists=accepted.lists
        )
        archive, socket = directory / "bundle.tar.gz", directory / "opa.sock"
        archive.write_bytes(bundle.archive)
        async with program.serving(archive, socket):
            opa = Opa(f"unix://{socket}", 2)
            await opa.open()
            try:
                selection, _ = await Selector(opa).select(bundle, _SELECT_SECONDS)
            finally:
                await opa.close()
        return interest_of(bundle, selection).events


def _compile() -> None:
    with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
        Path(name, "a.c").write_text(_PROGRAM)
        subprocess.run(["gcc", "-O1", "-o", f"{name}/a", f"{name}/a.c"], check=True, timeout=60)


def _list_libraries() -> None:
    subprocess.run(["/bin/ls", "-R", "/usr/lib"], check=True, stdout=subprocess.DEVNULL, timeout=120)


def _opens(kernel: Kernel) -> tuple[int, int]:
    """Opens that reached the decision so far, and those that were dropped there."""
    counts = kernel.session.objects.maps["counts"].get_per_cpu(struct.pack("=I", BY_NAME[_EVENT].id))
    both = [_COUNTS.unpack(cpu[: _COUNTS.size]) for cpu in counts]
    return sum(generated for generated, _ in both), sum(filtered for _, filtered in both)


def _share(kernel: Kernel, interest: dict[str, EventInterest], work: Callable[[], None], count: int) -> float:
    """Percent of the opens of *count* times *work*, and of whatever runs beside it, that are dropped."""
    with kernel.wanting(interest), kernel.drained():
        generated, filtered = _opens(kernel)
        for _ in range(count):
            work()
        generated_after, filtered_after = _opens(kernel)
    return 100 * (filtered_after - filtered) / max(1, generated_after - generated)


def _patterns(count: int) -> EventInterest:
    """*count* directories, some of them beside the file that the load opens."""
    prefixes = tuple(f"/etc/{number}/below/" if number % 2 else f"/srv/{number}/" for number in range(count))
    return EventInterest(clauses=[to_raw({"args.pathname": Condition(prefix=prefixes)})])


def _dropped(kernel: Kernel, interest: EventInterest, count: int) -> Callable[[], float]:
    def measure() -> float:
        with kernel.wanting({_EVENT: interest}):
            return load.time_of("open", count)

    return measure


def _empty(count: int) -> float:
    with empty("empty_enter", "empty_exit"):
        return load.time_of("open", count)


def _costs(kernel: Kernel, count: int, rounds: int) -> dict[int, float]:
    """Nanoseconds of an open and close that is dropped, by the number of patterns; 0: empty programs."""
    states: dict[int, Callable[[], float]] = {0: lambda: _empty(count)}
    states |= {number: _dropped(kernel, _patterns(number), count) for number in _PATTERNS}
    states[_BY_UID] = _dropped(kernel, _NOBODY, count)
    return interleaved(rounds, states)


async def measure(*, quick: bool) -> list[Result]:
    """All figures."""
    interest = {name: wanted for name, wanted in (await shipped()).items() if name == _EVENT}
    count, rounds = (5_000, 2) if quick else (50_000, 6)
    with loaded() as kernel:
        compiling = _share(kernel, interest, _compile, 2 if quick else 20)
        listing = _share(kernel, interest, _list_libraries, 1)
        costs = _costs(kernel, count, rounds)
    count_of_clauses = len(interest[_EVENT].clauses) if _EVENT in interest else 0
    clauses = f"{count_of_clauses} clauses of the shipped signatures"
    return [
        result("opens_stopped_while_compiling", compiling, "%", at_least=_SHARE_GOAL,
               note=f"By {clauses}; without pushdown 0 %."),
        result("opens_stopped_while_listing", listing, "%", at_least=_SHARE_GOAL,
               note="`ls -R /usr/lib`, the same."),
        *(
            result(f"open_dropped_{number}_patterns", costs[number] - costs[0], "ns", at_most=_DROP_GOAL,
                   baseline=("dropped_by_uid", costs[_BY_UID] - costs[0]),
                   note="Over empty programs at sys_enter and sys_exit.",
                   if_missed="The baseline has all that passes before the path is looked at: the tracepoints "
                   "of slab caches that give the opened file, and finding it.")
            for number in _PATTERNS
        ),
    ]  # fmt: skip

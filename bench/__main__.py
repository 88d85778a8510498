"""`python -m bench`: every benchmark, a table, and bench/results.json."""

import argparse
import asyncio
import os
import sys
import time
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import msgspec
import uvloop

from bench import machine
from bench.result import Result, table

_RESULTS = Path(__file__).resolve().parent / "results.json"

QUESTIONS = (
    "ring_image",
    "traced_process",
    "pushdown",
    "workloads",
    "rungs",
    "every_call",
    "verifier",
    "collector_throughput",
    "event_bytes",
    "engine_cost",
    "opa_cost",
    "replicas",
    "tracee_cost",
    "latency",
    "footprint",
)
"""Each a module with `async def measure(*, quick: bool) -> list[Result]`."""

_DONE, _FAILED, _MACHINE = 0, 1, 4


def _arguments(words: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="What Tracewire costs on this machine."
    )
    parser.add_argument(
        "--only", metavar="NAME", action="append", choices=QUESTIONS,
        help=f"one of {', '.join(QUESTIONS)}; may be repeated",
    )  # fmt: skip
    parser.add_argument(
        "--quick", action="store_true", help="tiny sizes: shows that it works, not what it costs"
    )
    return parser.parse_args(words)


def _say(sentence: str) -> None:
    print(f"bench: {sentence}", file=sys.stderr, flush=True)


def _measure(names: Sequence[str], *, quick: bool) -> tuple[list[Result], list[str]]:
    """The figures, and the questions that could not be answered: one failure shall not cost the rest."""
    results: list[Result] = []
    failed: list[str] = []
    for name in names:
        begin = time.monotonic()
        _say(f"{name} ...")
        try:
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                results += runner.run(import_module(f"bench.{name}").measure(quick=quick))
        except Exception as error:  # noqa: BLE001  (whatever it is, the others are still of use)
            traceback.print_exception(error)
            failed.append(name)
        _say(f"{name} took {time.monotonic() - begin:.0f} s")
    return results, failed


def _write(document: dict[str, object]) -> None:
    _RESULTS.write_bytes(msgspec.json.format(msgspec.json.encode(document)) + b"\n")
    _say(f"written to {os.path.relpath(_RESULTS)}")


def main(words: Sequence[str] | None = None) -> int:
    """Measure, print and write; the exit code says whether it could be measured, not how good it is."""
    chosen = _arguments(words)
    if os.geteuid() != 0:
        print("bench: loading eBPF programs needs root.\nRun it as root: sudo make bench.", file=sys.stderr)
        return _MACHINE
    facts, versions = machine.describe(), machine.versions()
    results, failed = _measure(chosen.only or QUESTIONS, quick=chosen.quick)
    for heading, values in (("machine", facts), ("versions", versions)):
        print(f"{heading}: " + ", ".join(f"{name} {value}" for name, value in values.items()))
    print()
    print("\n".join(table(results)))
    # A part of the figures, or figures of a run that is too short, would pass for the whole.
    if not (chosen.only or chosen.quick or failed):
        _write({"machine": facts, "versions": versions, "results": results})
    for name in failed:
        _say(f"{name} could not be measured: see above")
    return _FAILED if failed else _DONE


if __name__ == "__main__":
    sys.exit(main())

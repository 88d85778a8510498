"""`python -m tests.kernels [KERNEL] [--event NAME]`: the suite on other kernels, as one table."""

import argparse
import sys
import time
from pathlib import Path

from tests.kernels import boot, matrix, table
from tests.kernels.errors import KernelPackageError
from tests.kernels.packages import SERIES
from tests.kernels.results import BEST, Results


def _say(sentence: str) -> None:
    print(f"kernels: {sentence}", file=sys.stderr, flush=True)


def main() -> int:
    """Run what is asked for, print the table, and return the exit code."""
    parser = argparse.ArgumentParser(prog="kernels", description=__doc__)
    parser.add_argument(
        "kernel",
        nargs="?",
        help=f"of {', '.join(one.name for one in SERIES)} and `this`, several with commas; all otherwise",
    )
    parser.add_argument("--event", help="only tests that want this event")
    parser.add_argument(
        "--best", action="store_true", help="only the rung that the collector would choose, for each event"
    )
    parser.add_argument("--markdown", metavar="FILE", type=Path, help="write the table to FILE as well")
    chosen = parser.parse_args()
    names = chosen.kernel.split(",") if chosen.kernel else [*(one.name for one in SERIES), matrix.NATIVE]
    series = [one for one in SERIES if one.name in names]
    if unknown := set(names) - {one.name for one in series} - {matrix.NATIVE}:
        parser.error(f"there is no kernel {', '.join(sorted(unknown))}")
    if series and not boot.can_boot():
        _say(f"{boot.PROGRAM} is not installed. Install the package qemu-system-x86 or its like.")
        return 4
    begin = time.monotonic()
    kernels: dict[str, Results] = {}
    rungs = BEST if chosen.best else matrix.RUNGS
    try:
        if matrix.NATIVE in names:
            kernels[matrix.native_name()] = matrix.run_native(chosen.event, rungs)
        kernels |= matrix.Guests(_say).run(series, chosen.event, rungs)
    except KernelPackageError as error:
        _say(f"{error}")
        return 1
    kernels = dict(
        sorted(kernels.items(), key=lambda item: tuple(int(part) for part in item[0].split()[0].split(".")))
    )
    print(table.text(kernels))
    if chosen.markdown:
        chosen.markdown.write_text(table.markdown(kernels) + "\n", encoding="utf-8")
    for name, results in kernels.items():
        if results.problem:
            print(f"\n{results.problem}", file=sys.stderr)
        for test, said in results.failures.items():
            print(f"\nFAILED on {name}: {test}\n{said}", file=sys.stderr)
    _say(f"{sum(one.tests for one in kernels.values())} tests in {time.monotonic() - begin:.0f} s")
    return 1 if any(results.failures or results.problem for results in kernels.values()) else 0


if __name__ == "__main__":
    sys.exit(main())

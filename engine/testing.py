"""`signatures test`: the signatures' own tests by `opa test`, and their triggers by the real thing."""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import msgspec

from engine import live, places
from engine.errors import OpaProgramError
from engine.lists import LISTS, Lists, read_lists
from engine.live import Outcome
from engine.opa_program import OpaProgram
from engine.source import LISTS_FILE, Source, read, scan
from engine.tracee import testing as tracee
from engine.tracee.dialect import is_for_tracee
from tracewire.text import printable

_DONE, _NOT_SO = 0, 1


class Tested(msgspec.Struct, frozen=True):
    """What the tests of some directories have shown.

    Attributes:
        tests: How many there are.
        failed: Which failed, and where they stand.
        coverage: By file, the percentage of its lines that the tests reach; empty where one failed. Files
            that are written for Tracee have none.
        coverage_percent: Of all lines; None where one failed.
        live: What became of triggers and twins; None where they were not asked for.
    """

    tests: int
    failed: list[dict[str, str]]
    coverage: dict[str, float]
    coverage_percent: float | None
    live: list[Outcome] | None = None

    @property
    def right(self) -> bool:
        """There are tests, and everything passed."""
        return bool(self.tests) and not self.failed and not any(one.problems for one in self.live or ())


async def run_tests(program: OpaProgram, directories: list[str], url: str, credentials: str | None) -> Tested:
    """Run the tests of *directories*; triggers too, against the Tracewire at NATS *url*, if that is given.

    Raises:
        OpaProgramError: OPA cannot run the tests: a file does not compile, or needs root to be tried.
        BusError: There is no NATS at *url*.
    """
    sources, tests = _read_all(directories, tests=False), _read_all(directories, tests=True)
    theirs = tracee.tests_of(sources, tests)
    of_tracee = await tracee.run(program, sources, theirs) if theirs else []
    foreign = {one.path for one in (*theirs, *filter(is_for_tracee, sources))}
    own = [one.path for one in (*sources, *tests) if one.path not in foreign]
    with tempfile.NamedTemporaryFile(prefix="tracewire-", suffix=".json") as data:
        data.write(msgspec.json.encode({LISTS: _lists(directories)}))
        data.flush()
        results, covered = await _run(program, [*own, *_library(directories), data.name])
    results += of_tracee
    failed = [result for result in results if result.get("fail") or result.get("error")]
    ours = {path: report for path, report in sorted(covered.items()) if _is_ours(path, directories)}
    if failed:
        ours = {}
    outcomes = await _live(directories, url, credentials) if url else None
    return Tested(
        tests=len(results),
        failed=[{"name": f"{one['package']}.{one['name']}", "at": _place(one)} for one in failed],
        coverage={path: report.get("coverage", 100) for path, report in ours.items()},
        coverage_percent=_share(ours) if ours else None,
        live=outcomes,
    )


def _read_all(directories: list[str], *, tests: bool) -> list[Source]:
    paths = [path for path in scan(directories, tests=tests) if path.endswith(".rego")]
    return [source for path in paths if (source := read(path))]


def _lists(directories: list[str]) -> Lists:
    """What the lists of *directories* say; `signatures check` says what is wrong with one."""
    found: Lists = {}
    for path in scan(directories):
        source = read(path) if path.endswith("/" + LISTS_FILE) else None
        lists = read_lists(source.text) if source else {}
        for name, items in lists.items() if isinstance(lists, dict) else ():
            found.setdefault(name, []).extend(items)
    return found


async def _run(program: OpaProgram, paths: list[str]) -> tuple[list[Any], dict[str, dict[str, Any]]]:
    """The results of the tests in files of our own dialect, and by file what they reach."""
    arguments = ["--format", "json", *paths]
    code, output, errors = await program.run("test", *arguments)
    if code not in {0, 2}:
        raise OpaProgramError("test", (errors or output).decode(errors="backslashreplace").strip())
    results = msgspec.json.decode(output, type=list[Any]) if output.strip() else []
    if code:
        # Where a test fails OPA reports that in place of the coverage.
        return results, {}
    _, output, _ = await program.run("test", "--coverage", *arguments)
    return results, msgspec.json.decode(output).get("files", {}) if output.strip() else {}


async def _live(directories: list[str], url: str, credentials: str | None) -> list[Outcome]:
    if os.geteuid() != 0:
        return [Outcome("all", ["triggers do what needs root: run it as root"])]
    names = {Path(path).stem for path in scan(directories) if path.endswith(".rego")}
    programs = {
        folder.name: folder
        for directory in directories
        for folder in sorted(places.attacks_of(directory).glob("*/"))
        if folder.name in names and any(folder.glob("t*.py"))
    }
    return await live.try_all(url, credentials, programs)


def say(tested: Tested, *, as_json: bool) -> int:
    """Print *tested*; the exit code."""
    if as_json:
        _say(msgspec.json.encode(tested).decode())
    else:
        for one in tested.failed:
            _say(f"{one['at']}: {one['name']} failed")
        for path, percent in tested.coverage.items():
            if percent < 100:
                _say(f"{path}: {percent:.0f} % covered")
        ending = "" if tested.coverage_percent is None else f", {tested.coverage_percent:.1f} % covered"
        _say(f"{tested.tests - len(tested.failed)} passed, {len(tested.failed)} failed{ending}")
        for outcome in tested.live or ():
            for problem in outcome.problems:
                _say(printable(f"{outcome.signature}: {problem}"))
        if tested.live is not None:
            bad = sum(bool(outcome.problems) for outcome in tested.live)
            _say(f"live: {len(tested.live) - bad} signatures found their trigger and not its twin, {bad} not")
    if not tested.tests:
        _say("no tests found\nWrite rules named test_... in <signature>_test.rego.", error=True)
    return _DONE if tested.right else _NOT_SO


def _library(directories: list[str]) -> list[str]:
    """What the signatures may import; with its tests only where everything that is shipped is tested."""
    if directories == [str(places.SIGNATURES)]:
        return [str(places.LIBRARY)]
    return list(scan([str(places.LIBRARY)]))


def _is_ours(path: str, directories: list[str]) -> bool:
    tested = [*directories, *(p for p in _library(directories) if not p.endswith(".rego"))]
    return not path.endswith("_test.rego") and any(path.startswith(directory) for directory in tested)


def _share(reports: dict[str, dict[str, Any]]) -> float:
    """Percent of the lines that the tests reach."""
    reached = sum(report.get("covered_lines", 0) for report in reports.values())
    missed = sum(report.get("not_covered_lines", 0) for report in reports.values())
    return 100 * reached / (reached + missed) if reached + missed else 0.0


def _place(result: dict[str, Any]) -> str:
    location = result.get("location") or {}
    return f"{location.get('file', '?')}:{location.get('row', 0)}"


def _say(text: str, *, error: bool = False) -> None:
    print(text, file=sys.stderr if error else sys.stdout)

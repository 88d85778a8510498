"""`signatures list|check|test|explain|capabilities`: what the engine makes of signatures, without a bus."""

import argparse
import os
import sys
import tempfile
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from engine import explain, places
from engine.bundle import build
from engine.checking import Checker
from engine.errors import OpaProgramError
from engine.library import Accepted, Library
from engine.opa_program import OpaProgram
from engine.source import read, scan
from tracewire.settings import Settings
from tracewire.text import printable

_DONE, _NOT_SO = 0, 1


def add_signatures(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the `signatures` command and its parts to *commands*."""
    group = commands.add_parser("signatures", help="list, check, test or explain signatures")
    parts = group.add_subparsers(
        dest="part", required=True, metavar="list | check | test | explain | capabilities"
    )
    for name, description in (
        ("list", "Show the signatures: name, id, severity, events, title."),
        ("check", "Say with file and line what is wrong with signatures; exit 1 if anything is."),
        ("test", "Run the signatures' own tests; exit 1 if one fails."),
        ("explain", "Show for each event of a signature what is collected for it, and why not less."),
        ("capabilities", "Print what signatures may use, as a file for `opa check --capabilities`."),
    ):
        part = parts.add_parser(name, help=description, description=description)
        if name == "explain":
            part.add_argument("name", metavar="NAME", help="the signature, such as cron_write")
        part.add_argument("--json", action="store_true", help="print one JSON document")
        part.add_argument(
            "directories", metavar="DIR", nargs="*", help="where to look; the shipped ones otherwise"
        )


async def signatures(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do what *arguments* ask for; the exit code.

    Raises:
        EngineError: opa or the schemas are missing.
    """
    directories = arguments.directories or list(settings.engine.signatures) or [str(places.SIGNATURES)]
    program = OpaProgram(places.opa_program(settings.engine.opa_program))
    if arguments.part == "capabilities":
        _say((await program.capabilities()).decode())
        return _DONE
    missing = [directory for directory in directories if not os.path.isdir(directory)]  # noqa: ASYNC240, PTH112  (nothing else is waiting)
    for directory in missing:
        _say(f"error: {directory} is no directory\nName a directory with .rego files.", error=True)
    if missing:
        return 2
    if arguments.part == "test":
        return await _test(program, directories, as_json=arguments.json)
    if arguments.part == "explain":
        return await _explain(program, directories, arguments.name, as_json=arguments.json)
    accepted, problem = await _judge(program, directories)
    if arguments.part == "list":
        return _list(accepted, as_json=arguments.json)
    return _check(accepted, problem, as_json=arguments.json)


async def _judge(program: OpaProgram, directories: list[str]) -> tuple[Accepted, str]:
    """What the engine would load of *directories*, and what keeps it from being built."""
    with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
        capabilities = await program.write_capabilities(Path(name))
        checker = Checker(program, places.schemas(), capabilities)
        files = {path: source for path in scan(_with_library(directories)) if (source := read(path))}
        accepted = await Library(checker).take(files)
        try:
            await build(program, list(accepted.modules), accepted.exceptions, capabilities)
        except OpaProgramError as error:
            return accepted, str(error)
        return accepted, ""


async def _explain(program: OpaProgram, directories: list[str], name: str, *, as_json: bool) -> int:
    """What of one signature becomes clauses."""
    with tempfile.TemporaryDirectory(prefix="tracewire-") as folder:
        capabilities = await program.write_capabilities(Path(folder))
        checker = Checker(program, places.schemas(), capabilities)
        files = {path: source for path in scan(_with_library(directories)) if (source := read(path))}
        accepted = await Library(checker).take(files)
        explained = await explain.explain(program, accepted, capabilities, name)
    if explained is None:
        known = [module.signature.name for module in accepted.modules if module.signature]
        near = get_close_matches(name, known, n=1)
        hint = f"Did you mean {near[0]}?" if near else "`tracewire signatures list` shows all."
        _say(f"error: no signature is called {printable(repr(name))}\n{hint}", error=True)
        return _NOT_SO
    if as_json:
        _say(msgspec.json.encode({"name": name, "events": explained}).decode())
    else:
        for line in explain.describe(explained):
            _say(printable(line))
    return _DONE


def _with_library(directories: list[str]) -> list[str]:
    return [*directories, str(places.LIBRARY)]


def _list(accepted: Accepted, *, as_json: bool) -> int:
    found = [module.signature for module in accepted.modules if module.signature]
    if as_json:
        _say(msgspec.json.encode([_described(signature) for signature in found]).decode())
    else:
        rows = [("NAME", "ID", "SEVERITY", "EVENTS", "TITLE")]
        for signature in found:
            reference = signature.reference
            events = ", ".join(signature.events)
            rows.append((reference.name, reference.id, reference.severity, events, reference.title))
        widths = [max(len(row[column]) for row in rows) for column in range(4)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            _say(printable("  ".join([*cells, row[4]])))
    for refused in accepted.refused.values():
        _say(f"refused: {printable(str(refused))}", error=True)
    return _NOT_SO if accepted.refused else _DONE


def _described(signature: Any) -> dict[str, Any]:
    reference = msgspec.to_builtins(signature.reference)
    return {
        **reference,
        "description": signature.description,
        "events": list(signature.events),
        "path": signature.source.path,
    }


def _check(accepted: Accepted, problem: str, *, as_json: bool) -> int:
    refused = list(accepted.refused.values())
    good = sum(1 for module in accepted.modules if module.signature)
    if as_json:
        document = {"signatures": good, "problems": [msgspec.to_builtins(one) for one in refused]}
        if problem:
            document["build"] = problem
        _say(msgspec.json.encode(document).decode())
    else:
        for one in refused:
            _say(printable(str(one)))
        if problem:
            _say(printable(problem))
        _say(f"{good} signatures are right" + (f", {len(refused)} files are not" if refused else ""))
    return _NOT_SO if refused or problem else _DONE


async def _test(program: OpaProgram, directories: list[str], *, as_json: bool) -> int:
    paths = [*directories, *_library_without_tests(directories)]
    arguments = ["--format", "json", "--ignore", "*.json", *paths]
    code, output, errors = await program.run("test", *arguments)
    if code not in {0, 2}:
        _say(printable((errors or output).decode(errors="backslashreplace").strip()), error=True)
        return _NOT_SO
    results = msgspec.json.decode(output) if output.strip() else []
    failed = [result for result in results if result.get("fail") or result.get("error")]
    covered: dict[str, dict[str, Any]] = {}
    if not failed:
        # Where a test fails OPA reports that in place of the coverage.
        _, output, _ = await program.run("test", "--coverage", *arguments)
        covered = msgspec.json.decode(output).get("files", {}) if output.strip() else {}
    ours = {path: report for path, report in sorted(covered.items()) if _is_ours(path, directories)}
    share = _share(ours)
    if as_json:
        document = {
            "tests": len(results),
            "failed": [{"name": f"{one['package']}.{one['name']}", "at": _place(one)} for one in failed],
            "coverage_percent": share if covered else None,
        }
        _say(msgspec.json.encode(document).decode())
    else:
        for one in failed:
            _say(f"{_place(one)}: {one['package']}.{one['name']} failed")
        for path, report in ours.items():
            if report.get("coverage", 100) < 100:
                _say(f"{path}: {report['coverage']:.0f} % covered")
        ending = f", {share:.1f} % covered" if covered else ""
        _say(f"{len(results) - len(failed)} passed, {len(failed)} failed{ending}")
    if not results:
        _say("no tests found\nWrite rules named test_... in <signature>_test.rego.", error=True)
    return _DONE if results and not failed else _NOT_SO


def _library_without_tests(directories: list[str]) -> list[str]:
    """What the signatures may import; with its tests only where everything that is shipped is tested."""
    if directories == [str(places.SIGNATURES)]:
        return [str(places.LIBRARY)]
    return list(scan([str(places.LIBRARY)]))


def _is_ours(path: str, directories: list[str]) -> bool:
    tested = [*directories, *(p for p in _library_without_tests(directories) if not p.endswith(".rego"))]
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

"""`signatures new|list|check|test|explain|capabilities`: what the engine makes of signatures."""

import argparse
import os
import sys
import tempfile
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from engine import explain, live, places, scaffold, testing
from engine.bundle import build
from engine.checking import Checker
from engine.costs import Cost
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
        dest="part", required=True, metavar="new | list | check | test | explain | capabilities"
    )
    for name, description in (
        ("new", "Write a signature that is right already, with its test, a trigger and a benign twin."),
        ("list", "Show the signatures, and what each of them costs where an engine runs."),
        ("check", "Say with file and line what is wrong with signatures; exit 1 if anything is."),
        ("test", "Run the signatures' own tests, and with --live their triggers; exit 1 if one fails."),
        ("explain", "Show for each event of a signature what is collected for it, and why not less."),
        ("capabilities", "Print what signatures may use, as a file for `opa check --capabilities`."),
    ):
        part = parts.add_parser(name, help=description, description=description)
        if name == "explain":
            part.add_argument("name", metavar="NAME", help="the signature, such as cron_write")
        part.add_argument("--json", action="store_true", help="print one JSON document")
        if name == "new":
            part.add_argument("name", metavar="NAME", help="of the signature, such as cron_write")
            part.add_argument(
                "directory", metavar="DIR", nargs="?", default=".", help="where to write it; here otherwise"
            )
            part.add_argument(
                "--event", metavar="EVENT", default=scaffold.OPEN, help=f"what it judges ({scaffold.OPEN})"
            )
            continue
        if name in {"list", "test"}:
            part.add_argument("--nats", metavar="URL", help="where NATS is")
        if name == "test":
            part.add_argument(
                "--live",
                action="store_true",
                help="also run each signature's trigger and twin, as root, against the Tracewire that runs",
            )
        part.add_argument(
            "directories", metavar="DIR", nargs="*", help="where to look; the shipped ones otherwise"
        )


async def signatures(settings: Settings, arguments: argparse.Namespace) -> int:
    """Do what *arguments* ask for; the exit code.

    Raises:
        EngineError: opa or the schemas are missing.
    """
    if arguments.part == "new":
        return await _new(settings, arguments)
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
    return await _look(settings, program, arguments, directories)


async def _look(
    settings: Settings, program: OpaProgram, arguments: argparse.Namespace, directories: list[str]
) -> int:
    if arguments.part == "test":
        url = arguments.nats or settings.nats if arguments.live else ""
        tested = await testing.run_tests(program, directories, url, settings.nats_seed)
        return testing.say(tested, as_json=arguments.json)
    if arguments.part == "explain":
        return await _explain(program, directories, arguments.name, as_json=arguments.json)
    accepted, problem = await _judge(program, directories)
    if arguments.part == "list":
        costs = await live.costs(arguments.nats or settings.nats, settings.nats_seed)
        return _list(accepted, costs, as_json=arguments.json)
    return _check(accepted, problem, as_json=arguments.json)


async def _new(settings: Settings, arguments: argparse.Namespace) -> int:
    """Write the files of a new signature, and say what comes next."""
    directory = Path(arguments.directory)
    program = OpaProgram(places.opa_program(settings.engine.opa_program))
    there = [str(directory)] if os.path.isdir(directory) else []  # noqa: ASYNC240, PTH112  (nothing else is waiting)
    accepted, _ = await _judge(program, there)
    taken = [module.signature.reference.id for module in accepted.modules if module.signature]
    written = scaffold.new(
        arguments.name, arguments.event, directory, places.attacks_of(str(directory)), taken
    )
    if arguments.json:
        _say(msgspec.json.encode({"written": [str(path) for path in written]}).decode())
        return _DONE
    for path in written:
        _say(printable(f"wrote {path}"))
    shown = printable(str(directory))
    _say(f"Now: tracewire signatures check {shown} && tracewire signatures test {shown}")
    return _DONE


async def _judge(program: OpaProgram, directories: list[str]) -> tuple[Accepted, str]:
    """What the engine would load of *directories*, and what keeps it from being built."""
    with tempfile.TemporaryDirectory(prefix="tracewire-") as name:
        capabilities = await program.write_capabilities(Path(name))
        checker = Checker(program, places.schemas(), capabilities)
        files = {path: source for path in scan(_with_library(directories)) if (source := read(path))}
        accepted = await Library(checker).take(files)
        try:
            await build(
                program, list(accepted.modules), accepted.exceptions, capabilities, lists=accepted.lists
            )
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
    notes = next(m.signature.notes for m in accepted.modules if m.signature and m.signature.name == name)
    if as_json:
        _say(msgspec.json.encode({"name": name, "events": explained, "notes": notes}).decode())
    else:
        for line in [*explain.describe(explained), *(f"note: {note}" for note in notes)]:
            _say(printable(line))
    return _DONE


def _with_library(directories: list[str]) -> list[str]:
    return [*directories, str(places.LIBRARY)]


def _list(accepted: Accepted, costs: dict[str, Cost] | None, *, as_json: bool) -> int:
    found = [module.signature for module in accepted.modules if module.signature]
    if as_json:
        _say(msgspec.json.encode([_described(signature, costs) for signature in found]).decode())
    else:
        rows = [("NAME", "ID", "SEVERITY", *(_COSTS if costs else ()), "EVENTS", "TITLE")]
        for signature in found:
            reference = signature.reference
            cost = _shown(costs.get(reference.name)) if costs else ()
            events = ", ".join([*signature.events, *(f"no {name}" for name in signature.missing)])
            rows.append((reference.name, reference.id, reference.severity, *cost, events, reference.title))
        widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]) - 1)]
        for row in rows:
            cells = [cell.ljust(width) for cell, width in zip(row, widths, strict=False)]
            _say(printable("  ".join([*cells, row[-1]])))
        if costs is None:
            _say("No engine answers, so what they cost is not known.", error=True)
    for refused in accepted.refused.values():
        _say(f"refused: {printable(str(refused))}", error=True)
    return _NOT_SO if accepted.refused else _DONE


_COSTS = ("US/EVENT", "SHARE", "JUDGED", "FOUND")


def _shown(cost: Cost | None) -> tuple[str, ...]:
    """What a signature costs, in cells; dashes where that is not known."""
    if cost is None:
        return ("-",) * len(_COSTS)
    return (
        "-" if cost.microseconds is None else f"{cost.microseconds:.1f}",
        "-" if cost.share is None else f"{cost.share:.1%}",
        str(cost.events),
        str(cost.findings),
    )


def _described(signature: Any, costs: dict[str, Cost] | None) -> dict[str, Any]:
    reference = msgspec.to_builtins(signature.reference)
    cost = costs.get(signature.name) if costs else None
    return {
        **reference,
        "description": signature.description,
        "events": list(signature.events),
        "missing": list(signature.missing),
        "path": signature.source.path,
        "cost": msgspec.to_builtins(cost),
    }


def _check(accepted: Accepted, problem: str, *, as_json: bool) -> int:
    refused = list(accepted.refused.values())
    signatures = [module.signature for module in accepted.modules if module.signature]
    good, notes = len(signatures), [note for signature in signatures for note in signature.notes]
    if as_json:
        document = {
            "signatures": good,
            "problems": [msgspec.to_builtins(one) for one in refused],
            "notes": [msgspec.to_builtins(one) for one in notes],
        }
        if problem:
            document["build"] = problem
        _say(msgspec.json.encode(document).decode())
    else:
        for one in refused:
            _say(printable(str(one)))
        for note in notes:
            _say(printable(f"note: {note}"))
        if problem:
            _say(printable(problem))
        _say(f"{good} signatures are right" + (f", {len(refused)} files are not" if refused else ""))
    return _NOT_SO if refused or problem else _DONE


def _say(text: str, *, error: bool = False) -> None:
    print(text, file=sys.stderr if error else sys.stdout)

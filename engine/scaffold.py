"""`signatures new`: a signature that is right already, to be made into what one wants."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import ScaffoldError
from tracewire.catalogue import Argument, Definition, Kind, find
from tracewire.catalogue.registry import UnknownEventError
from tracewire.generate.example import example_event

OPEN, EXECUTION = "security_file_open", "sched_process_exec"

_NAME = re.compile(r"[a-z][a-z0-9_]*")

_SIGNATURE = """\
# METADATA
# title: {title}
# description: |
#   Why it matters, and what is deliberately not reported.
#
#   Misses: what it cannot see.
# schemas:
# - input: schema.{event}
# custom:
#   id: {identifier}
#   severity: low
#   attack: []
#   events: [{event}]
package signatures.{name}

import rego.v2

import data.lib.exceptions

finding contains {{{said}}} if {{
	input.event == "{event}"
{conditions}	not exceptions.apply("{identifier}")
}}
"""

_TEST = """\
package signatures.{name}_test

import rego.v2

import data.signatures.{name} as signature

_event := {document}

test_it_is_reported if {{
	signature.finding == {{{{{found}}}}} with input as _event
}}

test_what_only_looks_like_it_is_silent if {{
	signature.finding == set() with input as object.union(_event, {{{twin}}})
}}

# An older collector may not send a field that this signature reads.
test_missing_field_is_silent if {{
	signature.finding == set() with input as object.remove(_event, ["{needed}"])
}}

test_exception_is_silent if {{
	signature.finding == set() with input as _event
		with data.exceptions as {{"{identifier}": [{{"exe": "/usr/bin/example"}}]}}
}}
"""

_PROGRAMS = {
    OPEN: (
        (
            '"""Really does it: writes a file where nobody should."""\n\n'
            "from pathlib import Path\n\n"
            'directory = Path("/tmp/{name}-watched")\n'
            "directory.mkdir(exist_ok=True)\n"
            'file = directory / "file"\n'
            'file.write_text("")\n'
            "file.unlink()\n"
            "directory.rmdir()\n"
        ),
        (
            '"""Only looks like it: the same beside that place."""\n\n'
            "from pathlib import Path\n\n"
            'directory = Path("/tmp/{name}-beside")\n'
            "directory.mkdir(exist_ok=True)\n"
            'file = directory / "file"\n'
            'file.write_text("")\n'
            "file.unlink()\n"
            "directory.rmdir()\n"
        ),
    ),
    EXECUTION: (
        (
            '"""Really does it: runs a program of that name."""\n\n'
            "import shutil\nimport subprocess\nimport tempfile\nfrom pathlib import Path\n\n"
            "with tempfile.TemporaryDirectory() as directory:\n"
            '    program = shutil.copy("/bin/true", Path(directory, "{name}-example"))\n'
            "    subprocess.run([program], check=True)\n"
        ),
        (
            '"""Only looks like it: the same program under another name."""\n\n'
            "import shutil\nimport subprocess\nimport tempfile\nfrom pathlib import Path\n\n"
            "with tempfile.TemporaryDirectory() as directory:\n"
            '    program = shutil.copy("/bin/true", Path(directory, "{name}-other"))\n'
            "    subprocess.run([program], check=True)\n"
        ),
    ),
}
_UNWRITTEN = '"""{what}"""\n\nraise SystemExit("{path} is not written yet: make a {event} event happen")\n'


class Condition(msgspec.Struct, frozen=True):
    """What a new signature asks for.

    Attributes:
        lines: Of its body, after the event.
        argument: Which one; empty for none.
        value: Of that argument in an event that is found.
        other: And in one that is not.
    """

    lines: tuple[str, ...]
    argument: str
    value: Any
    other: Any


def new(name: str, event: str, directory: Path, programs: Path, taken: Iterable[str]) -> list[Path]:
    """Write a signature, its test, and the beginnings of a trigger and a benign twin.

    Args:
        name: Of the signature.
        event: Of the event that it judges.
        directory: For the signature; made where it is missing.
        programs: For the directory with trigger and twin.
        taken: Ids that other signatures have.

    Raises:
        ScaffoldError: The name or the event will not do, or a file is there already.
    """
    if not _NAME.fullmatch(name) or name.endswith("_test"):
        raise ScaffoldError(
            f"{name!r} cannot be a signature's name", "Use lower-case letters, digits and _: cron_write."
        )
    try:
        definition = find(event)
    except UnknownEventError as error:
        raise ScaffoldError(str(error), "docs/events/README.md lists all events.") from None
    files = {
        directory / f"{name}.rego": _signature(name, definition, _free(taken)),
        directory / f"{name}_test.rego": _test(name, definition, _free(taken)),
    }
    for position, what in enumerate(("trigger", "twin")):
        path = programs / name / f"{what}.py"
        files[path] = _program(name, definition, path, position)
    there = [path for path in files if path.exists()]
    if there:
        raise ScaffoldError(f"{there[0]} is there already", "Choose another name, or remove it first.")
    try:
        for path, text in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ScaffoldError(str(error), "Name a directory that can be written to.") from error
    return list(files)


def _free(taken: Iterable[str]) -> str:
    numbers = [int(found[1]) for each in taken if (found := re.fullmatch(r"LOCAL-(\d+)", each))]
    return f"LOCAL-{max(numbers, default=0) + 1:04d}"


def _condition(name: str, definition: Definition) -> Condition:
    if definition.name == OPEN:
        watched = f"/tmp/{name}-watched/"  # noqa: S108  (the author's example, not ours to write to)
        lines = (f'\tstrings.any_prefix_match(input.args.pathname, ["{watched}"])',)
        return Condition(lines, "pathname", f"{watched}file", f"/tmp/{name}-beside/file")  # noqa: S108
    if definition.name == EXECUTION:
        line = f'\tendswith(input.args.pathname, "/{name}-example")'
        return Condition((line,), "pathname", f"/tmp/{name}-example", f"/tmp/{name}-other")  # noqa: S108
    example = example_event(definition)["args"]
    for argument in definition.arguments:
        found = _comparison(argument, example[argument.name])
        if found:
            return found
    return Condition((), "", None, None)


def _comparison(argument: Argument, value: Any) -> Condition | None:
    reference = f"input.args.{argument.name}"
    match argument.kind:
        case Kind.PATH | Kind.STRING:
            return Condition((f'\t{reference} == "/example"',), argument.name, "/example", "/other")
        case Kind.ENUM:
            return Condition((f"\t{reference} == {json.dumps(value)}",), argument.name, value, -1)
        case Kind.FLAGS:
            return Condition((f"\t{json.dumps(value[0])} in {reference}",), argument.name, value, [])
    return None


def _said(condition: Condition) -> str:
    return f'"{condition.argument}": input.args.{condition.argument}' if condition.argument else ""


def _signature(name: str, definition: Definition, identifier: str) -> str:
    condition = _condition(name, definition)
    return _SIGNATURE.format(
        name=name,
        title=name.replace("_", " ").capitalize(),
        event=definition.name,
        identifier=identifier,
        said=_said(condition),
        conditions="".join(f"{line}\n" for line in condition.lines),
    )


def _test(name: str, definition: Definition, identifier: str) -> str:
    condition = _condition(name, definition)
    document: dict[str, Any] = {"event": definition.name}
    found, twin, needed = "", '"event": "nothing"', "event"
    if condition.argument:
        document["args"] = {condition.argument: condition.value}
        found = f'"{condition.argument}": {json.dumps(condition.value)}'
        twin = f'"args": {{"{condition.argument}": {json.dumps(condition.other)}}}'
        needed = "args"
    document["process"] = {"exe": "/usr/bin/example"}
    entries = "".join(f"\t{json.dumps(key)}: {json.dumps(value)},\n" for key, value in document.items())
    return _TEST.format(
        name=name,
        document=f"{{\n{entries}}}",
        found=found,
        twin=twin,
        needed=needed,
        identifier=identifier,
    )


def _program(name: str, definition: Definition, path: Path, position: int) -> str:
    if definition.name in _PROGRAMS:
        return _PROGRAMS[definition.name][position].format(name=name)
    what = ("Really does what the signature finds.", "Only looks like it, and must stay silent.")[position]
    return _UNWRITTEN.format(what=what, path=path.name, event=definition.name)

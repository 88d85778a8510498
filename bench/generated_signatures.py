"""A thousand signatures that nobody wrote, as different as those that somebody would."""

from collections.abc import Callable
from pathlib import Path

from tracewire.catalogue import EVENTS, Definition, Kind

_ON_FILES = 10
"""One in ten judges opened files, the most frequent event; the others go round all events."""

_HEAD = """\
# METADATA
# title: Generated number {number}
# description: Only for measuring.
# schemas:
# - input: schema.{event}
# custom:
#   id: BENCH-{number:04d}
#   severity: low
#   events: [{event}]
package signatures.generated_{number}

import rego.v2

import data.lib.exceptions

"""


def _by_prefix(number: int, field: str) -> str:
    return (
        f'finding contains {{"found": {field}}} if {{\n\tinput.event == "{{event}}"\n'
        f'\tstartswith({field}, "/srv/place-{number}/")\n\tnot input.process.comm in _known\n}}\n\n'
        f'_known := {{"worker-{number}", "keeper-{number}"}}\n'
    )


def _by_name(number: int, field: str) -> str:
    return (
        f'finding contains {{"found": {field}}} if {{\n\tinput.event == "{{event}}"\n'
        f'\t{field} == "/etc/service-{number}.conf"\n\tnot exceptions.apply("BENCH-{number:04d}")\n}}\n'
    )


def _by_suffix(number: int, field: str) -> str:
    return (
        f'finding contains {{"found": {field}}} if {{\n\tinput.event == "{{event}}"\n'
        f"\t_ends({field})\n\tinput.process.uid != 0\n}}\n\n"
        f'_ends(text) if endswith(text, ".secret-{number}")\n\n'
        f'_ends(text) if endswith(text, "/token-{number}")\n'
    )


def _by_pattern(number: int, field: str) -> str:
    return (
        f'finding contains {{"found": {field}}} if {{\n\tinput.event == "{{event}}"\n'
        f"\tinput.process.uid in {{{number + 2000}, {number + 3000}}}\n"
        f"\tregex.match(`^/home/[a-z]+/\\.cache-{number}/`, {field})\n}}\n"
    )


_KINDS: tuple[Callable[[int, str], str], ...] = (_by_prefix, _by_name, _by_suffix, _by_pattern)


def _field(event: Definition) -> str:
    """What is compared: the first argument that is text, or the program."""
    for argument in event.arguments:
        if argument.kind in {Kind.PATH, Kind.STRING} and not argument.on_request:
            return f"input.args.{argument.name}"
    return "input.process.exe"


def write(folder: Path, count: int, *, on_files: int = 0) -> None:
    """Write *count* signatures into *folder*; none of them ever finds anything on a benchmark's load.

    Args:
        folder: Made where it is missing.
        count: How many.
        on_files: How many of them judge opened files; one in ten where 0.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = next(event for event in EVENTS if event.name == "security_file_open")
    others = [event for event in EVENTS if event is not files]
    for number in range(count):
        chosen = number < on_files if on_files else number % _ON_FILES == 0
        event = files if chosen else others[number % len(others)]
        rule = _KINDS[number // _ON_FILES % len(_KINDS)](number, _field(event))
        text = _HEAD.format(number=number, event=event.name) + rule.replace("{event}", event.name)
        if "exceptions.apply" not in rule:
            text = text.replace("import data.lib.exceptions\n\n", "")
        (folder / f"generated_{number}.rego").write_text(text, encoding="utf-8")

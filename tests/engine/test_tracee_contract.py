"""Tracee's contract rule by rule: what fires, with which data, and what does not."""

from pathlib import Path

import msgspec
import pytest

from engine.document import cut
from engine.opa_program import OpaProgram
from engine.request import part
from engine.source import source
from tests.engine import loading, making
from tests.engine.opa_with_bundle import opa_with
from tests.engine.test_tracee_reading import written
from tracewire.catalogue import BY_NAME
from tracewire.event import Ancestor, ProcessImage

pytestmark = pytest.mark.opa

_PTRACE = 'input.eventName == "ptrace"'

# The rules of a signature, and the data of the findings that one PTRACE_TRACEME makes by it.
CASES: dict[str, tuple[str, list[object]]] = {
    # What a match can be.
    "true": (f"tracee_match {{ {_PTRACE} }}", [{}]),
    "false": (f"tracee_match = false {{ {_PTRACE} }}\n\ntracee_match {{ false }}", []),
    "empty_object": (f"tracee_match = {{}} {{ {_PTRACE} }}", [{}]),
    "object": (f'tracee_match = {{"a": [1, "b", null]}} {{ {_PTRACE} }}', [{"a": [1, "b", None]}]),
    "text_or_true": (
        f'tracee_match = found {{ {_PTRACE}; found := ["text", true][input.userId] }}', []
    ),
    "number": (f"tracee_match = found {{ {_PTRACE}; found := [7][input.userId] }}", []),
    "null": (f"tracee_match = found {{ {_PTRACE}; found := [null][input.userId] }}", []),
    "by_default": (f"default tracee_match = false\n\ntracee_match {{ {_PTRACE} }}", [{}]),
    "several_bodies": (f'tracee_match {{ input.eventName == "x" }}\n\ntracee_match {{ {_PTRACE} }}', [{}]),
    "two_objects": (
        f'tracee_match = {{"a": 1}} {{ {_PTRACE} }}\n\ntracee_match = {{"a": 2}} {{ {_PTRACE} }}',
        [{"a": 1}, {"a": 2}],
    ),
    "other_event": (
        f'tracee_match {{ input.eventName == "openat" }}\n\ntracee_match {{ {_PTRACE}; input.userId == 5 }}',
        [],
    ),
    # The language.
    "function_with_default": (
        f"default f(x) = false\n\nf(x) {{ x == 0 }}\n\ntracee_match {{ {_PTRACE}; f(input.userId) }}", [{}]
    ),
    "function_that_fails": (f"tracee_match {{ {_PTRACE}; 1 / input.userId > 0 }}", []),
    "number_that_is_none": (f"tracee_match {{ {_PTRACE}; to_number(input.processName) > 0 }}", []),
    "raw_string": (f"tracee_match {{ {_PTRACE}; regex.match(`^drop\\w+$`, input.processName) }}", [{}]),
    "set_of_rules": (
        (f'found["one"] {{ {_PTRACE} }}\n\nfound["two"] {{ {_PTRACE} }}\n\n'
        'tracee_match = {"found": names} { count(found) > 0; names := [name | found[name]] }'),
        [{"found": ["one", "two"]}],
    ),
    "other_input": (
        ("is_root { input.userId == 0 }\n\n"
        f'tracee_match {{ {_PTRACE}; not is_root with input as {{"userId": 1}} }}'),
        [{}],
    ),
    "else": (
        (f'level = "high" {{ input.userId > 0 }} else = "low" {{ input.userId == 0 }}\n\n'
        f'tracee_match = {{"level": level}} {{ {_PTRACE} }}'),
        [{"level": "low"}],
    ),
    "own_package": (f"wanted {{ {_PTRACE} }}\n\ntracee_match {{ data.tracee.x.wanted }}", [{}]),
    # Helpers.
    "argument": (
        f'tracee_match = {{"r": r}} {{ {_PTRACE}; r := helpers.get_tracee_argument("request") }}',
        [{"r": "PTRACE_TRACEME"}],
    ),
    "argument_that_is_not_there": (f'tracee_match {{ {_PTRACE}; helpers.get_tracee_argument("no") }}', []),
    "argument_by_variable": (
        (f'tracee_match = {{"p": p}} {{ {_PTRACE}; name := ["pid"][input.userId]; '
        "p := helpers.get_tracee_argument(name) }"),
        [{"p": 0}],
    ),
    "file_write": (
        (f'tracee_match {{ {_PTRACE}; helpers.is_file_write("o_wronly|O_TRUNC"); '
        'helpers.is_file_write("O_RDWR"); not helpers.is_file_write("O_RDONLY") }'),
        [{}],
    ),
    "file_read": (
        (f'tracee_match {{ {_PTRACE}; helpers.is_file_read("O_RDONLY"); helpers.is_file_read("o_rdwr"); '
        'not helpers.is_file_read("O_WRONLY") }'),
        [{}],
    ),
    "elf": (
        f'tracee_match {{ {_PTRACE}; helpers.is_elf_file("f0VMRgIB"); not helpers.is_elf_file("IyEvYg==") }}',
        [{}],
    ),
    # The input: flat and nested, of all versions.
    "numbers": (
        (f'tracee_match = {{"n": n}} {{ {_PTRACE}; n := [input.processId, input.threadId, '
            "input.hostProcessId, "
        "input.hostThreadId, input.hostParentProcessId, input.userId, input.processorId, input.cgroupId, "
        "input.mountNamespace, input.pidNamespace, input.returnValue, input.argsNum, input.timestamp, "
        "input.threadStartTime] }"),
        [{"n": [12, 12, 4711, 4711, 4700, 0, 0, 77, 4026531841, 4026531836, 0, 4,
                1_700_000_005_000_000_001, 1_700_000_004_000_000_000]}],
    ),
    "words": (
        (f'tracee_match = {{"w": w}} {{ {_PTRACE}; w := [input.eventName, input.processName, input.hostName, '
        "input.executable.path, input.syscall, input.containerId, input.container.id, input.containerName, "
        "input.podName, input.kubernetes, input.matchedPolicies, input.stackAddresses, "
        "input.contextFlags.containerStarted, input.contextFlags.isCompat] }"),
        [{"w": ["ptrace", "dropper", "vm-1", "/usr/bin/dropper", "ptrace", "ab" * 32, "ab" * 32, "", "", {},
                [], None, True, False]}],
    ),
    "identifiers": (
        (f'tracee_match = {{"i": i}} {{ {_PTRACE}; is_string(input.eventId); i := [input.threadEntityId == '
        "input.processEntityId, input.parentEntityId > 0, input.parentEntityId == input.processEntityId] }"),
        [{"i": [True, True, False]}],
    ),
    "listed_arguments": (
        f'tracee_match = {{"a": names}} {{ {_PTRACE}; names := [a.name | a := input.args[_]] }}',
        [{"a": ["request", "pid", "addr", "data"]}],
    ),
}  # fmt: skip


async def test_each_rule_of_the_contract(program: OpaProgram, tmp_path: Path) -> None:
    """Thirty signatures beside each other in one bundle, optimised, over one event."""
    files = loading.shipped_library()
    for number, (name, (rules, _)) in enumerate(CASES.items()):
        text = written(f"C-{number}", rules, package="tracee.x").replace(
            "package tracee.x\n", "package tracee.x\n\nimport data.tracee.helpers\n", 1
        )
        path = f"dir/{name}.rego"
        files[path] = source(path, text)
    bundle = await loading.bundle(program, tmp_path, files)
    image = ProcessImage(
        exe=b"/usr/bin/dropper",
        cgroup=b"docker-" + b"ab" * 32 + b".scope",
        ancestors=[Ancestor(4700, 1_000_000_000, b"bash", b"/usr/bin/bash")],
        started=True,
    )
    event = msgspec.structs.replace(making.traceme(1), image=image)
    made = cut(BY_NAME["ptrace"], bundle.reads["ptrace"])(event, making.header(1))
    async with opa_with(bundle, tmp_path) as opa:
        answer = await opa.evaluate([part(dict(made))], 30.0)

    found: dict[str, list[object]] = {name: [] for name in CASES}
    for match in sorted(answer.findings, key=str):
        found[list(CASES)[int(match.signature.removeprefix("c_"))]].append(match.data)
    assert found == {name: data for name, (_, data) in CASES.items()}

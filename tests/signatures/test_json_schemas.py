"""The schemas describe what signatures really see, and refuse what they never will."""

import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tracewire.catalogue import EVENTS, Definition, Kind, find
from tracewire.catalogue.definition import Argument
from tracewire.finding import ContainerView, EventView, ProcessView
from tracewire.generate.json_schema import argument_schema, event_schema, schema_files

SIGNATURE = """\
# METADATA
# schemas:
# - input: schema.{event}
package p

import rego.v2

finding contains {{"x": 1}} if {{
	{condition}
}}
"""


@pytest.mark.parametrize("definition", EVENTS, ids=lambda definition: definition.name)
def test_schema_has_the_fields_of_the_contract(definition: Definition) -> None:
    """Names come from the catalogue and from the structs that findings are made of."""
    schema = event_schema(definition)
    properties = schema["properties"]

    assert list(properties["args"]["properties"]) == [argument.name for argument in definition.arguments]
    assert list(properties["process"]["properties"]) == list(ProcessView.__struct_fields__)
    assert list(properties["container"]["properties"]) == list(ContainerView.__struct_fields__)
    of_the_event = set(EventView.__struct_fields__) - {"name"}
    assert set(properties) == of_the_event | {"event", "node", "process", "container", "pod"}
    assert schema["additionalProperties"] is properties["args"]["additionalProperties"] is False


@pytest.mark.parametrize(
    ("argument", "schema"),
    [
        (Argument("a", Kind.INTEGER), {"type": ["integer", "null"]}),
        (Argument("a", Kind.BOOLEAN), {"type": ["boolean", "null"]}),
        (Argument("a", Kind.POINTER), {"type": ["string", "null"]}),
        (Argument("a", Kind.PATH, note="Why."), {"type": ["string", "null"], "description": "Why."}),
        (Argument("a", Kind.STRINGS), {"type": ["array", "null"], "items": {"type": "string"}}),
        (Argument("a", Kind.FLAGS, "open"), {"type": ["array", "null"], "items": {"type": "string"}}),
    ],
)
def test_kinds_have_their_type_first_and_null_last(argument: Argument, schema: dict[str, Any]) -> None:
    """OPA checks against the first type only; null says that the kernel could not tell."""
    assert argument_schema(argument) == schema


def test_files_are_json_with_one_schema_each() -> None:
    """A file per event, named after it."""
    files = schema_files(EVENTS)

    assert {name: msgspec.json.decode(text) for name, text in files.items()} == {
        f"{definition.name}.json": event_schema(definition) for definition in EVENTS
    }


@pytest.mark.opa
@pytest.mark.parametrize(
    ("event", "condition", "problem"),
    [
        ("ptrace", 'input.args.request == "PTRACE_TRACEME"', None),
        ("ptrace", "input.args.requst", "undefined ref: input.args.requst"),
        ("ptrace", "input.args.request == 0", "match error"),
        ("ptrace", 'input.args.pid == "1"', "match error"),
        ("ptrace", 'input.proces.comm == "a"', "undefined ref: input.proces"),
        ("ptrace", 'input.process.ancestors[0].nam == "a"', "undefined ref: input.process.ancestors[0].nam"),
        ("ptrace", 'input.container.image == "a"', None),
        ("security_file_open", '"O_WRONLY" in input.args.flags', None),
        ("security_file_open", 'input.args.flags == "O_WRONLY"', "match error"),
        ("socket_dup", 'input.args.remote_addr.sa_family == "AF_INET"', None),
        ("socket_dup", 'input.args.remote_addr.family == "AF_INET"', "undefined ref"),
    ],
)
def test_opa_refuses_what_cannot_be(
    root: Path, opa: str, tmp_path: Path, *, event: str, condition: str, problem: str | None
) -> None:
    """A misspelt field or a wrong type would make a signature blind without a word."""
    find(event)
    file = tmp_path / "p.rego"
    file.write_text(SIGNATURE.format(event=event, condition=condition))

    checked = subprocess.run(
        [opa, "check", "--strict", "-s", str(root / "rego/schemas"), str(file)],
        check=False, capture_output=True, text=True,
    )  # fmt: skip

    assert checked.returncode == (0 if problem is None else 1)
    assert (problem or "") in checked.stderr

"""The input document is the contract's views, whole or in part."""

import msgspec
import pytest

from engine.document import cut, document
from engine.fields import FieldsRead
from tests.engine import making
from tests.engine.random_events import Maker
from tracewire.catalogue import BY_ID, BY_NAME
from tracewire.errors import EventError
from tracewire.view import view_container, view_event, view_process

HEADER = making.header(1)


def test_whole_document_has_the_values_of_the_views() -> None:
    """What a signature sees is what the finding shows."""
    for event in Maker(3, [b"/a", b"caf\xe9\x1b[2J", b""]).events(500):
        seen = msgspec.to_builtins(view_event(event, HEADER))
        assert document(event, HEADER, BY_ID[event.event_id]) == {
            "id": seen["id"],
            "event": seen["name"],
            "time": seen["time"],
            "node": "vm-1",
            "args": seen["args"],
            "return_value": seen["return_value"],
            "syscall": seen["syscall"],
            "abi": seen["abi"],
            "error": seen["error"],
            "via": seen["via"],
            "process": msgspec.to_builtins(view_process(event, HEADER)),
            "container": msgspec.to_builtins(view_container(event)),
            "pod": None,
            "truncated": seen["truncated"],
            "origins": seen["origins"],
        }


@pytest.mark.parametrize(
    ("reads", "expected"),
    [
        (FieldsRead(), {"event": "ptrace"}),
        (
            FieldsRead(nested=frozenset({("args", "pid"), ("process", "comm"), ("process", "exe")})),
            {
                "event": "ptrace",
                "args": {"pid": 13},
                "process": {"comm": "dropper", "exe": "/usr/bin/dropper"},
            },
        ),
        (
            FieldsRead(nested=frozenset({("container", "image"), ("args", "no_such")})),
            {"event": "ptrace", "args": {}, "container": {"image": None}},
        ),
        (
            FieldsRead(fields=frozenset({"return_value"}), nested=frozenset({("origins", "pid")})),
            {"event": "ptrace", "return_value": 0, "origins": {}},
        ),
    ],
)
def test_part_has_the_fields_that_are_read(reads: FieldsRead, expected: object) -> None:
    """And the event's name, which every router needs."""
    event = making.event("ptrace", 0, 13, 0, 0)

    assert cut(BY_NAME["ptrace"], reads)(event, HEADER) == expected


def test_ancestors_have_the_fields_that_are_read() -> None:
    """Of each of them as much as of the process."""
    reads = FieldsRead(
        nested=frozenset({("process", "comm")}), elements=frozenset({("process", "ancestors", "exe")})
    )
    made = cut(BY_NAME["ptrace"], reads)(making.traceme(), HEADER)

    assert made["process"] == {"comm": "dropper", "ancestors": [{"exe": "/usr/bin/bash"}]}


def test_every_field_of_a_process_can_be_had_alone() -> None:
    """With the value that it has in the whole."""
    event = making.traceme()
    whole = document(event, HEADER, BY_NAME["ptrace"])["process"]

    assert whole == {
        field: cut(BY_NAME["ptrace"], FieldsRead(nested=frozenset({("process", field)})))(event, HEADER)[
            "process"
        ][field]
        for field in whole
    }


def test_argument_of_another_kind_is_an_error_of_the_event() -> None:
    """A collector that is wrong must not stop the engine."""
    with pytest.raises(EventError, match="bad argument"):
        document(making.event("ptrace", [1]), HEADER, BY_NAME["ptrace"])

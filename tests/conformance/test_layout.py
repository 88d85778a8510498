"""The kernel's side and the readers' side agree on where each field of an event lies."""

import re
from pathlib import Path

from tracewire.event import Event

HEADER = Path(__file__).parents[2] / "bpf" / "event.h"
_PLACE = re.compile(r"^\tAT_([A-Z_]+) = (\d+),", re.MULTILINE)
# A msgpack number with its type byte, by how event.h writes it.
_SIZES = {"set_16": 3, "set_32": 5, "set_64": 9}
_WRITE = re.compile(r"(set_16|set_32|set_64)\(s, AT_([A-Z_]+),")


def test_fields_stand_in_the_order_of_the_struct() -> None:
    """Names and order of the fields at fixed places are those of `Event`, the first ones."""
    text = HEADER.read_text(encoding="utf-8")
    names = [name.lower() for name, _ in _PLACE.findall(text)]

    assert tuple(names) == Event.__struct_fields__[: len(names)]
    assert names[-1] == "comm"
    assert f"#define EVENT_FIELDS {len(Event.__struct_fields__)}\n" in text


def test_fields_follow_each_other_without_a_gap() -> None:
    """Each field begins where the one before it ends, behind the array's header of three bytes."""
    text = HEADER.read_text(encoding="utf-8")
    places = {name: int(place) for name, place in _PLACE.findall(text)}
    sizes = {name: _SIZES[write] for write, name in _WRITE.findall(text)}

    expected, at = {}, 3
    for name in places:
        expected[name] = at
        at += sizes.get(name, 0)
    assert places == expected
    assert set(sizes) == set(places) - {"COMM"}

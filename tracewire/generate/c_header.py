"""The catalogue as a C header for the BPF programs."""

from collections.abc import Iterator

from tracewire.catalogue import EVENTS
from tracewire.catalogue.syscall import FAMILY as SYSCALL

NAME = "catalogue.h"
_LICENCE = "/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */"


def _lines() -> Iterator[str]:
    yield _LICENCE
    yield "/* Generated from tracewire/catalogue by `make generate`; do not edit. */"
    yield "#ifndef TRACEWIRE_CATALOGUE_H"
    yield "#define TRACEWIRE_CATALOGUE_H"
    yield ""
    yield f"#define EVENT_IDS {1 << max(event.id for event in EVENTS).bit_length()} /* above every id */"
    for event in EVENTS:
        if event.family == SYSCALL:
            continue  # one program for all of them: bpf/call.h
        name = event.name.upper()
        yield ""
        yield f"#define EVENT_{name} {event.id}"
        yield f"#define ARGUMENTS_{name} {len(event.arguments)}"
        for position, argument in enumerate(event.arguments):
            yield f"#define {name}_{argument.name.upper()} {position}"
    yield ""
    yield "#endif"


def render() -> str:
    """The text of bpf/catalogue.h."""
    return "\n".join(_lines()) + "\n"

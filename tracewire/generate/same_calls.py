"""32-bit calls and the x86_64 calls that do the same, as a C header for the BPF programs."""

from collections.abc import Iterator

from tracewire.catalogue import EVENTS, i386
from tracewire.catalogue.syscall import FAMILY as SYSCALL
from tracewire.catalogue.syscall_numbers import X86_64

NAME = "same_calls.h"
# Whose entry an event looks at without being bound to them.
_ENDS = ("exit", "exit_group")


def _lines() -> Iterator[str]:
    numbers = {name: number for number, name in X86_64.items()}
    looked_at = {name for event in EVENTS if event.family != SYSCALL for name in event.syscalls} | {*_ENDS}
    same = {number: name for number, name in sorted(i386.SAME.items()) if name in looked_at}
    yield "/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */"
    yield "/* Generated from tracewire/catalogue by `make docs`; do not edit. */"
    yield "#ifndef TRACEWIRE_SAME_CALLS_H"
    yield "#define TRACEWIRE_SAME_CALLS_H"
    yield ""
    yield "/* By i386 number, that of the x86_64 call that does the same; 0: none of any event. */"
    yield f"static const __u16 same_calls[{i386.FIRST}] = {{"
    for number, name in same.items():
        yield f"\t[{number}] = {numbers[name]}, /* {name} */"
    yield "};"
    yield ""
    yield "/* Whether the call, counted from FIRST_32_BIT on, is given ids of 16 bits. */"
    yield "static __always_inline bool has_short_ids(__u32 number)"
    yield "{"
    yield "\tswitch (number) {"
    for number in sorted(i386.SHORT_IDS & same.keys()):
        yield f"\tcase {i386.FIRST + number}: /* {same[number]} */"
    yield "\t\treturn true;"
    yield "\tdefault:"
    yield "\t\treturn false;"
    yield "\t}"
    yield "}"
    yield ""
    yield "#endif"


def render() -> str:
    """The text of bpf/same_calls.h."""
    return "\n".join(_lines()) + "\n"

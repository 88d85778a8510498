"""One page per event, and their index."""

from collections.abc import Iterable, Sequence

import msgspec

from tracewire.catalogue import Argument, Definition, Exactness, Kind
from tracewire.catalogue.syscall import FAMILY as SYSCALL
from tracewire.generate.call_page import NAME as CALLS_PAGE
from tracewire.generate.call_page import call_page
from tracewire.generate.example import example_event
from tracewire.generate.markdown import code, page, table

INDEX = "README.md"

_IN_JSON = {
    Kind.INTEGER: "integer",
    Kind.POINTER: 'string, `"0x..."`',
    Kind.BOOLEAN: "boolean",
    Kind.STRING: "string",
    Kind.PATH: "string, a path",
    Kind.STRINGS: "list of strings",
    Kind.BYTES: "string, base64",
    Kind.ADDRESS: "object, a socket address",
    Kind.FLAGS: "list of names",
    Kind.ENUM: "name, or the number if it has none",
    Kind.CREDENTIALS: "object, credentials",
}
_ADDRESS_SHAPES = """\
A socket address is an object that depends on its family:
`{"sa_family": "AF_INET", "sin_addr": "...", "sin_port": 0}`,
`{"sa_family": "AF_INET6", "sin6_addr": "...", "sin6_port": 0}`,
`{"sa_family": "AF_UNIX", "sun_path": "..."}` (an abstract one begins with `@`), and
`{"sa_family": "..."}` alone for others."""
_HOT = "It happens thousands of times a second on a busy host, so the working directory is left out."
_FLAGS_SHAPE = "In a list of names, bits that have no name come last, as one hexadecimal string."
_CHARACTERS = "Bytes that are not UTF-8 appear as `\\xNN`."
_INTRODUCTION = """\
Every event that Tracewire can produce. An event is collected only while a signature or a person asks for it.
An argument is `null` where the kernel could not tell. What is not exact is named in `origins`: `racy` was
found through a descriptor or a name that another thread may have swapped, `user` was read from the process's
own memory, which another thread may have changed."""


def _phrase(kind: str) -> str:
    return kind if kind == "exact" else f"exact or {kind}"


def _exactness(argument: Argument, definition: Definition) -> str:
    """How exact an argument is on each rung, in one phrase."""
    kinds = {rung.name: rung.exactness.get(argument.name, Exactness.EXACT).value for rung in definition.rungs}
    if len(set(kinds.values())) == 1:
        return _phrase(next(iter(kinds.values())))
    return "; ".join(f"{rung}: {_phrase(kind)}" for rung, kind in kinds.items())


def _notes(argument: Argument) -> str:
    return " ".join(filter(None, [argument.note, "Only sent on request." if argument.on_request else ""]))


_THROUGH_A_RING = (
    "Such an event has `via` = `io_uring`, no `syscall`, and 0 as its `return_value`; its process is the "
    "one that submitted the request, whichever thread has executed it. It stands on a rung of its own; "
    "`tracewire doctor` says on which."
)


def _arguments(definition: Definition) -> str:
    rows = [
        (f"`{argument.name}`", _IN_JSON[argument.kind], _exactness(argument, definition), _notes(argument))
        for argument in definition.arguments
    ]
    return table(("argument", "in JSON", "exactness", ""), rows)


def _rungs(definition: Definition) -> str:
    rows = [(f"`{rung.name}`", code(rung.programs), rung.note) for rung in definition.rungs]
    return table(("rung", "programs", "limits"), rows)


def _requests(definition: Definition) -> str:
    """How it is seen where io_uring does it; nothing where io_uring cannot."""
    if not definition.requests:
        return ""
    rows = [(f"`{rung.name}`", code(rung.programs), rung.note) for rung in definition.request_rungs]
    rungs = table(("rung", "programs", "limits"), rows)
    return f"## Through io_uring\n\nOperations: {code(definition.requests)}. {_THROUGH_A_RING}\n\n{rungs}"


def event_page(definition: Definition) -> str:
    """The page of one event."""
    kinds = {argument.kind for argument in definition.arguments}
    facts = [
        f"Family `{definition.family}`, id {definition.id}.",
        f"Tags: {code(definition.tags)}." if definition.tags else "",
        f"System calls: {code(definition.syscalls)}." if definition.syscalls else "",
        _HOT if definition.hot else "",
    ]
    shapes = [
        _FLAGS_SHAPE if Kind.FLAGS in kinds else "",
        _ADDRESS_SHAPES if Kind.ADDRESS in kinds else "",
        _CHARACTERS if kinds & {Kind.STRING, Kind.PATH, Kind.STRINGS} else "",
    ]
    example = msgspec.json.format(msgspec.json.encode(example_event(definition)), indent=2).decode()
    return page(
        f"# {definition.name}",
        definition.summary,
        " ".join(filter(None, facts)),
        "## Arguments",
        _arguments(definition),
        "\n".join(filter(None, shapes)),
        "## Where it comes from",
        "The best rung that the kernel allows is used; `tracewire doctor` says which one and why.",
        _rungs(definition),
        *filter(None, [_requests(definition)]),
        "## Shape",
        f"The `event` object of a finding; the values are made up.\n\n```json\n{example}\n```",
    )


def _index(definitions: Sequence[Definition]) -> str:
    rows = [
        (f"[{definition.name}]({definition.name}.md)", definition.family, definition.summary)
        for definition in sorted(definitions, key=lambda definition: definition.name)
    ]
    return page(
        "# Events",
        _INTRODUCTION,
        f"Every other system call is an event of its own name: [all of them]({CALLS_PAGE}).",
        table(("event", "family", "when"), rows),
    )


def event_pages(definitions: Iterable[Definition]) -> dict[str, str]:
    """File name to text, for every event and the index."""
    known = [definition for definition in definitions if definition.family != SYSCALL]
    pages = {f"{definition.name}.md": event_page(definition) for definition in known}
    return {**pages, INDEX: _index(known), CALLS_PAGE: call_page()}

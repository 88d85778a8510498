"""What filters may name: the fields of an event, and what their values look like."""

from collections.abc import Iterator
from enum import Enum
from typing import Any, NamedTuple

from tracewire.catalogue import Argument, Definition, Kind
from tracewire.finding import ContainerView, EventView, PodView, ProcessView
from tracewire.view import CREDENTIAL_FIELDS

LINEAGE = "process.lineage"
"""The ids of a process and of its ancestors, as a field of conditions."""

_ADDRESS_FIELDS = ("sa_family", "sin_addr", "sin_port", "sin6_addr", "sin6_port", "sun_path")
_PROCESS_TEXTS = ("comm", "exe", "cwd", "key", "start_time")
_PROCESS_FIELDS = tuple(name for name in ProcessView.__struct_fields__ if name != "ancestors")
_ALIASES = {
    "executable": "process.exe",
    "binary": "process.exe",
    "mntns": "process.mount_namespace",
    "pidns": "process.pid_namespace",
    "tree": LINEAGE,
    "retval": "return_value",
    "args.return_value": "return_value",
}


class Shape(Enum):
    """What the values of a field look like in JSON."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    ENUM = "enum"
    FLAGS = "flags"
    IP = "ip"
    ADDRESS = "address"
    CONTAINER = "container"
    LINEAGE = "lineage"
    OTHER = "other"


class Field(NamedTuple):
    """One field of one event.

    Attributes:
        path: As clauses name it: `args.remote_addr.sin_port`, `process.uid`.
        shape: Of its values.
        names: The table that its names are from, of a set of flags or an enumeration.
        always: Whether no event is without it.
    """

    path: str
    shape: Shape
    names: str = ""
    always: bool = False

    @property
    def of_event(self) -> bool:
        """Whether it tells what happened, and not who did it where."""
        return self.path.startswith("args.") or self.path in {"return_value", *_OF_EVENT}


_OF_EVENT = ("syscall", "error", "abi", "via")
_SHAPES = {
    Kind.INTEGER: Shape.NUMBER,
    Kind.BOOLEAN: Shape.BOOLEAN,
    Kind.STRING: Shape.TEXT,
    Kind.PATH: Shape.TEXT,
    Kind.FLAGS: Shape.FLAGS,
    Kind.ENUM: Shape.ENUM,
    Kind.ADDRESS: Shape.ADDRESS,
}


def resolve(name: str, definition: Definition) -> Field | None:
    """The field that *name* is in *definition*; an argument before anything else of that name."""
    return _fields(definition).get(_ALIASES.get(name, name))


def names_of(definition: Definition) -> list[str]:
    """What `resolve` knows, as somebody would write it."""
    return [name for name in _fields(definition) if not name.startswith(("args.", "process."))] + [*_ALIASES]


def _fields(definition: Definition) -> dict[str, Field]:
    found: dict[str, Field] = {LINEAGE: Field(LINEAGE, Shape.LINEAGE)}
    for name in _PROCESS_FIELDS:
        shape = Shape.OTHER if name == "argv" else Shape.TEXT if name in _PROCESS_TEXTS else Shape.NUMBER
        field = Field(f"process.{name}", shape, always=shape is Shape.NUMBER)
        found[name] = found[field.path] = field
    found["node"] = Field("node", Shape.TEXT)
    found["return_value"] = Field("return_value", Shape.NUMBER, always=True)
    for name in _OF_EVENT:
        found[name] = Field(name, Shape.TEXT)
    found["container"] = Field("container", Shape.CONTAINER)
    for group, view in (("container", ContainerView), ("pod", PodView)):
        found |= {f"{group}.{name}": Field(f"{group}.{name}", Shape.TEXT) for name in view.__struct_fields__}
    for argument in definition.arguments:
        for inner, field in _of_argument(argument):
            found[argument.name + inner] = found[field.path] = field
    return found


def _of_argument(argument: Argument) -> Iterator[tuple[str, Field]]:
    path = f"args.{argument.name}"
    yield "", Field(path, _SHAPES.get(argument.kind, Shape.OTHER), argument.names)
    if argument.kind is Kind.ADDRESS:
        for inner in _ADDRESS_FIELDS:
            table = "address_family" if inner == "sa_family" else ""
            shape = Shape.IP if inner.endswith("addr") else Shape.ENUM if table else Shape.TEXT
            shape = Shape.NUMBER if inner.endswith("port") else shape
            yield f".{inner}", Field(f"{path}.{inner}", shape, table)
    if argument.kind is Kind.CREDENTIALS:
        for inner in CREDENTIAL_FIELDS:
            flags = inner.startswith("cap_")
            shape = Shape.FLAGS if flags else Shape.NUMBER
            yield f".{inner}", Field(f"{path}.{inner}", shape, "capability" if flags else "")


class Sight(NamedTuple):
    """An event as people see it."""

    node: str
    event: EventView
    process: ProcessView
    container: ContainerView | None = None
    pod: PodView | None = None

    def values(self, path: str) -> list[Any]:  # noqa: PLR0911  (a table)
        """What a filter on *path* compares with: of a list each item, of an object each value."""
        match path.split("."):
            case ["args", name]:
                return _flat(self.event.args.get(name))
            case ["args", name, inner]:
                whole = self.event.args.get(name)
                return _flat(whole.get(inner)) if isinstance(whole, dict) else []
            case ["process", "lineage"]:
                return [self.process.pid, *(ancestor.pid for ancestor in self.process.ancestors)]
            case ["process", name]:
                return _flat(getattr(self.process, name))
            case ["container"]:
                return _flat([self.container.id, self.container.name] if self.container else [])
            case ["container", name]:
                return _flat(getattr(self.container, name, None))
            case ["pod", name]:
                return _flat(getattr(self.pod, name, None))
            case ["node"]:
                return [self.node]
            case [name]:
                return _flat(getattr(self.event, name))
        return []


def _flat(value: Any) -> list[Any]:
    match value:
        case None:
            return []
        case list():
            return [item for each in value for item in _flat(each)]
        case dict():
            return [item for each in value.values() for item in _flat(each)]
        case _:
            return [value]

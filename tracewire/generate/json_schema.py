"""One JSON Schema per event, for `opa check`: a misspelt field is refused before it blinds a signature.

OPA takes the first name of a list of types and ignores the rest, so each list has
the real type first and null last: a comparison with a value of another type is then
an error. `anyOf` would be as true and check nothing.
"""

import types
from collections.abc import Iterable
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

from tracewire.catalogue import Argument, Definition, Kind
from tracewire.catalogue.constants import ENUMS
from tracewire.finding import ContainerView, PodView, ProcessView
from tracewire.view import CREDENTIAL_FIELDS

Schema = dict[str, Any]

_DRAFT = "http://json-schema.org/draft-07/schema#"
_CAPABILITIES = tuple(field for field in CREDENTIAL_FIELDS if field.startswith("cap_"))
_SCALARS = {
    Kind.INTEGER: "integer",
    Kind.BOOLEAN: "boolean",
    Kind.STRING: "string",
    Kind.PATH: "string",
    Kind.POINTER: "string",
    Kind.BYTES: "string",
}
_SIMPLE: dict[Any, str] = {str: "string", int: "integer", bool: "boolean"}


def _object(properties: dict[str, Schema], *, nullable: bool = False, required: Iterable[str] = ()) -> Schema:
    schema: Schema = {
        "type": ["object", "null"] if nullable else "object",
        "properties": properties,
        "additionalProperties": False,
    }
    names = list(required)
    return {**schema, "required": names} if names else schema


def _list(item: Schema, *, nullable: bool = False) -> Schema:
    return {"type": ["array", "null"] if nullable else "array", "items": item}


def _credentials() -> Schema:
    names = {field: _list({"type": "string"}) for field in _CAPABILITIES}
    numbers: dict[str, Schema] = {
        field: {"type": "integer"} for field in CREDENTIAL_FIELDS if field not in _CAPABILITIES
    }
    return _object(numbers | names, nullable=True, required=CREDENTIAL_FIELDS)


def _address() -> Schema:
    text: Schema = {"type": "string"}
    port: Schema = {"type": "integer", "minimum": 0, "maximum": 65535}
    properties: dict[str, Schema] = {
        "sa_family": {"type": ["string", "integer"], "description": "AF_INET and so on, or its number."},
        "sin_addr": text, "sin_port": port, "sin6_addr": text, "sin6_port": port,
        "sun_path": {"type": "string", "description": "Begins with @ if it is abstract."},
    }  # fmt: skip
    return _object(properties, nullable=True, required=["sa_family"])


def _moment(fraction: str, *, nullable: bool = False) -> Schema:
    number: Schema = {"type": "integer"}
    return _object({"tv_sec": number, fraction: number}, nullable=nullable, required=["tv_sec", fraction])


def _timer(fraction: str) -> Schema:
    properties = {name: _moment(fraction) for name in ("it_interval", "it_value")}
    return _object(properties, nullable=True, required=properties)


def _io_vector() -> Schema:
    properties: dict[str, Schema] = {"iov_base": {"type": "string"}, "iov_len": {"type": "integer"}}
    return _object(properties, required=properties)


_STRUCTURES: dict[Kind, Schema] = {
    Kind.INTEGERS: _list({"type": "integer"}, nullable=True),
    Kind.TIMESPEC: _moment("tv_nsec", nullable=True),
    Kind.TIMEVAL: _moment("tv_usec", nullable=True),
    Kind.TIMESPECS: _list(_moment("tv_nsec"), nullable=True),
    Kind.TIMEVALS: _list(_moment("tv_usec"), nullable=True),
    Kind.ITIMERSPEC: _timer("tv_nsec"),
    Kind.ITIMERVAL: _timer("tv_usec"),
    Kind.IOVECS: _list(_io_vector(), nullable=True),
}


def _value(argument: Argument) -> Schema:
    match argument.kind:
        case Kind.STRINGS | Kind.FLAGS:
            return _list({"type": "string"}, nullable=True)
        case Kind.ENUM:
            names = list(dict.fromkeys(ENUMS[argument.names].values()))
            return {"type": ["string", "integer", "null"], "examples": names}
        case Kind.ADDRESS:
            return _address()
        case Kind.CREDENTIALS:
            return _credentials()
        case kind if kind in _STRUCTURES:
            return _STRUCTURES[kind]
        case _:
            return {"type": [_SCALARS[argument.kind], "null"]}


def argument_schema(argument: Argument) -> Schema:
    """What *argument* looks like in OPA's input; null where the kernel could not tell."""
    schema = _value(argument)
    return {**schema, "description": argument.note} if argument.note else schema


def _of_type(hint: Any) -> Schema:
    if get_origin(hint) in (Union, types.UnionType):
        # Every union of the contract is "this, or not known".
        (known,) = (member for member in get_args(hint) if member is not type(None))
        schema = _of_type(known)
        return {**schema, "type": [schema["type"], "null"]}
    if get_origin(hint) is list:
        return _list(_of_type(get_args(hint)[0]))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return struct_schema(hint)
    return {"type": _SIMPLE[hint]}


def struct_schema(struct: type[msgspec.Struct]) -> Schema:
    """The schema of a struct of the contract: every field is there, and no other."""
    hints = get_type_hints(struct)
    return _object({name: _of_type(hint) for name, hint in hints.items()}, required=hints)


def event_schema(definition: Definition) -> Schema:
    """The whole input document that a signature sees for an event of *definition*."""
    names = [argument.name for argument in definition.arguments]
    container = struct_schema(ContainerView)
    properties: dict[str, Schema] = {
        "id": {"type": "string"},
        "event": {"type": "string", "const": definition.name},
        "time": {"type": "string", "description": "UTC, RFC 3339 with nanoseconds."},
        "node": {"type": "string"},
        "args": _object({argument.name: argument_schema(argument) for argument in definition.arguments}),
        "return_value": {"type": "integer"},
        "syscall": {"type": ["string", "null"]},
        "abi": {"type": ["string", "null"]},
        "error": {"type": ["string", "null"], "description": "The name of a negative return value, EPERM."},
        "via": {"type": ["string", "null"], "enum": ["io_uring", None]},
        "process": struct_schema(ProcessView),
        "container": {**container, "type": ["object", "null"]},
        "pod": {**struct_schema(PodView), "type": ["object", "null"]},
        "truncated": _list({"type": "string", "enum": names}),
        "origins": _object({name: {"type": "string", "enum": ["racy", "user"]} for name in names}),
    }
    return {
        "$schema": _DRAFT,
        "title": definition.name,
        "description": definition.summary,
        **_object(properties, required=properties),
    }


def schema_files(definitions: Iterable[Definition]) -> dict[str, str]:
    """File name to text, for every event."""
    return {
        f"{definition.name}.json": msgspec.json.format(
            msgspec.json.encode(event_schema(definition)), indent=2
        ).decode()
        + "\n"
        for definition in definitions
    }

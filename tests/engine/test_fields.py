"""Which parts of the input some Rego reads."""

import pytest

from engine.fields import FieldsRead, fields_read
from engine.opa_program import OpaProgram

pytestmark = pytest.mark.opa

HEAD = "package signatures.a\n\nimport rego.v2\n\n"


async def _reads(program: OpaProgram, body: str) -> FieldsRead:
    return fields_read((await program.parse({"a.rego": HEAD + body}))["a.rego"])


@pytest.mark.parametrize(
    ("body", "nested"),
    [
        ("f if input.args.pid == 1", {("args", "pid")}),
        ('f if input["args"]["pid"] == 1', {("args", "pid")}),
        ('f if { some x in input.args.flags; x == "a" }', {("args", "flags")}),
        ('f if input.args.argv[0] == "a"', {("args", "argv")}),
        ('f if not startswith(lower(input.process.comm), "a")', {("process", "comm")}),
        ('f if { every x in ["a"] { input.args.s == x } }', {("args", "s")}),
        ("f := [x | x := input.args.s]", {("args", "s")}),
        ('f := {"a": input.args.s}', {("args", "s")}),
        ("f(x) if x == input.args.s", {("args", "s")}),
        (
            "f := 1 if { input.args.s == 1 } else := 2 if { input.args.t == 1 }",
            {("args", "s"), ("args", "t")},
        ),
    ],
)
async def test_fields_are_found_wherever_they_stand(
    program: OpaProgram, body: str, nested: set[tuple[str, str]]
) -> None:
    """In heads, bodies, calls, comprehensions and branches."""
    assert await _reads(program, body) == FieldsRead(nested=frozenset(nested))


@pytest.mark.parametrize(
    "body",
    [
        "f if g(input)",
        "f if { some k; input[k] == 1 }",
        "f := input",
        "import input.args as a\n\nf if a.x == 1",
    ],
)
async def test_what_cannot_be_known_counts_as_everything(program: OpaProgram, body: str) -> None:
    """A field that is not sent would be missing without a word."""
    assert (await _reads(program, body)).everything


async def test_field_with_an_unknown_part_is_sent_whole(program: OpaProgram) -> None:
    """`input.args[name]` needs all arguments."""
    assert await _reads(program, "f if { some k; input.args[k] == 1 }") == FieldsRead(
        fields=frozenset({"args"})
    )


@pytest.mark.parametrize(
    ("body", "names"),
    [
        ('f if input.process.ancestors[0].exe == "a"', {"exe"}),
        ('f if input.process.ancestors[_].comm == "a"', {"comm"}),
        ('f if { some x in input.process.ancestors; x.exe == "a"; x.pid == 1 }', {"exe", "pid"}),
        ('f if { some i, x in input.process.ancestors; i < 2; x.exe == "a" }', {"exe"}),
        ("f := [x.exe | some x in input.process.ancestors]", {"exe"}),
    ],
)
async def test_of_a_list_the_fields_of_its_elements_are_known(
    program: OpaProgram, body: str, names: set[str]
) -> None:
    """Ancestors are the largest part of an event, and hardly a signature wants more than their programs."""
    reads = await _reads(program, body)

    assert reads == FieldsRead(elements=frozenset({("process", "ancestors", name) for name in names}))
    assert reads.inside("process") == {"ancestors": names}
    assert reads.reads("process", "ancestors")


@pytest.mark.parametrize(
    "body",
    [
        "f if { some x in input.process.ancestors; g(x) }",
        "f := [x | some x in input.process.ancestors]",
        'f if { some x in input.process.ancestors; x[input.event] == "a" }',
        'f if { some x in input.process.ancestors; y := x; y.exe == "a" }',
        "f if { some x in input.process.ancestors }\n\ng if { some x in [1]; x == 1 }",
        'f if { some x in array.slice(input.process.ancestors, 0, 3); x.exe == "a" }',
        "f if count(input.process.ancestors) > 3",
        'f if { x := input.process.ancestors[_]; x.exe == "a" }',
    ],
)
async def test_elements_that_are_used_as_a_whole_are_sent_whole(program: OpaProgram, body: str) -> None:
    """Also where only a variable of the same name is, somewhere else in the file."""
    assert (await _reads(program, body)).inside("process") == {"ancestors": None}


def test_what_either_reads_is_read() -> None:
    """One signature wants the whole list, and another a field of its elements."""
    some = FieldsRead(elements=frozenset({("process", "ancestors", "exe")}))
    other = FieldsRead(elements=frozenset({("process", "ancestors", "comm")}))
    whole = FieldsRead(nested=frozenset({("process", "ancestors")}))

    assert (some | other).inside("process") == {"ancestors": {"exe", "comm"}}
    assert (some | whole).inside("process") == {"ancestors": None}

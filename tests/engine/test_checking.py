"""A file that is wrong is refused with its line and the reason, whatever is wrong with it."""

from pathlib import Path

import pytest

from engine.opa_program import OpaProgram
from engine.source import source
from tests.engine import loading, rego

pytestmark = pytest.mark.opa

RULE = """finding contains {"pid": input.args.pid} if {
	input.event == "ptrace"
}"""
EACH = "is evaluated for each of its values"
GOOD = rego.signature("good", RULE, identifier="TW-8000")


def _row(text: str, fragment: str) -> int:
    return text[: text.index(fragment)].count("\n") + 1


@pytest.mark.parametrize(
    ("text", "at", "reason"),
    [
        (rego.signature("bad", "finding contains {} if {"), "finding", "unexpected eof"),
        (
            rego.signature("bad", RULE.replace("args.pid", "args.pidd")),
            "args.pidd",
            "undefined ref: input.args.pidd (there are addr, data, pid, request)",
        ),
        (
            rego.signature("bad", RULE.replace("args.pid", "process.nam")),
            "process.nam",
            "undefined ref: input.process.nam",
        ),
        (
            rego.signature("bad", RULE.replace('"ptrace"', '"ptrase"')),
            '"ptrase"',
            "input.event: no event is called 'ptrase'; did you mean 'ptrace'?",
        ),
        (
            rego.signature("bad", RULE.replace('"ptrace"', '"bpf"')),
            '"bpf"',
            "input.event: 'bpf' is not among custom.events",
        ),
        (
            rego.signature("bad", RULE, events="ptrase"),
            "ptrase]",
            "custom.events: no event is called 'ptrase'; did you mean 'ptrace'?",
        ),
        (
            rego.signature("bad", RULE, severity="urgent"),
            "severity",
            "severity 'urgent' should be one of info,",
        ),
        (
            rego.signature("bad", RULE).replace("import rego.v2\n", ""),
            "package",
            "`import rego.v2` is missing",
        ),
        (
            rego.signature("bad", RULE.replace('"ptrace"\n', '"ptrace"\n\thttp.send({}).status == 200\n')),
            "http.send",
            "undefined function http.send",
        ),
        (
            rego.signature("bad", RULE.replace('"ptrace"\n', '"ptrace"\n\ttime.now_ns() > 5\n')),
            "time.now_ns",
            "undefined function time.now_ns",
        ),
        (
            rego.signature(
                "bad",
                RULE.replace("input.event ==", 'x := object.get(input, "a", 1)\n\tx == 1\n\tinput.event =='),
            ),
            "object.get",
            "`object.get(input, ...)` hides which field is read",
        ),
        (
            rego.signature("bad", RULE.replace("input.event ==", 'print("x")\n\tinput.event ==')),
            "print",
            "`print` is for tests",
        ),
        (
            rego.signature("bad", RULE + "\n\nx if data.signatures.bad.finding with input as {}"),
            "x if",
            "`with` is for tests",
        ),
        (
            rego.signature("bad", RULE.replace("input.event ==", "input.args.pid > 1\n\tinput.event ==")),
            "input.event",
            'input.event is compared with "ptrace" after other conditions; make that the first line',
        ),
        (
            rego.signature(
                "bad",
                """finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	some place in ["/a/", "/b/"]
	startswith(input.args.pathname, place)
}""",
                events="security_file_open",
            ),
            "startswith",
            f"a loop around `startswith` {EACH}; `strings.any_prefix_match(text, values)` looks them up",
        ),
        (
            rego.signature(
                "bad",
                """finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	some ending in _endings
	endswith(input.args.pathname, ending)
}

_endings := {".a", ".b"}""",
                events="security_file_open",
            ),
            "endswith",
            f"a loop around `endswith` {EACH}; `strings.any_suffix_match(text, values)` looks them up",
        ),
        (rego.signature("bad", 'finding := {"a": 1}'), "finding", "finding should be a set of objects"),
        (
            rego.signature("bad", 'finding contains "text" if input.event == "ptrace"'),
            "finding contains",
            "finding contains a string: it should contain an object",
        ),
        (
            rego.signature("bad", 'found contains {} if input.event == "ptrace"'),
            "package",
            "no rule `finding contains",
        ),
        (RULE.join(["package signatures.bad\n\nimport rego.v2\n\n", "\n"]), "package", "no METADATA block"),
        (
            rego.signature("bad", RULE).replace("package signatures.bad", "package signatures.Bad"),
            "package",
            "package signatures.Bad",
        ),
        (
            rego.signature("bad", RULE).replace("#   id: TW-9001\n", ""),
            "custom:",
            "missing required field `id`",
        ),
        (
            rego.signature("bad", RULE).replace("severity: low", "severity: low\n#   severty: 1"),
            "severty",
            "severty",
        ),
        (
            rego.signature("good", RULE, identifier="TW-1"),
            "#",
            "package signatures.good is already that of dir/a.rego",
        ),
        (rego.signature("bad", RULE, identifier="TW-8000"), "#", "id TW-8000 is already that of dir/a.rego"),
        (rego.signature("bad", RULE) + "\n# caf\udce9\n", "# caf", "not UTF-8"),
    ],
)
async def test_file_is_refused_with_line_and_reason(
    program: OpaProgram, tmp_path: Path, text: str, at: str, reason: str
) -> None:
    """The others are accepted beside it."""
    accepted = await loading.accepted(program, tmp_path, loading.files(a=GOOD, bad=text))

    assert list(accepted.refused) == ["dir/bad.rego"]
    problem = accepted.refused["dir/bad.rego"]
    assert reason in problem.reason
    if at != "finding" or "unexpected" not in reason:
        assert problem.row == _row(text, at)
    assert [m.signature.name for m in accepted.modules if m.signature] == ["good"]


TWO_EVENTS = """finding contains {"pid": input.args.pid} if {
	input.event == "ptrace"
}

finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	input.args.request == "x"
}"""


async def test_each_rule_is_checked_with_the_schema_of_its_own_event(
    program: OpaProgram, tmp_path: Path
) -> None:
    """An argument of one event in the rule for another is refused, though the signature judges both."""
    text = rego.signature("bad", TWO_EVENTS, events="ptrace, security_file_open")
    accepted = await loading.accepted(program, tmp_path, loading.files(a=GOOD, bad=text))

    problem = accepted.refused["dir/bad.rego"]
    assert problem.row == _row(text, "input.args.request")
    assert problem.reason.startswith("undefined ref: input.args.request")


async def test_author_need_not_write_schemas_and_may(program: OpaProgram, tmp_path: Path) -> None:
    """With an annotation of the author's own nothing is added."""
    own = GOOD.replace("# custom:", "# schemas:\n#   - input: schema.ptrace\n# custom:")
    accepted = await loading.accepted(program, tmp_path, loading.files(a=own))

    assert accepted.refused == {}
    (module,) = [module for module in accepted.modules if module.signature]
    assert module.annotated is not None
    assert module.annotated.text == own


async def test_former_version_stays_when_the_new_one_is_wrong(program: OpaProgram, tmp_path: Path) -> None:
    """It is refused as long as it is wrong, and taken as soon as it is right."""
    library = await loading.library(program, tmp_path)
    await library.take(loading.files(a=GOOD))
    broken = GOOD.replace("args.pid", "args.pidd")
    refused = await library.take(loading.files(a=broken))
    again = await library.take(loading.files(a=broken))
    mended = await library.take(loading.files(a=GOOD + "# mended\n"))

    def texts(accepted: object) -> list[str]:
        return [m.source.text for m in accepted.modules if m.signature]  # type: ignore[attr-defined]

    assert texts(refused) == texts(again) == [GOOD]
    assert list(refused.refused) == list(again.refused) == ["dir/a.rego"]
    assert texts(mended) == [GOOD + "# mended\n"]
    assert mended.refused == {}


async def test_library_whose_change_breaks_a_signature_is_refused(
    program: OpaProgram, tmp_path: Path
) -> None:
    """The signature is as it was, so it is the library that has to go back."""
    library_text = "package lib.words\n\nimport rego.v2\n\nlong(word) if count(word) > 3\n"
    user = rego.signature(
        "user",
        """finding contains {"request": input.args.request} if {
	input.event == "ptrace"
	words.long(input.args.request)
}""",
        identifier="TW-1",
    ).replace("import rego.v2", "import rego.v2\n\nimport data.lib.words")
    library = await loading.library(program, tmp_path)
    words = {"dir/lib/words.rego": source("dir/lib/words.rego", library_text)}
    first = await library.take(loading.files(a=user) | words)
    changed = {"dir/lib/words.rego": source("dir/lib/words.rego", library_text.replace("long", "short"))}
    second = await library.take(loading.files(a=user) | changed)
    gone = await library.take(loading.files(a=user))

    assert first.refused == {}
    for accepted in (second, gone):
        assert list(accepted.refused) == ["dir/lib/words.rego"]
        assert "its change breaks dir/a.rego" in accepted.refused["dir/lib/words.rego"].reason
        assert library_text in [module.source.text for module in accepted.modules]


async def test_exceptions_of_several_files_are_joined(program: OpaProgram, tmp_path: Path) -> None:
    """A file that is no JSON object of lists is refused."""
    first = source("dir/exceptions.json", '{"TW-8000": [{"exe": "/bin/a"}]}')
    second = source("more/exceptions.json", '{"TW-8000": [{"exe": "/bin/b"}], "TW-2": []}')
    wrong = source("wrong/exceptions.json", '{"TW-8000": "/bin/c"}')
    sources = loading.files(a=GOOD) | {one.path: one for one in (first, second, wrong)}
    accepted = await loading.accepted(program, tmp_path, sources)

    assert accepted.exceptions == {"TW-8000": [{"exe": "/bin/a"}, {"exe": "/bin/b"}], "TW-2": []}
    assert list(accepted.refused) == ["wrong/exceptions.json"]


async def test_shipped_signatures_are_accepted(program: OpaProgram, tmp_path: Path) -> None:
    """None of them is refused by our own rules."""
    accepted = await loading.accepted(program, tmp_path, loading.shipped())

    assert accepted.refused == {}
    assert len([module for module in accepted.modules if module.signature]) >= 14

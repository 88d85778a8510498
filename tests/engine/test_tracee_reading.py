"""What is made of a directory of Tracee's signatures, and of what is wrong in one."""

from pathlib import Path

import msgspec
import pytest

from engine.bundle import build
from engine.document import document
from engine.interest import interest_of
from engine.opa_program import OpaProgram
from engine.request import part
from engine.selection import Selector
from engine.source import Source, read, scan, source
from engine.tracee import rewriting
from tests.engine import loading, making, rego
from tests.engine.conftest import ROOT
from tests.engine.judged import found as judged
from tests.engine.judged import write_natural
from tests.engine.opa_with_bundle import opa_with
from tests.engine.random_events import Maker, words
from tracewire.catalogue import BY_ID, BY_NAME
from tracewire.clause import any_matches, from_raw
from tracewire.event import ProcessImage

pytestmark = pytest.mark.opa

EXAMPLES = ROOT / "examples" / "tracee"
SELECTS = 'tracee_selected_events[{"source": "tracee", "name": "ptrace"}]'


def examples() -> dict[str, Source]:
    """Every example, and the library."""
    found = {path: one for path in scan([str(EXAMPLES)]) if (one := read(path))}
    return found | loading.shipped_library()


def written(identifier: str, rules: str, *, selects: str = SELECTS, package: str = "tracee.x") -> str:
    """A signature with *rules* in it."""
    return f'package {package}\n\n__rego_metadoc__ := {{"id": "{identifier}"}}\n\n{selects}\n\n{rules}\n'


async def _refused(program: OpaProgram, directory: Path, **texts: str) -> dict[str, str]:
    accepted = await loading.accepted(program, directory, loading.files(**texts))
    return {Path(path).stem: f"{problem.row}: {problem.reason}" for path, problem in accepted.refused.items()}


def test_rewriting_touches_neither_strings_nor_comments() -> None:
    """Rows stay where they are; the input and other packages are given their place."""
    text = """# input and data
package tracee.A_1 # input
import data.tracee.helpers
a { x := `input.eventName`; input.eventName == "data.tracee.A_1 input" }
b { data.tracee.A_1.a; y.input; input["args"][_] == data.other.c }
default tracee_match = false
"""
    assert (
        rewriting.signature(text, "k")
        == """# input and data
package tracee.signatures.k # input
import data.tracee.shared.tracee.helpers
a { x := `input.eventName`; input.event == "data.tracee.A_1 input" }
b { data.tracee.signatures.k.a; y.input; input.tracee["args"][_] == data.tracee.shared.other.c }

"""
    )


async def test_examples_are_loaded_beside_what_ships(program: OpaProgram, tmp_path: Path) -> None:
    """All of them, each with the events that it selects and that exist."""
    accepted = await loading.accepted(program, tmp_path, examples() | loading.shipped())
    theirs = {
        module.signature.reference.id: (module.signature.events, module.signature.missing)
        for module in accepted.modules
        if module.signature and module.signature.for_tracee
    }

    assert accepted.refused == {}
    assert theirs == {
        "EX-1": (("ptrace",), ()),
        "EX-2": (("process_vm_writev", "ptrace", "security_file_open"), ()),
        "EX-3": (("security_file_open",), ()),
        "EX-4": (("security_sb_mount",), ()),
        "EX-5": (("sched_process_exec",), ()),
        "EX-6": (("sched_process_exec",), ()),
        "EX-7": (("sched_process_exec",), ("security_bprm_check",)),
        "EX-8": (("security_socket_connect",), ()),
        "EX-9": (("init_module",), ()),
        "EX-10": (("setuid",), ()),
        "EX-11": (("memfd_create",), ()),
    }


async def test_optimised_bundle_finds_the_same_and_clauses_reject_nothing(
    program: OpaProgram, tmp_path: Path
) -> None:
    """Over random events: as the rewritten sources stand, optimised, cut, and what the kernel would drop."""
    accepted = await loading.accepted(program, tmp_path, examples())
    modules = list(accepted.modules)
    natural = write_natural(accepted, tmp_path / "natural")
    bundle = await build(program, modules, accepted.exceptions, tmp_path / "capabilities.json")
    (tmp_path / "optimised.tar.gz").write_bytes(bundle.archive)
    pool = [*words([module.translated.tree for module in modules if module.translated]), b"LD_PRELOAD=/x",
            b"memfd:runc", b"/dev/shm/x", b"/usr/bin/bash", b"nginx", b"/proc/7/mem"]  # fmt: skip
    header = making.header(1)
    definitions = [BY_NAME[name] for name in bundle.reads]
    maker = Maker(3, pool)
    events = [maker.event(definitions[n % len(definitions)], 5_000_000_000 + n) for n in range(9000)]
    cut = [document(e, header, BY_ID[e.event_id], bundle.reads[BY_ID[e.event_id].name]) for e in events]

    by_source = await judged(program, natural, cut)
    optimised = await judged(program, tmp_path / "optimised.tar.gz", cut)
    async with opa_with(bundle, tmp_path) as opa:
        selection, complete = await Selector(opa).select(bundle, 60.0)
    wanted = interest_of(bundle, selection).events
    rejected = set()
    for position, event in enumerate(events):
        whole = document(event, header, BY_ID[event.event_id])
        interest = wanted.get(BY_ID[event.event_id].name)
        if interest is None or not any_matches(map(from_raw, interest.clauses), whole):
            rejected.add(position)

    assert complete
    assert optimised == by_source
    assert {position for position, _, _ in by_source} & rejected == set()
    assert len({name for _, name, _ in by_source}) >= 7, "too few fire for this to mean anything"
    assert len(rejected) > 500
    assert wanted["sched_process_exec"].arguments == ["env"]


async def test_each_wrong_file_is_refused_alone(program: OpaProgram, tmp_path: Path) -> None:
    """With its line and what is wrong, while its neighbours stay."""
    refused = await _refused(
        program,
        tmp_path,
        right=written("OK-1", 'tracee_match { input.eventName == "ptrace" }'),
        syntax=written("BAD-1", "tracee_match {"),
        banned=written("BAD-2", 'tracee_match { http.send({"url": "x", "method": "get"}) }'),
        unknown=written("BAD-3", "tracee_match { no.such(input) }"),
        nameless="package tracee.y\n\n" + SELECTS + "\ntracee_match { true }\n",
        elsewhere=written(
            "BAD-4", "tracee_match { true }",
            selects='tracee_selected_events[{"source": "tracee", "name": "magic_wrte"}]',
        ),
        origin=written(
            "BAD-5", "tracee_match { true }",
            selects='tracee_selected_events[{"source": "tracee", "origin": "moon"}]',
        ),
        never=written("BAD-6", 'tracee_match = "text" { true }'),
    )  # fmt: skip

    assert {name: said.split(":")[0] for name, said in refused.items()} == {
        "syntax": refused["syntax"].split(":")[0], "banned": "7", "unknown": "7", "nameless": "1",
        "elsewhere": "5", "origin": "5", "never": "7",
    }  # fmt: skip
    assert "undefined function http.send" in refused["banned"]
    assert "none of its events exists here: no event is called 'magic_wrte'" in refused["elsewhere"]
    assert "'moon' should be one of container, container-init, host, *" in refused["origin"]


async def test_a_clone_of_the_built_in_helpers_is_no_conflict(program: OpaProgram, tmp_path: Path) -> None:
    """Tracee's own directory has them beside its signatures."""
    own = 'package tracee.helpers\n\ndefault is_file_write(f) = false\n\nis_file_write(f) { f == "w" }\n'
    uses = written(
        "OK-1",
        'tracee_match { helpers.is_file_write("w") }',
    ).replace("package tracee.x", "package tracee.x\n\nimport data.tracee.helpers")

    assert await _refused(program, tmp_path, helpers=own, uses=uses) == {}


@pytest.mark.parametrize(
    ("origin", "cgroup", "started", "found"),
    [
        ("host", None, None, True),
        ("container", None, None, False),
        ("container-init", None, None, False),
        ("host", b"docker-" + b"ab" * 32 + b".scope", True, False),
        ("container", b"docker-" + b"ab" * 32 + b".scope", True, True),
        ("container", b"docker-" + b"ab" * 32 + b".scope", False, False),
        ("container-init", b"docker-" + b"ab" * 32 + b".scope", False, True),
        ("container-init", b"docker-" + b"ab" * 32 + b".scope", True, False),
        ("*", None, None, True),
    ],
)
async def test_origin_decides_where(  # noqa: PLR0917  (a table)
    program: OpaProgram,
    tmp_path: Path,
    origin: str,
    cgroup: bytes | None,
    started: bool | None,  # noqa: FBT001
    found: bool,  # noqa: FBT001
) -> None:
    """A container's own program, its preparation and the host are told apart."""
    selects = f'tracee_selected_events[{{"source": "tracee", "name": "ptrace", "origin": "{origin}"}}]'
    text = written("OK-1", 'tracee_match { input.eventName == "ptrace" }', selects=selects)
    bundle = await loading.bundle(program, tmp_path, loading.files(one=text))
    event = msgspec.structs.replace(making.traceme(), image=ProcessImage(cgroup=cgroup, started=started))
    async with opa_with(bundle, tmp_path) as opa:
        made = document(event, making.header(1), BY_NAME["ptrace"], bundle.reads["ptrace"])
        answer = await opa.evaluate([part(made)], 10.0)

    assert [match.data for match in answer.findings] == ([{}] if found else [])


async def test_without_them_the_document_has_nothing_of_theirs(program: OpaProgram, tmp_path: Path) -> None:
    """What nobody reads is not made."""
    bundle = await loading.bundle(program, tmp_path, loading.files(traceme=rego.TRACEME))
    made = document(making.traceme(), making.header(1), BY_NAME["ptrace"], bundle.reads["ptrace"])

    assert made == {"event": "ptrace", "args": {"request": "PTRACE_TRACEME"}}


def test_source_is_told_by_its_rules() -> None:
    """A library that is called helpers stays what it is."""
    from engine.tracee.dialect import is_for_tracee  # noqa: PLC0415

    assert not is_for_tracee(source("d/helpers.rego", "package lib.helpers\nimport rego.v2\n"))
    assert is_for_tracee(source("d/helpers.rego", "package tracee.more\n"))
    assert is_for_tracee(source("d/a.rego", "package main\ntracee_match { true }\n"))

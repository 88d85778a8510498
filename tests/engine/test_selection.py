"""What is collected is what the signatures can find something in: never less, and hardly more."""

from pathlib import Path

import msgspec
import pytest

from engine.bundle import Bundle
from engine.document import document
from engine.interest import interest_of
from engine.opa import Opa
from engine.opa_program import OpaProgram
from engine.request import Part, part
from engine.routing import generation_of
from engine.selection import Selection, Selector, asked_for
from tests.engine import loading, making, rego
from tests.engine.opa_with_bundle import opa_with
from tests.engine.random_events import Maker, words
from tracewire.catalogue import BY_ID
from tracewire.clause import Condition, any_matches, from_raw
from tracewire.interest import EventInterest

pytestmark = pytest.mark.opa

COUNT = 6000
BATCH = 256

NEVER = rego.signature(
    "never",
    """finding contains {"pathname": input.args.pathname} if {
	input.event in ["security_file_open", "sched_process_exec"]
	input.event == "sched_process_exec"
	startswith(input.args.pathname, "/tmp/")
	input.process.uid >= 1000
	input.args.argv[0] == "x"
}""",
    identifier="TW-9010",
    events="security_file_open, sched_process_exec",
)


async def _asked(opa: Opa, bundle: Bundle) -> Selection:
    selection, complete = await Selector(opa).select(bundle, 60.0)
    assert complete
    return selection


async def _selection(program: OpaProgram, directory: Path, **texts: str) -> tuple[Selection, Bundle]:
    bundle = await loading.bundle(program, directory, loading.files(**texts))
    async with opa_with(bundle, directory) as opa:
        return await _asked(opa, bundle), bundle


async def test_event_that_cannot_fire_is_not_collected(program: OpaProgram, tmp_path: Path) -> None:
    """A signature that names an event and excludes it asks for nothing of it."""
    selection, bundle = await _selection(program, tmp_path, never=NEVER)

    assert interest_of(bundle, selection).events == {
        "sched_process_exec": EventInterest(
            clauses=[
                {
                    "args.pathname": msgspec.Raw(b'{"prefix":["/tmp/"]}'),
                    "process.uid": msgspec.Raw(b'{"ranges":[[1000,null]]}'),
                }
            ],
            generation=generation_of(
                "sched_process_exec",
                [
                    {
                        "args.pathname": Condition(prefix=("/tmp/",)),
                        "process.uid": Condition(ranges=((1000, None),)),
                    }
                ],
            ),
        )
    }
    unused = selection["never", "sched_process_exec"].residual.unused
    assert [expression["terms"][0]["value"][0]["value"] for expression in unused] == ["eq"]


PLACES = {
    "input.container.id": ("container.id", Condition(present=True)),
    "input.container.image": ("container.id", Condition(present=True)),
    "not input.container.id": ("container.id", Condition(present=False)),
    "input.container != null": ("container.id", Condition(present=True)),
    "not input.container.image": None,
    "input.args.interp": None,
    'net.cidr_contains("10.0.0.0/8", input.args.remote_addr.sin_addr)': (
        "args.remote_addr.sin_addr",
        Condition(cidr=("10.0.0.0/8",)),
    ),
    'net.cidr_contains("fd00::/8", input.args.remote_addr.sin6_addr)': (
        "args.remote_addr.sin6_addr",
        Condition(cidr=("fd00::/8",)),
    ),
    # ::ffff:10.0.0.1 is in there, as OPA sees it.
    'net.cidr_contains("10.0.0.0/8", input.args.remote_addr.sin6_addr)': None,
}


async def test_containers_and_networks_become_conditions(program: OpaProgram, tmp_path: Path) -> None:
    """Null is true to Rego, and so of no other field it is a condition that it is there."""
    events = {
        place: "sched_process_exec" if "interp" in place else "security_socket_connect" for place in PLACES
    }
    texts = {
        f"place_{number}": rego.signature(
            f"place_{number}",
            f"""finding contains {{}} if {{
	input.event == "{events[place]}"
	{place}
}}""",
            identifier=f"TW-91{number:02}",
            events=events[place],
        )
        for number, place in enumerate(PLACES)
    }
    selection, _ = await _selection(program, tmp_path, **texts)

    found = {
        place: selection[f"place_{number}", events[place]].residual.clauses
        for number, place in enumerate(PLACES)
    }
    assert found == {place: ({said[0]: said[1]},) if said else () for place, said in PLACES.items()}


async def test_shipped_signatures_narrow_the_opening_of_files(program: OpaProgram, tmp_path: Path) -> None:
    """Every signature of files says which ones; the library's rules and constants are seen through."""
    accepted = await loading.accepted(program, tmp_path, loading.shipped())
    bundle = await loading.bundle(program, tmp_path, loading.shipped())
    async with opa_with(bundle, tmp_path) as opa:
        selection = await _asked(opa, bundle)

    assert accepted.refused == {}
    assert [selected.problem for selected in selection.values() if selected.problem] == []
    writing = Condition(contains=("O_WRONLY", "O_RDWR", "O_TRUNC", "O_CREAT"))
    cron = selection["cron_write", "security_file_open"].residual
    places = ("/etc/cron", "/etc/anacrontab", "/var/spool/cron", "/var/spool/at/")
    assert cron.clauses == ({"args.flags": writing, "args.pathname": Condition(prefix=places)},)
    asked = asked_for("security_file_open", bundle.signatures, selection)
    assert asked
    assert all("args.pathname" in one.clause for one in asked)
    itself = selection["program_deleted_itself", "security_inode_unlink"].residual
    assert itself.clauses == ({"args.pathname": Condition(same=("process.exe", "process.ancestors.exe"))},)
    traversal = selection["path_traversal_read", "security_file_open"].residual
    assert [clause["args.syscall_pathname"] for clause in traversal.clauses] == [Condition(infix=("../../",))]
    memory = selection["process_memory_opened", "security_file_open"].residual
    assert memory.clauses == ({"args.pathname": Condition(suffix=("/mem",))},)


@pytest.mark.parametrize("seed", [1, 2])
async def test_rejected_events_hold_no_finding(program: OpaProgram, tmp_path: Path, seed: int) -> None:
    """Random events over the whole catalogue: whatever the clauses reject, OPA finds nothing in."""
    accepted = await loading.accepted(program, tmp_path, loading.shipped())
    bundle = await loading.bundle(program, tmp_path, loading.shipped())
    header = making.header(1)
    maker = Maker(seed, words([module.tree for module in accepted.modules]))
    async with opa_with(bundle, tmp_path) as opa:
        selection = await _asked(opa, bundle)
        events = interest_of(bundle, selection).events
        rejected: list[Part] = []
        kept = 0
        for event in maker.events(COUNT):
            name = BY_ID[event.event_id].name
            if name not in bundle.reads:
                continue
            made = document(event, header, BY_ID[event.event_id])
            wanted = events.get(name)
            if wanted is None or not any_matches(map(from_raw, wanted.clauses), made):
                rejected.append(part(made))
            else:
                kept += 1
        findings = [
            match
            for start in range(0, len(rejected), BATCH)
            for match in (await opa.evaluate(rejected[start : start + BATCH], 30.0)).findings
        ]

    assert findings == []
    assert len(rejected) > kept / 4, "too few are rejected for this to mean anything"


async def test_what_opa_does_not_answer_is_collected_whole(program: OpaProgram, tmp_path: Path) -> None:
    """Without OPA's word a signature needs every instance of its events."""
    bundle = await loading.bundle(program, tmp_path, loading.files(never=NEVER))
    nobody = Opa(f"unix://{tmp_path / 'nobody.sock'}", 1)
    await nobody.open()
    try:
        selection, complete = await Selector(nobody).select(bundle, 5.0)
    finally:
        await nobody.close()

    assert not complete
    assert all(selected.problem for selected in selection.values())
    assert interest_of(bundle, selection).events == interest_of(bundle).events


async def test_only_changed_signatures_are_asked_about(program: OpaProgram, tmp_path: Path) -> None:
    """What OPA has said stays known as long as neither the file nor what it imports has changed."""
    first = await loading.bundle(program, tmp_path, loading.files(never=NEVER))
    both = await loading.bundle(program, tmp_path, loading.files(never=NEVER, traceme=rego.TRACEME))
    async with opa_with(first, tmp_path) as opa:
        selector = Selector(opa)
        before, complete = await selector.select(first, 60.0)
        assert complete
        after, complete = await selector.select(both, 0.0)  # no time to ask

    assert not complete
    assert {pair: after[pair] for pair in before} == before
    assert after["traceme", "ptrace"].problem

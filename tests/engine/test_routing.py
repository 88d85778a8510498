"""The clauses that an event carries say which signatures it concerns, and nobody else need look at it."""

import random
from pathlib import Path

import msgspec
import pytest

from engine.bundle import Bundle
from engine.interest import all_asked, interest_of
from engine.opa import Match, Opa
from engine.opa_program import OpaProgram
from engine.plan import Item, Plan
from engine.routing import Routes, generation_of
from engine.selection import Selection, Selector, asked_for
from tests.engine import loading, making, rego
from tests.engine.conftest import Stage
from tests.engine.opa_with_bundle import opa_with
from tests.engine.random_events import Maker, words, words_by_event
from tracewire import subjects
from tracewire.catalogue import BY_ID
from tracewire.clause import Clause, Condition, clause_matches, to_raw
from tracewire.event import Event
from tracewire.interest import EventInterest, Interest, union

pytestmark = pytest.mark.opa

OPEN = "security_file_open"
COUNT = 8000
BATCH = 256


def _about(name: str, path: str, number: int, more: str = "") -> str:
    return rego.signature(
        name,
        f"""finding contains {{"exe": input.process.exe}} if {{
	input.event == "{OPEN}"
	startswith(input.args.pathname, "{path}")
	{more}
}}""",
        identifier=f"TW-91{number:02}",
        events=OPEN,
    )


ETC, SRV = _about("about_etc", "/etc/", 1), _about("about_srv", "/srv/", 2)


async def _asked(program: OpaProgram, directory: Path, **texts: str) -> tuple[Bundle, Selection]:
    bundle = await loading.bundle(program, directory, loading.files(**texts))
    async with opa_with(bundle, directory) as opa:
        selection, complete = await Selector(opa).select(bundle, 60.0)
    assert complete
    return bundle, selection


def _routes(bundle: Bundle, selection: Selection) -> tuple[Routes, dict[str, EventInterest]]:
    routes = Routes()
    wanted = interest_of(bundle, selection).events
    routes.learn(bundle, all_asked(bundle, selection))
    return routes, wanted


def _opened(wanted: dict[str, EventInterest], clauses: int, **fields: int) -> Event:
    generation = wanted[OPEN].generation
    return msgspec.structs.replace(
        making.opening("/etc/x"), **({"clauses": clauses, "generation": generation} | fields)
    )


async def test_event_concerns_whose_clauses_hold(program: OpaProgram, tmp_path: Path) -> None:
    """A bit for each signature's clause, in the order of the interest; bits of other askers say nothing."""
    bundle, selection = await _asked(program, tmp_path, etc=ETC, srv=SRV)
    routes, wanted = _routes(bundle, selection)
    plan = Plan([bundle], routes)

    assert [list(clause) for clause in wanted[OPEN].clauses] == [["args.pathname"], ["args.pathname"]]
    assert {bits: plan.judges(_opened(wanted, bits)) for bits in (1, 2, 3, 4, 5)} == {
        1: {"about_etc"},
        2: {"about_srv"},
        3: {"about_etc", "about_srv"},
        4: frozenset(),
        5: {"about_etc"},
    }


async def test_one_that_wants_every_instance_leaves_the_others_told_apart(
    program: OpaProgram, tmp_path: Path
) -> None:
    """Its bit is set in each event, and those of the others say as much as without it."""
    every = _about("about_all", "", 3).replace('startswith(input.args.pathname, "")', "input.process")
    bundle, selection = await _asked(program, tmp_path, etc=ETC, srv=SRV, every=every)
    routes, wanted = _routes(bundle, selection)
    plan = Plan([bundle], routes)

    assert [list(clause) for clause in wanted[OPEN].clauses] == [[], ["args.pathname"], ["args.pathname"]]
    assert {bits: plan.judges(_opened(wanted, bits)) for bits in (1, 3, 5)} == {
        1: {"about_all"},
        3: {"about_all", "about_etc"},
        5: {"about_all", "about_srv"},
    }


async def test_what_the_bits_do_not_tell_concerns_everybody(program: OpaProgram, tmp_path: Path) -> None:
    """Samples, generations of others, and opens of which the kernel may have judged another file."""
    bundle, selection = await _asked(program, tmp_path, etc=ETC, srv=SRV)
    routes, wanted = _routes(bundle, selection)
    plan = Plan([bundle], routes)

    assert plan.judges(_opened(wanted, 0)) is None
    assert plan.judges(_opened(wanted, 1, generation=7)) is None
    assert plan.judges(_opened(wanted, 1, racy=1)) is None
    assert Plan([bundle]).judges(_opened(wanted, 1)) is None


async def test_signature_that_has_changed_meanwhile_is_concerned(program: OpaProgram, tmp_path: Path) -> None:
    """What the former revision's clauses say of a name is not true of what has that name now."""
    before, selection = await _asked(program, tmp_path, etc=ETC, srv=SRV)
    changed = _about("about_srv", "/srv/", 2, 'input.process.comm != "x"')
    new = _about("about_opt", "/opt/", 3)
    after = await loading.bundle(program, tmp_path, loading.files(etc=ETC, srv=changed, opt=new))
    routes, wanted = _routes(before, selection)

    assert Plan([before, after], routes).judges(_opened(wanted, 1)) == {"about_etc", "about_srv", "about_opt"}
    assert Plan([before], routes).judges(_opened(wanted, 1)) == {"about_etc"}


async def test_what_is_learnt_later_counts_for_the_plan_in_force(program: OpaProgram, tmp_path: Path) -> None:
    """A bundle is in force before its clauses are known."""
    bundle, selection = await _asked(program, tmp_path, etc=ETC, srv=SRV)
    wanted = interest_of(bundle, selection).events
    routes = Routes()
    plan = Plan([bundle], routes)
    before = plan.judges(_opened(wanted, 1))
    routes.learn(bundle, all_asked(bundle, selection))

    assert (before, plan.judges(_opened(wanted, 1))) == (None, {"about_etc"})


async def test_document_has_what_those_read_whom_it_concerns(program: OpaProgram, tmp_path: Path) -> None:
    bundle, selection = await _asked(
        program, tmp_path, etc=ETC, srv=_about("about_srv", "/srv/", 2, "input.process.uid == 0")
    )
    routes, wanted = _routes(bundle, selection)
    plan = Plan([bundle], routes)
    item = Item(_opened(wanted, 1), making.header(1))

    made = plan.document(item, judges=plan.judges(item.event))

    assert msgspec.json.decode(made.shared) == {"event": OPEN, "process": {"exe": "/usr/bin/dropper"}}
    whole = msgspec.json.decode(plan.document(item).shared)
    assert whole["process"] == {"exe": "/usr/bin/dropper", "uid": 0}


def test_bits_of_the_engine_come_first() -> None:
    """Whoever else asks, in which order the bucket has them, and who wants every instance."""
    etc, srv = (to_raw({"args.pathname": Condition(prefix=(path,))}) for path in ("/etc/", "/srv/"))
    engine = Interest(asker="engine", events={OPEN: EventInterest(clauses=[etc], generation=0x8000_0001)})
    person = Interest(asker="person", events={OPEN: EventInterest(clauses=[srv], arguments=["x"])})
    greedy = Interest(asker="greedy", events={OPEN: EventInterest()})
    expected = EventInterest(clauses=[etc, srv], arguments=["x"], generation=0x8000_0001)

    assert union([engine, person])[OPEN] == union([person, engine])[OPEN] == expected
    assert union([greedy, engine])[OPEN] == EventInterest(clauses=[etc, {}], generation=0x8000_0001)
    assert union([greedy, person])[OPEN] == EventInterest(arguments=["x"])


def test_generation_is_of_the_clauses_and_their_order() -> None:
    """No replica has to ask another, and no collector's own count is taken for it."""
    one: Clause = {"args.pathname": Condition(prefix=("/etc/",))}
    other: Clause = {"args.pathname": Condition(prefix=("/srv/",))}

    numbers = [generation_of(OPEN, clauses) for clauses in ([one, other], [other, one], [one])]
    assert len(set(numbers)) == 3
    assert all(number >> 31 == 1 for number in numbers)
    assert generation_of(OPEN, [one, other]) == numbers[0]


async def _found(opa: Opa, plan: Plan, items: list[Item], *, routed: bool) -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for start in range(0, len(items), BATCH):
        batch = items[start : start + BATCH]
        judges = [plan.judges(item.event) if routed else None for item in batch]
        parts = [plan.document(item, judges=who) for item, who in zip(batch, judges, strict=True)]
        matches: list[Match] = (await opa.evaluate(parts, 30.0)).findings
        found += [
            (str(start + match.position), match.signature, f"{match.rule} {match.data}")
            for match in matches
            if (who := judges[match.position]) is None or match.signature in who
        ]
    return sorted(found)


@pytest.mark.parametrize("seed", [1, 2])
async def test_those_whom_it_concerns_find_what_all_would(
    program: OpaProgram, tmp_path: Path, seed: int
) -> None:
    """The shipped signatures over random events: bits as the clauses say, and some that are set besides."""
    chance = random.Random(seed)  # noqa: S311  (a test's choice of bits)
    accepted = await loading.accepted(program, tmp_path, loading.shipped())
    bundle = await loading.bundle(program, tmp_path, loading.shipped())
    modules = list(accepted.modules)
    maker = Maker(seed, words([module.tree for module in modules]), words_by_event(modules))
    header = making.header(1)
    async with opa_with(bundle, tmp_path) as opa:
        selection, complete = await Selector(opa).select(bundle, 60.0)
        assert complete
        routes, wanted = _routes(bundle, selection)
        plan = Plan([bundle], routes)
        asked = {name: asked_for(name, bundle.signatures, selection) or [] for name in wanted}
        items = []
        for event in maker.events(COUNT, bundle.reads):
            name = BY_ID[event.event_id].name
            if name not in wanted or not wanted[name].generation:
                continue
            document = loading.whole(event, header)
            bits = sum(
                1 << bit
                for bit, one in enumerate(asked[name])
                if clause_matches(one.clause, document) or chance.random() < 0.02
            )
            carried = {"clauses": bits, "generation": wanted[name].generation, "racy": 0}
            items.append(Item(msgspec.structs.replace(event, **carried), header))
        everybody = await _found(opa, plan, items, routed=False)
        concerned = await _found(opa, plan, items, routed=True)

    assert concerned == everybody
    assert len(everybody) > COUNT / 40, "too few findings for this to mean anything"
    judging = [len(plan.judges(item.event) or ()) for item in items if item.event.clauses]
    named = [len(bundle.judging(BY_ID[item.event.event_id].name)) for item in items if item.event.clauses]
    assert sum(judging) < sum(named) / 2, "too many are concerned for this to mean anything"


@pytest.mark.nats
async def test_event_that_concerns_no_signature_is_not_judged(stage: Stage) -> None:
    """Somebody else asked for it; of the same event whose clause holds there is a finding."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    bucket = await stage.client.jetstream().key_value(subjects.INTEREST_BUCKET)
    stored = msgspec.json.decode((await bucket.get("engine")).value or b"", type=Interest).events["ptrace"]

    def carrying(number: int, clauses: int) -> Event:
        carried = {"clauses": clauses, "generation": stored.generation}
        return msgspec.structs.replace(making.traceme(number), **carried)

    await stage.publish(making.batch(carrying(1, 2), carrying(2, 1), carrying(3, 2)))
    await stage.settled()

    (found,) = await stage.findings(1)
    assert found.time.endswith("000000002Z")
    status = await stage.status()
    assert status is not None
    assert status.detail["received"] == {
        "batches": 1, "events": 3, "wanted": 1, "unknown": 0, "unreadable": 0, "refused": 0,
    }  # fmt: skip
    assert status.detail["evaluated"]["evaluated"] == 1

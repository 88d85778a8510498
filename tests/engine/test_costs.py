"""What the engine says of the cost of each signature, on a real OPA."""

from engine.costs import Cost
from tests.engine import making, rego
from tests.engine.conftest import Stage
from tests.serving import until

# Steps for each event that no index takes away.
_SLOW = rego.signature(
    "slow",
    """finding contains {"steps": steps} if {
	input.event == "security_file_open"
	steps := count([x | some x in numbers.range(1, 2000); x % 7 == count(input.args.pathname)])
	steps < 0
}""",
    identifier="TW-9003",
    events="security_file_open",
)


async def test_each_signature_has_its_events_findings_and_cost(stage: Stage) -> None:
    """Counts are exact; of two that judged the same events the slow one has nearly the whole share."""
    stage.sign("traceme", rego.TRACEME)
    stage.sign("writes_etc", rego.WRITES_ETC)
    stage.sign("slow", _SLOW)
    await stage.start()
    opened = [making.opening(f"/etc/{n}" if n % 3 == 0 else f"/srv/{n}", number=n) for n in range(30)]
    await stage.publish(making.batch(*opened))
    await stage.findings(10)

    async def measured() -> dict[str, Cost]:
        status = await stage.status()
        costs = {name: Cost(**each) for name, each in status.detail["costs"].items()} if status else {}
        known = [costs[name].share for name in ("slow", "writes_etc") if name in costs]
        return costs if len(known) == 2 and None not in known else {}

    costs = await until(measured, "both signatures are measured", 30)
    assert {name: (each.events, each.findings) for name, each in costs.items()} == {
        "slow": (30, 0),
        "traceme": (0, 0),
        "writes_etc": (30, 10),
    }
    assert (costs["traceme"].microseconds, costs["traceme"].share) == (None, None)
    assert costs["slow"].share > 0.9
    assert costs["slow"].share + costs["writes_etc"].share == 1.0
    assert costs["slow"].microseconds > 10 * costs["writes_etc"].microseconds


async def test_changed_signature_starts_anew_and_the_others_go_on(stage: Stage) -> None:
    """What a former version judged and found is not the present one's."""
    stage.sign("writes_etc", rego.WRITES_ETC)
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    await stage.publish(making.batch(making.opening("/etc/a", number=1), making.traceme(2)))
    await stage.findings(2)
    before = await stage.status()
    stage.sign("writes_etc", rego.WRITES_ETC + "\n# Another version.\n")

    async def changed() -> bool:
        status = await stage.status()
        return status is not None and status.detail["revision"] != before.detail["revision"]

    await until(changed, "the other version is in force")
    await stage.publish(making.batch(making.opening("/srv/b", number=3), sequence=1))

    async def counts() -> dict[str, tuple[int, int]]:
        status = await stage.status()
        costs = status.detail["costs"].items() if status else ()
        return {name: (each["events"], each["findings"]) for name, each in costs}

    async def anew() -> bool:
        return await counts() == {"traceme": (1, 1), "writes_etc": (1, 0)}

    await until(anew, "the changed signature counts from nothing")

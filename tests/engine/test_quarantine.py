"""What one replica has put into quarantine no replica uses: all of them serve the same bundle."""

import msgspec
import pytest

from engine.quarantine import Held
from tests.engine import making, rego
from tests.engine.conftest import Stage, until
from tests.engine.test_bad_signatures import WRONG_TYPE
from tracewire import subjects
from tracewire.status import ServiceStatus

pytestmark = [pytest.mark.nats, pytest.mark.opa]

REASON = 'finding contains "PTRACE_TRACEME" where an object is needed'


async def _agreed(stage: Stage, count: int, quarantined: dict[str, str]) -> list[ServiceStatus]:
    """What *count* ready engines say once all of them hold exactly *quarantined*, in one revision."""

    async def all_hold() -> list[ServiceStatus]:
        found = await stage.statuses(count)
        agreed = all(one.ready and one.detail["quarantined"] == quarantined for one in found)
        agreed = agreed and len({one.detail["revision"] for one in found}) == 1
        return found if len(found) == count and agreed else []

    found: list[ServiceStatus] = await until(all_hold, f"{count} engines hold {quarantined} in one bundle")
    return found


async def test_replicas_follow_one_decision_until_the_file_changes(stage: Stage) -> None:
    """The one that found out, the one beside it and one that comes later: the same revision."""
    stage.sign("traceme", rego.TRACEME)
    stage.sign("wrong_type", WRONG_TYPE)
    await stage.start()
    await stage.replica()
    await stage.publish(making.batch(making.traceme(1)))
    found = await stage.findings(2)
    assert sorted(one.signature.name for one in found) == ["engine_quarantine", "traceme"]
    before = (await _agreed(stage, 2, {"wrong_type": REASON}))[0].detail["revision"]

    await stage.engine.stop()
    await stage.engine.start()
    after = (await _agreed(stage, 2, {"wrong_type": REASON}))[0].detail["revision"]
    assert after == before
    await stage.publish(making.batch(making.traceme(2)))
    await stage.settled()
    assert len(await stage.findings(3)) == 3

    stage.sign("wrong_type", WRONG_TYPE.replace("contains said", 'contains {"said": said}'))
    await _agreed(stage, 2, {})
    await stage.publish(making.batch(making.traceme(3)))
    found = await stage.findings(5)
    assert sorted(one.signature.name for one in found[3:]) == ["traceme", "wrong_type"]


async def test_bucket_says_why_and_what_is_deleted_there_is_used_again(stage: Stage) -> None:
    """What NATS holds is what counts."""
    stage.sign("wrong_type", WRONG_TYPE)
    await stage.start()
    await stage.publish(making.batch(making.traceme(1)))
    await stage.findings(1)
    await _agreed_alone(stage, {"wrong_type": REASON})
    bucket = await stage.client.jetstream().key_value(subjects.QUARANTINE_BUCKET)

    async def written() -> bool:
        return (
            await stage.client.jetstream().stream_info(f"KV_{subjects.QUARANTINE_BUCKET}")
        ).state.messages == 1

    await until(written, "the decision is in the bucket")
    held = msgspec.json.decode((await bucket.get("wrong_type")).value or b"", type=Held)
    assert (held.reason, len(held.digest), held.time[-1]) == (REASON, 32, "Z")

    await bucket.purge("wrong_type")
    await _agreed_alone(stage, {})


async def _agreed_alone(stage: Stage, quarantined: dict[str, str]) -> None:
    async def holds() -> bool:
        status = await stage.status()
        return status is not None and status.detail["quarantined"] == quarantined

    await until(holds, f"the engine holds {quarantined}")


async def test_quarantine_does_not_need_nats(stage: Stage) -> None:
    """What cannot be written is written later, and counts at once."""
    stage.sign("wrong_type", WRONG_TYPE)
    await stage.start()
    await stage.client.jetstream().delete_stream(f"KV_{subjects.QUARANTINE_BUCKET}")
    await stage.publish(making.batch(making.traceme(1)))
    await stage.findings(1)
    await _agreed_alone(stage, {"wrong_type": REASON})

    async def written() -> bool:
        try:
            info = await stage.client.jetstream().stream_info(f"KV_{subjects.QUARANTINE_BUCKET}")
        except Exception:  # noqa: BLE001  (it is not there yet)
            return False
        return info.state.messages == 1

    await until(written, "the bucket is back, with the decision")

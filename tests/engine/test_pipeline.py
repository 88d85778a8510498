"""An event on the bus becomes a finding on the bus."""

import msgspec
import pytest

from tests.engine import making, rego
from tests.engine.conftest import Stage
from tracewire import subjects

pytestmark = [pytest.mark.nats, pytest.mark.opa]


async def test_event_becomes_the_finding_of_the_contract(stage: Stage) -> None:
    """Every field of the contract is there, with the value that the event has."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()
    await stage.publish(making.batch(making.traceme(1)))

    (raw,) = await stage.raw_findings(1)
    found = msgspec.json.decode(raw)
    status = await stage.status()

    assert status is not None
    assert found == {
        "id": found["id"],
        "time": "2023-11-14T22:13:25.000000001Z",
        "node": "vm-1",
        "signature": {
            "id": "TW-9001",
            "name": "traceme",
            "title": "Asks to be traced",
            "version": "1.0.0",
            "severity": "low",
            "attack": ["T1622"],
            "tags": [],
        },
        "data": {"request": "PTRACE_TRACEME"},
        "event": {
            "id": found["event"]["id"],
            "name": "ptrace",
            "time": "2023-11-14T22:13:25.000000001Z",
            "args": {"request": "PTRACE_TRACEME", "pid": 0, "addr": "0x0", "data": "0x0"},
            "return_value": 0,
            "error": None,
            "syscall": "ptrace",
            "abi": "x86_64",
            "truncated": [],
            "origins": {},
            "via": None,
        },
        "process": {
            "key": found["process"]["key"],
            "pid": 4711,
            "tid": 4711,
            "ns_pid": 12,
            "ns_tid": 12,
            "uid": 0,
            "gid": 0,
            "comm": "dropper",
            "exe": "/usr/bin/dropper",
            "argv": ["dropper", "--now"],
            "cwd": "/tmp",
            "start_time": "2023-11-14T22:13:24.000000000Z",
            "ancestors": [
                {
                    "key": found["process"]["ancestors"][0]["key"],
                    "pid": 4700,
                    "comm": "bash",
                    "exe": "/usr/bin/bash",
                }
            ],
            "mount_namespace": 4026531841,
            "pid_namespace": 4026531836,
            "cgroup_id": 77,
        },
        "container": {
            "id": "ab" * 32,
            "runtime": "docker",
            "name": None,
            "image": None,
            "image_digest": None,
            "started": None,
        },
        "pod": None,
        "revision": status.detail["revision"],
        "coverage": {"window_seconds": 1, "lost": 0},
    }
    message = await stage.client.jetstream().get_msg(subjects.FINDINGS_STREAM, 1)
    assert message.subject == "tracewire.findings.low.traceme"
    assert message.headers == {"Nats-Msg-Id": found["id"]}

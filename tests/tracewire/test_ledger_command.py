"""`tracewire ledger`: the newest books of every node, closed."""

import json
import re
from collections.abc import Callable

import msgspec
import pytest
from nats.aio.client import Client

from tracewire import subjects
from tracewire.ledger import EventCounts, Ledger

pytestmark = pytest.mark.nats
COUNTS = EventCounts(
    generated=1000,
    filtered=500,
    lost_ring=10,
    lost_scratch=5,
    lost_size=1,
    queued=4,
    dropped=20,
    published=450,
)


def ledger(node: str, second: int, **events: EventCounts) -> Ledger:
    """What *node* publishes in that second."""
    time = f"2026-11-24T05:29:{second:02d}Z"
    return Ledger(
        node=node, session="s", time=time, events=events, missed_calls={"sys_exit": 3, "sys_enter": 0}
    )


async def test_the_newest_ledger_of_each_node_is_printed(
    nats_url: str, client: Client, run: Callable
) -> None:
    """With all losses together, and what is not accounted for."""
    for each in (ledger("a", 1), ledger("b", 1), ledger("a", 2, ptrace=COUNTS)):
        await client.jetstream().publish(subjects.ledger(each.node), msgspec.json.encode(each))

    done = run("ledger", "--json", "--nats", nats_url)

    nodes = sorted(json.loads(done.stdout)["nodes"], key=lambda node: node["ledger"]["node"])
    assert [(node["ledger"]["node"], node["ledger"]["time"][17:19]) for node in nodes] == [
        ("a", "02"),
        ("b", "01"),
    ]
    assert (nodes[0]["lost"], nodes[0]["balance"]) == ({"ptrace": 36}, {"ptrace": 10})


async def test_people_get_a_table(nats_url: str, client: Client, run: Callable) -> None:
    """A node's name is printed safely, as anything from outside."""
    named = ledger("a\x1b[2J", 2, ptrace=COUNTS)
    await client.jetstream().publish(subjects.ledger("a"), msgspec.json.encode(named))

    done = run("ledger", "--nats", nats_url)

    first, head, row, missed = done.stdout.splitlines()
    assert first == r"a\x1b[2J, session s, 2026-11-24T05:29:02Z"
    assert dict(zip(head.split(), row.split(), strict=True)) == {
        "event": "ptrace",
        "generated": "1,000",
        "filtered": "500",
        "published": "450",
        "queued": "4",
        "lost": "36",
        "truncated": "0",
        "balance": "10",
    }
    assert re.fullmatch("sys_exit: the kernel skipped 3 calls", missed)


async def test_without_any_ledger_it_says_so(nats_url: str, client: Client, run: Callable) -> None:
    done = run("ledger", "--nats", nats_url)

    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.startswith("tracewire: No collector has published a ledger yet.\n")

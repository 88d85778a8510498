"""`tracewire interest`: what is collected, and who asked for it."""

import json
import time
from collections.abc import Callable

import msgspec
import pytest
from nats.aio.client import Client

from tracewire import subjects
from tracewire.clause import Condition, to_raw
from tracewire.interest import ENGINE_KEY, EventInterest, Interest

pytestmark = pytest.mark.nats

CLAUSE = to_raw({"args.pathname": Condition(prefix=("/etc/",)), "process.uid": Condition(equal=(0,))})
ENGINE = Interest(
    asker="signatures sha256:1",
    events={"ptrace": EventInterest(), "security_file_open": EventInterest(clauses=[CLAUSE])},
    revision="sha256:1",
    because={"ptrace": ["anti_debugging"], "security_file_open": ["cron_write"]},
)
WATCHER = Interest(asker="tracewire events", events={"ptrace": EventInterest()}, expires=time.time() + 3600)
GONE = Interest(asker="tracewire events", events={"setns": EventInterest()}, expires=1.0)


async def store(client: Client, **interests: Interest) -> None:
    """Put each into the bucket under its key."""
    bucket = await client.jetstream().key_value(subjects.INTEREST_BUCKET)
    for key, interest in interests.items():
        await bucket.put(key, msgspec.json.encode(interest))


async def test_people_see_who_wants_what(nats_url: str, client: Client, run: Callable) -> None:
    """By event: conditions in words, and whose they are; an asker that is gone is not there."""
    await store(client, **{ENGINE_KEY: ENGINE, "watcher": WATCHER, "gone": GONE})

    done = run("interest", "--nats", nats_url)

    assert done.stdout.splitlines() == [
        "ptrace: every instance",
        "  for signatures sha256:1: anti_debugging",
        "  for tracewire events",
        "security_file_open: those of 1 clause",
        "  for signatures sha256:1: cron_write",
        "  if args.pathname begins with /etc/ and process.uid is 0",
    ]


async def test_json_has_the_union_and_the_askers(nats_url: str, client: Client, run: Callable) -> None:
    await store(client, **{ENGINE_KEY: ENGINE})

    document = json.loads(run("interest", "--json", "--nats", nats_url).stdout)

    assert document["events"] == {
        "ptrace": {},
        "security_file_open": {
            "clauses": [{"args.pathname": {"prefix": ["/etc/"]}, "process.uid": {"equal": [0]}}]
        },
    }
    assert document["askers"][ENGINE_KEY]["because"] == {
        "ptrace": ["anti_debugging"],
        "security_file_open": ["cron_write"],
    }


def test_without_any_interest_nothing_is_collected(nats_url: str, run: Callable) -> None:
    """Also on a bus where nobody has been yet."""
    done = run("interest", "--nats", nats_url)

    assert (done.returncode, done.stdout) == (0, "nobody wants anything: nothing is collected\n")

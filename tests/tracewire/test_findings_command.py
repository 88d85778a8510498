"""`tracewire findings` against a real server."""

import asyncio
import json
import re
import signal
import subprocess
from collections.abc import Awaitable, Callable

import msgspec
import pytest

from tests.tracewire.conftest import COMMAND
from tests.tracewire.making import CONTAINER, finding
from tracewire.finding import ContainerView

pytestmark = pytest.mark.nats
Publish = Callable[..., Awaitable[None]]


async def test_json_is_one_finding_a_line(nats_url: str, publish: Publish, run: Callable) -> None:
    stored = [finding(number) for number in range(3)]
    await publish(*stored)

    done = run("findings", "--json", "--nats", nats_url)

    assert [json.loads(line) for line in done.stdout.splitlines()] == msgspec.to_builtins(stored)
    assert (done.returncode, done.stderr) == (0, "")


async def test_people_get_a_table(nats_url: str, publish: Publish, run: Callable) -> None:
    await publish(finding(data={"request": "PTRACE_TRACEME"}, container=ContainerView(id=CONTAINER)))

    done = run("findings", "--nats", nats_url, TZ="UTC")

    head, row = done.stdout.splitlines()
    assert re.split(" {2,}", head) == ["TIME", "SEVERITY", "SIGNATURE", "PROCESS", "CONTAINER", "DATA"]
    assert re.split(" {2,}", row) == [
        "05:29:00",
        "low",
        "Title of anti_debugging",
        "dropper[4711]",
        "c0ffee000000",
        "request=PTRACE_TRACEME",
    ]


async def test_options_choose(nats_url: str, publish: Publish, run: Callable) -> None:
    await publish(finding(1), finding(2, severity="high"), finding(3, name="other", severity="critical"))

    def numbers(*options: str) -> list[int]:
        done = run("findings", "--json", "--nats", nats_url, *options)
        return [json.loads(line)["data"]["number"] for line in done.stdout.splitlines()]

    assert numbers("--severity", "high") == [2, 3]
    assert numbers("--signature", "other") == [3]
    assert numbers("--since", "1h") == [1, 2, 3]
    assert numbers("--since", "0s") == []


async def test_follow_prints_stored_ones_then_each_new_one_at_once(
    nats_url: str, publish: Publish, start: Callable
) -> None:
    """A line is there as soon as its finding is: nothing waits in a buffer. SIGINT ends it well."""
    await publish(finding(1))
    following = start("findings", "--follow", "--json", "--nats", nats_url)
    assert json.loads(following.line())["data"] == {"number": 1}

    for number in (2, 3):
        await publish(finding(number))
        assert json.loads(following.line())["data"] == {"number": number}

    assert following.end(signal.SIGINT) == 0


async def test_a_reader_that_goes_away_is_no_error(nats_url: str, publish: Publish) -> None:
    """As in `tracewire findings --json | head -1`."""
    await publish(*(finding(number, data={"number": number, "much": "x" * 10_000}) for number in range(200)))

    done = await asyncio.to_thread(
        subprocess.run,
        ["bash", "-o", "pipefail", "-c", '"$0" findings --json --nats "$1" | head -n 1', COMMAND, nats_url],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (0, "", 1)

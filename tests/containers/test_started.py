"""What a container's runtime does in it, and what the container does itself."""

import asyncio

import pytest

from tests.containers.conftest import Starter, Watcher
from tests.containers.engine import Engine
from tests.serving import Child, until
from tracewire.event import Event
from tracewire.interest import EventInterest
from tracewire.lease import leased

pytestmark = [pytest.mark.root, pytest.mark.nats]

_WANTED = ("sched_process_exec", "security_file_open", "sched_process_exit")


async def _look(
    watcher: Watcher, docker: Engine, script: str, *exec_command: str, **host: object
) -> list[Event]:
    """All events in a container that runs *script*, and *exec_command* beside it."""
    async with leased(watcher.client, "a test", {name: EventInterest() for name in _WANTED}):
        await watcher.collected(*_WANTED)
        identity = docker.create("look", "sh", "-c", script, HostConfig=host)
        try:
            await asyncio.to_thread(docker.start_container, identity)
            if exec_command:
                run = docker.demand("POST", f"/containers/{identity}/exec", {"Cmd": list(exec_command)})["Id"]
                await asyncio.to_thread(docker.demand, "POST", f"/exec/{run}/start", {"Detach": True})
                await until(
                    lambda: any(
                        e.comm == exec_command[0].encode() for e in watcher.inside(_WANTED[0], identity)
                    ),
                    "the second command runs",
                )
            else:
                await asyncio.to_thread(docker.wait, identity)
                await until(
                    lambda: any(e.ns_pid == 1 for e in watcher.inside(_WANTED[2], identity)), "it has ended"
                )
            return [event for name in _WANTED for event in watcher.inside(name, identity)]
        finally:
            docker.remove(identity)


@pytest.fixture
async def looking(can_collect: None, start: Starter, watcher: Watcher) -> Child:
    """A collector alone: what is started is the kernel's to say."""
    return await start()


async def test_runtime_sets_up_and_then_the_entry_process_starts(
    looking: Child, watcher: Watcher, docker: Engine
) -> None:
    """The first process of the pid namespace is the runtime's until it executes the entry program."""
    events = await _look(watcher, docker, "cat /bin/sh >/dev/null; true")

    first = [
        event for event in events if event.ns_pid == 1 and event.pid_namespace != events[0].pid_namespace
    ]
    first = first or [event for event in events if event.ns_pid == 1]
    runtime = [event for event in first if event.image.exe != b"/bin/busybox"]
    entry = [event for event in first if event.image.exe == b"/bin/busybox"]
    others = [event for event in events if event.ns_pid > 1 and event.comm in {b"cat", b"sh", b"true"}]
    assert runtime
    assert entry
    assert others
    assert {event.image.started for event in runtime} == {False}
    assert {event.image.started for event in (*entry, *others)} == {True}
    executed = [e for e in entry if e in watcher.events("sched_process_exec")]
    assert max(event.time for event in runtime) <= min(event.time for event in executed)


async def test_what_joins_a_running_container_counts_as_started(
    looking: Child, watcher: Watcher, docker: Engine
) -> None:
    events = await _look(watcher, docker, "sleep 1000", "cat", "/bin/sh")

    joined = [event for event in events if event.comm == b"cat"]
    assert joined
    assert {event.image.started for event in joined} == {True}


async def test_process_cannot_make_itself_the_runtimes(
    looking: Child, watcher: Watcher, docker: Engine
) -> None:
    """In a pid namespace of its own, whose first process has executed nothing yet."""
    script = "unshare --pid --fork --mount-proc sh -c 'cat /bin/sh >/dev/null'; true"
    events = await _look(
        watcher,
        docker,
        script,
        CapAdd=["SYS_ADMIN"],
        SecurityOpt=["seccomp=unconfined", "apparmor=unconfined"],
    )

    outer = {e.pid_namespace for e in events if e.comm == b"sh" and e.ns_pid == 1}
    nested = [event for event in events if event.ns_pid == 1 and event.comm in {b"unshare", b"cat"}]
    assert outer
    assert nested
    assert {event.image.started for event in nested} == {True}


async def test_container_in_the_hosts_pid_namespace_counts_as_started(
    looking: Child, watcher: Watcher, docker: Engine
) -> None:
    """Nothing of the kernel's tells its runtime apart that it could not imitate."""
    async with leased(watcher.client, "a test", {_WANTED[0]: EventInterest()}):
        await watcher.collected(_WANTED[0])
        identity = await asyncio.to_thread(docker.run, "hosts", "true", HostConfig={"PidMode": "host"})
        entry = await until(
            lambda: [e for e in watcher.inside(_WANTED[0], identity) if e.comm == b"true"], "it has run"
        )

    assert [event.image.started for event in entry] == [True]

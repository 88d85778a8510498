"""Events of containers, made out of events of cgroups or of nothing but our own looking."""

import os
import threading
import time
from pathlib import Path
from typing import Any

import msgspec

from tracewire.catalogue import BY_NAME
from tracewire.event import Event, ProcessImage
from tracewire.inventory import Container

_NANOSECONDS_PER_TICK = 1_000_000_000 // os.sysconf("SC_CLK_TCK")
_HOST_PID_NAMESPACE = 0xEFFFFFFC  # PROC_PID_INIT_INO of include/linux/proc_ns.h
_ANY = (1 << 64) - 1  # whatever was asked for; who asked looks again
_START_TIME_FIELD = 19  # of /proc/PID/stat behind the name, which is field 22 in proc(5)


def removed(cgroup_event: Event, container: Container) -> Event:
    """container_remove, in the context of whoever removed the cgroup."""
    return _with(cgroup_event, "container_remove", [container.runtime, container.id])


def created(cgroup_event: Event, container: Container, ctime_ns: int) -> Event:
    """container_create, in the context of whoever made the cgroup.

    Args:
        cgroup_event: cgroup_mkdir of its first cgroup.
        container: What is known of it.
        ctime_ns: When that was, in nanoseconds since 1970.
    """
    return _with(cgroup_event, "container_create", _description(container, ctime_ns))


def existing(container: Container, ctime_ns: int | None) -> Event:
    """existing_container, in the context of this process."""
    return _with(own_event(), "existing_container", _description(container, ctime_ns))


def _description(container: Container, ctime_ns: int | None) -> list[Any]:
    pod = container.pod
    return [
        container.runtime,
        container.id,
        ctime_ns,
        container.image,
        container.image_digest,
        container.name,
        pod.name if pod else None,
        pod.namespace if pod else None,
        pod.uid if pod else None,
        container.pod_sandbox,
    ]


def _with(context: Event, name: str, values: list[Any]) -> Event:
    # Text travels as bytes, as the kernel writes it.
    encoded = [value.encode() if isinstance(value, str) else value for value in values]
    return msgspec.structs.replace(
        context,
        event_id=BY_NAME[name].id,
        clauses=_ANY,
        truncated=0,
        racy=0,
        user=0,
        args=msgspec.Raw(msgspec.msgpack.encode(encoded)),
    )


def own_event() -> Event:
    """An event of no kind yet, as the kernel would describe this thread now."""
    stat = Path("/proc/self/stat").read_bytes().rpartition(b") ")[2].split()
    pids = _status_numbers("NSpid")
    # In a pid namespace of its own this process cannot know its host's pid.
    host_pid = pids[0] if _namespace("pid") == _HOST_PID_NAMESPACE else 0
    return Event(
        event_id=0,
        time=time.clock_gettime_ns(time.CLOCK_BOOTTIME),
        clauses=0,
        generation=0,
        cpu=0,
        pid=host_pid,
        tid=host_pid,
        ns_pid=pids[-1],
        ns_tid=pids[-1],
        uid=os.getuid(),
        gid=os.getgid(),
        start_time=int(stat[_START_TIME_FIELD]) * _NANOSECONDS_PER_TICK,
        mount_namespace=_namespace("mnt"),
        pid_namespace=_namespace("pid"),
        cgroup_id=0,
        syscall=-1,
        return_value=0,
        truncated=0,
        racy=0,
        user=0,
        comm=Path("/proc/self/comm").read_bytes().rstrip(b"\n"),
        image=ProcessImage(
            exe=os.fsencode(Path("/proc/self/exe").readlink()), argv=Path("/proc/self/cmdline").read_bytes()
        ),
        cwd=os.fsencode(Path.cwd()),
        args=msgspec.Raw(b"\x90"),
    )


def _status_numbers(field: str) -> list[int]:
    for line in Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines():
        name, _, values = line.partition(":")
        if name == field:
            return [int(value) for value in values.split()]
    return [threading.get_native_id()]


def _namespace(kind: str) -> int:
    """The inode number of one of this process's namespaces."""
    return Path(f"/proc/self/ns/{kind}").stat().st_ino

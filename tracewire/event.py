"""An event as it travels: an array that the kernel wrote, read without a copy.

Fields are only ever appended. An old reader ignores what it does not know; a new
reader finds the default where an old collector wrote nothing.
"""

import msgspec


class Ancestor(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """A process from which another descends.

    Attributes:
        pid: Host process id.
        start_time: Nanoseconds since boot.
        comm: Its name, at most 15 bytes.
        exe: Path of its program; None where the kernel could not tell.
    """

    pid: int
    start_time: int
    comm: bytes
    exe: bytes | None = None


class ProcessImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """What stays the same about a process until it executes another program.

    Attributes:
        exe: Path of its program; None for a kernel thread.
        cgroup: Name of the innermost cgroup that is named after a container; None where
            there is none.
        argv: Its arguments as its own memory holds them, each ended by NUL, at most
            1 KiB; None for a kernel thread.
        ancestors: Nearest first, at most eight.
        started: Whether the container's entry process has been executed, rather than being
            set up by its runtime; None on the host, and where the collector is too old to say.
    """

    exe: bytes | None = None
    cgroup: bytes | None = None
    argv: bytes | None = None
    ancestors: list[Ancestor] = []
    started: bool | None = None


class Event(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One thing that happened, as the kernel wrote it.

    Attributes:
        event_id: Its definition's id in the catalogue.
        time: Nanoseconds since boot, suspended time included (CLOCK_BOOTTIME).
        clauses: One bit for each clause of the interest that it matched.
        generation: Which set of clauses those bits belong to.
        cpu: Where it happened.
        pid: Host process id (thread group).
        tid: Host thread id.
        ns_pid: Process id inside the process's own pid namespace.
        ns_tid: Thread id there.
        uid: Real user id.
        gid: Real group id.
        start_time: When the process started, nanoseconds since boot.
        mount_namespace: Inode number of the mount namespace.
        pid_namespace: Inode number of the pid namespace.
        cgroup_id: cgroup v2 id, as bpf_get_current_cgroup_id() gives it.
        syscall: Number of the system call it happened in, -1 outside of any.
        return_value: What that returned; 0 where there is none.
        truncated: One bit for each argument that was cut.
        racy: One bit for each argument found through a name that another thread may have swapped.
        user: One bit for each argument read from memory that another thread may have changed.
        comm: Name of the thread, at most 15 bytes.
        image: The process.
        cwd: Its working directory; None where it was not asked for.
        args: The arguments, in the order of the catalogue.
        via: What it came through: 1, a request of io_uring; None, the system call itself.
    """

    event_id: int
    time: int
    clauses: int
    generation: int
    cpu: int
    pid: int
    tid: int
    ns_pid: int
    ns_tid: int
    uid: int
    gid: int
    start_time: int
    mount_namespace: int
    pid_namespace: int
    cgroup_id: int
    syscall: int
    return_value: int
    truncated: int
    racy: int
    user: int
    comm: bytes
    image: ProcessImage
    cwd: bytes | None
    args: msgspec.Raw
    via: int | None = None


class EventHead(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The first fields of an event: enough to decide whether the rest is worth reading."""

    event_id: int
    time: int
    clauses: int
    generation: int

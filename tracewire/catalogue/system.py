"""Events that change the kernel itself."""

from tracewire.catalogue.definition import Argument, Definition, Exactness, Kind, Rung

# The registers of a call are the same at its exit as at its entry.
_REGISTERS = ("sys_exit",)
_SYSCALL = ("sys_enter", "sys_exit")

SYSTEM: tuple[Definition, ...] = (
    Definition(
        1600, "init_module", "system",
        "A process has asked the kernel to load a module from memory.",
        (
            Argument("umod", Kind.POINTER),
            Argument("len", Kind.INTEGER),
            Argument("uargs", Kind.STRING, note="The module's parameters."),
        ),
        rungs=(Rung("sys_exit", _REGISTERS, {"uargs": Exactness.USER}),),
        tags=("default", "syscalls", "system", "system_module"), syscalls=("init_module",),
    ),
    Definition(
        1601, "finit_module", "system",
        "A process has asked the kernel to load a module from a file.",
        (
            Argument("fd", Kind.INTEGER),
            Argument("uargs", Kind.STRING, note="The module's parameters."),
            Argument("flags", Kind.FLAGS, "finit_module"),
            Argument("pathname", Kind.PATH, note="The file behind fd."),
        ),
        rungs=(Rung("sys_exit", _SYSCALL, {"uargs": Exactness.USER, "pathname": Exactness.RACY},
                    "pathname is marked only where threads share the descriptor."),),
        tags=("default", "syscalls", "system", "system_module"), syscalls=("finit_module",),
    ),
    Definition(
        1602, "bpf", "system",
        "A process has used the bpf system call.",
        (
            Argument("cmd", Kind.ENUM, "bpf_cmd"),
            Argument("uattr", Kind.POINTER),
            Argument("size", Kind.INTEGER),
        ),
        rungs=(Rung("sys_exit", _REGISTERS),),
        tags=("syscalls", "system"), syscalls=("bpf",),
    ),
    Definition(
        1203, "io_uring_create", "system",
        "A process has set up a ring of io_uring, through which it can act without system calls.",
        (
            Argument("sq_entries", Kind.INTEGER, note="Requests that it holds."),
            Argument("cq_entries", Kind.INTEGER, note="Completions that it holds."),
            Argument("flags", Kind.FLAGS, "io_uring_setup"),
            Argument("polling", Kind.BOOLEAN, note="A thread of the kernel's takes requests, without any call."),
            Argument("sq_thread_cpu", Kind.INTEGER, note="The CPU on which that thread stays; -1: any, null: none."),
        ),
        rungs=(Rung("tracepoint", ("io_uring_create",), note="Not seen: what is refused. The return value is the "
                    "ring's descriptor."),),
        tags=("system", "fs_async_io"),
    ),
)  # fmt: skip

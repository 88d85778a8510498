"""Events that change the kernel itself."""

from tracewire.catalogue.definition import Argument, Definition, Exactness, Kind, Rung

# The registers of a call are the same at its exit as at its entry.
_REGISTERS = ("sys_exit",)

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
        rungs=(Rung("sys_exit", _REGISTERS, {"uargs": Exactness.USER, "pathname": Exactness.RACY}),),
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
)  # fmt: skip

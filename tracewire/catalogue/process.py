"""Events of processes: their life, their credentials and what they do to each other."""

from tracewire.catalogue.definition import Argument, Definition, Exactness, Kind, Rung

_EXIT = "sys_exit"
_TRACEPOINT = "tracepoint"
# The registers of a call are the same at its exit as at its entry.
_REGISTERS = ("sys_exit",)
_SYSCALL = ("sys_enter", "sys_exit")


def _integer(name: str, note: str = "") -> Argument:
    return Argument(name, Kind.INTEGER, note=note)


def _task(prefix: str, start: str, who: str) -> tuple[Argument, ...]:
    return (
        _integer(f"{prefix}_tid", f"Host thread id of {who}."),
        _integer(f"{prefix}_ns_tid", "The same inside its pid namespace."),
        _integer(f"{prefix}_pid", f"Host process id of {who}."),
        _integer(f"{prefix}_ns_pid", "The same inside its pid namespace."),
        _integer(start, "Start time in nanoseconds since boot."),
    )


def _registers(
    number: int, name: str, summary: str, *arguments: Argument, tags: tuple[str, ...] = ("default",)
) -> Definition:
    """An event whose arguments are all registers of the system call of the same name."""
    return Definition(
        number, name, "process", summary, arguments,
        rungs=(Rung(_EXIT, _REGISTERS),), tags=("syscalls", "proc", *tags), syscalls=(name,),
    )  # fmt: skip


_IDS = ("default", "proc_ids")
_SPAWN = ("execve", "execveat")

PROCESS: tuple[Definition, ...] = (
    Definition(
        700, "sched_process_fork", "process",
        "A process or thread has been created.",
        (
            *_task("parent", "parent_start_time", "the thread that forked"),
            *_task("child", "start_time", "the new thread"),
            *_task("parent_process", "parent_process_start_time", "the leader of the parent's thread group"),
            *_task("leader", "leader_start_time", "the leader of the new thread's group"),
        ),
        rungs=(Rung(_TRACEPOINT, ("sched_process_fork",)),),
        tags=("proc", "proc_life"),
    ),
    Definition(
        701, "sched_process_exec", "process",
        "A process has started to run a program.",
        (
            Argument("cmdpath", Kind.STRING, note="The path as execve was given it, the kernel's own copy."),
            Argument("pathname", Kind.PATH, note="The file that was loaded; of a script its interpreter, and cmdpath is the script."),
            _integer("dev", "Device number of its file system, as stat shows it."),
            _integer("inode", "Its inode number."),
            _integer("ctime", "Its change time, nanoseconds since 1970."),
            Argument("inode_mode", Kind.FLAGS, "mode", "Its type and permission bits."),
            Argument("interpreter_pathname", Kind.PATH, note="The ELF interpreter; empty for a static program."),
            _integer("interpreter_dev"),
            _integer("interpreter_inode"),
            _integer("interpreter_ctime"),
            Argument("argv", Kind.STRINGS, note="At most 12 KiB; what is longer is marked as truncated."),
            Argument("interp", Kind.STRING, note="A script's interpreter as the script names it; else cmdpath."),
            Argument("stdin_type", Kind.ENUM, "file_type", "What descriptor 0 is."),
            Argument("stdin_path", Kind.PATH, note="The file that descriptor 0 is, if it has a path."),
            Argument("invoked_from_kernel", Kind.BOOLEAN, note="Started by the kernel itself (usermode helper)."),
            Argument("prev_comm", Kind.STRING, note="The name of the process before."),
            Argument("env", Kind.STRINGS, note="At most 12 KiB.", on_request=True),
            Argument("pwd", Kind.PATH, note="The working directory."),
            Argument("tty", Kind.STRING, note="The controlling terminal, such as pts0; empty without one."),
            Argument("memfd", Kind.BOOLEAN, note="The file exists in memory only (memfd_create)."),
            Argument("upper_layer", Kind.BOOLEAN, note="The file is new or changed in a container's overlay."),
            Argument("credentials", Kind.CREDENTIALS, note="Of the new program, setuid bits applied."),
        ),
        rungs=(Rung(_TRACEPOINT, ("sched_process_exec", "task_rename")),),
        tags=("default", "proc", "proc_life"), syscalls=_SPAWN,
    ),
    Definition(
        702, "sched_process_exit", "process",
        "A thread has ended; with process_group_exit the last one of its process.",
        (
            _integer("exit_code", "What exit was given."),
            Argument("signal_code", Kind.ENUM, "signal", "The signal that ended it, 0 if none."),
            Argument("process_group_exit", Kind.BOOLEAN),
        ),
        rungs=(
            Rung(_TRACEPOINT, ("sched_process_exit",)),
            Rung("late_tracepoint", ("sched_process_exit_late", "signal_deliver", "sys_enter"),
                 {"process_group_exit": Exactness.RACY},
                 "Fires after the process has given up its memory: what it was is kept when it is told to end. "
                 "Marked where the last threads end at once."),
        ),
        tags=("proc", "proc_life"),
    ),
    _registers(
        703, "ptrace", "A process has asked to observe or control another.",
        Argument("request", Kind.ENUM, "ptrace_request"), _integer("pid", "As the caller's pid namespace numbers it."),
        Argument("addr", Kind.POINTER), Argument("data", Kind.POINTER),
    ),
    _registers(
        704, "process_vm_writev", "A process has written into the memory of another.",
        _integer("pid", "As the caller's pid namespace numbers it."),
        Argument("local_iov", Kind.POINTER), _integer("liovcnt"),
        Argument("remote_iov", Kind.POINTER), _integer("riovcnt"), _integer("flags"),
        tags=("default", "proc_mem"),
    ),
    _registers(705, "setuid", "A process has asked for another user id.", _integer("uid"), tags=_IDS),
    _registers(706, "setgid", "A process has asked for another group id.", _integer("gid"), tags=_IDS),
    _registers(707, "setreuid", "A process has asked for another real and effective user id.",
               _integer("ruid", "-1: unchanged."), _integer("euid", "-1: unchanged."), tags=_IDS),
    _registers(708, "setregid", "A process has asked for another real and effective group id.",
               _integer("rgid", "-1: unchanged."), _integer("egid", "-1: unchanged."), tags=_IDS),
    _registers(709, "setresuid", "A process has asked for another real, effective and saved user id.",
               _integer("ruid", "-1: unchanged."), _integer("euid", "-1: unchanged."),
               _integer("suid", "-1: unchanged."), tags=_IDS),
    _registers(710, "setresgid", "A process has asked for another real, effective and saved group id.",
               _integer("rgid", "-1: unchanged."), _integer("egid", "-1: unchanged."),
               _integer("sgid", "-1: unchanged."), tags=_IDS),
    _registers(711, "setfsuid", "A process has asked for another file system user id.",
               _integer("fsuid"), tags=_IDS),
    _registers(712, "setfsgid", "A process has asked for another file system group id.",
               _integer("fsgid"), tags=_IDS),
    Definition(
        713, "commit_creds", "process",
        "The credentials of a process have changed.",
        (
            Argument("old_cred", Kind.CREDENTIALS),
            Argument("new_cred", Kind.CREDENTIALS),
        ),
        rungs=(Rung(_EXIT, _SYSCALL, note="Changes outside the listed system calls (keyctl, a kernel exploit)."),),
        tags=("proc",),
        syscalls=("setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setfsuid", "setfsgid",
                  "setgroups", "capset", "prctl", "unshare", "setns", *_SPAWN),
    ),
    _registers(714, "unshare", "A process has left namespaces that it shared.",
               Argument("flags", Kind.FLAGS, "clone"), tags=("proc_ns",)),
    _registers(715, "setns", "A process has entered a namespace.",
               _integer("fd"), Argument("nstype", Kind.FLAGS, "clone"), tags=("default", "proc_ns")),
    Definition(
        716, "mem_prot_alert", "process",
        "Memory has become executable in a way that loaders and compilers of machine code avoid.",
        (
            Argument("alert", Kind.ENUM, "mem_prot_alert"),
            Argument("addr", Kind.POINTER),
            _integer("len"),
            Argument("prot", Kind.FLAGS, "prot"),
            Argument("prev_prot", Kind.FLAGS, "prot", "Empty for mmap; null when the kernel was busy with the map."),
            Argument("pathname", Kind.PATH, note="The mapped file; empty for anonymous memory."),
            _integer("dev"), _integer("inode"), _integer("ctime"),
        ),
        rungs=(Rung(_EXIT, _SYSCALL,
                    dict.fromkeys(("alert", "prev_prot", "pathname", "dev", "inode", "ctime"), Exactness.RACY)
                    | {"len": Exactness.USER},
                    "Whole mappings are judged by their first page. Marked only where threads share the memory; len "
                    "of the mmap that 32-bit programs had first, which is given the address of its arguments."),),
        tags=("proc", "proc_mem"), syscalls=("mmap", "mprotect", "pkey_mprotect"),
    ),
)  # fmt: skip

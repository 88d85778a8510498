"""Everything that the collector can refuse.

CollectorError
├── MachineError     this machine cannot run the collector
│   └── TypesError   a file with the kernel's types is none, or another kernel's
├── ObjectsError     the BPF objects are not where they should be
└── BpfError         libbpf or the kernel has refused something
    ├── LoadError    an object, because of one of its programs or maps
    ├── AttachError  a program to its hook
    └── MapError     an operation on a map
"""

import os

from tracewire.errors import TracewireError


class CollectorError(TracewireError):
    """The root of the tree."""


class MachineError(CollectorError):
    """This machine lacks what the collector cannot do without.

    Attributes:
        problem: What is missing.
    """

    def __init__(self, problem: str, *, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(problem)


class TypesError(MachineError):
    """A file that should hold the kernel's types (BTF) does not.

    Attributes:
        source: What was given.
    """

    def __init__(self, source: str, problem: str) -> None:
        self.source = source
        super().__init__(
            f"the kernel's types cannot be taken from {source}: {problem}",
            remedy="Give the file for exactly this kernel (`uname -r`), or a directory of such, as --btf or"
            " TRACEWIRE_COLLECTOR_BTF; BTFHub has them for many kernels.",
        )


class ObjectsError(CollectorError):
    """A BPF object is missing.

    Attributes:
        searched: Folders that were looked into.
        name: Of the object.
    """

    remedy = "Build them with `make setup`, or say in TRACEWIRE_OBJECTS where they are."

    def __init__(self, name: str, searched: list[str]) -> None:
        self.name = name
        self.searched = searched
        super().__init__(f"no {name}.bpf.o in {', '.join(searched)}")


class BpfError(CollectorError):
    """libbpf or the kernel has refused an operation.

    Attributes:
        operation: What was tried.
        subject: Name of the object, program or map it was tried on.
        code: The errno, positive; 0 where there is none.
        log: What libbpf and the verifier said, oldest line first.
    """

    remedy = "`python -m collector doctor` shows what this kernel allows."

    def __init__(self, operation: str, subject: str, code: int, log: tuple[str, ...] = ()) -> None:
        self.operation = operation
        self.subject = subject
        self.code = code
        self.log = log
        super().__init__(f"cannot {operation} {subject}: {self.reason}")

    @property
    def reason(self) -> str:
        """The verifier's or libbpf's last word, or the errno in words."""
        return _last_word(self.log) or (os.strerror(self.code) if self.code else "refused")


class LoadError(BpfError):
    """An object was not loaded.

    Attributes:
        program: The program that the kernel refused, or None where it was something else.
    """

    def __init__(self, subject: str, code: int, log: tuple[str, ...], program: str | None) -> None:
        self.program = program
        super().__init__("load", subject, code, log)


class AttachError(BpfError):
    """A program was not attached."""

    def __init__(self, subject: str, code: int, log: tuple[str, ...] = ()) -> None:
        super().__init__("attach", subject, code, log)


class MapError(BpfError):
    """An operation on a map failed."""


_STATISTICS = ("processed ", "verification time ", "stack depth ", "-- ", "libbpf: ")


def _last_word(log: tuple[str, ...]) -> str:
    """The verifier's verdict, which is its last line but statistics; else libbpf's first line."""
    verdicts = [line.strip() for line in log if line.strip() and not line.startswith(_STATISTICS)]
    if verdicts:
        return verdicts[-1]
    return log[0].removeprefix("libbpf: ") if log else ""

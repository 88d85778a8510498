"""libbpf from Python, without a compiled part: ctypes over libbpf.so.1.

Usable alone, with any CO-RE object:

    with BpfObject.open("own.bpf.o") as bpf:
        bpf.set_constant("own_tgid", os.getpid())
        bpf.load()
        link = bpf.programs["on_exec"].attach()
        print(bpf.maps["counts"].get(struct.pack("=I", 0)))

The only module that knows libbpf's ABI (1.0 and later; tried with 1.1). Nothing here is
meant for a hot path: a ring buffer's descriptor goes to `collector.ring`, which reads it
without a foreign call.
"""

import ctypes
import errno
import os
import re
from collections import deque
from collections.abc import Iterator
from ctypes import POINTER, byref, c_bool, c_char_p, c_int, c_size_t, c_uint32, c_uint64, c_void_p
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple, Self

from collector.errors import AttachError, BpfError, LoadError, MapError

_KIND_TYPEDEF, _KIND_FUNCTION, _KIND_DATASEC = 8, 12, 15
_LEVEL_WARN = 0
_LOG_LINES = 400
_LOG_BYTES = 1024 * 1024
_PER_CPU_TYPES = frozenset({5, 6, 10, 21})  # percpu hash, array, lru hash, cgroup storage
_PROGRAM_NAMED = re.compile(r"libbpf: prog '([^']+)': ")


class _OpenOptions(ctypes.Structure):
    """struct bpf_object_open_opts up to btf_custom_path; libbpf reads no further than `sz`."""

    _fields_ = (
        ("sz", c_size_t),
        ("object_name", c_char_p),
        ("relaxed_maps", c_bool),
        ("pin_root_path", c_char_p),
        ("_removed", c_uint32),
        ("kconfig", c_char_p),
        ("btf_custom_path", c_char_p),
    )


class _TestRunOptions(ctypes.Structure):
    """struct bpf_test_run_opts."""

    _fields_ = (
        ("sz", c_size_t),
        ("data_in", c_void_p),
        ("data_out", c_void_p),
        ("data_size_in", c_uint32),
        ("data_size_out", c_uint32),
        ("ctx_in", c_void_p),
        ("ctx_out", c_void_p),
        ("ctx_size_in", c_uint32),
        ("ctx_size_out", c_uint32),
        ("retval", c_uint32),
        ("repeat", c_int),
        ("duration", c_uint32),
        ("flags", c_uint32),
        ("cpu", c_uint32),
        ("batch_size", c_uint32),
    )


class ProgramInfo(NamedTuple):
    """What the kernel knows about a loaded program.

    Attributes:
        id: Number of the program in this kernel.
        runs: How often it ran; counted only while kernel.bpf_stats_enabled is 1.
        run_nanoseconds: Time spent in it, under the same condition.
        recursion_misses: Calls that were skipped because it was already running on that
            CPU (5.12 and later; 0 before).
        verified_instructions: What the verifier went through (5.16 and later; 0 before).
    """

    id: int
    runs: int
    run_nanoseconds: int
    recursion_misses: int
    verified_instructions: int


# struct bpf_prog_info, include/uapi/linux/bpf.h: byte offsets of what is read.
_INFO_BYTES = 256
_INFO_ID, _INFO_RUN_TIME, _INFO_RUN_CNT, _INFO_MISSES, _INFO_VERIFIED = 4, 192, 200, 208, 216

_PRINT = ctypes.CFUNCTYPE(c_int, c_int, c_char_p, c_void_p)

_PROTOTYPES: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "libbpf_set_print": (c_void_p, (_PRINT,)),
    "libbpf_num_possible_cpus": (c_int, ()),
    "bpf_object__open_file": (c_void_p, (c_char_p, POINTER(_OpenOptions))),
    "bpf_object__load": (c_int, (c_void_p,)),
    "bpf_object__close": (None, (c_void_p,)),
    "bpf_object__btf": (c_void_p, (c_void_p,)),
    "bpf_object__next_program": (c_void_p, (c_void_p, c_void_p)),
    "bpf_object__next_map": (c_void_p, (c_void_p, c_void_p)),
    "btf__load_vmlinux_btf": (c_void_p, ()),
    "btf__parse": (c_void_p, (c_char_p, c_void_p)),
    "btf__free": (None, (c_void_p,)),
    "btf__find_by_name_kind": (c_int, (c_void_p, c_char_p, c_uint32)),
    "btf__type_by_id": (c_void_p, (c_void_p, c_uint32)),
    "btf__name_by_offset": (c_char_p, (c_void_p, c_uint32)),
    "bpf_program__name": (c_char_p, (c_void_p,)),
    "bpf_program__section_name": (c_char_p, (c_void_p,)),
    "bpf_program__autoload": (c_bool, (c_void_p,)),
    "bpf_program__set_autoload": (c_int, (c_void_p, c_bool)),
    "bpf_program__fd": (c_int, (c_void_p,)),
    "bpf_program__attach": (c_void_p, (c_void_p,)),
    "bpf_program__attach_cgroup": (c_void_p, (c_void_p, c_int)),
    "bpf_link__fd": (c_int, (c_void_p,)),
    "bpf_link__destroy": (c_int, (c_void_p,)),
    "bpf_map__name": (c_char_p, (c_void_p,)),
    "bpf_map__fd": (c_int, (c_void_p,)),
    "bpf_map__type": (c_uint32, (c_void_p,)),
    "bpf_map__key_size": (c_uint32, (c_void_p,)),
    "bpf_map__value_size": (c_uint32, (c_void_p,)),
    "bpf_map__max_entries": (c_uint32, (c_void_p,)),
    "bpf_map__set_max_entries": (c_int, (c_void_p, c_uint32)),
    "bpf_map__set_autocreate": (c_int, (c_void_p, c_bool)),
    "bpf_map__is_internal": (c_bool, (c_void_p,)),
    "bpf_map__initial_value": (c_void_p, (c_void_p, POINTER(c_size_t))),
    "bpf_map__reuse_fd": (c_int, (c_void_p, c_int)),
    "bpf_map_lookup_elem": (c_int, (c_int, c_void_p, c_void_p)),
    "bpf_map_update_elem": (c_int, (c_int, c_void_p, c_void_p, c_uint64)),
    "bpf_map_delete_elem": (c_int, (c_int, c_void_p)),
    "bpf_map_get_next_key": (c_int, (c_int, c_void_p, c_void_p)),
    "bpf_obj_get_info_by_fd": (c_int, (c_int, c_void_p, POINTER(c_uint32))),
    "bpf_prog_test_run_opts": (c_int, (c_int, POINTER(_TestRunOptions))),
}

_log: deque[str] = deque(maxlen=_LOG_LINES)


def _collect_log(level: int, template: bytes, arguments: int) -> int:
    """Called by libbpf with a va_list, which reaches ctypes as a pointer on x86_64 and arm64."""
    if level != _LEVEL_WARN:
        return 0
    buffer = ctypes.create_string_buffer(_LOG_BYTES)
    length = int(_vsnprintf(buffer, _LOG_BYTES, template, arguments))
    _log.extend(buffer.value.decode("utf-8", "replace").splitlines())
    return length


_log_callback = _PRINT(_collect_log)


def _open_library() -> ctypes.CDLL:
    library = ctypes.CDLL("libbpf.so.1", use_errno=True)
    for name, (result, arguments) in _PROTOTYPES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    library.libbpf_set_print(_log_callback)
    return library


_vsnprintf = ctypes.CDLL(None).vsnprintf
_vsnprintf.argtypes = (c_void_p, c_size_t, c_char_p, c_void_p)
_vsnprintf.restype = c_int
_lib = _open_library()


def possible_cpus() -> int:
    """How many values a per-CPU map holds for each key."""
    return int(_lib.libbpf_num_possible_cpus())


def _pointer_or_errno(function: Any, *arguments: Any) -> tuple[int, int]:
    """What *function* returned, and errno where that is NULL."""
    _log.clear()
    ctypes.set_errno(0)
    result = function(*arguments)
    return (result, 0) if result else (0, ctypes.get_errno() or errno.EINVAL)


class KernelTypes:
    """What the kernel says about its own functions and tracepoints (BTF)."""

    def __init__(self, path: str | None = None) -> None:
        """Read the running kernel's types, or those in the file at *path*.

        Where there are none, nothing is known to be there.
        """
        self._pointer = _lib.btf__parse(path.encode(), None) if path else _lib.btf__load_vmlinux_btf()

    def has_function(self, name: str) -> bool:
        """Whether there is a function *name* outside of modules."""
        return self._has(name, _KIND_FUNCTION)

    def tracepoint_arguments(self, name: str) -> int | None:
        """How many arguments the tracepoint *name* has; None where there is none outside of modules."""
        if not self._pointer:
            return None
        number = int(_lib.btf__find_by_name_kind(self._pointer, f"btf_trace_{name}".encode(), _KIND_TYPEDEF))
        if number <= 0:
            return None
        # typedef -> pointer -> function prototype, whose first parameter is the kernel's own.
        for _ in range(2):
            number = c_uint32.from_address(_lib.btf__type_by_id(self._pointer, number) + 8).value
        prototype = _lib.btf__type_by_id(self._pointer, number)
        return (c_uint32.from_address(prototype + 4).value & 0xFFFF) - 1

    def close(self) -> None:
        """Forget them. Again does nothing."""
        pointer, self._pointer = self._pointer, None
        if pointer:
            _lib.btf__free(pointer)

    def _has(self, name: str, kind: int) -> bool:
        return (
            bool(self._pointer) and int(_lib.btf__find_by_name_kind(self._pointer, name.encode(), kind)) > 0
        )


class Link:
    """An attached program. It stays attached until `close`, or until the process ends."""

    def __init__(self, pointer: int, program: str) -> None:
        """Own the `struct bpf_link *` at *pointer*."""
        self._pointer = pointer
        self.program = program
        self._companion: Link | None = None

    def detach_with(self, companion: "Link") -> None:
        """Close *companion*, without which this one sees nothing, when this one is closed."""
        self._companion = companion

    @property
    def fd(self) -> int:
        """Descriptor of the link; -1 once closed."""
        return int(_lib.bpf_link__fd(self._pointer)) if self._pointer else -1

    def close(self) -> None:
        """Detach. Again does nothing."""
        pointer, self._pointer = self._pointer, 0
        if pointer:
            _lib.bpf_link__destroy(pointer)
        companion, self._companion = self._companion, None
        if companion:
            companion.close()


class Program:
    """One program of an object; valid as long as the object is open."""

    def __init__(self, pointer: int) -> None:
        """Stand for the `struct bpf_program *` at *pointer*."""
        self._pointer = pointer
        self.name: str = _lib.bpf_program__name(pointer).decode()
        self.section: str = _lib.bpf_program__section_name(pointer).decode()

    @property
    def autoload(self) -> bool:
        """Whether `BpfObject.load` loads it."""
        return bool(_lib.bpf_program__autoload(self._pointer))

    @autoload.setter
    def autoload(self, wanted: bool) -> None:
        code = _lib.bpf_program__set_autoload(self._pointer, wanted)
        if code:
            raise BpfError("choose loading of", self.name, -code)

    @property
    def fd(self) -> int:
        """Descriptor of the loaded program; negative while it is not loaded."""
        return int(_lib.bpf_program__fd(self._pointer))

    def attach(self) -> Link:
        """Attach to the hook that its section names (tracepoints, fentry, lsm, kprobes).

        Raises:
            AttachError: The kernel refuses, or the program is not loaded.
        """
        if self.fd < 0:
            raise AttachError(self.name, errno.ENOENT, ("it is not loaded",))
        pointer, code = _pointer_or_errno(_lib.bpf_program__attach, self._pointer)
        if not pointer:
            raise AttachError(self.name, code, tuple(_log))
        return Link(pointer, self.name)

    def attach_cgroup(self, directory_fd: int) -> Link:
        """Attach to the cgroup whose directory is open as *directory_fd*, and to all below it.

        Raises:
            AttachError: The kernel refuses, or the program is not loaded.
        """
        if self.fd < 0:
            raise AttachError(self.name, errno.ENOENT, ("it is not loaded",))
        pointer, code = _pointer_or_errno(_lib.bpf_program__attach_cgroup, self._pointer, directory_fd)
        if not pointer:
            raise AttachError(self.name, code, tuple(_log))
        return Link(pointer, self.name)

    def info(self) -> ProgramInfo:
        """What the kernel knows about it.

        Raises:
            BpfError: It is not loaded.
        """
        buffer = ctypes.create_string_buffer(_INFO_BYTES)
        length = c_uint32(_INFO_BYTES)
        code = _lib.bpf_obj_get_info_by_fd(self.fd, buffer, byref(length))
        if code:
            raise BpfError("ask about", self.name, -code)

        def number(offset: int, size: int) -> int:
            return int.from_bytes(buffer.raw[offset : offset + size], "little")

        return ProgramInfo(
            id=number(_INFO_ID, 4),
            runs=number(_INFO_RUN_CNT, 8),
            run_nanoseconds=number(_INFO_RUN_TIME, 8),
            recursion_misses=number(_INFO_MISSES, 8),
            verified_instructions=number(_INFO_VERIFIED, 4),
        )

    def test_run(self, context: bytes = b"", *, flags: int = 0, cpu: int = 0) -> int:
        """Run it once in the kernel (BPF_PROG_TEST_RUN) and return what it returns.

        Args:
            context: What the program finds as its context.
            flags: BPF_F_TEST_RUN_*.
            cpu: Where, with BPF_F_TEST_RUN_ON_CPU.

        Raises:
            BpfError: It is not loaded, or its type cannot be run this way.
        """
        options = _TestRunOptions(sz=ctypes.sizeof(_TestRunOptions), flags=flags, cpu=cpu)
        if context:
            options.ctx_in = ctypes.cast(ctypes.create_string_buffer(context, len(context)), c_void_p)
            options.ctx_size_in = len(context)
        code = _lib.bpf_prog_test_run_opts(self.fd, byref(options))
        if code:
            raise BpfError("run", self.name, -code)
        return int(options.retval)


class Map:
    """One map of an object. Keys and values are bytes, as long as the map says."""

    def __init__(self, pointer: int) -> None:
        """Stand for the `struct bpf_map *` at *pointer*."""
        self._pointer = pointer
        self.name: str = _lib.bpf_map__name(pointer).decode()
        self.type = int(_lib.bpf_map__type(pointer))
        self.key_size = int(_lib.bpf_map__key_size(pointer))
        self.value_size = int(_lib.bpf_map__value_size(pointer))
        self.internal = bool(_lib.bpf_map__is_internal(pointer))
        self.per_cpu = self.type in _PER_CPU_TYPES
        # The kernel pads each CPU's value to eight bytes.
        self._stride = (self.value_size + 7) & ~7
        self._cpus = possible_cpus() if self.per_cpu else 1
        self._buffer = ctypes.create_string_buffer(max(self._stride * self._cpus, self.value_size))

    @property
    def fd(self) -> int:
        """Descriptor; negative before the object is loaded."""
        return int(_lib.bpf_map__fd(self._pointer))

    @property
    def max_entries(self) -> int:
        """Number of entries, or bytes of a ring buffer. Can be set before loading."""
        return int(_lib.bpf_map__max_entries(self._pointer))

    @max_entries.setter
    def max_entries(self, count: int) -> None:
        self._check("resize", _lib.bpf_map__set_max_entries(self._pointer, count))

    def leave_out(self) -> None:
        """Do not create it at load: for kernels that lack its type."""
        self._check("leave out", _lib.bpf_map__set_autocreate(self._pointer, False))

    def reuse(self, other: "Map") -> None:
        """Stand for the same kernel map as the loaded *other*. Before loading only."""
        self._check("share", _lib.bpf_map__reuse_fd(self._pointer, other.fd))

    def get(self, key: bytes) -> bytes | None:
        """The value at *key*, None where there is none; of a per-CPU map all CPUs' one after another."""
        self._fit("key", key, self.key_size)
        code = _lib.bpf_map_lookup_elem(self.fd, key, self._buffer)
        if code == -errno.ENOENT:
            return None
        self._check("read", code)
        return self._buffer.raw if self.per_cpu else self._buffer.raw[: self.value_size]

    def get_per_cpu(self, key: bytes) -> list[bytes]:
        """Each CPU's value at *key*; empty where there is none."""
        raw = self.get(key)
        if raw is None:
            return []
        return [
            raw[start : start + self.value_size]
            for start in range(0, self._cpus * self._stride, self._stride)
        ]

    def set(self, key: bytes, value: bytes) -> None:
        """Write *value* at *key*; to a per-CPU map, the same on all CPUs."""
        self._fit("key", key, self.key_size)
        self._fit("value", value, self.value_size)
        if self.per_cpu:
            value = value.ljust(self._stride, b"\0") * self._cpus
        self._check("write", _lib.bpf_map_update_elem(self.fd, key, value, 0))

    def delete(self, key: bytes) -> bool:
        """Remove *key*; False where it was not there."""
        self._fit("key", key, self.key_size)
        code = _lib.bpf_map_delete_elem(self.fd, key)
        if code != -errno.ENOENT:
            self._check("delete from", code)
        return bool(code == 0)

    def items(self) -> Iterator[tuple[bytes, bytes]]:
        """All entries, in the kernel's order; an entry that vanishes meanwhile is left out."""
        key: bytes | None = None
        following = ctypes.create_string_buffer(self.key_size)
        while True:
            code = _lib.bpf_map_get_next_key(self.fd, key, following)
            if code == -errno.ENOENT:
                return
            self._check("list", code)
            key = following.raw
            value = self.get(key)
            if value is not None:
                yield key, value

    def set_initial(self, offset: int, value: bytes) -> None:
        """Write *value* at *offset* of what a section of variables begins with. Before loading only."""
        size = c_size_t()
        address = _lib.bpf_map__initial_value(self._pointer, byref(size))
        if not address or offset + len(value) > size.value:
            raise MapError("set a variable in", self.name, errno.EINVAL)
        ctypes.memmove(address + offset, value, len(value))

    def _fit(self, what: str, given: bytes, size: int) -> None:
        if len(given) != size:
            raise MapError("use", self.name, errno.EINVAL, (f"{what} of {len(given)} bytes, not {size}",))
        if self.fd < 0:
            raise MapError("use", self.name, errno.EBADF, ("it is not loaded",))

    def _check(self, operation: str, code: int) -> None:
        if code < 0:
            raise MapError(operation, self.name, -code)


class BpfObject:
    """A BPF object file: first open, then loaded.

    Attributes:
        name: Of the file, without its folder and suffixes.
        programs: By name, in the order of the file.
        maps: By name.
    """

    def __init__(self, pointer: int, name: str) -> None:
        """Own the `struct bpf_object *` at *pointer*; see `open`."""
        self._pointer = pointer
        self.name = name
        self.programs = {
            program.name: program for program in map(Program, self._each(_lib.bpf_object__next_program))
        }
        self.maps = {found.name: found for found in map(Map, self._each(_lib.bpf_object__next_map))}

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, btf: str | None = None) -> Self:
        """Read the object at *path*; nothing reaches the kernel yet.

        Args:
            path: The file.
            btf: A file with the kernel's types, for a kernel that does not show its own.

        Raises:
            LoadError: It is not there, or not a BPF object.
        """
        name = Path(path).name.removesuffix(".o").removesuffix(".bpf")
        options = _OpenOptions(sz=ctypes.sizeof(_OpenOptions), btf_custom_path=btf.encode() if btf else None)
        pointer, code = _pointer_or_errno(_lib.bpf_object__open_file, os.fsencode(path), byref(options))
        if not pointer:
            raise LoadError(name, code, tuple(_log), None)
        return cls(pointer, name)

    def _each(self, following: Any) -> Iterator[int]:
        pointer = following(self._pointer, None)
        while pointer:
            yield pointer
            pointer = following(self._pointer, pointer)

    def load(self) -> None:
        """Verify and load every program whose `autoload` is set.

        An object that failed to load cannot be loaded again: open it anew.

        Raises:
            LoadError: The kernel refuses one of them; the others are not loaded either.
        """
        _log.clear()
        code = _lib.bpf_object__load(self._pointer)
        if code:
            named = [match[1] for line in _log if (match := _PROGRAM_NAMED.match(line))]
            raise LoadError(self.name, -code, tuple(_log), named[-1] if named else None)

    def set_constant(self, name: str, value: int) -> None:
        """Give the `const volatile` variable *name* its value. Before loading only.

        Raises:
            KeyError: There is none of this name.
        """
        offset, size = self._variables(".rodata")[name]
        self._section(".rodata").set_initial(offset, value.to_bytes(size, "little"))

    def has_constant(self, name: str) -> bool:
        """Whether `set_constant` knows *name*."""
        return name in self._variables(".rodata")

    def read_variable(self, name: str) -> bytes:
        """The bytes of the global variable *name* in .bss, as they are now. After loading only.

        Raises:
            KeyError: There is none of this name.
        """
        offset, size = self._variables(".bss")[name]
        memory = self._section(".bss").get(bytes(4))
        return memory[offset : offset + size] if memory else bytes(size)

    def _section(self, section: str) -> Map:
        return next(found for found in self.maps.values() if found.internal and found.name.endswith(section))

    def _variables(self, section: str) -> dict[str, tuple[int, int]]:
        """Offset and size in *section* of each variable that the object's BTF knows."""
        btf = _lib.bpf_object__btf(self._pointer)
        index = _lib.btf__find_by_name_kind(btf, section.encode(), _KIND_DATASEC) if btf else -1
        if index < 0:
            return {}
        # struct btf_type is three words: name, info (number of members in the low half), size.
        address = _lib.btf__type_by_id(btf, index)
        count = c_uint32.from_address(address + 4).value & 0xFFFF
        # Behind it one struct btf_var_secinfo for each variable: type, offset, size.
        members = (c_uint32 * (3 * count)).from_address(address + 12)
        found = {}
        for kind, offset, size in zip(members[0::3], members[1::3], members[2::3], strict=True):
            variable = _lib.btf__type_by_id(btf, kind)
            label = _lib.btf__name_by_offset(btf, c_uint32.from_address(variable).value)
            found[label.decode()] = (offset, size)
        return found

    def close(self) -> None:
        """Unload. Links of its programs keep those loaded until they are closed too."""
        pointer, self._pointer = self._pointer, 0
        if pointer:
            self.programs, self.maps = {}, {}
            _lib.bpf_object__close(pointer)

    def __enter__(self) -> Self:
        """Itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Unload."""
        self.close()

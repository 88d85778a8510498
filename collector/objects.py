"""The BPF objects: found, and of each what is needed loaded, as far as this kernel takes it."""

import os
import platform
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import collector
from collector.btf import TypesFile, is_shown
from collector.errors import AttachError, BpfError, LoadError, ObjectsError, TypesError
from collector.libbpf import BpfObject, Link, Map, Program, possible_cpus
from collector.machine import own_facts, security_modules
from collector.requirements import Kernel, kernel_version
from tracewire.catalogue import FAMILIES

_CORE = "core"
# Hand the programs of the families the very objects that a call works on; see bpf/hook.h.
_HOOKS = ("lsm", "fexit", "kprobe")
# A kernel that refuses one program of these kinds refuses the others of the object too.
_ALIKE = (("fexit/", "fentry/"), ("cgroup/",))
# See what io_uring does, and write into the rings of families.
_REQUESTS = {"uring_file_fexit": "file", "uring_network_fexit": "network"}
# The same objects for kernels without task storage in tracing programs (bpf/task.h).
_BEFORE_5_12 = "before-5.12"
_BEFORE_6_2 = "before-6.2"
# The objects that look at the edges of system calls, for kernels that preempt a tracepoint's program.
_EDGES_BY_KPROBE = "edges-by-kprobe"
_EDGES = ("kprobe/trace_syscall_enter", "kprobe/trace_syscall_exit")
_TRACE_CALLS = "trace_calls"
_EDGE_PROBES = (_TRACE_CALLS, "see_entry", "see_exit")
_PREEMPTS_TRACEPOINTS = (7, 0)
_OWN_MAP = "ring"
_SCRATCH_SLOTS = 4  # for each CPU: SLOTS in bpf/maps.h
# Slab caches by name, and the program that is blind without knowing the address.
_CACHES = {"names_cache": "names_cache_free", "filp_cache": "file_alloc", "mnt_cache": "mount_alloc"}
_MEBIBYTE = 1024 * 1024

# Every byte of a ring is resident memory, and only files need all of it.
_RING_SHARE = {"process": 2, "network": 4, "system": 8, "container": 8, "syscall": 2}


def folder() -> Path:
    """Where the objects lie: TRACEWIRE_OBJECTS, this package, or the checkout's build folder.

    Raises:
        ObjectsError: In none of them.
    """
    package = Path(collector.__file__).parent
    chosen = os.environ.get("TRACEWIRE_OBJECTS")
    places = [Path(chosen)] if chosen else [package / "objects", package.parent / "build" / "bpf"]
    for place in places:
        if (place / f"{_CORE}.bpf.o").is_file():
            return place
    raise ObjectsError(_CORE, [str(place) for place in places])


def variant(directory: Path, release: str, *, shows_types: bool) -> Path:
    """The objects in *directory* that are meant for kernel *release*.

    Args:
        directory: Where the objects for most kernels are, and the others below them.
        release: As uname shows it.
        shows_types: Whether that kernel shows its types, which all but raw tracepoints need.
    """
    if kernel_version(release) < (5, 12) or not shows_types:
        return directory / _BEFORE_5_12
    if kernel_version(release) < (6, 2):
        return directory / _BEFORE_6_2
    return directory


def host_tgid(path: Path) -> int:
    """This process's id in the initial pid namespace, by the program in *path*.

    Before 5.10, which cannot run it, the id that this process knows.
    """
    try:
        with BpfObject.open(path) as bpf:
            bpf.load()
            return bpf.programs["host_tgid"].test_run()
    except BpfError:
        return os.getpid()


class _Object(NamedTuple):
    """One of the files."""

    name: str
    path: Path


class Objects:
    """The objects, and what has been loaded of them.

    The verifier takes about 50 ms for a program that writes an event, and a ring is memory: so
    a program is loaded when somebody first needs it. An object of which more is needed later is
    opened once more, and shares its maps with what was loaded before.

    Attributes:
        programs: Loaded programs by name, of all objects.
        refused: Why a program cannot be loaded, by its name, or an object, by its file's; what nobody
            has needed yet is here only if it can be said without trying.
        maps: Maps that the objects share, by name.
        rings: Ring buffer maps of families of which anything was loaded.
    """

    def __init__(self, directory: Path, *, ring_mebibytes: int, types: TypesFile | None = None) -> None:
        """Load what all families share; `load` loads the rest and `close` unloads all of it.

        Args:
            directory: Holds one `<name>.bpf.o` each for core and the families.
            ring_mebibytes: Size of a ring buffer; some families take a fraction.
            types: The kernel's types, for a kernel that does not show its own.

        Raises:
            TypesError: *types* are another kernel's.
        """
        self.programs: dict[str, Program] = {}
        self.refused: dict[str, str] = {}
        self.maps: dict[str, Map] = {}
        self.rings: dict[str, Map] = {}
        self._open: list[BpfObject] = []
        self._objects: dict[str, _Object] = {}  # by program
        self._refused_kinds: dict[tuple[str, ...], str] = {}
        self._btf = types.path if types else None
        self._ring_bytes = ring_mebibytes * _MEBIBYTE
        self._constants = {"own_tgid": host_tgid(directory / "own.bpf.o")}
        try:
            if types is not None:
                self._check(directory / "check.bpf.o", types)
            directory = variant(directory, platform.release(), shows_types=is_shown())
            self._constants |= self._find_caches(directory / "calibrate.bpf.o")
            self._list_programs(directory, self._edges_by_kprobe(directory))
            self.load(name for name, where in self._objects.items() if where.name == _CORE)
        except BaseException:
            self.close()
            raise

    def load(self, names: Iterable[str]) -> None:
        """Load those of programs *names* that are not yet; what the kernel refuses is in `refused` then.

        A program that the kernel refuses is left out and the rest of its object loaded,
        so that each event falls to its next rung alone.
        """
        missing: dict[_Object, set[str]] = {}
        wanted = set(names) - self.programs.keys() - self.refused.keys()
        for name, where in self._objects.items():
            if name in wanted:
                missing.setdefault(where, set()).add(name)
        for where, programs in missing.items():
            self._load(where, programs)

    @property
    def known(self) -> list[str]:
        """Names of all programs there are, loaded or not, in the order of objects and files."""
        return list(self._objects)

    def load_all(self) -> None:
        """Load everything that this kernel takes, to see what it is."""
        self.load(self._objects)

    def _list_programs(self, directory: Path, edges: Path | None) -> None:
        shown = is_shown()
        # A file may have been made small: it has what our programs read, and no functions.
        kernel = Kernel(None if shown else self._btf, security_modules(), shows_types=shown)
        try:
            for name in (_CORE, *FAMILIES, *_HOOKS, *_REQUESTS):
                path = directory / f"{name}.bpf.o"
                if edges and (edges / path.name).is_file():
                    path = edges / path.name
                try:
                    with BpfObject.open(path, btf=self._btf) as bpf:
                        sections = {program.name: program.section for program in bpf.programs.values()}
                except LoadError as error:
                    self.refused[path.name] = error.reason
                    continue
                for program, section in sections.items():
                    self._objects[program] = _Object(name, path)
                    if lacking := kernel.lacks(program, section):
                        self.refused.setdefault(program, lacking)
        finally:
            kernel.close()

    def _check(self, path: Path, types: TypesFile) -> None:
        """Read facts about this process where *types* say that they are, and compare."""
        try:
            with BpfObject.open(path, btf=types.path) as bpf:
                _set_constants(bpf, self._constants)
                bpf.load()
                link = bpf.programs["look_at_task"].attach()
                os.getppid()
                link.close()
                found = {name: bpf.read_variable(name) for name in own_facts()}
        except BpfError as error:
            raise TypesError(types.source, f"libbpf cannot use them: {error.reason}") from error
        wrong = [name for name, fact in own_facts().items() if found[name] != fact]
        if wrong:
            raise TypesError(
                types.source, f"they describe another kernel: there, {' and '.join(wrong)} would be elsewhere"
            )

    def _find_caches(self, path: Path) -> dict[str, int]:
        """The addresses of slab caches by which inner tracepoints recognise objects."""
        found = dict.fromkeys(_CACHES, 0)
        calibration = None
        if path.is_file():
            calibration = self._load_what_can(
                path, {"find_caches"}, lambda bpf: _set_constants(bpf, self._constants)
            )
        if calibration is not None and "find_caches" not in self.refused:
            with calibration as bpf:
                try:
                    link = bpf.programs["find_caches"].attach()
                    # Any path that is looked up is copied into, and freed from, a slab cache.
                    os.access("/nonexistent", os.F_OK)
                    link.close()
                    found = {name: int.from_bytes(bpf.read_variable(name), "little") for name in _CACHES}
                except AttachError as error:
                    self.refused["find_caches"] = error.reason
        for cache, program in _CACHES.items():
            if not found[cache]:
                self.refused[program] = f"the slab cache {cache} was not found, or holds something else here"
        return found

    def _edges_by_kprobe(self, directory: Path) -> Path | None:
        """Where the objects are that see the edges of system calls by kprobes; None where they cannot.

        What was tried stays loaded: it lets calls pass there.
        """
        others, path = directory / _EDGES_BY_KPROBE, directory / "edges.bpf.o"
        if kernel_version(platform.release()) < _PREEMPTS_TRACEPOINTS or not others.is_dir():
            return None
        bpf = self._load_what_can(path, set(_EDGE_PROBES), lambda bpf: _set_constants(bpf, self._constants))
        if bpf is None:
            return None
        self._open.append(bpf)
        try:
            links = [bpf.programs[name].attach() for name in _EDGE_PROBES]
        except AttachError as error:
            self.refused[path.name] = error.reason
            return None
        os.getppid()
        for link in links:
            link.close()
        if not all(int.from_bytes(bpf.read_variable(name), "little") for name in ("entries", "exits")):
            self.refused[path.name] = "kprobes at the edges of system calls are never called on this kernel"
            return None
        self.programs[_TRACE_CALLS] = bpf.programs[_TRACE_CALLS]
        return others

    def _load(self, where: _Object, wanted: set[str]) -> None:
        family = _REQUESTS.get(where.name, where.name)
        ring_bytes = self._ring_bytes // _RING_SHARE.get(family, 1)

        def prepare(bpf: BpfObject) -> None:
            _set_constants(bpf, self._constants)
            for found in bpf.maps.values():
                self._prepare_map(found, family, ring_bytes)

        bpf = self._load_what_can(where.path, wanted, prepare)
        if bpf is None:
            return
        self._open.append(bpf)
        for found in bpf.maps.values():
            if found.name == _OWN_MAP:
                self.rings.setdefault(family, found)
            elif _is_shared(found):
                self.maps.setdefault(found.name, found)
        self.programs |= {key: program for key, program in bpf.programs.items() if program.fd >= 0}

    def _prepare_map(self, found: Map, family: str, ring_bytes: int) -> None:
        if found.name == _OWN_MAP and family in self.rings:
            found.reuse(self.rings[family])
        elif found.name == _OWN_MAP:
            found.max_entries = ring_bytes
        elif found.name in self.maps:
            found.reuse(self.maps[found.name])
        elif found.name == "scratches":
            found.max_entries = _SCRATCH_SLOTS * possible_cpus()

    def _load_what_can(
        self, path: Path, wanted: set[str], prepare: Callable[[BpfObject], None]
    ) -> BpfObject | None:
        """The object at *path* with the programs *wanted* that the kernel takes; None where that is none."""
        while True:
            try:
                bpf = BpfObject.open(path, btf=self._btf)
            except LoadError as error:
                self.refused[path.name] = error.reason
                return None
            sections = {name: program.section for name, program in bpf.programs.items()}
            left = self._not_refused(wanted, sections)
            if not left:
                bpf.close()
                return None
            for name, program in bpf.programs.items():
                program.autoload = name in left
            prepare(bpf)
            try:
                bpf.load()
            except LoadError as error:
                bpf.close()
                self._refuse(error, left, sections)
            else:
                return bpf

    def _not_refused(self, names: set[str], sections: Mapping[str, str]) -> set[str]:
        for name in names - self.refused.keys():
            if reason := self._refused_kinds.get(_kinds(sections[name])):
                self.refused[name] = reason
        return names - self.refused.keys()

    def _refuse(self, error: LoadError, loaded: set[str], sections: Mapping[str, str]) -> None:
        """Remember whom *error* is about: one of *loaded* and its like, or the object as a whole."""
        about = loaded
        if error.program in loaded:
            about = {name for name in _like(error.program, sections) if name not in self.refused}
            if kinds := _kinds(sections[error.program]):
                self._refused_kinds[kinds] = error.reason
        self.refused |= dict.fromkeys(about, error.reason)

    def missed_calls(self, names: set[str]) -> dict[str, int]:
        """For each program of *names* that missed any, the calls that the kernel skipped."""
        misses = {name: self.programs[name].info().recursion_misses for name in sorted(names)}
        return {name: count for name, count in misses.items() if count}

    def attach(self, name: str, cgroup_fd: int | None) -> Link:
        """Attach program *name* to the hook that its section names.

        Args:
            name: Of a loaded program.
            cgroup_fd: The cgroup v2 root, for programs of cgroups.

        Raises:
            AttachError: The kernel refuses.
        """
        program = self.programs[name]
        if program.section.startswith("cgroup/") and cgroup_fd is not None:
            return program.attach_cgroup(cgroup_fd)
        if program.section not in _EDGES:
            return program.attach()
        companion = self.programs[_TRACE_CALLS].attach()
        try:
            link = program.attach()
        except AttachError:
            companion.close()
            raise
        link.detach_with(companion)
        return link

    def close(self) -> None:
        """Unload all of them."""
        self.programs, self.maps, self.rings = {}, {}, {}
        while self._open:
            self._open.pop().close()


def _is_shared(found: Map) -> bool:
    """Whether all objects, or all that was loaded of one, have map *found* in common."""
    return not found.internal or found.name.endswith((".bss", ".data"))


def _set_constants(bpf: BpfObject, constants: dict[str, int]) -> None:
    for name, value in constants.items():
        if bpf.has_constant(name):
            bpf.set_constant(name, value)


def _like(culprit: str, sections: Mapping[str, str]) -> list[str]:
    """*culprit*, and the programs that are refused for the same reason."""
    kinds = _kinds(sections[culprit])
    return [name for name, section in sections.items() if kinds and section.startswith(kinds)] or [culprit]


def _kinds(section: str) -> tuple[str, ...]:
    """The kinds of programs of which a kernel refuses all or none, if *section* is of one; else none."""
    return next((kinds for kinds in _ALIKE if section.startswith(kinds)), ())

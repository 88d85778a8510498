"""The BPF objects: found, loaded, and as much of each as this kernel takes."""

import os
import platform
from collections.abc import Callable, Mapping
from pathlib import Path

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
# Sees what io_uring does with files, and writes into their ring.
_REQUESTS, _REQUESTS_RING = "uring_fexit", "file"
# The same objects for kernels without task storage in tracing programs (bpf/task.h).
_BEFORE_5_12 = "before-5.12"
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
    return directory


class Objects:
    """Everything that has been loaded.

    Attributes:
        programs: Loaded programs by name, of all objects.
        refused: Why a program could not be loaded, by its name; or an object, by its file's.
        maps: Maps that the objects share, by name.
        rings: Each family's ring buffer map.
    """

    def __init__(self, directory: Path, *, ring_mebibytes: int, types: TypesFile | None = None) -> None:
        """Load all objects in *directory*; `close` unloads them.

        A program that the kernel refuses is left out and the rest of its object loaded,
        so that each event falls to its next rung alone.

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
        self._refused_kinds: dict[tuple[str, ...], str] = {}
        self._btf = types.path if types else None
        self._kernel = Kernel(self._btf, security_modules(), shows_types=is_shown())
        constants = {"own_tgid": os.getpid()}
        try:
            if types is not None:
                self._check(directory / "check.bpf.o", types, constants)
            directory = variant(directory, platform.release(), shows_types=is_shown())
            constants |= self._find_caches(directory / "calibrate.bpf.o", constants)
            for name in (_CORE, *FAMILIES):
                path = directory / f"{name}.bpf.o"
                ring_bytes = ring_mebibytes * _MEBIBYTE // _RING_SHARE.get(name, 1)
                self._load(path, name, constants, ring_bytes)
            for name in _HOOKS:
                self._load(directory / f"{name}.bpf.o", name, constants, 0)
            self._load(directory / f"{_REQUESTS}.bpf.o", _REQUESTS, constants, ring_mebibytes * _MEBIBYTE)
        except BaseException:
            self.close()
            raise
        finally:
            self._kernel.close()

    def _check(self, path: Path, types: TypesFile, constants: dict[str, int]) -> None:
        """Read facts about this process where *types* say that they are, and compare."""
        try:
            with BpfObject.open(path, btf=types.path) as bpf:
                _set_constants(bpf, constants)
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

    def _find_caches(self, path: Path, constants: dict[str, int]) -> dict[str, int]:
        """The addresses of slab caches by which inner tracepoints recognise objects."""
        found = dict.fromkeys(_CACHES, 0)
        calibration = None
        if path.is_file():
            calibration = self._load_what_can(path, lambda bpf: _set_constants(bpf, constants))
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

    def _load(self, path: Path, name: str, constants: dict[str, int], ring_bytes: int) -> None:
        family = _REQUESTS_RING if name == _REQUESTS else name

        def prepare(bpf: BpfObject) -> None:
            _set_constants(bpf, constants)
            for found in bpf.maps.values():
                self._prepare_map(found, family, ring_bytes)

        bpf = self._load_what_can(path, prepare)
        if bpf is None:
            return
        self._open.append(bpf)
        self.programs |= {key: program for key, program in bpf.programs.items() if program.fd >= 0}
        for found in bpf.maps.values():
            if found.name == _OWN_MAP:
                self.rings.setdefault(family, found)
            elif not found.internal:
                self.maps.setdefault(found.name, found)

    def _prepare_map(self, found: Map, family: str, ring_bytes: int) -> None:
        if found.name == _OWN_MAP and family in self.rings:
            found.reuse(self.rings[family])
        elif found.name == _OWN_MAP:
            found.max_entries = ring_bytes
        elif found.name in self.maps:
            found.reuse(self.maps[found.name])
        elif found.name == "scratches":
            found.max_entries = _SCRATCH_SLOTS * possible_cpus()

    def _load_what_can(self, path: Path, prepare: Callable[[BpfObject], None]) -> BpfObject | None:
        refused: dict[str, str] = {}
        while True:
            try:
                bpf = BpfObject.open(path, btf=self._btf)
            except LoadError as error:
                self.refused[path.name] = error.reason
                return None
            for name, program in bpf.programs.items():
                lacking = self._kernel.lacks(name, program.section) or self._refused_alike(program.section)
                if name not in self.refused and lacking:
                    refused[name] = lacking
                program.autoload = name not in refused and name not in self.refused
            prepare(bpf)
            try:
                bpf.load()
            except LoadError as error:
                sections = {name: program.section for name, program in bpf.programs.items()}
                bpf.close()
                if error.program not in sections or error.program in refused:
                    self.refused |= dict.fromkeys(sections.keys() - refused.keys(), error.reason) | refused
                    return None
                refused |= dict.fromkeys(_like(error.program, sections), error.reason)
                if kinds := _kinds(sections[error.program]):
                    self._refused_kinds[kinds] = error.reason
            else:
                self.refused |= refused
                return bpf

    def _refused_alike(self, section: str) -> str | None:
        return self._refused_kinds.get(_kinds(section))

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
        return program.attach()

    def close(self) -> None:
        """Unload all of them."""
        self.programs, self.maps, self.rings = {}, {}, {}
        while self._open:
            self._open.pop().close()


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

"""libbpf from Python, with an object that somebody brings along."""

import os
import struct
from pathlib import Path

import pytest

from collector.errors import AttachError, LoadError, MapError
from collector.libbpf import BpfObject, possible_cpus
from tests.requirement import require

pytestmark = pytest.mark.root

KEY = struct.pack("=I", 2000)


def test_open_lists_programs_and_maps(sample: BpfObject) -> None:
    """What is in the file is known before anything reaches the kernel."""
    assert list(sample.programs) == ["on_getpgid", "on_nothing", "reads_too_far", "adds_up", "lets_connect"]
    assert sample.programs["on_getpgid"].section == "tp_btf/sys_enter"
    assert {"ring", "counts", "notes", "handlers"} <= set(sample.maps)
    assert sample.maps["counts"].per_cpu
    assert sample.programs["on_getpgid"].fd < 0


def test_a_program_runs_on_its_hook_until_the_link_is_closed(sample: BpfObject) -> None:
    """Attached it counts each call, detached none; constants and variables are those of the source."""
    sample.load()
    link = sample.programs["on_getpgid"].attach()
    for _ in range(5):
        os.getpgid(0)
    link.close()
    link.close()
    os.getpgid(0)

    counts = [struct.unpack("=6Q", cpu) for cpu in sample.maps["counts"].get_per_cpu(KEY)]
    assert len(counts) == possible_cpus()
    assert sum(cpu[0] for cpu in counts) == 5
    assert sample.read_variable("calls") == struct.pack("=Q", 5)
    assert link.fd == -1


def test_a_constant_is_set_before_load(sample: BpfObject) -> None:
    """With it, asking for an odd pid is decided against."""
    sample.set_constant("every_second_filtered", 1)
    sample.load()
    link = sample.programs["on_getpgid"].attach()
    for pid in (0, 0, 1, 0, 0):
        os.getpgid(pid)
    link.close()

    counts = [struct.unpack("=6Q", cpu) for cpu in sample.maps["counts"].get_per_cpu(KEY)]
    assert [sum(column) for column in zip(*counts, strict=True)][:2] == [5, 1]


def test_an_unknown_constant_is_refused(sample: BpfObject) -> None:
    """A misspelt name does not write anywhere."""
    with pytest.raises(KeyError):
        sample.set_constant("no_such_constant", 1)
    assert sample.has_constant("watched_tgid")
    assert not sample.has_constant("no_such_constant")


def test_a_map_takes_and_gives_back(sample: BpfObject) -> None:
    """get, set, delete and items agree with one another."""
    sample.load()
    notes = sample.maps["notes"]
    entries = {struct.pack("=I", number): struct.pack("=Q", number * number) for number in (1, 2, 3)}
    for key, value in entries.items():
        notes.set(key, value)

    assert dict(notes.items()) == entries
    assert notes.get(struct.pack("=I", 4)) is None
    assert notes.delete(struct.pack("=I", 2)) is True
    assert notes.delete(struct.pack("=I", 2)) is False
    assert notes.get(struct.pack("=I", 2)) is None


def test_a_per_cpu_map_is_written_on_all_cpus(sample: BpfObject) -> None:
    """One value goes to each of them."""
    sample.load()
    value = struct.pack("=6Q", 1, 2, 3, 4, 5, 6)

    sample.maps["counts"].set(KEY, value)

    assert sample.maps["counts"].get_per_cpu(KEY) == [value] * possible_cpus()


def test_a_key_of_the_wrong_size_is_refused(sample: BpfObject) -> None:
    """Libbpf would read behind it."""
    sample.load()
    with pytest.raises(MapError, match="key of 1 bytes, not 4"):
        sample.maps["notes"].get(b"\0")


def test_a_map_before_load_is_refused(sample: BpfObject) -> None:
    """It has no descriptor yet."""
    with pytest.raises(MapError, match="not loaded"):
        sample.maps["notes"].get(bytes(4))


def test_two_objects_share_a_map(sample: BpfObject, sample_path: Path) -> None:
    """What one writes the other reads."""
    sample.load()
    with BpfObject.open(sample_path) as other:
        for name in ("on_nothing", "reads_too_far"):
            other.programs[name].autoload = False
        other.maps["notes"].reuse(sample.maps["notes"])
        other.load()
        other.maps["notes"].set(struct.pack("=I", 7), struct.pack("=Q", 49))

    assert sample.maps["notes"].get(struct.pack("=I", 7)) == struct.pack("=Q", 49)


def test_a_program_goes_into_a_program_array(sample: BpfObject) -> None:
    """As a tail call's target; what is read back is its id."""
    sample.load()
    handlers = sample.maps["handlers"]
    handlers.set(struct.pack("=I", 1), struct.pack("=i", sample.programs["adds_up"].fd))

    assert handlers.get(struct.pack("=I", 1)) == struct.pack("=I", sample.programs["adds_up"].info().id)
    assert handlers.delete(struct.pack("=I", 1)) is True


def test_a_test_run_returns_the_programs_result(sample: BpfObject) -> None:
    """BPF_PROG_TEST_RUN with a context."""
    sample.load()

    assert sample.programs["adds_up"].test_run(struct.pack("=QQ", 40, 2)) == 42


def test_info_tells_what_the_verifier_did(sample: BpfObject) -> None:
    """And that nothing was skipped, since nothing ran twice at once."""
    sample.load()
    info = sample.programs["on_getpgid"].info()

    assert info.id > 0
    assert info.verified_instructions > 10
    assert info.recursion_misses == 0


def test_the_verifiers_last_word_is_in_the_error(sample_path: Path) -> None:
    """With the name of the program that it refused."""
    with BpfObject.open(sample_path) as bpf:
        bpf.programs["on_nothing"].autoload = False
        with pytest.raises(LoadError) as refused:
            bpf.load()

    assert refused.value.program == "reads_too_far"
    assert refused.value.reason == "R0 max value is outside of the allowed memory range"
    assert any("invalid access to map value" in line for line in refused.value.log)


def test_a_hook_that_the_kernel_lacks_is_named(sample_path: Path) -> None:
    """Not found, and not `Unknown error`."""
    with BpfObject.open(sample_path) as bpf, pytest.raises(LoadError) as refused:
        bpf.load()

    assert refused.value.program == "on_nothing"
    assert "no_such_tracepoint" in refused.value.reason


@pytest.mark.parametrize(
    ("name", "words"), [("missing.bpf.o", "No such file"), ("text.bpf.o", "not a proper ELF")]
)
def test_what_is_no_object_is_refused(tmp_path: Path, name: str, words: str) -> None:
    """A file that is not there, and one that is something else."""
    (tmp_path / "text.bpf.o").write_text("hello")

    with pytest.raises(LoadError, match=words):
        BpfObject.open(tmp_path / name)


def test_a_program_that_is_not_loaded_cannot_be_attached(sample: BpfObject) -> None:
    """An error and no crash: libbpf would use descriptor -1."""
    with pytest.raises(AttachError, match="not loaded"):
        sample.programs["on_getpgid"].attach()


def test_a_cgroup_program_attaches_to_a_directory(sample: BpfObject) -> None:
    """The v2 root, wherever it is mounted."""
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    root = next((fields[1] for fields in mounts if fields[2] == "cgroup2"), None)
    require(root, "needs cgroup v2 mounted")
    assert root is not None
    sample.load()
    directory = os.open(root, os.O_RDONLY)

    link = sample.programs["lets_connect"].attach_cgroup(directory)

    assert link.fd >= 0
    link.close()
    os.close(directory)

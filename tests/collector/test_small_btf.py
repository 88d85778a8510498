"""Small files with a kernel's types: made, found, and enough for a collector that is shown no others."""

import json
import platform
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest

from collector import btf, small_btf
from tests.collector.hidden import without_types
from tests.serving import ROOT
from tracewire.catalogue import EVENTS

pytestmark = [pytest.mark.root, pytest.mark.usefixtures("can_collect")]

RELEASE, MACHINE = platform.release(), platform.machine()
# All that the second build (docs/decisions/0006-two-builds.md) tells like the first one.
SUITE = (
    "tests/conformance/test_network.py",
    "tests/conformance/test_system.py",
    "tests/conformance/test_calls.py",
    "tests/conformance/test_file.py::test_open",
    "tests/conformance/test_file.py::test_unlink",
    "tests/conformance/test_process.py::test_changed_credentials",
    "tests/conformance/test_process.py::test_fork",
)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Small files of this kernel, in BTFHub's layout."""
    folder = tmp_path_factory.mktemp("btf")
    place = folder / "large" / "system" / "1" / MACHINE
    place.mkdir(parents=True)
    shutil.copyfile(btf.OWN, place / f"{RELEASE}.btf")
    assert small_btf.main([str(folder / "large"), str(folder / "small"), RELEASE]) == 0
    return folder / "small"


def test_a_small_file_is_a_thousandth_of_the_kernels(archive: Path) -> None:
    """And lies where the large one lay, packed as the archive packs; made again it is the same."""
    (file,) = (path for path in archive.rglob("*") if path.is_file())
    packed = file.read_bytes()
    small_btf.pack(small_btf.reduce(btf.OWN, ROOT.glob("build/bpf/**/*.bpf.o")), RELEASE, file)

    assert file == archive / "system" / "1" / MACHINE / f"{RELEASE}.btf.tar.xz"
    assert file.stat().st_size < btf.OWN.stat().st_size / 1000
    assert file.read_bytes() == packed
    with tarfile.open(file) as opened:
        assert opened.getnames() == [f"{RELEASE}.btf"]


def test_every_event_has_a_rung_with_it(archive: Path) -> None:
    """Whatever needs the kernel's own types says so."""
    done = without_types("-m", "collector", "--btf", archive, "doctor", "--json")

    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    assert report["machine"]["shows_types"] is False
    assert {event["name"] for event in report["events"] if event["rung"]} == {event.name for event in EVENTS}
    assert {
        why for program, why in report["programs_refused"].items() if program.startswith(("lsm_", "fexit_"))
    } == {"this kernel does not show its types to this process"}


@pytest.mark.timeout(330)
def test_the_suite_passes_with_it(archive: Path) -> None:
    """Values are those of the ground truth, as with the kernel's own types."""
    done = without_types(
        "-m", "pytest", "-q", "-p", "no:cacheprovider", *SUITE, CONFORMANCE_BTF=str(archive), CI="true"
    )

    assert done.returncode == 0, done.stdout[-4000:]


# Whatever bpf/check.bpf.c reads, elsewhere than any kernel has it.
_ANOTHER_KERNEL = """
struct ns_common { char pad[4096]; unsigned int inum; };
struct mnt_namespace { struct ns_common ns; };
struct nsproxy { char pad[4096]; struct mnt_namespace *mnt_ns; };
struct mm_struct { char pad[4096]; unsigned long arg_start; };
struct task_struct { char pad[24]; int tgid; struct task_struct *real_parent; struct nsproxy *nsproxy;
                     struct mm_struct *mm; };
struct task_struct task; /* clang leaves out what no variable is of */
struct nsproxy namespaces;
struct mnt_namespace mounts;
struct mm_struct memory;
"""


def test_another_kernels_types_are_refused(tmp_path: Path) -> None:
    """Before anything is read where they say: with what is wrong and what to give instead."""
    source, file = tmp_path / "types.c", tmp_path / f"{RELEASE}.btf"
    source.write_text(_ANOTHER_KERNEL)
    subprocess.run(["clang", "-target", "bpf", "-g", "-c", source, "-o", file], check=True)

    done = without_types("-m", "collector", "--btf", tmp_path, "doctor")

    assert done.returncode == 4
    assert f"cannot be taken from {file}: they describe another kernel" in done.stderr
    assert "`uname -r`" in done.stderr


def test_no_types_at_all_are_refused() -> None:
    """Where the kernel shows none and no file is given."""
    done = without_types("-m", "collector")

    assert done.returncode == 4
    assert done.stderr.splitlines() == [
        f"collector: kernel {RELEASE} does not show its types: no /sys/kernel/btf/vmlinux.",
        "Use a kernel with CONFIG_DEBUG_INFO_BTF, or give a BTF file for it as --btf.",
    ]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (
            b"nothing of the kind, but long enough",
            "it is no BTF: it begins with 6e 6f 74 68 and not with 9f eb 01",
        ),
        (None, "it is cut short: 100000 of "),
    ],
)
def test_what_is_no_btf_is_not_reduced(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes | None, problem: str
) -> None:
    """It is said which file and why; nothing is written for it, and the others are made."""
    large, small = tmp_path / "large", tmp_path / "small"
    large.mkdir()
    (large / "1.2.3.btf").write_bytes(btf.OWN.read_bytes()[:100_000] if content is None else content)
    shutil.copyfile(btf.OWN, large / f"{RELEASE}.btf")

    code = small_btf.main([str(large), str(small)])

    assert code == 1
    assert f"{large / '1.2.3.btf'}: {problem}" in capsys.readouterr().err
    assert [file.name for file in small.iterdir()] == [f"{RELEASE}.btf.tar.xz"]


def test_a_kernel_that_is_not_there_is_named_with_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "5.10.0-8-amd64.btf").write_bytes(b"")

    assert small_btf.main([str(tmp_path), str(tmp_path / "small"), "5.10.0-9-amd64"]) == 1
    assert (
        capsys.readouterr()
        .err.splitlines()[0]
        .endswith("holds no 5.10.0-9-amd64.btf and no 5.10.0-9-amd64.btf.tar.xz.")
    )

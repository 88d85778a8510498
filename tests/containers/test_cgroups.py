"""Which cgroups are containers, on cgroup v1, v2 and both."""

from pathlib import Path

import pytest

from collector.inventory.cgroups import Cgroup, cgroup_of, scan

ID = "0123456789abcdef" * 4
OTHER = "f" * 64


@pytest.mark.parametrize(
    ("path", "runtime"),
    [
        (f"/docker/{ID}", None),
        (f"/system.slice/docker-{ID}.scope", "docker"),
        (f"/kubepods.slice/kubepods-pod1.slice/cri-containerd-{ID}.scope", "containerd"),
        (f"/kubepods/burstable/pod1/{ID}", None),
        (f"/kubepods.slice/crio-{ID}.scope", "crio"),
        (f"/machine.slice/libpod-{ID}.scope", "podman"),
        (f"/docker/{OTHER}/docker/{ID}", None),
    ],
)
def test_cgroups_of_runtimes_are_containers(path: str, runtime: str | None) -> None:
    """As cgroupfs and as systemd lay them out, and one container inside of another."""
    assert cgroup_of(path.encode()) == Cgroup(ID, runtime, path.encode())


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "",
        f"/docker/{ID}/init.scope",
        f"/docker/{ID[:-1]}",
        f"/docker/{ID}0",
        f"/docker/{ID.upper()}",
        f"/{ID}.slice",
        f"/lxc-{ID}.scope",
        f"/docker-{ID}.scope.d",
        f"/x{ID}",
        f"/machine.slice/libpod-conmon-{ID}.scope",
        f"/kubepods.slice/crio-conmon-{ID}.scope",
        f"/docker-{ID}.scope\n",
        f"/docker/{ID[:-1]}g",
    ],
)
def test_lookalikes_are_no_containers(path: str) -> None:
    """Neither what is inside of one, nor a runtime's helpers, nor a name that holds an id."""
    assert cgroup_of(path.encode()) is None


def test_scan_finds_each_container_once_under_v1(tmp_path: Path) -> None:
    """In whichever hierarchy it is; a link to a hierarchy is not a second one."""
    for hierarchy in ("memory", "cpu,cpuacct", "unified"):
        (tmp_path / hierarchy / "docker" / ID / "inner").mkdir(parents=True)
    (tmp_path / "pids" / "system.slice" / f"docker-{OTHER}.scope").mkdir(parents=True)
    (tmp_path / "cpu").symlink_to("cpu,cpuacct")

    assert scan(tmp_path) == {
        ID: Cgroup(ID, None, f"/docker/{ID}".encode()),
        OTHER: Cgroup(OTHER, "docker", f"/system.slice/docker-{OTHER}.scope".encode()),
    }


def test_scan_finds_containers_under_v2(tmp_path: Path) -> None:
    (tmp_path / "cgroup.procs").touch()
    (tmp_path / "docker" / ID).mkdir(parents=True)
    (tmp_path / "docker" / OTHER).touch()

    assert scan(tmp_path) == {ID: Cgroup(ID, None, f"/docker/{ID}".encode())}


def test_scan_of_nothing_finds_nothing(tmp_path: Path) -> None:
    assert scan(tmp_path / "nothing") == {}

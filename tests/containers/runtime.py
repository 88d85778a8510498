"""Runtimes besides Docker, each with its files in one folder: podman, containerd, and runc alone."""

import asyncio
import contextlib
import hashlib
import io
import json
import platform
import shutil
import signal
import subprocess
import tarfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from tests.containers.engine import BOX, CannotRunError, packed_image
from tests.serving import Child, until

IMAGE = f"localhost/{BOX}"
_ARCHITECTURES = {"x86_64": "amd64", "aarch64": "arm64"}


def command_of(program: str, package: str) -> str:
    """Where a program is.

    Raises:
        CannotRunError: It is not on this machine.
    """
    found = shutil.which(program, path="/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin")
    if found is None:
        raise CannotRunError(f"needs {program}: apt-get install {package}")
    return found


async def _output(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        *command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL
    )
    said, complaint = await process.communicate()
    assert process.returncode == 0, (command, said, complaint)
    return said.decode(errors="replace")


class Podman:
    """Podman with a store of its own, and its service.

    Attributes:
        socket: Where the service listens.
    """

    def __init__(self, folder: Path) -> None:
        self.socket = folder / "podman.sock"
        self._folder = folder
        # Without systemd on this host; and runc, because crun refuses a host with both versions of cgroups.
        self._podman = [
            *(command_of("podman", "podman"), "--cgroup-manager", "cgroupfs"),
            *("--runtime", command_of("runc", "runc"), "--events-backend", "file"),
            # Of overlay a mount would stay.
            *("--storage-driver", "vfs"),
            *("--root", str(folder / "store"), "--runroot", str(folder / "run")),
            *("--tmpdir", str(folder / "tmp")),
        ]

    async def run(self, name: str, *command: str) -> str:
        """What a container that is removed when it ends has printed."""
        # Limits that a process without CAP_SYS_RESOURCE may set too.
        limits = ("--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1024:1024")
        options = ("--rm", "--network", "none", *limits, "--name", name)
        return await _output(*self._podman, "run", *options, IMAGE, *command)

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator[None]:
        """Import the image; then the service runs for the length of a block."""
        packed = self._folder / "image.tar"
        packed.write_bytes(packed_image())
        await _output(*self._podman, "import", str(packed), IMAGE)
        address = f"unix://{self.socket}"
        service = Child([*self._podman, "system", "service", "--time", "0", address], self._folder / "log")
        await service.start()
        try:
            await until(self.socket.exists, "podman's service listens")
            yield
        finally:
            await service.stop(signal.SIGTERM)
            print(service.said())


def _saved(layer: bytes) -> bytes:
    """An image of one layer, as `docker save` writes it."""
    digest = hashlib.sha256(layer).hexdigest()
    config = {
        "architecture": _ARCHITECTURES.get(platform.machine(), platform.machine()),
        "os": "linux",
        "config": {"Env": ["PATH=/bin"]},
        "rootfs": {"type": "layers", "diff_ids": [f"sha256:{digest}"]},
    }
    manifest = [{"Config": "config.json", "RepoTags": [IMAGE], "Layers": ["layer.tar"]}]
    files = {
        "manifest.json": json.dumps(manifest).encode(),
        "config.json": json.dumps(config).encode(),
        "layer.tar": layer,
    }
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return packed.getvalue()


_CONTAINERD = """version = 2
root = "{folder}/root"
state = "{folder}/state"
disabled_plugins = ["io.containerd.grpc.v1.cri"]
[grpc]
address = "{folder}/containerd.sock"
[ttrpc]
address = "{folder}/ttrpc.sock"
"""


class Containerd:
    """A containerd without its CRI.

    Attributes:
        bundles: Where it keeps the bundles of running containers.
    """

    def __init__(self, folder: Path) -> None:
        self.bundles = folder / "state" / "io.containerd.runtime.v2.task"
        self._folder = folder
        self._containerd = command_of("containerd", "containerd")
        self._socket = folder / "containerd.sock"
        self._ctr = [command_of("ctr", "containerd"), "--address", str(self._socket), "--namespace", "k8s.io"]

    async def run(self, identity: str, annotations: dict[str, str], *command: str) -> str:
        """What a container that is removed when it ends has printed."""
        notes = [word for pair in annotations.items() for word in ("--annotation", "=".join(pair))]
        return await _output(*self._ctr, "run", "--rm", *notes, IMAGE, identity, *command)

    @contextlib.asynccontextmanager
    async def serve(self) -> AsyncIterator[None]:
        """The daemon, with the image, for the length of a block."""
        settings = self._folder / "config.toml"
        settings.write_text(_CONTAINERD.format(folder=self._folder))
        daemon = Child([self._containerd, "--config", str(settings)], self._folder / "log")
        await daemon.start()
        try:

            async def answers() -> bool:
                with contextlib.suppress(AssertionError):
                    return bool(await _output(*self._ctr, "version"))
                return False

            await until(answers, "containerd answers", 30)
            packed = self._folder / "image.tar"
            packed.write_bytes(_saved(packed_image()))
            await _output(*self._ctr, "image", "import", str(packed))
            yield
        finally:
            await daemon.stop(signal.SIGTERM)
            print(daemon.said())


class Runc:
    """runc, on bundles that lie where containerd's would.

    Attributes:
        bundles: The folder of `<namespace>/<id>/config.json`.
    """

    def __init__(self, folder: Path) -> None:
        self.bundles = folder / "bundles"
        self._runc = [command_of("runc", "runc"), "--root", str(folder / "state")]
        self._rootfs = folder / "rootfs"
        self._rootfs.mkdir()
        subprocess.run(["tar", "-x", "-C", str(self._rootfs)], input=packed_image(), check=True)
        (self._rootfs / "proc").mkdir()

    def prepare(self, identity: str, name: str, *command: str) -> None:
        """Write the bundle of a container."""
        bundle = self.bundles / "k8s.io" / identity
        bundle.mkdir(parents=True)
        (bundle / "config.json").write_text(json.dumps(self._config(identity, name, command)))

    async def run(self, identity: str) -> None:
        """The container, from its creation until it has ended and is removed."""
        bundle = self.bundles / "k8s.io" / identity
        await _output(*self._runc, "run", "--bundle", str(bundle), identity)

    def _config(self, identity: str, name: str, command: tuple[str, ...]) -> dict[str, Any]:
        cri = "io.kubernetes.cri."
        root = {"uid": 0, "gid": 0}
        return {
            "ociVersion": "1.0.2",
            "root": {"path": str(self._rootfs), "readonly": True},
            "process": {"args": list(command), "cwd": "/", "user": root, "env": ["PATH=/bin"]},
            "mounts": [{"destination": "/proc", "type": "proc", "source": "proc"}],
            "annotations": {cri + "container-name": name, cri + "image-name": IMAGE},
            "linux": {
                "cgroupsPath": f"/k8s.io/{identity}",
                "namespaces": [{"type": kind} for kind in ("pid", "mount", "ipc", "uts")],
            },
        }

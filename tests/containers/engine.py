"""A Docker engine of the tests' own, with one small image and no network."""

import contextlib
import http.client
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import tarfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

BOX = "box:1"
_APPLETS = ("sh", "sleep", "cat", "true", "echo", "mkdir", "rmdir", "touch", "unshare", "cp")
_START_SECONDS = 60
_LOOK_SECONDS = 0.05


class CannotRunError(Exception):
    """This machine has no Docker engine, or it does not start here."""


def packed_image() -> bytes:
    """A tar archive of busybox and nothing else.

    Raises:
        CannotRunError: There is no static busybox on this machine.
    """
    busybox = shutil.which("busybox")
    if (
        busybox is None
        or b"dynamically" in subprocess.run(["ldd", busybox], capture_output=True, check=False).stdout
    ):
        raise CannotRunError("needs a static busybox: apt-get install busybox-static")
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(Path(busybox).resolve(), "bin/busybox")
        for applet in _APPLETS:
            link = tarfile.TarInfo(f"bin/{applet}")
            link.type, link.linkname = tarfile.SYMTYPE, "busybox"
            archive.addfile(link)
    return packed.getvalue()


class _Connection(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=60)
        self._path = str(path)

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


class Engine:
    """One daemon.

    Attributes:
        socket: Where it listens.
    """

    def __init__(self, folder: Path, name: str) -> None:
        self.socket = Path(f"/run/{name}.sock")
        self._name = name
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it, and return when it answers.

        Raises:
            CannotRunError: It does not.
        """
        daemon = shutil.which("dockerd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
        if daemon is None:
            raise CannotRunError("needs dockerd: apt-get install docker.io")
        options = [
            *("--data-root", str(self._folder / "data"), "--exec-root", f"/run/{self._name}"),
            *("--host", f"unix://{self.socket}", "--pidfile", f"/run/{self._name}.pid"),
            *("--bridge", "none", "--iptables=false", "--storage-driver", "overlay2"),
        ]
        log = self._folder / "dockerd.log"
        with log.open("wb") as output:
            self._process = subprocess.Popen([daemon, *options], stdout=output, stderr=output)
        deadline = time.monotonic() + _START_SECONDS
        while not self._answers():
            if self._process.poll() is not None or time.monotonic() > deadline:
                said = log.read_text(errors="replace").strip().splitlines()
                self.stop()
                raise CannotRunError(f"dockerd does not start: {said[-1] if said else 'no word'}")
            time.sleep(_LOOK_SECONDS)

    def stop(self) -> None:
        """Stop it and every container."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            self._process.wait(timeout=60)

    def _answers(self) -> bool:
        with contextlib.suppress(OSError, http.client.HTTPException):
            return self.call("GET", "/_ping")[0] == 200
        return False

    def call(self, method: str, target: str, body: Any = None) -> tuple[int, bytes]:
        """One request to its API."""
        connection = _Connection(self.socket)
        try:
            raw = isinstance(body, bytes)
            payload = body if raw or body is None else json.dumps(body).encode()
            kind = "application/x-tar" if raw else "application/json"
            connection.request(method, target, payload, {"Content-Type": kind} if payload else {})
            response = connection.getresponse()
            return response.status, response.read()
        finally:
            connection.close()

    def demand(self, method: str, target: str, body: Any = None) -> Any:
        """The same, and its JSON; fails unless it succeeds."""
        status, answer = self.call(method, target, body)
        assert status < 400, (method, target, status, answer)
        return json.loads(answer) if answer[:1] in {b"{", b"["} else None

    def make_image(self) -> None:
        """Import the image: busybox and nothing else.

        Raises:
            CannotRunError: There is no static busybox on this machine.
        """
        repository, _, tag = BOX.partition(":")
        self.demand("POST", f"/images/create?fromSrc=-&repo={repository}&tag={tag}", packed_image())

    def create(self, name: str, *command: str, **options: Any) -> str:
        """A container that has not been started; its id.

        Args:
            name: Of the container.
            command: What it runs.
            options: Labels, and HostConfig as the API has it.
        """
        host = {"NetworkMode": "none", **options.pop("HostConfig", {})}
        body = {"Image": BOX, "Cmd": list(command), "HostConfig": host, **options}
        return str(self.demand("POST", f"/containers/create?name={name}", body)["Id"])

    def start_container(self, identity: str) -> None:
        """Start it."""
        self.demand("POST", f"/containers/{identity}/start")

    def wait(self, identity: str) -> int:
        """Its exit code once it has ended."""
        return int(self.demand("POST", f"/containers/{identity}/wait")["StatusCode"])

    def remove(self, identity: str) -> None:
        """Kill and remove it."""
        self.call("DELETE", f"/containers/{identity}?force=1")

    def run(self, name: str, *command: str, **options: Any) -> str:
        """A container from its creation to its removal; its id."""
        identity = self.create(name, *command, **options)
        try:
            self.start_container(identity)
            self.wait(identity)
        finally:
            self.remove(identity)
        return identity


@contextlib.contextmanager
def engine(folder: Path, name: str = "tracewire-test-containers") -> Iterator[Engine]:
    """An engine with the image, for the length of a block.

    Raises:
        CannotRunError: This machine cannot.
    """
    running = Engine(folder, name)
    try:
        running.start()
        running.make_image()
        yield running
    finally:
        running.stop()

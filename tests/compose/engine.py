"""A Docker engine for the tests: one that runs already, or Debian's, started here and stopped afterwards."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).parents[2]
KEPT = ROOT / ".tools" / "compose"
COMPOSE = KEPT / "docker-compose"

_OWN_ROOT = Path("/run/tracewire-docker")
_OWN_SOCKET = f"unix://{_OWN_ROOT}.sock"
_START_SECONDS = 60
_LOOK_SECONDS = 0.1


class Docker:
    """One engine, by its command line.

    Attributes:
        host: As DOCKER_HOST; None for the command line's own choice.
        official: Images may carry the official names, because nobody else uses this engine.
        version: Of the engine, its first number.
    """

    def __init__(self, host: str | None, *, official: bool) -> None:
        self.host = host
        self.official = official
        self.version = int(self.run("version", "--format", "{{.Server.Version}}").partition(".")[0])

    @property
    def environment(self) -> dict[str, str]:
        """This process's, for its children."""
        chosen = {"DOCKER_HOST": self.host} if self.host else {}
        return {**os.environ, **chosen}

    def run(self, *arguments: str, check: bool = True, seconds: float = 120) -> str:
        """What `docker ARGUMENTS` prints, both outputs where it fails."""
        done = subprocess.run(
            ["docker", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if check and done.returncode:
            raise AssertionError(f"docker {' '.join(arguments)}: {done.stdout}{done.stderr}")
        return done.stdout if check else done.stdout + done.stderr

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`docker ARGUMENTS`, with pipes to talk to it."""
        return subprocess.Popen(
            ["docker", *arguments],
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def compose(self, *arguments: str, environment: Mapping[str, str], seconds: float = 300) -> str:
        """What `docker compose ARGUMENTS` prints; raises if it fails."""
        done = subprocess.run(
            [str(COMPOSE), *arguments],
            cwd=ROOT,
            env={**self.environment, **environment},
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        if done.returncode:
            raise AssertionError(f"docker compose {' '.join(arguments)}: {done.stdout}{done.stderr[-8000:]}")
        return done.stdout

    def has_image(self, name: str) -> bool:
        """Whether image *name* is here."""
        return bool(self.run("image", "ls", "--quiet", name).strip())


def _answers(host: str | None) -> bool:
    environment = {**os.environ, **({"DOCKER_HOST": host} if host else {})}
    asked = subprocess.run(
        ["docker", "version"], env=environment, capture_output=True, timeout=30, check=False
    )
    return asked.returncode == 0


@contextlib.contextmanager
def engine() -> Iterator[Docker]:
    """The engine that runs, or one of our own for as long as the block.

    Raises:
        RuntimeError: None runs and none can be started; says why.
    """
    if shutil.which("docker") and _answers(None):
        yield Docker(None, official=False)
        return
    if _answers(_OWN_SOCKET):
        yield Docker(_OWN_SOCKET, official=True)
        return
    daemon = shutil.which("dockerd", path=f"{os.environ['PATH']}:/usr/sbin:/sbin")
    if daemon is None:
        raise RuntimeError("there is no dockerd")
    log = KEPT / "dockerd.log"
    # Without the default bridge, which all engines of a host would have to share.
    options = ["--data-root", str(KEPT / "docker"), "--exec-root", str(_OWN_ROOT), "--host", _OWN_SOCKET]
    options += ["--bridge", "none"]
    with log.open("w") as output:
        process = subprocess.Popen(
            [daemon, *options, "--pidfile", f"{_OWN_ROOT}.pid"],
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + _START_SECONDS
        while not _answers(_OWN_SOCKET):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"dockerd does not start: {log.read_text().strip().splitlines()[-1]}")
            time.sleep(_LOOK_SECONDS)
        yield Docker(_OWN_SOCKET, official=True)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=60)

"""The shipped compose file, running."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.compose import images
from tests.compose.engine import Docker
from tests.engine.fleet import answered_in

_LOOK_SECONDS = 0.2


class Project:
    """`docker compose` on the shipped file.

    Attributes:
        docker: The engine.
        address: Where its NATS listens on this host.
    """

    def __init__(self, docker: Docker, name: str, port: int, signatures: Path) -> None:
        self.docker = docker
        self.address = f"127.0.0.1:{port}"
        self._name = name
        self._environment = {
            **images.settings(docker),
            "COMPOSE_PROJECT_NAME": name,
            "NATS_LISTEN": self.address,
            "SIGNATURES": str(signatures),
            "FALCO_URL": f"http://{Receiver.ALIAS}:{Receiver.PORT}/",
            **({"DOCKER_SOCKET": docker.host.removeprefix("unix://")} if docker.host else {}),
        }

    def compose(self, *arguments: str, seconds: float = 300) -> str:
        """What `docker compose ARGUMENTS` prints."""
        return self.docker.compose(*arguments, environment=self._environment, seconds=seconds)

    def scale(self, *, engine: int, opa: int = 1) -> None:
        """Have so many of each: what is missing is started, what is too much is told to stop."""
        counts = ("--scale", f"engine={engine}", "--scale", f"opa={opa}")
        self.compose("up", "--detach", *counts, "--timeout", "15", seconds=400)

    def status(self) -> dict[str, Any]:
        """What `tracewire status --json` prints, once it is ready; raises if it is not within two minutes."""
        said = self.compose("run", "--rm", "tracewire", "status", "--wait", "120", "--json")
        found: dict[str, Any] = json.loads(said)
        return found

    def url(self, role: str) -> str:
        """Where a service of *role* on this host finds NATS."""
        return self.compose("run", "--rm", "prepare", "--show", role).strip()

    def containers(self, service: str) -> list[dict[str, Any]]:
        """What `docker inspect` says of the running containers of *service*, by their number."""
        ids = self.compose("ps", "--quiet", service).split()
        found: list[dict[str, Any]] = json.loads(self.docker.run("inspect", *ids)) if ids else []
        return sorted(found, key=lambda container: str(container["Name"]))

    def kill(self, service: str, number: int = 0) -> str:
        """SIGKILL the process of one container of *service*, as the kernel would; the container's id."""
        container = self.containers(service)[number]
        # Not `docker kill`: the engine takes that as somebody's wish, and does not start it again.
        os.kill(container["State"]["Pid"], signal.SIGKILL)
        return str(container["Id"])

    def answered_by_opas(self) -> list[int]:
        """How many requests for judgement each OPA that runs has answered, by its own count."""
        # Nobody but an engine reaches them.
        asker = self.containers("engine")[0]["Id"]
        addresses = [
            network["IPAddress"]
            for opa in self.containers("opa")
            for network in opa["NetworkSettings"]["Networks"].values()
        ]
        script = (
            "import sys, urllib.request\n"
            "for address in sys.argv[1:]:\n"
            "    print(urllib.request.urlopen(f'http://{address}:8181/metrics').read().decode(), end='\\0')\n"
        )
        said = self.docker.run("exec", asker, "python", "-c", script, *addresses)
        return [answered_in(metrics) for metrics in said.split("\0")[:-1]]

    def network(self, name: str) -> str:
        """What Docker calls the project's network *name*."""
        return f"{self._name}_{name}"

    def restarted(self, container: str) -> bool:
        """Whether *container* runs again after its process was killed."""
        state = json.loads(self.docker.run("inspect", container))[0]
        return bool(state["RestartCount"] and state["State"]["Running"])


def wait_for(what: str, holds: Callable[[], bool], seconds: float = 300) -> None:
    """Return as soon as *holds* does.

    Raises:
        AssertionError: It does not within *seconds*; says *what*.
    """
    deadline = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > deadline:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(_LOOK_SECONDS)


class Doer:
    """A shell, in a container or on the host, that sets the setuid bit on one new file for each line.

    Attributes:
        container: The id of its container; None on the host.
        done: Paths of the files, as it sees them.
    """

    # `cp` from coreutils, `chmod` from coreutils: what a person would type.
    _SCRIPT = 'while read -r path; do cp /bin/true "$path" && chmod u+s "$path" && echo "$path"; done'

    def __init__(self, docker: Docker, image: str | None, folder: Path, name: str) -> None:
        self.done: list[str] = []
        self.container: str | None = None
        self._folder = folder if image is None else Path("/var/tmp")
        self._name = name
        if image is None:
            self._process = subprocess.Popen(
                ["sh", "-c", self._SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
        else:
            written = folder / f"{name}.id"
            self._process = docker.start(
                "run",
                "--rm",
                "--interactive",
                "--network",
                "none",
                "--cidfile",
                str(written),
                image,
                "sh",
                "-c",
                self._SCRIPT,
            )
            self.do(1)
            self.container = written.read_text()

    def do(self, count: int) -> None:
        """That many deeds; returns when each has happened."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        for _ in range(count):
            path = str(self._folder / f"{self._name}-{len(self.done)}")
            self._process.stdin.write(f"{path}\n")
            self._process.stdin.flush()
            assert self._process.stdout.readline() == f"{path}\n"
            self.done.append(path)

    def end(self) -> None:
        """Let it end, and its container go."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        assert self._process.wait(timeout=60) == 0
        self._process.stdout.close()


class Receiver:
    """A small HTTP server in a container of its own, which takes what falcosidekick takes."""

    ALIAS, PORT = "receiver", 2801
    _IMAGE = "tracewire/findings:0.1.0"
    _SCRIPT = """
import http.server

class Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        print(self.rfile.read(int(self.headers["Content-Length"])).decode(), flush=True)
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_):
        pass

http.server.HTTPServer(("", %d), Handler).serve_forever()
"""

    def __init__(self, docker: Docker, network: str) -> None:
        self._docker = docker
        script = ("--entrypoint", "python", self._IMAGE, "-c", self._SCRIPT % self.PORT)
        self._container = docker.run(
            "run", "--detach", "--network", network, "--network-alias", self.ALIAS, *script
        ).strip()

    def taken(self) -> list[dict[str, Any]]:
        """What has been posted to it."""
        return [json.loads(line) for line in self._docker.run("logs", self._container).splitlines()]

    def end(self) -> None:
        """Remove it."""
        self._docker.run("rm", "--force", self._container)

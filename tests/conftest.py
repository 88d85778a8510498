"""What every test may rely on, and what becomes of a test that cannot run here.

A test says by its markers (`root`, `opa`, `nats`) what it needs; anything else it asks
for with `require`, the function in tests/requirement.py or the fixture here. Where that is
not there, the test is left out and the summary says why. With CI=true that is a failure: a
machine on which something stopped being tested must not look healthy.
"""

import os
import subprocess
import threading
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest

from collector import capabilities
from tests import requirement, serving
from tests.serving import ROOT, beside_python

_START_SECONDS = 20


def _why_not(marker: str) -> str | None:
    """Why tests with *marker* cannot run here, or None: they can."""
    match marker:
        case "root" if os.geteuid() != 0:
            return "needs root"
        case "root" if not (Path("/sys/kernel/btf/vmlinux").exists() or "CONFORMANCE_BTF" in os.environ):
            return "needs a kernel with BTF"
        case "opa" if beside_python("opa") is None:
            return "needs OPA: make setup"
        case "nats" if beside_python("nats-server") is None:
            return "needs nats-server: make setup"
        case _:
            return None


def pytest_runtest_setup(item: pytest.Item) -> None:
    for marker in ("root", "opa", "nats"):
        if item.get_closest_marker(marker) and (reason := _why_not(marker)):
            pytest.skip(reason)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    must_run = any(item.get_closest_marker(marker) for marker in ("root", "opa", "nats"))
    if report.skipped and must_run and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was left out, and CI must run it: {reason}"
    return report


@pytest.fixture
def require() -> Callable[[Any, str], None]:
    """`tests.requirement.require`."""
    return requirement.require


@pytest.fixture(scope="session")
def can_load_bpf() -> None:
    """Leave the test out where this process may not load BPF programs."""
    if set(capabilities.NEEDED) - capabilities.held():
        pytest.skip("this process may not load BPF programs")


@pytest.fixture(scope="session")
def can_collect(can_load_bpf: None) -> None:
    """Leave the test out where no collector can run."""
    if not (ROOT / "build" / "bpf" / "core.bpf.o").exists():
        pytest.skip("no BPF objects: run make setup")


@pytest.fixture
def free_port() -> int:
    """A port on loopback that nobody listens on."""
    return serving.free_port()


class NatsServer:
    """A real nats-server with JetStream, on a port of its own.

    Attributes:
        url: Where it listens; the same after a second `start`.
    """

    def __init__(self, folder: Path) -> None:
        self._port = serving.free_port()
        self.url = f"nats://127.0.0.1:{self._port}"
        self._folder = folder
        self.start()

    def start(self) -> None:
        """Start it, and return when it is ready."""
        program = beside_python("nats-server")
        assert program is not None
        self._process = subprocess.Popen(
            [program, "-a", "127.0.0.1", "-p", str(self._port), "-js", "-sd", str(self._folder)],
            stderr=subprocess.PIPE,
            text=True,
        )
        ready, said = threading.Event(), []

        def follow() -> None:
            assert self._process.stderr is not None
            for line in self._process.stderr:
                said.append(line)
                if "Server is ready" in line:
                    ready.set()

        self._reader = threading.Thread(target=follow)
        self._reader.start()
        if not ready.wait(_START_SECONDS):
            self.stop()
            pytest.fail("nats-server did not start:\n" + "".join(said))

    def stop(self) -> None:
        """Kill it as a power cut would."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        assert self._process.stderr is not None
        self._process.stderr.close()


@pytest.fixture
def nats_server(tmp_path: Path) -> Iterator[NatsServer]:
    """A nats-server of this test's own."""
    server = NatsServer(tmp_path / "nats")
    yield server
    server.stop()


@pytest.fixture
def nats_url(nats_server: NatsServer) -> str:
    """Where a nats-server of this test's own listens."""
    return nats_server.url

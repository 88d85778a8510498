"""All of Tracewire on this host, and what it finds."""

import asyncio
import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import nats
import pytest

from tracewire.finding import Finding

ROOT = Path(__file__).parents[2]
# Beside the interpreter that runs the tests: the command of the same installation.
COMMAND = Path(sys.executable).with_name("tracewire")
EXCEPTED_PROGRAM = Path("/opt/tracewire-test-backup")


class Findings:
    """Every finding that was published since this was made, read by a thread of its own."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._all: list[Finding] = []
        self._changed = threading.Condition()
        self._ready = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._read(),))
        self._thread.start()
        assert self._ready.wait(10), "no subscription within 10 s"

    async def _read(self) -> None:
        client = await nats.connect(self._url)

        async def keep(message: nats.aio.msg.Msg) -> None:
            finding = msgspec.json.decode(message.data, type=Finding)
            with self._changed:
                self._all.append(finding)
                self._changed.notify_all()

        await client.subscribe("tracewire.findings.>", cb=keep)
        await client.flush()
        self._ready.set()
        await self._stop.wait()
        await client.close()

    def matching(self, wanted: Callable[[Finding], bool]) -> list[Finding]:
        """Those so far that *wanted* is true of."""
        with self._changed:
            return [finding for finding in self._all if wanted(finding)]

    def wait_for(self, wanted: Callable[[Finding], bool], seconds: float) -> Finding | None:
        """The first that *wanted* is true of, or None after so many seconds without one."""
        with self._changed:
            self._changed.wait_for(lambda: any(map(wanted, self._all)), seconds)
            return next(filter(wanted, self._all), None)

    def close(self) -> None:
        """End the connection and the thread."""
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self._loop.close()


def write_own_signatures(directory: Path) -> None:
    """Make a user's directory: the signature of docs/writing-signatures.md, and an exception."""
    directory.mkdir(mode=0o755)
    page = (ROOT / "docs" / "writing-signatures.md").read_text(encoding="utf-8")
    signature = page.split("```rego\n")[1].split("```")[0]
    (directory / "private_key_read.rego").write_text(signature)
    exceptions = {"TW-0111": [{"exe": str(EXCEPTED_PROGRAM)}]}
    (directory / "exceptions.json").write_bytes(msgspec.json.encode(exceptions))


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _require_everything() -> None:
    if os.geteuid() != 0:
        pytest.skip("needs root to load BPF programs")
    if not Path("/sys/kernel/btf/vmlinux").exists():
        pytest.skip("the kernel has no BTF")
    if not COMMAND.exists():
        pytest.skip("`tracewire` is not installed; `make setup` does it")
    if not (ROOT / ".tools/bin/opa").exists() and shutil.which("opa") is None:
        pytest.skip("no opa binary; `make setup` installs one")


@pytest.fixture(scope="package")
def nats_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where a whole Tracewire of this session's own publishes; it is ready."""
    _require_everything()
    directory = tmp_path_factory.mktemp("up")
    # NATS and the engine run as nobody, who may not enter a directory of pytest's.
    state = Path(f"/run/tracewire-attacks-{os.getpid()}")
    own = Path(f"{state}-signatures")
    write_own_signatures(own)
    url = f"nats://127.0.0.1:{(port := _free_port())}"
    environment = {**os.environ, "TRACEWIRE_STATE": str(state)}
    with (directory / "log").open("w+b") as log, (directory / "findings").open("wb") as output:
        up = subprocess.Popen(
            [
                COMMAND, "up", "--nats-port", str(port), "--json",
                "--signatures", ROOT / "rego" / "signatures", "--signatures", own,
                "--signatures", ROOT / "examples" / "tracee",
            ],
            env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=log,
        )  # fmt: skip
        try:
            _wait_until_ready(up, url, environment, directory / "log")
            yield url
        finally:
            up.send_signal(signal.SIGINT)
            try:
                code = up.wait(30)
            except subprocess.TimeoutExpired:
                up.kill()
                up.wait()
                raise
            finally:
                shutil.rmtree(state, ignore_errors=True)
                shutil.rmtree(own)
        assert code == 0, (directory / "log").read_text()


def _wait_until_ready(up: subprocess.Popen[bytes], url: str, environment: dict[str, str], log: Path) -> None:
    status = [COMMAND, "status", "--wait", "60", "--nats", url]
    end = time.monotonic() + 70
    while time.monotonic() < end and up.poll() is None:
        done = subprocess.run(status, env=environment, check=False, capture_output=True, text=True)
        if done.returncode == 0:
            return
    pytest.fail(f"`tracewire up` did not get ready:\n{log.read_text()}")


@pytest.fixture(scope="package")
def findings(nats_url: str) -> Iterator[Findings]:
    """What is found from now on."""
    with contextlib.closing(Findings(nats_url)) as reader:
        yield reader


@pytest.fixture(scope="package")
def programs(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path], list[str]]:
    """Turns a trigger or twin into a command, compiling it if it is in C.

    All are run from one place: a checkout may lie in /tmp, and what runs there is found for that alone.
    """
    directory = Path("/opt") if os.access("/opt", os.W_OK) else tmp_path_factory.mktemp("programs")

    def command(source: Path) -> list[str]:
        program = directory / f"tracewire-test-{os.getpid()}-{source.parent.name}-{source.stem}"
        made.append(program)
        if source.suffix == ".py":
            shutil.copyfile(source, program)
            return [sys.executable, "-W", "error", str(program)]
        subprocess.run(["gcc", "-Wall", "-Wextra", "-Werror", "-O1", "-o", program, source], check=True)
        return [str(program)]

    made: list[Path] = []
    yield command
    for program in made:
        program.unlink(missing_ok=True)

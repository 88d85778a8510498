"""How many events of a compile, an installation, a web server and a database the kernel keeps to itself."""

import functools
import http.client
import os
import shutil
import sqlite3
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.kernel import Kernel, loaded
from bench.pushdown import shipped
from bench.result import Result, result
from tracewire.catalogue import BY_NAME
from tracewire.interest import EventInterest

_GOAL = 95
_LONGEST_SECONDS = 120
_FILES = 200
_COUNTS = struct.Struct("=QQ")  # the first of struct counts: generated, filtered
_PROGRAM = '#include <stdio.h>\n#include <stdlib.h>\nint main(void) { return puts(getenv("HOME")) < 0; }\n'
_CONTROL = "Package: tracewire-load\nVersion: 1\nArchitecture: all\nMaintainer: nobody\nDescription: files\n"
_SERVER = (
    "import http.server, sys\n"
    "handler = lambda *given: http.server.SimpleHTTPRequestHandler(*given, directory=sys.argv[1])\n"
    "server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), handler)\n"
    "print(server.server_port, flush=True)\n"
    "server.serve_forever()\n"
)


def _do(*command: str) -> None:
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=_LONGEST_SECONDS
    )


@contextmanager
def _folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tracewire-bench-") as name:
        yield Path(name)


def compiling(times: int) -> None:
    """A small C program, *times* over."""
    with _folder() as folder:
        (folder / "a.c").write_text(_PROGRAM)
        for _ in range(times):
            _do("gcc", "-O1", "-o", str(folder / "a"), str(folder / "a.c"))


def installing(times: int) -> None:
    """A package of two hundred files, built and unpacked by dpkg into a folder of its own."""
    with _folder() as folder:
        for number in range(_FILES):
            file = folder / "package" / "usr" / "share" / "load" / f"{number}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text("x" * number)
        (folder / "package" / "DEBIAN").mkdir()
        (folder / "package" / "DEBIAN" / "control").write_text(_CONTROL)
        _do("dpkg-deb", "--build", str(folder / "package"), str(folder / "load.deb"))
        for number in range(times):
            place = folder / str(number)
            for part in ("info", "updates"):
                (place / "admin" / part).mkdir(parents=True)
            (place / "admin" / "status").touch()
            (place / "admin" / "available").touch()
            _do("dpkg", f"--admindir={place}/admin", f"--instdir={place}", "-i", str(folder / "load.deb"))


def serving(times: int) -> None:
    """Files over HTTP from a server of its own on the loopback, one connection for each request."""
    with _folder() as folder:
        (folder / "page.html").write_text("<p>x</p>" * 100)
        server = subprocess.Popen(
            [sys.executable, "-c", _SERVER, str(folder)],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        )  # fmt: skip
        try:
            assert server.stdout is not None
            port = int(server.stdout.readline())
            for _ in range(100 * times):
                client = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
                client.request("GET", "/page.html")
                client.getresponse().read()
                client.close()
        finally:
            server.terminate()
            server.wait(10)


def storing(times: int) -> None:
    """PostgreSQL made, filled and used by pgbench; where it is missing, transactions of SQLite."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not programs or shutil.which("setpriv") is None or os.geteuid():
        return _transactions(times)
    with _folder() as folder:
        shutil.chown(folder, "postgres", "postgres")
        as_owner = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
        data, program = str(folder / "data"), programs[-1]
        _do(*as_owner, str(program / "initdb"), "-D", data)
        options = f"-c listen_addresses= -c unix_socket_directories={folder}"
        control = [*as_owner, str(program / "pg_ctl"), "-D", data, "-w", "-l", str(folder / "log")]
        _do(*control, "-o", options, "start")
        try:
            at = ["-h", str(folder), "postgres"]
            _do(*as_owner, str(program / "pgbench"), "-i", "-q", *at)
            _do(*as_owner, str(program / "pgbench"), "-t", str(100 * times), "-C", *at)
        finally:
            _do(*control, "-m", "fast", "stop")
    return None


def _transactions(times: int) -> None:
    with _folder() as folder:
        for number in range(100 * times):
            with sqlite3.connect(folder / "store.db") as store:
                store.execute("create table if not exists things (number integer)")
                store.execute("insert into things values (?)", (number,))
            store.close()


WORKLOADS: dict[str, Callable[[int], None]] = {
    "compile": compiling,
    "installation": installing,
    "web_server": serving,
    "database": storing,
}


def _counts(kernel: Kernel, events: dict[str, EventInterest]) -> dict[str, tuple[int, int]]:
    """By event: instances so far, and those that were dropped."""
    found = {}
    for name in events:
        rows = kernel.session.objects.maps["counts"].get_per_cpu(struct.pack("=I", BY_NAME[name].id))
        both = [_COUNTS.unpack(row[: _COUNTS.size]) for row in rows]
        found[name] = sum(one for one, _ in both), sum(other for _, other in both)
    return found


def _stopped(
    kernel: Kernel, events: dict[str, EventInterest], work: Callable[[], None]
) -> dict[str, tuple[int, int]]:
    """By event: instances during *work*, of whatever runs beside it too, and those that were dropped."""
    with kernel.wanting(events), kernel.drained():
        before = _counts(kernel, events)
        work()
        after = _counts(kernel, events)
    return {
        name: (after[name][0] - before[name][0], after[name][1] - before[name][1])
        for name in events
        if after[name][0] != before[name][0]
    }


async def measure(*, quick: bool) -> list[Result]:
    """The share of each kind of work."""
    events = await shipped()
    times = 1 if quick else 10
    results = []
    with loaded() as kernel:
        for name, work in WORKLOADS.items():
            stopped = _stopped(kernel, events, functools.partial(work, times))
            generated = sum(one for one, _ in stopped.values())
            filtered = sum(other for _, other in stopped.values())
            sent = sorted(((one - other, event) for event, (one, other) in stopped.items()), reverse=True)[:3]
            most = ", ".join(f"{event} {count}" for count, event in sent if count)
            results.append(
                result(
                    f"events_stopped_{name}",
                    100 * filtered / max(1, generated),
                    "%",
                    at_least=_GOAL,
                    note=f"{generated:,} events by the conditions of the shipped signatures; "
                    f"without pushdown 0 %. Sent: {most or 'nothing'}.",
                )
            )
    return results

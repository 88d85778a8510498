"""In an odd guest: locked down, with CPUs that are not there, types hidden, and little memory to lock.

One step after the other, each a JSON line; the last one makes the kernel useless for us.
"""

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path

from collector import linux, machine
from collector.capabilities import held
from collector.errors import MachineError
from collector.session import Session
from tests.kernels.guest.loads import report_to
from tracewire.interest import EventInterest

_SMALL = "/small"
_HIDE = 'mount -t tmpfs none /sys/kernel/btf && exec "$@"'
_EVENT = "setuid"
_ONE_OF_EACH = ("sched_process_exec", "setuid", "openat", "security_file_open", "security_socket_connect")
_WRITER = "call_exit"
# What the second build tells like the first one, on every kernel and quickly.
_SUITE = (
    "tests/conformance/test_system.py",
    "tests/conformance/test_process.py::test_changed_credentials",
    "tests/conformance/test_network.py::test_bind",
)


def _say(**facts: object) -> None:
    print(json.dumps(facts), flush=True)


def _some(btf: str | None = None) -> None:
    """The rung of one event for each way of reaching it, or why this kernel cannot be used.

    Loading all takes minutes here.
    """
    facts = machine.examine(btf)
    try:
        machine.require(facts)
    except MachineError as error:
        _say(lockdown=facts.lockdown, locked_memory=facts.locked_memory, problem=error.problem, rungs={})
        return
    session = Session(facts, ring_mebibytes=1, btf=btf)
    session.apply(dict.fromkeys(_ONE_OF_EACH, EventInterest()))
    _say(
        lockdown=facts.lockdown,
        shows_types=facts.shows_types,
        locked_memory=facts.locked_memory,
        problem="; ".join(session.problems()) or None,
        rungs={name: choice.rung.name if choice.rung else None for name, choice in session.choices.items()},
    )
    session.close()


def _cpus() -> None:
    """An event on each CPU that is there; the kernel counts for those that might come, too."""
    session = Session(machine.examine(), ring_mebibytes=1, btf=None)
    session.apply({_EVENT: EventInterest()})
    online = sorted(os.sched_getaffinity(0))
    for cpu in online:
        subprocess.run(
            [sys.executable, "-c", f"import os; os.sched_setaffinity(0, [{cpu}]); os.setuid(1)"], check=True
        )
    number = next(choice.event.id for choice in session.choices.values())
    rows = session.objects.maps["counts"].get_per_cpu(number.to_bytes(4, "little"))
    scratches = session.objects.maps["scratches"].max_entries
    region = session.rings["process"].take()
    session.close()
    _say(
        online=len(online),
        possible=Path("/sys/devices/system/cpu/possible").read_text(encoding="ascii").strip(),
        generated=[int.from_bytes(row[:8], "little") for row in rows],
        scratches=scratches,
        written=region.count if region else 0,
    )


def _hidden() -> None:
    """The same in a mount namespace without the kernel's types, but with a small file of them."""
    subprocess.run(
        ["unshare", "-m", "sh", "-c", _HIDE, "sh", sys.executable, "-m", __spec__.name, "types"], check=True
    )
    environment = {**os.environ, "CONFORMANCE_BTF": _SMALL}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *_SUITE]
    done = subprocess.run(
        ["unshare", "-m", "sh", "-c", _HIDE, "sh", *command],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    passed = re.search(r"(\d+) passed", done.stdout)
    _say(
        suite=done.returncode,
        passed=int(passed[1]) if passed else 0,
        said=done.stdout[-2000:] if done.returncode else "",
    )


def _little(kibibytes: int) -> None:
    """In a process of its own, which may lock so much memory and may not change that."""
    if os.fork():
        os.wait()
        return
    resource.setrlimit(resource.RLIMIT_MEMLOCK, (kibibytes * 1024, kibibytes * 1024))
    left = held() - {"CAP_SYS_RESOURCE"}
    linux.set_capabilities(sum(1 << linux.CAPABILITIES[name] for name in left))
    _some()
    os._exit(0)


def main() -> None:
    """Each step."""
    if sys.argv[1:] == ["types"]:
        _some(_SMALL)
        return
    _some()
    _cpus()
    _hidden()
    _little(64)
    _little(256 * 1024)
    Path("/sys/kernel/security/lockdown").write_text("confidentiality", encoding="ascii")
    _some()
    # What would happen without asking first.
    session = Session(machine.examine(), ring_mebibytes=1, btf=None)
    session.objects.load([_WRITER])
    _say(refused=session.objects.refused.get(_WRITER))
    session.close()


if __name__ == "__main__":
    if "KERNEL_RESULTS" in os.environ:
        report_to(os.environ.pop("KERNEL_RESULTS"))
    main()

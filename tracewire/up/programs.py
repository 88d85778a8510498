"""The five children: their command lines and environments."""

import os
import sys
from pathlib import Path

from tracewire.settings import PREFIX
from tracewire.up.child import Program
from tracewire.up.identity import Identity
from tracewire.up.preflight import Parts
from tracewire.up.state import State

# Limits of struct sockaddr_un: longer paths cannot be bound.
_LONGEST_SOCKET_PATH = 107


class Plan:
    """What every child needs to know of the others.

    Attributes:
        nats_url: Where NATS listens.
        opa_address: Where OPA listens.
    """

    def __init__(
        self,
        *,
        parts: Parts,
        state: State,
        nats_port: int,
        bundle_port: int,
        opa_port: int,
        config: str | None,
    ) -> None:
        self._parts = parts
        self._state = state
        self._nats_port = nats_port
        self._bundle_port = bundle_port
        self.nats_url = f"nats://127.0.0.1:{nats_port}"
        # A socket in a folder of its own: whoever can talk to OPA can replace its policies.
        self._socket = state.opa / "opa.sock"
        fits = len(os.fsencode(self._socket)) <= _LONGEST_SOCKET_PATH
        self.opa_address = f"unix://{self._socket}" if fits else f"http://127.0.0.1:{opa_port}"
        self._shared = {
            **os.environ,
            PREFIX + "NATS": self.nats_url,
            PREFIX + "STATE": str(state.root),
            "PYTHONUNBUFFERED": "1",
        }
        if config is not None:
            self._shared[PREFIX + "CONFIG"] = str(Path(config).absolute())

    def nats(self, identity: Identity) -> Program:
        """NATS with JetStream, on loopback."""
        options = [
            "-a",
            "127.0.0.1",
            "-p",
            str(self._nats_port),
            "-n",
            "tracewire",
            "-js",
            "-sd",
            str(self._state.nats),
        ]
        return Program(
            name="nats",
            command=[*identity.prefix, self._parts.nats_server, *options],
            environment=self._scratch(self._plain(), self._state.nats),
            folder=str(self._state.nats),
        )

    def opa(self, identity: Identity) -> Program:
        """OPA, which pulls its bundle from the engine and answers nobody else."""
        address = self.opa_address.removeprefix("http://")
        options = ["run", "--server", "--addr", address, "--config-file", str(self._parts.opa_configuration)]
        options += self._parts.opa_options
        quiet = ["--log-level", "error", "--skip-version-check"]
        environment = {
            **self._plain(),
            "TRACEWIRE_BUNDLE_URL": f"http://127.0.0.1:{self._bundle_port}",
            # A fifth less CPU for each event; the limit keeps a burst from taking the host's memory.
            "GOGC": os.environ.get("GOGC", "400"),
            "GOMEMLIMIT": os.environ.get("GOMEMLIMIT", "512MiB"),
        }
        return Program(
            name="opa",
            command=[*identity.prefix, self._parts.opa, *options, *quiet],
            environment=self._scratch(environment, self._state.opa),
            folder=str(self._state.opa),
        )

    def engine(self, identity: Identity, signatures: list[str]) -> Program:
        """The engine."""
        options = [word for folder in signatures for word in ("--signatures", str(Path(folder).absolute()))]
        environment = {
            **self._shared,
            PREFIX + "ENGINE_OPA": self.opa_address,
            PREFIX + "ENGINE_OPA_PROGRAM": self._parts.opa,
            PREFIX + "ENGINE_BUNDLE_PORT": str(self._bundle_port),
            # It may not write beside its own code, and would compile it again at every start.
            "PYTHONPYCACHEPREFIX": str(self._state.engine / "pycache"),
        }
        return Program(
            name="engine",
            command=[*identity.prefix, sys.executable, "-m", "engine", *options],
            environment=self._scratch(environment, self._state.engine),
            folder=str(self._state.engine),
        )

    def collector(self, identity: Identity) -> Program:
        """The collector."""
        return Program(
            name="collector",
            command=[*identity.prefix, sys.executable, "-m", "collector"],
            environment=self._shared,
            folder="/",
            # It empties the ring and waits for NATS to accept what it has read.
            stop_seconds=10.0,
        )

    def inventory(self, identity: Identity) -> Program:
        """The inventory of containers."""
        return Program(
            name="inventory",
            command=[*identity.prefix, sys.executable, "-m", "collector.inventory"],
            environment=self._shared,
            folder="/",
        )

    def _plain(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}

    @staticmethod
    def _scratch(environment: dict[str, str], folder: Path) -> dict[str, str]:
        return {**environment, "HOME": str(folder), "TMPDIR": str(folder)}

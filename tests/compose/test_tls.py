"""TLS and nkeys as the shipped NATS configuration describes them, by settings alone."""

import asyncio
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import nkeys
import pytest

from tests.compose.test_roles import _DEPLOY, prepare
from tests.serving import ROOT, Child, free_port, program, until
from tracewire import bus
from tracewire.condition import answers

pytestmark = [pytest.mark.nats]


def _certificate(folder: Path) -> None:
    """A CA of this test's own, and a server's certificate for 127.0.0.1 that it has signed."""
    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")
    (folder / "san").write_text("subjectAltName=IP:127.0.0.1\n")
    for arguments in (
        ("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=ca", "-days", "2"),
        ("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=nats"),
        ("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial",
         "-extfile", "san", "-days", "2", "-out", "server.pem"),
    ):  # fmt: skip
        subprocess.run([program("openssl"), *arguments], cwd=folder, capture_output=True, check=True)


class Secure(Child):
    """The shipped configuration with its TLS block in force, and an nkey for the collector's role."""

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self.ca, self.seed = folder / "ca.pem", folder / "collector.seed"
        _certificate(folder)
        seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_USER)
        self.seed.write_bytes(seed)
        public = nkeys.from_seed(bytearray(seed)).public_key.decode()
        passwords = prepare.passwords("")
        (folder / "credentials").mkdir()
        (folder / "credentials" / "passwords.conf").write_text(
            "".join(
                f'{role}_password: "{password}"\n'
                for role, password in passwords.items()
                if role != "collector"
            )
        )
        text = (_DEPLOY / "nats" / "tracewire.conf").read_text()
        for said, here in (
            ("listen: 0.0.0.0:4222", f"listen: 127.0.0.1:{port}"),
            ("http: 127.0.0.1:8222", ""),
            ("store_dir: /data", f"store_dir: {folder}/data"),
            ("# tls {\n", "tls {\n"),
            ("#   cert_file: /etc/nats/tls/server.pem", f"cert_file: {folder}/server.pem"),
            ("#   key_file: /etc/nats/tls/server.key", f"key_file: {folder}/server.key"),
            ("# }\n", "}\n"),
            ("user: collector\n      password: $collector_password", f"nkey: {public}"),
        ):
            assert text.count(said) == 1, said
            text = text.replace(said, here)
        (folder / "tracewire.conf").write_text(text)
        self._where = f"127.0.0.1:{port}"
        self._passwords = passwords
        super().__init__(
            [program("nats-server"), "--config", str(folder / "tracewire.conf")], folder / "nats.log"
        )

    def url(self, role: str, *, keyed: bool = False) -> str:
        """Where *role* finds it."""
        return (
            f"tls://{role}@{self._where}" if keyed else f"tls://{role}:{self._passwords[role]}@{self._where}"
        )


@pytest.fixture
async def secure(tmp_path: Path) -> AsyncIterator[Secure]:
    """Running."""
    server = Secure(tmp_path)
    await server.start()
    await until(lambda: "Server is ready" in server.said(), "nats-server is ready")
    try:
        yield server
    finally:
        await server.stop()


@pytest.fixture
def signatures(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "signatures"
    folder.mkdir()
    return folder


async def test_without_the_ca_the_server_is_not_believed(secure: Secure) -> None:
    """And the sentence says why."""
    with pytest.raises(bus.BusError, match="certificate verify failed"):
        await bus.connect(secure.url("findings"), "test")


async def test_file_that_is_no_certificate_is_named(secure: Secure) -> None:
    """Before anything is tried."""
    for path in ("/nonexistent", str(secure.seed)):
        with pytest.raises(bus.BusError, match=f"the certificates in {path} cannot be used"):
            await bus.connect(secure.url("findings"), "test", ca=path)
    with pytest.raises(bus.BusError, match="the seed in /nonexistent cannot be read"):
        await bus.connect(secure.url("collector"), "test", ca=str(secure.ca), credentials="/nonexistent")


@pytest.mark.root
@pytest.mark.opa
async def test_engine_collector_and_command_speak_tls(
    secure: Secure, can_collect: None, tmp_path: Path, signatures: Path
) -> None:
    """By TRACEWIRE_NATS and TRACEWIRE_NATS_CA alone; the collector by its nkey instead of a password."""
    ca = {"TRACEWIRE_NATS_CA": str(secure.ca)}
    engine = Child(
        [sys.executable, "-m", "engine", "--signatures", str(signatures)],
        tmp_path / "engine.log",
        **ca,
        TRACEWIRE_NATS=secure.url("engine"),
        TRACEWIRE_ENGINE_BUNDLE_PORT=str(free_port()),
    )
    collector = Child(
        [sys.executable, "-m", "collector"],
        tmp_path / "collector.log",
        **ca,
        TRACEWIRE_NATS=secure.url("collector", keyed=True),
        TRACEWIRE_NATS_SEED=str(secure.seed),
    )
    try:
        await engine.start()
        await collector.start()
        async with bus.connection(secure.url("operator"), "test", ca=str(secure.ca)) as client:

            async def both() -> bool:
                return {one.service for one in await answers(client)} == {"engine", "collector"}

            # The collector has its programs verified first: half a minute on a busy machine.
            await until(both, "both answer over TLS", 100)
        command = [str(Path(sys.executable).with_name("tracewire")), "status", "--json"]
        asked = await asyncio.to_thread(
            subprocess.run,
            command,
            env={**os.environ, **ca, "TRACEWIRE_NATS": secure.url("operator")},
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        assert '"connected":true' in asked.stdout.replace(" ", "")
        assert "NATS does not let" not in collector.said() + engine.said()
    finally:
        await collector.stop()
        await engine.stop()
        print(engine.said(), collector.said())

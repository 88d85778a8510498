"""The shipped units under a real systemd, confined as they say."""

import asyncio
import subprocess
from pathlib import Path

import pytest

from tests.compose.engine import ROOT, Docker
from tests.compose.images import SYSTEMD_IMAGE
from tests.conftest import NatsServer
from tests.serving import beside_python, free_port
from tracewire import bus
from tracewire.condition import answers
from tracewire.interest import ENGINE_KEY

pytestmark = [pytest.mark.root, pytest.mark.opa, pytest.mark.nats, pytest.mark.timeout(1500)]

_SECONDS = 240.0
_SET_UP = """
set -e
python3 -m venv /opt/tracewire
/opt/tracewire/bin/pip install --quiet --find-links /given 'tracewire[collector,engine]'
install -m 755 /given/opa /opt/tracewire/bin/opa
install -d /etc/tracewire
for part in collector engine; do install -m 600 /given/$part.toml /etc/tracewire/$part.toml; done
install -m 600 /given/opa.yaml /etc/tracewire/opa.yaml
cp -r /given/units/. /etc/systemd/system
systemctl enable --quiet tracewire-collector tracewire-engine
# As on a host, where systemd does it itself: what it mounts for one unit is seen by that unit.
mount --make-rshared /
exec /lib/systemd/systemd
"""


def _given(folder: Path, url: str, *, knows_bpf: bool) -> None:
    """What an administrator puts on the host, and the drop-ins of this test."""
    port = free_port()
    subprocess.run(
        [str(ROOT / "deploy" / "packages" / "build.sh"), str(folder)], check=True, capture_output=True
    )
    opa = beside_python("opa")
    assert opa is not None
    (folder / "opa").write_bytes(Path(opa).read_bytes())
    (folder / "opa.yaml").write_bytes((ROOT / "deploy" / "opa" / "config.yaml").read_bytes())
    (folder / "collector.toml").write_text(f'nats = "{url}"\n')
    (folder / "engine.toml").write_text(f'nats = "{url}"\n[engine]\nbundle_port = {port}\n')
    units = folder / "units"
    units.mkdir()
    for unit in (ROOT / "deploy" / "systemd").glob("*.service"):
        (units / unit.name).write_bytes(unit.read_bytes())
        (units / f"{unit.name}.d").mkdir()
    bundle = f"[Service]\nEnvironment=TRACEWIRE_BUNDLE_URL=http://127.0.0.1:{port}\n"
    (units / "tracewire-opa.service.d" / "port.conf").write_text(bundle)
    if not knows_bpf:
        # This Docker cannot give the container what the unit gives the collector.
        (units / "tracewire-collector.service.d" / "capabilities.conf").write_text(
            "[Service]\nAmbientCapabilities=\nAmbientCapabilities=CAP_SYS_ADMIN\n"
            "CapabilityBoundingSet=\nCapabilityBoundingSet=CAP_SYS_ADMIN\n"
            "Environment=TRACEWIRE_COLLECTOR_KEEP_CAPABILITIES=true\n"
        )


async def test_collector_and_engine_work_as_confined_units(
    docker: Docker, nats_server: NatsServer, tmp_path: Path
) -> None:
    """The engine has its signatures in force, and the collector has taken up what they want."""
    if not docker.official:
        pytest.skip("systemd in a container needs more than a test may ask of an engine that others use")
    given = tmp_path / "given"
    given.mkdir()
    knows_bpf = docker.version >= 23
    _given(given, nats_server.url, knows_bpf=knows_bpf)
    capabilities = ["SYS_ADMIN", "SYS_PTRACE", "NET_ADMIN", *(["BPF", "PERFMON"] if knows_bpf else [])]
    options = [
        *("--network", "host", "--tmpfs", "/run", "--tmpfs", "/run/lock", "--env", "container=docker"),
        *("--security-opt", "seccomp=unconfined", "--security-opt", "apparmor=unconfined"),
        *(word for name in capabilities for word in ("--cap-add", name)),
        *("--volume", f"{given}:/given:ro", "--volume", "/sys/fs/cgroup:/sys/fs/cgroup:rw"),
        *(
            "--volume",
            "/etc/ssl/certs:/etc/ssl/certs:ro",
            "--env",
            "PIP_CERT=/etc/ssl/certs/ca-certificates.crt",
        ),
    ]
    container = docker.run("run", "--detach", *options, SYSTEMD_IMAGE, "sh", "-c", _SET_UP).strip()
    try:
        async with bus.connection(nats_server.url, "test") as client, asyncio.timeout(_SECONDS):
            while True:
                by_service = {status.service: status for status in await answers(client)}
                if by_service.keys() >= {"collector", "engine"}:
                    engine, collector = by_service["engine"], by_service["collector"]
                    applied = collector.detail["applied"].get(ENGINE_KEY)
                    if engine.ready and applied == engine.detail["revision"]:
                        break
                assert docker.run("ps", "--quiet", "--filter", f"id={container}"), "systemd has ended"
        assert engine.detail["signatures"] > 10
        # Those whose rung needs to know the host's pids are not had in a container of their own.
        assert any(collector.detail["interest"].values())
        shown = ["show", "--property=MainPID", "--value"]
        users = {}
        for part in ("collector", "engine", "opa"):
            pid = docker.run("exec", container, "systemctl", *shown, f"tracewire-{part}").strip()
            users[part] = docker.run("exec", container, "stat", "--format", "%u", f"/proc/{pid}").strip()
        assert users["engine"] == users["opa"]
        assert "0" not in users.values()
        assert users["collector"] != users["engine"]
    except BaseException:
        print(docker.run("logs", container, check=False))
        print(docker.run("exec", container, "journalctl", "--no-pager", "--lines", "60", check=False))
        raise
    finally:
        docker.run("rm", "--force", container)

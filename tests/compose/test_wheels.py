"""What `pip install` gives: each wheel has what it needs, and no compiler is needed to use it."""

import asyncio
import os
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.compose.engine import ROOT, Docker
from tests.compose.images import CLEAN_IMAGE
from tests.conftest import NatsServer
from tracewire import bus, subjects
from tracewire.batch import Batch
from tracewire.catalogue import BY_NAME
from tracewire.condition import answers
from tracewire.interest import EventInterest
from tracewire.lease import leased

pytestmark = pytest.mark.timeout(1500)

_SECONDS = 60.0


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the three wheels of this checkout."""
    folder = tmp_path_factory.mktemp("wheels")
    script = ROOT / "deploy" / "packages" / "build.sh"
    subprocess.run([str(script), str(folder)], check=True, capture_output=True, text=True)
    return folder


def _contents(wheels: Path, name: str) -> set[str]:
    (wheel,) = wheels.glob(f"{name}-*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def _files(folder: str, pattern: str, place: str) -> set[str]:
    root = ROOT / folder
    found = [path.relative_to(root) for path in root.rglob(pattern)]
    return {f"{place}/{path}" for path in found if "__pycache__" not in path.parts}


def _expected(wheel: str) -> set[str]:
    match wheel:
        case "tracewire":
            return _files("tracewire", "*.py", "tracewire")
        case "tracewire_collector":
            own = _files("collector", "*.py", "collector")
            return own | _files("build/bpf", "*.bpf.o", "collector/objects")
        case _:
            rego = _files("rego", "*.rego", "engine/rego") | _files("rego", "*.json", "engine/rego")
            return _files("engine", "*.py", "engine") | rego | _files("deploy/opa", "*", "engine/opa")


@pytest.mark.parametrize("wheel", ["tracewire", "tracewire_collector", "tracewire_engine"])
def test_wheel_has_what_belongs_to_it_and_nothing_else(wheels: Path, wheel: str) -> None:
    """A service that only reads findings gets no module named `collector` or `engine`."""
    assert {name for name in _contents(wheels, wheel) if ".dist-info/" not in name} == _expected(wheel)


@pytest.mark.parametrize("wheel", ["tracewire", "tracewire_collector", "tracewire_engine"])
def test_wheel_carries_its_licence(wheels: Path, wheel: str) -> None:
    """Whoever passes a wheel on passes the licence on with it."""
    (path,) = wheels.glob(f"{wheel}-*.whl")
    with zipfile.ZipFile(path) as opened:
        (name,) = [name for name in opened.namelist() if name.endswith(".dist-info/licenses/LICENSE")]
        assert opened.read(name) == (ROOT / "LICENSE").read_bytes()


@pytest.mark.root
@pytest.mark.nats
async def test_collector_from_wheels_sees_an_event_without_a_compiler(
    docker: Docker, wheels: Path, nats_server: NatsServer, tmp_path: Path
) -> None:
    """In a container with Python and libbpf alone, `pip install 'tracewire[collector]'` is enough."""
    capabilities = ["SYS_ADMIN"] if docker.version < 23 else ["BPF", "PERFMON"]
    script = (
        "! command -v cc clang gcc && python3 -m venv /venv"
        " && /venv/bin/pip install --quiet --find-links /wheels 'tracewire[collector]'"
        " && exec /venv/bin/python -m collector"
    )
    options = [
        *("--network", "host", "--pid", "host", "--cap-drop", "ALL"),
        *(word for name in (*capabilities, "NET_ADMIN") for word in ("--cap-add", name)),
        *("--volume", f"{wheels}:/wheels:ro", "--volume", "/sys/fs/cgroup:/host/cgroup:ro"),
        *(
            "--volume",
            "/etc/ssl/certs:/etc/ssl/certs:ro",
            "--env",
            "PIP_CERT=/etc/ssl/certs/ca-certificates.crt",
        ),
        *("--env", f"TRACEWIRE_NATS={nats_server.url}"),
        *("--env", "TRACEWIRE_COLLECTOR_KEEP_CAPABILITIES=true"),
        *(word for name in ("PIP_INDEX_URL",) if name in os.environ for word in ("--env", name)),
    ]
    container = docker.run("run", "--detach", *options, CLEAN_IMAGE, "sh", "-c", script).strip()
    try:
        async with bus.connection(nats_server.url, "test") as client:
            seen: asyncio.Queue[Batch] = asyncio.Queue()

            async def take(message: object) -> None:
                seen.put_nowait(Batch(message.data))  # type: ignore[attr-defined]

            await client.subscribe(subjects.ALL_EVENTS, cb=take)
            await bus.provide(client.jetstream())
            async with leased(client, "test", {"chmod_common": EventInterest()}) as lease:
                async with asyncio.timeout(300):
                    while not any(
                        status.detail.get("applied", {}).get(lease.key) for status in await answers(client)
                    ):
                        assert docker.run("ps", "--quiet", "--filter", f"id={container}"), "it has ended"
                (tmp_path / "deed").touch()
                (tmp_path / "deed").chmod(0o600)
                async with asyncio.timeout(_SECONDS):
                    while True:
                        events = list((await seen.get()).select({BY_NAME["chmod_common"].id}))
                        if any(event.pid == os.getpid() for event in events):
                            break
    except BaseException:
        print(docker.run("logs", container, check=False))
        raise
    finally:
        docker.run("rm", "--force", container)

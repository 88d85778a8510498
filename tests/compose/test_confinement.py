"""What the containers may do, as the engine runs them: little, and each part only its own."""

from pathlib import Path

import pytest

from tests.compose.engine import Docker
from tests.compose.project import Project

pytestmark = [pytest.mark.root, pytest.mark.opa, pytest.mark.nats, pytest.mark.timeout(1500)]

_COMPILERS = ("cc", "gcc", "g++", "clang", "make", "ld", "as", "pip", "uv", "go")
_OURS = ("collector", "engine", "findings", "inventory")


@pytest.mark.parametrize("service", _OURS)
def test_image_has_no_compiler(project: Project, docker: Docker, service: str) -> None:
    """Whoever breaks in finds nothing to build with."""
    container = project.containers(service)[0]
    script = "for program do command -v $program; done; true"
    assert docker.run("exec", container["Id"], "sh", "-c", script, "sh", *_COMPILERS) == ""


@pytest.mark.parametrize("service", [*_OURS, "nats", "opa"])
def test_container_is_confined(project: Project, service: str) -> None:
    """Read-only, without privileges, and no way to gain any."""
    host = project.containers(service)[0]["HostConfig"]
    assert {
        "privileged": host["Privileged"],
        "read_only": host["ReadonlyRootfs"],
        "dropped": host["CapDrop"],
        "no_new_privileges": "no-new-privileges:true" in host["SecurityOpt"],
    } == {"privileged": False, "read_only": True, "dropped": ["ALL"], "no_new_privileges": True}


def test_only_the_collector_has_capabilities(project: Project, docker: Docker) -> None:
    """Every other service has an empty set, also the one that has to be root to ask Docker."""
    users, capable = {}, set()
    for service in (*_OURS, "nats", "opa"):
        pid = project.containers(service)[0]["State"]["Pid"]
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
        fields = dict(line.split(":\t", 1) for line in lines)
        users[service] = int(fields["Uid"].split()[0])
        if int(fields["CapEff"], 16) or int(fields["CapBnd"], 16):
            capable.add(service)
    assert users == {
        "collector": 0,
        "engine": 65534,
        "findings": 65532,
        "inventory": 0,
        "nats": 65533,
        "opa": 65534,
    }
    assert capable == {"collector"}


@pytest.mark.parametrize(
    ("service", "reachable"),
    [("engine", "True"), ("collector", "False"), ("findings", "False"), ("inventory", "False")],
)
def test_only_engines_reach_opa(project: Project, docker: Docker, service: str, reachable: str) -> None:
    """Whoever can speak to OPA can change what it says."""
    networks = project.containers("opa")[0]["NetworkSettings"]["Networks"]
    addresses = [network["IPAddress"] for network in networks.values()]
    script = (
        "import socket, sys\n"
        "for address in sys.argv[1:]:\n"
        "    with socket.socket() as probe:\n"
        "        probe.settimeout(2)\n"
        "        print(probe.connect_ex((address, 8181)) == 0)\n"
    )
    container = project.containers(service)[0]["Id"]
    said = docker.run("exec", container, "python", "-c", script, *addresses)
    assert said.split() == [reachable] * len(addresses)


@pytest.mark.parametrize("service", ["collector", "engine", "findings", "inventory", "opa"])
def test_container_has_no_way_out(project: Project, service: str) -> None:
    """Nothing but NATS is on a network that leads out of the host."""
    networks = set(project.containers(service)[0]["NetworkSettings"]["Networks"])
    assert networks <= {"tracewire-test_bus", "tracewire-test_policy"}


def test_a_role_cannot_read_anothers_password(project: Project, docker: Docker) -> None:
    """All of them lie in one volume."""
    container = project.containers("engine")[0]["Id"]
    script = "cd /etc/tracewire/credentials && cat passwords.conf collector.toml findings.toml operator.toml"
    said = docker.run("exec", container, "sh", "-c", script, check=False)
    assert said.count("Permission denied") == 4
    assert "password" not in said.replace("passwords.conf", "")


def test_health_follows_the_service(project: Project, docker: Docker) -> None:
    """The check asks the service itself: it is content while the service is, and says why when it is not."""
    container = project.containers("engine")[0]["Id"]
    assert docker.run("exec", container, "python", "/opt/tracewire/health.py", "engine") == ""
    said = docker.run("exec", container, "python", "/opt/tracewire/health.py", "collector", check=False)
    assert "does not answer" in said

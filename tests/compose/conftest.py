"""A Docker engine, images, and the shipped compose file running on them."""

import contextlib
import subprocess
from pathlib import Path

import pytest

from tests.compose import images
from tests.compose.engine import Docker, engine
from tests.compose.project import Project
from tests.requirement import require
from tests.serving import free_port

_HERE = Path(__file__).parent
_MACHINE = _HERE / "machine.sh"

# Closed after the last test of this folder and not at the end of the session: other tests
# would otherwise run beside a second collector.
_running = contextlib.ExitStack()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None):
    result = yield
    if nextitem is None or _HERE not in nextitem.path.parents:
        _running.close()
    return result


@pytest.fixture(scope="session")
def docker() -> Docker:
    """An engine with all images."""
    prepared = subprocess.run([str(_MACHINE)], stderr=subprocess.PIPE, text=True, check=False)
    why = " ".join(prepared.stderr.strip().splitlines()[-2:]).replace("setup: ", "")
    require(prepared.returncode == 0, f"Docker: {why}")
    try:
        found = _running.enter_context(engine())
    except RuntimeError as error:
        require(None, f"Docker: {error}")
        raise
    images.build(found)
    return found


@pytest.fixture(scope="session")
def signatures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the user's own signatures."""
    folder = tmp_path_factory.mktemp("signatures")
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def project(docker: Docker, signatures: Path) -> Project:
    """The shipped compose file, ready."""
    running = Project(docker, "tracewire-test", free_port(), signatures)
    _running.callback(running.compose, "down", "--volumes", "--timeout", "5")
    try:
        running.scale(engine=1)
        running.status()
    except BaseException:
        print(running.compose("logs", "--no-color", "--tail", "100"))
        raise
    return running

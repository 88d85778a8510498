"""What a service gets that installs `tracewire` to read findings."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (path,) = folder.glob("*.whl")
    return path


def test_it_contains_tracewire_alone(wheel: Path) -> None:
    """No module called `collector` or `engine` appears beside what the service has of its own."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    tops = {name.partition("/")[0] for name in names}

    assert {top for top in tops if not top.endswith(".dist-info")} == {"tracewire"}
    assert {"tracewire/client.py", "tracewire/command/main.py", "tracewire/up/app.py"} <= set(names)


def test_it_requires_msgspec_and_nats_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        metadata = archive.read(name).decode()
    required = re.findall(r"^Requires-Dist: ([A-Za-z0-9_-]+)(?![^\n]*extra ==)", metadata, re.MULTILINE)

    assert sorted(required) == ["msgspec", "nats-py"]


_NOTHING_ELSE = """
import pkgutil, sys
wheel, site = sys.argv[1:]
sys.path[:] = [path for path in sys.path if path and "site-packages" not in path and path != {root!r}]


class OnlyTheTwo:
    # Finds in site-packages what the wheel requires, and nothing else.
    def find_spec(self, name, path=None, target=None):
        from importlib.machinery import PathFinder
        if name.partition(".")[0] in ("msgspec", "nats"):
            return PathFinder.find_spec(name, path or [site])


sys.path.insert(0, wheel)
sys.meta_path.append(OnlyTheTwo())
import tracewire
for module in pkgutil.walk_packages(tracewire.__path__, "tracewire."):
    if not module.name.endswith("__main__"):
        __import__(module.name)
from tracewire import Finding, findings
print(tracewire.__file__)
"""


def test_every_module_imports_with_these_two_alone(wheel: Path, tmp_path: Path) -> None:
    """The client, the command and `up` too."""
    site = next(path for path in sys.path if path.endswith("site-packages"))
    done = subprocess.run(
        [sys.executable, "-S", "-c", _NOTHING_ELSE.format(root=str(ROOT)), str(wheel), site],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )

    assert done.stderr == ""
    assert done.stdout.startswith(str(wheel))

"""Debian's kernels, fetched as packages and unpacked, never installed.

The machine's own package lists are not touched: apt-get gets lists, sources and caches of
its own. Where packages come from is what this machine's apt says, at run time.
"""

import hashlib
import re
import subprocess
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from tests.kernels.errors import KernelPackageError

_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_APT_SECONDS = 300


class Series(NamedTuple):
    """A kernel series and the Debian suite that has it.

    Attributes:
        name: What it is called here: `6.1`.
        suite: Debian's.
        image: Pattern of the package with the image; cloud kernels, since they boot quickest.
        modules: Pattern of the package with the modules, where that is another one.
    """

    name: str
    suite: str
    image: str
    modules: str | None = None


SERIES: tuple[Series, ...] = (
    Series("5.10", "bullseye", r"linux-image-5\.10\.0-\d+-cloud-amd64-unsigned"),
    Series("6.1", "bookworm", r"linux-image-6\.1\.0-\d+-cloud-amd64-unsigned"),
    Series("6.12", "trixie", r"linux-image-6\.12\.[\d+a-z]+-cloud-amd64-unsigned"),
    # From 7.x on the signed image and the modules are packages of their own.
    Series(
        "7.2",
        "forky",
        r"linux-binary-7\.2\.[\d+a-z]+-cloud-amd64",
        r"linux-modules-7\.2\.[\d+a-z]+-cloud-amd64",
    ),
)


class Kernel(NamedTuple):
    """A kernel that can be booted.

    Attributes:
        series: Which.
        release: As uname shows it.
        image: File that QEMU boots.
        modules: Folder that holds its modules.
    """

    series: str
    release: str
    image: Path
    modules: Path


class Candidate(NamedTuple):
    """A package as the archive lists it."""

    package: str
    version: str
    checksum: str


def _run(*command: str, cwd: Path | None = None) -> str:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=_APT_SECONDS, check=False)
    if done.returncode:
        raise KernelPackageError(command, done.stderr.strip() or done.stdout.strip())
    return done.stdout


def _mirror() -> str:
    """Where this machine's apt has Debian from."""
    for line in _run("apt-get", "indextargets", "--format", "$(ORIGIN)|$(LABEL)|$(REPO_URI)").splitlines():
        origin, label, uri = line.split("|", 2)
        if origin == "Debian" and label == "Debian":
            return uri.rstrip("/")
    raise KernelPackageError(("apt-get", "indextargets"), "this machine's apt has no Debian archive")


def _version_key(candidate: Candidate) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", candidate.version))


class Archive:
    """The kernels that are unpacked, and apt for those that are not."""

    def __init__(self, folder: Path) -> None:
        """Keep everything in *folder*."""
        self._folder = folder.resolve()
        self._apt = self._folder / "apt"

    def kernel(self, series: Series) -> Kernel:
        """The kernel of *series*: unpacked already, or fetched.

        Raises:
            KernelPackageError: There is none, or it could not be fetched.
        """
        cached = sorted(self._folder.glob(f"{series.name}-*/complete"))
        place = cached[-1].parent if cached else self._fetch(series)
        image = next(chain(place.glob("boot/vmlinuz-*"), place.glob("usr/lib/modules/*/vmlinuz")))
        modules = next(chain(place.glob("lib/modules/*"), place.glob("usr/lib/modules/*")))
        return Kernel(series.name, modules.name, image, modules)

    def _fetch(self, series: Series) -> Path:
        """Download the newest packages and unpack them, side by side with what was there."""
        self._update(series.suite)
        packages = [self._newest(pattern) for pattern in (series.image, series.modules) if pattern]
        checksum = hashlib.sha256("".join(found.checksum for found in packages).encode()).hexdigest()[:12]
        place = self._folder / f"{series.name}-{packages[0].version.split('-')[0]}-{checksum}"
        place.mkdir(parents=True, exist_ok=True)
        for found in packages:
            # apt-get checks the signature of the list and the checksum of the package.
            _run("apt-get", *self._options(), "download", f"{found.package}={found.version}", cwd=place)
            (package,) = place.glob(f"{found.package}_*.deb")
            if hashlib.sha256(package.read_bytes()).hexdigest() != found.checksum:
                raise KernelPackageError(
                    ("apt-get", "download", found.package), "its checksum is another one"
                )
            _run("dpkg", "-x", str(package), str(place))
            package.unlink()
        (place / "complete").touch()
        return place

    def _options(self) -> list[str]:
        settings = {
            "Dir::Etc::sourcelist": self._apt / "sources.list",
            "Dir::Etc::sourceparts": "-",
            "Dir::State::Lists": self._apt / "lists",
            "Dir::Cache::archives": self._apt / "archives",
            "Dir::Cache::pkgcache": "",
            "Dir::Cache::srcpkgcache": "",
            "Acquire::Languages": "none",
            "APT::Sandbox::User": "root",
            "Dpkg::Use-Pty": "0",
        }
        return [f"-o{name}={value}" for name, value in settings.items()]

    def _update(self, suite: str) -> None:
        for part in ("lists/partial", "archives/partial"):
            (self._apt / part).mkdir(parents=True, exist_ok=True)
        source = f"deb [signed-by={_KEYRING}] {_mirror()} {suite} main\n"
        (self._apt / "sources.list").write_text(source, encoding="ascii")
        _run("apt-get", *self._options(), "update", "--quiet")

    def _newest(self, pattern: str) -> Candidate:
        matching = _run("apt-cache", *self._options(), "pkgnames", "linux-").split()
        found = []
        for package in (name for name in matching if re.fullmatch(pattern, name)):
            fields = dict(
                line.split(": ", 1)
                for line in _run(
                    "apt-cache", *self._options(), "show", "--no-all-versions", package
                ).splitlines()
                if line.startswith(("Version: ", "SHA256: "))
            )
            found.append(Candidate(package, fields["Version"], fields["SHA256"]))
        if not found:
            raise KernelPackageError(("apt-cache", "pkgnames"), f"no package is called {pattern}")
        return max(found, key=_version_key)

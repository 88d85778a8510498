"""Images: stand-ins for the official ones where they cannot be pulled, and ours from the shipped files."""

import os
from pathlib import Path

from tests.compose.engine import KEPT, ROOT, Docker

_OFFICIAL = {
    "BASE_IMAGE": "debian:bookworm-slim",
    "NATS_IMAGE": "nats:2.15.1-alpine",
    "OPA_IMAGE": "openpolicyagent/opa:1.22.2-static",
}
_STAND_INS = str(ROOT / "tests" / "compose" / "official" / "compose.yml")
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_BUILD_SECONDS = 900

CLEAN_IMAGE = "tracewire-test/clean"
"""Debian with Python and libbpf, and without a compiler."""

SYSTEMD_IMAGE = "tracewire-test/systemd"
"""The same with systemd."""


def names(docker: Docker) -> dict[str, str]:
    """The variables of .env that name images.

    On an engine that others use, a stand-in must not pass for the official image.
    """
    prefix = "" if docker.official else "tracewire-test/"
    return {variable: prefix + name for variable, name in _OFFICIAL.items()}


def settings(docker: Docker) -> dict[str, str]:
    """What .env has to say on this machine."""
    files = ["docker-compose.yml"]
    if docker.version < 23:
        files.append("deploy/compose/docker-20.yml")
    return {
        **names(docker),
        "COMPOSE_FILE": ":".join(files),
        "BUILD_NETWORK": "host",
        "CA_BUNDLE": str(_CERTIFICATES) if _CERTIFICATES.exists() else "/dev/null",
        "OBJECTS": os.environ.get("OBJECTS", "prebuilt"),
    }


def build(docker: Docker) -> None:
    """Build what is missing or has changed."""
    chosen = settings(docker)
    if not docker.has_image(chosen["BASE_IMAGE"]):
        docker.run("import", str(KEPT / "base.tar"), chosen["BASE_IMAGE"])
    stand_ins = {**chosen, "PROGRAMS": str(KEPT / "programs"), "COMPOSE_FILE": _STAND_INS}
    docker.compose("build", environment=stand_ins, seconds=_BUILD_SECONDS)
    docker.compose("build", environment=chosen, seconds=_BUILD_SECONDS)
    if docker.official:
        # What the images of the same names were before; the build cache stays.
        docker.run("image", "prune", "--force")

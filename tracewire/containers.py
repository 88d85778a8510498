"""Container ids out of cgroup names."""

import re
from functools import lru_cache

# 64 hexadecimal digits, alone or as container runtimes dress them under systemd:
# docker-ID.scope, cri-containerd-ID.scope, crio-ID.scope, libpod-ID.scope.
_NAME = re.compile(rb"(?:([a-z][a-z-]{1,30})-)?([0-9a-f]{64})(?:\.scope)?")
_RUNTIMES = {b"docker": "docker", b"cri-containerd": "containerd", b"crio": "crio", b"libpod": "podman"}


@lru_cache(maxsize=4096)
def container_id(cgroup: bytes | None) -> tuple[str, str | None] | None:
    """The container id in the *cgroup*'s name, and the runtime where the name tells it.

    A name that merely contains something like an id is not a container: whoever may
    create cgroups could otherwise pose as one.
    """
    match = _NAME.fullmatch(cgroup) if cgroup else None
    if match is None or (match[1] is not None and match[1] not in _RUNTIMES):
        return None
    return match[2].decode(), _RUNTIMES.get(match[1]) if match[1] else None


def cgroup_names(identity: str) -> list[str]:
    """Every name that a runtime may give to the cgroup of container *identity*."""
    dressed = [identity, *(f"{runtime.decode()}-{identity}" for runtime in _RUNTIMES)]
    return [name + end for name in dressed for end in ("", ".scope")]

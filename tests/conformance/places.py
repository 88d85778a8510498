"""Directories on several kinds of file systems, each prepared by a piece of shell."""

from pathlib import Path
from typing import NamedTuple

KINDS = ("disk", "tmpfs", "overlay-lower", "overlay-upper", "container")

_MOUNT = {
    "tmpfs": 'mkdir -p m; mount -t tmpfs tmpfs m; cd m; prepare; exec "$@"',
    "overlay-lower": 'mkdir -p l u w m; (cd l; prepare); overlay; cd m; exec "$@"',
    "overlay-upper": 'mkdir -p l u w m; overlay; cd m; prepare; exec "$@"',
    "container": 'mkdir -p l/proc l/p u w m; (cd l; prepare); cp "$1" "$0" l/p; overlay; mount --rbind /proc m/proc;'
    ' cd m; program=/p/${1##*/}; shift; exec p/${0##*/} $program "$@"',
}
_OVERLAY = "overlay() { mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w m; }"


class Place(NamedTuple):
    """Where a ground-truth program runs.

    Attributes:
        kind: One of KINDS.
        directory: Its own, on disk.
        enter_root: The program of that name, for a container.
    """

    kind: str
    directory: Path
    enter_root: Path

    def command(self, prepare: str, program: Path, *arguments: str | bytes) -> list[str | bytes | Path]:
        """Run *program* in this place's directory, after the shell commands *prepare* there.

        On `overlay-lower` and in a `container` they prepare the lower layer.
        """
        shell = f"cd {self.directory}; prepare() {{ :; {prepare} \n}}; {_OVERLAY}; "
        if self.kind == "disk":
            return ["sh", "-euc", f'{shell} prepare; exec "$@"', "sh", program, *arguments]
        inside = ["sh", "-euc", shell + _MOUNT[self.kind], self.enter_root, program, *arguments]
        return ["unshare", "--mount", *inside]

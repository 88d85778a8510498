"""Events of cgroups, which is all that the kernel knows of containers, and of the containers."""

from tracewire.catalogue.definition import Argument, Definition, Kind, Rung

_CGROUP = Argument("cgroup_id", Kind.INTEGER, note="Inode number of the cgroup's directory.")
_PATH = Argument("cgroup_path", Kind.STRING, note="Below the root of its hierarchy.")
_RUNTIME = Argument("runtime", Kind.STRING, note="docker, containerd, crio or podman.")
_CONTAINER = Argument("container_id", Kind.STRING)
_INVENTORY = Rung(
    "inventory",
    (),
    note="Published by `python -m collector inventory`, as long as that runs.",
)
# In Tracee's order. What no runtime told is None.
_DESCRIPTION = (
    _RUNTIME,
    _CONTAINER,
    Argument("ctime", Kind.INTEGER, note="When it was made, in nanoseconds since 1970."),
    Argument("container_image", Kind.STRING, note="As whoever started the container named it."),
    Argument("container_image_digest", Kind.STRING, note="That the image has in a registry."),
    Argument("container_name", Kind.STRING),
    Argument("pod_name", Kind.STRING),
    Argument("pod_namespace", Kind.STRING),
    Argument("pod_uid", Kind.STRING),
    Argument("pod_sandbox", Kind.BOOLEAN, note="It only holds a pod's namespaces."),
)
_HIERARCHY = Argument("hierarchy_id", Kind.INTEGER, note="0 for cgroup v2.")

CONTAINER: tuple[Definition, ...] = (
    Definition(
        1700, "cgroup_mkdir", "container",
        "A cgroup has been created.",
        (_CGROUP, _PATH, _HIERARCHY),
        rungs=(Rung("tracepoint", ("cgroup_mkdir",)),), tags=("containers", "proc"),
    ),
    Definition(
        1701, "cgroup_rmdir", "container",
        "A cgroup has been removed.",
        (_CGROUP, _PATH, _HIERARCHY),
        rungs=(Rung("tracepoint", ("cgroup_rmdir",)),), tags=("containers", "proc"),
    ),
    Definition(
        1702, "cgroup_attach_task", "container",
        "A task has been moved into a cgroup.",
        (
            _PATH,
            Argument("comm", Kind.STRING, note="Name of the task that was moved."),
            Argument("pid", Kind.INTEGER, note="Its host thread id."),
            _CGROUP, _HIERARCHY,
        ),
        rungs=(Rung("tracepoint", ("cgroup_attach_task",)),), tags=("containers", "proc"),
    ),
    Definition(
        1703, "container_create", "container",
        "A container has been created: its cgroup has, by the process of the event.",
        _DESCRIPTION, rungs=(_INVENTORY,), tags=("containers",),
    ),
    Definition(
        1704, "container_remove", "container",
        "A container has been removed: its cgroup has, by the process of the event.",
        (_RUNTIME, _CONTAINER), rungs=(_INVENTORY,), tags=("containers",),
    ),
    Definition(
        1705, "existing_container", "container",
        "A container was there when the inventory began to look.",
        _DESCRIPTION, rungs=(_INVENTORY,), tags=("containers",),
    ),
)  # fmt: skip

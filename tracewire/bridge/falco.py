"""A finding as Falco would have written it, which is what falcosidekick takes."""

from typing import Any

import msgspec

from tracewire.finding import Finding
from tracewire.text import printable

# https://falco.org/docs/concepts/rules/basic-elements/#priority
PRIORITIES = {
    "info": "Informational",
    "low": "Notice",
    "medium": "Warning",
    "high": "Error",
    "critical": "Critical",
}
_SOURCE = "syscall"
# What Falco shows of a container's id, and what it says instead of one.
_SHORT_ID, _HOST = 12, "host"


class Alert(msgspec.Struct, frozen=True, kw_only=True):
    """The JSON that falcosidekick reads.

    Attributes:
        uuid: The finding's id.
        output: One line for people.
        priority: Debug to Emergency.
        rule: The signature's title.
        time: Of the event, RFC 3339.
        output_fields: Facts under Falco's names where Falco has them; numbers, text, or null.
        source: What kind of event it was.
        hostname: The node.
        tags: The signature's, and its ATT&CK techniques.
    """

    uuid: str
    output: str
    priority: str
    rule: str
    time: str
    output_fields: dict[str, Any]
    source: str
    hostname: str
    tags: list[str]


def alert(finding: Finding) -> Alert:
    """What *finding* is to falcosidekick."""
    signature, process, container = finding.signature, finding.process, finding.container
    fields = _fields(finding)
    told = ("user.uid", "proc.name", "proc.exepath", "proc.cmdline", "proc.pname", "container.name")
    facts = [f"{name}={fields[name]}" for name in told if fields.get(name) is not None]
    facts += [f"{key}={_flat(value)}" for key, value in finding.data.items()]
    where = container.id[:_SHORT_ID] if container else _HOST
    said = f"{finding.time}: {PRIORITIES[signature.severity]} {signature.title} by {process.comm}"
    return Alert(
        uuid=finding.id,
        output=printable(f"{said} ({' '.join([*facts, f'container={where}'])})"),
        priority=PRIORITIES[signature.severity],
        rule=signature.title,
        time=finding.time,
        output_fields=fields,
        source=_SOURCE,
        hostname=finding.node,
        tags=[*signature.tags, *signature.attack],
    )


def _fields(finding: Finding) -> dict[str, Any]:
    process, container, pod = finding.process, finding.container, finding.pod
    parent = process.ancestors[0] if process.ancestors else None
    fields: dict[str, Any] = {
        "evt.type": finding.event.name,
        "evt.res": finding.event.return_value,
        "proc.pid": process.pid,
        "proc.vpid": process.ns_pid,
        "proc.name": process.comm,
        "proc.exepath": process.exe,
        "proc.cmdline": None if process.argv is None else " ".join(process.argv),
        "proc.cwd": process.cwd,
        "proc.ppid": parent.pid if parent else None,
        "proc.pname": parent.comm if parent else None,
        "user.uid": process.uid,
        "group.gid": process.gid,
        "container.id": container.id[:_SHORT_ID] if container else _HOST,
        "container.full_id": container.id if container else None,
        "container.name": container.name if container else _HOST,
        "container.image": container.image if container else None,
        "container.image.digest": container.image_digest if container else None,
        "k8s.pod.name": pod.name if pod else None,
        "k8s.ns.name": pod.namespace if pod else None,
        "k8s.pod.uid": pod.uid if pod else None,
        "tracewire.signature": finding.signature.name,
        "tracewire.signature.id": finding.signature.id,
        "tracewire.revision": finding.revision,
        "tracewire.lost": finding.coverage.lost,
    }
    return fields | {f"tracewire.data.{key}": _flat(value) for key, value in finding.data.items()}


def _flat(value: Any) -> Any:
    """Text and numbers are what outputs of falcosidekick expect."""
    if value is None or isinstance(value, str | int | float):
        return value
    return msgspec.json.encode(value).decode()

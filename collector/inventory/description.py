"""From what runtimes write about a container to what is told of it."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from collector.inventory.errors import NonsenseError
from tracewire.finding import PodView

# A container's labels go with it over the bus, whose messages end at 1 MiB.
_MOST_LABEL_CHARACTERS = 64 * 1024
_SECOND = 1_000_000_000


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What a runtime tells of a container; see `tracewire.inventory.Container`.

    Attributes:
        created_ns: Nanoseconds since 1970.
    """

    runtime: str
    name: str | None = None
    image: str | None = None
    image_digest: str | None = None
    labels: dict[str, str] = {}
    pod: PodView | None = None
    pod_sandbox: bool = False
    created_ns: int | None = None


class _Config(msgspec.Struct):
    image: str = msgspec.field(name="Image", default="")
    labels: dict[str, str] | None = msgspec.field(name="Labels", default=None)


class _Inspect(msgspec.Struct):
    id: str = msgspec.field(name="Id")
    name: str = msgspec.field(name="Name")
    config: _Config = msgspec.field(name="Config")
    image_id: str = msgspec.field(name="Image", default="")
    created: str = msgspec.field(name="Created", default="")


class _Image(msgspec.Struct):
    digests: list[str] | None = msgspec.field(name="RepoDigests", default=None)


class _Bundle(msgspec.Struct):
    annotations: dict[str, str] | None = None


class Inspected(msgspec.Struct, frozen=True):
    """A container as the Docker API shows it, and the id of its image."""

    description: Description
    image_id: str


def bounded(labels: Mapping[str, str] | None) -> dict[str, str]:
    """The first of *labels*, as many as can travel with the container."""
    kept: dict[str, str] = {}
    room = _MOST_LABEL_CHARACTERS
    for key, value in (labels or {}).items():
        room -= len(key) + len(value)
        if room < 0:
            break
        kept[key] = value
    return kept


def of_inspect(runtime: str, identity: str, payload: bytes) -> Inspected:
    """The answer to `GET /containers/ID/json`.

    Raises:
        NonsenseError: It is none, or of another container.
    """
    try:
        answer = msgspec.json.decode(payload, type=_Inspect)
    except msgspec.DecodeError as error:
        raise NonsenseError(runtime, str(error)) from error
    if answer.id != identity:
        raise NonsenseError(runtime, "another container than the one that was asked for")
    labels = answer.config.labels or {}
    created = _nanoseconds(answer.created)
    described = _named(runtime, answer.name.removeprefix("/"), answer.config.image, labels, created)
    return Inspected(described, answer.image_id)


def of_event(runtime: str, attributes: Mapping[str, str]) -> Description:
    """What the event of a container's creation tells: labels, image and name in one."""
    labels = {key: value for key, value in attributes.items() if key not in {"image", "name"}}
    return _named(runtime, attributes.get("name", ""), attributes.get("image", ""), labels, None)


def _named(
    runtime: str, name: str, image: str, labels: Mapping[str, str], created_ns: int | None
) -> Description:
    # As cri-dockerd labels the containers of pods.
    inner = labels.get("io.kubernetes.container.name")
    return Description(
        runtime=runtime,
        name=inner or name or None,
        image=image or None,
        labels=bounded(labels),
        pod=_pod(labels, "io.kubernetes.pod.name", "io.kubernetes.pod.namespace", "io.kubernetes.pod.uid"),
        pod_sandbox=labels.get("io.kubernetes.docker.type") == "podsandbox",
        created_ns=created_ns,
    )


def of_image(runtime: str, payload: bytes) -> list[str]:
    """The digests of the answer to `GET /images/ID/json`, each behind the name of a repository.

    Raises:
        NonsenseError: It is no such answer.
    """
    try:
        return msgspec.json.decode(payload, type=_Image).digests or []
    except msgspec.DecodeError as error:
        raise NonsenseError(runtime, str(error)) from error


def digest_among(digests: list[str], image: str | None) -> str | None:
    """The digest of *image*: in its own repository, or the only one that there is."""
    repository = (image or "").partition("@")[0]
    if "/" in repository or ":" in repository:
        head, slash, tail = repository.rpartition("/")
        repository = head + slash + tail.partition(":")[0]
    by_name = dict(each.rpartition("@")[::2] for each in digests if "@" in each)
    found = by_name.get(repository)
    if found is None and len(set(by_name.values())) == 1:
        found = next(iter(by_name.values()))
    return found or None


def of_bundle(runtime: str, identity: str, payload: bytes, created_ns: int) -> Description | None:
    """What the annotations of an OCI bundle's config.json tell; None if it is another runtime's.

    CRI-O and podman keep their bundles in one directory.

    Args:
        runtime: containerd or crio.
        identity: The container's, under which the bundle was found.
        payload: The file.
        created_ns: When it was written, nanoseconds since 1970.

    Raises:
        NonsenseError: It is no such file.
    """
    try:
        notes = msgspec.json.decode(payload, type=_Bundle).annotations or {}
    except msgspec.DecodeError as error:
        raise NonsenseError(runtime, str(error)) from error
    cri, crio, pod = "io.kubernetes.cri.", "io.kubernetes.cri-o.", "io.kubernetes.pod."
    if runtime == "crio":
        if not any(key.startswith(crio) for key in notes):
            return None
        image = notes.get(crio + "ImageName") or notes.get(crio + "Image")
        sandbox = notes.get(crio + "ContainerType") == "sandbox"
        name = notes.get("io.kubernetes.container.name") or notes.get(crio + "Name")
        inside = _pod(notes, pod + "name", pod + "namespace", pod + "uid")
        digest = _digest(notes.get(crio + "ImageRef")) or _digest(notes.get(crio + "Image"))
    else:
        image = notes.get(cri + "image-name")
        sandbox = notes.get(cri + "container-type") == "sandbox"
        name = notes.get(cri + "container-name")
        if not any(key.startswith(cri) for key in notes):
            # nerdctl has names of its own; to `ctr`, and containerd itself, a container's id is its name.
            name = notes.get("nerdctl/name") or identity
        inside = _pod(notes, cri + "sandbox-name", cri + "sandbox-namespace", cri + "sandbox-uid")
        digest = _digest(image)
    return Description(
        runtime=runtime,
        name=name or None,
        image=image or None,
        image_digest=digest,
        labels=bounded(_labels(notes.get(crio + "Labels"))),
        pod=inside,
        pod_sandbox=sandbox,
        created_ns=created_ns,
    )


def _digest(reference: str | None) -> str | None:
    """The digest in *reference*, as in `nginx@sha256:…`; None where it has none."""
    digest = (reference or "").partition("@")[2]
    return digest if digest.startswith("sha256:") else None


def _labels(text: str | None) -> dict[str, str]:
    """CRI-O keeps a container's labels as JSON in one annotation."""
    try:
        labels: Any = json.loads(text) if text else {}
    except ValueError:
        return {}
    return {str(key): str(value) for key, value in labels.items()} if isinstance(labels, dict) else {}


def _pod(notes: Mapping[str, str], name: str, namespace: str, uid: str) -> PodView | None:
    if not notes.get(name):
        return None
    return PodView(name=notes[name], namespace=notes.get(namespace, ""), uid=notes.get(uid, ""))


def _nanoseconds(text: str) -> int | None:
    """An RFC 3339 time with up to nine decimals, as Go writes it."""
    whole, _, rest = text.partition(".")
    digits = "".join(character for character in rest[:9] if character.isdigit())
    try:
        moment = datetime.fromisoformat(whole if whole.endswith("Z") else whole + "Z")
    except ValueError:
        return None
    return int(moment.timestamp()) * _SECOND + int(digits.ljust(9, "0") or 0)

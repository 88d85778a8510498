"""What is known of containers: JSON in a bucket, under each container's id."""

import msgspec

from tracewire.finding import PodView


class Container(msgspec.Struct, frozen=True, kw_only=True):
    """One container. What no runtime told is None.

    Attributes:
        id: 64 hexadecimal digits; the key in the bucket too.
        node: Name of the host that it runs on.
        runtime: docker, containerd, crio or podman.
        name: As its runtime calls it; in a pod, as the pod calls it.
        image: As whoever started it named it.
        image_digest: That the image has in a registry; None for one that was only built here.
        labels: Of the container.
        pod: The Kubernetes pod that it belongs to.
        pod_sandbox: It only holds a pod's namespaces.
        created: When, UTC, RFC 3339.
        removed: When; None as long as it is there.
    """

    id: str
    node: str
    runtime: str | None = None
    name: str | None = None
    image: str | None = None
    image_digest: str | None = None
    labels: dict[str, str] = {}
    pod: PodView | None = None
    pod_sandbox: bool = False
    created: str | None = None
    removed: str | None = None

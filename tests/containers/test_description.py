"""What runtimes write about containers, read."""

import json
from typing import Any

import pytest

from collector.inventory.description import (
    Description,
    digest_among,
    of_bundle,
    of_event,
    of_image,
    of_inspect,
)
from collector.inventory.errors import NonsenseError
from tracewire.finding import PodView

ID = "ab" * 32
DIGEST = "sha256:" + "c" * 64
POD = PodView(name="web-0", namespace="shop", uid="1-2-3")


def inspected(**changes: Any) -> bytes:
    """As Docker 20.10 and later answer, shortened."""
    answer = {
        "Id": ID,
        "Created": "2026-11-24T05:29:00.12345678Z",
        "Name": "/web",
        "Image": "sha256:" + "d" * 64,
        "State": {"Status": "running"},
        "Config": {"Image": "nginx:1.27", "Labels": {"a": "b"}},
    }
    return json.dumps(answer | changes).encode()


def test_inspected_container() -> None:
    found = of_inspect("docker", ID, inspected())

    assert found.description == Description(
        runtime="docker",
        name="web",
        image="nginx:1.27",
        labels={"a": "b"},
        created_ns=1_795_498_140_123_456_780,
    )
    assert found.image_id == "sha256:" + "d" * 64


def test_container_that_kubernetes_runs_on_docker() -> None:
    """Its name is the pod's for it."""
    labels = {
        "io.kubernetes.container.name": "nginx",
        "io.kubernetes.docker.type": "podsandbox",
        "io.kubernetes.pod.name": "web-0",
        "io.kubernetes.pod.namespace": "shop",
        "io.kubernetes.pod.uid": "1-2-3",
    }
    found = of_inspect("docker", ID, inspected(Config={"Image": "pause:3", "Labels": labels})).description

    assert (found.name, found.pod, found.pod_sandbox) == ("nginx", POD, True)


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"<html>",
        b"[]",
        b"{}",
        b"\xff\xfe",
        inspected(Id="cd" * 32),
        inspected(Name=7),
        inspected(Config={"Labels": {"a": 1}}),
        inspected(Config=None),
    ],
)
def test_nonsense_is_refused(payload: bytes) -> None:
    with pytest.raises(NonsenseError, match="docker answers nonsense"):
        of_inspect("docker", ID, payload)


def test_labels_without_end_are_cut() -> None:
    """They travel in a message that has an end."""
    labels = {f"label-{number}": "x" * 1000 for number in range(1000)}
    found = of_inspect("docker", ID, inspected(Config={"Image": "i", "Labels": labels})).description

    assert 60 < len(found.labels) < 66
    assert list(found.labels) == list(labels)[: len(found.labels)]


@pytest.mark.parametrize("created", ["", "yesterday", "2026-11-24", "2026-13-44T00:00:00Z", "-1"])
def test_time_that_is_none_is_not_known(created: str) -> None:
    found = of_inspect("docker", ID, inspected(Created=created)).description

    assert found.created_ns in {None, 1_795_478_400_000_000_000}


def test_announced_container_has_name_image_and_labels() -> None:
    attributes = {"image": "box:1", "name": "web", "tier": "front"}

    assert of_event("docker", attributes) == Description(
        runtime="docker", name="web", image="box:1", labels={"tier": "front"}
    )


@pytest.mark.parametrize(
    ("digests", "image", "expected"),
    [
        ([f"nginx@{DIGEST}"], "nginx:1.27", DIGEST),
        ([f"reg:5000/a/nginx@{DIGEST}", "nginx@sha256:0"], "reg:5000/a/nginx:1", DIGEST),
        ([f"nginx@{DIGEST}"], "my-name-for-it", DIGEST),
        (["a@sha256:1", "b@sha256:2"], "c:1", None),
        ([], "nginx:1.27", None),
        (["nonsense"], "nginx", None),
        ([f"nginx@{DIGEST}"], None, DIGEST),
    ],
)
def test_digest_is_that_of_the_images_own_repository(
    digests: list[str], image: str | None, expected: str | None
) -> None:
    assert digest_among(digests, image) == expected


def test_images_without_digest() -> None:
    assert of_image("docker", b'{"RepoDigests": null}') == []
    with pytest.raises(NonsenseError):
        of_image("docker", b'{"RepoDigests": 1}')


def bundle(**annotations: str) -> bytes:
    """A config.json with these annotations."""
    return json.dumps({"ociVersion": "1.1.0", "process": {}, "annotations": annotations}).encode()


def test_bundle_of_containerd() -> None:
    """As its CRI plugin annotates containers."""
    payload = bundle(
        **{
            "io.kubernetes.cri.container-name": "nginx",
            "io.kubernetes.cri.container-type": "container",
            "io.kubernetes.cri.image-name": f"docker.io/library/nginx@{DIGEST}",
            "io.kubernetes.cri.sandbox-name": "web-0",
            "io.kubernetes.cri.sandbox-namespace": "shop",
            "io.kubernetes.cri.sandbox-uid": "1-2-3",
        }
    )

    assert of_bundle("containerd", ID, payload, 7) == Description(
        runtime="containerd",
        name="nginx",
        image=f"docker.io/library/nginx@{DIGEST}",
        image_digest=DIGEST,
        pod=POD,
        created_ns=7,
    )


def test_bundle_of_crio() -> None:
    payload = bundle(
        **{
            "io.kubernetes.container.name": "nginx",
            "io.kubernetes.cri-o.ContainerType": "sandbox",
            "io.kubernetes.cri-o.ImageName": "quay.io/nginx:1",
            "io.kubernetes.cri-o.ImageRef": f"quay.io/nginx@{DIGEST}",
            "io.kubernetes.cri-o.Labels": '{"a": "b"}',
            "io.kubernetes.pod.name": "web-0",
            "io.kubernetes.pod.namespace": "shop",
            "io.kubernetes.pod.uid": "1-2-3",
        }
    )

    assert of_bundle("crio", ID, payload, 7) == Description(
        runtime="crio",
        name="nginx",
        image="quay.io/nginx:1",
        image_digest=DIGEST,
        labels={"a": "b"},
        pod=POD,
        pod_sandbox=True,
        created_ns=7,
    )


def test_bundle_of_podman_is_not_crios() -> None:
    """They lie in the same directory."""
    assert of_bundle("crio", ID, bundle(**{"io.container.manager": "libpod"}), 7) is None


@pytest.mark.parametrize(
    ("annotations", "name"),
    [({}, ID), ({"nerdctl/name": "web", "nerdctl/namespace": "default"}, "web"), ({"note": "mine"}, ID)],
)
def test_bundle_that_is_not_of_kubernetes(annotations: dict[str, str], name: str) -> None:
    """Of nerdctl by its name; of `ctr` by its id, which is the only name it has there."""
    assert of_bundle("containerd", ID, bundle(**annotations), 7) == Description(
        runtime="containerd", name=name, created_ns=7
    )


def test_bundle_of_a_sandbox_has_no_name_of_its_own() -> None:
    """Kubernetes' pause container is the pod's, and called nothing."""
    notes = {"io.kubernetes.cri.container-type": "sandbox", "io.kubernetes.cri.sandbox-name": "web-0"}
    found = of_bundle("containerd", ID, bundle(**notes), 7)

    assert found is not None
    assert (found.name, found.pod_sandbox) == (None, True)


@pytest.mark.parametrize("payload", [b"", b"[]", b'{"annotations": 1}', b'{"annotations": {"a": {}}}', b"{"])
def test_bundle_that_is_none_is_refused(payload: bytes) -> None:
    with pytest.raises(NonsenseError, match="containerd answers nonsense"):
        of_bundle("containerd", ID, payload, 0)


@pytest.mark.parametrize("labels", ["", "no json", "[1]", "7"])
def test_labels_of_crio_that_are_none_are_left_out(labels: str) -> None:
    payload = bundle(**{"io.kubernetes.cri-o.Labels": labels, "io.kubernetes.cri-o.Name": "n"})
    found = of_bundle("crio", ID, payload, 0)

    assert found is not None
    assert found.labels == {}

"""Programs and mapped files inside a container's overlay are the container's, not the layers'."""

import subprocess
from collections.abc import Callable

import pytest

from tests.conformance.capture import Capture, seen_process, shown, told_process, what
from tests.conformance.conftest import Build
from tests.conformance.places import Place
from tests.conformance.test_file import made
from tests.conformance.test_process import executed

pytestmark = pytest.mark.root

LIBRARIES = "cp --parents /lib64/ld-linux-x86-64.so.2 /lib/x86_64-linux-gnu/libc.so.6 ."


@pytest.fixture
def container(tmp_path_factory: pytest.TempPathFactory, truth: Build) -> Place:
    """A root directory of its own, an overlay."""
    return Place("container", tmp_path_factory.mktemp("container"), truth("enter_root"))


def test_exec_in_a_container(capture: Capture, truth: Build, container: Place) -> None:
    """Paths, program and interpreter are those of the container, and of its image."""
    image = truth("image", static=False)

    with capture.wanting("sched_process_exec"):
        run = capture.run(container.command(LIBRARIES, image, "x"), stdin=subprocess.DEVNULL)

    path = f"/p/{image.name}"
    assert run.did["file"]["pathname"] == path
    expected = executed(run, argv=[path, "x"], prev_comm="enter_root-stat", stdin_path="/dev/null")
    assert expected["interpreter_pathname"].endswith("/ld-linux-x86-64.so.2")
    assert what(run.events[-1])["args"] == expected
    assert seen_process(run.events[-1]) == told_process(run.process)


@pytest.mark.parametrize("kind", ["overlay-lower", "overlay-upper"])
def test_exec_of_a_file_that_the_image_does_not_hold(
    capture: Capture, truth: Build, place_of: Callable[[str], Place], kind: str
) -> None:
    """A program in the upper layer has been written since the container began."""
    place = place_of(kind)
    prepare = f"cp {truth('image')} program"

    with capture.wanting("sched_process_exec"):
        run = capture.run(
            place.command(prepare, truth("launch"), "plain", "./program"), stdin=subprocess.DEVNULL
        )

    expected = executed(run, argv=["./program"], prev_comm="launcher", upper_layer=kind == "overlay-upper")
    assert what(run.events[-1])["args"] == expected
    assert seen_process(run.events[-1]) == told_process(run.process)


@pytest.mark.parametrize("kind", ["overlay-lower", "overlay-upper", "container"])
def test_a_mapped_file_of_an_overlay(
    capture: Capture, truth: Build, place_of: Callable[[str], Place], kind: str
) -> None:
    """Memory that maps a file names the file that the process opened."""
    command = place_of(kind).command(
        "head -c 8192 /dev/zero > mapped", truth("mem_prot_alert"), "executable", "mapped"
    )

    with capture.wanting("mem_prot_alert"):
        run = capture.run(command)

    args = made(run, "mem_prot_alert")[-1].event.args
    assert {name: args[name] for name in ("pathname", "dev", "inode", "ctime")} == {
        "pathname": shown(run.did["pathname"]), "dev": run.did["dev"], "inode": run.did["inode"],
        "ctime": run.did["ctime"],
    }  # fmt: skip

"""Creation and removal out of what cgroups say, whatever order and however often it is said."""

import pytest

from collector.inventory.cgroups import Cgroup
from collector.inventory.containers import Containers, Known
from collector.inventory.description import Description
from tracewire.inventory import Container

ID = "ab" * 32
CGROUP = Cgroup(ID, None, b"/docker/" + ID.encode())
OFFSET = 1_700_000_000_000_000_000


@pytest.fixture
def containers() -> Containers:
    return Containers()


def test_container_is_made_once_in_ten_hierarchies(containers: Containers) -> None:
    """And removed with the first of its cgroups."""
    made = [containers.made(CGROUP, time, OFFSET) for time in range(10, 20)]
    gone = [containers.gone(CGROUP, time, OFFSET) for time in range(30, 40)]

    assert [known is not None for known in made] == [True] + 9 * [False]
    assert [known is not None for known in gone] == [True] + 9 * [False]
    (known,) = containers.all()
    assert (known.created_ns, known.removed_ns) == (OFFSET + 10, OFFSET + 30)


def test_repeated_message_changes_nothing(containers: Containers) -> None:
    """The creation, delivered again after the removal, does not bring it back."""
    containers.made(CGROUP, 10, OFFSET)
    containers.gone(CGROUP, 20, OFFSET)

    assert containers.made(CGROUP, 10, OFFSET) is None
    assert containers.gone(CGROUP, 20, OFFSET) is None
    assert containers.made(CGROUP, 30, OFFSET) is not None


def test_cgroup_of_the_same_name_elsewhere_does_not_remove_it(containers: Containers) -> None:
    """A container that may make cgroups cannot end another one in the eyes of who looks."""
    containers.made(CGROUP, 10, OFFSET)
    inner = Cgroup(ID, None, CGROUP.path + b"/" + ID.encode())

    assert containers.made(inner, 11, OFFSET) is None
    assert containers.gone(inner, 12, OFFSET) is None
    assert containers.gone(CGROUP, 13, OFFSET) is not None


def test_first_look_finds_what_is_there(containers: Containers) -> None:
    new, gone = containers.looked({ID: CGROUP}, 5, OFFSET, first=True)

    assert ([known.id for known in new], gone) == ([ID], [])
    assert containers.looked({ID: CGROUP}, 6, OFFSET, first=False) == ([], [])


def test_later_looks_leave_events_their_time(containers: Containers) -> None:
    """What is seen twice without an event is there, what is missed twice is gone."""
    assert containers.looked({ID: CGROUP}, 5, OFFSET, first=False) == ([], [])
    new, _ = containers.looked({ID: CGROUP}, 6, OFFSET, first=False)
    assert [known.id for known in new] == [ID]
    assert containers.looked({}, 7, OFFSET, first=False) == ([], [])
    _, gone = containers.looked({}, 8, OFFSET, first=False)
    assert [known.removed_ns for known in gone] == [OFFSET + 8]


def test_look_that_began_before_an_event_does_not_undo_it(containers: Containers) -> None:
    """Looking takes a while; meanwhile a container comes, and another one goes."""
    containers.made(CGROUP, 10, OFFSET)
    for began in (8, 9):
        assert containers.looked({}, began, OFFSET, first=False) == ([], [])
    containers.gone(CGROUP, 20, OFFSET)
    for began in (18, 19):
        assert containers.looked({ID: CGROUP}, began, OFFSET, first=False) == ([], [])


def test_what_is_told_of_a_nameless_container() -> None:
    known = Known(id=ID, hint="podman")

    assert known.container("n") == Container(id=ID, node="n", runtime="podman")


def test_time_of_creation_is_the_kernels(containers: Containers) -> None:
    """The runtime's own is used where no event has told it."""
    known = containers.get(ID)
    known.describe(Description(runtime="docker", name="web", created_ns=1_000_000_000))
    assert known.container("n").created == "1970-01-01T00:00:01.000000000Z"
    containers.made(CGROUP, 10, OFFSET)
    assert known.container("n").created == "2023-11-14T22:13:20.000000010Z"

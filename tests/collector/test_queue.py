"""What does not fit goes by priority, oldest first, and every event is in exactly one count."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from collector.batches import PRIORITIES, Queue
from tests.collector.making import region

FILE, PROCESS, NETWORK = 1000, 701, 1300
SMALL = region(FILE)
SIZE = len(SMALL.data) + 1024


def families(queue: Queue) -> list[tuple[str, int]]:
    """What is left, in the order it would be sent: family and first event id."""
    left = []
    while (batch := queue.next()) is not None:
        left.append((batch.family, next(iter(batch.events()))))
    return left


def test_the_most_important_family_is_sent_first() -> None:
    """Processes before files, whichever came first."""
    queue = Queue(10 * SIZE)
    queue.offer("file", region(FILE), 0)
    queue.offer("process", region(PROCESS), 0)
    queue.offer("network", region(NETWORK), 0)

    assert [family for family, _ in families(queue)] == ["process", "network", "file"]


def test_files_are_dropped_before_anything_else_and_the_oldest_first() -> None:
    """A process event displaces the oldest file event."""
    queue = Queue(3 * SIZE)
    for event, family in ((FILE, "file"), (FILE + 1, "file"), (PROCESS, "process"), (NETWORK, "network")):
        queue.offer(family, region(event), 0)

    assert queue.dropped == Counter({FILE: 1})
    assert families(queue) == [("process", PROCESS), ("network", NETWORK), ("file", FILE + 1)]


def test_a_file_event_does_not_displace_a_process_event() -> None:
    """It is itself what has no room."""
    queue = Queue(2 * SIZE)
    for event, family in ((PROCESS, "process"), (PROCESS, "process"), (FILE, "file")):
        queue.offer(family, region(event), 0)

    assert queue.dropped == Counter({FILE: 1})
    assert queue.dropped_events == Counter({"file": 1})


def test_what_is_under_way_takes_room_and_is_not_dropped() -> None:
    """It may already be stored; only its acceptance makes room."""
    queue = Queue(SIZE)
    queue.offer("file", region(FILE), 0)
    under_way = queue.next()
    assert under_way is not None

    queue.offer("file", region(FILE + 1), 0)
    queue.settle(under_way, accepted=True)
    queue.offer("file", region(FILE + 2), 0)

    assert queue.dropped == Counter({FILE + 1: 1})
    assert queue.accepted_events == Counter({"file": 1})
    assert queue.queued() == Counter({FILE + 2: 1})


def test_what_the_bus_refuses_for_good_is_dropped() -> None:
    """And counted by id, like everything else."""
    queue = Queue(10 * SIZE)
    queue.offer("file", region(FILE, FILE, FILE + 1), 0)
    batch = queue.next()
    assert batch is not None

    queue.settle(batch, accepted=False)

    assert queue.dropped == Counter({FILE: 2, FILE + 1: 1})
    assert len(queue) == 0


_STEPS = st.lists(
    st.one_of(
        st.tuples(
            st.just("offer"), st.sampled_from(PRIORITIES), st.lists(st.integers(1, 5), min_size=1, max_size=4)
        ),
        st.tuples(st.just("send"), st.none(), st.none()),
        st.tuples(st.just("accept"), st.none(), st.none()),
        st.tuples(st.just("refuse"), st.none(), st.none()),
        st.tuples(st.just("count"), st.none(), st.none()),
    ),
    max_size=60,
)


@given(_STEPS)
def test_offered_is_queued_and_dropped_and_accepted(steps: list[tuple[str, str, list[int]]]) -> None:
    """Whatever happens in whatever order, nothing is counted twice or not at all."""
    queue = Queue(4 * SIZE)
    offered: Counter[int] = Counter()
    accepted: Counter[int] = Counter()
    under_way = []
    for step, family, events in steps:
        if step == "offer":
            queue.offer(family, region(*events), 0)
            offered += Counter(events)
        elif step == "send":
            batch = queue.next()
            under_way += [batch] if batch else []
        elif step == "count":
            queue.queued()
        elif under_way:
            batch = under_way.pop(0)
            queue.settle(batch, accepted=step == "accept")
            accepted += batch.events() if step == "accept" else Counter()

    assert offered == queue.queued() + queue.dropped + accepted
    assert queue.accepted_events.total() == accepted.total()
    assert queue.dropped_events.total() == queue.dropped.total()
    assert queue.waiting_bytes + queue.sent_bytes <= 4 * SIZE or not queue.has_waiting

"""The books do not balance by themselves: what is lost on the way shows."""

import struct

import pytest

from collector.batches import Queue
from collector.counters import Books
from collector.libbpf import BpfObject, possible_cpus
from tests.collector.making import region
from tracewire.catalogue import BY_NAME
from tracewire.ledger import EventCounts

pytestmark = pytest.mark.root

EXEC, EXIT = BY_NAME["sched_process_exec"].id, BY_NAME["sched_process_exit"].id
CPUS = possible_cpus()


def count(sample: BpfObject, event: int, *counts: int) -> None:
    """Pretend that the kernel counted so much on each CPU."""
    sample.maps["counts"].set(struct.pack("=I", event), struct.pack("=6Q", *counts))


def accept(queue: Queue, *events: int) -> None:
    queue.offer("process", region(*events), 0)
    batch = queue.next()
    assert batch is not None
    queue.settle(batch, accepted=True)


def test_what_was_accepted_is_published(sample: BpfObject) -> None:
    """Written, and confirmed by acknowledged batches."""
    sample.load()
    queue = Queue(1 << 20)
    books = Books(sample.maps["counts"], {}, queue)
    books.follow([EXEC])
    count(sample, EXEC, 5, 1, 1, 0, 0, 2)
    accept(queue, *[EXEC] * 3 * CPUS)

    counts = books.balance()["sched_process_exec"]

    assert counts == EventCounts(
        generated=5 * CPUS, filtered=CPUS, lost_ring=CPUS, truncated=2 * CPUS, published=3 * CPUS
    )
    assert counts.balance() == 0
    assert books.cpus() == {"sched_process_exec": [[5, 1, 1, 0]] * CPUS}
    assert books.lost("process") == CPUS


def test_a_batch_that_vanished_is_a_difference(sample: BpfObject) -> None:
    """The kernel wrote it, and it is neither queued nor dropped nor accepted: nobody calls it published."""
    sample.load()
    queue = Queue(1 << 20)
    books = Books(sample.maps["counts"], {}, queue)
    books.follow([EXEC, EXIT])
    count(sample, EXEC, 4, 0, 0, 0, 0, 0)
    count(sample, EXIT, 1, 0, 0, 0, 0, 0)
    accept(queue, *[EXEC] * CPUS, *[EXIT] * CPUS)

    balance = books.balance()

    assert {name: counts.balance() for name, counts in balance.items()} == {
        "sched_process_exec": 3 * CPUS,
        "sched_process_exit": 0,
    }


def test_what_waits_is_queued(sample: BpfObject) -> None:
    """By id, although batches mix them."""
    sample.load()
    queue = Queue(1 << 20)
    books = Books(sample.maps["counts"], {}, queue)
    books.follow([EXEC, EXIT])
    count(sample, EXEC, 1, 0, 0, 0, 0, 0)
    count(sample, EXIT, 2, 0, 0, 0, 0, 0)
    queue.offer("process", region(*[EXEC] * CPUS, *[EXIT] * 2 * CPUS), 0)

    assert books.balance() == {
        "sched_process_exec": EventCounts(generated=CPUS, queued=CPUS),
        "sched_process_exit": EventCounts(generated=2 * CPUS, queued=2 * CPUS),
    }

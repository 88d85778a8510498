"""What makes evaluation fast changes nothing about what is found."""

import json
from pathlib import Path

import pytest

from engine.bundle import build, reads_by_event, reads_by_signature
from engine.document import document
from engine.opa_program import OpaProgram
from tests.engine import loading, making
from tests.engine.judged import found, write_natural
from tests.engine.random_events import Maker, words, words_by_event
from tracewire.catalogue import BY_ID, BY_NAME

pytestmark = pytest.mark.opa

COUNT = 12_000


async def test_optimised_bundle_and_cut_documents_find_the_same(program: OpaProgram, tmp_path: Path) -> None:
    """The shipped signatures over random events, values missing and of odd types among them.

    Three ways: as the sources stand over whole documents, optimised over whole documents,
    and optimised over documents that are cut to what is read.
    """
    accepted = await loading.accepted(program, tmp_path, loading.shipped())
    modules = list(accepted.modules)
    natural = write_natural(accepted, tmp_path / "natural")
    bundle = await build(program, modules, accepted.exceptions, tmp_path / "capabilities.json")
    (tmp_path / "optimised.tar.gz").write_bytes(bundle.archive)
    reads = bundle.reads
    maker = Maker(1, words([module.tree for module in modules]), words_by_event(modules))
    events = list(maker.events(COUNT, reads))
    header = making.header(1)
    whole = [document(event, header, BY_ID[event.event_id]) for event in events]
    cut = [
        document(event, header, BY_ID[e.event_id], reads[BY_ID[e.event_id].name])
        for event in events
        for e in [event]
    ]

    by_source = await found(program, natural, whole)
    optimised = await found(program, tmp_path / "optimised.tar.gz", whole)
    from_cut = await found(program, tmp_path / "optimised.tar.gz", cut)

    assert optimised == by_source
    assert from_cut == by_source
    fired = {name for _, name, _ in by_source}
    assert len(fired) >= len(bundle.signatures) * 2 / 3, "too few signatures fire for this to mean anything"


async def test_cut_documents_are_much_smaller(program: OpaProgram, tmp_path: Path) -> None:
    """Over the whole catalogue, the shipped signatures read well under two thirds of what an event says."""
    accepted = await loading.accepted(program, tmp_path, loading.shipped())
    modules = list(accepted.modules)
    reads = reads_by_event([one.signature for one in modules if one.signature], reads_by_signature(modules))
    header = making.header(1)
    cut = whole = 0
    for event in Maker(1, words([module.tree for module in modules])).events(1000):
        definition = BY_ID[event.event_id]
        if definition.name in reads:
            whole += len(json.dumps(document(event, header, definition)))
            cut += len(json.dumps(document(event, header, definition, reads[definition.name])))

    assert 0 < cut < 0.6 * whole


async def test_signature_alone_finds_what_it_finds_among_the_others(
    program: OpaProgram, tmp_path: Path
) -> None:
    """The way that is taken when a batch fails gives the same findings."""
    accepted = await loading.accepted(program, tmp_path, loading.shipped())
    bundle = await build(program, list(accepted.modules), accepted.exceptions, tmp_path / "capabilities.json")
    (tmp_path / "optimised.tar.gz").write_bytes(bundle.archive)
    maker = Maker(2, words([module.tree for module in accepted.modules]))
    events = [event for event in maker.events(1000) if BY_ID[event.event_id].name in bundle.reads]
    documents = [document(event, making.header(1), BY_ID[event.event_id]) for event in events]
    together = await found(program, tmp_path / "optimised.tar.gz", documents)

    one_by_one = (
        f"some name in {json.dumps(sorted(bundle.signatures))}; "
        "result := data.tracewire.alone with input.signatures as [name]; some one in result.findings"
    )
    query = f'{{"findings": [one | {one_by_one}]}}'
    alone = await found(program, tmp_path / "optimised.tar.gz", documents, query)

    assert alone == together


def test_whole_document_is_what_the_schemas_promise() -> None:
    """Every event's document has the fields that the engine's input is documented to have."""
    header = making.header(1)
    for name, definition in BY_NAME.items():
        made = document(making.event(name), header, definition)
        assert set(made) == {
            "id", "event", "time", "node", "args", "return_value", "error", "syscall", "abi",
            "process", "container", "pod", "truncated", "origins", "via",
        }  # fmt: skip
        assert list(made["args"]) == [argument.name for argument in definition.arguments]

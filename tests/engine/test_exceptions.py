"""Exceptions: what is wrong in a file of them, and lists of any length."""

import io
import json
import resource
import tarfile
from pathlib import Path

import pytest

from engine.bundle import Bundle, build
from engine.document import document
from engine.exceptions import MOST_INLINED, read_exceptions
from engine.opa import Opa
from engine.opa_program import OpaProgram
from engine.request import Part, part
from engine.selection import Selector
from engine.source import source
from tests.engine import loading, making, rego
from tests.engine.opa_with_bundle import opa_with
from tracewire.catalogue import BY_NAME
from tracewire.event import Event
from tracewire.inventory import Container

OPENED = "security_file_open"
WRITES = rego.signature(
    "writes",
    """finding contains {"pathname": input.args.pathname} if {
	input.event == "security_file_open"
	"O_WRONLY" in input.args.flags
	startswith(input.args.pathname, "/etc/")
	not exceptions.apply("TW-9001")
}""",
    events=OPENED,
).replace("import rego.v2\n", "import rego.v2\n\nimport data.lib.exceptions\n")


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ("{", 1, "should be a JSON object from signature id to a list of exceptions"),
        ('{"TW-1": {}}', 1, "should be a JSON object from signature id to a list of exceptions"),
        ('{\n"TW-1": [\n{"exe": "/a"},\n{"exee": "/b"}]}', 4,
         "TW-1, exception 2: 'exee' is nothing that an exception can name; did you mean 'exe'?"),
        ('{"TW-0": [{"uid": 5}],\n "TW-1": [\n{"uid": "5"}]}', 3,
         "TW-1, exception 1: 'uid' should be a number, and is '5'"),
        ('{\n"TW-1": [{"host": "a"}]}', 2,
         "TW-1, exception 1: 'host' is nothing that an exception can name; there are exe, comm, uid, co"),
        ('{"TW-1": [{}]}', 1, "TW-1, exception 1: it is empty, and would drop every finding"),
        ('{"TW-1": [{"uid": true}]}', 1, "TW-1, exception 1: 'uid' should be a number, and is True"),
    ],
)  # fmt: skip
def test_typing_error_is_refused_with_its_line(text: str, row: int, reason: str) -> None:
    """An exception that never holds would look like one that works."""
    refused = read_exceptions(text)

    assert isinstance(refused, tuple)
    assert refused[0] == row
    assert refused[1].startswith(reason)


EVENTS: list[tuple[Event, Container | None]] = [
    (
        making.event(OPENED, path, 1, 1, 2, 3, b"", time=6_000_000_000 + number, uid=uid, comm=comm),
        Container(id="ab" * 32, node="vm-1", name="web", image="nginx:1") if number % 2 else None,
    )
    for number, (path, uid, comm) in enumerate(
        (path, uid, comm)
        for path in (b"/etc/a/b/c", b"/etc/a", b"/etc/", b"/etc/a/b", b"/etc/x//y")
        for uid in (0, 1000)
        for comm in (b"dropper", b"other")
        for _ in range(2)
    )
]
ITEMS: list[dict[str, object]] = [
    {"pathname": "/etc/a/b/"},
    {"pathname": "/etc/a", "uid": 0},
    {"pathname": "/etc/a", "uid": 1000, "comm": "other"},
    {"pathname": "/etc/", "container": "web"},
    {"pathname": "/etc/a/b", "image": "nginx:1", "exe": "/usr/bin/dropper"},
    {"pathname": "/etc/x/", "comm": "dropper"},
    {"comm": "other", "uid": 0, "exe": "/usr/bin/dropper", "container": "web"},
    {"exe": "/usr/bin/nobody"},
    {"pathname": "/"},
]


async def _bundle(program: OpaProgram, folder: Path, items: list[dict[str, object]]) -> Bundle:
    given = source("dir/exceptions.json", json.dumps({"TW-9001": items}))
    return await loading.bundle(program, folder, loading.files(writes=WRITES) | {given.path: given})


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Two of them."""
    made = tmp_path / "one", tmp_path / "other"
    for folder in made:
        folder.mkdir()
    return made


def _parts(bundle: Bundle, events: list[tuple[Event, Container | None]]) -> list[Part]:
    reads = bundle.reads[OPENED]
    return [part(document(e, making.header(1), BY_NAME[OPENED], reads, known)) for e, known in events]


async def _found(opa: Opa, bundle: Bundle) -> set[int]:
    return {match.position for match in (await opa.evaluate(_parts(bundle, EVENTS), 30.0)).findings}


@pytest.mark.opa
@pytest.mark.parametrize("item", ITEMS, ids=json.dumps)
async def test_long_list_excepts_what_a_short_one_does(
    program: OpaProgram, folders: tuple[Path, Path], item: dict[str, object]
) -> None:
    """Whatever combination of things it names, by both ways, and alone as a signature is examined."""
    short = await _bundle(program, folders[0], [item])
    filling: list[dict[str, object]] = [{"exe": f"/nowhere/{number}"} for number in range(MOST_INLINED)]
    long = await _bundle(program, folders[1], [*filling, item])
    async with opa_with(short, folders[0]) as opa:
        expected = await _found(opa, short)
    async with opa_with(long, folders[1]) as opa:
        found = await _found(opa, long)
        alone, _ = await opa.evaluate_alone("writes", _parts(long, EVENTS), 30.0)

    assert found == expected
    assert {match.position for match in alone.findings} == expected
    assert len(expected) < len(EVENTS) or item == {"exe": "/usr/bin/nobody"}


def _compiled_router(bundle: Bundle) -> str:
    with tarfile.open(fileobj=io.BytesIO(bundle.archive)) as archive:
        return "".join(
            file.read().decode()
            for member in archive
            if "/optimized/" in member.name and (file := archive.extractfile(member))
        )


@pytest.mark.opa
async def test_signature_without_a_long_list_has_nothing_of_tables(
    program: OpaProgram, folders: tuple[Path, Path]
) -> None:
    """The rule that looks a table up is copied where there is one: into all, it made OPA slow to start."""
    short = await _bundle(program, folders[0], ITEMS[:1])
    filling: list[dict[str, object]] = [{"exe": f"/nowhere/{number}"} for number in range(MOST_INLINED + 1)]
    long = await _bundle(program, folders[1], filling)

    assert "data.excepted" not in _compiled_router(short)
    assert "data.excepted" in _compiled_router(long)


def _cpu_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


async def _load(program: OpaProgram, folder: Path, count: int) -> tuple[float, float, int]:
    """CPU seconds to build a bundle with *count* exceptions, OPA's seconds for the events, its KiB."""
    items: list[dict[str, object]] = [
        {"exe": f"/opt/app-{number}/agent", "uid": number % 3}
        if number % 2
        else {"pathname": f"/srv/{number}/"}
        for number in range(count)
    ]
    given = source("dir/exceptions.json", json.dumps({"TW-9001": items}))
    accepted = await loading.accepted(program, folder, loading.files(writes=WRITES) | {given.path: given})
    capabilities = folder / "capabilities.json"
    before = _cpu_of_children()
    bundle = await build(program, list(accepted.modules), accepted.exceptions, capabilities)
    took = _cpu_of_children() - before
    async with opa_with(bundle, folder) as opa:
        parts = _parts(bundle, EVENTS)
        seconds = min([(await opa.evaluate_alone("writes", parts, 60.0))[1] for _ in range(5)])
        selection, complete = await Selector(opa).select(bundle, 60.0)
        kib = _resident(folder)
    assert complete
    assert selection["writes", OPENED].residual.clauses
    assert len((accepted.exceptions)["TW-9001"]) == count
    return took, seconds, kib


def _resident(folder: Path) -> int:
    """The KiB that the OPA whose socket is in *folder* has."""
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            if str(folder / "selection.sock") in status.with_name("cmdline").read_text():
                lines = status.read_text().splitlines()
                return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))
        except OSError:
            continue  # It has ended meanwhile.
    pytest.fail("OPA does not run")


@pytest.mark.opa
@pytest.mark.timeout(240)
async def test_hundred_thousand_exceptions_are_looked_up(
    program: OpaProgram, folders: tuple[Path, Path]
) -> None:
    """Against a thousand: an event costs the same, and loading less than in proportion."""
    thousand = await _load(program, folders[0], 1_000)
    many = await _load(program, folders[1], 100_000)
    build_ratio, event_ratio, memory_ratio = (b / a for a, b in zip(thousand, many, strict=True))

    print(f"build {build_ratio:.1f}, event {event_ratio:.2f}, memory {memory_ratio:.1f} times")
    assert event_ratio < 4
    assert build_ratio < 25
    assert memory_ratio < 5

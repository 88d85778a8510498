"""Lists as data that several signatures read."""

import json
from pathlib import Path

import pytest

from engine.lists import read_lists
from engine.opa_program import OpaProgram
from engine.selection import Selector
from engine.source import source
from engine.testing import run_tests
from tests.engine import loading, making, rego
from tests.engine.conftest import Stage, until
from tests.engine.opa_with_bundle import opa_with
from tracewire.clause import Condition


def reader(name: str, identifier: str, condition: str, *, imported: str = "") -> str:
    """A signature that reads a list."""
    text = rego.signature(
        name,
        f"""finding contains {{"pathname": input.args.pathname}} if {{
	input.event == "security_file_open"
	{condition}
}}""",
        identifier=identifier,
        events="security_file_open",
    )
    return text.replace("import rego.v2\n", f"import rego.v2\n\nimport {imported}\n") if imported else text


ONE = reader("one", "TW-9021", "input.args.pathname in data.lists.secrets")
OTHER = reader(
    "other", "TW-9022", "strings.any_prefix_match(input.args.pathname, lists.places)", imported="data.lists"
)
LISTS = {"secrets": ["/srv/key", "/srv/token"], "places": ["/srv/", "/opt/own/"]}


@pytest.mark.parametrize(
    ("text", "row", "reason"),
    [
        ('{"a": "b"}', 1, "should be a JSON object from name to a list of texts or numbers"),
        ('{"a": [["b"]]}', 1, "should be a JSON object from name to a list of texts or numbers"),
        (
            '{"a": [],\n"Bad-name": []}',
            2,
            "list 'Bad-name' should be called by lower case letters, digits and _",
        ),
    ],
)
def test_what_is_no_list_is_refused_with_its_line(text: str, row: int, reason: str) -> None:
    """Names are those that Rego can say."""
    refused = read_lists(text)

    assert isinstance(refused, tuple)
    assert (refused[0], refused[1].startswith(reason)) == (row, True)


@pytest.mark.opa
async def test_list_that_is_not_there_is_an_error_at_its_line(program: OpaProgram, tmp_path: Path) -> None:
    """OPA would take it for one that never matches, and the signature would be blind."""
    lists = source("dir/lists.json", json.dumps({"secret": []}))
    texts = loading.files(
        one=ONE,
        other=OTHER.replace("lists.places", 'lists["places"]'),
        third=reader("third", "TW-9023", "input.args.pathname in places",
                     imported="data.lists.places"),
    )  # fmt: skip
    accepted = await loading.accepted(program, tmp_path, texts | {lists.path: lists})

    missing = "data.lists has no 'places'; write it into a lists.json: {\"places\": [...]}"
    assert {path: (problem.row, problem.reason) for path, problem in accepted.refused.items()} == {
        "dir/one.rego": (15, "data.lists has no 'secrets'; did you mean 'secret'?"),
        "dir/other.rego": (17, missing),
        "dir/third.rego": (13, missing),
    }


@pytest.mark.opa
async def test_signatures_share_lists_and_the_kernel_filters_by_them(
    program: OpaProgram, tmp_path: Path
) -> None:
    """Those of several files are joined; the values are in the clauses as if they stood in the rule."""
    lists = [
        source("dir/lists.json", json.dumps(LISTS)),
        source("more/lists.json", json.dumps({"secrets": ["/root/x"]})),
    ]
    files = loading.files(one=ONE, other=OTHER) | {one.path: one for one in lists}
    bundle = await loading.bundle(program, tmp_path, files)
    async with opa_with(bundle, tmp_path) as opa:
        selection, _ = await Selector(opa).select(bundle, 30.0)

    clauses = {name: selected.residual.clauses for (name, _), selected in selection.items()}
    assert clauses == {
        "one": ({"args.pathname": Condition(equal=("/srv/key", "/srv/token", "/root/x"))},),
        "other": ({"args.pathname": Condition(prefix=("/srv/", "/opt/own/"))},),
    }


@pytest.mark.opa
async def test_tests_of_signatures_see_the_lists(program: OpaProgram, tmp_path: Path) -> None:
    """`signatures test` gives them what lies in the directory."""
    (tmp_path / "one.rego").write_text(ONE)
    (tmp_path / "lists.json").write_text(json.dumps(LISTS))
    (tmp_path / "one_test.rego").write_text(
        """package signatures.one_test

import rego.v2

import data.signatures.one

test_of_the_list if {
	event := {"event": "security_file_open", "args": {"pathname": "/srv/token"}}
	one.finding == {{"pathname": "/srv/token"}} with input as event
}
"""
    )
    tested = await run_tests(program, [str(tmp_path)], "", None)

    assert (tested.tests, tested.failed, tested.coverage_percent) == (1, [], 100.0)


@pytest.mark.nats
@pytest.mark.opa
async def test_change_of_data_alone_is_taken_up(stage: Stage) -> None:
    """A list and an exception, changed while running; a broken one is refused and the former stays."""
    stage.sign("one", ONE)
    (stage.signatures / "lists.json").write_text(json.dumps({"secrets": ["/srv/key"]}))
    await stage.start()

    async def changed(name: str, text: str, of: str = "revision") -> None:
        status = await stage.status()
        assert status is not None
        before = status.detail[of]
        waiting = stage.directory / name
        waiting.write_text(text)
        waiting.replace(stage.signatures / name)

        async def another() -> bool:
            now = await stage.status()
            return now is not None and now.ready and now.detail[of] != before

        await until(another, f"the change of {name} is noticed")

    async def found() -> list[str]:
        paths = ("/srv/key", "/srv/token")
        nonlocal number
        number += 10
        opened = (making.opening(path, number=number + position) for position, path in enumerate(paths))
        await stage.publish(making.batch(*opened, sequence=number))
        await stage.settled()
        seen = await stage.findings(0)
        recent = [one for one in seen if int(one.event.time[-10:-1]) >= number]
        return sorted(str(one.data["pathname"]) for one in recent)

    number = 0
    assert await found() == ["/srv/key"]
    await changed("lists.json", json.dumps({"secrets": ["/srv/token"]}))
    assert await found() == ["/srv/token"]
    await changed("lists.json", json.dumps({"secretes": ["/srv/key"]}), of="refused")
    assert await found() == ["/srv/token"]
    status = await stage.status()
    assert status is not None
    path = str(stage.signatures / "lists.json")
    assert list(status.detail["refused"]) == [path]
    assert "its change breaks" in status.detail["refused"][path]
    await changed("lists.json", json.dumps(LISTS))
    assert await found() == ["/srv/key", "/srv/token"]

"""`signatures test` over a directory of Tracee's: their own tests, as they are."""

from pathlib import Path

import pytest

from engine import testing
from engine.opa_program import OpaProgram
from tests.engine import rego
from tests.engine.conftest import ROOT
from tests.engine.test_command import TEST

pytestmark = pytest.mark.opa

EXAMPLES = ROOT / "examples" / "tracee"
HELPED = """package tracee.H_1

import data.tracee.helpers

__rego_metadoc__ := {"id": "H-1"}

tracee_selected_events[{"source": "tracee", "name": "ptrace"}]

tracee_match { helpers.get_tracee_argument("request") == "R"; helpers.is_file_write("own") }
"""
HELPED_TEST = """package tracee.H_1

test_own_helper {
	tracee_match with input as {"eventName": "ptrace", "args": [{"name": "request", "value": "R"}]}
}

test_wrong {
	tracee_match with input as {"eventName": "ptrace", "args": []}
}
"""


async def test_all_examples_pass(program: OpaProgram) -> None:
    """Two files of one package, shared rules and both syntaxes among them."""
    written = [line for path in EXAMPLES.glob("*_test.rego") for line in path.read_text().splitlines()]
    tests = sum(line.startswith("test_") for line in written)

    assert await testing.run_tests(program, [str(EXAMPLES)], "", None) == testing.Tested(tests, [], {}, None)
    assert tests >= 20


async def test_failed_one_is_named_with_its_place_and_native_ones_run_beside(
    program: OpaProgram, tmp_path: Path
) -> None:
    """A user's helper takes the place of the built-in one, and the others stay."""
    (tmp_path / "helped.rego").write_text(HELPED)
    (tmp_path / "helped_test.rego").write_text(HELPED_TEST)
    (tmp_path / "own_helpers.rego").write_text(
        'package tracee.helpers\n\ndefault is_file_write(f) = false\n\nis_file_write(f) { f == "own" }\n'
    )
    (tmp_path / "own_helpers_test.rego").write_text(
        'package tracee.helpers\n\ntest_read { is_file_read("o_rdonly"); not is_file_write("O_WRONLY") }\n'
    )
    (tmp_path / "traceme.rego").write_text(rego.TRACEME)
    (tmp_path / "traceme_test.rego").write_text(TEST)

    tested = await testing.run_tests(program, [str(tmp_path)], "", None)

    at = f"{tmp_path / 'helped_test.rego'}:7"
    assert tested == testing.Tested(4, [{"name": "data.tracee.H_1.test_wrong", "at": at}], {}, None)

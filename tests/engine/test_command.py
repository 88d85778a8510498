"""`python -m engine signatures ...`, as a person or a Makefile runs it."""

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from engine.opa_program import OpaProgram
from tests.engine import rego
from tests.engine.conftest import ROOT, free_port

pytestmark = pytest.mark.opa


@pytest.fixture(autouse=True)
def _needs_opa(program: OpaProgram) -> None:
    """All of these start opa."""


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "engine", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=60,
        env={"PATH": "/usr/bin:/bin", **environment},
    )


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """One signature that is right."""
    (tmp_path / "traceme.rego").write_text(rego.TRACEME)
    return tmp_path


def test_check_of_what_is_right(directory: Path) -> None:
    """Exit code 0 and a count."""
    done = _run("signatures", "check", str(directory))

    assert (done.returncode, done.stdout, done.stderr) == (0, "1 signatures are right\n", "")


def test_check_names_file_and_line(directory: Path) -> None:
    """In the form that editors jump to; exit code 1."""
    bad = directory / "bad.rego"
    bad.write_text(
        rego.WRITES_ETC.replace("startswith(input.args.pathname,", "startswith(input.args.pathnme,")
    )
    done = _run("signatures", "check", str(directory))
    as_json = _run("signatures", "check", "--json", str(directory))

    first, last = done.stdout.splitlines()
    assert done.returncode == as_json.returncode == 1
    assert first.startswith(f"{bad}:16: undefined ref: input.args.pathnme (there are ")
    assert last == "1 signatures are right, 1 files are not"
    document = json.loads(as_json.stdout)
    assert document["signatures"] == 1
    assert [(one["path"], one["row"]) for one in document["problems"]] == [(str(bad), 16)]


def test_list_shows_what_would_be_loaded(directory: Path) -> None:
    """As a table and as JSON."""
    nobody = f"nats://127.0.0.1:{free_port()}"
    done = _run("signatures", "list", str(directory), TRACEWIRE_NATS=nobody)
    as_json = _run("signatures", "list", "--json", str(directory), TRACEWIRE_NATS=nobody)

    assert [line.split() for line in done.stdout.splitlines()] == [
        ["NAME", "ID", "SEVERITY", "EVENTS", "TITLE"],
        ["traceme", "TW-9001", "low", "ptrace", "Asks", "to", "be", "traced"],
    ]
    assert json.loads(as_json.stdout) == [
        {
            "id": "TW-9001",
            "name": "traceme",
            "title": "Asks to be traced",
            "version": "1.0.0",
            "severity": "low",
            "attack": ["T1622"],
            "tags": [],
            "description": "For a test.",
            "events": ["ptrace"],
            "missing": [],
            "path": str(directory / "traceme.rego"),
            "cost": None,
        }
    ]


TEST = """package signatures.traceme_test

import rego.v2

import data.signatures.traceme

test_found if {
	event := {"event": "ptrace", "args": {"request": "PTRACE_TRACEME"}}
	traceme.finding == {{"request": "PTRACE_TRACEME"}} with input as event
}
"""


def test_test_runs_the_signatures_own_tests(directory: Path) -> None:
    """Exit code 1 as soon as one fails, with its place."""
    test = directory / "traceme_test.rego"
    test.write_text(TEST)
    passed = _run("signatures", "test", str(directory))
    test.write_text(TEST.replace('== {{"request": "PTRACE_TRACEME"}}', "== set()"))
    failed = _run("signatures", "test", str(directory))
    test.unlink()
    none = _run("signatures", "test", str(directory))

    assert passed.returncode == 0
    assert passed.stdout.splitlines()[-1].startswith("1 passed, 0 failed, ")
    assert failed.returncode == 1
    assert f"{test}:7: data.signatures.traceme_test.test_found failed" in failed.stdout
    assert (none.returncode, none.stderr.splitlines()[0]) == (1, "no tests found")


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "says"),
    [
        (["signatures", "check", "/no/such"], {}, 2, "/no/such is no directory"),
        (["signatures"], {}, 2, "the following arguments are required"),
        (
            ["signatures", "check"],
            {"TRACEWIRE_ENGINE_OPA_PROGRAM": "/no/opa"},
            3,
            "'/no/opa' is not a program",
        ),
        ([], {"TRACEWIRE_ENGINE_OPA_PROGRM": "opa"}, 2, "Did you mean TRACEWIRE_ENGINE_OPA_PROGRAM?"),
        ([], {"TRACEWIRE_ENGINE_BUNDLE_HOST": "192.0.2.1"}, 3, "TRACEWIRE_ENGINE_BUNDLE_PORT"),
        (["--config", "/no/such.toml"], {}, 2, "/no/such.toml"),
    ],
)
def test_what_is_missing_or_misspelt_is_said_in_two_sentences(
    arguments: list[str], environment: dict[str, str], code: int, says: str
) -> None:
    """Exit codes of the contract, and never a traceback."""
    done = _run(*arguments, **environment)

    assert done.returncode == code
    assert says in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("part", ["BUNDLE", "METRICS"])
def test_port_that_is_taken_is_said_with_its_setting(part: str) -> None:
    """Which address, why, and what to set; exit code 3."""
    ports = {"BUNDLE": str(free_port()), "METRICS": str(free_port())}
    settings = {f"TRACEWIRE_ENGINE_{name}_PORT": port for name, port in ports.items()}
    with socket.create_server(("127.0.0.1", int(ports[part]))):
        done = _run(**settings)

    assert done.returncode == 3
    assert done.stderr.splitlines()[-2:] == [
        f"error: cannot listen on 127.0.0.1:{ports[part]}: Address already in use",
        f"Set TRACEWIRE_ENGINE_{part}_PORT or TRACEWIRE_ENGINE_{part}_HOST to another one.",
    ]


def test_address_that_is_not_ours_is_said() -> None:
    """One that is set aside for documentation, which no machine has."""
    done = _run(TRACEWIRE_ENGINE_BUNDLE_HOST="192.0.2.1", TRACEWIRE_ENGINE_BUNDLE_PORT="20000")

    assert done.returncode == 3
    assert done.stderr.splitlines()[-2:] == [
        "error: cannot listen on 192.0.2.1:20000: Cannot assign requested address",
        "Set TRACEWIRE_ENGINE_BUNDLE_PORT or TRACEWIRE_ENGINE_BUNDLE_HOST to another one.",
    ]


def test_capabilities_file_is_current() -> None:
    """deploy/opa/capabilities.json is what this OPA can do, without what reaches out or differs each time."""
    done = _run("signatures", "capabilities")
    names = {builtin["name"] for builtin in json.loads(done.stdout)["builtins"]}

    assert done.stdout == (ROOT / "deploy" / "opa" / "capabilities.json").read_text()
    assert "startswith" in names
    assert not names & {"http.send", "net.lookup_ip_addr", "opa.runtime", "time.now_ns", "rand.intn"}


def test_what_a_signature_of_tracees_asks_for_in_vain_is_said(tmp_path: Path) -> None:
    """An event and arguments that do not exist here: by check, list and explain, and it is no error."""
    path = tmp_path / "partly.rego"
    path.write_text(
        """package tracee.P_1

import data.tracee.helpers

__rego_metadoc__ := {"id": "P-1"}

tracee_selected_events[{"source": "tracee", "name": "magic_write"}]

tracee_selected_events[{"source": "tracee", "name": "ptrace"}]

tracee_match {
	input.eventName == "ptrace"
	helpers.get_tracee_argument("requst") == "PTRACE_TRACEME"
}

tracee_match {
	input.eventName == "ptrace"
	argument := input.args[_]
	argument.name == "bytes"
}

tracee_match { input.eventName == "magic_write" }
"""
    )
    nobody = {"TRACEWIRE_NATS": f"nats://127.0.0.1:{free_port()}"}
    check = _run("signatures", "check", str(tmp_path))
    listed = _run("signatures", "list", str(tmp_path), **nobody)
    explained = _run("signatures", "explain", "p_1", str(tmp_path))

    notes = [
        f"note: {path}:7: no event is called 'magic_write' here: rules about it find nothing",
        f"note: {path}:19: no argument of ptrace is called 'bytes': rules that need it find nothing",
        f"note: {path}:13: no argument of ptrace is called 'requst'; did you mean 'request'?",
    ]
    assert (check.returncode, check.stdout.splitlines()) == (0, [*notes, "1 signatures are right"])
    assert "ptrace, no magic_write" in listed.stdout
    assert explained.stdout.splitlines()[-3:] == notes

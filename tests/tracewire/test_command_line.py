"""Exit codes and errors of the command: one sentence what, one what to do, never a traceback."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

COMMANDS = ("up", "status", "findings", "events", "bridge", "ledger", "interest", "doctor")


def test_help_lists_every_command(run: Callable) -> None:
    done = run("--help")

    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^    (\w+)", done.stdout, re.MULTILINE) == [
        *COMMANDS,
        "record",
        "signatures",
        "replay",
    ]


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_shows_examples(run: Callable, command: str) -> None:
    done = run(command, "--help")

    assert done.returncode == 0
    examples = done.stdout.split("examples:\n")[1]
    assert re.match(rf"  (sudo )?tracewire {command}", examples)


@pytest.mark.parametrize(
    ("arguments", "problem", "remedy"),
    [
        ([], "The following arguments are required: COMMAND.", "See `tracewire --help`."),
        (
            ["findings", "--since", "soon"],
            "Argument --since: 'soon' is not a length of time such as 90s, 10m, 1h30m or 2d.",
            "See `tracewire findings --help`.",
        ),
        (
            ["findings", "--signature", "A.>"],
            "'A.>' is not a signature's name.",
            "Names are listed by `tracewire signatures list`.",
        ),
        (
            ["events", "-e", "ptrase"],
            "No event or set of events is called 'ptrase'.",
            "Did you mean 'ptrace'?",
        ),
        (
            ["events", "-e", "ptrace", "reqest=1"],
            "ptrace: no field is called 'reqest'.",
            "Did you mean 'request'?",
        ),
        (
            ["up", "--nats-port", "70000"],
            "Argument --nats-port: '70000' is not a port number (1 to 65535).",
            "See `tracewire up --help`.",
        ),
        (
            ["status", "--config", "/nonexistent"],
            "/nonexistent: [Errno 2] No such file or directory: '/nonexistent'",
            "Correct the file, or leave --config away.",
        ),
    ],
)
def test_wrong_usage_ends_with_2(run: Callable, arguments: list[str], problem: str, remedy: str) -> None:
    done = run(*arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"tracewire: {problem}\n           {remedy}\n"


def test_an_unknown_setting_in_the_environment_ends_with_2(run: Callable) -> None:
    done = run("status", TRACEWIRE_NASTY="1")

    assert done.returncode == 2
    assert done.stderr.startswith("tracewire: TRACEWIRE_NASTY: no such setting\n")


@pytest.mark.parametrize(
    "arguments", [["findings"], ["ledger"], ["events", "-e", "ptrace"], ["findings", "--follow"]]
)
def test_without_nats_it_ends_with_3(run: Callable, free_port: int, arguments: list[str]) -> None:
    done = run(*arguments, "--nats", f"nats://127.0.0.1:{free_port}")

    assert (done.returncode, done.stdout) == (3, "")
    problem, remedy = done.stderr.splitlines()
    assert problem.startswith(f"tracewire: no usable NATS at nats://127.0.0.1:{free_port}: ")
    assert remedy.startswith("           Start Tracewire with `tracewire up`")


def test_status_without_nats_says_so_in_json_too(run: Callable, free_port: int) -> None:
    done = run("status", "--json", TRACEWIRE_NATS=f"nats://127.0.0.1:{free_port}")

    assert (done.returncode, done.stderr) == (3, "")
    assert '"ready": false' in done.stdout


def test_the_connection_is_taken_from_option_variable_and_file_in_that_order(
    run: Callable, tmp_path: Path, free_port: int
) -> None:
    file = tmp_path / "tracewire.toml"
    file.write_text(f'nats = "nats://127.0.0.1:{free_port}"\n')

    def where(*arguments: str, **environment: str) -> str:
        said = run("findings", "--config", str(file), *arguments, **environment).stderr
        return re.search(r"no usable NATS at (\S+):", said)[1]

    assert where() == f"nats://127.0.0.1:{free_port}"
    assert where(TRACEWIRE_NATS="nats://localhost:1") == "nats://localhost:1"
    assert where("--nats", "nats://localhost:2", TRACEWIRE_NATS="nats://localhost:1") == "nats://localhost:2"


@pytest.mark.parametrize(("command", "part"), [("doctor", "collector"), ("signatures", "engine")])
def test_without_its_half_a_command_says_what_to_install(tmp_path: Path, command: str, part: str) -> None:
    """As for somebody who has installed the client alone."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "tracewire").symlink_to(Path(__file__).parents[2] / "tracewire")
    others = next(path for path in sys.path if path.endswith("site-packages"))
    code = (
        f"import sys; sys.path[:] = [p for p in sys.path if 'python3' in p or p.endswith('.zip')]; "
        f"sys.path = [{str(site)!r}] + [p for p in sys.path if p != ''] + [{others!r}]; "
        f"from tracewire.command import main; sys.exit(main([{command!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", code], capture_output=True, text=True, check=False, cwd=tmp_path
    )

    assert done.returncode == 3
    assert done.stderr == (
        f"tracewire: The {part} is not installed in this Python environment.\n"
        f"           Install it: pip install 'tracewire[{part}]'.\n"
    )


@pytest.mark.opa
def test_signatures_are_the_engines_business(run: Callable) -> None:
    """Its help, its options and its exit codes."""
    assert run("signatures", "--help").stdout.startswith("usage: python -m engine signatures")
    assert run("signatures", "list").returncode == 0
    assert run("signatures", "explode").returncode == 2


@pytest.mark.root
def test_doctor_is_the_collectors_business(run: Callable) -> None:
    done = run("doctor", "--json")

    assert done.returncode in {0, 1}
    assert json.loads(done.stdout)

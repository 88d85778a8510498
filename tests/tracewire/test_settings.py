"""Defaults, then the file, then the environment; what nobody knows is refused."""

import re
from pathlib import Path

import pytest

from tracewire.errors import SettingsError
from tracewire.settings import CollectorSettings, EngineSettings, Settings, load

ROOT = Path(__file__).parents[2]


def test_without_file_and_variables_the_defaults_hold() -> None:
    assert load(environment={}) == Settings()


def test_environment_beats_file_and_file_beats_defaults(tmp_path: Path) -> None:
    """In a section too, key by key."""
    file = tmp_path / "tracewire.toml"
    file.write_text(
        'nats = "nats://file:1"\nnode = "from-file"\n[engine]\nbatch_events = 64\nconnections = 2\n'
    )
    environment = {
        "TRACEWIRE_NATS": "nats://variable:2",
        "TRACEWIRE_ENGINE_CONNECTIONS": "8",
        "HOME": "/root",
    }

    assert load(str(file), environment) == Settings(
        nats="nats://variable:2", node="from-file", engine=EngineSettings(batch_events=64, connections=8)
    )


def test_the_file_can_be_named_by_a_variable(tmp_path: Path) -> None:
    file = tmp_path / "tracewire.toml"
    file.write_text('node = "here"\n')

    assert load(environment={"TRACEWIRE_CONFIG": str(file)}) == Settings(node="here")


def test_directories_in_a_variable_are_separated_by_colons() -> None:
    loaded = load(environment={"TRACEWIRE_ENGINE_SIGNATURES": "/a:/b"})

    assert loaded == Settings(engine=EngineSettings(signatures=("/a", "/b")))


def test_rungs_are_a_table_in_the_file_and_pairs_in_a_variable(tmp_path: Path) -> None:
    file = tmp_path / "tracewire.toml"
    file.write_text('[collector.rungs]\nptrace = "sys_exit"\n')
    variable = {"TRACEWIRE_COLLECTOR_RUNGS": "security_file_open=kprobe, chmod_common=fexit"}

    assert (load(str(file), {}), load(environment=variable)) == (
        Settings(collector=CollectorSettings(rungs={"ptrace": "sys_exit"})),
        Settings(
            collector=CollectorSettings(rungs={"security_file_open": "kprobe", "chmod_common": "fexit"})
        ),
    )


@pytest.mark.parametrize("text", ["ptrace", "ptrace=", "=kprobe"])
def test_a_rung_that_is_no_pair_is_refused(text: str) -> None:
    with pytest.raises(SettingsError) as refusal:
        load(environment={"TRACEWIRE_COLLECTOR_RUNGS": text})

    assert str(refusal.value) == f"TRACEWIRE_COLLECTOR_RUNGS: {text!r} is not EVENT=RUNG"


@pytest.mark.parametrize(
    ("text", "message", "remedy"),
    [
        ('nast = "x"', "unknown key 'nast'", "Did you mean 'nats'?"),
        (
            "[engine]\nbatch_event = 1",
            "unknown key 'engine.batch_event'",
            "Did you mean 'engine.batch_events'?",
        ),
        ("[engine]\nbatch_events = 'many'", "Expected `int`, got `str`", "See docs/configuration.md."),
        ("nats = ", "Invalid value", "Correct the file, or leave --config away."),
    ],
)
def test_a_bad_file_is_refused_with_the_nearest_key(
    tmp_path: Path, text: str, message: str, remedy: str
) -> None:
    file = tmp_path / "tracewire.toml"
    file.write_text(text)

    with pytest.raises(SettingsError, match=re.escape(message)) as refused:
        load(str(file), {})

    assert (refused.value.source, refused.value.remedy) == (str(file), remedy)


def test_an_unknown_variable_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(SettingsError, match="no such setting") as refused:
        load(environment={"TRACEWIRE_NATSURL": "x"})

    assert (refused.value.source, refused.value.remedy) == (
        "TRACEWIRE_NATSURL",
        "Did you mean TRACEWIRE_NATS?",
    )


def test_a_file_that_is_not_there_is_refused() -> None:
    with pytest.raises(SettingsError, match="No such file"):
        load("/nonexistent/tracewire.toml", {})


def test_every_setting_is_documented() -> None:
    """docs/configuration.md has a row for each key, with its variable and its default."""
    page = (ROOT / "docs" / "configuration.md").read_text()
    rows = dict(re.findall(r"^\| `([a-z_.]+)` \| `TRACEWIRE_([A-Z_]+)` \|", page, re.MULTILINE))
    sections = {name: getattr(Settings(), name) for name in ("collector", "engine", "inventory")}
    keys = [key for key in Settings.__struct_fields__ if key not in sections]
    keys += [f"{name}.{key}" for name, section in sections.items() for key in section.__struct_fields__]

    assert rows == {key: key.replace(".", "_").upper() for key in keys}

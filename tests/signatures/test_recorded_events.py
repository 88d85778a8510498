"""What the kernel really says, judged by the sources as they stand and by what OPA is given."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.bundle import build
from engine.document import cut, document
from engine.opa_program import OpaProgram
from engine.places import opa_program
from tests.conformance.capture import HEADER, Capture
from tests.engine import loading
from tests.engine.judged import found, write_natural
from tracewire.catalogue import BY_ID, BY_NAME

pytestmark = [pytest.mark.root, pytest.mark.opa]

ATTACKS = Path(__file__).parents[1] / "attacks"
# Deeds of many kinds that need nothing that a machine may not have.
DEEDS = (
    "anti_debugging", "authorized_keys_write", "commands_from_pipe", "credential_search", "cron_write",
    "decoding_command", "execution_from_shared_memory", "fileless_execution", "hard_link_to_password_file",
    "ld_so_preload_write", "log_cleared", "process_vm_write_injection", "program_deleted_itself",
    "sensitive_file_read", "setuid_bit_set", "shell_history_removed", "stdio_over_socket", "sudoers_write",
    "systemd_unit_write",
)  # fmt: skip
FEWEST_SIGNATURES = 10


@pytest.fixture
def capture() -> Iterator[Capture]:
    """The kernel, watched without a bus."""
    if os.geteuid() != 0:
        pytest.skip("needs root")
    opened = Capture(ring_mebibytes=64)
    yield opened
    opened.close()


def _do_all(directory: Path) -> None:
    """Triggers and benign twins, so that findings and near misses are among the events."""
    environment = {**os.environ, "PYTHONPATH": str(ATTACKS)}
    for deed in DEEDS:
        for program in sorted((ATTACKS / deed).glob("t*.py")):
            # Whether it succeeds is what tests/attacks is about.
            subprocess.run(
                [sys.executable, str(program)], cwd=directory, env=environment, check=False,
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=60,
            )  # fmt: skip


async def test_recorded_events_give_the_same_findings_by_both_bundles(
    capture: Capture, tmp_path: Path
) -> None:
    """The sources over whole documents, and the optimised bundle over documents cut to what is read."""
    program = OpaProgram(opa_program("opa"))
    accepted = await loading.accepted(program, tmp_path, loading.shipped())
    modules = list(accepted.modules)
    bundle = await build(program, modules, accepted.exceptions, tmp_path / "capabilities.json")
    natural = write_natural(accepted, tmp_path / "natural")
    (tmp_path / "optimised.tar.gz").write_bytes(bundle.archive)
    on_request = {argument.name for name in bundle.reads for argument in BY_NAME[name].arguments
                  if argument.on_request}  # fmt: skip

    with capture.wanting(*bundle.reads, arguments=sorted(on_request)):
        _do_all(tmp_path)
        events = capture.take()

    cuts = {BY_NAME[name].id: cut(BY_NAME[name], reads) for name, reads in bundle.reads.items()}
    whole = [document(event, HEADER, BY_ID[event.event_id]) for event in events]
    parts = [cuts[event.event_id](event, HEADER) for event in events]
    by_source = await found(program, natural, whole)
    optimised = await found(program, tmp_path / "optimised.tar.gz", parts)

    assert optimised == by_source
    assert len({name for _, name, _ in by_source}) >= FEWEST_SIGNATURES

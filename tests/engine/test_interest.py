"""The collectors learn what the signatures need, and nothing beyond."""

from pathlib import Path

import msgspec
import pytest

from engine.interest import interest_of
from engine.opa_program import OpaProgram
from engine.routing import generation_of
from tests.engine import loading, rego
from tests.engine.conftest import Stage, until
from tracewire.clause import Condition
from tracewire.interest import EventInterest, Interest

pytestmark = [pytest.mark.opa, pytest.mark.nats]

ENVIRONMENT = rego.signature(
    "environment",
    """finding contains {"variable": variable} if {
	input.event == "sched_process_exec"
	some variable in input.args.env
	startswith(variable, "LD_PRELOAD=")
}""",
    identifier="TW-9007",
    events="sched_process_exec",
)


async def test_interest_names_events_and_large_arguments_that_are_read(
    program: OpaProgram, tmp_path: Path
) -> None:
    """The environment is only collected when a signature looks at it."""
    plain = await loading.bundle(program, tmp_path, loading.files(traceme=rego.TRACEME))
    both = await loading.bundle(
        program, tmp_path, loading.files(traceme=rego.TRACEME, environment=ENVIRONMENT)
    )

    assert interest_of(plain).events == {"ptrace": EventInterest()}
    assert interest_of(both) == Interest(
        asker=f"signatures {both.revision}",
        events={"ptrace": EventInterest(), "sched_process_exec": EventInterest(arguments=["env"])},
        revision=both.revision,
    )


async def test_interest_follows_the_signatures(stage: Stage) -> None:
    """Written when OPA has the signatures, and again with each change of them."""
    stage.sign("traceme", rego.TRACEME)
    await stage.start()

    async def stored() -> dict[str, EventInterest]:
        bucket = await stage.client.jetstream().key_value("tracewire_interest")
        value = (await bucket.get("engine")).value
        assert value is not None
        return msgspec.json.decode(value, type=Interest).events

    assert await stored() == {
        "ptrace": EventInterest(
            clauses=[{"args.request": msgspec.Raw(b'{"equal":["PTRACE_TRACEME"]}')}],
            generation=generation_of("ptrace", [{"args.request": Condition(equal=("PTRACE_TRACEME",))}]),
        )
    }

    path = stage.sign("writes_etc", rego.WRITES_ETC)

    async def has(*names: str) -> bool:
        return set(await stored()) == set(names)

    await until(lambda: has("ptrace", "security_file_open"), "the interest grows")
    path.unlink()
    await until(lambda: has("ptrace"), "the interest shrinks")

"""The culprit is found, and nobody else loses anything by it."""

from engine.errors import OpaDeadlineError, OpaRefusalError
from engine.isolation import Failure, isolate
from engine.opa import Match


class Judge:
    """Signatures that find each event, but fail with some."""

    def __init__(
        self, *, errors: dict[str, set[int]], endless: dict[str, set[int]], most: int = 1000
    ) -> None:
        self.errors = errors
        self.endless = endless
        self.most = most
        self.asked = 0

    async def __call__(self, signature: str, positions: list[int], last: bool) -> list[Match]:  # noqa: FBT001, D102
        self.asked += 1
        if self.errors.get(signature, set()) & set(positions):
            raise OpaRefusalError(500, "conflict")
        if self.endless.get(signature, set()) & set(positions) or len(positions) > self.most:
            raise OpaDeadlineError(1.0 if last else 0.25)
        return [Match(position, signature, {}) for position in positions]


def _pairs(matches: list[Match]) -> list[tuple[str, int]]:
    return sorted((match.signature, match.position) for match in matches)


async def test_each_event_with_an_error_is_found_and_all_others_are_judged() -> None:
    """Errors come fast, so that every one of them is looked for."""
    judge = Judge(errors={"bad": {3, 40}}, endless={})
    everything = {"good": list(range(64)), "bad": list(range(64))}
    matches, failures = await isolate(everything, judge, 2)

    assert _pairs(matches) == sorted(
        [("good", n) for n in range(64)] + [("bad", n) for n in range(64) if n not in {3, 40}]
    )
    assert failures == [Failure("bad", n, "error", "conflict", (n,)) for n in (3, 40)]


async def test_endless_signature_costs_few_attempts_and_names_what_it_did_not_judge() -> None:
    """After its first endless event it gets one more try with all that is left."""
    judge = Judge(errors={}, endless={"bad": {5, 50}})
    matches, failures = await isolate({"good": list(range(64)), "bad": list(range(64))}, judge, 2)

    judged = {match.position for match in matches if match.signature == "bad"}
    (failure,) = failures
    assert (failure.signature, failure.position, failure.kind, failure.reason) == (
        "bad", 5, "endless", "no answer within 1 s",
    )  # fmt: skip
    assert judged | set(failure.unjudged) == set(range(64))
    assert not judged & set(failure.unjudged)
    assert judge.asked < 16


async def test_one_endless_event_leaves_the_others_judged() -> None:
    """What is left after it is judged in one go."""
    judge = Judge(errors={}, endless={"bad": {5}})
    matches, failures = await isolate({"bad": list(range(64))}, judge, 2)

    assert _pairs(matches) == [("bad", n) for n in range(64) if n != 5]
    assert failures == [Failure("bad", 5, "endless", "no answer within 1 s", (5,))]


async def test_slow_signature_is_named_though_each_event_is_judged() -> None:
    """It would take its time again with every batch."""
    judge = Judge(errors={}, endless={}, most=20)
    matches, failures = await isolate({"slow": list(range(64))}, judge, 2)

    assert _pairs(matches) == [("slow", n) for n in range(64)]
    assert failures == [Failure("slow", 0, "slow", "no answer within 0.25 s for 64 events")]

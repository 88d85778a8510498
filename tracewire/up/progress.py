"""What `tracewire up` says while it starts, out of the conditions that it sees."""

from collections.abc import Callable

from tracewire.command.status import loaded_signatures
from tracewire.condition import Condition


class Progress:
    """Says each step once, when it has been reached."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._said: set[str] = set()
        self._problems: list[str] = []
        self.was_ready = False

    def see(self, condition: Condition) -> None:
        """Say what *condition* has that the ones before had not."""
        engine, collector = condition.engine, condition.collector
        if engine is not None and (count := loaded_signatures(engine)):
            self._once(f"signatures loaded: {count}")
            for file, reason in engine.detail.get("refused", {}).items():
                self._once(f"signature refused: {file}: {reason}")
        if condition.opa and isinstance(condition.opa, dict) and condition.opa.get("ready"):
            self._once("OPA ready")
        if collector is not None and (rungs := collector.detail.get("interest")):
            attached = sum(rung is not None for rung in rungs.values())
            self._once(f"probes attached: {attached} of {len(rungs)} events")
        if condition.ready:
            self.was_ready = True
            self._problems = []
        elif self.was_ready:
            # While starting everything is missing first, and that is no news.
            self._new_problems(condition.problems)

    def _new_problems(self, problems: list[str]) -> None:
        for problem in problems:
            if problem not in self._problems:
                self._say(problem)
        self._problems = problems

    def _once(self, sentence: str) -> None:
        if sentence not in self._said:
            self._said.add(sentence)
            self._say(sentence)

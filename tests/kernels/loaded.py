"""What a kernel loads, and which rung each event stands on there."""

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Loaded:
    """What one guest said.

    Attributes:
        programs: Number of loaded ones.
        instructions: What the verifier went through, by program; 0 where the kernel does not tell (5.16).
        first_seconds: What a session takes before anything is wanted.
        seconds: Until everything was loaded.
        refused: Why each other program was not, by its name.
        rungs: The rung of each event, None where it has none.
        request_rungs: The same where io_uring does it.
        problem: Why the guest did not come to its end; empty where it did.
        said: Lines that are none of the above, such as the end of a program that failed.
    """

    programs: int = 0
    instructions: dict[str, int] = field(default_factory=dict)
    first_seconds: float = 0.0
    seconds: float = 0.0
    refused: dict[str, str] = field(default_factory=dict)
    rungs: dict[str, str | None] = field(default_factory=dict)
    request_rungs: dict[str, str | None] = field(default_factory=dict)
    problem: str = ""
    said: list[str] = field(default_factory=list)

    def take(self, line: str) -> None:
        """Take in one line of a guest."""
        if not line.startswith("{"):
            self.said.append(line)
            return
        fact: dict[str, Any] = json.loads(line)
        if "loaded" in fact:
            self.programs = fact["loaded"]
            self.first_seconds, self.seconds = fact["first_seconds"], fact["seconds"]
        elif "instructions" in fact:
            self.instructions[fact["program"]] = fact["instructions"]
        elif "event" in fact:
            self.rungs[fact["event"]] = fact["rung"]
            self.request_rungs[fact["event"]] = fact["request_rung"]
        elif "refused" in fact:
            self.refused[fact["program"]] = fact["refused"]

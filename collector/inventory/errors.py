"""What a container runtime can do wrong."""

from collector.errors import CollectorError


class RuntimeAwayError(CollectorError, ConnectionError):
    """A container runtime cannot be asked.

    Attributes:
        runtime: Which one.
        problem: Why.
    """

    remedy = "See docs/containers.md: the inventory needs to read the runtime's socket or directory."

    def __init__(self, runtime: str, problem: str) -> None:
        self.runtime = runtime
        self.problem = problem
        super().__init__(f"{runtime} cannot be asked: {problem}")


class NonsenseError(CollectorError, ValueError):
    """A container runtime answered something that it should not.

    Attributes:
        runtime: Which one.
        problem: What is wrong with it.
    """

    def __init__(self, runtime: str, problem: str) -> None:
        self.runtime = runtime
        self.problem = problem
        super().__init__(f"{runtime} answers nonsense: {problem}")

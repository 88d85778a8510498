"""Everything that the engine can refuse.

EngineError
├── OpaProgramError     the opa binary is missing, or failed at a task
├── OpaAwayError        OPA does not answer
├── OpaDeadlineError    OPA did not answer in time
├── OpaRefusalError     OPA answered that it cannot
├── BusyError           the machine has too little time to tell who is slow
├── ListenError         an address where the engine serves cannot be had
└── ResourceError       a file that ships with the engine is missing
"""

from tracewire.errors import TracewireError


class EngineError(TracewireError):
    """The root of the engine's own tree."""


class OpaProgramError(EngineError, RuntimeError):
    """The opa binary could not do what it was started for.

    Attributes:
        task: Its subcommand, such as `build`.
        problem: What it said, or why it could not be started.
    """

    def __init__(self, task: str, problem: str, *, remedy: str = "") -> None:
        self.task = task
        self.problem = problem
        self.remedy = remedy or "Run `tracewire signatures check` to see what is wrong with the signatures."
        super().__init__(f"opa {task}: {problem}")


class OpaAwayError(EngineError, ConnectionError):
    """OPA cannot be reached, or has no bundle yet.

    Attributes:
        address: Where it was looked for.
        problem: What happened.
    """

    remedy = "Start OPA with deploy/opa/config.yaml, or say where it is with TRACEWIRE_ENGINE_OPA."

    def __init__(self, address: str, problem: str) -> None:
        self.address = address
        self.problem = problem
        super().__init__(f"no usable OPA at {address}: {problem}")


class OpaDeadlineError(EngineError, TimeoutError):
    """OPA took longer than it may; the connection has been closed, which cancels its work.

    Attributes:
        seconds: How long it was given.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"no answer within {seconds:g} s")


class OpaRefusalError(EngineError):
    """OPA could not evaluate a request.

    Attributes:
        status: HTTP status.
        problem: The reason it gave.
    """

    def __init__(self, status: int, problem: str) -> None:
        self.status = status
        self.problem = problem
        super().__init__(problem)


class BusyError(EngineError):
    """A signature took too long, but so did work of a known size: nobody can be blamed."""

    remedy = "Give OPA more of a processor, or the machine less to do."

    def __init__(self) -> None:
        super().__init__("the machine has too little time for OPA")


class ListenError(EngineError):
    """The engine cannot serve where it is told to.

    Attributes:
        host: Address.
        port: Of TCP.
        problem: Why not.
    """

    def __init__(self, host: str, port: int, problem: str, *, settings: str) -> None:
        self.host = host
        self.port = port
        self.problem = problem
        self.remedy = f"Set {settings}_PORT or {settings}_HOST to another one."
        super().__init__(f"cannot listen on {host}:{port}: {problem}")


class ResourceError(EngineError, FileNotFoundError):
    """Something that ships with the engine is not where it belongs.

    Attributes:
        path: What was looked for.
    """

    def __init__(self, path: str, remedy: str) -> None:
        self.path = path
        self.remedy = remedy
        super().__init__(f"{path} does not exist")


class ScaffoldError(EngineError):
    """A new signature cannot be written.

    Attributes:
        problem: A sentence.
    """

    def __init__(self, problem: str, remedy: str) -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(problem)


class ReplayError(EngineError):
    """Recorded events cannot be judged.

    Attributes:
        problem: A sentence.
    """

    remedy = "`tracewire signatures check DIR` says all that is wrong."

    def __init__(self, problem: str) -> None:
        self.problem = problem
        super().__init__(problem)

"""Everything that the contract can refuse.

TracewireError
├── BatchError       a message on an events subject that is not a batch
├── EventError       an event inside a batch that cannot be read
├── SettingsError    a configuration that says what nobody understands
└── BusError         NATS is not there, or lacks what Tracewire needs
"""


class TracewireError(Exception):
    """The root of the tree.

    Attributes:
        remedy: A sentence that says what to do about it; printed under the message.
    """

    remedy: str = ""


class BatchError(TracewireError, ValueError):
    """A message that cannot be read as a batch.

    Attributes:
        problem: What is wrong with it.
        size: Its length in bytes.
    """

    def __init__(self, problem: str, *, size: int) -> None:
        self.problem = problem
        self.size = size
        super().__init__(f"not a batch of events: {problem} ({size} bytes)")


class EventError(TracewireError, ValueError):
    """An event that cannot be read.

    Attributes:
        problem: What is wrong with it.
        event_id: Its id in the catalogue, or None when even that cannot be read.
    """

    def __init__(self, problem: str, *, event_id: int | None) -> None:
        self.problem = problem
        self.event_id = event_id
        super().__init__(f"unreadable event: {problem} (id {event_id})")


class SettingsError(TracewireError, ValueError):
    """A setting that does not exist or has a value that it cannot have.

    Attributes:
        source: The file or environment variable it came from.
        problem: What is wrong.
    """

    def __init__(self, source: str, problem: str, *, remedy: str) -> None:
        self.source = source
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{source}: {problem}")


class BusError(TracewireError, ConnectionError):
    """NATS cannot be used.

    Attributes:
        url: Where it was looked for, without credentials.
        problem: What happened.
    """

    def __init__(self, url: str, problem: str, *, remedy: str = "") -> None:
        self.url = url
        self.problem = problem
        self.remedy = (
            remedy or f"Start Tracewire with `tracewire up`, or say where NATS is with --nats (now {url})."
        )
        super().__init__(f"no usable NATS at {url}: {problem}")


class RecordingError(TracewireError):
    """A file that should hold recorded events and does not.

    Attributes:
        path: The file.
        problem: What is wrong with it.
    """

    remedy = "Make one with `tracewire record FILE`."

    def __init__(self, path: str, problem: str) -> None:
        self.path = path
        self.problem = problem
        super().__init__(f"{path}: {problem}")

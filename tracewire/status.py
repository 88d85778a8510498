"""How a service says how it is. Every service answers a request on `subjects.STATUS`."""

from typing import Any

import msgspec


class ServiceStatus(msgspec.Struct, kw_only=True):
    """One service's answer.

    Attributes:
        service: collector, engine or inventory.
        node: Name of the host it runs on.
        pid: Its process id, as its own pid namespace numbers it.
        instance: Unique for each start.
        ready: It does all of what it is for.
        problems: Sentences that say why not.
        detail: The collector: `generation`, `interest` (event name -> rung, or null and a reason in
            `problems`), `applied` (revision of each asker's interest by key). The engine: `revision`,
            `signatures` (loaded), `refused` (file -> reason), `opa` (address, ready).
            The inventory: `runtimes` (name -> `ok`, `not here`, or what is wrong), `containers`,
            `unconfirmed`, `published` (events), `interest` (its key).
    """

    service: str
    node: str
    pid: int
    instance: str
    ready: bool
    problems: list[str] = []
    detail: dict[str, Any] = {}

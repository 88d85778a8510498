"""Is the service in this container well? Asks it over the bus, the way that everybody asks.

health.py collector|engine|inventory: exit code 0 if that service on this node answers that it is ready,
1 and its own reasons if not. So it fails when a probe could not be attached, when OPA does not
answer with the present signatures, when NATS is away, and when the process hangs.
"""

import asyncio
import sys
from typing import Any, cast

# nats-py imports aiohttp where it is installed, for WebSockets, which are not used here: that
# is three quarters of the time that a check takes. None makes the import fail.
cast("dict[str, Any]", sys.modules).setdefault("aiohttp", None)

from tracewire import bus, condition, settings  # noqa: E402
from tracewire.errors import TracewireError  # noqa: E402
from tracewire.settings import Settings  # noqa: E402
from tracewire.status import ServiceStatus  # noqa: E402
from tracewire.text import printable  # noqa: E402


async def ask(chosen: Settings, service: str) -> ServiceStatus | None:
    """The answer of *service* on this node; None if there was none."""
    async with bus.connection(
        chosen.nats, f"tracewire health {service}", credentials=chosen.nats_seed, ca=chosen.nats_ca
    ) as client:
        answers = await condition.answers(client)
    # A replica's node is its container's hostname, which no other replica has.
    mine = [answer for answer in answers if answer.service == service and answer.node == chosen.node_name]
    return mine[0] if mine else None


def main(service: str) -> int:
    """Print what is wrong, and return the exit code."""
    chosen = settings.load()
    try:
        answer = asyncio.run(ask(chosen, service))
    except TracewireError as error:
        problems = [str(error)]
    else:
        if answer is None:
            problems = [f"the {service} on {chosen.node_name} does not answer"]
        else:
            problems = [] if answer.ready else answer.problems or ["not ready yet"]
    for problem in problems:
        print(printable(problem))
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

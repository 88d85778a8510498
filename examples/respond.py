"""A service that acts on findings: it pauses the container in which something of high severity was found.

It reads under a name that NATS remembers (`durable`), so that a restart misses nothing, and a
finding counts as read only after its container is paused.
"""

# ruff: noqa: INP001, T201  (a program that prints)

import asyncio

from tracewire import findings


async def pause(container: str) -> None:
    """Freeze every process of *container*; what it holds stays there to be looked at."""
    docker = await asyncio.create_subprocess_exec("docker", "pause", container)
    print("paused" if await docker.wait() == 0 else "not paused:", container, flush=True)


async def main() -> None:
    """Pause for as long as findings come."""
    async for finding in findings(severity="high", durable="respond"):
        if finding.container and finding.container.runtime == "docker" and finding.container.started:
            await pause(finding.container.id)


asyncio.run(main())

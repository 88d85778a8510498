"""A service that reads findings: all it needs is `pip install tracewire`."""

import asyncio

from tracewire import findings
from tracewire.settings import load
from tracewire.text import printable


async def main() -> None:
    """One line for each finding, and never one twice, also after a restart: that is what `durable` is for."""
    async for finding in findings(load().nats, since=None, durable="example"):
        where = finding.container.id[:12] if finding.container else finding.node
        line = (
            f"{finding.time} {finding.signature.severity} {where} {finding.signature.title}: {finding.data}"
        )
        print(printable(line), flush=True)


asyncio.run(main())

"""A service that reads findings in five lines. It needs `pip install tracewire` and a NATS to read from."""

# ruff: noqa: INP001, T201  (a program that prints)

import asyncio

from tracewire import findings


async def main() -> None:
    """Print each finding of medium severity and above as it comes."""
    async for finding in findings(severity="medium"):
        where = finding.container.name if finding.container else finding.node
        print(finding.time, where, finding.signature.title, finding.data, flush=True)


asyncio.run(main())

"""Runtime security for Linux and containers: the contract, and the client.

    from tracewire import findings

    async for finding in findings("nats://127.0.0.1:4222"):
        print(finding.signature.title, finding.process.exe)

`collector` and `engine` are separate distributions; this package knows neither.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tracewire.client import findings
    from tracewire.finding import Finding

__all__ = ["Finding", "findings"]


def __getattr__(name: str) -> Any:
    # On first use, so that the collector does not carry what only readers of findings need.
    if name == "findings":
        from tracewire.client import findings  # noqa: PLC0415

        return findings
    if name == "Finding":
        from tracewire.finding import Finding  # noqa: PLC0415

        return Finding
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

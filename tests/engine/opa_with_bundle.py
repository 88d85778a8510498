"""An OPA server that has a bundle from the beginning."""

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from engine.bundle import Bundle
from engine.opa import Opa
from engine.places import opa_program
from tests.engine.conftest import Server, until


@contextlib.asynccontextmanager
async def opa_with(bundle: Bundle, directory: Path) -> AsyncIterator[Opa]:
    """A client of an OPA that evaluates *bundle*; its files are in *directory*."""
    archive, socket = directory / "served.tar.gz", directory / "selection.sock"
    archive.write_bytes(bundle.archive)
    server = Server(
        [
            opa_program("opa"), "run", "--server", "--addr", f"unix://{socket}", "--bundle", str(archive),
            "--log-level", "error", "--skip-version-check",
        ],
        directory / "selection.log",
    )  # fmt: skip
    await server.start()
    opa = Opa(f"unix://{socket}", 2)
    await opa.open()
    try:
        await until(socket.exists, "OPA listens")
        yield opa
    finally:
        await opa.close()
        await server.stop()

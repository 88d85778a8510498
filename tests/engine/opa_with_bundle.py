"""An OPA server that has a bundle from the beginning."""

import contextlib
import socket
from collections.abc import AsyncIterator
from pathlib import Path

from engine.bundle import Bundle
from engine.opa import Opa
from engine.places import opa_program
from tests.serving import Child, until


def _answers(path: Path) -> bool:
    """Whether somebody accepts connections there: the socket's file is there before."""
    with socket.socket(socket.AF_UNIX) as client:
        return client.connect_ex(str(path)) == 0


@contextlib.asynccontextmanager
async def opa_with(bundle: Bundle, directory: Path) -> AsyncIterator[Opa]:
    """A client of an OPA that evaluates *bundle*; its files are in *directory*."""
    archive, path = directory / "served.tar.gz", directory / "selection.sock"
    archive.write_bytes(bundle.archive)
    server = Child(
        [
            opa_program("opa"), "run", "--server", "--addr", f"unix://{path}", "--bundle", str(archive),
            "--log-level", "error", "--skip-version-check",
        ],
        directory / "selection.log",
    )  # fmt: skip
    await server.start()
    opa = Opa(f"unix://{path}", 2)
    await opa.open()
    try:
        await until(lambda: _answers(path), "OPA answers")
        yield opa
    finally:
        await opa.close()
        await server.stop()

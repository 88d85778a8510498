"""Ordinary work that opens files, and the messages that the product makes of work."""

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import msgspec
from nats.aio.msg import Msg

from bench import load
from bench.product import Product
from tracewire import subjects

_LONGEST_SECONDS = 120


class Message(msgspec.Struct, frozen=True):
    """One message as it was published.

    Attributes:
        payload: The batch.
        overhead: Bytes of subject and headers.
    """

    payload: bytes
    overhead: int


def ordinary_work() -> None:
    """Compile a small C file, list the headers of this machine at all levels, start Python."""
    with tempfile.TemporaryDirectory() as folder:
        _do("gcc", "-O2", "-o", str(Path(folder, "load")), str(Path(load.__file__).with_suffix(".c")))
    _do("ls", "-R", "/usr/include")
    _do(sys.executable, "-c", "import asyncio, email.message, http.client, json, sqlite3, xml.dom")


def _do(*command: str) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=_LONGEST_SECONDS)


async def recorded(product: Product, event: str, work: Callable[[], object]) -> list[Message]:
    """What a real collector publishes of *event* while *work* is done."""
    messages: list[Message] = []

    async def keep(message: Msg) -> None:
        # As in the protocol: NATS/1.0, then `name: value` lines, an empty one at the end.
        headers = sum(len(name) + len(value) + 4 for name, value in (message.headers or {}).items())
        messages.append(Message(message.data, len(message.subject) + headers + 14))

    collector = product.collector(cpu=load.PRODUCT_CPU)
    try:
        async with product.wanting(event):
            subscription = await product.client.subscribe(subjects.ALL_EVENTS, cb=keep)
            await product.client.flush()
            await asyncio.to_thread(work)
            await product.until_quiet()
            await product.client.flush()
            await subscription.unsubscribe()
    finally:
        product.stop(collector)
    return messages

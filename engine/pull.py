"""A durable JetStream consumer, asked for messages a few at a time and never idle in between."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import msgspec
import nats.errors
from nats.aio.client import Client
from nats.aio.msg import Msg

if TYPE_CHECKING:
    from nats.aio.subscription import Subscription

_EXPIRES_SECONDS = 10.0
_WATCH_SECONDS = 1.0
_STOP_SECONDS = 2.0


class Pull:
    """Keeps a window of messages on their way.

    nats-py's own `fetch` takes two requests for the first message and waits for a batch
    to be complete, which costs more than the evaluation.
    """

    def __init__(
        self,
        client: Client,
        *,
        stream: str,
        consumer: str,
        window: int,
        on_message: Callable[[Msg], Awaitable[None]],
        on_missing: Callable[[], Awaitable[None]],
    ) -> None:
        """Prepare.

        Args:
            client: Connected.
            stream: Name of the stream.
            consumer: Name of the durable consumer.
            window: Most messages that are here or asked for.
            on_message: Gets each message; `release` has to be called when it is done with.
            on_missing: Called when the server knows no such consumer; creates it.
        """
        self._client = client
        self._subject = f"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}"
        self._inbox = client.new_inbox()
        self._window = window
        self._on_message = on_message
        self._on_missing = on_missing
        self._held = 0
        self._asked = 0
        self._stopping = False
        self._heard = time.monotonic()
        self._reconnects = 0
        self._subscription: Subscription | None = None

    async def run(self) -> None:
        """Pull until cancelled."""
        self._subscription = await self._client.subscribe(self._inbox, cb=self._receive)
        while True:
            reconnects = self._client.stats["reconnects"]
            silent = time.monotonic() - self._heard > _EXPIRES_SECONDS + _WATCH_SECONDS
            if reconnects != self._reconnects or silent:
                # Requests do not outlive their connection.
                self._reconnects = reconnects
                self._asked = 0
            await self._ask()
            await asyncio.sleep(_WATCH_SECONDS)

    async def stop(self) -> None:
        """Ask for nothing more; what still comes goes back at once, for another replica."""
        self._stopping = True
        if self._subscription is not None:
            # The server forgets the requests of an inbox that nobody listens to.
            with contextlib.suppress(nats.errors.Error, TimeoutError, OSError):
                async with asyncio.timeout(_STOP_SECONDS):
                    await self._subscription.drain()  # type: ignore[no-untyped-call]

    async def release(self) -> None:
        """A message is done with."""
        self._held -= 1
        await self._ask()

    async def _ask(self) -> None:
        room = self._window - self._held - self._asked
        if self._stopping or room < 1 or (self._asked and room < self._window // 4):
            return
        self._asked += room
        self._heard = time.monotonic()
        request = msgspec.json.encode({"batch": room, "expires": int(_EXPIRES_SECONDS * 1_000_000_000)})
        try:
            await self._client.publish(self._subject, request, self._inbox)
        except nats.errors.Error:
            self._asked = 0

    async def _receive(self, message: Msg) -> None:
        self._heard = time.monotonic()
        status = message.headers.get("Status") if message.headers else None
        if status is not None and not message.reply:
            await self._ended(status, message)
            return
        self._asked = max(0, self._asked - 1)
        if self._stopping:
            await message.nak()
            return
        self._held += 1
        await self._on_message(message)

    async def _ended(self, status: str, message: Msg) -> None:
        """A request has come to its end."""
        if status == "100":
            return
        headers = message.headers or {}
        unmet = headers.get("Nats-Pending-Messages")
        self._asked = max(0, self._asked - int(unmet)) if unmet and unmet.isdigit() else 0
        if status in {"503", "404"} or "Deleted" in headers.get("Description", ""):
            await self._on_missing()
        elif status == "408":
            await self._ask()
        # After any other end, such as a server that shuts down, `run` asks again in a second.

"""OPA as a server: batches of events in, findings out."""

import asyncio
import json
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from opa_client.opa_async import AsyncOpaClient  # type: ignore[import-untyped]  # it has no types

from engine.errors import OpaAwayError, OpaDeadlineError, OpaRefusalError
from engine.router import ALONE, RESULT

_KEEP_ALIVE_SECONDS = 300.0
_HEADERS = {"Content-Type": "application/json"}


class Match(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One finding as OPA returns it.

    Attributes:
        position: Of the event in the request.
        signature: Name of the signature.
        data: What it found; an object if the signature is right.
    """

    position: int
    signature: str
    data: Any


class Answer(msgspec.Struct, frozen=True):
    """OPA's answer to a batch.

    Attributes:
        revision: Of the bundle that it used.
        findings: In no particular order.
    """

    revision: str
    findings: list[Match]


_answer = msgspec.json.Decoder(Answer)


class _Client(AsyncOpaClient):  # type: ignore[misc]
    """opa-python-client over few connections that stay open, by TCP or by Unix socket."""

    def __init__(self, *, socket: str | None, connections: int, **options: Any) -> None:
        # A retry would repeat a query that is too slow or that cannot succeed.
        super().__init__(retries=0, **options)
        self._socket = socket
        self._connections = connections

    async def _init_session(self) -> None:
        """The package's own, with another connector and another JSON codec (as of 3.0.0)."""
        if self._socket is not None:
            self._connector: aiohttp.BaseConnector = aiohttp.UnixConnector(
                self._socket, limit=self._connections, keepalive_timeout=_KEEP_ALIVE_SECONDS
            )
        else:
            self._connector = aiohttp.TCPConnector(
                limit=self._connections, keepalive_timeout=_KEEP_ALIVE_SECONDS
            )
        self._session = aiohttp.ClientSession(
            headers=self.headers,
            connector=self._connector,
            timeout=aiohttp.ClientTimeout(total=None),
            json_serialize_bytes=msgspec.json.encode,
        )

    async def post(self, path: str, body: bytes) -> tuple[int, bytes]:
        """The status of a request and its body, also of one that failed."""
        url = f"{self.schema}{self.host}:{self.port}{path}"
        async with self._request("POST", url, data=body, headers=_HEADERS) as response:
            return response.status, await response.read()


class Opa:
    """The OPA beside this engine.

    Attributes:
        address: As configured.
    """

    def __init__(self, address: str, connections: int) -> None:
        """Prepare; `open` connects.

        Args:
            address: `http://host:port` or `unix:///path`.
            connections: Most requests at once.
        """
        self.address = address
        parts = urlsplit(address)
        unix = parts.scheme == "unix"
        self._client = _Client(
            socket=parts.path if unix else None,
            connections=connections,
            host="localhost" if unix else parts.hostname or "127.0.0.1",
            port=parts.port or 8181,
            ssl=parts.scheme == "https",
        )

    async def open(self) -> None:
        """Make ready to ask. OPA need not be there yet."""
        await self._client._init_session()  # noqa: SLF001  (what the package's own __aenter__ does)

    async def close(self) -> None:
        """Close all connections."""
        await self._client.close_connection()

    async def evaluate(self, documents: list[bytes], deadline: float) -> Answer:
        """All signatures over *documents*.

        Args:
            documents: Events as JSON.
            deadline: Seconds until the connection is closed, which makes OPA stop.

        Raises:
            OpaAwayError: OPA cannot be reached, or has no bundle yet.
            OpaDeadlineError: It took longer.
            OpaRefusalError: It cannot evaluate this.
        """
        return await self._ask(RESULT, b'{"events":[' + b",".join(documents) + b"]}", deadline)

    async def evaluate_alone(self, signature: str, documents: list[bytes], deadline: float) -> Answer:
        """One signature over *documents*; see `evaluate`."""
        body = b'{"signatures":[%b],"events":[%b]}' % (json.dumps(signature).encode(), b",".join(documents))
        return await self._ask(ALONE, body, deadline)

    async def _ask(self, path: str, body: bytes, deadline: float) -> Answer:
        try:
            # Leaving an unfinished request closes its connection, and that cancels the
            # evaluation: OPA has no deadline of its own.
            async with asyncio.timeout(deadline):
                status, answer = await self._client.post(f"/v0/data/{path}", body)
        except TimeoutError as error:
            raise OpaDeadlineError(deadline) from error
        except (aiohttp.ClientError, OSError) as error:
            raise OpaAwayError(self.address, str(error) or type(error).__name__) from error
        if status == 404:
            raise OpaAwayError(self.address, "it has no bundle yet")
        if status != 200:
            raise OpaRefusalError(status, _reason(answer))
        try:
            return _answer.decode(answer)
        except msgspec.DecodeError as error:
            raise OpaAwayError(self.address, f"it answers something else: {error}") from error


def _reason(answer: bytes) -> str:
    """The sentences of OPA's error document."""
    try:
        document = msgspec.json.decode(answer, type=dict[str, Any])
    except (msgspec.DecodeError, msgspec.ValidationError):
        return answer[:200].decode(errors="backslashreplace")
    messages = [
        str(error.get("message")) for error in document.get("errors") or [] if isinstance(error, dict)
    ]
    return "; ".join(messages) or str(document.get("message", "no reason given"))

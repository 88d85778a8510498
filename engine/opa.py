"""OPA as a server: batches of events in, findings out."""

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import msgspec
from opa_client.opa_async import AsyncOpaClient  # type: ignore[import-untyped]  # it has no types

from engine import request
from engine.errors import OpaAwayError, OpaDeadlineError, OpaRefusalError
from engine.request import Part
from engine.router import ALONE, CONCLUDED, RESULT, YARDSTICK

_KEEP_ALIVE_SECONDS = 300.0
# Then all connections are made anew, so that an OPA that has come beside others gets its share.
OLDEST_SECONDS = 15.0
"""How long a connection to OPA lives."""
# What `yardstick` counts to: some milliseconds of work.
_YARDSTICK_SIZE = 5000
_HEADERS = {"Content-Type": "application/json"}


class Match(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One finding as OPA returns it.

    Attributes:
        position: Of the event in the request.
        signature: Name of the signature.
        data: What it found; an object if the signature is right.
        rule: `finding`, or `remember` for a fact to be kept.
    """

    position: int
    signature: str
    data: Any
    rule: str = "finding"


class Answer(msgspec.Struct, frozen=True):
    """OPA's answer to a batch.

    Attributes:
        revision: Of the bundle that it used.
        findings: In no particular order.
    """

    revision: str
    findings: list[Match]


class _Measured(msgspec.Struct, frozen=True):
    result: Answer | None = None
    metrics: dict[str, int] = {}


_answer = msgspec.json.Decoder(Answer)
_measured = msgspec.json.Decoder(_Measured)


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
        self._options: dict[str, Any] = {
            "socket": parts.path if unix else None,
            "connections": connections,
            "host": "localhost" if unix else parts.hostname or "127.0.0.1",
            "port": parts.port or 8181,
            "ssl": parts.scheme == "https",
        }
        self._client: _Client | None = None
        self._since = 0.0
        self._under_way: Counter[_Client] = Counter()

    async def open(self) -> None:
        """Make ready to ask. OPA need not be there yet."""
        client = _Client(**self._options)
        await client._init_session()  # noqa: SLF001  (what the package's own __aenter__ does)
        self._client, self._since = client, time.monotonic()

    async def close(self) -> None:
        """Close all connections."""
        clients = {*self._under_way, *([self._client] if self._client else [])}
        self._client = None
        for client in clients:
            await client.close_connection()

    @contextlib.asynccontextmanager
    async def _connections(self) -> AsyncIterator[_Client]:
        """Those of the present; those before them are closed with the last request that uses them."""
        if time.monotonic() - self._since > OLDEST_SECONDS:
            before = self._client
            await self.open()
            if before is not None and not self._under_way[before]:
                await before.close_connection()
        client = self._client
        assert client is not None  # noqa: S101  (opened)
        self._under_way[client] += 1
        try:
            yield client
        finally:
            self._under_way[client] -= 1
            if not self._under_way[client]:
                del self._under_way[client]
                if client is not self._client:
                    await client.close_connection()

    async def evaluate(self, documents: list[Part], deadline: float) -> Answer:
        """All signatures over *documents*.

        Args:
            documents: Of events.
            deadline: Seconds until the connection is closed, which makes OPA stop.

        Raises:
            OpaAwayError: OPA cannot be reached, or has no bundle yet.
            OpaDeadlineError: It took longer.
            OpaRefusalError: It cannot evaluate this.
        """
        return await self._ask(RESULT, request.body(documents), deadline)

    async def evaluate_alone(
        self, signature: str, documents: list[Part], deadline: float
    ) -> tuple[Answer, float]:
        """One signature over *documents*, and how many seconds OPA evaluated; see `evaluate`."""
        return await self._measure(ALONE, b'{"input":%b}' % request.body(documents, signature), deadline)

    async def conclude(
        self, cases: list[request.Case], documents: list[Part], states: list[bytes], deadline: float
    ) -> Answer:
        """What signatures find in events with what has been remembered for them; see `evaluate`.

        Args:
            cases: What is asked, about which of the events and with which of the states.
            documents: Of events.
            states: What `data.state` is, as JSON.
            deadline: Seconds.
        """
        return await self._ask(CONCLUDED, request.body_with_states(cases, documents, states), deadline)

    async def work(self, deadline: float) -> None:
        """Work of a known size, some milliseconds of a processor; see `evaluate`."""
        await self._measure(YARDSTICK, b'{"input":{"size":%d}}' % _YARDSTICK_SIZE, deadline)

    async def compile(
        self, query: str, known: dict[str, Any], unknown: list[str], deadline: float
    ) -> dict[str, Any]:
        """What is left of *query* once what is known has been used: `queries` and `support`.

        Args:
            query: In Rego.
            known: That part of the input.
            unknown: References to all the rest; what is in neither is absent.
            deadline: Seconds.

        Raises:
            OpaAwayError, OpaDeadlineError, OpaRefusalError: See `evaluate`.
        """
        body = msgspec.json.encode({"query": query, "input": known, "unknowns": unknown})
        answer = await self._post("/v1/compile", body, deadline)
        try:
            result = msgspec.json.decode(answer, type=dict[str, dict[str, Any]]).get("result")
        except (msgspec.DecodeError, msgspec.ValidationError) as error:
            raise OpaAwayError(self.address, f"it answers something else: {error}") from error
        if result is None:
            raise OpaAwayError(self.address, "it answers without a result")
        return result

    async def _ask(self, path: str, body: bytes, deadline: float) -> Answer:
        answer = await self._post(f"/v0/data/{path}", body, deadline)
        try:
            return _answer.decode(answer)
        except msgspec.DecodeError as error:
            raise OpaAwayError(self.address, f"it answers something else: {error}") from error

    async def _measure(self, path: str, body: bytes, deadline: float) -> tuple[Answer, float]:
        answer = await self._post(f"/v1/data/{path}?metrics=true", body, deadline)
        try:
            measured = _measured.decode(answer)
        except msgspec.DecodeError as error:
            raise OpaAwayError(self.address, f"it answers something else: {error}") from error
        if measured.result is None:
            # What is 404 under /v0 is an empty object here.
            raise OpaAwayError(self.address, "it has no bundle yet")
        return measured.result, measured.metrics.get("timer_rego_query_eval_ns", 0) / 1e9

    async def _post(self, path: str, body: bytes, deadline: float) -> bytes:
        try:
            # Leaving an unfinished request closes its connection, and that cancels the
            # evaluation: OPA has no deadline of its own.
            async with self._connections() as client, asyncio.timeout(deadline):
                status, answer = await client.post(path, body)
        except TimeoutError as error:
            raise OpaDeadlineError(deadline) from error
        except (aiohttp.ClientError, OSError) as error:
            raise OpaAwayError(self.address, str(error) or type(error).__name__) from error
        if status == 404:
            raise OpaAwayError(self.address, "it has no bundle yet")
        if status != 200:
            raise OpaRefusalError(status, _reason(answer))
        return answer


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

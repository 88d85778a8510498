"""Serves the bundle to OPA, which learns of a new one at once by waiting for it."""

import asyncio
import re
from typing import Any

import msgspec
from aiohttp import web

PATH = "/bundle.tar.gz"

_LONG_POLLING = "application/vnd.openpolicyagent.bundles"
_WAIT = re.compile(r"wait=(\d+)")
_LONGEST_WAIT = 60


class _BundleState(msgspec.Struct):
    code: str = ""
    message: str = ""
    errors: list[Any] | None = None


class _Report(msgspec.Struct):
    bundles: dict[str, _BundleState] = {}


class BundleServer:
    """One bundle at a time, under its revision as ETag.

    Attributes:
        port: Where it listens, once it does.
        complaint: Why OPA did not take the bundle; empty if it did.
    """

    def __init__(self) -> None:
        self.port = 0
        self.complaint = ""
        self._revision = ""
        self._archive = b""
        self._changed = asyncio.Event()
        self._runner: web.AppRunner | None = None

    def publish(self, revision: str, archive: bytes) -> None:
        """Serve *archive* from now on."""
        self._revision, self._archive = revision, archive
        waiting, self._changed = self._changed, asyncio.Event()
        waiting.set()

    async def start(self, host: str, port: int) -> None:
        """Listen.

        Args:
            host: Address; loopback unless OPA is elsewhere.
            port: 0 for any free one.

        Raises:
            OSError: The port is taken, or the address is not ours.
        """
        application = web.Application()
        application.router.add_get(PATH, self._bundle)
        application.router.add_get("/health", self._health)
        application.router.add_post("/status", self._status)
        self._runner = web.AppRunner(application, access_log=None, handle_signals=False, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Let go of the port."""
        if self._runner is not None:
            # Whoever still waits gets its 304 rather than a broken connection.
            self._changed.set()
            await self._runner.cleanup()

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"revision": self._revision}, status=200 if self._revision else 503)

    async def _status(self, request: web.Request) -> web.Response:
        """What OPA's status plugin reports of the bundle."""
        try:
            report = msgspec.json.decode(await request.read(), type=_Report)
        except msgspec.MsgspecError:
            return web.Response(status=400)
        for state in report.bundles.values():
            reasons = [str(error.get("message")) for error in state.errors or [] if isinstance(error, dict)]
            self.complaint = "; ".join([state.message, *reasons]) if state.code else ""
        return web.Response(status=204)

    async def _bundle(self, request: web.Request) -> web.Response:
        has = request.headers.get("If-None-Match", "").strip('"')
        asked = _WAIT.search(request.headers.get("Prefer", ""))
        if asked and has == self._revision:
            try:
                async with asyncio.timeout(min(int(asked[1]), _LONGEST_WAIT)):
                    await self._changed.wait()
            except TimeoutError:
                pass
        if not self._revision:
            return web.Response(status=404)
        headers = {"ETag": f'"{self._revision}"', "Content-Type": _LONG_POLLING}
        if has == self._revision:
            return web.Response(status=304, headers=headers)
        return web.Response(body=self._archive, headers=headers)

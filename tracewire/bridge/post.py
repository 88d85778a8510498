"""Delivers JSON by HTTP, for as long as it takes."""

import asyncio
import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from http import HTTPStatus

_PATIENCE_SECONDS = 10.0
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 30.0
# Any other answer from 400 to 499 says that this message will never be taken.
_TRY_AGAIN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A POST that is redirected would become a GET."""

    def redirect_request(self, *_: object) -> None:
        return None


_opener = urllib.request.build_opener(_NoRedirects)


class Post:
    """Messages to one address.

    Attributes:
        delivered: Messages that were taken.
        refused: Messages that were refused for good.
    """

    def __init__(self, url: str, say: Callable[[str], None]) -> None:
        """Nothing is sent yet.

        Args:
            url: http:// or https://.
            say: Told in a sentence of what a person should know; of an outage once.
        """
        self._url = url
        self._say = say
        self._away = False
        self.delivered = 0
        self.refused = 0

    async def send(self, payload: bytes) -> bool:
        """Deliver *payload*, however long its receiver is away; whether it was taken."""
        pause = _PAUSE_SECONDS
        while True:
            try:
                await asyncio.to_thread(self._send, payload)
            except (OSError, http.client.HTTPException) as error:
                if isinstance(error, urllib.error.HTTPError) and _is_final(error.code):
                    self.refused += 1
                    self._say(f"{self._url} refuses a finding: {error.code} {error.reason}")
                    return False
                if not self._away:
                    self._away = True
                    self._say(f"{self._url} takes nothing ({error or type(error).__name__}); trying again")
            else:
                if self._away:
                    self._away = False
                    self._say(f"{self._url} takes findings again")
                self.delivered += 1
                return True
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _send(self, payload: bytes) -> None:
        request = urllib.request.Request(  # noqa: S310  (the scheme is checked where the URL is given)
            self._url, payload, {"Content-Type": "application/json", "User-Agent": "tracewire"}
        )
        with _opener.open(request, timeout=_PATIENCE_SECONDS) as answer:
            answer.read(1024)


def _is_final(status: int) -> bool:
    return 300 <= status < 500 and status not in _TRY_AGAIN

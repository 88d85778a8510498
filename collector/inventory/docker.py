"""The Docker API over its Unix socket, which podman's service offers too."""

import contextlib
import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import quote

import msgspec

from collector.inventory.description import Description, digest_among, of_event, of_image, of_inspect
from collector.inventory.errors import NonsenseError, RuntimeAwayError

# Longer than dockerd takes on a busy host; whoever waits longer has given up.
_PATIENCE_SECONDS = 2.0
_LARGEST_ANSWER = 4 * 1024 * 1024
_LARGEST_EVENT = 1024 * 1024
_MOST_IMAGES = 1024
# The daemon remembers the last 256 events; older ones it does not have anyway.
_LOOK_BACK_SECONDS = 120
_WANTED = quote(json.dumps({"type": ["container"], "event": ["create", "rename", "destroy"]}))


class _UnixConnection(http.client.HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str, seconds: float | None) -> None:
        super().__init__("localhost", timeout=seconds)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(_PATIENCE_SECONDS)
        self.sock.connect(self._path)
        self.sock.settimeout(self.timeout)

    def break_off(self) -> None:
        """End whatever another thread is waiting for on this connection."""
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)


class _Actor(msgspec.Struct):
    id: str = msgspec.field(name="ID")
    attributes: dict[str, str] | None = msgspec.field(name="Attributes", default=None)


class _Message(msgspec.Struct):
    action: str = msgspec.field(name="Action")
    actor: _Actor = msgspec.field(name="Actor")
    kind: str = msgspec.field(name="Type", default="container")


class Change(msgspec.Struct, frozen=True):
    """Something that the runtime announced.

    Attributes:
        action: create, rename or destroy.
        id: Of the container.
        description: What the announcement itself says; None unless it is a create.
    """

    action: str
    id: str
    description: Description | None


class DockerApi:
    """One daemon. All methods block, and may be called from several threads.

    Attributes:
        name: docker or podman.
        path: Of the socket.
    """

    def __init__(self, name: str, path: str) -> None:
        self.name = name
        self.path = path
        self._digests: dict[str, list[str]] = {}
        self._following: _UnixConnection | None = None

    def describe(self, identity: str) -> Description | None:
        """What the daemon knows of a container; None where it has none of this id.

        Raises:
            RuntimeAwayError: It cannot be asked.
            NonsenseError: It answers something else.
        """
        payload = self._get(f"/containers/{quote(identity)}/json")
        if payload is None:
            return None
        inspected = of_inspect(self.name, identity, payload)
        digest = digest_among(self._image_digests(inspected.image_id), inspected.description.image)
        return msgspec.structs.replace(inspected.description, image_digest=digest)

    def _image_digests(self, image: str) -> list[str]:
        if not image:
            return []
        if image not in self._digests:
            payload = self._get(f"/images/{quote(image)}/json")
            if len(self._digests) >= _MOST_IMAGES:
                self._digests.clear()
            self._digests[image] = [] if payload is None else of_image(self.name, payload)
        return self._digests[image]

    def follow(self, since: float | None = None) -> Iterator[Change | None]:
        """What happens to containers, from some time before now, until `stop`.

        Args:
            since: Seconds since 1970; two minutes ago where None.

        Yields:
            None once when the daemon has taken the request, and then one change after another.

        Raises:
            RuntimeAwayError: The daemon is not there, or no longer.
            NonsenseError: It tells something else.
        """
        begin = int(time.time() - _LOOK_BACK_SECONDS if since is None else since)
        connection = _UnixConnection(self.path, None)
        self._following = connection
        try:
            response = self._ask(connection, f"/events?since={begin}&filters={_WANTED}")
            if response.status != http.HTTPStatus.OK:
                raise NonsenseError(self.name, f"status {response.status} to a request for events")
            yield None
            while line := response.readline(_LARGEST_EVENT):
                yield self._change(line)
        except (OSError, http.client.HTTPException, ValueError) as error:
            if isinstance(error, RuntimeAwayError | NonsenseError):
                raise
            raise RuntimeAwayError(self.name, _reason(error)) from error
        finally:
            self._following = None
            connection.close()
        raise RuntimeAwayError(self.name, "it has ended its stream of events")

    def _change(self, line: bytes) -> Change:
        try:
            message = msgspec.json.decode(line, type=_Message)
        except msgspec.DecodeError as error:
            raise NonsenseError(self.name, f"no event: {error}") from error
        created = message.action == "create"
        described = of_event(self.name, message.actor.attributes or {}) if created else None
        return Change(message.action, message.actor.id, described)

    def stop(self) -> None:
        """End `follow`, which another thread is in."""
        if (following := self._following) is not None:
            following.break_off()

    def _get(self, target: str) -> bytes | None:
        """The body of the answer; None where there is no such thing."""
        connection = _UnixConnection(self.path, _PATIENCE_SECONDS)
        # The timeout above is for each read: an answer that trickles could take for ever.
        watchdog = threading.Timer(2 * _PATIENCE_SECONDS, connection.break_off)
        watchdog.daemon = True
        watchdog.start()
        try:
            response = self._ask(connection, target)
            body = response.read(_LARGEST_ANSWER)
            complete = not response.read(1)
        except (OSError, http.client.HTTPException, ValueError) as error:
            problem = NonsenseError if isinstance(error, http.client.HTTPException) else RuntimeAwayError
            raise problem(self.name, _reason(error)) from error
        finally:
            watchdog.cancel()
            connection.close()
        if not complete:
            raise NonsenseError(self.name, f"more than {_LARGEST_ANSWER} bytes")
        if response.status == http.HTTPStatus.NOT_FOUND:
            return None
        if response.status != http.HTTPStatus.OK:
            raise NonsenseError(self.name, f"status {response.status}")
        return body

    @staticmethod
    def _ask(connection: _UnixConnection, target: str) -> http.client.HTTPResponse:
        connection.request("GET", target, headers={"Host": "localhost"})
        return connection.getresponse()


def _reason(error: Exception) -> str:
    strerror = error.strerror if isinstance(error, OSError) else None
    return strerror or str(error).strip() or type(error).__name__

"""The shipped NATS configuration: each role may do its work, and nothing else."""

import asyncio
import importlib.util
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import ModuleType

import nats.errors
import nats.js.errors
import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js.api import ConsumerConfig, StreamConfig

from collector.inventory.feed import Feed
from engine.fact import Fact
from engine.memory import Memory, name_of
from engine.quarantine import Quarantine
from tests.engine import making
from tests.requirement import require
from tests.serving import Child, beside_python, free_port, until
from tracewire import bus, recording, subjects
from tracewire.interest import EventInterest
from tracewire.lease import leased

pytestmark = pytest.mark.nats

_DEPLOY = Path(__file__).parents[2] / "deploy"
_LONG = 5.0
_ORDER = ("engine", "collector", "findings", "operator")


def _load_prepare() -> ModuleType:
    spec = importlib.util.spec_from_file_location("prepare", _DEPLOY / "compose" / "prepare.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


prepare = _load_prepare()


class Roles:
    """A nats-server with the shipped configuration on a free port."""

    def __init__(self, folder: Path) -> None:
        self._port = free_port()
        credentials = folder / "credentials"
        credentials.mkdir()
        self._passwords = prepare.passwords("")
        lines = [f'{role}_password: "{password}"\n' for role, password in self._passwords.items()]
        (credentials / "passwords.conf").write_text("".join(lines))
        shipped = (_DEPLOY / "nats" / "tracewire.conf").read_text()
        for said, here in (
            ("listen: 0.0.0.0:4222", f"listen: 127.0.0.1:{self._port}"),
            ("http: 127.0.0.1:8222", ""),
            ("store_dir: /data", f"store_dir: {folder}/data"),
        ):
            assert said in shipped
            shipped = shipped.replace(said, here)
        (folder / "tracewire.conf").write_text(shipped)
        program = beside_python("nats-server")
        assert program is not None
        self._process = subprocess.Popen(
            [program, "--config", str(folder / "tracewire.conf")], stderr=subprocess.PIPE, text=True
        )
        assert self._process.stderr is not None
        said = []
        for line in self._process.stderr:
            said.append(line)
            if "Server is ready" in line:
                return
        pytest.fail("nats-server did not start:\n" + "".join(said))

    def url(self, role: str, password: str | None = None) -> str:
        """Where *role* finds it."""
        return f"nats://{role}:{password or self._passwords[role]}@127.0.0.1:{self._port}"

    def stop(self) -> None:
        """Stop it."""
        self._process.kill()
        self._process.wait()
        assert self._process.stderr is not None
        self._process.stderr.close()


@pytest.fixture
def roles(tmp_path: Path) -> Iterator[Roles]:
    """The shipped configuration, served."""
    server = Roles(tmp_path)
    yield server
    server.stop()


class Session:
    """One role's connection, and what it was refused."""

    def __init__(self, client: Client, refusals: list[str]) -> None:
        self.client = client
        self.refusals = refusals

    async def refused(self) -> list[str]:
        """What it is refused: waits for the first refusal."""
        async with asyncio.timeout(_LONG):
            while not self.refusals:
                await self.client.flush()
        return self.refusals


def _refusal(role: str, deed: str, subject: str) -> str:
    """As the service says it; the client gives subjects in small letters."""
    return f"NATS does not let user {role} {deed} to {subject.lower()}; are these another role's credentials?"


@pytest.fixture
async def sessions(roles: Roles) -> AsyncIterator[dict[str, Session]]:
    """Every role's connection; the streams are there."""
    found = {role: await _connect(roles, role) for role in prepare.ROLES}
    await bus.provide(found["engine"].client.jetstream())
    yield found
    for session in found.values():
        await session.client.close()


async def _connect(roles: Roles, role: str) -> Session:
    refusals: list[str] = []

    async def tell(sentence: str) -> None:
        refusals.append(sentence)

    return Session(await bus.connect(roles.url(role), f"test {role}", on_trouble=tell), refusals)


async def test_each_role_does_its_work(sessions: dict[str, Session]) -> None:
    """An event goes from collector to engine, a finding from engine to reader, an interest back."""
    engine, collector, reader, operator = (sessions[role].client for role in _ORDER)
    await bus.provide(collector.jetstream())
    jetstream = engine.jetstream()
    await jetstream.add_consumer(
        subjects.EVENTS_STREAM,
        ConsumerConfig(name=subjects.ENGINE_CONSUMER, durable_name=subjects.ENGINE_CONSUMER, ack_wait=10),
    )
    events = await jetstream.pull_subscribe_bind(subjects.ENGINE_CONSUMER, subjects.EVENTS_STREAM)
    stored = await reader.jetstream().pull_subscribe("", durable="reader", stream=subjects.FINDINGS_STREAM)
    live = await reader.subscribe(subjects.ALL_FINDINGS)
    await reader.flush()
    async with leased(operator, "test", {"ptrace": EventInterest()}) as lease:
        bucket = await collector.jetstream().key_value(subjects.INTEREST_BUCKET)
        assert b"ptrace" in ((await bucket.get(lease.key)).value or b"")
    await collector.jetstream().publish(subjects.events("a.host", "process"), b"an event")
    (event,) = await events.fetch(1, timeout=_LONG)
    await event.ack_sync()
    await jetstream.publish(subjects.finding("low", "name"), b"a finding")
    (finding,) = await stored.fetch(1, timeout=_LONG)
    await finding.ack_sync()
    assert [event.data, finding.data, (await live.next_msg(_LONG)).data] == [
        b"an event",
        b"a finding",
        b"a finding",
    ]
    assert [sessions[role].refusals for role in _ORDER] == [[], [], [], []]


async def test_inventory_reads_its_nodes_containers(sessions: dict[str, Session]) -> None:
    """By a consumer of its own, of its own family alone, which it acknowledges and finds again."""
    inventory, collector = sessions["inventory"], sessions["collector"].client
    arrived: asyncio.Queue[Msg] = asyncio.Queue()
    feed = Feed(inventory.client, "a.host", lambda _events, _header, message: arrived.put_nowait(message))
    assert await feed.provide() is True
    for family in ("process", "container"):
        payload = making.batch(making.event("cgroup_mkdir", 1, b"/docker", 1), node="a.host")
        await collector.jetstream().publish(subjects.events("a.host", family), payload)
    message = await asyncio.wait_for(arrived.get(), _LONG)
    assert message.subject == subjects.events("a.host", "container")
    await message.ack_sync()
    assert await feed.provide() is False
    assert arrived.empty()
    assert inventory.refusals == []


@pytest.mark.parametrize(
    "subject",
    [
        "$JS.API.CONSUMER.CREATE.TRACEWIRE_EVENTS.engine.tracewire.events.x.container",
        "$JS.API.CONSUMER.CREATE.TRACEWIRE_EVENTS.own.tracewire.events.x.process",
        "$JS.API.CONSUMER.DURABLE.CREATE.TRACEWIRE_EVENTS.own",
        "$JS.API.CONSUMER.MSG.NEXT.TRACEWIRE_EVENTS.engine",
        "$JS.ACK.TRACEWIRE_EVENTS.engine.1.1.1.1.0",
    ],
)
async def test_inventory_cannot_get_between_events_and_engines(
    subject: str, sessions: dict[str, Session]
) -> None:
    """It can neither change their consumer, nor take or acknowledge what is theirs, nor read other events."""
    session = sessions["inventory"]
    await session.client.publish(subject, b"")
    assert await session.refused() == [_refusal("inventory", "publish", subject)]


async def test_engines_share_what_is_in_quarantine(sessions: dict[str, Session]) -> None:
    """Each engine may write it and read what the others have written."""
    engine = sessions["engine"]
    decided, others = Quarantine(engine.refusals.append), Quarantine(engine.refusals.append)
    decided.hold("name", "digest", "no answer within 4 s")
    sharing = [asyncio.create_task(one.keep(engine.client.jetstream())) for one in (decided, others)]
    async with asyncio.timeout(_LONG):
        while others.reason("name", "digest") is None:
            await others.known(_LONG)
            await engine.client.flush()
    for task in sharing:
        task.cancel()
    assert (others.reason("name", "digest"), others.reason("name", "another")) == (
        "no answer within 4 s",
        None,
    )
    assert engine.refusals == []


async def test_engines_share_what_signatures_remember(sessions: dict[str, Session]) -> None:
    """The one adds to what the other has stored, and is refused nothing."""
    engine = sessions["engine"]
    first, second = (Memory(engine.client, name, engine.refusals.append) for name in ("a", "b"))
    keeping = [asyncio.create_task(one.keep()) for one in (first, second)]
    name, fact = name_of("signature", "key"), Fact("key", "", 60)
    await asyncio.wait_for(first.add(name, "key", [("one", 1, fact)]), _LONG)
    assert engine.refusals == []
    entry, is_new = await asyncio.wait_for(second.add(name, "key", [("two", 2, fact)]), _LONG)
    for task in keeping:
        task.cancel()
    assert (set(entry.items), is_new) == ({"one", "two"}, True)
    assert engine.refusals == []


async def test_everybody_is_told_how_services_are(sessions: dict[str, Session]) -> None:
    """A service answers whoever asks on the subject for it, and may publish nowhere else."""

    async def answer(message: Msg) -> None:
        await message.respond(b"well")

    await sessions["collector"].client.subscribe(subjects.STATUS, cb=answer)
    # Twice: nats-py's PING overtakes what it has not written yet, as of 2.16.
    await sessions["collector"].client.flush()
    await sessions["collector"].client.flush()
    for asker in ("engine", "operator"):
        assert (await sessions[asker].client.request(subjects.STATUS, timeout=_LONG)).data == b"well"


@pytest.mark.parametrize(
    ("role", "subject"),
    [
        ("collector", subjects.finding("low", "name")),
        ("collector", "$KV.tracewire_interest.engine"),
        ("collector", "$KV.tracewire_quarantine.name"),
        ("collector", "$KV.tracewire_state.name.key"),
        ("engine", subjects.events("host", "process")),
        ("inventory", subjects.events("host", "process")),
        ("inventory", subjects.finding("low", "name")),
        ("findings", subjects.finding("low", "name")),
        ("findings", subjects.events("host", "process")),
        ("findings", "$KV.tracewire_interest.engine"),
        ("findings", subjects.STATUS),
        ("operator", "$KV.tracewire_quarantine.name"),
        ("operator", "$KV.tracewire_state.name.key"),
        ("operator", subjects.finding("low", "name")),
        ("operator", subjects.events("host", "process")),
    ],
)
async def test_role_cannot_publish(role: str, subject: str, sessions: dict[str, Session]) -> None:
    """The server refuses what is another role's to say, and says so."""
    session = sessions[role]
    await session.client.publish(subject, b"{}")
    assert await session.refused() == [_refusal(role, "publish", subject)]


@pytest.mark.parametrize(
    ("role", "subject"),
    [
        ("collector", subjects.ALL_EVENTS),
        ("collector", subjects.ALL_FINDINGS),
        ("engine", subjects.ALL_FINDINGS),
        ("engine", "_INBOX.>"),
        ("inventory", subjects.ALL_EVENTS),
        ("findings", subjects.ALL_EVENTS),
        ("findings", "_INBOX.engine.>"),
    ],
)
async def test_role_cannot_subscribe(role: str, subject: str, sessions: dict[str, Session]) -> None:
    """The server refuses what is not for this role to hear, and says so."""
    session = sessions[role]
    await session.client.subscribe(subject)
    assert await session.refused() == [_refusal(role, "subscribe", subject)]


async def test_operator_records_what_is_stored(sessions: dict[str, Session]) -> None:
    """What `record` and `replay --since` read, with nothing left behind."""
    payloads = [making.batch(making.traceme(number), sequence=number) for number in range(3)]
    for payload in payloads:
        await sessions["collector"].client.jetstream().publish(subjects.events("a", "process"), payload)
    operator = sessions["operator"]

    assert [payload async for payload in recording.stored(operator.client, None)] == payloads
    assert operator.refusals == []
    stream = await operator.client.jetstream().stream_info(subjects.EVENTS_STREAM)
    assert stream.state.consumer_count == 0


@pytest.mark.parametrize("role", ["collector", "inventory", "findings"])
async def test_other_roles_cannot_record(role: str, sessions: dict[str, Session]) -> None:
    """They are refused at once, and told so by the server."""
    await sessions["collector"].client.jetstream().publish(subjects.events("a", "process"), b"x")
    session = sessions[role]
    with pytest.raises(bus.BusError):
        [payload async for payload in recording.stored(session.client, None)]
    asked = f"$JS.API.CONSUMER.CREATE.{subjects.EVENTS_STREAM}"
    assert (await session.refused())[0] == _refusal(role, "publish", asked)


@pytest.mark.parametrize(
    "subject",
    [
        "$JS.API.CONSUMER.CREATE.TRACEWIRE_EVENTS.engine",
        "$JS.API.CONSUMER.CREATE.TRACEWIRE_EVENTS.engine.tracewire.events.x.process",
        "$JS.API.CONSUMER.MSG.NEXT.TRACEWIRE_EVENTS.engine",
        "$JS.API.CONSUMER.DELETE.TRACEWIRE_EVENTS.engine",
        "$JS.ACK.TRACEWIRE_EVENTS.engine.1.1.1.1.0",
    ],
)
async def test_operator_cannot_get_between_events_and_engines(
    subject: str, sessions: dict[str, Session]
) -> None:
    """It reads for itself, and touches nothing that is the engines'."""
    session = sessions["operator"]
    await session.client.publish(subject, b"")
    assert await session.refused() == [_refusal("operator", "publish", subject)]


async def test_readers_do_not_hear_what_engines_are_sent(sessions: dict[str, Session]) -> None:
    """Batches of events come to the engine's inbox, which no wildcard of a reader covers."""
    engine, reader = sessions["engine"].client, sessions["findings"].client
    heard = await reader.subscribe("_INBOX.>")
    await reader.flush()
    jetstream = engine.jetstream()
    assert (await jetstream.stream_info(subjects.EVENTS_STREAM)).config.name == subjects.EVENTS_STREAM
    await reader.publish("$JS.API.INFO", reply="_INBOX.own")
    assert (await heard.next_msg(_LONG)).subject == "_INBOX.own"


@pytest.mark.parametrize("role", ["collector", "inventory", "findings", "operator"])
async def test_only_the_engine_creates_streams(role: str, sessions: dict[str, Session]) -> None:
    """Whoever creates a stream decides who hears what is in it."""
    session = sessions[role]
    with pytest.raises((nats.errors.Error, nats.js.errors.Error)):
        await session.client.jetstream(timeout=1).add_stream(StreamConfig(name="OTHER", subjects=["other"]))
    assert await session.refused() == [_refusal(role, "publish", "$JS.API.STREAM.CREATE.OTHER")]


async def test_refusal_is_said_once_for_each_thing(sessions: dict[str, Session]) -> None:
    """However often a service tries: its log is for what is new."""
    session = sessions["findings"]
    for subject in ("tracewire.one", "tracewire.one", "tracewire.two"):
        await session.client.publish(subject, b"")
    async with asyncio.timeout(_LONG):
        while len(session.refusals) < 2:
            await session.client.flush()
    assert session.refusals == [
        _refusal("findings", "publish", f"tracewire.{which}") for which in ("one", "two")
    ]


async def test_service_with_another_roles_credentials_says_what_is_wrong(
    roles: Roles, tmp_path: Path
) -> None:
    """An inventory that was given the password for findings: it says so once, and goes on trying."""
    inventory = Child(
        [sys.executable, "-m", "collector", "--nats", roles.url("findings"), "--node", "host", "inventory"],
        tmp_path / "inventory.log",
    )
    await inventory.start()
    try:
        expected = [
            "inventory: " + _refusal("findings", "subscribe", subjects.STATUS),
            "inventory: " + _refusal("findings", "publish", f"$JS.API.STREAM.INFO.{subjects.EVENTS_STREAM}"),
        ]
        await until(lambda: all(line in inventory.said() for line in expected), "it says so")
        await until(lambda: "trying again" in inventory.said(), "it tries again")
        assert await inventory.stop(signal.SIGTERM) == 0
    finally:
        await inventory.stop()
    assert [inventory.said().splitlines().count(line) for line in expected] == [1, 1]
    assert roles.url("findings") not in inventory.said()


async def test_wrong_password_is_refused_clearly(roles: Roles) -> None:
    """The sentence says what is wrong and shows no password."""
    with pytest.raises(bus.BusError) as refused:
        await bus.connect(roles.url("findings", "guessed"), "test")
    assert "Authorization Violation" in str(refused.value) or "refuses the credentials" in str(refused.value)
    assert "guessed" not in str(refused.value)


def test_passwords_are_kept_and_belong_to_their_users(tmp_path: Path) -> None:
    """A second run changes no password; each file can be read by its user alone."""
    require(os.geteuid() == 0, "needs root")
    credentials, streams = tmp_path / "credentials", tmp_path / "streams"
    credentials.mkdir()
    streams.mkdir()
    prepare.prepare(credentials, streams)
    first = {path.name: path.read_text() for path in credentials.iterdir()}
    prepare.prepare(credentials, streams)
    assert {path.name: path.read_text() for path in credentials.iterdir()} == first
    assert {path.name: (path.stat().st_uid, oct(path.stat().st_mode)) for path in credentials.iterdir()} == {
        "passwords.conf": (prepare.NATS_USER, "0o100400"),
        **{f"{role}.toml": (user, "0o100400") for role, user in prepare.ROLES.items()},
    }
    assert streams.stat().st_uid == prepare.NATS_USER


def test_passwords_cannot_be_guessed(tmp_path: Path) -> None:
    """Every role of every installation has its own."""
    chosen = [*prepare.passwords("").values(), *prepare.passwords("").values()]
    assert len(set(chosen)) == 2 * len(prepare.ROLES)
    assert min(map(len, chosen)) >= 32


@pytest.mark.parametrize("role", ["collector", "inventory"])
async def test_service_that_is_there_before_the_engine_says_what_it_waits_for(
    role: str, sessions: dict[str, Session]
) -> None:
    """It tries to make what is missing, as it may where there are no roles; that is no fault of anybody's."""
    session = sessions[role]
    with pytest.raises((nats.errors.Error, nats.js.errors.Error)):
        await session.client.jetstream(timeout=1).add_stream(bus.stream_configurations()[0])
    assert await session.refused() == ["NATS has no stream tracewire_events yet; an engine makes it"]

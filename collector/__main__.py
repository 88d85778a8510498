"""`python -m collector`: the service, and `python -m collector doctor`."""

import argparse
import asyncio
import signal
import sys
from collections.abc import Sequence
from typing import Any, cast

# nats-py imports aiohttp where it is installed, for WebSockets, which are not used here: that is
# 7 MB and 0.2 s, and an HTTP client in a privileged process. None makes the import fail.
cast("dict[str, Any]", sys.modules).setdefault("aiohttp", None)

import msgspec  # noqa: E402
import uvloop  # noqa: E402

from collector import doctor  # noqa: E402
from collector.app import Collector  # noqa: E402
from collector.errors import CollectorError  # noqa: E402
from tracewire import settings  # noqa: E402
from tracewire.errors import SettingsError, TracewireError  # noqa: E402

DONE, WRONG_USAGE, MACHINE_CANNOT = 0, 2, 4


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="collector", description="Collects the events that somebody wants, and publishes them to NATS."
    )
    parser.add_argument("--config", metavar="FILE", help="TOML file; TRACEWIRE_CONFIG otherwise")
    parser.add_argument("--nats", metavar="URL", help="where NATS is")
    parser.add_argument("--node", metavar="NAME", help="name of this host; its hostname otherwise")
    parser.add_argument(
        "--btf", metavar="FILE|DIR", help="the kernel's types, for a kernel that does not show its own"
    )
    parser.add_argument(
        "--rung",
        metavar="EVENT=RUNG",
        action="append",
        default=[],
        help="the one rung that an event may stand on; several times for several events",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    examine = commands.add_parser(
        "doctor", help="what this kernel allows, and which rung each event stands on"
    )
    examine.add_argument("--json", action="store_true", help="one JSON document")
    commands.add_parser(
        "inventory",
        help="the other service: which containers there are, asked of their runtimes without privileges",
    )
    return parser.parse_args(arguments)


def _settings(chosen: argparse.Namespace) -> settings.Settings:
    found = settings.load(chosen.config)
    given: dict[str, Any] = {
        name: value for name, value in (("nats", chosen.nats), ("node", chosen.node)) if value
    }
    own: dict[str, Any] = {"btf": chosen.btf} if chosen.btf else {}
    if chosen.rung:
        own["rungs"] = {**found.collector.rungs, **settings.pairs(chosen.rung, "--rung")}
    if own:
        given["collector"] = msgspec.structs.replace(found.collector, **own)
    return msgspec.structs.replace(found, **given)


def _complain(error: TracewireError) -> None:
    print(f"collector: {error}.\n{error.remedy}".rstrip(), file=sys.stderr)  # noqa: T201  (the command's output)


def _inventory(configuration: settings.Settings) -> int:
    from collector.inventory.app import Inventory  # noqa: PLC0415  (the collector itself does without)

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(Inventory(configuration).run())
    return DONE


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the service or the command, and return the exit code."""
    chosen = _arguments(arguments)
    # Until the service handles them itself: loading takes a second, and there is nothing to deliver yet.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: sys.exit(DONE))
    try:
        configuration = _settings(chosen)
        if chosen.command == "doctor":
            return doctor.run(configuration, as_json=chosen.json)
        if chosen.command == "inventory":
            return _inventory(configuration)
        collector = Collector(configuration)
    except SettingsError as error:
        _complain(error)
        return WRONG_USAGE
    except CollectorError as error:
        _complain(error)
        return MACHINE_CANNOT
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(collector.run())
    return DONE


if __name__ == "__main__":
    sys.exit(main())

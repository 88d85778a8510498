"""`python -m engine`: the service, and what can be done with signatures without it."""

import argparse
import asyncio
import os
import sys
from collections.abc import Sequence

import msgspec
import uvloop

from engine.app import serve
from engine.command import add_signatures, signatures
from engine.errors import EngineError, ReplayError, ScaffoldError
from engine.replay_command import add_replay, run_replay
from tracewire.errors import BusError, RecordingError, SettingsError, TracewireError
from tracewire.settings import Settings, load

_DONE, _NOT_SO, _USAGE, _UNREACHABLE = 0, 1, 2, 3

_EXAMPLES = """\
examples:
  python -m engine --nats nats://127.0.0.1:4222
  python -m engine --signatures rego/signatures --signatures /etc/tracewire/signatures
  python -m engine signatures check my-signatures/
"""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m engine",
        description="Evaluates signatures over events, and publishes what they find.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--config", metavar="FILE", help="configuration (TOML); TRACEWIRE_CONFIG otherwise")
    parser.add_argument("--nats", metavar="URL", help="where NATS is")
    parser.add_argument(
        "--signatures", metavar="DIR", action="append", help="directory of signatures; may be repeated"
    )
    commands = parser.add_subparsers(dest="command", metavar="signatures | replay")
    add_signatures(commands)
    add_replay(commands)
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    settings = load(arguments.config)
    if arguments.nats:
        settings = msgspec.structs.replace(settings, nats=arguments.nats)
    if arguments.signatures and arguments.command is None:
        engine = msgspec.structs.replace(settings.engine, signatures=tuple(arguments.signatures))
        settings = msgspec.structs.replace(settings, engine=engine)
    return settings


def _complain(error: TracewireError) -> None:
    print(f"error: {error}", file=sys.stderr)  # noqa: T201  (a command's own voice)
    if error.remedy:
        print(error.remedy, file=sys.stderr)  # noqa: T201


def main(argv: Sequence[str] | None = None) -> int:
    """Run, and return the exit code."""
    arguments = _parser().parse_args(argv)
    try:
        settings = _settings(arguments)
        if arguments.command == "signatures":
            return asyncio.run(signatures(settings, arguments))
        if arguments.command == "replay":
            return asyncio.run(run_replay(settings, arguments))
        uvloop.run(serve(settings))
    except BrokenPipeError:
        # Whoever read our output has gone (`... | head`); the interpreter flushes once more at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (SettingsError, ScaffoldError, RecordingError) as error:
        _complain(error)
        return _USAGE
    except ReplayError as error:
        _complain(error)
        return _NOT_SO
    except (EngineError, BusError) as error:
        _complain(error)
        return _UNREACHABLE
    return _DONE


if __name__ == "__main__":
    sys.exit(main())

"""From a command line to an exit code: no traceback, whatever happens."""

import os
import sys

import nats.errors

from tracewire import settings
from tracewire.command import signatures
from tracewire.command.errors import CommandError, Exit
from tracewire.command.parser import command_line
from tracewire.errors import BusError, SettingsError, TracewireError
from tracewire.text import printable


def main(arguments: list[str] | None = None) -> int:
    """Run one command and give its exit code.

    Args:
        arguments: Without the program's name; those of this process where None.
    """
    words = sys.argv[1:] if arguments is None else arguments
    try:
        if words and words[0] in signatures.NAMES:
            signatures.run(words)
        given = command_line().parse_args(words)
        known = settings.load(given.config)
        return int(given.run(given, known))
    except BrokenPipeError:
        # Whoever read our output has gone (`tracewire findings | head`). The interpreter
        # would complain once more when it flushes at exit, unless there is a sink.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except KeyboardInterrupt:
        return Exit.DONE
    except TracewireError as error:
        explain(error)
        return code_of(error)
    except (nats.errors.Error, OSError) as error:
        problem = str(error) or type(error).__name__
        explain(
            CommandError(
                Exit.UNREACHABLE,
                f"It does not go on: {problem}.",
                "Try again; `tracewire status` may say more.",
            )
        )
        return Exit.UNREACHABLE


def explain(error: TracewireError) -> None:
    """Say on stderr what is wrong and what to do."""
    print(f"tracewire: {printable(str(error))}", file=sys.stderr)
    if error.remedy:
        print(f"           {printable(error.remedy)}", file=sys.stderr)


def code_of(error: TracewireError) -> Exit:
    """The exit code that *error* ends a command with."""
    match error:
        case CommandError():
            return error.code
        case SettingsError():
            return Exit.USAGE
        case BusError():
            return Exit.UNREACHABLE
        case _:
            return Exit.NOT_SO

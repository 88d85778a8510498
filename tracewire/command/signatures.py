"""`tracewire signatures` and `tracewire replay`: ask the engine, which alone knows OPA."""

from collections.abc import Sequence
from typing import NoReturn

from tracewire.command.doctor import become

NAMES = ("signatures", "replay")


def run(arguments: Sequence[str]) -> NoReturn:
    """Become `python -m engine ARGUMENTS`, whose help and errors are its own."""
    become("engine", list(arguments), config=None)

"""`tracewire signatures`: asks the engine, which alone knows OPA."""

from collections.abc import Sequence
from typing import NoReturn

from tracewire.command.doctor import become

NAME = "signatures"


def run(arguments: Sequence[str]) -> NoReturn:
    """Become `python -m engine signatures ARGUMENTS`, whose help and errors are its own."""
    become("engine", [NAME, *arguments], config=None)

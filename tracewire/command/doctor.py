"""`tracewire doctor`: asks the collector, which alone may load programs."""

import argparse
import importlib.util
import os
import sys
from typing import NoReturn

from tracewire.command.errors import NotInstalledError
from tracewire.settings import Settings


def run(given: argparse.Namespace, _: Settings) -> int:
    """Become `python -m collector doctor`."""
    options = ["--json"] if given.json else []
    become("collector", ["doctor", *options], config=given.config)


def become(part: str, arguments: list[str], *, config: str | None) -> NoReturn:
    """Replace this process by `python -m PART ARGUMENTS`.

    Raises:
        NotInstalledError: There is no such part here.
    """
    if importlib.util.find_spec(part) is None:
        raise NotInstalledError(part)
    if config is not None:
        os.environ["TRACEWIRE_CONFIG"] = config
    sys.stdout.flush()
    os.execv(sys.executable, [sys.executable, "-m", part, *arguments])  # noqa: S606  (no shell is wanted)

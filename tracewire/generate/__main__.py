"""Writes what is generated from the catalogue and the signatures, or says what is stale."""

import argparse
import sys
from pathlib import Path

from tracewire.errors import TracewireError
from tracewire.generate.artefacts import stale, write


def main(arguments: list[str] | None = None) -> int:
    """Run the command; 0 done, 1 something is stale or a signature cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m tracewire.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 and name what is stale")
    parser.add_argument("--root", type=Path, default=Path(), help="the checkout (default: here)")
    options = parser.parse_args(arguments)
    try:
        paths = stale(options.root) if options.check else write(options.root)
    except TracewireError as error:
        sys.stderr.write(f"{error}\n{error.remedy}\n")
        return 1
    for path in paths:
        sys.stdout.write(f"{'stale' if options.check else 'written'}: {path}\n")
    if options.check and paths:
        sys.stderr.write("Run `python -m tracewire.generate`.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""`python -m collector.inventory`, the same as `python -m collector inventory`: it has a name of its own."""

import sys

from collector.__main__ import main

if __name__ == "__main__":
    sys.exit(main([*sys.argv[1:], "inventory"]))

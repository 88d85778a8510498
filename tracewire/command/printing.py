"""How findings and sentences leave the command."""

import sys

from tracewire.command.output import print_line
from tracewire.command.table import findings_table
from tracewire.finding import Finding
from tracewire.text import printable


def say(sentence: str) -> None:
    """Tell the person at the terminal; data goes to stdout, this does not."""
    print(f"tracewire: {printable(sentence)}", file=sys.stderr, flush=True)


class FindingPrinter:
    """Prints findings to stdout, each at once: rows of a table, or a line of JSON each."""

    def __init__(self, *, as_json: bool) -> None:
        self._table = None if as_json else findings_table()
        self._has_head = False

    def head(self) -> None:
        """Print the table's titles, which otherwise come with the first finding."""
        if self._table is not None and not self._has_head:
            self._has_head = True
            print(self._table.head(), flush=True)

    def print(self, finding: Finding) -> None:
        """Print *finding*."""
        if self._table is None:
            print_line(finding)
        else:
            self.head()
            print(self._table.finding(finding), flush=True)

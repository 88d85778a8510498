"""Reads the hashes of passwords in a shell, without another program."""

import os

os.execv("/bin/sh", ["sh", "-c", "while read -r line; do :; done < /etc/shadow"])  # noqa: S606 - this very process has to become the program

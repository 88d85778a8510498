"""Runs a script that has never been on a disk."""

import os

memory = os.memfd_create("script", 0)
os.write(memory, b"#!/bin/sh\nexit 0\n")
os.execv(f"/dev/fd/{memory}", ["anything"])  # noqa: S606 - this very process has to become the program

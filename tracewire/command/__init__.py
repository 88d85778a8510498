"""The `tracewire` command."""

from tracewire.command.main import main

__all__ = ["main"]

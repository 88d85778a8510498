"""Everything that is written from the catalogue: run `python -m tracewire.generate`."""

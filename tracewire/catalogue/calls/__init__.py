"""The table of system calls, by what they are about; see `tracewire.catalogue.call`."""

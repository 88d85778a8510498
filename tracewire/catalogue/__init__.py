"""Every event Tracewire can produce, defined once.

The BPF headers, the decoder, the JSON Schemas and the documentation are generated
from here, and a test compares them.
"""

from tracewire.catalogue.definition import Argument, Definition, Exactness, Kind, Rung
from tracewire.catalogue.registry import BY_ID, BY_NAME, EVENTS, FAMILIES, find

__all__ = [
    "BY_ID",
    "BY_NAME",
    "EVENTS",
    "FAMILIES",
    "Argument",
    "Definition",
    "Exactness",
    "Kind",
    "Rung",
    "find",
]

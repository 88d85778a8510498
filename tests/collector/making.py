"""Regions as a ring would yield them, without a kernel."""

import struct

from collector.ring import Region


def region(*events: int, filling: int = 0) -> Region:
    """Records of the given event ids, each a whole event with *filling* bytes as its only argument."""
    parts = []
    first = 0
    for number, event in enumerate(events):
        head = b"\xdc\x00\x18" + struct.pack(">BHB", 0xCD, event, 0xCF) + struct.pack(">Q", number)
        body = head + bytes(18) + b"\xc4\x00" + b"\x94\xc0\xc0\xc0\x90" + b"\xc0"
        body += b"\x91\xc5" + struct.pack(">H", filling) + bytes(filling)
        length = len(body) + 2
        padding = -length & 7
        if not number:
            first = length
        else:
            parts.append(struct.pack("=II", length, 0))
        parts.append(body + bytes([0xC4, padding + 8]) + bytes(padding))
    parts.append(bytes(8))
    return Region(b"".join(parts), len(events), first)

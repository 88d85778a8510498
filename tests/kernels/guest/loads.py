"""In a guest: which programs does this kernel load, and on which rung does each event stand?"""

import json
import os
import sys
import time

from collector import machine
from collector.session import Session
from tracewire.catalogue import EVENTS


def main() -> None:
    """Print one JSON line for each fact."""
    begin = time.monotonic()
    facts = machine.examine()
    session = Session(facts, ring_mebibytes=1, btf=None)
    first = time.monotonic() - begin
    session.objects.load_all()
    loaded = session.objects.programs
    print(
        json.dumps(
            {
                "kernel": facts.kernel,
                "modules": facts.security_modules,
                "loaded": len(loaded),
                "first_seconds": round(first, 2),
                "seconds": round(time.monotonic() - begin, 1),
            }
        )
    )
    for name, reason in session.objects.refused.items():
        print(json.dumps({"program": name, "refused": reason}))
    for name, program in loaded.items():
        print(json.dumps({"program": name, "instructions": program.info().verified_instructions}))
    for choice in session.attachments.choose(EVENTS):
        print(
            json.dumps(
                {
                    "event": choice.event.name,
                    "rung": choice.rung.name if choice.rung else None,
                    "refused": dict(choice.refused),
                    "request_rung": choice.request_rung.name if choice.request_rung else None,
                }
            )
        )
    session.close()


def report_to(path: str) -> None:
    """Whatever is printed goes there: what goes wrong is a result as well."""
    descriptor = os.open(path, os.O_WRONLY)
    os.dup2(descriptor, sys.stdout.fileno())
    os.dup2(descriptor, sys.stderr.fileno())


if __name__ == "__main__":
    if "KERNEL_RESULTS" in os.environ:
        report_to(os.environ["KERNEL_RESULTS"])
    sys.exit(main())

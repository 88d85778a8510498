"""Names on the bus, each built in one place."""

import re

EVENTS_STREAM = "TRACEWIRE_EVENTS"
FINDINGS_STREAM = "TRACEWIRE_FINDINGS"
LEDGER_STREAM = "TRACEWIRE_LEDGER"
INTEREST_BUCKET = "tracewire_interest"
INVENTORY_BUCKET = "tracewire_inventory"
QUARANTINE_BUCKET = "tracewire_quarantine"
STATE_BUCKET = "tracewire_state"

ALL_EVENTS = "tracewire.events.>"
ALL_FINDINGS = "tracewire.findings.>"
ALL_LEDGERS = "tracewire.ledger.>"

ENGINE_CONSUMER = "engine"
"""The durable consumer that all replicas of the engine share."""

SEVERITIES = ("info", "low", "medium", "high", "critical")

STATUS = "tracewire.status"
"""Every service answers a request on it with a `tracewire.status.ServiceStatus`."""

_NOT_IN_TOKEN = re.compile(r"[^A-Za-z0-9_-]")


def token(name: str) -> str:
    """*name* as one token of a subject.

    Letters, digits, `_` and `-` stay; every other character becomes `=` and its code
    point in hexadecimal, ended by `=`, so that two names never meet.
    """
    return _NOT_IN_TOKEN.sub(lambda match: f"={ord(match[0]):x}=", name) or "=="


def events(node: str, family: str) -> str:
    """Where events of *family* from *node* are published."""
    return f"tracewire.events.{token(node)}.{family}"


def family_events(family: str) -> str:
    """Events of *family* from any node."""
    return f"tracewire.events.*.{family}"


def finding(severity: str, signature: str) -> str:
    """Where findings of *signature* are published."""
    return f"tracewire.findings.{severity}.{signature}"


def findings(severity: str | None = None, signature: str | None = None) -> str:
    """Findings of one severity or signature, or of any where it is None."""
    return f"tracewire.findings.{severity or '*'}.{signature or '*'}"


def ledger(node: str) -> str:
    """Where the ledger of *node* is published."""
    return f"tracewire.ledger.{token(node)}"

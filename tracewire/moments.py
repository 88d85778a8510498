"""Times in the form of the contract."""

from datetime import UTC, datetime

_SECOND = 1_000_000_000


def rfc3339(nanoseconds: int) -> str:
    """*nanoseconds* since 1970 as UTC with nine decimals, such as 2026-11-24T05:29:00.123456789Z."""
    seconds, rest = divmod(nanoseconds, _SECOND)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"

"""What a signature wants to be remembered of an event."""

from typing import Any

import msgspec

REMEMBER = "remember"

MOST_SECONDS = 3600.0
# As long as a path can be in Linux (PATH_MAX): a program could hide behind a longer one than is kept.
MOST_KEY_BYTES = 4096
MOST_ITEM_BYTES = 256
MOST_ABOUT_BYTES = 512


class Fact(msgspec.Struct, frozen=True):
    """One thing that happened, kept under a key for some time.

    Attributes:
        key: What it is about; facts under one key are looked at together.
        item: Which of the facts under the key; the same one again only renews it. Empty for one
            of its own for each event.
        seconds: How long it counts.
        at_least: The signature is not asked before so many facts are there.
        about: Anything small that the signature wants to know later.
    """

    key: str
    item: str
    seconds: float
    at_least: int = 1
    about: Any = None


class _Said(msgspec.Struct, forbid_unknown_fields=True):
    """The object that a `remember` rule contains."""

    key: str | int
    seconds: float
    item: str | int = ""
    at_least: int = 1
    about: Any = None


def read_fact(said: Any) -> Fact | str:
    """The fact in what a `remember` rule contains, or what is wrong with it."""
    try:
        given = msgspec.convert(said, _Said)
    except msgspec.ValidationError as error:
        return f"remember: {error}"
    fact = Fact(str(given.key), str(given.item), given.seconds, given.at_least, given.about)
    if not 0 < fact.seconds <= MOST_SECONDS:
        return f"remember: `seconds` is {fact.seconds:g} and should be above 0 and at most {MOST_SECONDS:g}"
    limits = (
        ("key", fact.key.encode(errors="surrogatepass"), MOST_KEY_BYTES),
        ("item", fact.item.encode(errors="surrogatepass"), MOST_ITEM_BYTES),
        ("about", msgspec.json.encode(fact.about), MOST_ABOUT_BYTES),
    )
    for name, value, most in limits:
        if len(value) > most:
            return f"remember: `{name}` has {len(value)} bytes, and at most {most} are kept"
    return fact

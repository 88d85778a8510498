"""Gives each file of Tracee's dialect a package of its own, and its input a place in ours.

Words are exchanged where they stand, so that a row of the result is that row of the file.
Comments and strings stay as they are, and so does everything that no word here is.
"""

import re

from engine.tracee.dialect import MATCH, package_of

ROOT = "tracee"
SIGNATURES = f"{ROOT}.signatures"
SHARED = f"{ROOT}.shared"

# What `get_tracee_argument` is where it has to look through the list.
SEARCHED = "search_tracee_argument"

_TOKEN = re.compile(
    r"""
      (?P<skipped> \#[^\n]* | "(?:\\.|[^"\\\n])*" | `[^`]*` )
    | (?P<package> ^[ \t]*package[ \t]+ (?P<path> \w+(?:\.\w+|\["[^"\n]*"\])* ) )
    | (?<![\w.]) (?P<input> input (?P<event> \.eventName (?!\w) )? ) (?!\w)
    | (?<![\w.]) (?P<data> data ) (?!\w)
    | (?<!\w) (?P<argument> get_tracee_argument ) (?!\w)
    | (?<![\w.]) (?P<with> with ) (?!\w)
    """,
    re.VERBOSE | re.MULTILINE,
)

# It says what is so without it, and OPA inlines no rule that has a default.
_NO_MATCH = re.compile(rf"^[ \t]*default[ \t]+{MATCH}[ \t]*:?=[ \t]*false[ \t]*$", re.MULTILINE)


def signature(text: str, key: str) -> str:
    """A signature as package `tracee.signatures.<key>`.

    The other names it has for itself go along; everything else it can name are shared rules.
    """
    own = package_of(text) or ""
    package = f"{SIGNATURES}.{key}"
    return _exchanged(_NO_MATCH.sub("", text), package, own, package)


def shared(text: str) -> str:
    """Shared rules, whose packages stay what they were but for where they begin."""
    return _exchanged(text, f"{SHARED}.{package_of(text)}", "", "")


def replaces_input(text: str) -> bool:
    """Whether some rule is evaluated `with` another input."""
    return any(found["with"] for found in _TOKEN.finditer(text))


def _exchanged(text: str, package: str, own: str, own_now: str) -> str:
    # The name of the event and arguments by their names are what OPA's index and partial evaluation
    # go by. A rule that replaces the input replaces what Tracee's input has, and no more.
    keeps_input = not replaces_input(text)
    seen_package = False
    own_reference = re.compile(rf"data\.{re.escape(own)}(?!\w)") if own else None

    def exchange(found: re.Match[str]) -> str:
        nonlocal seen_package
        word = found[0]
        if found["package"] and not seen_package:
            seen_package = True
            return word.replace(found["path"], package)
        if found["input"]:
            if found["event"] and keeps_input:
                return "input.event"
            return word.replace("input", f"input.{ROOT}", 1)
        if found["data"]:
            return f"data.{SHARED}"
        return SEARCHED if found["argument"] and not keeps_input else word

    if own_reference is not None:
        # Strings and comments may name it too, and are put back by not being touched at all.
        text = _outside_of_strings(text, own_reference, "\0own")
    exchanged = _TOKEN.sub(exchange, text)
    return exchanged.replace("\0own", f"data.{own_now}")


def _outside_of_strings(text: str, pattern: re.Pattern[str], replacement: str) -> str:
    parts = []
    last = 0
    for found in _TOKEN.finditer(text):
        if found["skipped"]:
            parts += [pattern.sub(replacement, text[last : found.start()]), found[0]]
            last = found.end()
    return "".join([*parts, pattern.sub(replacement, text[last:])])

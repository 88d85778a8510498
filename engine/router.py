"""The Rego that hands each event to the signatures that judge it."""

import json
from collections.abc import Iterable

from engine.fact import REMEMBER
from engine.signatures import Signature

RESULT = "tracewire/result"
ALONE = "tracewire/alone"
YARDSTICK = "tracewire/yardstick"
CONCLUDED = "tracewire/concluded"

# Without the router itself among the entrypoints OPA inlines nothing into it. It comes last: after each of
# them opa build compiles everything anew, and what the router becomes is the largest part by far.
ENTRYPOINTS = (RESULT, ALONE, YARDSTICK, CONCLUDED, "tracewire/router/findings")

_ENTRY = """\
package tracewire

import rego.v1

result := {{"revision": {revision}, "findings": found}}

found contains [position, finding.signature, finding.data, rule] if {{
	some position, [shared, own] in input.events
	event := object.union(input.shared[shared], own)
	findings := data.tracewire.router.findings with input as event
	some finding in findings
	rule := object.get(finding, "rule", "finding")
}}

# The named signatures alone, each as it was written: to find out which one fails.
alone := {{"revision": {revision}, "findings": found_alone}}

found_alone contains [position, name, data_found, "finding"] if {{
	some position, [shared, own] in input.events
	event := object.union(input.shared[shared], own)
	some name in input.signatures
	findings := data.signatures[name].finding with input as event
	some data_found in findings
}}

found_alone contains [position, name, fact, "remember"] if {{
	some position, [shared, own] in input.events
	event := object.union(input.shared[shared], own)
	some name in input.signatures
	facts := data.signatures[name].remember with input as event
	some fact in facts
}}

# What signatures find with what has been remembered for them.
concluded := {{"revision": {revision}, "findings": found_concluded}}

found_concluded contains [position, name, data_found] if {{
	some position, case in input.cases
	name := case.signature
	[shared, own] := input.events[case.event]
	event := object.union(input.shared[shared], own)
	state := input.states[case.state]
	findings := data.signatures[name].finding with input as event with data.state as state
	some data_found in findings
}}

# Work of a known size: how long it takes says whether the machine has time for OPA. More than
# the scheduler lets a process do at once that was idle before, or it would never have to wait.
yardstick := {{"revision": {revision}, "findings": [], "work": count(divisible)}} if {{
	divisible := [1 | some number in numbers.range(1, input.size); number % 7 == 3]
}}
"""

_ROUTER = """\
package tracewire.router

import rego.v1

"""

_NOBODY = "findings := set()\n"


def entry(revision: str) -> str:
    """The rules that the engine asks for; each answer carries *revision*."""
    return _ENTRY.format(revision=json.dumps(revision))


def router(signatures: Iterable[tuple[Signature, bool]]) -> str:
    """The rules for *signatures*, each with whether its own rules say which events they are about.

    Where they do, one rule that adds nothing is enough: OPA copies the signature's rules
    into it, tests of the event included. Where they do not, there is one for each event.
    One rule that tests `input.event in [...]` would do as well, but doubles what an event costs.
    """
    rules: list[str] = []
    for signature, restricted in signatures:
        rules += _rules(signature, restricted=restricted)
    return _ROUTER + ("\n".join(rules) if rules else _NOBODY)


def _rules(signature: Signature, *, restricted: bool) -> list[str]:
    # Not an array: where both of its items are constants, opa build writes them in the order of the
    # rows that they come from, and the data would stand before the name (1.22.2).
    head = f'findings contains {{"signature": {json.dumps(signature.name)}, "data": found}} if {{\n'
    body = f"\tsome found in data.signatures.{signature.name}.finding\n}}\n"
    rules = [(head, body)]
    if signature.remembers:
        fact = f'{{"signature": {json.dumps(signature.name)}, "data": fact, "rule": "{REMEMBER}"}}'
        head = f"findings contains {fact} if {{\n"
        rules.append((head, f"\tsome fact in data.signatures.{signature.name}.remember\n}}\n"))
    if restricted:
        return [head + body for head, body in rules]
    return [
        f"{head}\tinput.event == {json.dumps(event)}\n{body}"
        for head, body in rules
        for event in signature.events
    ]

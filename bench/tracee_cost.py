"""What OPA needs for an event with signatures in Tracee's dialect, beside the same ones in ours."""

import tempfile
from pathlib import Path

from bench.feeding import Load
from bench.opa_cost import Cost, cost_of
from bench.product import Product
from bench.result import Result, result
from bench.workload import ordinary_work, recorded

_EVENT = "security_file_open"
_COUNTS = (11, 60)

_OURS = """\
# METADATA
# title: Generated number {number}
# description: Only for measuring.
# schemas:
# - input: schema.security_file_open
# custom:
#   id: BENCH-{number:04d}
#   severity: low
#   events: [security_file_open]
package signatures.generated_{number}

import rego.v2

import data.lib.exceptions
import data.lib.files

finding contains {{"file path": input.args.pathname}} if {{
	input.event == "security_file_open"
	"O_WRONLY" in input.args.flags
	startswith(input.args.pathname, "/srv/place-{number}/")
	not input.process.comm in {{"worker-{number}", "keeper-{number}"}}
	not exceptions.apply("BENCH-{number:04d}")
}}

finding contains {{"file path": input.args.pathname}} if {{
	input.event == "security_file_open"
	files.for_reading(input.args.flags)
	endswith(input.args.pathname, "/token-{number}")
	not exceptions.apply("BENCH-{number:04d}")
}}
"""

_THEIRS = """\
package tracee.BENCH_{number}

import data.tracee.helpers

__rego_metadoc__ := {{"id": "BENCH-{number:04d}", "name": "Generated number {number}"}}

tracee_selected_events[{{"source": "tracee", "name": "security_file_open", "origin": "*"}}]

known := {{"worker-{number}", "keeper-{number}"}}

tracee_match = {{"file path": pathname}} {{
	input.eventName == "security_file_open"
	helpers.is_file_write(helpers.get_tracee_argument("flags"))
	pathname := helpers.get_tracee_argument("pathname")
	startswith(pathname, "/srv/place-{number}/")
	not known[input.processName]
}}

tracee_match = {{"file path": pathname}} {{
	input.eventName == "security_file_open"
	helpers.is_file_read(helpers.get_tracee_argument("flags"))
	pathname := helpers.get_tracee_argument("pathname")
	endswith(pathname, "/token-{number}")
}}
"""


def _write(folder: Path, template: str, count: int) -> str:
    folder.mkdir()
    for number in range(count):
        (folder / f"generated_{number}.rego").write_text(template.format(number=number), encoding="utf-8")
    return str(folder)


async def measure(*, quick: bool) -> list[Result]:
    """For each number of signatures, both ways of writing them."""
    results = []
    async with Product() as product:
        payloads = [message.payload for message in await recorded(product, _EVENT, ordinary_work)]
        load = Load(payloads, 1, 1) if quick else Load(payloads, 10, 2)
        with tempfile.TemporaryDirectory(prefix="tracewire-bench-") as name:
            for count in _COUNTS[:1] if quick else _COUNTS:
                ours = _write(Path(name, f"ours-{count}"), _OURS, count)
                theirs = _write(Path(name, f"theirs-{count}"), _THEIRS, count)
                results.append(
                    _beside(
                        count, await cost_of(product, load, [theirs]), await cost_of(product, load, [ours])
                    )
                )
    return results


def _beside(count: int, theirs: Cost, ours: Cost) -> Result:
    return result(
        f"opa_cpu_per_event_{count}_for_tracee",
        theirs.opa,
        "us",
        baseline=("same_in_our_dialect", ours.opa),
        note=f"All of them judge {_EVENT}, and none finds anything in ordinary work. The engine needs "
        f"{theirs.engine:.1f} us for an event, with ours {ours.engine:.1f} us.",
    )

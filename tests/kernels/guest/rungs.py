"""A pytest plugin: each test on each rung that its event may stand on, a JSON line for each result.

`KERNEL_RUNGS` names the rungs, separated by commas; `best` is the one that the collector would
choose. `KERNEL_EVENT` leaves out tests that want no event of that name.
"""

import functools
import json
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

BEST = "best"
_RUNGS = os.environ.get("KERNEL_RUNGS", BEST).split(",")
_EVENT = os.environ.get("KERNEL_EVENT")


# By file, what its events can stand on: those of the others have one rung each.
_INNER = ("lsm", "fexit", "kprobe", "inner")
_CHOICE = {
    "test_file.py": _INNER,
    "test_adversarial.py": _INNER,
    "test_preemption.py": _INNER,
    "test_network.py": (*_INNER, "sys_exit"),
    "test_narrow.py": (*_INNER, "sys_exit"),
}
_ALL_CALLS = "test_every_call.py"


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test that watches the kernel once for each rung that its events may stand on."""
    if "capture" in metafunc.fixturenames:
        choice = _CHOICE.get(metafunc.definition.path.name, ())
        metafunc.fixturenames.insert(0, "rung")
        metafunc.parametrize("rung", [rung for rung in _RUNGS if rung in {BEST, *choice}])


@functools.cache
def _mentions_event(file: Path) -> bool:
    return _EVENT is not None and re.search(rf"\b{_EVENT}\b", file.read_text(encoding="utf-8")) is not None


def _is_worthwhile(item: pytest.Item) -> bool:
    """Whether a test could tell something that another one does not."""
    case = getattr(item, "callspec", None)
    if _EVENT and item.path.name == _ALL_CALLS:
        return case is not None and f"-{_EVENT}-" in case.id
    if _EVENT and not _mentions_event(item.path):
        return False
    parameters = getattr(case, "params", {})
    # Rungs differ in the kernel's hooks, not in the file system.
    return parameters.get("rung", BEST) == BEST or parameters.get("place", "disk") == "disk"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not worth a guest's time."""
    left_out = [item for item in items if not _is_worthwhile(item)]
    items[:] = [item for item in items if _is_worthwhile(item)]
    config.hook.pytest_deselected(items=left_out)


@pytest.fixture(autouse=True)
def _stand_on(request: pytest.FixtureRequest) -> Iterator[None]:
    """The rung that events must stand on in this test, and in no other."""
    if "capture" not in request.fixturenames:
        yield
        return
    capture = request.getfixturevalue("capture")
    rung = request.node.callspec.params["rung"]
    capture.only = None if rung == BEST else rung
    capture.unwanted = lambda names: _EVENT is not None and _EVENT not in names
    capture.stood_on = {}
    yield
    capture.only = None
    capture.unwanted = lambda _names: False


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note which events a test has wanted, as long as its fixtures live."""
    report = yield
    capture = getattr(item, "funcargs", {}).get("capture")
    report.stood_on = dict(capture.stood_on) if capture is not None else {}
    report.rung = getattr(getattr(item, "callspec", None), "params", {}).get("rung", BEST)
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """One line for each test."""
    if report.when != "call" and report.outcome == "passed":
        return
    reason = ""
    if report.outcome == "skipped" and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
    elif report.outcome == "failed":
        reason = str(report.longrepr)[-4000:]
    print(
        json.dumps(
            {
                "test": report.nodeid.removeprefix("tests/conformance/"),
                "rung": report.rung,
                "outcome": report.outcome,
                "events": report.stood_on,
                "seconds": round(report.duration, 2),
                "reason": reason,
            }
        ),
        file=_results,
        flush=True,
    )


def pytest_sessionfinish() -> None:
    """The last line: without it the suite did not come to its end."""
    print(json.dumps({"finished": True}), file=_results, flush=True)


_results = open(os.environ.get("KERNEL_RESULTS", "/dev/stdout"), "w", encoding="utf-8")  # noqa: SIM115, PTH123  (for as long as the process lives)

"""Every kernel of the matrix boots, loads every program and passes the suite on every rung."""

import pytest

from tests.kernels import matrix
from tests.kernels.packages import SERIES, Series

pytestmark = [pytest.mark.root, pytest.mark.timeout(matrix.GUEST_SECONDS + 300)]


@pytest.mark.usefixtures("can_boot")
@pytest.mark.parametrize("series", SERIES, ids=[one.name for one in SERIES])
def test_the_suite_on(series: Series, capsys: pytest.CaptureFixture[str]) -> None:
    """No test fails there, and every event stands on a rung."""
    results = matrix.Guests(lambda _sentence: None).run([series], None)[series.name]

    assert results.problem == ""
    assert results.failures == {}
    assert results.tests > 0
    assert {event for (event, _), cell in results.cells.items() if cell.best} == {
        event for event, _ in results.cells
    }

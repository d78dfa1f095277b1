"""Every fault once and hostile clients beside, against the reference model; ``make chaos`` does a million messages."""

import pytest

from tests.chaos.scale.run import Plan, at_scale

SMALL = {"people": 4, "rooms": 3, "members": 3, "rate": 1_000, "annoy_seconds": 0.5, "knocks_per_second": 10}
OVERLOAD = {"measured_seconds": 0.5, "overload_seconds": 1, "seconds_max": 120}


@pytest.mark.usefixtures("pages_built")
def test_no_fault_loses_doubles_or_reorders_a_message():
    lines, is_clean = at_scale(Plan(5_000, seed=20, **SMALL, **OVERLOAD))

    assert is_clean, "\n".join(lines)

"""Messages, edits, deletions, reactions and membership over server and browser runtime, against a model.

``make chaos`` runs the same machine longer, with a seed of its own each time.
"""

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.messaging.machine import running

BOUNDED = settings(
    max_examples=12,
    stateful_step_count=20,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def test_all_devices_show_what_the_model_says(tmp_path):
    with running(tmp_path / "data") as machine:
        run_state_machine_as_test(machine, settings=BOUNDED)

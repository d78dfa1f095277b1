"""What Reflex keeps of a page that has gone, or of a stranger who never came back."""

import time

import pytest
import reflex as rx
from reflex.istate.manager.memory import StateManagerMemory
from reflex.istate.manager.token import BaseStateToken

from nova_app.state.identity import IdentityState

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock(monkeypatch):
    """Moves the time of day of this process."""
    now = [time.time()]
    monkeypatch.setattr(time, "time", lambda: now[0])
    return now


async def test_the_states_of_a_thousand_strangers_are_gone_in_two_minutes(clock):
    states = StateManagerMemory()
    for number in range(1_000):
        await states.get_state(BaseStateToken(ident=f"stranger {number}", cls=IdentityState))
    assert len(states.states) == 1_000

    clock[0] += 60
    await states.get_state(BaseStateToken(ident="stranger 0", cls=IdentityState))
    clock[0] += 61
    states._purge_expired_tokens()

    assert len(states.states) == 1, "the one who came back"
    clock[0] += 60
    states._purge_expired_tokens()
    assert (states.states, states._states_locks) == ({}, {})
    await states.close()


def test_nothing_of_a_person_is_kept_in_a_state():
    kept = {
        name for state in rx.State.get_substates() if state.__module__.startswith("nova_app") for name in state.vars
    }
    of_reflex = {name for name in kept if name.startswith(("rx_router_", "is_hydrated"))}
    assert kept - of_reflex <= {"answered_key", "answered_kind", "done_key", "field_errors", "router"}

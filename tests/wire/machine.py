"""The connection's rules a second time, in Python: what the golden traces are made with.

Written from the contract and ``nova_app.protocol.reconnect_policy``, not from ``state_machine.js``; both
must give the same states, reasons, waits and effects for ``machine_traces.json``. Run this
file to write the traces again.
"""

from __future__ import annotations

import json
import math
import random
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from nova_app.protocol.codes import CLOSE_CODES, CLOSE_REASONS
from nova_app.protocol.reconnect_policy import CONNECT_RULES, EDGES, HIDDEN, VISIBLE

TRACES = Path(__file__).with_name("machine_traces.json")
ATTEMPTING = ("CONNECTING", "RECONNECTING")
ADVISED_MAX_MS = 300_000


@dataclass(frozen=True)
class Model:
    state: str = "DISCONNECTED"
    reason: str = ""
    synced: bool = False
    hidden: bool = False
    attempt: int = 0
    violations: int = 0
    tokens: float = CONNECT_RULES.burst
    tokens_at: float = 0
    forced: bool = False
    connecting_at: float = 0
    woke_at: float = -math.inf
    next_retry_at: float | None = None
    not_before: float = 0
    advice: tuple[float, float, float] | None = None


class Machine:
    """Replays events; ``effects`` are those of the last one, as ``[type, milliseconds or None]``."""

    def __init__(self):
        self.model = Model()
        self.effects = []

    def apply(self, event):
        self.effects = []
        self._now, self._random = event.get("now", 0), event.get("random", 0)
        getattr(self, f"_on_{event['type']}")(event)

    def _set(self, **changes):
        self.model = replace(self.model, **changes)

    def _go(self, state, **changes):
        assert state in EDGES[self.model.state], f"{self.model.state} -> {state}"
        self._set(**{"synced": False, "next_retry_at": None, **changes, "state": state})

    def _do(self, kind, milliseconds=None):
        self.effects.append([kind, milliseconds])

    @property
    def _is_connecting(self):
        return self.model.state in ATTEMPTING

    @property
    def _policy(self):
        return HIDDEN if self.model.hidden else VISIBLE

    @property
    def _tokens(self):
        passed = max(0, self._now - self.model.tokens_at)
        return min(CONNECT_RULES.burst, self.model.tokens + passed / CONNECT_RULES.refill_ms)

    def _delay(self, attempt):
        policy = self._policy
        return policy.floor_ms + self._random * min(policy.cap_ms, policy.base_ms * 2 ** min(attempt, 30))

    def _attempt(self, state):
        open_ms = min(
            CONNECT_RULES.open_max_ms, CONNECT_RULES.open_ms + self.model.attempt * CONNECT_RULES.open_step_ms
        )
        reason = "" if state == "CONNECTING" else self.model.reason
        if self.model.state == "FAILED":
            reason = "network"
        tokens = max(0, self._tokens - 1)
        self._go(state, reason=reason, tokens=tokens, tokens_at=self._now, forced=False, connecting_at=self._now)
        self._do("cancel_timer")
        self._do("connect", open_ms)

    def _reconnect(self):
        if self._tokens >= 1 or self.model.forced:
            self._set(attempt=self.model.attempt + 1)
            self._attempt("RECONNECTING")
        else:
            tokens = self._tokens
            self._set(tokens=tokens, tokens_at=self._now)
            self._timer(math.ceil((1 - tokens) * CONNECT_RULES.refill_ms))

    def _timer(self, delay):
        self._set(next_retry_at=self._now + delay)
        self._do("set_timer", delay)

    def _wait(self, delay, **changes):
        self._go("DISCONNECTED", next_retry_at=self._now + delay, **changes)
        self._do("close")
        self._do("set_timer", delay)

    def _end(self, state, reason):
        self._go(state, reason=reason, advice=None)
        self._do("cancel_timer")
        self._do("close")

    def _fail(self, reason):
        self._end("FAILED", reason)
        if reason != "outdated":
            self._timer(CONNECT_RULES.slow_ms * (0.5 + self._random))

    def _on_start(self, _event):
        may_return = self.model.state == "CLOSED" and self.model.reason != "account_changed"
        if self.model.state == "DISCONNECTED" or may_return:
            self._attempt("CONNECTING")

    def _on_timer(self, _event):
        if self.model.state in ("DISCONNECTED", "FAILED"):
            self._reconnect()

    def _on_opened(self, _event):
        if self._is_connecting:
            self._do("set_deadline", CONNECT_RULES.welcome_ms)

    def _on_welcome(self, _event):
        if self._is_connecting:
            self._go("CONNECTED", reason="", advice=None, not_before=0)

    def _on_synced(self, _event):
        if self.model.state == "CONNECTED":
            self._set(synced=True, reason="synced")

    def _on_proven(self, _event):
        self._set(attempt=0, violations=0)

    def _on_retry(self, _event):
        model = self.model
        if (model.state, model.reason) == ("CLOSED", "replaced"):
            self._attempt("CONNECTING")
        elif model.state in ("DISCONNECTED", "FAILED"):
            self._set(forced=True)
            self._reconnect()
        elif self._is_connecting and self._now - model.connecting_at >= CONNECT_RULES.wake_once_ms:
            self._set(forced=True)
            self._wait(0, reason="timeout")

    def _on_wake(self, event):
        if 0 <= self._now - self.model.woke_at < CONNECT_RULES.wake_once_ms:
            return
        self._set(woke_at=self._now)
        is_online = event.get("cause") == "online"
        if is_online and self.model.reason == "offline":
            self._set(reason="network")
        delay = self._random * (CONNECT_RULES.online_ms if is_online else CONNECT_RULES.wake_ms)
        model = self.model
        if model.state == "CONNECTED":
            self._do("probe")
        elif self._is_connecting:
            if self._now - model.connecting_at >= CONNECT_RULES.stuck_ms:
                self._wait(delay, reason="timeout")
        elif model.state != "CLOSED" and model.next_retry_at is not None:
            at = max(self._now + delay, model.not_before)
            if at < model.next_retry_at:
                self._timer(at - self._now)

    def _on_visibility(self, event):
        if event["hidden"] != self.model.hidden:
            attempt = self.model.attempt if self.model.state == "CONNECTED" else 0
            self._set(hidden=event["hidden"], attempt=attempt)

    def _on_offline(self, _event):
        if self.model.state == "CONNECTED":
            self._do("probe")
        elif self.model.state in ("DISCONNECTED", "RECONNECTING"):
            self._set(reason="offline")

    def _on_left(self, _event):
        if self._is_connecting or self.model.state == "CONNECTED":
            self._wait(self._delay(0), reason="network")

    def _on_stop(self, event):
        if self.model.state != "CLOSED":
            self._end("CLOSED", event["reason"])
        else:
            self._set(reason=event["reason"])

    def _on_bye(self, event):
        self._set(advice=(event["retry_min_ms"], event["retry_window_ms"], self._now))

    def _on_closed(self, event):
        if not (self._is_connecting or self.model.state == "CONNECTED"):
            return None
        row = CLOSE_REASONS.get(event.get("close_reason", ""))
        if row is None or row.code != event["code"]:
            row = CLOSE_CODES.get(event["code"], CLOSE_CODES[1006])
        if row.action == "stop":
            return self._fail(row.reason) if row.state == "FAILED" else self._end(row.state, row.reason)
        violations = self.model.violations + (row.action == "three_tries")
        if row.action == "three_tries" and violations >= CONNECT_RULES.protocol_tries:
            return self._fail(row.reason)
        if self._policy.tries and self.model.attempt >= self._policy.tries:
            return self._fail("exhausted")
        if row.action == "fail_message":
            self._do("fail_message")
        reason = "server_down" if row.action == "three_tries" else row.reason
        return self._come_back(event, reason, violations)

    def _come_back(self, event, reason, violations):
        advice = self.model.advice
        bye = advice if advice and self._now - advice[2] <= CONNECT_RULES.advice_ms else None
        asked = (event["retry_after_ms"], 1000) if event.get("retry_after_ms") else bye
        not_before, delay = 0, self._delay(self.model.attempt)
        if asked and asked[0] + self._random * asked[1] <= ADVISED_MAX_MS:
            not_before, delay = self._now + asked[0], asked[0] + self._random * asked[1]
        shown = ("restarting" if bye else reason) if event.get("online", True) else "offline"
        self._wait(delay, reason=shown, violations=violations, advice=None, not_before=not_before)


def _at(now, kind, **facts):
    return {"type": kind, "now": now, **facts}


def _lost(now, code, **facts):
    return _at(now, "closed", code=code, random=0.5, **facts)


UP = [_at(1_000, "start"), _at(1_100, "opened"), _at(1_200, "welcome"), _at(1_300, "synced")]

SCENARIOS = {
    "first connection": UP,
    "lost and found again": [
        *UP,
        _lost(20_000, 1006),
        _at(20_750, "timer"),
        _lost(21_000, 1006),
        _at(22_250, "timer"),
        _at(22_300, "opened"),
        _at(22_400, "welcome"),
        _at(22_500, "synced"),
        _at(40_000, "proven"),
        _lost(50_000, 1006),
    ],
    "a quick loss does not begin from the start": [*UP, _lost(2_000, 1006), _at(2_750, "timer"), _lost(3_000, 1006)],
    "signed out for good": [*UP, _lost(9_000, 4401), _at(9_500, "timer"), _at(9_600, "wake"), _at(9_700, "start")],
    "not allowed": [_at(0, "start"), _lost(10, 4403), _at(20, "retry")],
    "the session is another account's": [
        *UP,
        _lost(9_000, 1006),
        _at(9_750, "timer"),
        _at(9_800, "opened"),
        _lost(9_900, 4403, close_reason="account_changed"),
        _at(10_000, "retry"),
        _at(10_100, "start"),
        _at(12_000, "wake", cause="visible"),
        _at(13_000, "timer"),
    ],
    "another account at Use here": [
        *UP,
        _lost(9_000, 4409),
        _at(9_200, "retry"),
        _at(9_300, "stop", reason="account_changed"),
        _at(9_400, "retry"),
    ],
    "signed out, then signed in as another, then out again": [
        *UP,
        _lost(9_000, 4401),
        _at(9_100, "stop", reason="account_changed"),
        _at(9_200, "stop", reason="account_changed"),
        _at(9_300, "stop", reason="signed_out"),
    ],
    "a reason that belongs to another code": [_at(0, "start"), _lost(10, 1006, close_reason="account_changed")],
    "replaced, and used here again": [*UP, _lost(9_000, 4409), _at(9_100, "timer"), _at(9_200, "retry")],
    "too old": [*UP, _lost(9_000, 4426), _at(9_100, "wake"), _at(9_200, "timer"), _at(9_300, "retry")],
    "three violations of the protocol": [
        _at(0, "start"),
        _lost(100, 4400),
        _at(900, "timer"),
        _lost(1_000, 4400),
        _at(3_000, "timer"),
        _lost(3_100, 4400),
        _at(400_000, "timer"),
        _lost(400_100, 4400),
        _at(400_200, "wake", random=0.5),
    ],
    "a frame that is too large": [*UP, _lost(9_000, 1009), _at(9_800, "timer")],
    "a planned restart": [
        *UP,
        _at(30_000, "bye", reason="restarting", retry_min_ms=2_000, retry_window_ms=10_000),
        _lost(30_100, 1012),
        _at(30_200, "wake", cause="focus", random=0.5),
        _at(32_100, "timer"),
        _at(32_200, "opened"),
        _at(32_300, "welcome"),
    ],
    "advice that is too old": [
        *UP,
        _at(30_000, "bye", reason="restarting", retry_min_ms=2_000, retry_window_ms=10_000),
        _lost(90_001, 1006),
    ],
    "advice that makes no sense": [
        *UP,
        _at(30_000, "bye", reason="restarting", retry_min_ms=900_000, retry_window_ms=1),
        _lost(30_001, 1012),
    ],
    "asked to wait": [_at(0, "start"), _lost(10, 4429, retry_after_ms=7_000), _at(20, "wake"), _at(7_510, "timer")],
    "offline and back": [
        *UP,
        _lost(20_000, 1006, online=False),
        _at(21_000, "wake", cause="online", random=0.25),
        _at(21_250, "timer"),
    ],
    "the browser says offline": [
        *UP,
        _at(20_000, "offline"),
        _lost(21_000, 4408),
        _at(21_100, "offline"),
    ],
    "signs of life come together": [
        *UP,
        _lost(20_000, 1006, attempt=9),
        _at(20_010, "wake", cause="online", random=0.125),
        _at(20_020, "wake", cause="visible", random=0.0),
        _at(20_030, "wake", cause="focus", random=0.0),
        _at(20_135, "timer"),
        _at(20_200, "wake", cause="pageshow"),
    ],
    "a wake asks an open line": [*UP, _at(9_000, "wake", cause="visible"), _at(9_500, "wake"), _at(10_000, "wake")],
    "a dial that hangs": [
        _at(0, "start"),
        _at(3_000, "wake", random=0.5),
        _at(4_500, "wake", random=0.5),
        _at(4_625, "timer"),
        _at(5_000, "retry"),
        _at(5_700, "retry"),
        _at(5_700, "timer"),
    ],
    "the budget of dials": [
        _at(0, "start"),
        *[
            step
            for n in range(7)
            for step in (_at(n * 10 + 1, "closed", code=1011, random=0), _at(n * 10 + 2, "timer"))
        ],
        _at(100, "retry"),
        _at(110, "closed", code=1011, random=0),
        _at(120, "retry"),
    ],
    "a hidden tab gives up and comes back": [
        _at(0, "start"),
        _at(1, "visibility", hidden=True),
        *[
            step
            for n in range(11)
            for step in (_lost(1_000_000 * (n + 1), 1006), _at(1_000_000 * (n + 1) + 999_000, "timer"))
        ],
        _at(12_500_000, "visibility", hidden=False),
        _at(12_500_001, "wake", cause="visible", random=0.5),
        _at(12_500_200, "timer"),
        _at(12_500_300, "welcome"),
    ],
    "left and returned by Back": [
        *UP,
        _at(9_000, "left", random=0.5),
        _at(60_000, "wake", cause="pageshow", random=0.5),
        _at(60_001, "timer"),
        _at(60_500, "left"),
    ],
}


def random_events(seed, count=40, reasons=("signed_out",)):
    """A run of events by seed; every number is exact in binary, so that both languages agree to the last digit."""
    chance = random.Random(seed)
    now, events = 0, []
    kinds = ["start", "timer", "timer", "opened", "welcome", "synced", "proven", "retry", "wake", "visibility"]
    kinds += ["offline", "left", "bye", "closed", "closed", "closed", "stop", "start"]
    for _ in range(count):
        now += chance.choice([1, 125, 800, 1_500, 6_000, 70_000])
        event = _at(now, chance.choice(kinds), random=chance.randrange(16) / 16, online=chance.random() < 0.8)
        if event["type"] == "closed":
            event["code"] = chance.choice([*CLOSE_CODES, 4999])
            if chance.random() < 0.2:
                event["retry_after_ms"] = chance.choice([500, 4_000, 400_000])
        if event["type"] == "bye":
            event |= {"reason": "restarting", "retry_min_ms": 500, "retry_window_ms": chance.choice([0, 2_000])}
        if event["type"] == "stop":
            event["reason"] = reasons[now % len(reasons)]
        if event["type"] == "wake":
            event["cause"] = chance.choice(["online", "visible", "clock"])
        if event["type"] == "visibility":
            event["hidden"] = chance.random() < 0.5
        events.append(event)
    return events


def replay(events):
    """The steps of a trace: each event with what followed."""
    machine, steps = Machine(), []
    for event in events:
        machine.apply(event)
        model = asdict(machine.model)
        shown = {name: model[name] for name in ("state", "reason", "synced", "attempt", "next_retry_at")}
        steps.append({"event": event, **shown, "effects": machine.effects})
    return steps


def render():
    """All golden traces, one step a line."""
    runs = {**SCENARIOS, **{f"by chance, seed {seed}": random_events(seed) for seed in range(1, 13)}}
    reasons = ("signed_out", "account_changed")
    runs |= {f"by chance with two accounts, seed {seed}": random_events(seed, 60, reasons) for seed in range(13, 19)}
    blocks = []
    for name, events in runs.items():
        lines = ",\n".join(f"    {json.dumps(step)}" for step in replay(events))
        blocks.append(f'  {{"name": {json.dumps(name)}, "steps": [\n{lines}\n  ]}}')
    return "[\n" + ",\n".join(blocks) + "\n]\n"


if __name__ == "__main__":
    TRACES.write_text(render(), encoding="utf-8")

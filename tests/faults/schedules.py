"""Fault schedules by seed: the same seed always breaks the line in the same way."""

from __future__ import annotations

import random

FAULTS = ("hole", "hole_up", "hole_down", "refuse", "tarpit", "delay", "truncate")


def random_schedule(seed, *, seconds, longest_fault=6.0, longest_pass=4.0):
    """Faults and good times in turn, as ``(seconds, mode)``, about ``seconds`` long together."""
    chance = random.Random(seed)
    schedule, total = [], 0.0
    while total < seconds:
        for mode, longest in (("pass", longest_pass), (chance.choice(FAULTS), longest_fault)):
            part = chance.uniform(0.2, longest)
            schedule.append((part, mode))
            total += part
    return schedule

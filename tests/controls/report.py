"""What the browser tests used of what there is, and what they did not."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, field, replace

from tests.controls.tables import FORMLESS, NOT_IN_STATE, ONE_WIDTH, SENDS

WIDTHS = ("narrow", "wide")


@dataclass
class Report:
    """The entries of a run, by what was seen, used and sent.

    Attributes:
        brief: Seen too shortly to be used; on a slower machine it might have been there for longer.
        tests: The tests that used a control, with the effect that they declare.
    """

    seen: set = field(default_factory=set)
    brief: set = field(default_factory=set)
    used: set = field(default_factory=set)
    forms: set = field(default_factory=set)
    sent: set = field(default_factory=set)
    tests: dict = field(default_factory=lambda: defaultdict(set))

    def add(self, entry):
        if entry["kind"] == "form":
            self.forms.add(entry["form"])
        elif entry["kind"] == "sent":
            self.sent.add((entry["form"], entry["sends"]))
        elif entry["kind"] == "brief":
            self.brief.add((entry["control"], entry["state"]))
        elif entry["kind"] == "seen":
            self.seen.update({(entry["control"], entry["width"]), (entry["control"], entry["state"])})
        else:
            self.used.update({(entry["control"], entry["width"]), (entry["control"], entry["state"])})
            self.tests[entry["control"]].add((entry["test"], entry["effect"]))


def read(directory):
    """The report of everything that was written there."""
    report = Report()
    for file in sorted(directory.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            report.add(json.loads(line))
    return report


def required(names, report):
    """What has to be used: each control at each of its widths, and in each state in which it was seen."""
    widths = {(name, width) for name in names for width in _widths_of(name)}
    states = {(name, state) for name, state in report.seen if state and state not in WIDTHS}
    return widths | (states - set(NOT_IN_STATE))


def missing(names, report, *, is_slow=False):
    """What no test used, as lines; empty where everything was.

    Args:
        is_slow: Ask also for what a slower machine would have seen for longer.
    """
    if is_slow:
        report = replace(report, seen=report.seen | report.brief)
    lines = [f"{name} ({how}) was not used" for name, how in sorted(required(names, report) - report.used)]
    fields = {field for control, field in FORMLESS.items() if control in names}
    forms = {(form, sends) for form in report.forms | fields for sends in SENDS}
    lines += [f"{form} was not sent {sends}" for form, sends in sorted(forms - report.sent)]
    known = set(names)
    lines += [f"{name} is on a page, and not in the inventory" for name in sorted(_names(report.seen) - known)]
    lines += [f"{name} does not exist, and is declared in a table" for name in sorted(_declared() - known)]
    return lines + [
        f"{name} is declared for {width} alone, and was seen at the other width"
        for name, (width, _) in ONE_WIDTH.items()
        if {(name, other) for other in WIDTHS if other != width} & report.seen
    ]


def _widths_of(name):
    return (ONE_WIDTH[name][0],) if name in ONE_WIDTH else WIDTHS


def _names(pairs):
    return {name for name, _ in pairs}


def _declared():
    return {*ONE_WIDTH, *_names(NOT_IN_STATE), *FORMLESS}


def listing(names, report):
    """Every control with the tests that use it, as lines."""
    for name, pages in names.items():
        how = sorted(how or "as it is" for control, how in report.used if control == name)
        yield f"{name}  [{', '.join(pages) if len(pages) < 5 else 'many pages'}]  used: {', '.join(how) or 'never'}"
        for test, effect in sorted(report.tests[name]):
            yield f"    {test}: {effect}"

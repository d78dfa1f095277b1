"""The document on the ASVS: its summary counts what its tables say, and each requirement has one place."""

import re
from collections import Counter
from pathlib import Path

TEXT = (Path(__file__).parents[2] / "docs" / "reference" / "asvs.md").read_text(encoding="utf-8")
APPLYING, NOT_APPLYING = TEXT.split("## What does not apply")
SUMMARY = re.compile(r"^\| (level 1|level 2|both) \| ([\d| ]+) \|$", re.MULTILINE)
ROW = re.compile(r"^\| (\d+\.\d+\.\d+) \| ([12]) \| [^|]+ \| \**([a-z ]+?)\** \| [^|]+ \|$", re.MULTILINE)
LEFT_OUT = re.compile(r"^\| (\d[\d., ]+|V\d+, all) \| (\d+) \| [^|]+ \|$", re.MULTILINE)
ROWS, GROUPS = ROW.findall(APPLYING), LEFT_OUT.findall(NOT_APPLYING)
STATES = ["met", "partly", "no", "by deployment"]
REQUIREMENTS = 253
"""Of levels 1 and 2 in ASVS 5.0.0."""


def test_the_summary_counts_what_the_tables_say():
    counted = {name: [int(figure) for figure in figures.split(" | ")] for name, figures in SUMMARY.findall(TEXT)}
    for name, levels in (("level 1", "1"), ("level 2", "2"), ("both", "12")):
        states = Counter(state for _, level, state in ROWS if level in levels)
        assert counted[name][:4] == [states[state] for state in STATES], name
        assert sum(counted[name][:5]) == counted[name][5], name
    assert [a + b for a, b in zip(counted["level 1"], counted["level 2"], strict=True)] == counted["both"]
    assert counted["both"][4:] == [sum(int(number) for _, number in GROUPS), REQUIREMENTS]


def test_each_requirement_has_one_place_and_a_known_state():
    assert {state for _, _, state in ROWS} <= set(STATES)
    assert len(ROWS) == len(re.findall(r"^\| \d", APPLYING, re.MULTILINE))
    assert len(GROUPS) == len(re.findall(r"^\| [V\d]", NOT_APPLYING, re.MULTILINE))
    listed = [(named.split(", "), int(number)) for named, number in GROUPS if not named.startswith("V")]
    assert [names for names, number in listed if len(names) != number] == []
    places = [number for number, _, _ in ROWS] + [name for names, _ in listed for name in names]
    assert [number for number, count in Counter(places).items() if count > 1] == []

"""Whom a text mentions, on the server and in the browser."""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nova_app.domain.mentions import MENTIONS_MAX, Mentions, find_candidates, find_mentions

ROOT = Path(__file__).parents[3]
TABLE = json.loads((ROOT / "tests" / "wire" / "mentions.json").read_text())
"""The cases that the browser's rules are tested with, too (tests/js/mentions.test.mjs)."""
MEMBERS = TABLE["members"]
PARTS = [
    *"@an.b-e`~> \n[](){}'\"h:/_\u00e9\u0301\u00b2\u2028\u3000\ufeff\x85\x1f\u0131",
    "@ana",
    "@ben",
    "@all",
    "@ana.smith",
]
PARTS += ["\U0001f600", "\u6f22", "```", "https://", "www.", "\n> ", "](", " ", "\r\n"]
IN_BROWSER = """
const { findMentions } = await import("./assets/nova/conversation/mentions.js");
const { texts, members } = JSON.parse(await Bun.stdin.text());
const people = Object.entries(members).map(([username, user_id]) => ({ username, user_id }));
const found = texts.map((text) => findMentions(text, people, true).map(({ user_id }) => user_id));
console.log(JSON.stringify(found.map((ids) => [[...new Set(ids.filter(Boolean))], ids.includes("")])));
"""


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: ascii(case["text"]))
def test_a_mention_is_the_longest_name_of_a_member_outside_code_links_and_quotes(case):
    found = find_mentions(case["text"], MEMBERS, may_mention_all=True)

    assert found == Mentions(tuple(case["user_ids"]), everybody=case["everybody"])


def test_the_browser_finds_the_same_in_any_text():
    chance = random.Random(1)
    texts = ["".join(chance.choices(PARTS, k=chance.randint(1, 40))) for _ in range(5_000)]
    bun = shutil.which("bun", path=str(ROOT / ".venv" / "bin")) or shutil.which("bun")
    assert bun, "run 'make test', which installs bun"

    asked = json.dumps({"texts": texts, "members": MEMBERS})
    done = subprocess.run(
        [bun, "-e", IN_BROWSER], cwd=ROOT, input=asked, capture_output=True, text=True, encoding="utf-8", check=True
    )

    for text, (user_ids, everybody) in zip(texts, json.loads(done.stdout), strict=True):
        expected = find_mentions(text, MEMBERS, may_mention_all=True)
        assert Mentions(tuple(user_ids), everybody=everybody) == expected, ascii(text)


@pytest.mark.parametrize(("may", "expected"), [(True, Mentions(("A",), everybody=True)), (False, Mentions(("A",)))])
def test_everybody_is_mentioned_only_by_those_who_may(may, expected):
    assert find_mentions("@All and @ana", MEMBERS, may_mention_all=may) == expected


def test_a_text_mentions_a_bounded_number_of_users():
    members = {f"u{number}": f"U{number}" for number in range(200)}

    found = find_mentions(" ".join(f"@{name}" for name in members), members, may_mention_all=True)

    assert len(found.user_ids) == MENTIONS_MAX


@given(st.text(alphabet="@an.b-e`~> \n[](){}'\"h:/_é", max_size=300))
def test_whatever_is_written_only_candidates_are_mentioned(text):
    found = find_mentions(text, MEMBERS, may_mention_all=True)

    names = {name for name, user_id in MEMBERS.items() if user_id in found.user_ids}
    assert names <= set(find_candidates(text))
    assert all(f"@{name}" in text.lower() for name in names)


@pytest.mark.parametrize("unit", ["`", "@", "[", "<a:", "> ", "@a.", "``` ", "www."])
def test_an_endless_text_is_read_in_time_that_grows_with_its_length(unit):
    find_mentions(unit * (10_000 // len(unit)), MEMBERS, may_mention_all=True)

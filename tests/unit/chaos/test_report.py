"""What a run at scale showed is kept as it was, and the tables say it."""

from collections import Counter

import pytest

from tests.chaos.scale.overload import Overload
from tests.chaos.scale.reference import Verdict
from tests.chaos.scale.report import Report, read
from tests.chaos.scale.table import BEGIN, END, lines, page

FIGURES = {
    **dict.fromkeys(("minutes", "deliveries", "reconnects", "attacks"), "1"),
    "the longest that a welcome took": "0.2 s",
    "median and p95 of an acknowledgement": "3 ms, 9 ms",
}


@pytest.fixture(params=[None, Overload(sustained=900.4, offered=10, accepted=3, refused=4)], ids=["without", "with"])
def report(request):
    verdict = Verdict(accepted=Counter(message=1_000_000, edit=7))
    return Report({"seed": 7}, {}, verdict, {"kill -9": 2, "full disk": 2}, dict(FIGURES), request.param)


def test_a_report_is_kept_and_read_again(report, tmp_path):
    report.write(tmp_path / "kept.json")
    assert read(tmp_path / "kept.json") == report
    assert report.about["cores"]


def test_what_broke_a_promise_is_not_clean(report, tmp_path):
    report.verdict.find("lost", "room 3")
    report.write(tmp_path / "kept.json")
    assert not read(tmp_path / "kept.json").is_clean


def test_the_tables_stand_where_the_page_wants_them_and_only_there(report, tmp_path):
    report.write(tmp_path / "kept.json")
    kept = [read(tmp_path / "kept.json")]
    text = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    written = page(text, kept)
    assert written == page(written, kept)
    assert "old" not in written
    assert written.startswith("before\n")
    assert written.endswith("\nafter\n")
    assert "| 1,000,000 | 7 | 0 | 0 |" in "\n".join(lines(kept))

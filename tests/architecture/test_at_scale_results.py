"""The page on reliability says what the runs that were kept said themselves."""

from tests.chaos.scale.table import PAGE, kept, page


def test_the_page_has_the_tables_of_the_runs_that_were_kept():
    text = PAGE.read_text(encoding="utf-8")
    assert page(text, kept()) == text, "run `python -m tests.chaos.scale.table`"


def test_no_run_is_kept_that_broke_a_promise_without_saying_so():
    text = PAGE.read_text(encoding="utf-8")
    for report in kept():
        assert report.is_clean or f"seed {report.plan['seed']} broke" in text

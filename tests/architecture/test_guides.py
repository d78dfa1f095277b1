"""The guides for additions, each followed step by step in a copy of the sources."""

import re

import pytest

from tests.architecture.guides import GUIDES, copy_sources, edit, follow, renamed, run

READS = """
import nova_app.background
from nova_app.settings import load_settings

assert load_settings().webhook_seconds == 3
"""


@pytest.fixture
def followed(tmp_path):
    """A function that follows a guide in a copy with these tests, and generates.

    The guide was followed before, for an addition with other names: it holds beside what others added since.
    """

    def follow_guide(name, *tests, names=None):
        copy_sources(tmp_path, *tests)
        guide = (GUIDES / name).read_text(encoding="utf-8")
        if names:
            follow(renamed(guide, names), tmp_path)
        follow(guide, tmp_path)
        run(tmp_path, "-m", "nova_app", "generate")
        run(tmp_path, "-m", "monitoring.generate")
        return tmp_path

    return follow_guide


def test_an_error_code(followed):
    copy = followed(
        "add-an-error-code.md",
        "tests/unit/protocol",
        names={"group_full": "group_closed", "GROUP_FULL": "GROUP_CLOSED"},
    )

    run(copy, "-m", "pytest", "-q", "tests/unit/protocol/test_codes.py")
    assert "| `group_full` | `VALIDATION_ERROR` |" in (copy / "docs/error-handling.md").read_text(encoding="utf-8")


def test_a_metric_with_its_alert(followed):
    copy = followed(
        "add-a-metric.md",
        "tests/unit/observability",
        "tests/monitoring",
        names={"search_empty": "search_short", "searched_nothing": "searched_little", "NovaSearchesEmpty": "NovaShort"},
    )

    files = ["tests/unit/observability/test_metrics.py", "tests/monitoring/test_files.py"]
    named = "test_metrics or test_files and (series or family or alert or runbook)"
    alerts = "test_alerts and (NovaSearchesEmpty or proved)"
    run(copy, "-m", "pytest", "-q", *files, "tests/monitoring/test_alerts.py", "-k", f"{named} or {alerts}")
    assert (copy / "monitoring/runbooks/NovaSearchesEmpty.md").exists()


def test_a_setting(followed, monkeypatch):
    copy = followed("add-a-setting.md")
    monkeypatch.setenv("NOVA_WEBHOOK_SECONDS", "3")

    run(copy, "-c", READS)
    assert "`NOVA_WEBHOOK_SECONDS`" in (copy / "docs/reference/settings.md").read_text(encoding="utf-8")


def test_a_page(followed):
    names = {"circle-help": "info", "help": "about", "Help": "About"}
    copy = followed("add-a-page.md", "tests/controls", "tests/unit/controls", names=names)
    inventory = copy / "tests/unit/controls/test_inventory.py"
    source, count = re.subn(
        r"expected = \{(?=\s*\"/\")", 'expected = {"/help", "/about", ', inventory.read_text("utf-8")
    )
    assert count == 1, "expected the list of pages once in test_inventory.py"
    inventory.write_text(source, encoding="utf-8")

    run(copy, "-m", "pytest", "-q", "tests/unit/controls/test_inventory.py")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a = {\n    1,\n    2,\n}\n", "a = {\n    1,\n    2,\n    new,\n}\n"),
        ("a = {\n    1,\n    2,\n    3,\n}\n", "a = {\n    1,\n    2,\n    new,\n    3,\n}\n"),
        ("a = {\n    1,\n    3,\n}\n", "a = {\n    1,\n    3,\n    new,\n}\n"),
    ],
    ids=["as shown", "another below", "another above"],
)
def test_an_addition_finds_its_place_beside_others(tmp_path, before, after):
    path = tmp_path / "a.py"
    path.write_text(before, encoding="utf-8")

    edit(path, "     2,\n+    new,\n }\n")

    assert path.read_text(encoding="utf-8") == after

"""The guides for additions, each followed step by step in a copy of the sources."""

import pytest

from tests.architecture.guides import GUIDES, copy_sources, follow, run

READS = """
import nova_app.background
from nova_app.settings import load_settings

assert load_settings().webhook_seconds == 3
"""


@pytest.fixture
def followed(tmp_path):
    """A function that follows a guide in a copy with these tests, and generates."""

    def follow_guide(name, *tests):
        copy_sources(tmp_path, *tests)
        follow((GUIDES / name).read_text(encoding="utf-8"), tmp_path)
        run(tmp_path, "-m", "nova_app", "generate")
        run(tmp_path, "-m", "monitoring.generate")
        return tmp_path

    return follow_guide


def test_an_error_code(followed):
    copy = followed("add-an-error-code.md", "tests/unit/protocol")

    run(copy, "-m", "pytest", "-q", "tests/unit/protocol/test_codes.py")
    assert "| `group_full` | `VALIDATION_ERROR` |" in (copy / "docs/error-handling.md").read_text(encoding="utf-8")


def test_a_metric_with_its_alert(followed):
    copy = followed("add-a-metric.md", "tests/unit/observability", "tests/monitoring")

    run(copy, "-m", "pytest", "-q", "tests/unit/observability/test_metrics.py")
    run(copy, "-m", "pytest", "-q", "tests/monitoring/test_files.py", "-k", "series or family or alert or runbook")
    run(copy, "-m", "pytest", "-q", "tests/monitoring/test_alerts.py", "-k", "NovaSearchesEmpty or proved")
    assert (copy / "monitoring/runbooks/NovaSearchesEmpty.md").exists()


def test_a_setting(followed, monkeypatch):
    copy = followed("add-a-setting.md")
    monkeypatch.setenv("NOVA_WEBHOOK_SECONDS", "3")

    run(copy, "-c", READS)
    assert "`NOVA_WEBHOOK_SECONDS`" in (copy / "docs/reference/settings.md").read_text(encoding="utf-8")


def test_a_page(followed):
    copy = followed("add-a-page.md", "tests/controls", "tests/unit/controls")
    inventory = copy / "tests/unit/controls/test_inventory.py"
    source = inventory.read_text(encoding="utf-8")
    inventory.write_text(source.replace('"/404"}', '"/404", "/help"}'), encoding="utf-8")

    run(copy, "-m", "pytest", "-q", "tests/unit/controls/test_inventory.py")

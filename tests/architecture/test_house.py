"""The rules of the house that no linter knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNTIME = sorted((ROOT / "assets" / "nova").glob("*.js"))
PYTHON = sorted((ROOT / "nova_app").rglob("*.py"))
IMPORT = re.compile(r"""^(?:import|export)[^"']*?from "([^"]+)";$|^import "([^"]+)";$""", re.MULTILINE)
BUILD_ONLY = {"react": "hooks.js", "react-router": "hooks.js", "$/env.json": "address.js"}
PURE = {
    "machine.js",
    "account_guard.js",
    "backoff.js",
    "banner.js",
    "liveness.js",
    "metrics.js",
    "pages.js",
    "frames.js",
    "log.js",
    "outbox.js",
    "world.js",
    "store.js",
    "stretch.js",
    "timeline.js",
    "conversations.js",
    "clock.js",
    "graphemes.js",
    "people.js",
    "notices.js",
    "retry.js",
    "codes.js",
    "defaults.js",
    "defaults_conversation.js",
    "defaults_files.js",
    "uploads.js",
    "posts.js",
    "search.js",
    "page_report.js",
    "defaults_search.js",
    "defaults_status.js",
    "operations.js",
    "types.js",
    "visible_text.js",
}
OUTSIDE = (
    *("window", "document", "localStorage", "indexedDB", "setTimeout", "fetch", "WebSocket"),
    *(r"Date\.now", r"Math\.random"),
)
FORBIDDEN_IN_PURE = re.compile(rf"\b({'|'.join(OUTSIDE)})\b")


@pytest.mark.parametrize("path", RUNTIME, ids=lambda path: path.name)
def test_the_runtime_has_no_dependencies(path):
    for match in IMPORT.finditer(path.read_text(encoding="utf-8")):
        name = match.group(1) or match.group(2)
        assert name.startswith("./") or BUILD_ONLY.get(name) == path.name, name


@pytest.mark.parametrize("name", sorted(PURE))
def test_pure_files_touch_nothing_outside(name):
    lines = (ROOT / "assets" / "nova" / name).read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if not line.lstrip().startswith(("//", "*", "/*"))]
    assert not [line for line in code if FORBIDDEN_IN_PURE.search(line) and '"' not in line]


WRITTEN = [path for path in (*RUNTIME, *PYTHON) if path.name != "codes.js"]  # codes.js is generated


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, "split it by reason to change"


def test_javascript_stands_only_in_the_runtime():
    strays = [path for path in (ROOT / "nova_app").rglob("*") if path.suffix in {".js", ".jsx", ".mjs", ".ts"}]
    assert strays == []


def test_locks_carry_no_address():
    locks = [*ROOT.glob("requirements/*.txt"), ROOT / "reflex.lock" / "bun.lock", ROOT / "tests" / "js" / "bun.lock"]
    for lock in locks:
        assert "://" not in lock.read_text(encoding="utf-8"), lock
    assert len(locks) == 5

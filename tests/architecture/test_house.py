"""The rules of the house that no linter knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RUNTIME = sorted((ROOT / "assets" / "nova").rglob("*.js"))
PYTHON = sorted((ROOT / "nova_app").rglob("*.py"))
IMPORT = re.compile(r"""^(?:import|export)[^"']*?from "([^"]+)";$|^import "([^"]+)";$""", re.MULTILINE)
BUILD_ONLY = {
    "react": "react.js",
    "react-router": "react.js",
    "$/env.json": "origin.js",
    "markdown-it": "markdown.js",
    "lowlight": "highlighter.js",
}
HEADER = re.compile(r"(?://.*\n)+")
OUTSIDE = (
    *("window", "document", "localStorage", "indexedDB", "setTimeout", "fetch", "WebSocket"),
    *(r"Date\.now", r"Math\.random"),
)
FORBIDDEN_IN_PURE = re.compile(rf"\b({'|'.join(OUTSIDE)})\b")


@pytest.mark.parametrize("path", RUNTIME, ids=lambda path: path.name)
def test_the_runtime_has_no_dependencies(path):
    for match in IMPORT.finditer(path.read_text(encoding="utf-8")):
        name = match.group(1) or match.group(2)
        assert name.startswith(("./", "../")) or BUILD_ONLY.get(name) == path.name, name


def header_of(path):
    """The comment that a module begins with, on one line."""
    return " ".join(
        line.removeprefix("//").strip() for line in HEADER.match(path.read_text(encoding="utf-8"))[0].splitlines()
    )


def is_pure(path):
    """Whether the header says ``Pure``; generated tables are."""
    return re.search(r"\bPure[.:]|^GENERATED", header_of(path)) is not None


@pytest.mark.parametrize("path", RUNTIME, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_says_whether_it_is_pure(path):
    assert is_pure(path) != ("A shell" in header_of(path)), 'its header needs either "Pure." or "A shell."'


@pytest.mark.parametrize(
    "path", [path for path in RUNTIME if is_pure(path)], ids=lambda path: str(path.relative_to(ROOT))
)
def test_pure_modules_touch_nothing_outside(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    code = [line for line in lines if not line.lstrip().startswith(("//", "*", "/*"))]
    assert not [line for line in code if FORBIDDEN_IN_PURE.search(line) and '"' not in line]


WRITTEN = [path for path in (*RUNTIME, *PYTHON) if "generated" not in path.parts]


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_stay_small(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350, "split it by reason to change"


def test_javascript_is_only_in_the_runtime():
    strays = [path for path in (ROOT / "nova_app").rglob("*") if path.suffix in {".js", ".jsx", ".mjs", ".ts"}]
    assert strays == []


def test_locks_carry_no_address():
    locks = [*ROOT.glob("requirements/*.txt"), ROOT / "reflex.lock" / "bun.lock", ROOT / "tests" / "js" / "bun.lock"]
    for lock in locks:
        assert "://" not in lock.read_text(encoding="utf-8"), lock
    assert len(locks) == 5


# Parts of the screen that one component renders, by what only its file may contain.
ONE_COMPONENT = {
    # The switcher is drawn by the module that Ctrl+K loads: no page carries it before.
    r"rx\.el\.dialog\(|closedby|\bshowModal\(": {"dialogs.py", "react.js", "switcher.js"},
    r"""['"]popover['"]|popoverTarget|\bshowPopover\(""": {"popovers.py", "popovers.js"},
    r"\brx\.icon\(|\bIcon\.create\(|\bview_box=\"0 0 24 24\"": {"icons.py"},
    r"timeline-empty|offline\..* not loaded yet": {"load_states.py"},
}


@pytest.mark.parametrize(
    ("pattern", "homes"), ONE_COMPONENT.items(), ids=["dialogs", "popovers", "icons", "load states"]
)
def test_one_component_renders_all_of_a_kind(pattern, homes):
    found = {path.name for path in (*RUNTIME, *PYTHON) if re.search(pattern, path.read_text(encoding="utf-8"))}
    assert found == homes


# theme.js is inlined in the head and imports nothing; the outbox needs to know why it cannot be stored.
USES_LOCAL_STORAGE = {"local_storage.js", "theme.js", "storage_local.js"}


def test_one_module_reads_and_writes_local_storage():
    code = {path.name: re.sub(r"//.*|/\*\*.*?\*/", "", path.read_text(encoding="utf-8")) for path in RUNTIME}
    assert {name for name, text in code.items() if re.search(r"\blocalStorage\b", text)} == USES_LOCAL_STORAGE

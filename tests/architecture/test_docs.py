"""The documentation: one index for every page, no dead link or path, one form of decision record."""

import re
import tomllib
from collections import Counter
from pathlib import Path

import pytest

from tests.architecture.test_runtime_rooms import FLOORS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
INDEX = DOCS / "README.md"
PAGES = sorted(DOCS.rglob("*.md"))
TEXTS = [*PAGES, *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "SECURITY.md"))]
DECISIONS = sorted((DOCS / "decisions").glob("*.md"))
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
PATH = re.compile(r"`((?:nova_app|assets|tests|docs|monitoring|benchmarks)/[\w./-]+\.\w+)`")
INNER_PATH = re.compile(r"`([a-z_]+/[\w/]+\.(?:py|js))`")
ROOMS = (ROOT / "nova_app", ROOT / "assets" / "nova", ROOT)
PLACE = re.compile(r"`([\w/]+\.(?:py|js))`: ((?:`\w+`(?:, )?)+)")
NAMED_PAGE = re.compile(r"(?<![\w/.])docs/[\w/-]+\.md\b")
SOURCES = {".py", ".js", ".mjs", ".in", ".md", ".yml", ".example"}


def links(path):
    """The targets of the links of a page that lead into the repository."""
    return [target for target in LINK.findall(FENCE.sub("", path.read_text(encoding="utf-8"))) if "://" not in target]


def anchors(path):
    """The anchors of a page's headings, as forges derive them."""
    headings = HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def dead_links(path):
    """The links of a page whose file or anchor does not exist."""
    for target in links(path):
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        if not file.exists() or (anchor and anchor not in anchors(file)):
            yield target


def sources():
    """Every file of the project that may name a page of the documentation."""
    folders = ("nova_app", "assets", "tests", "monitoring", "benchmarks", "requirements", "docs")
    files = [path for folder in folders for path in (ROOT / folder).rglob("*") if path.suffix in SOURCES]
    return [path for path in [*files, *ROOT.glob("*.md"), ROOT / ".env.example"] if "node_modules" not in path.parts]


def test_the_index_links_every_page_once():
    targets = [(DOCS / target).resolve() for target in links(INDEX)]
    linked = Counter(path for path in targets if DOCS in path.parents)
    pages = {path for path in PAGES if path != INDEX}
    assert set(linked) == pages
    assert {str(path): count for path, count in linked.items() if count > 1} == {}


def test_the_readme_links_the_index():
    assert "docs/README.md" in links(ROOT / "README.md")


def test_a_dead_file_and_a_dead_anchor_are_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("# The `one` title, here\n[a](#the-one-title-here) [b](#gone) [c](gone.md) [d](page.md#gone)\n")
    assert list(dead_links(page)) == ["#gone", "gone.md", "page.md#gone"]


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_to_a_file_and_a_heading(path):
    assert list(dead_links(path)) == []


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_paths_in_the_text_exist(path):
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    assert [name for name in PATH.findall(text) if not (ROOT / name).exists()] == []
    if path.name != "moved-modules.md":
        inner = INNER_PATH.findall(text)
        assert [name for name in inner if not any((room / name).exists() for room in ROOMS)] == []


def test_the_places_of_the_map_have_the_names_that_it_gives():
    text = (DOCS / "explanation" / "map.md").read_text(encoding="utf-8")
    places = [(path, name) for path, names in PLACE.findall(text) for name in re.findall(r"\w+", names)]
    assert len(places) > 30
    assert [place for place in places if not defines(*place)] == []
    assert not defines("protocol/session.py", "NoSuchName")


def defines(path, name):
    """Whether a file declares this name: a class, a function, a method, a constant or an alert."""
    (file,) = (room / path for room in ROOMS if (room / path).is_file())
    declared = rf"(?:class|def|function|const) {name}\b|^ *{name}(?::| =|\()|name=\"{name}\""
    return re.search(declared, file.read_text(encoding="utf-8"), re.MULTILINE) is not None


def test_sources_name_pages_that_exist():
    named = {(path, name) for path in sources() for name in NAMED_PAGE.findall(path.read_text(encoding="utf-8"))}
    assert len(named) > 10
    assert [f"{path.relative_to(ROOT)}: {name}" for path, name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("path", DECISIONS, ids=lambda path: path.name)
def test_decision_records_have_one_form(path):
    text = path.read_text(encoding="utf-8")
    number = int(path.name.split("-")[0])
    assert text.startswith(f"# {number}. ")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == ["Context", "Decision", "Consequences"]


def test_decisions_are_numbered_without_gaps():
    assert [int(path.name.split("-")[0]) for path in DECISIONS] == list(range(1, len(DECISIONS) + 1))


def test_entries_of_the_changelog_are_one_line_each():
    lines = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").split("## [Unreleased]")[1].splitlines()
    assert [line for line in lines if line and not re.match(r"- .{1,158}$|#{2,3} |<!--", line)] == []


def drawing():
    """The lines of the boxes in the drawing of the map: the runtime's, then the server's."""
    picture = FENCE.findall((DOCS / "explanation" / "map.md").read_text(encoding="utf-8"))[0]
    runtime, server = picture.split("┌")[1:]
    return tuple(re.findall(r"^│ (.*?) *│$", box, re.MULTILINE) for box in (runtime, server))


def test_the_map_draws_the_floors_of_the_runtime():
    drawn = [line.split() for line in drawing()[0]]
    assert [int(number) for number, *_ in drawn] == list(range(len(FLOORS), 0, -1))
    assert [{room.rstrip("/") for room in rooms} for _, *rooms in reversed(drawn)] == list(FLOORS)


def test_the_map_draws_the_layers_of_the_server():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    layers = [set(re.findall(r"nova_app\.(\w+)", layer)) for layer in contracts[0]["layers"]]
    commands = {
        "__main__",
        "cli",
        "serve",
        "demo",
        "probe",
        "users",
        "user_arguments",
        "data_commands",
        "build",
        "bundle",
    }
    drawn = [set(re.findall(r"(?<![/\w])(\w+)(?:/|\.py)", line.split(" ── ")[0])) for line in drawing()[1]]
    assert drawn == [layer - commands for layer in layers if layer - commands]

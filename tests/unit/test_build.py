"""When the pages are built, where the build goes, and what is said when it fails."""

import os
import subprocess
from importlib.util import cache_from_source
from pathlib import Path

import pytest

from nova_app import build


def reflex_makes(root, text):
    """What Reflex leaves behind: it empties the directory first."""

    def make(command, *, env, **_):
        work = root / env.get("REFLEX_WEB_WORKDIR", ".web")
        static = work / "build" / "client"
        for path in static.rglob("*.html"):
            path.unlink()
        (static / "assets").mkdir(parents=True, exist_ok=True)
        (static / "index.html").write_text(text)
        (static / "assets" / f"manifest-{text}.js").write_text("")
        (work / "backend").mkdir(exist_ok=True)
        (work / "backend" / "stateful_pages.json").write_text("[]")

    return make


@pytest.fixture
def rebuild(tmp_path, monkeypatch):
    """Changes the sources and builds, as ``nova build`` does after ``git pull``; gives the pages' directory."""

    def make(text):
        (tmp_path / "rxconfig.py").write_text(f"config = {text!r}")
        monkeypatch.setattr(subprocess, "run", reflex_makes(tmp_path, text))
        assert build.build_if_changed(tmp_path)
        return build.find_pages(tmp_path)

    return make


@pytest.fixture
def failing(monkeypatch):
    """Makes Reflex fail, half way through."""

    def fail(command, **_):
        raise subprocess.CalledProcessError(1, command, output="it does not compile")

    return lambda: monkeypatch.setattr(subprocess, "run", fail)


def page_of(pages):
    return (pages / "build" / "client" / "index.html").read_text()


def test_what_is_built_is_left_alone(rebuild, failing, tmp_path):
    rebuild("one")
    failing()
    assert build.build_if_changed(tmp_path)


def test_a_build_leaves_the_pages_that_are_served(rebuild):
    served = rebuild("one")
    newer = rebuild("two")

    assert (page_of(served), page_of(newer)) == ("one", "two")
    assert (newer / "backend" / "stateful_pages.json").is_file()


def test_the_first_build_leaves_pages_that_an_earlier_version_serves_in_place(rebuild, tmp_path):
    served = tmp_path / ".web" / "build" / "client" / "index.html"
    served.parent.mkdir(parents=True)
    served.write_text("former")
    (tmp_path / ".web" / "nova-built-from").write_text("its sources")
    pages = rebuild("one")
    assert (page_of(pages), served.read_text()) == ("one", "former")
    assert page_of(rebuild("two")) == "two"
    assert sorted(path.name for path in (tmp_path / ".web").iterdir()) == ["backend", "pages"]


def test_a_build_that_fails_is_said_in_its_own_words_and_changes_nothing(rebuild, failing, tmp_path, capsys):
    served = rebuild("one")
    failing()
    (tmp_path / "rxconfig.py").write_text("config = 2")

    assert not build.build_if_changed(tmp_path)
    assert "The pages could not be built:\nit does not compile" in capsys.readouterr().err
    assert not build.is_built(tmp_path)
    assert page_of(served) == "one"
    assert build.find_pages(tmp_path) == served  # of the last build that there is


def test_the_sources_before_need_no_second_build(rebuild, failing, tmp_path):
    served = rebuild("one")
    rebuild("two")
    failing()
    (tmp_path / "rxconfig.py").write_text("config = 'one'")

    assert build.is_built(tmp_path)
    assert build.find_pages(tmp_path) == served


def test_old_builds_go_but_not_one_that_is_served(rebuild):
    served = rebuild("0")
    first = rebuild("1")
    for path in (served, first):
        os.utime(path, (1, 1))
    build.keep(served)
    for number in range(2, 5):
        rebuild(str(number))

    assert page_of(served) == "0"
    assert not first.exists()


def test_without_a_build_there_are_no_pages(tmp_path):
    assert build.find_pages(tmp_path) is None


def test_a_build_has_the_id_that_its_pages_know(rebuild):
    assert build.id_of(rebuild("ae44204b")) == "ae44204b"
    assert build.id_of(None) == ""


def test_a_build_leaves_code_that_needs_no_compiling_at_a_start(rebuild, tmp_path):
    source = tmp_path / "nova_app" / "module.py"
    source.parent.mkdir()
    source.write_text("ANSWER = 42\n")
    rebuild("one")
    assert Path(cache_from_source(source)).is_file()

"""When the pages are built, and what is said when they cannot be."""

import subprocess

import pytest

from nova_app import build


@pytest.fixture
def built(tmp_path):
    """A project whose pages are built from its sources."""
    (tmp_path / "rxconfig.py").write_text("config = 1")
    pages = tmp_path / ".web" / "build" / "client"
    pages.mkdir(parents=True)
    (pages / "index.html").write_text("")
    (tmp_path / ".web" / "nova-built-from").write_text(build.fingerprint(tmp_path))
    return tmp_path


@pytest.fixture
def failing(monkeypatch):
    """Reflex fails, half way through."""

    def fail(command, **_):
        raise subprocess.CalledProcessError(1, command, output="it does not compile")

    monkeypatch.setattr(subprocess, "run", fail)


def test_what_is_built_is_left_alone(built, failing):
    assert build.build_if_changed(built)


def test_a_build_that_fails_is_said_in_its_own_words(built, failing, capsys):
    (built / "rxconfig.py").write_text("config = 2")

    assert not build.build_if_changed(built)
    assert "The pages could not be built:\nit does not compile" in capsys.readouterr().err


def test_a_build_that_was_cut_off_is_made_again_also_from_the_sources_before(built, failing):
    (built / "rxconfig.py").write_text("config = 2")
    build.build_if_changed(built)
    (built / "rxconfig.py").write_text("config = 1")

    assert not build.is_built(built)

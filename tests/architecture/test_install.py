"""What `make install` does with the Python it finds, without installing anything."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PYTHON = """#!/bin/sh
# Stands in for a Python and for that of its environment; writes down what it was asked.
echo "$*" >> {log}
case "$*" in
  *version_info*) exit {is_old} ;;
  *--version*) echo Python 3.9.2 ;;
  "-m venv"*) [ -n "{without_venv}" ] && exit 1; mkdir -p .venv/bin && cp {me} .venv/bin/python ;;
  *"pip install"*) [ ! -e {broken} ] ;;
esac
"""


class Project:
    """A clone with a stand-in for Python."""

    def __init__(self, directory, bench):
        self.directory, self.broken, self._log = directory, bench / "broken", bench / "log"
        self._bench = bench
        directory.mkdir(parents=True)
        for name in ("Makefile", "pyproject.toml", "requirements"):
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            copy(ROOT / name, directory / name)

    def install(self, *, is_old=0, without_venv=""):
        """Run `make install`; gives its exit code, its words, and what pip was asked to install."""
        python = self._bench / "python"
        facts = {"log": self._log, "me": python, "broken": self.broken}
        python.write_text(PYTHON.format(**facts, is_old=is_old, without_venv=without_venv))
        python.chmod(0o755)
        self._log.write_text("")
        environ = {"PATH": os.environ["PATH"], "PYTHON": str(python)}
        done = subprocess.run(
            ["make", "install"], cwd=self.directory, env=environ, capture_output=True, text=True, check=False
        )
        asked = [line for line in self._log.read_text().splitlines() if "pip install" in line]
        return done.returncode, done.stdout + done.stderr, asked


@pytest.fixture
def project(tmp_path):
    bench = tmp_path / "bench"
    bench.mkdir()
    return Project(tmp_path / "it's a clone (1)", bench)


def test_a_second_time_nothing_is_installed(project):
    assert project.install()[0] == 0
    code, _, asked = project.install()

    assert (code, asked) == (0, [])


def test_a_lock_that_changed_is_installed(project):
    project.install()
    lock = project.directory / "requirements" / "run.txt"
    later = (project.directory / ".venv").stat().st_mtime + 60
    os.utime(lock, (later, later))

    _, _, (locked, _editable) = project.install()
    assert locked.endswith("requirements/run.txt")
    assert "--ignore-installed" not in locked


def test_what_was_cut_off_is_written_over(project):
    project.broken.touch()
    assert project.install()[0] != 0
    project.broken.unlink()
    code, _, asked = project.install()

    assert code == 0
    assert "--ignore-installed" in asked[0]
    assert project.install()[2] == []


def test_after_a_move_the_environment_is_made_again(project, tmp_path):
    project.install()
    project.directory = project.directory.rename(tmp_path / "elsewhere")

    assert len(project.install()[2]) == 2


@pytest.mark.parametrize(
    ("lacking", "words"),
    [
        ({"is_old": 1}, "Nova needs Python 3.11 or newer; this is Python 3.9.2."),
        ({"without_venv": "1"}, "Please install the package python3-venv first: apt-get install python3-venv"),
    ],
)
def test_what_is_missing_is_said_in_one_line_and_leaves_nothing(project, lacking, words):
    code, said, asked = project.install(**lacking)

    assert code != 0
    assert words in said.splitlines()
    assert asked == []
    assert not (project.directory / ".venv").exists()


@pytest.mark.parametrize("name", ["with $HOME", "a:b", "number #1"])
def test_a_path_that_programs_cannot_run_in_is_refused(tmp_path, name):
    bench = tmp_path / "bench"
    bench.mkdir()
    code, said, _ = Project(tmp_path / name, bench).install()

    assert code != 0
    assert "Nova cannot run where the path has a :, a # or a $ in it" in said

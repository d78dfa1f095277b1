"""The locks: complete, pinned, hashed, of one mind, and installed as they are."""

import functools
import re
import subprocess
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.locks import Declared, environments, find_gaps, parse_lock, parse_requirements

ROOT = Path(__file__).parents[2]
REQUIREMENTS = ROOT / "requirements"
ENVIRONMENTS = list(environments())
OLDEST = ENVIRONMENTS[0]


def read(name):
    return (REQUIREMENTS / name).read_text(encoding="utf-8")


INSTALLED = {canonicalize_name(found.metadata["Name"]): found for found in metadata.distributions()}
LEAVES = {"async-timeout", "colorama", "psutil", "puremagic"}
"""Pinned also, or only, for other systems than this one; none of their releases asks for anything."""


@functools.cache
def ask_installed(name):
    if name in LEAVES:
        return Declared()
    found = INSTALLED[name]
    return Declared(tuple(map(Requirement, found.requires or ())), found.metadata["Requires-Python"] or "")


ROOTS = {"run": parse_requirements(read("run.in"))}
ROOTS["dev"] = [*ROOTS["run"], *parse_requirements(read("dev.in"))]


@pytest.mark.parametrize("name", ["run", "dev"])
def test_a_lock_holds_all_that_its_packages_ask_for(name):
    pins = parse_lock(read(f"{name}.txt"))
    gaps = {gap for environment in ENVIRONMENTS for gap in find_gaps(ROOTS[name], pins, ask_installed, environment)}
    assert sorted(gaps) == []


def test_what_is_installed_here_is_what_the_lock_pins():
    pins = [pin for pin in parse_lock(read("dev.txt")) if pin.name not in LEAVES]
    assert {pin.name: pin.version for pin in pins} == {pin.name: INSTALLED[pin.name].version for pin in pins}


ASKS = {
    "server": Declared((Requirement('reload[fast]>=2; extra == "reload"'), Requirement("base<2"))),
    "reload": Declared((Requirement('speed; extra == "fast"'), Requirement('old; python_full_version < "3.11.3"'))),
    "future": Declared(python=">=3.12"),
}


@pytest.mark.parametrize(
    ("root", "lock", "gap"),
    [
        ("server", "server==1", "server asks for base<2: the lock has no pin of it"),
        ("server", "server==1\nbase==2.1", "server asks for base<2: the lock pins 2.1"),
        ("server[reload]", "server==1\nbase==1", "the project asks for server[reload]: the lock leaves out the extras"),
        ("server[reload]", "server[reload]==1", 'server asks for reload[fast]>=2; extra == "reload": the lock has no'),
        ("reload[fast]", "reload[fast]==2", 'reload asks for speed; extra == "fast": the lock has no pin of it'),
        ("reload", "reload==2", 'reload asks for old; python_full_version < "3.11.3": the lock has no pin of it'),
        ("base", 'base==1; sys_platform == "win32"', "the project asks for base: the lock has no pin of it"),
        ("future", "future==1", "future refuses Python 3.11.0"),
    ],
)
def test_a_gap_is_found(root, lock, gap):
    gaps = find_gaps([Requirement(root)], parse_lock(lock), lambda name: ASKS.get(name, Declared()), OLDEST)
    assert any(gap in found for found in gaps), gaps


def test_a_complete_lock_has_no_gap():
    lock = parse_lock("server[reload]==1\nbase==1\nreload[fast]==2\nspeed==1\nold==1")
    assert find_gaps([Requirement("server[reload]")], lock, lambda name: ASKS.get(name, Declared()), OLDEST) == []


@pytest.mark.parametrize("line", ["loose>=1", "bare", "wild==1.*", "two==1,>0"])
def test_a_line_that_pins_nothing_is_refused(line):
    with pytest.raises(ValueError, match="expected a pin"):
        parse_lock(line)


@pytest.mark.parametrize("name", ["run", "dev"])
def test_every_pin_has_its_hashes(name):
    pins = parse_lock(read(f"{name}.txt"))
    assert pins
    assert [pin.name for pin in pins if not pin.hashes] == []


def test_the_locks_agree():
    dev = {(pin.name, pin.version): pin for pin in parse_lock(read("dev.txt"))}
    assert [pin for pin in parse_lock(read("run.txt")) if dev.get((pin.name, pin.version)) != pin] == []


def dry_run(target):
    """The commands that `make` would run for this target in a fresh clone, one a line."""
    command = ["make", "--dry-run", "--always-make", "--no-print-directory", target]
    shown = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return shown.stdout.replace("\\\n", " ")


PIP_INSTALL = re.compile(r"-m pip (?:--python \S+ )?\s*install\b([^;|&}\n]*)")


@pytest.mark.parametrize("target", ["install", "run", "check", "test"])
def test_pip_resolves_nothing(target):
    found = dict.fromkeys(PIP_INSTALL.findall(dry_run(target)))  # a part of `test` may show the same again
    options = [options.split() for options in found]
    locked = [option for option in options if "-r" in option]
    assert {option[-1] for option in locked} >= {"requirements/run.txt", "requirements/pip.txt"}
    assert all({"--no-deps", "--require-hashes"} <= set(option) for option in locked), locked
    others = [option for option in options if option not in locked]
    assert [option[-2:] for option in others] == [["--editable", "."]]
    assert {"--no-deps", "--no-build-isolation"} <= set(others[0])


@pytest.mark.parametrize("target", ["install", "test"])
def test_what_was_installed_is_checked(target):
    commands = dry_run(target)
    assert commands.rindex("-m pip check") > commands.rindex("-m pip install")

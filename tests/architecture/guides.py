"""Follows a guide of ``docs/how-to/`` in a copy of the sources."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "how-to"
NAMED = r"`((?:nova_app|monitoring)/[\w/]+\.py)`"
NEW = r"`((?:nova_app|monitoring)/[\w/]+/)`, as `(\w+\.py)`"
STEP = re.compile(rf"{NAMED}|{NEW}|^```(diff|python)\n(.*?)^```", re.DOTALL | re.MULTILINE)
SOURCES = ("nova_app", "assets/nova", "docs", "monitoring")
UNCOPIED = shutil.ignore_patterns("node_modules", "data")
"""What is compiled is copied with its source, whose time it names: only what a guide changes is compiled again."""


def copy_sources(copy, *tests):
    """Copy the sources and these folders of tests, with the modules that all tests share."""
    for name in (*SOURCES, *tests):
        shutil.copytree(ROOT / name, copy / name, ignore=UNCOPIED)
    shared = [*(ROOT / "tests").glob("*.py"), *(ROOT / "tests" / "unit").glob("*.py")]
    for path in [ROOT / "pyproject.toml", ROOT / "rxconfig.py", *shared]:
        target = copy / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, target)


def follow(guide, copy):
    """Make every edit that the guide shows, each in the file that was named last before it."""
    target = None
    for path, folder, name, language, block in STEP.findall(guide):
        if path or folder:
            target = copy / (path or folder + name)
        elif language == "diff":
            edit(target, block)
        else:
            add(target, block)


def edit(path, diff):
    """Replace the lines of a diff that are there by those that are wanted.

    An addition needs only the lines above it, or only those below it: what others added on its other side is no fault.
    """
    source = "\n" + path.read_text(encoding="utf-8")
    for before, after in ways(diff):
        if source.count(before) == 1:
            path.write_text(source.replace(before, after)[1:], encoding="utf-8")
            return
    raise AssertionError(f"expected these lines once in {path.name}:\n{diff}")


def ways(diff):
    """The replacements that make the edit of a diff: of all its lines; of one side, where it only adds."""
    lines = [(line[:1], f"{line[1:]}\n") for line in diff.splitlines()]
    signs = "".join(sign or " " for sign, _ in lines)
    added = re.fullmatch(r" *(\++) *", signs)
    parts = [(0, len(lines)), (0, added.end(1)), (added.start(1), len(lines))] if added else [(0, len(lines))]
    for begin, end in parts:
        before = "".join(text for sign, text in lines[begin:end] if sign != "+")
        after = "".join(text for sign, text in lines[begin:end] if sign != "-")
        if before.strip():
            yield f"\n{before}", f"\n{after}"


def add(path, source):
    """Write a new file; ``NNNN`` is the next number of the migrations, ``MMMM`` the newest one."""
    if "NNNN" in path.name:
        newest = max(found.name[:4] for found in path.parent.glob("[0-9]*.py"))
        number = f"{int(newest) + 1:04}"
        path = path.with_name(path.name.replace("NNNN", number))
        source = source.replace("NNNN", number).replace("MMMM", newest)
    assert not path.exists(), f"expected a new file, but {path.name} exists"
    path.write_text(source, encoding="utf-8")


def renamed(guide, names):
    """The same guide for another addition: each of these names by its new one."""
    for name, other in names.items():
        assert name in guide, f"the guide does not contain {name}"
        guide = guide.replace(name, other)
    return guide


def run(copy, *arguments):
    """Run Python in the copy; show its output where it fails."""
    done = subprocess.run([sys.executable, *arguments], cwd=copy, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr

"""What a lock must hold: everything that its packages ask for, wherever Nova is supported. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import product

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

PYTHONS = ("3.11.0", "3.11.2", "3.11.9", "3.12.1", "3.13.0", "3.14.0")
"""The first and later patch releases of each: some markers name a patch release."""
PLATFORMS = (("linux", "x86_64"), ("linux", "aarch64"), ("darwin", "x86_64"), ("darwin", "arm64"))

Environment = dict[str, str]


@dataclass(frozen=True)
class Declared:
    """What a package's metadata asks for."""

    requirements: tuple[Requirement, ...] = ()
    python: str = ""


Ask = Callable[[str], Declared]


@dataclass(frozen=True)
class Pin:
    """One line of a lock."""

    name: str
    version: str
    extras: frozenset[str]
    requirement: Requirement
    hashes: frozenset[str]

    def applies(self, environment: Environment) -> bool:
        """Whether this line is installed in this environment."""
        return _applies(self.requirement, environment, "")


def environments() -> Iterator[Environment]:
    """The markers' values of every supported Python on every supported platform."""
    for full, (platform, machine) in product(PYTHONS, PLATFORMS):
        yield {
            "implementation_name": "cpython",
            "implementation_version": full,
            "os_name": "posix",
            "platform_machine": machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": {"linux": "Linux", "darwin": "Darwin"}[platform],
            "platform_version": "",
            "python_full_version": full,
            "python_version": full.rpartition(".")[0],
            "sys_platform": platform,
        }


def parse_requirements(text: str) -> list[Requirement]:
    """The requirements of a ``.in`` file; lines with options (``-r``) are left out."""
    lines = (line.partition("#")[0].strip() for line in text.splitlines())
    return [Requirement(line) for line in lines if line and not line.startswith("-")]


def parse_lock(text: str) -> list[Pin]:
    """The pins of a lock as ``uv pip compile --generate-hashes`` writes it.

    Raises:
        ValueError: A line is not pinned to exactly one version.
    """
    lines = [line for line in text.replace("\\\n", " ").splitlines() if line and not line.startswith("#")]
    return [_parse_pin(line) for line in lines]


def _parse_pin(line: str) -> Pin:
    written, *hashes = [part.strip() for part in line.split("--hash=")]
    requirement = Requirement(written)
    specifiers = list(requirement.specifier)
    if len(specifiers) != 1 or specifiers[0].operator != "==" or "*" in specifiers[0].version:
        raise ValueError(f"expected a pin like name==1.0, got {written!r}")
    name = canonicalize_name(requirement.name)
    return Pin(name, specifiers[0].version, frozenset(requirement.extras), requirement, frozenset(hashes))


def find_gaps(roots: Iterable[Requirement], pins: Iterable[Pin], ask: Ask, environment: Environment) -> list[str]:
    """What the roots need in this environment, transitively, and the lock does not hold.

    Args:
        roots: What the lock was resolved from.
        pins: The lock.
        ask: What a package declares, by its canonical name.
        environment: The values that markers are evaluated with.
    """
    held = {pin.name: pin for pin in pins if pin.applies(environment)}
    waiting = [("the project", root) for root in roots if _applies(root, environment, "")]
    seen: set[tuple[str, str]] = set()
    gaps: list[str] = []
    while waiting:
        asker, wanted = waiting.pop()
        name = canonicalize_name(wanted.name)
        gaps += [f"{asker} asks for {wanted}: {gap}" for gap in _explain(wanted, held.get(name))]
        gaps += _refuse_python(name, ask(name), environment)
        for extra in {"", *wanted.extras} - {extra for known, extra in seen if known == name}:
            seen.add((name, extra))
            waiting += [(name, needed) for needed in ask(name).requirements if _applies(needed, environment, extra)]
    return gaps


def _explain(wanted: Requirement, pin: Pin | None) -> list[str]:
    if pin is None:
        return ["the lock has no pin of it"]
    missing = sorted(set(wanted.extras) - pin.extras)
    outside = not wanted.specifier.contains(Version(pin.version), prereleases=True)
    return [
        *([f"the lock leaves out the extras {missing}"] if missing else []),
        *([f"the lock pins {pin.version}"] if outside else []),
    ]


def _refuse_python(name: str, declared: Declared, environment: Environment) -> list[str]:
    python = environment["python_full_version"]
    return [] if SpecifierSet(declared.python).contains(python) else [f"{name} refuses Python {python}"]


def _applies(requirement: Requirement, environment: Environment, extra: str) -> bool:
    if requirement.marker is None:
        return not extra
    with_extra = requirement.marker.evaluate({**environment, "extra": extra})
    return with_extra and (not extra or not requirement.marker.evaluate({**environment, "extra": ""}))

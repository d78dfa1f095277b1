"""Makes sure that the programs the tests drive are there, or says exactly what is missing.

They come from the distribution when this runs as root on Debian or Ubuntu; Chromium else
from Playwright's own download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HEADLESS_CHROMIUM = "chromium-headless-shell"
FIREFOX_NAMES = ("firefox-esr", "firefox")


def find_firefox() -> str | None:
    """The path of a Firefox with a remote port of its own."""
    found = [shutil.which(name) for name in FIREFOX_NAMES]
    return os.environ.get("NOVA_TEST_FIREFOX") or next((path for path in found if path), None)


def find_headless_chromium() -> str | None:
    """The path of Chromium's headless shell, which draws no window and costs half as much; else of a whole Chromium.

    What the browser keeps in a profile of its own (preferences, the cache of left pages) is asked of the whole one.
    """
    return os.environ.get("NOVA_TEST_CHROMIUM") or shutil.which(HEADLESS_CHROMIUM) or find_chromium()


def find_chromium() -> str | None:
    """The path of a whole Chromium that Playwright can drive."""
    named = os.environ.get("NOVA_TEST_CHROMIUM")
    found = [shutil.which(name) for name in CHROMIUM_NAMES]
    downloaded = sorted((Path.home() / ".cache" / "ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
    return named or next((path for path in found if path), None) or next((str(path) for path in downloaded), None)


MONITORING = {
    "prometheus": ("prometheus", "promtool"),
    "prometheus-alertmanager": ("prometheus-alertmanager", "amtool"),
    "prometheus-node-exporter": ("prometheus-node-exporter",),
    "systemd": ("systemd-analyze",),
    "gcc": ("gcc",),
}
"""Packages of the distribution, and the programs of each that the tests run."""


ONLY_UNPACKED = {"nginx": "usr/sbin/nginx", "caddy": "usr/bin/caddy", "fail2ban": "usr/bin/fail2ban-regex"}
"""Packages and the program of each: installing them would start them."""
UNPACKED = Path(sys.prefix) / "unpacked"


def find_unpacked(package: str) -> str | None:
    """The path of the program of one of these packages."""
    unpacked, program = UNPACKED / ONLY_UNPACKED[package], Path(ONLY_UNPACKED[package]).name
    installed = shutil.which(program) or shutil.which(program, path="/usr/sbin")
    return installed or (str(unpacked) if unpacked.exists() else None)


def _unpack(*names: str) -> None:
    """Fetch the distribution's packages; that needs no rights, and on a fresh machine `apt-get update` once as root."""
    if not shutil.which("apt-get"):
        return
    print(f"Fetching {' '.join(names)} from the distribution …", flush=True)
    UNPACKED.mkdir(exist_ok=True)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": UNPACKED}
    if os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    for name in names:
        subprocess.run(["apt-get", "download", "-qq", name], check=False, **quiet)
        for package in UNPACKED.glob(f"{name}_*.deb"):
            subprocess.run(["dpkg-deb", "--extract", package, UNPACKED], check=False, **quiet)


def find_missing_packages() -> list[str]:
    """The packages of Prometheus, its kin, systemd and the compiler that are not there."""
    return [package for package, programs in MONITORING.items() if not all(map(shutil.which, programs))]


def _install_from_distribution(*packages: str) -> None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"Installing {' '.join(packages)} from the distribution …", flush=True)
    quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
    subprocess.run(["apt-get", "update", "-qq"], check=False, **quiet)
    # The tests start these programs themselves, on ports of their own.
    install = ["apt-get", "install", "-y", "-qq"]
    subprocess.run([*install, *packages], check=False, **quiet)


def _install_from_playwright() -> None:
    print("Asking Playwright for its chromium …", flush=True)
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Install what is missing; returns 1 with instructions where that is not possible."""
    browsers = {"chromium": find_chromium, "firefox-esr": find_firefox}
    wanted = [*(name for name, find in browsers.items() if find() is None), *find_missing_packages()]
    if wanted:
        _install_from_distribution(*wanted)
    if not shutil.which(HEADLESS_CHROMIUM):
        _install_from_distribution(HEADLESS_CHROMIUM)  # where there is none, the tests only take longer
    if packages := [name for name in ONLY_UNPACKED if find_unpacked(name) is None]:
        _unpack(*packages)
    if find_chromium() is None:
        _install_from_playwright()
    if find_chromium() is None:
        print("The tests need Chromium: install the package 'chromium' (Debian, Ubuntu: apt-get install chromium),")
        print("or set NOVA_TEST_CHROMIUM to the path of one.")
        return 1
    if find_firefox() is None:
        print("The tests need Firefox: install the package 'firefox-esr' (Debian: apt-get install firefox-esr),")
        print("or set NOVA_TEST_FIREFOX to the path of one.")
        return 1
    if missing := find_missing_packages():
        print(f"The tests need programs of the distribution: apt-get install {' '.join(missing)} (Debian, Ubuntu),")
        print("or put prometheus, promtool, alertmanager, amtool, node_exporter and a gcc of their makers on the PATH.")
        return 1
    if missing := [name for name in ONLY_UNPACKED if find_unpacked(name) is None]:
        print(f"The tests need the programs of {' and '.join(missing)}: as root, apt-get update, then run this again;")
        print("or put them on the PATH.")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

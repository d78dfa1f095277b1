"""The jail that is shipped, as the real fail2ban reads it after the steps of the guide."""

import ast
import os
import re
import shutil
import subprocess
from pathlib import Path
from shlex import quote

import pytest

from tests.tools import UNPACKED, find_unpacked

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "how-to" / "logs.md"
PACKAGES = {"fail2ban", "nftables", "python3-systemd"}
"""It reads the journal by the one and closes ports by the other: Debian 12 has no iptables."""


def steps():
    """The commands of the guide."""
    section = GUIDE.read_text().split("## Lock out who guesses passwords")[1]
    return re.findall(r"```\n(.*?)```", section, re.DOTALL)[0].splitlines()


@pytest.fixture
def read(tmp_path):
    """What fail2ban would do, on a machine whose system log is the journal only, as Debian 12's."""
    etc = tmp_path / "fail2ban"
    installed = Path("/etc/fail2ban")
    shutil.copytree(installed if installed.exists() else UNPACKED / "etc" / "fail2ban", etc)
    (etc / "paths-common.conf").write_text(
        (etc / "paths-common.conf").read_text().replace("/var/log/", "/var/log/no-such-log/")
    )
    for step in steps():
        if "/etc/fail2ban" in step:
            here = step.replace("/etc/fail2ban", quote(str(etc))).replace("/opt/nova", quote(str(ROOT)))
            subprocess.run(["sh", "-euc", here], check=True)
    client = Path(find_unpacked("fail2ban")).with_name("fail2ban-client")
    environ = {**os.environ, "PYTHONPATH": str(UNPACKED / "usr" / "lib" / "python3" / "dist-packages")}
    command = ["/usr/bin/python3", client, "-c", etc]
    test = subprocess.run([*command, "-t"], env=environ, capture_output=True, text=True, check=False)
    assert test.returncode == 0, test.stderr
    dump = subprocess.run([*command, "-d"], env=environ, capture_output=True, text=True, check=True)
    return [ast.literal_eval(line) for line in dump.stdout.splitlines() if line.startswith("[")]


def test_the_jail_watches_the_service_and_starts_on_a_machine_with_a_journal_only(read):
    assert ["add", "nova", "systemd"] in read
    assert ["set", "nova", "addjournalmatch", "_SYSTEMD_UNIT=nova.service"] in read
    assert ["set", "nova", "maxretry", 10] in read
    assert ["start", "nova"] in read
    (action,) = [words[3] for words in read if words[:3] == ["set", "nova", "addaction"]]
    assert action == "nftables"
    (install,) = [step for step in steps() if step.startswith("apt-get install")]
    assert set(install.split()) >= PACKAGES

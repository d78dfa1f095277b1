"""The ``nova`` command, as it is started."""

import re
import subprocess
import sys
from pathlib import Path

NOVA = Path(sys.executable).with_name("nova")


def test_the_version_is_printed_in_any_directory(tmp_path):
    done = subprocess.run([NOVA, "--version"], cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert re.fullmatch(r"nova \d+\.\d+\.\d+ \(revision \w+, Python 3\.\d+\.\d+\)\n", done.stdout)

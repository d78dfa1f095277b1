"""``python -m tests.controls``: every control with the tests that use it; with ``--check`` what no test used."""

from __future__ import annotations

import argparse
import sys

from tests.controls.inventory import controls
from tests.controls.ledger import DIRECTORY
from tests.controls.report import listing, missing, read


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.controls", description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail with the list of what no browser test used")
    parser.add_argument("--slow", action="store_true", help="ask also for what a slower machine would have seen")
    options = parser.parse_args()
    is_check = options.check
    names, report = controls(), read(DIRECTORY)
    if not is_check:
        print(*listing(names, report), sep="\n")
    lines = missing(names, report, is_slow=options.slow)
    print(*lines, sep="\n", file=sys.stderr if is_check else sys.stdout)
    print(f"{len(names)} controls, {len(report.forms)} forms, {len(lines)} uses missing")
    return 1 if is_check and lines else 0


if __name__ == "__main__":
    sys.exit(main())

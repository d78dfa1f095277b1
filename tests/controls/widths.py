"""One test at every width: a page is loaded once, then its window grows and its network goes."""

from __future__ import annotations

from tests.controls.acts import NARROW, WIDE, go_offline
from tests.controls.ledger import LEDGER


def widths(user):
    """Give each size of a window in turn; the page has it until the next.

    A test undoes at the end of each turn what would keep the next from having its effect. One that fails names the
    width (``LEDGER.width``).
    """
    for LEDGER.width, size in (("narrow", NARROW), ("wide", WIDE)):
        user.page.set_viewport_size(size)
        yield size
    LEDGER.width = ""


def widths_and_offline(user, lose_network=go_offline):
    """Give each size, and then the wide one once more, without a network: (size, whether that is so)."""
    for size in widths(user):
        yield size, False
    LEDGER.width = "wide, offline"
    # What a page loads ahead is here before the network goes.
    user.page.wait_for_load_state("networkidle")
    lose_network(user)
    yield WIDE, True

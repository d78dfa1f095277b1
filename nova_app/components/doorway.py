"""The frame of the pages outside the messenger: signing in, making an account, an address without a page."""

from __future__ import annotations

from typing import Any

import reflex as rx

from nova_app.components.connection_status import connection_status
from nova_app.components.error_boundary import error_boundary
from nova_app.components.mark import mark
from nova_app.components.notices import error_notifications
from nova_app.stores import AccountStore

# Where the stars of the background stand, as x, y and radius, on 1280 by 800.
_STARS = (
    *((946, 593, 1.8), (398, 544, 1.8), (401, 116, 1.8), (641, 165, 1), (1123, 730, 1), (1239, 425, 1.8)),
    *((342, 658, 1), (1102, 84, 1), (93, 214, 1), (1248, 50, 1.8), (1083, 259, 1.4), (956, 690, 1.4), (853, 584, 1)),
    *((163, 596, 1), (840, 130, 1.4), (21, 238, 1), (127, 501, 1.8), (1179, 664, 1), (524, 743, 1), (42, 81, 1.8)),
    *((288, 449, 1.8), (258, 424, 1.8), (455, 20, 1.4), (1252, 677, 1), (106, 169, 1), (924, 284, 1), (51, 635, 1.4)),
)
_STAR = (
    "M1080 -16L1105.26 159.02L1173.34 126.66L1140.98 194.74L1316 220L1140.98 245.26L1173.34 313.34L1105.26 280.98"
    "L1080 456L1054.74 280.98L986.66 313.34L1019.02 245.26L844 220L1019.02 194.74L986.66 126.66L1054.74 159.02z"
)


def doorway(title: str, lead: Any, *content: rx.Component) -> rx.Component:
    """Render the frame.

    Args:
        title: The heading of the page.
        lead: The sentence under it.
    """
    return rx.el.div(
        _sky(),
        rx.el.span(connection_status(), class_name="doorway-status"),
        error_notifications(),
        rx.el.main(
            error_boundary(
                mark("mark doorway-mark"),
                rx.el.h1(title),
                rx.el.p(lead, class_name="doorway-lead"),
                *content,
            ),
            class_name="doorway-main",
        ),
        # Says whose server it is: a password is typed here.
        rx.el.p(AccountStore.server_name, class_name="doorway-server"),
        class_name="doorway",
    )


def _sky() -> rx.Component:
    return rx.el.svg(
        *(rx.el.circle(cx=str(x), cy=str(y), r=str(radius)) for x, y, radius in _STARS),
        rx.el.path(d=_STAR),
        view_box="0 0 1280 800",
        preserve_aspect_ratio="xMidYMid slice",
        class_name="doorway-sky",
        custom_attrs={"aria-hidden": "true"},
    )

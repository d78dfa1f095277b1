"""Links within Nova: they change the page without loading it again."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink


def link(*children: Any, href: Any, **props: Any) -> rx.Component:
    """A plain link, navigated by the router.

    With ``reload_document`` the browser navigates instead (Reflex's own ``a`` would not):
    it loads a page afresh, and moves the focus to a part of this one.
    """
    return ReactRouterLink.create(*children, to=href, **props)

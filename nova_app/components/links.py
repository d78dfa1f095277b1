"""Links within Nova: they change the page without loading it again."""

from __future__ import annotations

from typing import Any

import reflex as rx
from reflex_components_core.react_router.dom import ReactRouterLink


def link(*children: Any, href: Any, **props: Any) -> rx.Component:
    """A plain link, navigated by the router.

    The page behind it is fetched as soon as the link is drawn, so that it opens without the
    server too.  With ``reload_document`` the browser navigates instead (Reflex's own ``a`` would not):
    it loads a page afresh, and moves the focus to a part of this one.
    """
    if not props.get("reload_document"):
        props["custom_attrs"] = {"prefetch": "render", **props.get("custom_attrs", {})}
    return ReactRouterLink.create(*children, to=href, **props)

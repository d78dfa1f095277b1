"""Links within Nova: they change the page without loading it again."""

from __future__ import annotations

import json
from typing import Any

import reflex as rx
from reflex_base.event import EventChain
from reflex_base.utils.imports import ImportVar
from reflex_base.vars import VarData
from reflex_base.vars.base import Var
from reflex_base.vars.function import FunctionVar
from reflex_components_core.react_router.dom import ReactRouterLink

from nova_app.stores.base import RUNTIME


def link(*children: Any, href: Any, **props: Any) -> rx.Component:
    """Render a plain link, navigated by the router.

    The page it leads to is fetched once this one shows what it has (``prefetch_pages.js``), so that it opens
    without the server too; one that could not be fetched waits for the connection (``page_loading.js``).
    With ``reload_document`` the browser navigates instead (Reflex's own ``a`` would not): it loads a
    page again, and moves the focus to a part of this one.
    """
    return ReactRouterLink.create(*children, to=href, **props)


_HERE = '(globalThis.location ? location.pathname + location.search : "/")'
_QUERY = '(globalThis.location ? location.search : "")'


def reload_link(label: str, **props: Any) -> rx.Component:
    """Render a link that reloads this page; drafts are kept."""
    return _reload(label, _HERE, props)


def sign_in_link(label: str = "Sign in", **props: Any) -> rx.Component:
    """Render a link to the sign-in page, which leads back to this one."""
    return _reload(label, "signInAddress()", props, VarData(imports={RUNTIME: [ImportVar(tag="signInAddress")]}))


def door_link(label: str, path: str, **props: Any) -> rx.Component:
    """Render a link from one sign-in page to the other; the target afterwards stays the same."""
    # There is no connection yet that could tell when to fetch it.
    props["custom_attrs"] = {"prefetch": "render", **props.get("custom_attrs", {})}
    return link(label, href=Var(f"({json.dumps(path)} + {_QUERY})").to(str), **props)


def _reload(label: str, where: str, props: dict[str, Any], data: VarData | None = None) -> rx.Component:
    # The user may have navigated since it was drawn: the address is read at the click.
    ask = Var(f"((event) => {{ event.currentTarget.href = {where} }})", _var_data=data).to(FunctionVar, EventChain)
    # As an attribute: the function needs the event itself.
    props["custom_attrs"] = {"onClick": ask, **props.get("custom_attrs", {})}
    return link(label, href=Var(f"({where})", _var_data=data).to(str), reload_document=True, **props)

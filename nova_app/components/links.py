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
    """A plain link, navigated by the router.

    The page behind it is fetched as soon as the link is drawn, so that it opens without the
    server too; one that could not be fetched waits for the connection (``page_loading.js``).
    With ``reload_document`` the browser navigates instead (Reflex's own ``a`` would not): it loads a
    page afresh, and moves the focus to a part of this one.
    """
    if not props.get("reload_document"):
        props["custom_attrs"] = {"prefetch": "render", **props.get("custom_attrs", {})}
    return ReactRouterLink.create(*children, to=href, **props)


_HERE = '(globalThis.location ? location.pathname + location.search : "/")'
_QUERY = '(globalThis.location ? location.search : "")'


def reload_link(label: str, **props: Any) -> rx.Component:
    """Loads this page afresh: everything begins anew, drafts are kept."""
    return _afresh(label, _HERE, props)


def sign_in_link(label: str = "Sign in", **props: Any) -> rx.Component:
    """To the sign-in page, and from there back to this one."""
    return _afresh(label, "signInAddress()", props, VarData(imports={RUNTIME: [ImportVar(tag="signInAddress")]}))


def door_link(label: str, path: str, **props: Any) -> rx.Component:
    """From one of the sign-in pages to the other; where they lead to afterwards stays the same."""
    return link(label, href=Var(f"({json.dumps(path)} + {_QUERY})").to(str), **props)


def _afresh(label: str, where: str, props: dict[str, Any], data: VarData | None = None) -> rx.Component:
    # Somebody may have gone elsewhere since it was drawn: where they are is asked at the click.
    ask = Var(f"((event) => {{ event.currentTarget.href = {where} }})", _var_data=data).to(FunctionVar, EventChain)
    # As an attribute: the function needs the event itself.
    props["custom_attrs"] = {"onClick": ask, **props.get("custom_attrs", {})}
    return link(label, href=Var(f"({where})", _var_data=data).to(str), reload_document=True, **props)

"""The Reflex app: pages, and Nova's API beside them."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import AsyncIterator
from typing import Any

import reflex as rx
from reflex.utils.exec import is_prod_mode
from reflex.utils.prerequisites import get_web_dir
from reflex_base.environment import environment
from starlette.types import ASGIApp

from nova_app.api.content_security import read_policy
from nova_app.api.preloads import Preloads, preload_header
from nova_app.api.response_headers import IN_DEVELOPMENT, PageRules
from nova_app.asgi import running, with_nova
from nova_app.build import id_of
from nova_app.observability.logs import configure_logs
from nova_app.observability.reflex_events import counting_reflex
from nova_app.page_routes import add_routes
from nova_app.protocol.gate import GatePolicy, TrustedProxies
from nova_app.protocol.origins import OriginPolicy
from nova_app.settings import load_settings
from nova_app.start import holding_or_exit
from nova_app.state.problems import report_unexpected

logger = logging.getLogger(__name__)
settings = load_settings()
# In development the pages have a port of their own.
origins = OriginPolicy(
    settings.public_origins, also=() if is_prod_mode() else tuple(rx.config.get_config().cors_allowed_origins)
)


def _with_nova(reflex_app: ASGIApp) -> ASGIApp:
    policy = GatePolicy(origins, TrustedProxies.of(settings.trusted_proxies), is_https=settings.is_https)
    pages = Preloads(reflex_app, preload_header(get_web_dir() if is_prod_mode() else None))
    rules = _rules_of_pages() if is_prod_mode() else IN_DEVELOPMENT
    return with_nova(pages, policy, access_log=settings.access_log, rules=rules)


def _rules_of_pages() -> PageRules:
    return PageRules(
        read_policy(get_web_dir()),
        "same-origin",
        is_https=settings.is_https,
        covers_subdomains=settings.hsts_subdomains,
    )


@contextlib.asynccontextmanager
async def _nova() -> AsyncIterator[None]:
    configure_logs(settings.log_format, settings.log_level)
    build = id_of(get_web_dir()) if is_prod_mode() else ""
    # A server holds its directory already; under `reflex run` it is held here.
    with holding_or_exit(settings):
        async with running(settings, build=build) as nova:
            with counting_reflex(nova.instruments.metrics):
                yield


def _log_error(exception: Exception) -> None:
    logger.error("a page or its handler failed", exc_info=exception)


def _look() -> dict[str, Any]:
    """Return what every page begins with; nothing where the pages are built already."""
    if environment.REFLEX_SKIP_COMPILE.get():
        return {}
    from nova_app.components.head import head  # noqa: PLC0415 - loads what only a build needs
    from nova_app.components.style_sheets import STYLE_SHEETS  # noqa: PLC0415 - likewise

    return {"stylesheets": list(STYLE_SHEETS), "head_components": head()}


def _add_pages(app: rx.App) -> None:
    if environment.REFLEX_SKIP_COMPILE.get():
        add_routes(app)
        return
    from nova_app.pages import add_pages  # noqa: PLC0415 - loads what only a build needs

    add_pages(app)


app = rx.App(
    # Reflex's own banner and toasts would be a second truth about connection and errors.
    app_wraps={},
    toaster=None,
    reset_style=False,
    html_lang="en",
    **_look(),
    frontend_exception_handler=_log_error,
    backend_exception_handler=report_unexpected,
    api_transformer=_with_nova,
)
app.register_lifespan_task(_nova)
if app.sio is None:
    raise RuntimeError("Reflex made no socket for its pages")
# The gate has decided already; Reflex's own check asks the same policy.
app.sio.eio.cors_allowed_origins = lambda origin, environ: origins.allows(origin, environ.get("HTTP_HOST"))
_add_pages(app)

"""Reflex's own settings; Nova's are in ``nova_app.settings``."""

import os

import reflex as rx

from nova_app.bundle import NovaBundle
from nova_app.settings import load_settings

_settings = load_settings()
# Nova's own port, and the port of the pages during development.
_ports = {_settings.port, int(os.environ.get("REFLEX_FRONTEND_PORT") or 3000)}

config = rx.Config(
    app_name="nova_app",
    frontend_port=3000,
    backend_port=8000,
    # Exact, never "*" and never empty (an empty list would switch Reflex's check off).
    cors_allowed_origins=_settings.public_origins
    or tuple(f"http://{host}:{port}" for port in sorted(_ports) for host in ("localhost", "127.0.0.1")),
    # One process: nothing about a person is written to disk outside the database.
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    # In seconds, in memory too. A state holds little, and nothing of a person: a page that acts later gets a new one.
    redis_token_expiration=120,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    # The best first: what is compressed once, at the build, may take its time.
    frontend_compression_formats=["brotli", "gzip"],
    plugins=[NovaBundle()],
    disable_plugins=[rx.plugins.sitemap.SitemapPlugin],
)

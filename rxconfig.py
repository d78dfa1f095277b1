"""Reflex's own settings; Nova's are in ``nova_app.settings``."""

import reflex as rx

from nova_app.bundle import NovaBundle
from nova_app.settings import load_settings

_settings = load_settings()

config = rx.Config(
    app_name="nova_app",
    frontend_port=3000,
    backend_port=8000,
    # Exact, never "*" and never empty (an empty list would switch Reflex's check off).
    cors_allowed_origins=_settings.public_origins
    or (f"http://localhost:{_settings.port}", f"http://127.0.0.1:{_settings.port}"),
    # One process: nothing about a person is written to disk outside the database.
    state_manager_mode=rx.constants.StateManagerMode.MEMORY,
    telemetry_enabled=False,
    show_built_with_reflex=False,
    plugins=[NovaBundle()],
    disable_plugins=[rx.plugins.sitemap.SitemapPlugin],
)

"""What the benchmarks of pages share: a real server with the built pages, and one Chromium."""

from __future__ import annotations

import contextlib
import tempfile

from playwright.sync_api import expect, sync_playwright

from nova_app.build import build_pages, is_built
from tests.e2e.conftest import CHROMIUM_ARGS, ROOT, Server
from tests.tools import find_chromium


@contextlib.contextmanager
def served_pages(*, patience_ms=30_000, **settings):
    """A server that has just started, a browser, and the Playwright that drives it; all end with the block."""
    if not is_built(ROOT):
        build_pages(ROOT)
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as playwright:
        server = Server(directory, **settings)
        server.start()
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM_ARGS)
        expect.set_options(timeout=patience_ms)
        try:
            yield server, browser, playwright
        finally:
            browser.close()
            server.stop()

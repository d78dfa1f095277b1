"""What the page of metrics says when people use Nova with a browser."""

import httpx
import pytest
from playwright.sync_api import expect

from tests.processes import until
from tests.series import read_page, total


def scrape(server):
    return read_page(httpx.get(f"{server.origin}/metrics", timeout=10).raise_for_status().text)


def test_a_visit_is_counted_from_both_sides(server, person):
    ana = person("ana")
    ana.start_group("Team")
    ana.write("hello")
    ana.expect_state("hello", "sent", "delivered", "read")
    ana.page.get_by_role("link", name="Search", exact=True).click()
    expect(ana.page.get_by_role("searchbox", name="Search messages")).to_be_visible()
    during = scrape(server)
    # Leaving the page sends its last report.
    ana.page.goto("about:blank")
    until(lambda: total(scrape(server), "nova_frontend_reports_total"))
    until(lambda: total(scrape(server), "ws_disconnections_total"))
    after = scrape(server)

    assert total(during, "ws_connections_active") == 1
    assert total(during, "nova_reflex_connections_active") == 1
    assert total(during, "nova_reflex_event_duration_seconds_count", result="ok") > 0
    assert total(during, "nova_messages_accepted_total", conversation_type="group") == 1
    assert total(during, "http_requests_total", route="/api/v1/auth/register", status="2xx") == 1
    assert total(during, "process_resident_memory_bytes") > 0
    assert total(during, "nova_event_loop_lag_seconds_count") > 0
    assert total(after, "ws_disconnections_total", reason="client_close") == 1
    assert total(after, "nova_frontend_reports_total", result="accepted") == 1
    assert total(after, "nova_frontend_message_roundtrip_seconds_count") == 1
    assert total(after, "nova_frontend_web_vital_seconds_count", vital="ttfb") == 1
    assert total(after, "nova_frontend_web_vital_seconds_count", vital="lcp") == 1
    assert total(after, "nova_frontend_api_duration_seconds_count", status="2xx") > 0


@pytest.mark.expects("lost connection")
def test_a_page_reports_although_its_clock_was_set_back(server, person):
    ana = person()
    ana.install_clock()
    ana.start_group("Holiday")
    ana.context.set_offline(True)
    ana.expect_not_connected()
    ana.write("back soon")
    ana.expect_state("back soon", "queued")

    ana.page.clock.set_system_time(ana.page.evaluate("Date.now()") / 1000 - 3_600)
    ana.context.set_offline(False)
    ana.expect_state("back soon", "sent", "delivered", "read")
    ana.page.goto("about:blank")

    until(lambda: total(scrape(server), "nova_frontend_reports_total"))
    assert total(scrape(server), "nova_frontend_reports_total", result="accepted") == 1

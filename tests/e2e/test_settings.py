"""The page of settings, as its people use it: two browsers, a cut line, a phone's width."""

import pytest
from playwright.sync_api import expect

from tests.builders import a_picture
from tests.controls.acts import expect_loaded_ahead
from tests.e2e.conftest import shared_server
from tests.e2e.pages import PASSWORD, by, in_account_menu

WATCH_NOTIFICATIONS = """
    window.shown = [];
    window.Notification = class {
        static permission = "default";
        static async requestPermission() { return (window.Notification.permission = window.answer ?? "granted"); }
        constructor(title, options) { window.shown.push({ title, ...options }); }
        close() {}
    };
"""
SEE_FIRST_BODY = """
    new MutationObserver((_, observer) => {
        if (!document.body) return;
        const { theme, density, textSize } = document.documentElement.dataset;
        window.first = theme;
        window.firstLook = [density, textSize];
        observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
"""
NOT_LOOKED_AT = "Object.defineProperty(document, 'hasFocus', { value: () => false })"


server = shared_server()


def open_settings(user):
    in_account_menu(user.page, "settings-link").click()
    expect(by(user.page, "settings")).to_have_attribute("data-state", "ready")


def choose_theme(user, name):
    label = {"system": "System", "light": "Light", "dark": "Dark"}[name]
    user.page.get_by_role("radiogroup", name="Theme").get_by_text(label, exact=True).click()
    expect(by(user.page, f"theme-{name}")).to_be_checked()


def picture():
    return {"name": "me.png", "mimeType": "image/png", "buffer": a_picture(size=(300, 200))}


def sign_in_again(person, user):
    """The same account in another browser profile."""
    other = person(user.username, register=False)
    other.sign_in()
    return other


def test_name_line_and_picture_reach_another_browser_without_a_reload(person):
    ana, ben = person(), person()
    ben.page.set_viewport_size({"width": 1280, "height": 800})
    ana.start_group("Room", ben.username)
    ana.write("hello")
    ben.open(ana.conversation_id)
    open_settings(ana)

    by(ana.page, "settings-display-name").fill("Ana Maria")
    by(ana.page, "settings-status").fill("On the train")
    by(ana.page, "settings-profile-save").click()
    expect(by(ana.page, "settings-profile-outcome")).to_have_text("Saved.")
    by(ana.page, "settings-avatar").set_input_files(picture())
    expect(by(ana.page, "settings-avatar-outcome")).to_have_text("Picture updated.")

    expect(ben.row("hello")).to_contain_text("Ana Maria")
    expect(ben.row("hello").locator(".avatar img")).to_have_js_property("naturalWidth", 300)
    expect(by(ana.page, "settings-link")).to_contain_text("Ana Maria")
    ana.page.reload()
    expect(by(ana.page, "settings-status")).to_have_value("On the train")
    by(ana.page, "settings-avatar-remove").click()
    expect(ben.row("hello").locator(".avatar img")).to_have_count(0)


@pytest.mark.expects("status 422")
def test_what_cannot_be_saved_says_why_and_stays_typed(person):
    ana = person()
    open_settings(ana)

    by(ana.page, "settings-display-name").fill("   ")
    by(ana.page, "settings-profile-save").click()

    expect(ana.page.get_by_text("Use 1 to 64 characters, all on one line.")).to_be_visible()
    expect(by(ana.page, "settings-display-name")).to_have_attribute("aria-invalid", "true")
    by(ana.page, "settings-avatar").set_input_files(
        {"name": "lie.png", "mimeType": "image/png", "buffer": b"<html>no picture</html>"}
    )
    expect(ana.page.get_by_text("Choose a picture: PNG, JPEG, GIF or WebP.")).to_be_visible()


def test_who_keeps_reading_private_is_only_delivered(person):
    ana, ben = person(), person()
    open_settings(ben)
    by(ben.page, "switch-read").click()
    expect(by(ben.page, "switch-read")).to_have_attribute("aria-checked", "false")
    ana.start_group("Room", ben.username)
    ana.write("hello")

    ben.open(ana.conversation_id)
    expect(ben.row("hello")).to_be_visible()

    ana.expect_state("hello", "delivered")
    ben.page.reload()
    expect(ben.row("hello")).to_be_visible()
    ana.page.reload()
    ana.expect_state("hello", "delivered")


@pytest.mark.expects("status 401")
def test_a_browser_that_is_signed_out_from_afar_knows_it_at_once(person):
    ana = person()
    other = sign_in_again(person, ana)
    open_settings(ana)
    rows = by(ana.page, "session")
    expect(rows).to_have_count(2)

    rows.filter(has_not_text="This browser").get_by_role("button").click()

    expect(rows).to_have_count(1)
    expect(by(other.page, "connection-status")).to_have_attribute("data-state", "CLOSED")
    expect(by(ana.page, "connection-status")).to_have_attribute("data-state", "CONNECTED")


@pytest.mark.expects("status 401", "status 422")
def test_another_password_keeps_this_browser_and_ends_the_others(person):
    ana = person()
    other = sign_in_again(person, ana)
    open_settings(ana)
    by(ana.page, "settings-current-password").fill("not this one")
    by(ana.page, "settings-new-password").fill("battery staple horse")
    by(ana.page, "settings-password-save").click()
    expect(ana.page.get_by_text("That is not your current password.")).to_be_visible()
    expect(by(ana.page, "settings-new-password")).to_have_value("battery staple horse")

    by(ana.page, "settings-current-password").fill(PASSWORD)
    by(ana.page, "settings-password-save").click()

    expect(by(ana.page, "settings-password-outcome")).to_contain_text("Password changed.")
    expect(by(ana.page, "settings-new-password")).to_have_value("")
    expect(by(other.page, "connection-status")).to_have_attribute("data-state", "CLOSED")
    ana.page.reload()
    ana.expect_connected()


def test_a_key_for_a_program_is_shown_once_and_opens_the_account_until_it_ends(person, server):
    ana = person()
    open_settings(ana)
    by(ana.page, "settings-name").fill("bot")
    by(ana.page, "settings-tokens-save").click()
    secret = by(ana.page, "token-secret").input_value()

    def ask():
        # Without the page's cookies: the key alone.
        return ana.page.request.fetch(
            f"{server.origin}/api/v1/users/me", headers={"Authorization": f"Bearer {secret}", "Cookie": ""}
        ).status

    assert ask() == 200
    ana.page.reload()
    expect(by(ana.page, "token")).to_contain_text("bot")
    expect(by(ana.page, "token-secret")).to_have_count(0)
    by(ana.page, "token").get_by_role("button", name="Revoke token bot").click()
    expect(by(ana.page, "token")).to_have_count(0)
    assert ask() == 401


@pytest.mark.parametrize("system", ["light", "dark"])
def test_the_theme_is_chosen_for_this_browser_and_there_before_the_first_paint(person, system):
    ana = person(color_scheme=system)
    open_settings(ana)
    other = {"light": "dark", "dark": "light"}[system]
    ground = "getComputedStyle(document.body).backgroundColor"
    before = ana.page.evaluate(ground)

    choose_theme(ana, other)

    after = ana.page.evaluate(ground)
    assert after != before
    bars = "[...document.querySelectorAll('meta[name=theme-color]')].filter(({ media }) => matchMedia(media).matches)"
    assert ana.page.evaluate(f"{bars}.map(({{ dataset }}) => dataset.scheme)") == [other]
    ana.page.get_by_role("radiogroup", name="Density").get_by_text("Compact", exact=True).click()
    by(ana.page, "text-size").press("Home")
    ana.page.add_init_script(SEE_FIRST_BODY)
    ana.page.reload()
    assert ana.page.evaluate("window.first") == other
    assert ana.page.evaluate("window.firstLook") == ["compact", "13"]
    assert ana.page.evaluate(ground) == after
    choose_theme(ana, "system")
    assert ana.page.evaluate(ground) == before


def test_messages_are_announced_where_it_was_asked_for_while_nobody_looks(person):
    ana, ben = person(), person(script=WATCH_NOTIFICATIONS)
    ana.start_group("Plans", ben.username)
    open_settings(ben)
    by(ben.page, "switch-notifications").click()
    expect(by(ben.page, "switch-notifications")).to_have_attribute("aria-checked", "true")

    by(ben.page, "place-messages").click()
    ana.write("while he looks")
    expect(by(ben.page, "conversation-item").filter(has_text="while he looks")).to_have_count(1)
    ben.page.evaluate(NOT_LOOKED_AT)
    ana.write("while he is away")

    ben.page.wait_for_function("() => window.shown.length > 0")
    notified = ben.page.evaluate("window.shown")
    assert [(one["title"], one["body"]) for one in notified] == [
        (f"{ana.username.title()} in Plans", "while he is away")
    ]
    open_settings(ben)
    by(ben.page, "switch-notifications").click()
    expect(by(ben.page, "switch-notifications")).to_have_attribute("aria-checked", "false")
    by(ben.page, "place-messages").click()
    ana.write("after it was switched off")
    expect(by(ben.page, "conversation-item").filter(has_text="after it was")).to_have_count(1)
    assert len(ben.page.evaluate("window.shown")) == 1


def test_a_browser_that_blocks_notifications_says_what_to_do(person):
    ana = person(script=WATCH_NOTIFICATIONS + "window.answer = 'denied';")
    open_settings(ana)

    by(ana.page, "switch-notifications").click()

    expect(ana.page.get_by_text("Your browser blocks notifications")).to_be_visible()
    expect(by(ana.page, "switch-notifications")).to_be_disabled()


ONLY_BY_WORKER = """
    window.Notification = class {
        static permission = "granted";
        static requestPermission = async () => "granted";
        constructor() { throw new TypeError("Illegal constructor. Use ServiceWorkerRegistration.showNotification()"); }
    };
    window.shown = [];
    ServiceWorkerRegistration.prototype.showNotification = async (title) => void window.shown.push(title);
"""
NOT_AT_ALL = ONLY_BY_WORKER + "navigator.serviceWorker.register = () => Promise.reject(new Error('no workers'));"
FAILS_ONCE = """
    window.shown = [];
    window.tries = 0;
    window.failures = 1;
    window.Notification = class {
        static permission = "granted";
        static requestPermission = async () => "granted";
        constructor(title) {
            window.tries += 1;
            if (window.failures-- > 0) throw new TypeError("not now");
            window.shown.push(title);
        }
        close() {}
    };
    navigator.serviceWorker.register = () => Promise.reject(new Error("no workers"));
"""


def announce(ana, ben, *texts, tried):
    """Switch notifications on at ben's, who then looks away while messages arrive one after the other.

    Args:
        tried: How many were announced so far, or should have been.
    """
    open_settings(ben)
    by(ben.page, "switch-notifications").click()
    expect(by(ben.page, "switch-notifications")).to_have_attribute("aria-checked", "true")
    ben.page.evaluate(NOT_LOOKED_AT)
    for count, text in enumerate(texts, 1):
        ana.write(text)
        ben.page.wait_for_function(f"() => {tried} === {count}")


# The scripts run in the empty page before this one, too, which has no service workers.
@pytest.mark.expects("uncaught error")
def test_a_browser_that_announces_by_its_worker_only_announces(person):
    ana, ben = person(), person(script=ONLY_BY_WORKER)
    ana.start_group("Plans", ben.username)

    announce(ana, ben, "first", "second", tried="window.shown.length")

    by(ben.page, "try-notification").click()
    ben.page.wait_for_function("() => window.shown.length === 3")
    expect(by(ben.page, "notice")).to_have_count(0)


@pytest.mark.expects("uncaught error")
def test_a_notification_that_fails_once_costs_none_of_the_next(person):
    ana, ben = person(), person(script=FAILS_ONCE)
    ana.start_group("Plans", ben.username)

    announce(ana, ben, "first", "second", "third", tried="window.tries")

    assert len(ben.page.evaluate("window.shown")) == 2
    expect(by(ben.page, "notice")).to_have_count(0)


@pytest.mark.expects("uncaught error")
def test_a_browser_that_cannot_announce_at_all_says_so(person):
    ana = person(script=NOT_AT_ALL)
    open_settings(ana)
    by(ana.page, "switch-notifications").click()

    by(ana.page, "try-notification").click()

    expect(ana.page.get_by_text("This browser could not show a notification")).to_be_visible()
    expect(by(ana.page, "switch-notifications")).to_have_attribute("aria-checked", "false")
    expect(by(ana.page, "notice")).to_have_count(0)


def test_without_the_server_the_page_says_so_and_the_browsers_own_settings_work(person, wire):
    ana = person(origin=wire.origin)
    # The page itself is here before the connection is lost; its contents are not.
    expect_loaded_ahead(ana.page, "settings")
    wire.cut()
    ana.expect_not_connected()

    in_account_menu(ana.page, "settings-link").click()

    expect(ana.page.get_by_role("button", name="Retry").first).to_be_visible(timeout=40_000)
    choose_theme(ana, "dark")
    assert ana.page.evaluate("document.documentElement.dataset.theme") == "dark"
    wire.heal()
    ana.expect_connected()
    expect(by(ana.page, "settings")).to_have_attribute("data-state", "ready")
    expect(by(ana.page, "settings-display-name")).to_have_value(ana.username.title())


def test_what_is_typed_while_a_form_is_saved_stays(person):
    ana = person()
    open_settings(ana)
    page, held = ana.page, []
    page.route(
        "**/api/v1/auth/tokens",
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    name = by(page, "settings-name")
    name.fill("backup script")
    by(page, "settings-tokens-save").click()
    ana.wait_until(lambda: held)
    name.fill("another script")
    held[0].continue_()

    expect(by(page, "settings-tokens-outcome")).to_have_text("Tokens updated.")
    expect(name).to_have_value("another script")
    held.clear()
    by(page, "settings-tokens-save").click()
    ana.wait_until(lambda: held)
    held[0].continue_()
    expect(name).to_have_value("")

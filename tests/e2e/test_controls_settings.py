"""The controls of the settings."""

from functools import partial

import httpx
import pytest
from playwright.sync_api import expect

from tests.builders import a_picture
from tests.controls.acts import (
    LINES,
    NARROW,
    SIZES,
    WIDE,
    fresh,
    go_offline,
    holds_value,
    is_gone,
    is_suggested,
    is_there,
    reads,
    refuse,
)
from tests.controls.ledger import use
from tests.controls.widths import widths, widths_and_offline
from tests.e2e.conftest import shared_server
from tests.e2e.pages import PASSWORD, by
from tests.e2e.test_settings import WATCH_NOTIFICATIONS

server = shared_server()
OTHER_PASSWORD = "battery staple horse"


def open_settings(guest, **options):
    user = guest("/settings", **options)
    expect(by(user.page, "settings")).to_have_attribute("data-state", "ready")
    return user


def type_into(page, testid, text):
    field = by(page, testid)
    field.fill("")
    with use(page, testid, effect="holds what is typed", holds=holds_value(field, text)):
        field.press_sequentially(text)


def save(page, part, effect, holds, sends):
    with use(page, f"settings-{part}-save", effect=effect, holds=holds, sends=sends):
        by(page, f"settings-{part}-save").click()


def is_said(page, part):
    """Whether it is said how it went, and that it went well."""
    outcome = by(page, f"settings-{part}-outcome")
    return lambda: any(outcome.all_inner_texts()) and not outcome.locator(".field-error").count()


SECTIONS = (
    *("troubleshooting", "privacy", "tokens", "password", "sessions"),
    *("notifications", "writing", "appearance", "profile"),
)


def is_in_view(page, heading):
    """Whether the address names the heading, and it is seen: below the links, or beside them under the header."""
    above = page.locator(".settings-nav" if page.viewport_size == NARROW else ".conversation-head")
    return lambda: (
        page.url.endswith(f"#{heading}")
        and page.locator(f"#{heading}").bounding_box()["y"]
        >= above.bounding_box()["y"] + above.bounding_box()["height"]
        and page.locator(f"#{heading}").bounding_box()["y"] < page.viewport_size["height"]
    )


@pytest.mark.expects("lost connection")
def test_each_link_leads_to_its_part(guest):
    user = open_settings(guest)
    page = user.page
    for _ in widths_and_offline(user):
        for section in SECTIONS:
            holds = is_in_view(page, f"settings-{section}")
            with use(page, f"settings-nav-{section}", effect="leads to that part", holds=holds):
                by(page, f"settings-nav-{section}").click()


@pytest.mark.expects("status 422")
def test_the_profile_is_saved_with_nothing_something_wrong_and_all_right(guest):
    user = open_settings(guest)
    page = user.page
    wrong = by(page, "settings-profile").locator("[aria-invalid=true]")
    for _ in widths(user):
        by(page, "settings-display-name").fill("")
        save(page, "profile", "asks for a name", is_there(wrong), "empty")
        by(page, "settings-status").fill("Here")
        by(page, "settings-display-name").fill("Anew")
        save(page, "profile", "saves it", is_said(page, "profile"), "right")
        by(page, "settings-display-name").fill("   ")
        save(page, "profile", "asks for a name", is_there(wrong), "wrong")
        type_into(page, "settings-display-name", "Ana Maria")
        type_into(page, "settings-status", "On the train")
        save(page, "profile", "saves it", is_said(page, "profile"), "right")
        me = user.context.request.get("/api/v1/users/me").json()
        assert (me["display_name"], me["status"]) == ("Ana Maria", "On the train")
        by(page, "settings-status").fill("")
        by(page, "settings-profile-save").click()
        expect(by(page, "settings-profile-save")).to_be_disabled()


def test_the_picture_is_chosen_and_removed(guest):
    user = open_settings(guest)
    page, shown = user.page, by(user.page, "settings-profile").locator(".avatar img")
    picture = {"name": "me.png", "mimeType": "image/png", "buffer": a_picture(size=(60, 60))}
    for _ in widths(user):
        with (
            use(page, "settings-avatar", effect="shows the new picture", holds=is_there(shown)),
            page.expect_file_chooser() as chooser,
        ):
            page.locator("label", has=by(page, "settings-avatar")).click()
            chooser.value.set_files(picture)
        with use(page, "settings-avatar-remove", effect="shows the initials again", holds=is_gone(shown)):
            by(page, "settings-avatar-remove").click()


def is_on(page, name):
    switch = by(page, f"switch-{name}")
    return lambda: switch.get_attribute("aria-checked") == "true"


def test_what_others_may_know_is_switched(guest):
    user = open_settings(guest)
    page = user.page
    for _ in widths(user):
        for name, key in (("read", "shares_read"), ("presence", "shares_presence")):
            on = is_on(page, name)

            def saved(key=key):
                return user.context.request.get("/api/v1/users/me").json()[key]

            with use(page, f"switch-{name}", effect="is off for the server too", holds=lambda saved=saved: not saved()):
                by(page, f"switch-{name}").click()
            expect(by(page, f"switch-{name}")).to_have_attribute("aria-checked", "false")
            expect(by(page, "own-presence")).to_have_count(0 if name == "presence" else 1)
            with use(page, f"switch-{name}", effect="is on again", holds=on):
                by(page, f"switch-{name}").click()


def test_who_may_add_one_is_switched(guest):
    user = open_settings(guest)
    page, on = user.page, is_on(user.page, "additions")

    def saved():
        return user.context.request.get("/api/v1/users/me").json()["only_acquaintances_add"]

    for _ in widths(user):
        with use(page, "switch-additions", effect="is on for the server too", holds=saved):
            by(page, "switch-additions").click()
        expect(by(page, "switch-additions")).to_have_attribute("aria-checked", "true")
        with use(page, "switch-additions", effect="is off again", holds=lambda: not on() and not saved()):
            by(page, "switch-additions").click()


def test_the_look_is_chosen(guest):
    user = open_settings(guest)
    page = user.page
    for _ in widths_and_offline(user):
        for theme in ("dark", "light", "system"):
            chosen = f"(document.documentElement.dataset.theme || 'system') === '{theme}'"
            with use(page, f"theme-{theme}", effect=f"draws it {theme}", holds=lambda js=chosen: page.evaluate(js)):
                page.locator("label", has=by(page, f"theme-{theme}")).click()
        look = "document.documentElement.dataset"
        for control, is_shown in (
            ("density-compact", f"{look}.density === 'compact'"),
            ("density-cosy", f"{look}.density === undefined"),
            ("contrast-more", f"{look}.contrast === 'more'"),
            ("contrast-system", f"{look}.contrast === undefined"),
            ("clock-24", "localStorage.getItem('nova:clock') === '24'"),
            ("clock-12", "localStorage.getItem('nova:clock') === '12'"),
            ("clock-system", "localStorage.getItem('nova:clock') === null"),
            ("enter-break", "localStorage.getItem('nova:enter') === 'break'"),
            ("enter-send", "localStorage.getItem('nova:enter') === null"),
            ("undo-send-on", "localStorage.getItem('nova:undo-send') === 'on'"),
            ("undo-send-off", "localStorage.getItem('nova:undo-send') === null"),
        ):
            with use(page, control, effect="changes the look", holds=lambda js=is_shown: page.evaluate(js)):
                page.locator("label", has=by(page, control)).click()
        for key, height in (("Home", "13px"), ("End", "18px")):
            is_shown = f"getComputedStyle(document.body).fontSize === '{height}'"
            with use(page, "text-size", effect=f"the text is {height}", holds=lambda js=is_shown: page.evaluate(js)):
                by(page, "text-size").press(key)
        for _ in range(3):
            by(page, "text-size").press("ArrowLeft")
        assert page.evaluate("localStorage.getItem('nova:text-size')") is None


@pytest.mark.expects("lost connection")
def test_the_undo_of_deletions_is_switched(guest):
    user = guest("/settings")
    page, switch = user.page, by(user.page, "switch-undo")
    state = partial(switch.get_attribute, "aria-checked")
    for _ in widths_and_offline(user):
        for value in ("false", "true"):
            with use(page, "switch-undo", effect="is switched", holds=lambda value=value: state() == value):
                switch.click()


@pytest.mark.expects("lost connection")
def test_notifications_are_switched_and_tried(person):
    user = person(path="", script=WATCH_NOTIFICATIONS)
    page, one, on = user.page, by(user.page, "try-notification"), is_on(user.page, "notifications")
    page.goto("/settings")
    for _, is_offline in widths_and_offline(user):
        expect(by(page, "settings")).to_have_attribute("data-state", "ready")
        with use(page, "switch-notifications", effect="asks, and is on", holds=on):
            by(page, "switch-notifications").click()
        said = reads(by(page, "notification-test"), "The browser accepted the notification.")
        with use(page, "try-notification", effect="shows one, and says what the browser answered", holds=said):
            one.click()
        assert page.evaluate("shown.map(({ title }) => title)") == ["Nova"]
        with use(page, "switch-notifications", effect="tells no more", holds=lambda: not on()):
            by(page, "switch-notifications").click()
        if not is_offline:
            page.reload()


def test_what_notifies_is_chosen(guest):
    user = open_settings(guest)
    page = user.page

    def kept():
        return user.context.request.get("/api/v1/users/me").json()["notifications"]

    # What was chosen is offered again: the second time it is another.
    both = (
        (("from", "21:30", "0930PM"), ("until", "06:45", "0645AM")),
        (("from", "20:15", "0815PM"), ("until", "07:10", "0710AM")),
    )
    for times, _ in zip(both, widths(user), strict=True):
        for level in ("mentions", "none", "all"):
            holds = lambda level=level: kept()["default"] == level  # noqa: E731
            with use(page, f"notify-{level}", effect=f"{level} for the account", holds=holds):
                by(page, f"notify-{level}").click()
            expect(by(page, f"notify-{level}")).to_be_enabled()
        with use(page, "switch-quiet-hours", effect="there are quiet hours", holds=lambda: bool(kept()["quiet_hours"])):
            by(page, "switch-quiet-hours").click()
        for name, time, keys in times:
            is_that = lambda name=name, time=time: kept()["quiet_hours"][name] == time  # noqa: E731
            with use(page, f"quiet-{name}", effect="is that time", holds=is_that):
                by(page, f"quiet-{name}").press_sequentially(keys)
                by(page, f"quiet-{name}").evaluate("field => field.blur()")
        expect(by(page, "switch-quiet-hours")).to_be_enabled()
        with use(page, "switch-quiet-hours", effect="there are none", holds=lambda: kept()["quiet_hours"] is None):
            by(page, "switch-quiet-hours").click()


def test_another_browser_is_signed_out(guest, server):
    user = open_settings(guest)
    page, account = user.page, {"username": user.username, "password": PASSWORD}
    for _ in widths(user):
        with httpx.Client(base_url=f"{server.origin}/api/v1") as other:
            other.post("/auth/login", json=account).raise_for_status()
            page.reload()
            sessions = by(page, "session")
            expect(sessions).to_have_count(2)
            with use(page, "session-end", effect="signs that browser out", holds=lambda: sessions.count() == 1):
                by(page, "session-end").click()
            assert other.get("/users/me").status_code == 401


@pytest.mark.expects("status 422", "status 401", "lost connection")
@LINES
def test_another_browser_is_signed_out_with_the_password_a_while_after_signing_in(person, server, size, is_offline):
    user = person(path="", viewport=size)
    other = person(user.username, register=False)
    other.sign_in()
    page, asked = user.page, by(user.page, "settings-session-password")
    page.goto("/settings")
    user.expect_connected()
    expect(by(page, "session")).to_have_count(2)
    server.age_sessions(user.username)
    with use(page, "session-end", effect="asks for the password", holds=is_there(asked)):
        by(page, "session-end").click()
    if is_offline:
        go_offline(user)
        type_into(page, "settings-session-password", PASSWORD)
        return
    refused = []
    page.on("response", lambda answer: refused.append(answer) if answer.status == 422 else None)
    save(page, "sessions", "is refused again", lambda: bool(refused), "empty")
    expect(by(page, "settings-sessions-save")).to_be_enabled()
    asked.fill("not this one")
    refusal = by(page, "settings-sessions").locator(".field-error", has_text="not your current password")
    save(page, "sessions", "says that it is not the password", is_there(refusal), "wrong")
    type_into(page, "settings-session-password", PASSWORD)
    save(page, "sessions", "signs that browser out", lambda: by(page, "session").count() == 1, "right")
    expect(asked).to_have_count(0)
    assert other.context.request.get("/api/v1/users/me").status == 401


def suggest_and_hide(page):
    field = by(page, "settings-new-password")
    with use(page, "settings-password-suggest", effect="fills in one and shows it", holds=is_suggested(field)):
        by(page, "settings-password-suggest").click()
    hidden = lambda: field.get_attribute("type") == "password"  # noqa: E731
    with use(page, "settings-password-show", effect="hides it", holds=hidden):
        by(page, "settings-password-show").click()


@pytest.mark.expects("status 422")
def test_the_password_is_changed_with_nothing_something_wrong_and_all_right(guest):
    user = open_settings(guest)
    page, old, new = user.page, PASSWORD, OTHER_PASSWORD
    wrong = by(page, "settings-password").locator("[aria-invalid=true]")
    for _ in widths(user):
        save(page, "password", "says what is missing", lambda: wrong.count() > 0, "empty")
        page.reload()
        expect(by(page, "settings")).to_have_attribute("data-state", "ready")
        type_into(page, "settings-current-password", "not this one")
        suggest_and_hide(page)
        type_into(page, "settings-new-password", new)
        save(page, "password", "says that it is not the password", is_there(wrong), "wrong")
        by(page, "settings-current-password").fill(old)
        key = user.context.request.post("/api/v1/auth/tokens", data={"name": "bot"}).json()["token"]
        ends = by(page, "settings-end-tokens")
        with use(page, "settings-end-tokens", effect="is checked", holds=ends.is_checked):
            ends.check()
        save(page, "password", "changes it", is_said(page, "password"), "right")
        program = {"Authorization": f"Bearer {key}", "Cookie": ""}
        assert user.context.request.get("/api/v1/users/me", headers=program).status == 401
        account = {"username": user.username, "password": new}
        assert user.context.request.post("/api/v1/auth/login", data=account).ok
        old, new = new, old
        page.reload()
        expect(by(page, "settings")).to_have_attribute("data-state", "ready")


@pytest.mark.expects("status 422")
def test_a_key_is_made_with_nothing_something_wrong_and_all_right_copied_and_ended(guest):
    user = open_settings(guest)
    page = user.page
    user.context.grant_permissions(["clipboard-read", "clipboard-write"])
    wrong, secret = by(page, "settings-tokens").locator("[aria-invalid=true]"), by(page, "token-secret")
    for _ in widths(user):
        save(page, "tokens", "asks for a name", is_there(wrong), "empty")
        by(page, "settings-name").fill("fine")
        save(page, "tokens", "makes a key and shows it", is_another(secret), "right")
        with use(page, "token-secret", effect="is chosen whole", holds=lambda: selected(page) == secret.input_value()):
            secret.click(click_count=3)
        read = "navigator.clipboard.readText()"
        with use(page, "token-copy", effect="copies it", holds=lambda: page.evaluate(read) == secret.input_value()):
            by(page, "token-copy").click()
        expect(by(page, "token")).to_have_count(1)
        with use(page, "token-end", effect="ends the key", holds=lambda: by(page, "token").count() == 0):
            by(page, "token-end").click()
        by(page, "settings-name").fill("   ")
        save(page, "tokens", "asks for a name", is_there(wrong), "wrong")
        type_into(page, "settings-name", fresh("bot"))
        # What is right is no longer called wrong.
        by(page, "settings-tokens-save").click()
        by(page, "token-end").click()
        expect(by(page, "token")).to_have_count(0)


@pytest.mark.expects("status 422")
def test_a_key_needs_the_password_a_while_after_signing_in(person, server):
    # Of their own: other tests go on with a session that has just begun.
    user = person(path="/settings")
    page, refused = user.page, []
    tokens, asked = by(page, "settings-tokens"), by(page, "settings-token-password")
    expect(by(page, "settings")).to_have_attribute("data-state", "ready")
    page.on("response", lambda answer: refused.append(answer) if answer.status == 422 else None)

    def ask():
        server.age_sessions(user.username)
        by(page, "settings-name").fill("bot")
        save(page, "tokens", "asks for the password", is_there(asked), "wrong")

    ask()
    for _, is_offline in widths_and_offline(user):
        if is_offline:
            type_into(page, "settings-token-password", PASSWORD)
            return
        by(page, "settings-name").fill("")
        refused.clear()
        save(page, "tokens", "is refused again", lambda: bool(refused), "empty")
        by(page, "settings-name").fill("bot")
        by(page, "settings-token-password").fill("not this one")
        refusal = tokens.locator(".field-error", has_text="not your current password")
        save(page, "tokens", "says that it is not the password", is_there(refusal), "wrong")
        type_into(page, "settings-token-password", PASSWORD)
        save(page, "tokens", "makes a key and shows it", is_another(by(page, "token-secret")), "right")
        expect(asked).to_have_count(0)
        ask()


def is_another(secret):
    """Whether a key is shown that was not before."""
    before = secret.input_value() if secret.count() else ""
    return lambda: is_there(secret)() and secret.input_value() != before


def selected(page):
    return page.evaluate(
        "(field => field.value.slice(field.selectionStart, field.selectionEnd))(document.activeElement)"
    )


@pytest.mark.expects("status 418")
@SIZES
def test_settings_that_could_not_be_loaded_come_by_retry(guest, size):
    user = guest("", size=size)
    page = user.page
    refuse(page, "**/api/v1/auth/sessions")
    page.goto("/settings")
    user.expect_connected()
    page.wait_for_load_state("networkidle")
    expect(by(page, "settings-retry")).to_be_visible(timeout=20_000)
    page.unroute("**/api/v1/auth/sessions")
    with use(page, "settings-retry", effect="loads them", holds=is_there(by(page, "settings-display-name"))):
        by(page, "settings-retry").click()


@pytest.mark.expects("lost connection")
def test_offline_what_is_typed_stays(guest):
    user = open_settings(guest, size=WIDE)
    page = user.page
    by(page, "settings-name").fill("bot")
    by(page, "settings-tokens-save").click()
    secret = by(page, "token-secret")
    expect(secret).to_be_visible()
    user.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go_offline(user)
    for testid in ("display-name", "status", "current-password", "new-password", "name"):
        type_into(page, f"settings-{testid}", "typed")
    suggest_and_hide(page)
    with use(page, "settings-end-tokens", effect="is checked", holds=by(page, "settings-end-tokens").is_checked):
        by(page, "settings-end-tokens").check()
    with use(page, "token-secret", effect="is chosen whole", holds=lambda: selected(page) == secret.input_value()):
        secret.click(click_count=3)
    read = "navigator.clipboard.readText()"
    with use(page, "token-copy", effect="copies it", holds=lambda: page.evaluate(read) == secret.input_value()):
        by(page, "token-copy").click()


@pytest.mark.expects("lost connection", "notice SERVER_ERROR")
def test_the_errors_that_this_browser_keeps_are_saved_and_cleared(guest):
    user = open_settings(guest)
    page, saved = user.page, []
    page.on("download", lambda download: saved.append(download.suggested_filename))
    for _ in widths_and_offline(user):
        page.evaluate("novaReport({ code: 'internal', quiet: true })")
        assert user.error_log()
        saved.clear()
        effect = "saves them as a file"
        with use(page, "settings-errors-save", effect=effect, holds=lambda: saved == ["nova-errors.json"]):
            by(page, "settings-errors-save").click()
        with use(page, "settings-errors-clear", effect="forgets them", holds=lambda: user.error_log() == []):
            by(page, "settings-errors-clear").click()

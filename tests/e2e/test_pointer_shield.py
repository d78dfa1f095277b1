"""The wheel under a resting pointer: no row is under it until the rows rest, and no click is lost."""

import pytest
from playwright.sync_api import expect

from tests.controls.acts import WIDE, say
from tests.e2e.conftest import shared_server
from tests.e2e.pages import by

server = shared_server()

UNDER_POINTER = "([x, y]) => document.elementFromPoint(x, y).className"
HEIGHT = "() => document.querySelector('[data-timeline-scroll]').scrollHeight"
WHEEL = """() => {
    const view = document.querySelector("[data-timeline-scroll]");
    view.dispatchEvent(new WheelEvent("wheel", { bubbles: true, deltaY: -1 }));
}"""
WHEEL_AND_CLICK = f"""([x, y]) => {{
    ({WHEEL})();
    const over = document.elementFromPoint(x, y);
    over.dispatchEvent(new MouseEvent("click", {{ bubbles: true, cancelable: true, clientX: x, clientY: y }}));
    return over.className;
}}"""
WATCH_SHIELD = """() => {
    const shield = document.querySelector(".row-shield");
    window.wasShown = false;
    new MutationObserver(() => (window.wasShown ||= !shield.hidden)).observe(shield, { attributes: true });
}"""
AT = [700, 400]


@pytest.fixture
def reader(person):
    """Somebody with the pointer on a conversation that is longer than the window."""
    user = person(path="", viewport=WIDE)
    room = user.make_group("Long")
    say(user, room, *(f"line {number}: see https://nova.example/{number}" for number in range(40)))
    user.page.goto(f"/c/{room}")
    expect(user.row("line 39: see https://nova.example/39")).to_be_visible()
    user.page.wait_for_load_state("networkidle")
    user.page.mouse.move(*AT)
    return user


def test_while_the_wheel_moves_the_rows_none_is_under_the_pointer(reader):
    page = reader.page
    shield = page.locator(".row-shield")
    height = page.evaluate(HEIGHT)
    expect(shield).to_have_attribute("hidden", "")

    page.evaluate(WATCH_SHIELD)  # on a busy machine a look at it would come too late
    page.mouse.wheel(0, -200)
    page.wait_for_function("() => window.wasShown")
    assert page.evaluate(HEIGHT) == height, "there is nothing more to scroll"
    page.wait_for_function("() => document.querySelector('[data-timeline-scroll]').scrollTop <= -190")

    expect(shield).to_have_attribute("hidden", "")
    assert "row-shield" not in page.evaluate(UNDER_POINTER, AT)
    # What the pointer rests on now has its bar.
    expect(by(page, "message-actions")).to_be_visible()


def test_a_click_in_that_moment_reaches_what_is_under_it(reader):
    at = place_of_link(reader.page)
    assert reader.page.evaluate(WHEEL_AND_CLICK, at) == "row-shield"
    assert reader.page.evaluate("window.clicked") == "https://nova.example/39"
    expect(reader.page.locator(".row-shield")).to_have_attribute("hidden", "")


def test_a_button_held_while_the_rows_come_to_rest_still_clicks_what_is_under_it(reader):
    page = reader.page
    reader.install_clock()
    page.mouse.move(*place_of_link(page))
    page.evaluate(WHEEL)
    page.mouse.down()
    page.clock.run_for(400)  # longer than the rows need to rest
    page.mouse.up()
    assert page.evaluate("window.clicked") == "https://nova.example/39"
    expect(page.locator(".row-shield")).to_have_attribute("hidden", "")


def place_of_link(page):
    """A point on the link of the last row; what is clicked there is kept, and not followed."""
    page.evaluate(
        """document.addEventListener("click", (event) => {
            const link = event.target.closest("a");
            if (link) { window.clicked = link.href; event.preventDefault(); }
        }, true)"""
    )
    box = by(page, "message").last.locator("a").bounding_box()
    return [box["x"] + 5, box["y"] + 5]


def test_a_conversation_that_fits_has_no_shield(person):
    user = person(path="", viewport=WIDE)
    room = user.make_group("Short")
    say(user, room, "one line")
    user.page.goto(f"/c/{room}")
    expect(user.row("one line")).to_be_visible()
    user.page.mouse.move(*AT)
    user.page.mouse.wheel(0, -200)
    expect(user.page.locator(".row-shield")).to_have_attribute("hidden", "")
    assert user.page.evaluate("() => document.querySelector('[data-timeline-scroll]').scrollTop") == 0

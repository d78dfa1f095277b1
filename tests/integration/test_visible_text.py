"""Names that show nothing or pass for others are refused with a reason; so are empty texts."""

import uuid

import pytest

pytestmark = pytest.mark.anyio

BAD_NAMES = [
    *(
        "\u200b",
        "\u3164",
        "\u2800",
        "\u00ad",
        "\ufeff",
        "\u2060",
        "\u115f\u1160",
        "\u17b4",
        "\u180e",
        "\ufe0f",
        "\U000e0041",
    ),
    *("\u202enimdA", "\u2066x", "x\u2067y\u2069", "Ana\u200e"),
    *("Ana\u2028Admin", "Ana\u2029Admin", "Ana\u0085x", "Ana\x9bx"),
    *("Ana\u200b", "Ana\u200d", "Ana\ufe0f", "A\u034fna", "An\U000e0061a"),
    "Z" + "\u0301" * 60,
]
GOOD_NAMES = [
    *("Ana", "Zoë", "D'Arcy-Łukasz", "Nguyễn", "نیما می‌خواهم", "क्‍षमा", "ශ්‍රී", "葛󠄀城", "👨‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "1️⃣", "❤️", "👩🏽‍⚕️"),
]
EMPTY_TEXTS = ["\u200b", "\u3164", "\u2800", "\u00ad", "\u2060 \ufeff", "\u202e", "\ufe0f\u200d", "\n\u115f\t"]


async def test_a_name_that_shows_something_else_is_refused_everywhere(register, browser):
    # Two accounts: what one may change in a moment is limited.
    ada, eve, user = await register("ada"), await register("eve"), await browser()
    for name in BAD_NAMES:
        body = {"username": "bob", "display_name": name, "password": "correct horse battery"}
        answers = (
            ("display_name", await ada.patch("/api/v1/users/me", json={"display_name": name})),
            ("status", await ada.patch("/api/v1/users/me", json={"status": name})),
            ("title", await eve.post("/api/v1/conversations", json={"kind": "group", "title": name, "members": []})),
            ("name", await eve.post("/api/v1/auth/tokens", json={"name": name})),
            ("display_name", await user.post("/api/v1/auth/register", json=body)),
        )
        for field, answer in answers:
            assert (answer.status_code, list(answer.json().get("fields", []))) == (422, [field]), ascii(name)


async def test_a_name_of_any_script_is_kept(register):
    ada = await register("ada")
    for name in GOOD_NAMES:
        changed = await ada.patch("/api/v1/users/me", json={"display_name": name, "status": name})
        assert (changed.status_code, changed.json().get("display_name")) == (200, name)


async def test_a_text_that_shows_nothing_is_empty(group):
    (ada, _), room = await group("ada", "bob")
    for text in EMPTY_TEXTS:
        for path in (f"/api/v1/conversations/{room}/messages", "/api/v1/posts"):
            key = {"Idempotency-Key": str(uuid.uuid4())}
            answer = await ada.post(path, json={"text": text}, headers=key)
            assert (answer.status_code, answer.json().get("code")) == (422, "text_empty"), ascii(text)


async def test_a_search_for_nothing_finds_nothing(group):
    (ada, _), room = await group("ada", "bob")
    key = {"Idempotency-Key": str(uuid.uuid4())}
    await ada.post(f"/api/v1/conversations/{room}/messages", json={"text": "x\u200by"}, headers=key)
    for text in EMPTY_TEXTS:
        assert (await ada.get("/api/v1/search", params={"q": text})).json()["items"] == []

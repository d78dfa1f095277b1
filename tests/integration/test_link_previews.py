"""Link previews: off unless the operator wants them, fetched once and safely, gone with their message."""

import asyncio
import socket
import uuid

import httpx
import pytest

from nova_app.domain.link_previews import PAGE_MAX_BYTES
from nova_app.integrations.link_previews import HttpPreviewFetcher
from nova_app.persistence.decoders import Decoders
from nova_app.services.cost_table import Budget
from tests.asgi import services_of
from tests.series import read_series, total
from tests.websites import Website

pytestmark = pytest.mark.anyio
HEAD = '<title>Long title</title><meta property="og:title" content="Minutes"><meta name="description" content="Of May">'


@pytest.fixture
async def website():
    async with Website() as made:
        yield made


@pytest.fixture
def settings(settings, website):
    return settings.model_copy(update={"link_previews": True, "link_preview_origins": (website.origin,)})


@pytest.fixture
def post(group):
    """Ana and Ben, and a message of Ana's; gives the address of its previews."""

    async def make(text):
        (ana, ben), room = await group("ana", "ben")
        return ana, ben, await send(ana, room, text)

    return make


async def send(client, room, text):
    headers = {"Idempotency-Key": str(uuid.uuid4())}
    answer = await client.post(f"/api/v1/conversations/{room}/messages", json={"text": text}, headers=headers)
    assert answer.status_code == 201, answer.text
    return f"/api/v1/conversations/{room}/messages/{answer.json()['message_id']}"


async def previews(client, message):
    answer = await client.get(f"{message}/previews")
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def stored(nova):
    """The addresses of which something is stored, in both tables."""
    reader = services_of(nova).link_previews._previews._reader
    return reader.run(
        lambda session: [
            [row[0] for row in session.connection().exec_driver_sql(f"SELECT url FROM {table} ORDER BY url")]
            for table in ("link_preview", "message_link")
        ]
    )


def counted(nova, result):
    return total(read_series(nova.instruments.metrics.registry), "nova_link_previews_total", result=result)


async def test_a_link_has_the_preview_of_its_page(post, website, nova):
    url = website.page("/minutes", HEAD)
    ana, ben, message = await post(f"Look at {url}, please.")
    assert website.visits == []
    wanted = [{"url": url, "host": "127.0.0.1", "title": "Minutes", "description": "Of May"}]
    assert await previews(ben, message) == wanted
    assert await previews(ana, message) == wanted
    (visit,) = website.visits
    assert "user-agent: Nova-Link-Previews/1" in visit
    names = {line.split(":")[0].lower() for line in visit.split("\r\n")[1:] if line}
    assert names == {"host", "accept", "accept-encoding", "connection", "user-agent"}
    assert counted(nova, "shown") == 1


async def test_an_address_is_fetched_once_for_all_who_ask_at_once_and_for_every_message(post, website, group):
    url = website.page("/a", HEAD)
    website.delay = 0.2
    ana, ben, message = await post(url)
    room = message.split("/")[4]
    other = await send(ben, room, f"again {url}#part")
    shown = await asyncio.gather(*(previews(who, which) for who in (ana, ben) for which in (message, other)))
    assert [item["title"] for items in shown for item in items] == ["Minutes"] * 4
    assert len(website.visits) == 1


async def test_deleting_the_last_message_that_links_a_page_deletes_its_preview(post, website, nova):
    url = website.page("/a", HEAD)
    ana, _, first = await post(url)
    second = await send(ana, first.split("/")[4], url)
    assert await previews(ana, first)
    assert await previews(ana, second)
    await ana.delete(first)
    assert await stored(nova) == [[url], [url]]
    assert await previews(ana, first) == []
    await ana.delete(second)
    assert await stored(nova) == [[], []]


async def test_a_preview_that_arrives_after_the_deletion_is_not_kept(post, website, nova):
    url = website.page("/a", HEAD)
    website.delay = 0.3
    ana, ben, message = await post(url)
    asked = asyncio.create_task(previews(ben, message))
    while not website.visits:
        await asyncio.sleep(0.01)
    await ana.delete(message)
    await asked
    assert await stored(nova) == [[], []]


async def test_an_edit_keeps_the_previews_of_the_links_that_stay(post, website, nova):
    one, two = website.page("/1", HEAD), website.page("/2", HEAD)
    ana, ben, message = await post(f"{one} {two}")
    assert len(await previews(ben, message)) == 2
    await ana.patch(message, json={"text": f"only {two}"})
    assert await stored(nova) == [[two], [two]]
    assert [item["url"] for item in await previews(ben, message)] == [two]
    assert len(website.visits) == 2


async def test_the_author_dismisses_the_previews_for_everybody(post, website):
    one, two = website.page("/1", HEAD), website.page("/2", HEAD)
    ana, ben, message = await post(one)
    assert (await ben.delete(f"{message}/previews")).status_code == 403
    assert await previews(ben, message)
    for _ in range(2):
        assert (await ana.delete(f"{message}/previews")).status_code == 204
    assert await previews(ana, message) == await previews(ben, message) == []
    await ana.patch(message, json={"text": f"{one} {two}"})
    assert [item["url"] for item in await previews(ben, message)] == [two]


async def test_a_dismissed_link_is_not_even_fetched(post, website):
    ana, ben, message = await post(website.page("/1", HEAD))
    await ana.delete(f"{message}/previews")
    assert await previews(ben, message) == []
    assert website.visits == []


async def test_strangers_learn_nothing(post, website, register):
    _, _, message = await post(website.page("/1", HEAD))
    eve = await register("eve")
    for answer in (await eve.get(f"{message}/previews"), await eve.delete(f"{message}/previews")):
        assert answer.status_code == 404
    assert website.visits == []


async def test_too_many_links_of_one_author_wait(post, website, nova):
    ana, ben, message = await post(website.page("/1", HEAD))
    services_of(nova).budgets.spend(ana.user_id, Budget.PREVIEWS, 120)
    answer = await ben.get(f"{message}/previews")
    assert (answer.status_code, answer.json()["kind"]) == (429, "RATE_LIMITED")
    assert "links" in answer.json()["detail"]
    assert website.visits == []
    assert counted(nova, "rate_limited") == 1


@pytest.mark.parametrize(
    ("content", "content_type", "headers"),
    [
        (b"<!doctype html><p>no title", "text/html", {}),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><title>x</title></svg>", "text/html", {}),
        (b"<!doctype html><title>x</title>", "image/svg+xml", {}),
        (b"\x1f\x8b\x08", "text/html", {"content_encoding": "gzip"}),
        (b"<!doctype html><title>x</title>", "text/html", {"status": "500 Broken"}),
        (b"<!doctype html><title>x</title>", "text/html", {"status": "204 None"}),
        (b"", "text/html", {"status": "302 Found", "location": "/loop"}),
    ],
)
async def test_what_is_no_page_has_no_preview_and_is_not_asked_for_again(post, website, content, content_type, headers):
    url = website.put("/loop", content, content_type, **headers)
    _, ben, message = await post(url)
    assert await previews(ben, message) == []
    visits = len(website.visits)
    assert visits <= 4
    assert await previews(ben, message) == []
    assert len(website.visits) == visits


async def test_a_page_is_read_as_far_as_its_head_and_never_further_than_a_megabyte(post, website):
    head = "<title>Big</title>" + "<link>" * (2 * PAGE_MAX_BYTES // 6)
    _, ben, message = await post(website.page("/big", head))
    assert [item["title"] for item in await previews(ben, message)] == ["Big"]


async def test_hostile_titles_are_text(post, website):
    evil = "&lt;img src=x onerror=alert(1)&gt;&#x202e;"
    _, ben, message = await post(website.page("/evil", f"<title>{evil}</title>"))
    assert [item["title"] for item in await previews(ben, message)] == ["<img src=x onerror=alert(1)>"]


class TestOff:
    """A server whose operator did not ask for previews."""

    @pytest.fixture
    def settings(self, settings):
        return settings.model_copy(update={"link_previews": False})

    async def test_nothing_is_fetched_or_shown(self, post, website):
        ana, ben, message = await post(website.page("/1", HEAD))
        assert await previews(ben, message) == []
        assert website.visits == []
        me = (await ana.get("/api/v1/users/me")).json()
        assert (me["link_previews"], me["link_previews_available"]) == (True, False)


async def test_a_user_hides_them(register):
    ana = await register("ana")
    me = (await ana.patch("/api/v1/users/me", json={"link_previews": False})).json()
    assert (me["link_previews"], me["link_previews_available"]) == (False, True)
    assert (await ana.get("/api/v1/users/me")).json()["link_previews"] is False


@pytest.fixture
async def fetcher_of():
    """A fetcher whose requests are answered by a function, in a world where these names have these addresses."""
    decoders, made = Decoders(), []

    def make(answer):
        fetcher = HttpPreviewFetcher(decoders, (), transport=httpx.MockTransport(answer))
        made.append(fetcher)
        return fetcher

    yield make
    for fetcher in made:
        await fetcher.aclose()
    await decoders.close()


@pytest.fixture
def names(monkeypatch):
    """Addresses by name; a list is used up look-up by look-up."""
    known = {}

    def getaddrinfo(host, port, **_):
        if host not in known:
            raise socket.gaierror(socket.EAI_NONAME, "no such name")
        found = known[host].pop(0) if isinstance(known[host], list) else known[host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found.split()]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


def a_page(title="Found", **headers):

    async def body():
        yield f"<title>{title}</title>".encode()

    return httpx.Response(200, headers={"content-type": "text/html", **headers}, content=body())


async def test_the_request_goes_to_the_address_that_was_checked(fetcher_of, names):
    names["example.org"] = ["93.184.215.14", "127.0.0.1"]
    sent = []

    def answer(request):
        sent.append((request.url.host, request.headers["host"], request.extensions["sni_hostname"]))
        return a_page()

    preview, result = await fetcher_of(answer).fetch("https://example.org/a", "ana")
    assert (preview.title, result) == ("Found", "shown")
    assert sent == [("93.184.215.14", "example.org", "example.org")]


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "fd00::1", "::ffff:127.0.0.1", "93.184.215.14 10.0.0.1"],
)
@pytest.mark.parametrize("is_redirected", [False, True])
async def test_nothing_is_sent_to_the_inside_at_once_or_behind_a_redirect(fetcher_of, names, inside, is_redirected):
    names |= {"example.org": "93.184.215.14", "inside.example": inside}
    sent = []

    def answer(request):
        sent.append(request.headers["host"])
        return httpx.Response(302, headers={"location": "http://inside.example/admin"})

    first = "http://example.org/" if is_redirected else "http://inside.example/"
    _, result = await fetcher_of(answer).fetch(first, "ana")
    assert result == "refused"
    assert sent == ["example.org"] * is_redirected


@pytest.mark.parametrize(
    "location",
    [
        "http://example.org:22/",
        "file:///etc/passwd",
        "ftp://example.org/",
        "http://u:p@example.org/",
        "//127.0.0.1/",
        "http://[::1]/",
    ],
)
async def test_a_redirect_leads_only_where_a_link_may(fetcher_of, names, location):
    names |= {"example.org": "93.184.215.14", "127.0.0.1": "127.0.0.1", "::1": "::1"}
    sent = []

    def answer(request):
        sent.append(str(request.url))
        return httpx.Response(301, headers={"location": location})

    _, result = await fetcher_of(answer).fetch("http://example.org/", "ana")
    assert result == "refused"
    assert len(sent) == 1


async def test_cookies_are_neither_kept_nor_sent(fetcher_of, names):
    names["example.org"] = "93.184.215.14"
    cookies = []

    def answer(request):
        cookies.append(request.headers.get("cookie"))
        headers = {"set-cookie": "id=1; Path=/", "location": "/next"}
        return httpx.Response(302, headers=headers) if len(cookies) == 1 else a_page(**{"set-cookie": "id=2; Path=/"})

    fetcher = fetcher_of(answer)
    for path in ("a", "b"):
        await fetcher.fetch(f"http://example.org/{path}", "ana")
    assert cookies == [None] * 3


async def test_what_cannot_be_reached_or_never_answers_is_abandoned(fetcher_of, names, monkeypatch):
    monkeypatch.setattr("nova_app.integrations.link_previews.TIMEOUT_SECONDS", 0.2)
    names["example.org"] = "93.184.215.14"

    async def never(_request):
        await asyncio.Event().wait()

    def broken(_request):
        raise httpx.ConnectError("refused")

    for fetcher, url in (
        (fetcher_of(never), "http://example.org/"),
        (fetcher_of(broken), "http://example.org/"),
        (fetcher_of(broken), "http://unknown.example/"),
    ):
        assert (await fetcher.fetch(url, "ana"))[1] == "unreachable"


async def test_a_page_that_drips_or_never_ends_is_abandoned(fetcher_of, names, monkeypatch):
    monkeypatch.setattr("nova_app.integrations.link_previews.TIMEOUT_SECONDS", 0.3)
    names["example.org"] = "93.184.215.14"

    async def drip():
        yield b"<!doctype html>"
        while True:
            await asyncio.sleep(0.05)
            yield b" "

    fetcher = fetcher_of(lambda _: httpx.Response(200, headers={"content-type": "text/html"}, content=drip()))
    assert (await fetcher.fetch("http://example.org/", "ana"))[1] == "unreachable"

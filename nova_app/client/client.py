"""Nova's API over httpx; the one place where httpx's errors become ``NovaAPIError``."""

from __future__ import annotations

import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from nova_app.client.calls import Calls
from nova_app.client.errors import NovaAPIError, from_exception
from nova_app.client.retry import RetryPolicy
from nova_app.domain.errors import ErrorCode
from nova_app.schemas.accounts import NewTokenResponse, UserResponse
from nova_app.schemas.conversations import ConversationResponse, ConversationsResponse
from nova_app.schemas.messages import MessageResponse, MessagesResponse
from nova_app.schemas.posts import PostResponse
from nova_app.schemas.search import SearchResponse
from nova_app.schemas.uploads import UploadResponse

Answer = TypeVar("Answer", bound=BaseModel)
Token = str | Callable[[], Awaitable[str]]
API = "/api/v1/"


class TokenAuth(httpx.Auth):
    """Puts a Bearer token on each request; a function is asked for it each time."""

    def __init__(self, token: Token) -> None:
        self._token = token

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        """Sign one request."""
        token = self._token if isinstance(self._token, str) else await self._token()
        request.headers["Authorization"] = f"Bearer {token}"
        yield request


class NovaClient:
    """One caller's view of the API.

    Usage::

        async with NovaClient("http://localhost:3000", token="…") as client:
            me = await client.get("/api/v1/users/me", UserResponse)

    Calls that are safe to repeat (``GET``, ``PUT``, ``DELETE``, and whatever has a key) are
    tried again by ``policy``; every failure is a :class:`NovaAPIError`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: Token = "",
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        policy: RetryPolicy | None = None,
        on_request: Sequence[Callable[[httpx.Request], Awaitable[None]]] = (),
        on_response: Sequence[Callable[[httpx.Response], Awaitable[None]]] = (),
        on_signed_out: Callable[[], Awaitable[None] | None] | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            token: A Bearer token, or a function that gives one for each request; empty to
                use the cookies that signing in sets.
            headers: Sent with every request (a forwarded cookie, an Origin).
            transport: How requests travel; None for the network.
            policy: How often and how long calls are tried; None for the usual.
            on_request: Called with each request before it is sent, tries included.
            on_response: Called with each answer before it is read.
            on_signed_out: Called once when the session turns out to have ended, however
                many calls find out together.
        """
        policy = policy or RetryPolicy()
        self._http = httpx.AsyncClient(
            base_url=base_url,
            headers=dict(headers or {}),
            auth=TokenAuth(token) if token else None,
            transport=transport,
            timeout=policy.per_try,
            event_hooks={"request": list(on_request), "response": list(on_response)},
        )
        self._calls = Calls(self._http, policy=policy, on_signed_out=on_signed_out)

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the connection pool."""
        await self._http.aclose()

    async def request(
        self,
        method: str,
        path: str,
        answer: type[Answer],
        *,
        body: Mapping[str, Any] | None = None,
        params: Mapping[str, Any] | None = None,
        key: str | None = None,
    ) -> Answer:
        """Call the API and read the answer.

        Args:
            path: Below ``/api/v1/``, or whole where it begins with a slash.
            answer: The form the answer must have.
            key: Makes a repeat harmless (``Idempotency-Key``).

        Raises:
            NovaAPIError: Anything went wrong; nothing else is raised.
        """
        headers = {"Idempotency-Key": key} if key else None
        url = path if path.startswith("/") else API + path
        try:
            request = self._http.build_request(method, url, json=body, params=params, headers=headers)
        except httpx.InvalidURL as fault:
            raise from_exception(fault) from fault
        return await self._send(request, answer)

    async def _send(self, request: httpx.Request, answer: type[Answer]) -> Answer:
        response = await self._calls.send(request)
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as fault:
            raise NovaAPIError(
                ErrorCode.UNEXPECTED_ANSWER, f"expected {answer.__name__}: {fault}", status=response.status_code
            ) from fault

    async def delete(self, path: str) -> None:
        """End or leave something, which has no answer; raises as :meth:`request` does."""
        await self._calls.send(self._http.build_request("DELETE", API + path))

    async def get(self, path: str, answer: type[Answer], params: Mapping[str, Any] | None = None) -> Answer:
        """Read something; see :meth:`request`."""
        return await self.request("GET", path, answer, params=params)

    async def post(
        self, path: str, answer: type[Answer], body: Mapping[str, Any] | None = None, *, key: str | None = None
    ) -> Answer:
        """Make something; tried again only with a ``key``. See :meth:`request`."""
        return await self.request("POST", path, answer, body=body, key=key)

    async def register(self, username: str, display_name: str, password: str) -> UserResponse:
        """Make an account; this client is signed in by its cookie afterwards."""
        body = {"username": username, "display_name": display_name, "password": password}
        return await self.request("POST", "auth/register", UserResponse, body=body)

    async def sign_in(self, username: str, password: str) -> UserResponse:
        """Sign in by cookie."""
        return await self.request("POST", "auth/login", UserResponse, body={"username": username, "password": password})

    async def sign_out(self) -> None:
        """End the session of the cookie."""
        await self._calls.send(self._http.build_request("POST", f"{API}auth/logout"))

    async def create_token(self, name: str) -> str:
        """Make a Bearer token for programs."""
        return (await self.request("POST", "auth/tokens", NewTokenResponse, body={"name": name})).token

    async def get_me(self) -> UserResponse:
        """Return the signed-in user."""
        return await self.request("GET", "users/me", UserResponse)

    async def list_conversations(self) -> Sequence[ConversationResponse]:
        """Return all my conversations, page by page, the most recently active first.

        One that becomes active meanwhile may be left out.
        """
        page = await self.get("conversations", ConversationsResponse)
        found = page.items
        while page.has_more:
            page = await self.get("conversations", ConversationsResponse, {"before": page.next_before})
            found += page.items
        return found

    async def create_conversation(
        self, *, kind: str, title: str, members: Sequence[str], key: str | None = None
    ) -> ConversationResponse:
        """Make a conversation; a repeated ``key`` answers the first one, and one is made if none is given."""
        body = {"kind": kind, "title": title, "members": list(members)}
        return await self.request(
            "POST", "conversations", ConversationResponse, body=body, key=key or str(uuid.uuid4())
        )

    async def search(self, text: str, *, before: str | None = None, limit: int = 20) -> SearchResponse:
        """Return my messages that match the query, the newest first."""
        query = {"q": text, "before": before, "limit": limit}
        return await self.get(
            "search", SearchResponse, {name: value for name, value in query.items() if value is not None}
        )

    async def upload(self, name: str, content: bytes, *, key: str | None = None) -> UploadResponse:
        """Store a file; a repeated ``key`` answers the first one, and one is made if none is given."""
        headers = {"Idempotency-Key": key or str(uuid.uuid4())}
        request = self._http.build_request("POST", f"{API}uploads", files={"file": (name, content)}, headers=headers)
        return await self._send(request, UploadResponse)

    async def publish(self, text: str, upload_ids: Sequence[str] = (), *, key: str | None = None) -> PostResponse:
        """Publish a post; a repeated ``key`` answers the first one."""
        body = {"text": text, "upload_ids": list(upload_ids)}
        return await self.post("posts", PostResponse, body, key=key or str(uuid.uuid4()))

    async def send_message(
        self, conversation_id: str, text: str, upload_ids: Sequence[str] = (), *, key: str | None = None
    ) -> MessageResponse:
        """Store a message with files; a repeated ``key`` answers the first one."""
        body = {"text": text, "upload_ids": list(upload_ids)}
        path = f"conversations/{conversation_id}/messages"
        return await self.request("POST", path, MessageResponse, body=body, key=key or str(uuid.uuid4()))

    async def list_messages(
        self,
        conversation_id: str,
        *,
        before_seq: int | None = None,
        after_seq: int | None = None,
        around_seq: int | None = None,
        at: str | None = None,
        limit: int = 50,
    ) -> MessagesResponse:
        """Return messages, ascending; ``at`` is a day or a moment with its offset."""
        query = {"before_seq": before_seq, "after_seq": after_seq, "around_seq": around_seq, "at": at, "limit": limit}
        params = {name: value for name, value in query.items() if value is not None}
        return await self.request("GET", f"conversations/{conversation_id}/messages", MessagesResponse, params=params)

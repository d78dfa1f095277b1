"""Nova's API over httpx; the one place where httpx's errors become ``NovaAPIError``."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from nova_app.client.errors import NovaAPIError, from_response, from_transport
from nova_app.domain.errors import ErrorCode
from nova_app.protocol.rest import (
    ConversationAnswer,
    ConversationsAnswer,
    MessageAnswer,
    MessagesAnswer,
    TokenAnswer,
    UserAnswer,
)

Answer = TypeVar("Answer", bound=BaseModel)
TIMEOUT_SECONDS = 10.0


class NovaClient:
    """One caller's view of the API.

    Usage::

        async with NovaClient("http://localhost:3000", token="…") as client:
            me = await client.get_me()
    """

    def __init__(
        self,
        base_url: str,
        *,
        token: str = "",
        headers: Mapping[str, str] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            token: A Bearer token; empty to use the cookies that signing in sets.
            headers: Sent with every request (a forwarded cookie, an Origin).
            transport: How requests travel; None for the network.
        """
        sent = dict(headers or {})
        if token:
            sent["Authorization"] = f"Bearer {token}"
        self._http = httpx.AsyncClient(base_url=base_url, headers=sent, transport=transport, timeout=TIMEOUT_SECONDS)

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
            answer: The form the answer must have.
            key: Makes a repeat harmless (``Idempotency-Key``).

        Raises:
            NovaAPIError: Anything went wrong; nothing else is raised.
        """
        headers = {"Idempotency-Key": key} if key else None
        try:
            response = await self._http.request(method, f"/api/v1/{path}", json=body, params=params, headers=headers)
        except httpx.HTTPError as fault:
            raise from_transport(fault) from fault
        if response.is_error:
            raise from_response(response)
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as fault:
            raise NovaAPIError(
                ErrorCode.UNEXPECTED_ANSWER, f"expected {answer.__name__}: {fault}", status=response.status_code
            ) from fault

    async def register(self, username: str, display_name: str, password: str) -> UserAnswer:
        """Make an account; this client is signed in by its cookie afterwards."""
        body = {"username": username, "display_name": display_name, "password": password}
        return await self.request("POST", "auth/register", UserAnswer, body=body)

    async def sign_in(self, username: str, password: str) -> UserAnswer:
        """Sign in by cookie."""
        return await self.request("POST", "auth/login", UserAnswer, body={"username": username, "password": password})

    async def create_token(self, name: str) -> str:
        """Make a Bearer token for programs."""
        return (await self.request("POST", "auth/tokens", TokenAnswer, body={"name": name})).token

    async def get_me(self) -> UserAnswer:
        """Who am I."""
        return await self.request("GET", "users/me", UserAnswer)

    async def list_conversations(self) -> Sequence[ConversationAnswer]:
        """My conversations, the most recently active first."""
        return (await self.request("GET", "conversations", ConversationsAnswer)).items

    async def create_conversation(
        self, *, kind: str, title: str, members: Sequence[str], key: str | None = None
    ) -> ConversationAnswer:
        """Make a conversation; a repeated ``key`` answers the first one."""
        body = {"kind": kind, "title": title, "members": list(members)}
        return await self.request("POST", "conversations", ConversationAnswer, body=body, key=key)

    async def send_message(self, conversation_id: str, text: str, *, key: str | None = None) -> MessageAnswer:
        """Store a message; a repeated ``key`` answers the first one."""
        path = f"conversations/{conversation_id}/messages"
        return await self.request("POST", path, MessageAnswer, body={"text": text}, key=key or str(uuid.uuid4()))

    async def list_messages(
        self, conversation_id: str, *, before_seq: int | None = None, after_seq: int | None = None, limit: int = 50
    ) -> MessagesAnswer:
        """A stretch of messages, ascending."""
        given = {"before_seq": before_seq, "after_seq": after_seq, "limit": limit}
        params = {name: value for name, value in given.items() if value is not None}
        return await self.request("GET", f"conversations/{conversation_id}/messages", MessagesAnswer, params=params)

"""The sessions and tokens with which an account can be used."""

from __future__ import annotations

from fastapi import APIRouter, Response

from nova_app.api.auth import Caller, clear_session
from nova_app.api.dependencies import Given
from nova_app.domain.models import SessionId
from nova_app.schemas.accounts import (
    NewTokenAnswer,
    PasswordBody,
    SessionAnswer,
    SessionsAnswer,
    TokenAnswer,
    TokenBody,
    TokensAnswer,
)

router = APIRouter(prefix="/auth", tags=["auth"])


@router.get("/sessions")
async def list_sessions(caller: Caller, given: Given) -> SessionsAnswer:
    """Where am I signed in."""
    found = await given.access.list_sessions(caller.user_id)
    items = [
        SessionAnswer(
            id=session.id,
            device=session.device,
            created_at=session.created_at,
            seen_at=session.seen_at,
            is_current=session.id == caller.session_id,
        )
        for session in found
    ]
    return SessionsAnswer(items=items, has_more=False)


@router.delete("/sessions/{session_id}", status_code=204)
async def end_session(session_id: str, caller: Caller, given: Given, response: Response) -> None:
    """End a session of mine and close its sockets."""
    await given.access.end_session(caller.user_id, SessionId(session_id))
    if session_id == caller.session_id:
        clear_session(response, is_https=given.settings.is_https)


@router.post("/password", status_code=204)
async def change_password(body: PasswordBody, caller: Caller, given: Given) -> None:
    """Choose another password; every other session ends."""
    await given.accounts.change_password(caller, current=body.current_password, new=body.new_password)


@router.get("/tokens")
async def list_tokens(caller: Caller, given: Given) -> TokensAnswer:
    """My keys for programs."""
    found = await given.access.list_tokens(caller.user_id)
    return TokensAnswer(
        items=[TokenAnswer.model_validate(token, from_attributes=True) for token in found], has_more=False
    )


@router.post("/tokens", status_code=201)
async def create_token(body: TokenBody, caller: Caller, given: Given) -> NewTokenAnswer:
    """Make a key for a program; it is shown this once."""
    token_id, secret = await given.access.create_token(caller.user_id, body.name)
    return NewTokenAnswer(id=token_id, token=secret)


@router.delete("/tokens/{token_id}", status_code=204)
async def end_token(token_id: str, caller: Caller, given: Given) -> None:
    """End a key of mine and close its sockets."""
    await given.access.end_token(caller.user_id, SessionId(token_id))

"""The sessions and tokens with which an account can be used."""

from __future__ import annotations

from uuid import UUID

from fastapi import APIRouter, Request, Response

from nova_app.api.auth import Caller, browser_of, clear_session
from nova_app.api.dependencies import Services
from nova_app.domain.account_events import AccountEventKind
from nova_app.domain.models import ApiToken, SessionId
from nova_app.domain.token_scopes import ALL, DAYS_DEFAULT
from nova_app.observability.audit import AuditEvent, record, recording_failure
from nova_app.schemas.accounts import (
    AccountEventResponse,
    AccountEventsResponse,
    NewTokenResponse,
    PasswordRequest,
    SessionResponse,
    SessionsResponse,
    TokenRequest,
    TokenResponse,
    TokensResponse,
)
from nova_app.schemas.administration import ProofRequest

router = APIRouter(prefix="/auth", tags=["auth"])


@router.get("/sessions")
async def list_sessions(caller: Caller, services: Services) -> SessionsResponse:
    """The caller's signed-in browsers."""
    found = await services.sessions.list_sessions(caller.user_id)
    items = [
        SessionResponse(
            id=session.id,
            device=session.device,
            created_at=session.created_at,
            seen_at=session.seen_at,
            is_current=session.id == caller.session_id,
        )
        for session in found
    ]
    return SessionsResponse(items=items, has_more=False)


@router.delete("/sessions/{session_id}", status_code=204)
async def end_session(
    session_id: str, caller: Caller, services: Services, response: Response, body: ProofRequest | None = None
) -> None:
    """End a session of the caller and close its sockets; that of another device asks for a recent sign-in."""
    if session_id != caller.session_id:
        await services.accounts.prove_recent(caller, body.current_password if body else "")
    await services.sessions.end_session(caller.user_id, SessionId(session_id))
    record(AuditEvent.SESSION_ENDED, account=caller.user_id, session=session_id)
    if session_id == caller.session_id:
        clear_session(response, is_https=services.settings.is_https)


@router.get("/events")
async def list_account_events(caller: Caller, services: Services) -> AccountEventsResponse:
    """What happened to the caller's account lately: new devices, passwords and tokens."""
    found = await services.account_events.list_events(caller.user_id)
    items = [
        AccountEventResponse(
            id=event.id,
            kind=event.kind,
            created_at=event.at,
            device=event.device,
            address=event.address,
            name=event.name,
        )
        for event in found
    ]
    return AccountEventsResponse(items=items, has_more=False)


@router.post("/password", status_code=204)
async def change_password(body: PasswordRequest, request: Request, caller: Caller, services: Services) -> None:
    """Choose another password; every other session ends."""
    with recording_failure(AuditEvent.PASSWORD_CHANGE_FAILED, account=caller.user_id):
        await services.accounts.change_password(
            caller,
            current=body.current_password,
            new=body.new_password,
            end_tokens=body.end_tokens,
            device=browser_of(request),
        )
    record(AuditEvent.PASSWORD_CHANGED, account=caller.user_id)


@router.delete("/password-notice", status_code=204)
async def close_password_notice(caller: Caller, services: Services) -> None:
    """Never ask the caller again for a longer password."""
    await services.accounts.close_password_notice(caller.user_id)


@router.get("/tokens")
async def list_tokens(caller: Caller, services: Services) -> TokensResponse:
    """The caller's tokens for programs."""
    found = await services.sessions.list_tokens(caller.user_id)
    return TokensResponse(items=[_token_response(token) for token in found], has_more=False)


@router.post("/tokens", status_code=201)
async def create_token(body: TokenRequest, request: Request, caller: Caller, services: Services) -> NewTokenResponse:
    """Create a token for a program; it is shown only once."""
    await services.accounts.prove_recent(caller, body.current_password)
    scopes = ALL if body.scopes is None else body.scopes
    days = DAYS_DEFAULT if body.expires_in_days is None else body.expires_in_days
    token_id, secret = await services.sessions.create_token(caller.user_id, body.name, scopes=scopes, days=days)
    record(AuditEvent.TOKEN_CREATED, account=caller.user_id, token_id=token_id)
    await services.account_events.record(
        caller.user_id,
        AccountEventKind.TOKEN_CREATED,
        device=browser_of(request),
        name=body.name.strip(),
        session_id=caller.session_id,
    )
    return NewTokenResponse(id=token_id, token=secret)


@router.delete("/tokens/current", status_code=204)
async def end_own_token(caller: Caller, services: Services) -> None:
    """End the token that the request came with."""
    await services.sessions.end_token(caller.user_id, caller.session_id)
    record(AuditEvent.TOKEN_ENDED, account=caller.user_id, token_id=caller.session_id)


@router.delete("/tokens/{token_id}", status_code=204)
async def end_token(token_id: str, caller: Caller, services: Services) -> None:
    """End a token of the caller and close its sockets."""
    await services.sessions.end_token(caller.user_id, SessionId(token_id))
    record(AuditEvent.TOKEN_ENDED, account=caller.user_id, token_id=token_id)


def _token_response(token: ApiToken) -> TokenResponse:
    return TokenResponse(
        id=UUID(token.id),
        name=token.name,
        created_at=token.created_at,
        scopes=token.scopes.split(),
        expires_at=token.expires_at,
        used_at=token.used_at,
    )

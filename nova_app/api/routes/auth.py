"""Register, sign in and sign out."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request, Response

from nova_app.api.auth import (
    address_of,
    browser_of,
    clear_session,
    device_cookie,
    identify,
    refuse_if_other,
    set_device,
    set_session,
)
from nova_app.api.dependencies import ApiServices, Services
from nova_app.api.routes.users import user_response
from nova_app.domain.account_events import AccountEventKind
from nova_app.domain.errors import NovaError, Refused
from nova_app.domain.events import Profile
from nova_app.observability.audit import AuditEvent, record, recording_failure
from nova_app.protocol.credentials import read_credentials
from nova_app.schemas.accounts import LoginRequest, RegisterRequest, SessionUser, UserResponse
from nova_app.schemas.administration import RegistrationResponse, ResetRequest

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/register", status_code=201)
async def register(body: RegisterRequest, request: Request, response: Response, services: Services) -> UserResponse:
    """Make an account and sign it in."""
    with recording_failure(AuditEvent.REGISTRATION_FAILED):
        profile, secret = await services.accounts.register(
            username=body.username,
            display_name=body.display_name,
            password=body.password,
            address=address_of(request),
            device=browser_of(request),
            invite=body.invite,
        )
    record(AuditEvent.REGISTERED, account=profile.user_id)
    return await _signed_in(profile, secret, request, response, services)


@router.get("/registration")
async def read_registration(services: Services) -> RegistrationResponse:
    """What creating an account needs now, for the page that offers it."""
    standing = await services.registration.read_standing()
    return RegistrationResponse(mode=standing.mode.value, is_first=standing.is_first)


@router.post("/reset", status_code=204)
async def reset_password(body: ResetRequest, request: Request, services: Services) -> None:
    """Set a password by a reset link, once; signs nobody in."""
    with recording_failure(AuditEvent.PASSWORD_CHANGE_FAILED):
        user_id = await services.administration.reset_password(body.token, body.password, end_tokens=body.end_tokens)
    record(AuditEvent.PASSWORD_RESET, account=user_id)
    await services.account_events.record(user_id, AccountEventKind.PASSWORD_CHANGED, device=browser_of(request))


@router.post("/login")
async def login(body: LoginRequest, request: Request, response: Response, services: Services) -> UserResponse:
    """Sign in; the browser gets a new session, whatever it had."""
    try:
        profile, secret = await services.accounts.sign_in(
            username=body.username,
            password=body.password,
            address=address_of(request),
            device=browser_of(request),
            known_device=request.cookies.get(device_cookie(is_https=services.settings.is_https), ""),
        )
    except NovaError as fault:
        account = await services.accounts.find_id(body.username)
        record(AuditEvent.SIGN_IN_FAILED, account=account or "", reason=fault.code)
        raise
    record(AuditEvent.SIGN_IN, account=profile.user_id)
    return await _signed_in(profile, secret, request, response, services)


@router.get("/session")
async def session(request: Request, services: Services) -> SessionUser:
    """Return the signed-in user, or null: a page may ask without an error in its console.

    A page that knows its account asks ``users/me`` instead.
    """
    try:
        identity = await identify(request)
    except Refused:
        return SessionUser(user=None)
    profile = await services.profiles.get_profile(identity.user_id)
    return SessionUser(user=user_response(profile, services.settings))


@router.post("/logout", status_code=204, dependencies=[Depends(refuse_if_other)])
async def logout(request: Request, response: Response, services: Services) -> None:
    """End the session and close its sockets; a repeat does no harm."""
    ended = await services.accounts.sign_out(_old_secret(request))
    if ended is not None:
        record(AuditEvent.SIGN_OUT, account=ended)
    clear_session(response, is_https=services.settings.is_https)


async def _signed_in(
    profile: Profile, secret: str, request: Request, response: Response, services: ApiServices
) -> UserResponse:
    # The session the browser had before ends: an attacker may have planted or kept it.
    await services.accounts.sign_out(_old_secret(request))
    settings = services.settings
    set_session(response, secret, is_https=settings.is_https, max_days=settings.session_max_days)
    set_device(response, await services.accounts.remember_device(profile.user_id), is_https=settings.is_https)
    return user_response(profile, settings)


def _old_secret(request: Request) -> str:
    return read_credentials(request.headers.get("cookie", ""), "").session_secret

"""What a person sets: profile, privacy and access on the server, theme and notifications in this browser."""

from __future__ import annotations

from dataclasses import dataclass

from nova_app.stores.base import SETTINGS_RUNTIME, Action, ClientStore, Field

FIELDS = (
    "display_name",
    "status",
    "avatar_id",
    "current_password",
    "new_password",
    "name",
    "token_password",
    "session_password",
    "invite_password",
    "expires_in_seconds",
    "max_uses",
)
"""The fields that the server may refuse."""


@dataclass(frozen=True)
class SessionItem:
    """A signed-in browser."""

    id: str
    device: str
    seen_label: str
    seen_title: str
    is_current: bool


@dataclass(frozen=True)
class TokenItem:
    """A program's token; ``used_label`` is empty where it never was."""

    id: str
    name: str
    created_label: str
    expires_label: str
    used_label: str


@dataclass(frozen=True)
class InviteItem:
    """An invite that may still be used."""

    id: str
    uses_label: str
    expires_label: str


@dataclass(frozen=True)
class ActivityItem:
    """What happened to the account; ``kind`` is that of an account event."""

    id: str
    kind: str
    where: str
    name: str


class SettingsStore(ClientStore):
    """``state`` is loading, ready or error.

    ``busy``, ``done`` and ``failed`` name the part of the page that is at work, is done or
    failed: profile, avatar, privacy, password, sessions, tokens, token (the new one, copied),
    invites, or invite (the new one, copied).
    ``notifications`` is on, off, blocked, unsupported or failed (the last one could not be shown);
    ``notify_default`` is all, mentions or none; ``quiet_hours`` whether there are any, ``quiet_from`` and
    ``quiet_until`` are times such as 22:00. ``test_result`` is what the browser answered to a test notification:
    empty, asking, shown, accepted, worker, refused, blocked, unsupported or failed, ``test_detail`` its own words.
    ``session_needs_password`` is the name of the device whose end needs it.
    ``theme``, ``contrast`` and ``clock`` are empty where the system decides, ``density`` where it is the usual one.
    """

    store_name = "settings"
    module = SETTINGS_RUNTIME
    use = "useSettingsStore"
    actions = "settingsActions"

    state = Field("loading")
    problem_code = Field("")
    problem_text = Field("")
    username = Field("")
    display_name = Field("")
    status = Field("")
    is_changed = Field(default=False)
    avatar_url = Field("")
    initials = Field("")
    hue = Field(0)
    avatar_percent = Field(0)
    shares_read = Field(default=True)
    shares_presence = Field(default=True)
    only_acquaintances_add = Field(default=False)
    link_previews = Field(default=True)
    link_previews_available = Field(default=False)
    theme = Field("")
    density = Field("")
    contrast = Field("")
    clock = Field("")
    enter = Field("")
    undo_send = Field("")
    text_size = Field(15)
    undoes_deletions = Field(default=True)
    notifications = Field("off")
    notify_default = Field("all")
    quiet_hours = Field(default=False)
    quiet_from = Field("22:00")
    quiet_until = Field("07:00")
    quiet_zone = Field("")
    test_result = Field("")
    test_detail = Field("")
    sessions = Field([], list[SessionItem])
    activity = Field([], list[ActivityItem])
    tokens = Field([], list[TokenItem])
    new_token = Field("")
    token_needs_password = Field(default=False)
    session_needs_password = Field("")
    invite_needs_password = Field(default=False)
    is_admin = Field(default=False)
    invites = Field([], list[InviteItem])
    new_invite = Field("")
    busy = Field("")
    done = Field("")
    failed = Field("")
    fail_code = Field("")
    fail_text = Field("")
    field_errors = Field(dict.fromkeys(FIELDS, ""), dict[str, str])

    reload = Action()
    edit_name = Action()
    edit_status = Action()
    save_profile = Action()
    choose_avatar = Action()
    remove_avatar = Action()
    toggle_read = Action()
    toggle_presence = Action()
    toggle_additions = Action()
    toggle_link_previews = Action()
    choose_look = Action()
    choose_text_size = Action()
    toggle_undo = Action()
    toggle_notifications = Action()
    try_notification = Action()
    choose_notify = Action()
    toggle_quiet = Action()
    edit_quiet_from = Action()
    edit_quiet_until = Action()
    save_quiet = Action()
    end_session = Action()
    confirm_end_session = Action()
    suggest_password = Action()
    change_password = Action()
    create_token = Action()
    copy_token = Action()
    end_token = Action()
    create_invite = Action()
    copy_invite = Action()
    end_invite = Action()

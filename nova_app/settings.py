"""Settings from the environment and the file ``.env``, read once at the start."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "NOVA_"


class InvalidSetting(ValueError):
    """A ``NOVA_*`` variable has a value that Nova cannot use.

    The text is one line that names the variable, its value and what is allowed.
    """

    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{name}={value!r} is not usable: expected {allowed}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a setting may be, in words: for the refusal and for the reference."""

    text: str


def _to_origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or "*" in value or "@" in value:
        raise ValueError
    if value.lower() != f"{parts.scheme}://{parts.netloc}".lower():
        raise ValueError
    return value.lower()


def _split(value: object) -> object:
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _to_origins(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError
    return tuple(map(_to_origin, values))


def _to_networks(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_network(value)) for value in values)


Count = Annotated[int, Field(ge=1), Allowed("a whole number above 0")]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False), Allowed("a number above 0")]
Port = Annotated[int, Field(ge=1, le=65_535), Allowed("a port from 1 to 65535")]
Origin = Annotated[str, AfterValidator(_to_origin)]
Listed = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]


class Settings(BaseModel):
    """Every setting with its default. The reference, ``docs/reference/settings.md``, is written from it.

    Made by hand it takes nothing from the environment; that is what :func:`load_settings` does.
    """

    model_config = ConfigDict(frozen=True)

    host: Annotated[str, Allowed("an address to listen on")] = Field(
        "0.0.0.0",  # noqa: S104 - colleagues on the same network get in
        description="Address to listen on.",
    )
    port: Port = Field(3000, description="Port of pages, API, sockets and health.")
    data_dir: Annotated[Path, Allowed("a directory")] = Field(
        Path("data"), description="Directory of the database and the files."
    )
    database_url: Annotated[str, Field(pattern="^sqlite:///"), Allowed("sqlite:///<path>")] = Field(
        "", description="Database; empty: `nova.db` in the data directory."
    )
    public_origins: Annotated[
        Listed,
        AfterValidator(_to_origins),
        Allowed("exact origins such as https://chat.example.org, separated by commas"),
    ] = Field(
        (), description="Origins that may use Nova; unset: an Origin equal to the Host, for localhost and IP addresses."
    )
    trusted_proxies: Annotated[Listed, Allowed("addresses separated by commas")] = Field(
        (), description="Proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted."
    )
    metrics_token: Annotated[str, Allowed("a secret of your choice")] = Field(
        "",
        description="Bearer token for `/metrics`; unset: only programs on this machine, and not through a proxy.",
    )
    alertmanager_url: Annotated[Origin, Allowed("an exact origin such as http://localhost:9093")] = Field(
        "", description="Alertmanager whose firing alerts `/status` shows; unset: none."
    )
    dashboards_url: Annotated[str, Allowed("an address such as http://localhost:3001/d")] = Field(
        "", description="Where Grafana's dashboards are, for the links of `/status`; unset: no links."
    )
    log_format: Annotated[Literal["human", "json"], Allowed("human or json")] = Field(
        "human", description="Format of the log lines."
    )
    log_level: Annotated[Literal["debug", "info", "warning"], Allowed("debug, info or warning")] = Field(
        "info", description="Least important of Nova's own log lines that are written."
    )
    access_log: Annotated[bool, Allowed("true or false")] = Field(
        default=False, description="Log each request: method, route, status, time, address and id."
    )
    send_rate: Positive = Field(100.0, description="Messages per second per account, in the long run.")
    send_burst: Count = Field(1_000, description="Messages an account may send at once.")
    sockets_per_account: Count = Field(64, description="Sockets per account; beyond that the oldest is closed.")
    dials_per_minute: Count = Field(600, description="Connection attempts per minute and account.")
    admissions_per_second: Positive = Field(
        200.0, description="Sockets accepted per second; the others are asked to reconnect later, spread out."
    )
    sign_ins_per_account: Count = Field(5, description="Sign-in attempts per minute and account.")
    sign_ins_per_address: Count = Field(20, description="Sign-in attempts per minute and address.")
    registrations_per_address: Count = Field(1_000, description="Accounts created per hour and address.")
    upload_max_mb: Count = Field(100, description="Maximum file size, in MiB.")
    upload_quota_mb: Count = Field(2_000, description="Storage quota of one account, in MiB.")
    storage_max_gb: Annotated[float, Field(ge=0, allow_inf_nan=False), Allowed("a number, 0 for no limit")] = Field(
        0.0, description="Storage quota of all files together, in GiB; 0: no limit but the disk."
    )
    uploads_per_hour: Count = Field(600, description="Files an account may send per hour.")
    searches_per_minute: Count = Field(240, description="Searches per minute and account.")
    webhook_attempts: Count = Field(
        9,
        description=(
            "Attempts to deliver to a webhook, over two and a half days, before a delivery waits for an operator."
        ),
    )
    webhook_networks: Annotated[
        Listed, AfterValidator(_to_networks), Allowed("networks such as 10.0.0.0/8, separated by commas")
    ] = Field((), description="Private networks that webhooks may call; unset: only public addresses.")
    probe_port: Port = Field(9105, description="Port of the prober's metrics, on this machine only.")
    probe_origin: Annotated[Origin, Allowed("an exact origin such as https://chat.example.org")] = Field(
        "", description="Where the prober connects to Nova; unset: on this machine."
    )
    probe_seconds: Positive = Field(30.0, description="Seconds between two round trips of the prober.")
    session_idle_days: Count = Field(30, description="Days of inactivity after which a session ends.")
    session_max_days: Count = Field(90, description="Days after which a session ends in any case.")
    shutdown_seconds: Positive = Field(5.0, description="Seconds a stop waits for open requests.")
    return_window_seconds: Positive = Field(
        5.0, description="Minimum number of seconds over which clients reconnect after a planned restart."
    )

    @model_validator(mode="before")
    @classmethod
    def _drop_blank(cls, values: Mapping[str, Any]) -> dict[str, Any]:
        """An empty variable means the default, and spaces around a value mean nothing."""
        trimmed = {name: value.strip() if isinstance(value, str) else value for name, value in values.items()}
        return {name: value for name, value in trimmed.items() if value != ""}

    @property
    def database_path(self) -> Path:
        """The file of the database."""
        if self.database_url:
            return Path(self.database_url.removeprefix("sqlite:///"))
        return self.data_dir / "nova.db"

    @property
    def is_https(self) -> bool:
        """Whether people reach Nova by https, so that the cookie must be Secure."""
        return bool(self.public_origins) and all(o.startswith("https://") for o in self.public_origins)


class _Environment(BaseSettings, Settings):
    """The settings as the environment has them; a variable that is set wins over the file's."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=".env", env_file_encoding="utf-8", extra="ignore", validate_default=False
    )


def load_settings() -> Settings:
    """Return the settings of this process: its environment over the ``.env`` file beside it.

    Raises:
        InvalidSetting: A value cannot be used; nothing else was done.
    """
    try:
        return _Environment()
    except ValidationError as fault:
        (name, *_), value = fault.errors()[0]["loc"], fault.errors()[0]["input"]
        raise InvalidSetting(name_of(str(name)), str(value), allowed_for(str(name))) from None


def name_of(field: str) -> str:
    """Return the variable of a setting."""
    return f"{PREFIX}{field.upper()}"


def allowed_for(field: str) -> str:
    """Return what a setting may be, in words."""
    return next(item.text for item in Settings.model_fields[field].metadata if isinstance(item, Allowed))

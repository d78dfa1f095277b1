"""Settings from the environment and the file ``.env``, read once at the start."""

from __future__ import annotations

import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from nova_app.setting_types import (
    Allowed,
    Count,
    Days,
    Listed,
    Megabytes,
    Origin,
    Port,
    Positive,
    WebAddress,
    to_host,
    to_listed_origins,
    to_networks,
    to_origins,
    to_proxies,
)

PREFIX = "NOVA_"
ROOT = Path(__file__).resolve().parents[1]
"""Where Nova is: its code, its ``.env``, its builds, and what relative paths of settings begin with."""


REFLEX_ORIGINS = "REFLEX_CORS_ALLOWED_ORIGINS"
"""Would open to other origins what Nova closes."""


class InvalidSetting(ValueError):
    """A ``NOVA_*`` variable has a value that Nova cannot use.

    The text is one line that names the variable, its value and what is allowed.
    """

    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{name}={value!r} is not usable: expected {allowed}")
        self.name = name


class UnreadableSettings(InvalidSetting):
    """The file ``.env`` is there and cannot be read; the text is one line."""

    def __init__(self, path: Path, reason: str) -> None:
        ValueError.__init__(self, f"{path} cannot be read: {reason}")
        self.name = path.name


def _from_root(path: Path) -> Path:
    return ROOT / path.expanduser()


class Settings(BaseModel):
    """Every setting with its default. The reference, ``docs/reference/settings.md``, is written from it.

    Made by hand it takes nothing from the environment; that is what :func:`load_settings` does.
    """

    model_config = ConfigDict(frozen=True)

    host: Annotated[str, AfterValidator(to_host), Allowed("an address to listen on, such as 127.0.0.1")] = Field(
        "0.0.0.0",  # noqa: S104 - colleagues on the same network get in
        description="Address to listen on.",
    )
    port: Port = Field(3000, description="Port of pages, API, sockets and health.")
    data_dir: Annotated[Path, AfterValidator(_from_root), Allowed("a directory")] = Field(
        Path("data"), validate_default=True, description="Directory of the database and the files."
    )
    database_url: Annotated[str, Field(pattern="^sqlite:///[^:]+$"), Allowed("sqlite:///<path of a file>")] = Field(
        "", description="Database; empty: `nova.db` in the data directory."
    )
    public_origins: Annotated[
        Listed,
        AfterValidator(to_origins),
        Allowed("exact origins such as https://chat.example.org, separated by commas, and none with http beside https"),
    ] = Field(
        (), description="Origins that may use Nova; unset: an Origin equal to the Host, for localhost and IP addresses."
    )
    trusted_proxies: Annotated[
        Listed,
        AfterValidator(to_proxies),
        Allowed("addresses, or networks of at most /8 (IPv6: /16), separated by commas"),
    ] = Field((), description="Proxies whose X-Forwarded-For and X-Forwarded-Proto are trusted.")
    metrics_token: Annotated[str, Field(pattern="^$|^.{16,}$"), Allowed("a secret of at least 16 characters")] = Field(
        "",
        description="Bearer token for `/metrics`, besides the one in `metrics.token`; set: needed on this machine too.",
    )
    alertmanager_url: Annotated[Origin, Allowed("an exact origin such as http://localhost:9093")] = Field(
        "", description="Alertmanager whose firing alerts `/status` shows; unset: none."
    )
    dashboards_url: Annotated[WebAddress, Allowed("an address such as http://localhost:3001/d")] = Field(
        "", description="Where Grafana's dashboards are, for the links of `/status`; unset: no links."
    )
    runbooks_url: Annotated[WebAddress, Allowed("an address such as https://wiki.example.org/nova")] = Field(
        "", description="Where alerts say that the runbooks are; unset: in the Prometheus of `make monitoring`."
    )
    monitoring_origin: Annotated[Origin, Allowed("an exact origin such as https://chat.example.org")] = Field(
        "",
        description="Nova that `make monitoring` watches, with `NOVA_METRICS_TOKEN`; unset: the one on this machine.",
    )
    monitoring_dir: Annotated[Path, AfterValidator(_from_root), Allowed("a directory")] = Field(
        Path("monitoring-data"),
        validate_default=True,
        description="Directory in which `make monitoring` keeps its figures, up to 5 GB.",
    )
    registration: Annotated[Literal["", "open", "invite", "closed"], Allowed("open, invite or closed")] = Field(
        "",
        description="Who may create an account; unset: anyone until the first account exists, then people with an"
        " invite.",
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
    hsts_subdomains: Annotated[bool, Allowed("true or false")] = Field(
        default=False,
        description="Under https, tell browsers to reach the hosts below this one by https only, too; a year long.",
    )
    send_rate: Positive = Field(100.0, description="Messages per second per account, in the long run.")
    send_burst: Count = Field(1_000, description="Messages an account may send at once.")
    socket_shell: Annotated[Literal["fast", "asgi"], Allowed("fast or asgi")] = Field(
        "fast",
        description="How `nova serve` carries the messaging socket: `fast`, below ASGI, or `asgi`, as any ASGI server"
        " does.",
    )
    sockets_per_account: Count = Field(64, description="Sockets per account; beyond that the oldest is closed.")
    dials_per_minute: Count = Field(600, description="Connection attempts per minute and account.")
    admissions_per_second: Positive = Field(
        400.0, description="Sockets accepted per second; the others are asked to reconnect later, spread out."
    )
    sign_ins_per_account: Count = Field(
        5,
        description=(
            "Wrong passwords for one account from one address before each further try has to wait: 60 s divided by"
            " this, then twice as long each time, up to 15 minutes."
        ),
    )
    sign_ins_per_address: Count = Field(20, description="Sign-in attempts per minute and address.")
    registrations_per_address: Count = Field(1_000, description="Accounts created per hour and address.")
    upload_max_mb: Megabytes = Field(100, description="Maximum file size, in MiB.")
    upload_quota_mb: Count = Field(2_000, description="Storage quota of one account, in MiB.")
    storage_max_gb: Annotated[float, Field(ge=0, allow_inf_nan=False), Allowed("a number, 0 for no limit")] = Field(
        0.0, description="Storage quota of all files together, in GiB; 0: no limit but the disk."
    )
    disk_reserve_mb: Count = Field(
        50, description="Free space below which Nova is not ready (`/readyz`), in MiB; keep more for backups."
    )
    uploads_per_hour: Count = Field(600, description="Files an account may send per hour.")
    searches_per_minute: Count = Field(240, description="Searches per minute and account.")
    conversations_per_hour: Count = Field(30, description="Conversations an account may start per hour.")
    additions_per_day: Count = Field(500, description="People an account may add to groups per day.")
    stranger_connections_per_second: Count = Field(
        20, description="Connections and requests per second and address that belong to no session."
    )
    stranger_connections: Count = Field(64, description="Connections of one address at once that belong to no session.")
    head_seconds: Positive = Field(10.0, description="Seconds in which the head of a request has to arrive.")
    body_pause_seconds: Positive = Field(20.0, description="Longest pause within the body of a request, in seconds.")
    idle_seconds: Positive = Field(15.0, description="Seconds an idle connection is kept open for another request.")
    webhook_attempts: Count = Field(
        9,
        description=(
            "Attempts to deliver to a webhook, over two and a half days, before a delivery waits for an operator."
        ),
    )
    webhook_networks: Annotated[
        Listed, AfterValidator(to_networks), Allowed("networks such as 10.0.0.0/8, separated by commas")
    ] = Field((), description="Private networks that webhooks may call; unset: only public addresses.")
    link_previews: Annotated[bool, Allowed("true or false")] = Field(
        default=False,
        description="Fetch the pages that messages link to, to show their titles; each user can hide them.",
    )
    link_preview_origins: Annotated[
        Listed,
        AfterValidator(to_listed_origins),
        Allowed("exact origins such as http://wiki:8080, separated by commas"),
    ] = Field(
        (),
        description="Origins that previews may be fetched from wherever they are, such as a wiki of this network;"
        " unset: only from public addresses on the ports 80 and 443.",
    )
    probe_port: Port = Field(9105, description="Port of the prober's metrics, on this machine only.")
    probe_origin: Annotated[Origin, Allowed("an exact origin such as https://chat.example.org")] = Field(
        "", description="Where the prober connects to Nova; unset: on this machine."
    )
    probe_writer: Annotated[
        str, Field(pattern="^$|^[^:]+:.+$"), Allowed("a user name and a password, as name:password")
    ] = Field("", description="Account that the prober writes as; unset: made in the data directory's database.")
    probe_reader: Annotated[
        str, Field(pattern="^$|^[^:]+:.+$"), Allowed("a user name and a password, as name:password")
    ] = Field("", description="Account that the prober reads as; unset: made in the data directory's database.")
    probe_seconds: Positive = Field(30.0, description="Seconds between two round trips of the prober.")
    session_idle_days: Days = Field(30, description="Days of inactivity after which a session ends.")
    session_max_days: Days = Field(90, description="Days after which a session ends in any case.")
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
            return _from_root(Path(self.database_url.removeprefix("sqlite:///")))
        return self.data_dir / "nova.db"

    @property
    def is_https(self) -> bool:
        """Whether people reach Nova by https, so that the cookie must be Secure."""
        return bool(self.public_origins) and all(o.startswith("https://") for o in self.public_origins)


class _Environment(BaseSettings, Settings):
    """The settings as the environment has them; a variable that is set wins over the file's."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file_encoding="utf-8", extra="ignore", validate_default=False
    )


def load_settings() -> Settings:
    """Return the settings of this process: its environment over the file ``.env`` where Nova is.

    Raises:
        InvalidSetting: A value, or the file, cannot be used; nothing else was done.
    """
    file = ROOT / ".env"
    if origins := os.environ.get(REFLEX_ORIGINS, ""):
        raise InvalidSetting(REFLEX_ORIGINS, origins, f"it unset: {name_of('public_origins')} decides who may connect")
    try:
        return _Environment(_env_file=file)
    except OSError as fault:
        raise UnreadableSettings(file, fault.strerror or str(fault)) from None
    except UnicodeDecodeError:
        raise UnreadableSettings(file, "it is not UTF-8") from None
    except ValidationError as fault:
        (name, *_), value = fault.errors()[0]["loc"], fault.errors()[0]["input"]
        raise InvalidSetting(name_of(str(name)), str(value), allowed_for(str(name))) from None


OTHER_NAMES = frozenset(
    {
        "NOVA_REVISION",
        "NOVA_RUNBOOKS_URL",
        "NOVA_LONG_TERM_URL",
        "NOVA_GRAFANA_PASSWORD",
        "NOVA_MONITORING_OVERLAYS",
        "NOVA_PROMETHEUS_MAX_SIZE",
    }
)
"""Variables that are read elsewhere: by the build, or by the files of the monitoring."""
TEST_PREFIX = "NOVA_TEST_"


def find_unknown_names() -> list[tuple[str, str]]:
    """Return the ``NOVA_*`` names of the environment and of ``.env`` that mean nothing, each with the nearest one.

    The nearest is empty where none is near.
    """
    known = {name_of(field) for field in Settings.model_fields} | OTHER_NAMES
    names = {*os.environ, *dotenv_values(ROOT / ".env", interpolate=False)}
    unknown = sorted(
        name
        for name in names
        if name.upper().startswith(PREFIX) and not name.startswith(TEST_PREFIX) and name.upper() not in known
    )
    return [(name, next(iter(get_close_matches(name.upper(), known, n=1, cutoff=0.8)), "")) for name in unknown]


def name_of(field: str) -> str:
    """Return the variable of a setting."""
    return f"{PREFIX}{field.upper()}"


def allowed_for(field: str) -> str:
    """Return what a setting may be, in words."""
    return next(item.text for item in Settings.model_fields[field].metadata if isinstance(item, Allowed))

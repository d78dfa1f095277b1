"""Settings from the environment, read once at the start."""

from __future__ import annotations

import ipaddress
import math
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

LOG_FORMATS = ("human", "json")
PORT_MAX = 65_535


class InvalidSetting(ValueError):
    """A ``NOVA_*`` variable has a value that Nova cannot use.

    The text is one line that names the variable, its value and what is allowed.
    """

    def __init__(self, name: str, value: str, allowed: str) -> None:
        super().__init__(f"{name}={value!r} is not usable: expected {allowed}")
        self.name = name


def _port(value: str) -> int:
    port = int(value)
    if not 1 <= port <= PORT_MAX:
        raise ValueError
    return port


def _positive(value: str) -> float:
    number = float(value)
    if not (math.isfinite(number) and number > 0):
        raise ValueError
    return number


def _count(value: str) -> int:
    number = int(value)
    if number < 1:
        raise ValueError
    return number


def _origin(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or "*" in value or "@" in value:
        raise ValueError
    if value.lower() != f"{parts.scheme}://{parts.netloc}".lower():
        raise ValueError
    return value.lower()


def _origins(value: str) -> tuple[str, ...]:
    origins = tuple(_origin(part.strip()) for part in value.split(",") if part.strip())
    if not origins:
        raise ValueError
    return origins


def _addresses(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _networks(value: str) -> tuple[str, ...]:
    return tuple(str(ipaddress.ip_network(part)) for part in _addresses(value))


def _log_format(value: str) -> str:
    if value not in LOG_FORMATS:
        raise ValueError
    return value


def _database_url(value: str) -> str:
    if not value.startswith("sqlite:///"):
        raise ValueError
    return value


def _env(name: str, default: object, parse: Callable[[str], object], allowed: str, about: str) -> Any:
    """Declare one setting; ``about`` (with its unit) goes to the reference page."""
    return field(default=default, metadata={"name": name, "parse": parse, "allowed": allowed, "about": about})


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default; see ``docs/reference/settings.md``."""

    host: str = _env("NOVA_HOST", "0.0.0.0", str, "an address to listen on", "Address to listen on.")  # noqa: S104 - colleagues on the same network get in
    port: int = _env("NOVA_PORT", 3000, _port, "a port from 1 to 65535", "Port of pages, API, sockets and health.")
    data_dir: Path = _env("NOVA_DATA_DIR", Path("data"), Path, "a directory", "Where the database and the files live.")
    database_url: str = _env(
        "NOVA_DATABASE_URL", "", _database_url, "sqlite:///<path>", "Database; empty: `nova.db` in the data directory."
    )
    public_origins: tuple[str, ...] = _env(
        "NOVA_PUBLIC_ORIGINS",
        (),
        _origins,
        "exact origins such as https://chat.example.org, separated by commas",
        "Origins that may use Nova; unset: an Origin equal to the Host, for localhost and IP addresses.",
    )
    trusted_proxies: tuple[str, ...] = _env(
        "NOVA_TRUSTED_PROXIES",
        (),
        _addresses,
        "addresses separated by commas",
        "Proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.",
    )
    metrics_token: str = _env(
        "NOVA_METRICS_TOKEN",
        "",
        str,
        "a secret of your choice",
        "Bearer token that reads `/metrics`; unset: only programs on this machine, and not through a proxy.",
    )
    alertmanager_url: str = _env(
        "NOVA_ALERTMANAGER_URL",
        "",
        _origin,
        "an exact origin such as http://localhost:9093",
        "Alertmanager whose firing alerts `/status` shows; unset: none.",
    )
    dashboards_url: str = _env(
        "NOVA_DASHBOARDS_URL",
        "",
        str,
        "an address such as http://localhost:3001/d",
        "Where Grafana's dashboards are, for the links of `/status`; unset: no links.",
    )
    log_format: str = _env("NOVA_LOG_FORMAT", "human", _log_format, "human or json", "Form of the log lines.")
    send_rate: float = _env(
        "NOVA_SEND_RATE", 100.0, _positive, "a number above 0", "Messages per second per account, in the long run."
    )
    send_burst: int = _env(
        "NOVA_SEND_BURST", 1_000, _count, "a whole number above 0", "Messages an account may send at once."
    )
    sockets_per_account: int = _env(
        "NOVA_SOCKETS_PER_ACCOUNT", 64, _count, "a whole number above 0", "Sockets per account; the oldest gives way."
    )
    dials_per_minute: int = _env(
        "NOVA_DIALS_PER_MINUTE", 600, _count, "a whole number above 0", "Socket connections per minute and account."
    )
    admissions_per_second: float = _env(
        "NOVA_ADMISSIONS_PER_SECOND",
        200.0,
        _positive,
        "a number above 0",
        "Sockets taken in per second; the rest is asked to come back one after another.",
    )
    sign_ins_per_account: int = _env(
        "NOVA_SIGN_INS_PER_ACCOUNT", 5, _count, "a whole number above 0", "Sign-in attempts per minute and account."
    )
    sign_ins_per_address: int = _env(
        "NOVA_SIGN_INS_PER_ADDRESS", 20, _count, "a whole number above 0", "Sign-in attempts per minute and address."
    )
    registrations_per_address: int = _env(
        "NOVA_REGISTRATIONS_PER_ADDRESS",
        1_000,
        _count,
        "a whole number above 0",
        "Accounts made per hour and address.",
    )
    upload_max_mb: int = _env(
        "NOVA_UPLOAD_MAX_MB", 100, _count, "a whole number above 0", "The largest file that may be sent, in MiB."
    )
    upload_quota_mb: int = _env(
        "NOVA_UPLOAD_QUOTA_MB", 2_000, _count, "a whole number above 0", "Space for the files of one account, in MiB."
    )
    uploads_per_hour: int = _env(
        "NOVA_UPLOADS_PER_HOUR", 600, _count, "a whole number above 0", "Files an account may send per hour."
    )
    searches_per_minute: int = _env(
        "NOVA_SEARCHES_PER_MINUTE", 240, _count, "a whole number above 0", "Searches per minute and account."
    )
    webhook_attempts: int = _env(
        "NOVA_WEBHOOK_ATTEMPTS",
        9,
        _count,
        "a whole number above 0",
        "Tries to deliver to a webhook, over two days and a half, before a delivery waits for a person.",
    )
    webhook_networks: tuple[str, ...] = _env(
        "NOVA_WEBHOOK_NETWORKS",
        (),
        _networks,
        "networks such as 10.0.0.0/8, separated by commas",
        "Private networks that webhooks may call; unset: only public addresses.",
    )
    probe_port: int = _env(
        "NOVA_PROBE_PORT", 9105, _port, "a port from 1 to 65535", "Port of the prober's metrics, on this machine only."
    )
    probe_origin: str = _env(
        "NOVA_PROBE_ORIGIN",
        "",
        _origin,
        "an exact origin such as https://chat.example.org",
        "Where the prober finds Nova; unset: on this machine.",
    )
    probe_seconds: float = _env(
        "NOVA_PROBE_SECONDS", 30.0, _positive, "a number above 0", "Seconds between two round trips of the prober."
    )
    session_idle_days: int = _env(
        "NOVA_SESSION_IDLE_DAYS", 30, _count, "a whole number above 0", "Days without use after which a session ends."
    )
    session_max_days: int = _env(
        "NOVA_SESSION_MAX_DAYS", 90, _count, "a whole number above 0", "Days after which every session ends."
    )
    shutdown_seconds: float = _env(
        "NOVA_SHUTDOWN_SECONDS", 5.0, _positive, "a number above 0", "Seconds a stop waits for open requests."
    )
    return_window_seconds: float = _env(
        "NOVA_RETURN_WINDOW_SECONDS",
        5.0,
        _positive,
        "a number above 0",
        "Least number of seconds over which clients are asked to come back after a planned restart.",
    )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Settings:
        """Read the settings; an unset or empty variable means its default.

        Raises:
            InvalidSetting: A value cannot be used; nothing else was done.
        """
        values: dict[str, Any] = {}
        for item in fields(cls):
            meta = item.metadata
            raw = environ.get(meta["name"], "").strip()
            if raw:
                values[item.name] = _parse(meta["name"], raw, meta["parse"], meta["allowed"])
        return cls(**values)

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


def _parse(name: str, raw: str, parse: Callable[[str], object], allowed: str) -> object:
    try:
        return parse(raw)
    except ValueError:
        raise InvalidSetting(name, raw, allowed) from None


def read_env_file(path: Path, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment, completed by the lines of a ``.env`` file.

    A variable that is set already wins. Lines are ``NAME=value``; blank lines and
    lines that start with ``#`` are passed over, quotes around a value are removed.
    """
    merged: dict[str, str] = {}
    if path.is_file():
        for line in path.read_text(encoding="utf-8").splitlines():
            name, found, value = line.strip().partition("=")
            if found and not name.startswith("#"):
                merged[name.removeprefix("export ").strip()] = value.strip().strip("'\"")
    return {**merged, **environ}


def load_settings() -> Settings:
    """Return the settings of this process: its environment over the ``.env`` file beside it."""
    return Settings.from_env(read_env_file(Path(".env"), os.environ))

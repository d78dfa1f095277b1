"""What the banner about the connection says, and what it offers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nova_app.domain.errors import ERRORS, ErrorCode


@dataclass(frozen=True, slots=True)
class BannerText:
    """What happened, what it means for the person, and what they can do.

    Attributes:
        text: ``{waiting}`` stands for "1 waiting message", ``{sent}`` for "3 messages".
        action: ``retry``, ``sign_in``, ``use_here``, ``reload`` or empty.
    """

    text: str
    action: str = ""


BANNERS: Mapping[str, BannerText] = MappingProxyType(
    {
        "offline": BannerText("You are offline. Messages are saved here and will be sent automatically.", "retry"),
        "network": BannerText(
            "Cannot reach the server. Messages are saved here and will be sent automatically.", "retry"
        ),
        "no_upgrade": BannerText(ERRORS[ErrorCode.UPGRADE_REQUIRED].text, "retry"),
        "restarting": BannerText("The server is restarting. Nothing is lost.", "retry"),
        "unstable": BannerText("The connection is unstable. Messages are saved here and will be sent automatically."),
        "exhausted": BannerText("Not connected. Messages are saved here.", "retry"),
        "protocol": BannerText(
            "This page and the server could not agree on how to connect. Try again or reload.", "retry"
        ),
        "outdated": BannerText("A new version of Nova is available. Your drafts are kept.", "reload"),
        "signed_out": BannerText("You were signed out. Sign in to continue.", "sign_in"),
        "signed_out_waiting": BannerText("You were signed out. Sign in to send {waiting}.", "sign_in"),
        "signed_out_elsewhere": BannerText("You signed out in another tab. Sign in to continue.", "sign_in"),
        "replaced": BannerText("Nova is open in too many other places.", "use_here"),
        "forbidden": BannerText("This account can no longer use Nova. Ask your administrator."),
        "account_changed": BannerText(
            "A different account is now signed in to this browser. Nothing is sent from here."
        ),
        "pages": BannerText("Messages work, but some controls are not available yet. They will be back automatically."),
        "newer": BannerText("A newer version is ready. Your drafts are kept.", "reload"),
        "back": BannerText("Back online."),
        "back_sent": BannerText("Back online. {sent} sent."),
    }
)
"""The banners by what they are about."""

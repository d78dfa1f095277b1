"""Why a browser notified of a message, or did not: a sentence for each reason of ``notification_rule.js``."""

from __future__ import annotations

from typing import Final

WHY_NOTIFIED: Final = {
    "mention": "The message mentions you.",
    "mention_all": "The message mentions everybody.",
    "direct": "It is a direct message.",
    "all_here": "You chose to be notified of every message of this chat.",
    "all": "Your settings notify you of every message.",
}
WHY_NOT_NOTIFIED: Final = {
    "no_member": "You are not a member of this chat.",
    "muted": "This chat is muted.",
    "none_here": "You chose not to be notified of anything in this chat.",
    "none": "Your settings notify you of nothing.",
    "mentions_here": "You chose to be notified of mentions only in this chat, and the message does not mention you.",
    "mentions": "Your settings notify you of direct messages and mentions, and the message is neither.",
    "quiet_hours": "It came in your quiet hours.",
    "off": "Notifications are off in this browser.",
    "blocked": "The browser blocks notifications from Nova.",
    "unsupported": "This browser has no notifications, or not at this address because it is not secure.",
    "failed": "The browser could not show the last notification.",
    "read": "You had read it on another device.",
    "focused": "You were looking at Nova when it came.",
}

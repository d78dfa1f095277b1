"""Answers in the server's place: what it measures is never the same, and it does not fail when a test wants it to."""

from __future__ import annotations

import json
import math

from nova_app.services.status import BAD_WAITING, draw, draw_level, round_up

COURSES = {
    "Open connections": ("42", "Browser tabs and programs connected now.", 9, 3),
    "Messages": ("18/min", "Messages stored per minute.", 12, 5),
    "Delivery": ("9 ms", "95 % delivered within this time.", 20, 7),
    "Delivered live": ("99.98 %", "Of 12840 deliveries; the rest came after a reconnect.", 0, 0),
    "Connection errors": ("0.02 %", "3 of 14210 operations in the last 15 minutes.", 29, 2),
    "Requests": ("310/min", "Requests per minute.", 14, 4),
    "Failed requests": ("0 %", "0 of 4600 requests in the last 15 minutes.", 32, 0),
    "Webhooks waiting": ("0", "0 need attention.", 32, 0),
}
POINTS = 60
TOPS = {
    "Open connections": "50",
    "Messages": "20",
    "Delivery": "20 ms",
    "Delivered live": "100 %",
    "Connection errors": "1 %",
    "Requests": "500",
    "Failed requests": "1 %",
    "Webhooks waiting": "1",
}
LIMITS = {"Failed requests": ("M0,6.4 H120", "0.8 %")}
DAY = ["none"] * 6 + ["good"] * 42


def _course(level, swing):
    points = (
        f"{number * 120 / (POINTS - 1):.1f},{level - swing * math.sin(number / 5) * math.cos(number / 11):.1f}"
        for number in range(POINTS)
    )
    return "M" + " L".join(points)


STATUS = {
    "is_admin": True,
    "is_well": True,
    "version": "2.0.0",
    "revision": "unknown",
    "since": "2026-03-01T08:00:00Z",
    "figures": [
        {
            "name": name,
            "value": value,
            "about": about,
            "path": _course(level, swing),
            "top": TOPS[name],
            "is_bad": False,
            "limit_path": LIMITS.get(name, ("", ""))[0],
            "limit": LIMITS.get(name, ("", ""))[1],
        }
        for name, (value, about, level, swing) in COURSES.items()
    ],
    "day": DAY,
    "kinds": [{"kind": "NETWORK_ERROR", "count": 12}, {"kind": "RATE_LIMITED", "count": 2}],
    "alerts_state": "known",
    "alerts": [],
    "dashboards_url": "http://dashboards.example/",
}
ALERT = {
    "name": "NovaQueueBacklog",
    "severity": "warning",
    "summary": "Webhook deliveries are waiting longer than they should",
    "runbook_url": "http://runbooks.example/",
    "dashboard_url": "http://dashboards.example/",
    "since": "2026-03-12T10:20:00Z",
}
WAITING = [BAD_WAITING * (0.2 + number / POINTS) for number in range(POINTS)]
TOP_WAITING = round_up(WAITING[-1], 1.0)
TOO_MANY = {
    "value": f"{WAITING[-1]:.0f}",
    "about": "3 need attention.",
    "is_bad": True,
    "path": draw(WAITING, TOP_WAITING),
    "top": f"{TOP_WAITING:.0f}",
    "limit_path": draw_level(BAD_WAITING, TOP_WAITING),
    "limit": f"{BAD_WAITING:.0f}",
}
BAD_STATUS = STATUS | {
    "is_well": False,
    "figures": [figure | (TOO_MANY if "Webhooks" in figure["name"] else {}) for figure in STATUS["figures"]],
    "alerts": [ALERT],
    "day": [*DAY[:30], "bad", "bad", *DAY[32:]],
}
FAULT = {
    "status": 500,
    "content_type": "application/problem+json",
    # Too long to wait for: the page gives up at once, and says always the same.
    "headers": {"Retry-After": "3600"},
    "body": json.dumps({"type": "about:blank", "title": "Internal error", "status": 500, "code": "internal"}),
}
WRONG_FIELDS = {
    "status": 422,
    "content_type": "application/problem+json",
    "body": json.dumps(
        {
            "code": "invalid_fields",
            "kind": "VALIDATION_ERROR",
            "message": "Some fields need your attention. Check them and try again.",
            "fields": {
                "username": "Use 2 to 32 letters a-z, digits, dots, dashes or underscores; "
                "begin with a letter or digit.",
                "password": "Use at least 15 characters, such as four or five words.",
            },
        }
    ),
}

"""Reads firing alerts from an Alertmanager."""

from __future__ import annotations

import time

import httpx

from nova_app.integrations.certificates import trusted_authorities
from nova_app.services.status import Alerts, FiringAlert

FRESH_SECONDS = 10.0
TIMEOUT_SECONDS = 2.0
ORDER = {"critical": 0, "warning": 1, "info": 2}


class AlertmanagerSource:
    """An ``AlertSource`` over its API; asks at most every ten seconds, however many users look."""

    def __init__(self, url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Ask at this address; nowhere if it is empty."""
        self._url = url
        self._client = httpx.AsyncClient(
            timeout=TIMEOUT_SECONDS, transport=transport, trust_env=False, verify=trusted_authorities()
        )
        self._known = Alerts("off")
        self._asked_at = float("-inf")

    async def find_firing(self) -> Alerts:
        if self._url and time.monotonic() - self._asked_at >= FRESH_SECONDS:
            self._asked_at = time.monotonic()
            self._known = await self._ask()
        return self._known

    async def aclose(self) -> None:
        """Close open connections."""
        await self._client.aclose()

    async def _ask(self) -> Alerts:
        try:
            answer = await self._client.get(f"{self._url}/api/v2/alerts", params={"active": "true"})
            found = [_alert(item) for item in answer.raise_for_status().json()]
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return Alerts("unreachable")
        shown = [alert for alert in found if alert.severity in ORDER]
        return Alerts("known", sorted(shown, key=lambda alert: (ORDER[alert.severity], alert.name)))


def _alert(item: dict[str, dict[str, str]]) -> FiringAlert:
    labels, words = item["labels"], item.get("annotations", {})
    return FiringAlert(
        name=labels["alertname"],
        severity=labels.get("severity", ""),
        summary=words.get("summary", ""),
        runbook_url=words.get("runbook_url", ""),
        dashboard_url=words.get("dashboard_url", ""),
        since=str(item["startsAt"]),
    )

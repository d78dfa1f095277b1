"""Every alert, by component."""

from monitoring.alerts.anomaly import ANOMALY
from monitoring.alerts.app import APP
from monitoring.alerts.database import DATABASE
from monitoring.alerts.delivery import DELIVERY
from monitoring.alerts.edges import EDGES
from monitoring.alerts.long_term import LONG_TERM
from monitoring.alerts.monitoring import MONITORING
from monitoring.alerts.services import SERVICES
from monitoring.alerts.websocket import WEBSOCKET

GROUPS = {
    "app": APP,
    "websocket": WEBSOCKET,
    "delivery": DELIVERY,
    "services": SERVICES,
    "database": DATABASE,
    "edges": EDGES,
    "monitoring": MONITORING,
}
"""By the file they are written to."""
ALERTS = tuple(alert for alerts in GROUPS.values() for alert in alerts)
OPTIONAL = {"anomaly": ANOMALY, "long-term": LONG_TERM}
"""Those of an overlay, by its name."""

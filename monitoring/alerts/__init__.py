"""Every alert, by component."""

from monitoring.alerts.app import APP
from monitoring.alerts.delivery import DELIVERY
from monitoring.alerts.edges import EDGES
from monitoring.alerts.services import SERVICES
from monitoring.alerts.websocket import WEBSOCKET

ALERTS = (*APP, *WEBSOCKET, *DELIVERY, *SERVICES, *EDGES)
GROUPS = {"app": APP, "websocket": WEBSOCKET, "delivery": DELIVERY, "services": SERVICES, "edges": EDGES}
"""By the file they are written to."""

"""Nova for programs: a typed HTTP client, used by the Reflex face and by scripts."""

from nova_app.client.client import NovaClient
from nova_app.client.errors import NovaAPIError
from nova_app.client.retry import RetryPolicy

__all__ = ["NovaAPIError", "NovaClient", "RetryPolicy"]

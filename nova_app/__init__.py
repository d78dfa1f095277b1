"""Nova: a self-hosted messenger.

The packages, from the lowest layer up; a package imports only what comes before it, and
packages in braces never import each other::

    {settings | decoder} <- domain <- observability <- {services | protocol} <- schemas
        <- {persistence | realtime | api | client | integrations | stores} <- codegen
        <- background <- container <- asgi <- state <- components <- pages <- nova_app.py

Inner packages do no I/O; outer packages decide nothing. Nothing happens at import but
declarations. ``docs/explanation/map.md`` is the same map with its reasons.
"""

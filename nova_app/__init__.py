"""Nova: a self-hosted messenger.

The rooms, from the floor up; a room imports only what stands before it, and
rooms in braces never import each other::

    settings <- domain <- observability <- {services | protocol} <- schemas
        <- {persistence | realtime | api | client | integrations | stores} <- codegen
        <- background <- container <- asgi <- state <- components <- pages <- nova_app.py

Inner rooms do no I/O; outer rooms decide nothing. Nothing happens at import but
declarations. ``docs/explanation/map.md`` is the same map with its reasons.
"""

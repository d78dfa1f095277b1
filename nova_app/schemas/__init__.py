"""The request and response bodies of the HTTP API, which are also its OpenAPI description.

Lengths that depend on the rules of an account or a message are checked by the services, so that REST and
socket refuse alike.
"""

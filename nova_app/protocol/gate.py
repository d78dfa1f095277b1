"""The gate before everything, as one pure function: may a request come in, and as whose.

Every way in asks :func:`decide` before anything else: the ASGI gate of pages, API and sockets,
and the socket that is served below ASGI. No I/O, no clock and nothing random: what depends on
them (a fresh id, the verdict of the limits) is given in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Any
from urllib.parse import parse_qs

from nova_app.domain.errors import ErrorCode, NovaError, Refused
from nova_app.observability.request_context import is_request_id
from nova_app.protocol.account import ACCOUNT_HEADER, ACCOUNT_QUERY
from nova_app.protocol.bounds import read_length
from nova_app.protocol.codes import CLOSE_CODE_OF
from nova_app.protocol.credentials import Credentials, bind_cookies, read_credentials
from nova_app.protocol.origins import OriginPolicy, refusal

SOCKET_PATH = "/api/v1/socket"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
BODY_MAX_BYTES = 256 * 1024
UPLOADS = "/api/v1/uploads"

_REFUSED_ORIGIN_CLOSE = 4403
_OTHER_CLOSE = 1011


@dataclass(frozen=True, slots=True)
class TrustedProxies:
    """Proxies whose ``X-Forwarded-For`` is believed."""

    networks: Sequence[IPv4Network | IPv6Network] = ()

    @classmethod
    def of(cls, names: Iterable[str]) -> TrustedProxies:
        """Read addresses and networks as ``NOVA_TRUSTED_PROXIES`` lists them."""
        return cls(tuple(ip_network(name, strict=False) for name in names))

    def find_client(self, peer: str, forwarded_for: str) -> str:
        """Return the address a request comes from: the nearest one that is no trusted proxy."""
        if not self.includes(peer):
            return peer
        hops = [hop for part in forwarded_for.split(",") if (hop := _bare_address(part))]
        return next((hop for hop in reversed(hops) if not self.includes(hop)), hops[0] if hops else peer)

    def includes(self, address: str) -> bool:
        """Return whether this is the address of a trusted proxy."""
        if not self.networks:
            return False
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class GatePolicy:
    """What the gate goes by: which pages may talk to Nova, and which proxies are believed.

    Attributes:
        is_https: Whether people reach Nova by https only: then only cookies that are bound to its host count.
    """

    origins: OriginPolicy
    proxies: TrustedProxies = field(default_factory=TrustedProxies)
    is_https: bool = False

    def bind(self, headers: Iterable[tuple[bytes, bytes]]) -> Iterable[tuple[bytes, bytes]]:
        """Return the headers of a request as everything after the gate is to see them."""
        return bind_cookies(headers) if self.is_https else headers


@dataclass(frozen=True, slots=True)
class RequestHead:
    """A request's head, and who sent it.

    Attributes:
        headers: Names in lower case and values, as they were sent.
        peer: The address at the other end of the connection; empty where there is none.
    """

    method: str
    path: str
    headers: Sequence[tuple[str, str]]
    query: str = ""
    peer: str = ""
    is_socket: bool = False

    @classmethod
    def from_scope(cls, scope: Mapping[str, Any]) -> RequestHead:
        """Read the head of an ASGI request or handshake."""
        client = scope.get("client")
        return cls(
            method=scope.get("method", "GET"),
            path=str(scope["path"]),
            headers=[(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]],
            query=scope.get("query_string", b"").decode("latin-1"),
            peer=str(client[0]) if client else "",
            is_socket=scope["type"] == "websocket",
        )

    def find(self, name: str) -> str | None:
        """Return the first header of this name, None where there is none."""
        return next((value for header, value in self.headers if header == name), None)

    def join(self, name: str) -> str:
        """Return all headers of this name as one list."""
        return ",".join(value for header, value in self.headers if header == name)


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may come in.

    Attributes:
        request_id: Under which it is logged and answered.
        address: Where it comes from, behind trusted proxies.
        account: The account its sender means; None from programs that name none.
    """

    request_id: str
    address: str
    host: str
    account: str | None
    credentials: Credentials


@dataclass(frozen=True, slots=True)
class Rejected:
    """A request that may not come in, and how it is told.

    Attributes:
        error: What the answer says: a problem document, or the ``error`` frame of a socket.
        before_upgrade: A socket's upgrade itself is refused (403), because a foreign page is to learn nothing.
            Otherwise it is accepted, sent the error and closed: a page cannot read a refused upgrade.
        close_code: The code that closes a socket, with ``reason``.
    """

    request_id: str
    address: str
    error: NovaError
    before_upgrade: bool
    close_code: int
    reason: str


def decide(
    head: RequestHead, policy: GatePolicy, *, fresh_id: str, verdict: NovaError | None = None
) -> Admitted | Rejected:
    """Decide whether a request may come in.

    Args:
        fresh_id: The request's id, unless a trusted proxy gave it one.
        verdict: Why the limits refuse it; None where they do not.
    """
    sent_id = (head.find("x-request-id") or "") if policy.proxies.includes(head.peer) else ""
    request_id = sent_id if is_request_id(sent_id) else fresh_id
    address = policy.proxies.find_client(head.peer, head.join("x-forwarded-for"))
    fault = _find_foreign_page(head, policy.origins) or verdict or _find_large_body(head)
    if fault is not None:
        return reject(fault, request_id, address)
    return Admitted(
        request_id=request_id,
        address=address,
        host=head.find("host") or "",
        account=find_account(head),
        credentials=credentials_of(head),
    )


def reject(error: NovaError, request_id: str, address: str) -> Rejected:
    """Return how a request is refused for this error, by the gate or by what asks for it later."""
    is_foreign = error.code is ErrorCode.ORIGIN_REFUSED
    code = _REFUSED_ORIGIN_CLOSE if is_foreign else close_code(error)
    return Rejected(request_id, address, error, is_foreign, code, error.code)


def close_code(reason: NovaError) -> int:
    """Return the code that ends a socket for this reason; 1011 unless the reason has one."""
    return CLOSE_CODE_OF.get(reason.code, _OTHER_CLOSE)


def find_account(head: RequestHead) -> str | None:
    """Return the account that a request names: in a header, or in the address where a page cannot set headers."""
    named = head.find(ACCOUNT_HEADER.lower())
    if named is None and head.is_socket:
        named = next(reversed(parse_qs(head.query, keep_blank_values=True).get(ACCOUNT_QUERY, [])), None)
    return named


def credentials_of(head: RequestHead) -> Credentials:
    """Return what a request says about who sends it."""
    return read_credentials(head.find("cookie") or "", head.find("authorization") or "")


def is_file(method: str, path: str) -> bool:
    """Return whether a body is a file or a part of one: its route limits it while it streams."""
    return (method == "POST" and path == UPLOADS) or (method == "PATCH" and path.startswith(f"{UPLOADS}/"))


def too_large() -> Refused:
    """Return the refusal of a body above the limit."""
    return Refused(ErrorCode.FRAME_TOO_LARGE, f"expected a body of at most {BODY_MAX_BYTES} bytes")


def _find_foreign_page(head: RequestHead, origins: OriginPolicy) -> NovaError | None:
    is_safe = head.method in SAFE_METHODS
    if is_safe and not head.is_socket and not head.path.startswith("/api/"):
        return None
    origin = head.find("origin")
    if not origins.allows(origin, head.find("host")):
        return Refused(ErrorCode.ORIGIN_REFUSED, refusal(origin or ""))
    site = head.find("sec-fetch-site") or "same-origin"
    if origin is None and not is_safe and site not in ("same-origin", "none"):
        return Refused(ErrorCode.ORIGIN_REFUSED, "expected a request of this site, got one of another")
    return None


def _find_large_body(head: RequestHead) -> NovaError | None:
    if head.is_socket or not head.path.startswith("/api/") or is_file(head.method, head.path):
        return None
    # One that cannot be read is passed over: the body itself is counted as well.
    length = read_length(head.find("content-length") or "") or 0
    return too_large() if length > BODY_MAX_BYTES else None


def _bare_address(text: str) -> str:
    """Return an address of ``X-Forwarded-For`` without its port and brackets."""
    text = text.strip()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0] if text.count(":") == 1 else text

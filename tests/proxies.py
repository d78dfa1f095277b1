"""The proxies of the distribution, over TLS, with the configurations that are shipped in deploy/."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import ssl
import subprocess
from pathlib import Path

import httpx
from websockets.sync.client import connect

from tests.processes import free_port, until
from tests.tools import find_unpacked

DEPLOY = Path(__file__).parents[1] / "deploy"
NAIVE = "server { listen 80; location / { proxy_pass http://127.0.0.1:3000; } }"
"""What many begin with, for plain HTTP on localhost: no Upgrade, no Host, no address of the client."""
HOST = "chat.example.org"
"""The name in the shipped files; nobody asks a name server for it here."""


def make_certificate(directory, host=HOST):
    """A certificate for this name that signs itself; gives its file and its key's."""
    certificate, key = directory / "cert.pem", directory / "key.pem"
    subject = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    new = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
    ]
    subprocess.run([*new, *subject, "-out", certificate, "-keyout", key], check=True, capture_output=True)
    return certificate, key


class Proxy:
    """A proxy between TLS on a port of its own and a Nova on this machine.

    Args:
        name: ``nginx`` or ``caddy``.
        nova_port: The port of Nova, which may start later.
        config: Another configuration than the one that is shipped; its port 80 is the origin, on localhost.
        shipped: The shipped configuration with changes that its comments propose.
        host: Another name for it and its certificate.
    """

    def __init__(self, name, directory, nova_port, *, config="", shipped="", host=HOST):
        self.name, self.host = name, host
        self.port, self.plain_port, self._nova_port = free_port(), free_port(), nova_port
        self.origin = f"http://localhost:{self.plain_port}" if config else f"https://{host}:{self.port}"
        self._shipped = config or shipped or (DEPLOY / {"nginx": "nginx.conf", "caddy": "Caddyfile"}[name]).read_text()
        self._shipped = self._shipped.replace(HOST, host)
        self._directory = directory
        self.certificate, self._key = make_certificate(directory, host)
        self.tls = ssl.create_default_context(cafile=str(self.certificate))
        self._process = None

    def start(self):
        config = self._directory / "config"
        config.write_text(getattr(self, f"_{self.name}")(self._shipped))
        environ = {**os.environ, "HOME": str(self._directory), "XDG_DATA_HOME": str(self._directory)}
        with (self._directory / "proxy.log").open("wb") as log:
            self._process = subprocess.Popen(
                [find_unpacked(self.name), *self._arguments(config)], env=environ, stdout=log, stderr=log
            )
        address = f"http://127.0.0.1:{self.plain_port}/healthz"
        until(lambda: httpx.get(address), f"an answer of {self.name}", self.log)

    def stop(self):
        self._process.terminate()
        self._process.wait(20)

    def log(self):
        return (self._directory / "proxy.log").read_text()

    @contextlib.contextmanager
    def client(self, address="127.0.0.1", headers=None, **options):
        """A program at this address of the machine; it has its own cookies, and asks by name."""
        transport = Named(httpx.HTTPTransport(verify=self.tls, local_address=address), self.host)
        base = f"https://127.0.0.1:{self.port}"
        sent = {"Host": f"{self.host}:{self.port}", "Origin": self.origin, **(headers or {})}
        with httpx.Client(base_url=base, transport=transport, headers=sent, timeout=60, **options) as client:
            yield client

    def ask(self, target):
        """The whole answer to a request whose target is sent as it is."""
        lines = f"GET {target} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nConnection: close\r\n\r\n"
        plain = socket.create_connection(("127.0.0.1", self.port), timeout=20)
        with self.tls.wrap_socket(plain, server_hostname=self.host) as secure:
            secure.sendall(lines.encode())
            return b"".join(iter(lambda: secure.recv(65_536), b"")).decode(errors="replace")

    def open_socket(self, path, client):
        """A WebSocket with the cookies of this program."""
        cookies = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
        return connect(
            f"wss://{self.host}:{self.port}{path}",
            sock=socket.create_connection(("127.0.0.1", self.port)),
            ssl=self.tls,
            origin=self.origin,
            additional_headers={"Cookie": cookies},
            proxy=None,
        )

    def _arguments(self, config):
        if self.name == "nginx":
            return ["-e", "stderr", "-p", str(self._directory), "-c", str(config)]
        return ["run", "--config", str(config), "--adapter", "caddyfile"]

    def _nginx(self, shipped):
        """The shipped file with this machine's ports and certificate, in what a distribution puts around it."""
        ports = {"80": self.plain_port, "443": self.port, "3000": self._nova_port}
        text = re.sub(
            r"(?<=listen )80|(?<=listen )443|(?<=127\.0\.0\.1:)3000", lambda n: str(ports[n.group()]), shipped
        )
        text = re.sub(r"\n *listen \[::\].*", "", text)
        text = re.sub(r"/etc/letsencrypt/\S+/fullchain.pem", str(self.certificate), text)
        text = re.sub(r"/etc/letsencrypt/\S+/privkey.pem", str(self._key), text)
        paths = "".join(
            f"{kind}_temp_path {self._directory}/{kind};\n"
            for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        user = "user root;\n" if os.geteuid() == 0 else ""
        head = f"daemon off;\npid {self._directory}/pid;\n{user}events {{}}\n"
        return f"{head}http {{\n{paths}access_log off;\n{text}\n}}\n"

    def _caddy(self, shipped):
        ports = f"http_port {self.plain_port}\n\thttps_port {self.port}"
        options = f"{{\n\tadmin off\n\tauto_https disable_certs\n\t{ports}\n}}\n"
        tls = f"{self.host} {{\n\ttls {self.certificate} {self._key}\n"
        text = shipped.replace(f"{self.host} {{\n", tls).replace("127.0.0.1:3000", f"127.0.0.1:{self._nova_port}")
        return options + text


class Named(httpx.BaseTransport):
    """Reaches this machine under the name of the certificate."""

    def __init__(self, inner, host):
        self._inner, self._host = inner, host

    def handle_request(self, request):
        request.extensions["sni_hostname"] = self._host
        return self._inner.handle_request(request)

    def close(self):
        self._inner.close()

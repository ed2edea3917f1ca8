"""A webhook on this machine that records what it is sent, and can be told to break."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Webhook(ThreadingHTTPServer):
    """Answers 200 unless told otherwise; keeps the title, message and type of what it took."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.taken: list[dict[str, str]] = []
        self.refused: list[dict[str, str]] = []
        self.status = 200
        self.hangs = False
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.server_port}/hook?cto=0.5&rto=0.5"

    @property
    def titles(self) -> list[str]:
        return [alert["title"] for alert in self.taken]


class _Handler(BaseHTTPRequestHandler):
    server: Webhook

    def do_POST(self) -> None:
        alert = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.server.hangs:
            self.server.released.wait()
            return
        (self.server.taken if self.server.status == 200 else self.server.refused).append(alert)
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass

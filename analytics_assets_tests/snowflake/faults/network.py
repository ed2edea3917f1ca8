"""A network between a client and the emulator, which a test can cut."""

import socket
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class Network:
    """A forwarder of bytes on 127.0.0.1.

    Attributes:
        port: where clients connect.
        target: the port behind it.
        cut_at_request: the network is cut when a client sends these bytes.
        cut_in_answer: the network is cut in the midst of the answer to a request with these bytes.
        is_cut: nothing passes any more: connections end, and new ones get no answer.
        was_cut: it was, at some time.
    """

    port: int
    target: int
    cut_at_request: bytes | None = None
    cut_in_answer: bytes | None = None
    is_cut: bool = False
    was_cut: bool = False
    _open: list[socket.socket] = field(default_factory=list)

    def cut(self) -> None:
        """End every connection; new ones stay open and silent."""
        self.is_cut = self.was_cut = True
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Let everything pass again; who still waits for an answer has to ask anew."""
        self.is_cut = False
        self.cut_at_request = self.cut_in_answer = None
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def network_to(target: int) -> Iterator[Network]:
    """Forward a free port to ``target``, until the way out."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(64)
        network = Network(listening.getsockname()[1], target)
        threading.Thread(target=_accept, args=(listening, network), daemon=True).start()
        try:
            yield network
        finally:
            network.cut()


def _accept(listening: socket.socket, network: Network) -> None:
    with suppress(OSError):
        while True:
            client, _ = listening.accept()
            network._open.append(client)
            if network.is_cut:
                continue  # accepted, and never answered
            server = socket.create_connection(("127.0.0.1", network.target))
            network._open.append(server)
            answering = threading.Event()
            for name, source, sink in (("up", client, server), ("down", server, client)):
                threading.Thread(
                    target=_forward, args=(name, source, sink, network, answering), daemon=True
                ).start()


def _forward(
    direction: str,
    source: socket.socket,
    sink: socket.socket,
    network: Network,
    answering: threading.Event,
) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            if direction == "up":
                said = _unzipped(data)
                if network.cut_at_request and network.cut_at_request in said:
                    network.cut()
                if network.cut_in_answer and network.cut_in_answer in said:
                    answering.set()
            elif answering.is_set():
                sink.sendall(data[: len(data) // 2])
                network.cut()
            if network.is_cut:
                break
            sink.sendall(data)
        sink.shutdown(socket.SHUT_RDWR)


def _unzipped(data: bytes) -> bytes:
    """Return the bytes, and what is zipped in them: the connector zips its requests."""
    start = data.find(b"\x1f\x8b")
    if start < 0:
        return data
    with suppress(zlib.error):
        return data[:start] + zlib.decompressobj(wbits=31).decompress(data[start:])
    return data

"""The process: ``python -m emulator FOLDER`` serves until it is told to stop.

It binds a free port itself, so that nobody can take it in between, and says which one in
FOLDER/ready.json once it answers.
"""

import json
import signal
import socket
import sys
import threading
import time
from pathlib import Path

import uvicorn

from emulator import fakesnow_repairs
from emulator.server import application


def serve(folder: Path) -> None:
    """Serve on a free port of the loopback address until SIGTERM or SIGINT."""
    fakesnow_repairs.apply()
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        config = uvicorn.Config(application(folder), log_level="warning", lifespan="off")
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        _announce(folder / "ready.json", listening.getsockname()[1])
        _wait_for_signal()
        server.should_exit = True
        thread.join(5)


def _announce(ready: Path, port: int) -> None:
    unfinished = ready.with_suffix(".unfinished")
    unfinished.write_text(json.dumps({"port": port}))
    unfinished.replace(ready)


def _wait_for_signal() -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    stop.wait()


if __name__ == "__main__":
    serve(Path(sys.argv[1]))

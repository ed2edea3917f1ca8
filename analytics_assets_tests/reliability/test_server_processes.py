"""The server as deploy/compose.yaml starts it, without containers: its commands, its dagster.yaml.

Skipped where Postgres or dagster-postgres is missing (Debian: ``apt-get install postgresql``;
``pip install dagster-postgres``).
"""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import dagster as dg
import pytest
import yaml
from dagster_dev import BIN, DagsterDev, until

from analytics_assets.settings import PROJECT_ROOT

DEPLOY = PROJECT_ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
PASSWORD = "p@ss/word:1"

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@pytest.fixture
def postgres() -> Iterator[int]:
    """A Postgres of its own, with the user and database of the compose file; its port."""
    pytest.importorskip("dagster_postgres", reason="NOT TESTED: dagster-postgres is missing")
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("NOT TESTED: Postgres is missing; Debian has it: apt-get install postgresql")
    # Postgres refuses to work for root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="postgres_"))
    if user:
        shutil.chown(folder, user, user)
    port = free_port()
    environment = COMPOSE["services"]["postgres"]["environment"]
    (password := folder / "password").write_text(PASSWORD)
    password.chmod(0o644)
    names = ["--username", environment["POSTGRES_USER"], "--pwfile", password]
    data = folder / "data"
    subprocess.run(
        [found[-1], "--auth", "scram-sha-256", *names, "-D", data],
        check=True,
        user=user,
        cwd=folder,
        capture_output=True,
    )
    with subprocess.Popen(
        [found[-1].with_name("postgres"), "-D", data, "-p", str(port), "-k", folder],
        user=user,
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        psql = [found[-1].with_name("psql"), "-h", "127.0.0.1", "-p", str(port), "-d", "postgres"]
        create = f"create database {environment['POSTGRES_DB']}"
        until(
            lambda: (
                subprocess.run(
                    [*psql, "-U", environment["POSTGRES_USER"], "-c", create],
                    env={"PGPASSWORD": PASSWORD, "PATH": "/usr/bin:/bin"},
                    capture_output=True,
                    check=False,
                ).returncode
                == 0
            )
        )
        yield port
        server.send_signal(signal.SIGINT)  # its fast shutdown
    shutil.rmtree(folder)


@contextmanager
def services(home: Path, environment: dict[str, str]) -> Iterator[DagsterDev]:
    """Start code location, webserver and daemon with the commands of the compose file."""
    code, web = free_port(), free_port()
    workspace = (DEPLOY / "workspace.yaml").read_text()
    (home / "workspace.yaml").write_text(
        workspace.replace("host: code", "host: 127.0.0.1").replace("4000", str(code))
    )
    shutil.copy(DEPLOY / "dagster.yaml", home)
    with ExitStack() as running:
        for name in ("code", "webserver", "daemon"):
            command = COMPOSE["services"][name]["command"]
            for there, here in [
                ("/srv/analytics/home", str(home)),
                ("0.0.0.0", "127.0.0.1"),
                ("4000", str(code)),
                ("3000", str(web)),
            ]:
                command = command.replace(there, here)
            program, *arguments = shlex.split(command)
            process = subprocess.Popen(
                [BIN / program, *arguments],
                cwd=home,
                env=environment,
                stdout=running.enter_context((home / f"{name}.log").open("w")),
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
            server = DagsterDev(process, web)
            running.callback(server.kill)
        until(server.is_ready)
        yield server


def test_webserver_daemon_and_code_location_share_their_history_in_postgres(
    postgres: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    environment = {
        **COMPOSE["x-dagster"]["environment"],
        "DAGSTER_POSTGRES_HOST": "127.0.0.1",
        "DAGSTER_POSTGRES_PORT": str(postgres),
        "DAGSTER_POSTGRES_PASSWORD": PASSWORD,
        "DAGSTER_HOME": str(tmp_path),
        "ANALYTICS_DUCKDB_PATH": str(tmp_path / "automated_intelligence.duckdb"),
        "ANALYTICS_DEMO_SCALE": "0.02",
        "PATH": f"{BIN}:/usr/bin:/bin",
        "HOME": str(tmp_path),
        "PYTHONPATH": os.environ.get("PYTHONPATH", str(PROJECT_ROOT)),
        "PYTHONWARNINGS": "ignore",
    }
    with services(tmp_path, environment) as server:
        run_id = server.launch("daily_refresh")
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with dg.DagsterInstance.from_config(str(tmp_path)) as instance:
            until(lambda: instance.get_run_by_id(run_id).is_finished)
            run = instance.get_run_by_id(run_id)
            assert run.status == dg.DagsterRunStatus.SUCCESS, (tmp_path / "code.log").read_text()
            # It went through the queue, which the daemon keeps.
            kinds = {event.dagster_event_type for event in instance.all_logs(run_id)}
            assert dg.DagsterEventType.PIPELINE_ENQUEUED in kinds
    assert not list(tmp_path.rglob("*.db"))

"""Dagster has no login: whoever reaches its UI can start runs. It listens on this machine only."""

import re

import click
import yaml
from dagster._cli.dev import dev_command
from dagster_webserver.cli import dagster_webserver

from analytics_assets.settings import PROJECT_ROOT


def test_make_ui_listens_on_loopback():
    makefile = (PROJECT_ROOT / "Makefile").read_text()

    assert re.findall(r"dagster dev.*", makefile) == ["dagster dev --host 127.0.0.1 --port 3000"]
    assert "0.0.0.0" not in makefile


def test_the_webserver_listens_on_loopback_by_default_and_dagster_dev_leaves_it_so():
    with click.Context(dagster_webserver) as webserver, click.Context(dev_command) as dev:
        by_default = {
            option.name: option.get_default(webserver) for option in webserver.command.params
        }
        in_dev = {option.name: option.get_default(dev) for option in dev.command.params}

    assert by_default["host"] == "127.0.0.1"
    assert not isinstance(in_dev["host"], str)


def test_no_file_says_otherwise():
    for name in ("dagster.yaml", "workspace.yaml"):
        told = yaml.safe_load((PROJECT_ROOT / name).read_text())
        assert "host" not in str(told)
        assert "grpc_server" not in str(told)


def test_the_page_says_what_exposing_it_takes():
    page = " ".join((PROJECT_ROOT / "docs" / "reliability.md").read_text().split())

    assert "Dagster has no login" in page
    assert "reverse proxy" in page

"""The dbt command as a Dagster resource, without its start-up costs."""

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from importlib.metadata import version as installed_version
from pathlib import Path
from typing import Any

from dagster_dbt import DbtCliInvocation, DbtCliResource
from packaging.version import Version

from analytics_assets.lib.dbt.artifacts import forget_old_artifacts


class DbtCommand(DbtCliResource):
    """dagster-dbt's resource, with this project's environment.

    Attributes:
        environment: variables that the dbt process gets beside its parent's.
    """

    environment: dict[str, str]

    @cached_property
    def _cli_version(self) -> Version:
        # dagster-dbt runs `dbt --version` before every command, which loads every adapter and
        # asks a package index: 7 to 10 seconds each time. A test holds that this still applies.
        return Version(installed_version("dbt-core"))

    def _initialize_dbt_core_adapter(self, args: Sequence[str]) -> Any:
        # dagster-dbt parses every macro in this process too, for row counts and column metadata
        # that would keep the database open here; they are read in our own way.
        return None

    def cli(self, *args: Any, **kwargs: Any) -> DbtCliInvocation:
        """Start dbt; the arguments are those of ``DbtCliResource.cli``."""
        context = kwargs.get("context")
        # By this name macros see it without dbt parsing everything anew when it changes.
        run = {"DBT_ENV_CUSTOM_ENV_DAGSTER_RUN_ID": context.run.run_id} if context else {}
        forget_old_artifacts(Path(self.environment["DBT_TARGET_PATH"]))
        with _environment({**self.environment, **run}):
            return super().cli(*args, **kwargs)


@contextmanager
def _environment(values: Mapping[str, str]) -> Iterator[None]:
    """Set variables while dagster-dbt copies the environment for its child; it takes no other."""
    before = {name: os.environ.get(name) for name in values}
    os.environ.update(values)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value

"""The project's settings: the only reader of the environment, and the whole list of what it reads.

Everything is validated here, before anything is touched; no other module looks at ``os.environ``.
"""

import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import SecretStr

from analytics_assets.snowflake_account import AccountError, SnowflakeAccount, read_account
from analytics_assets.variables import VariableError, Variables, read_defaults, resolve_variables

Target = Literal["duckdb", "snowflake"]

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
CATALOG = "automated_intelligence"
DEFAULT_DUCKDB_PATH = PROJECT_ROOT / "data" / f"{CATALOG}.duckdb"


class SettingsError(ValueError):
    """A setting is wrong; the message names it, its value (never a secret) and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked.

    Attributes:
        target: the engine.
        snowflake: who connects to which account; None on another engine.
        duckdb_path: absolute path of the embedded database; its stem is the catalogue's name.
        landing_dir: folder of the shop's own files, or None for the demonstration shop.
        demo_scale: size of the demonstration shop; 1.0 is about 120,000 orders.
        variables: the variables of the methods.
        alert_urls: where alerts go beside the log, secrets in them.
        dagster_url: where the Dagster UI is, for links in alerts.
    """

    target: Target
    snowflake: SnowflakeAccount | None
    duckdb_path: Path
    landing_dir: Path | None
    demo_scale: float
    variables: Variables
    alert_urls: tuple[SecretStr, ...]
    dagster_url: str

    @property
    def data_dir(self) -> Path:
        """The folder of the database and of the files made beside it."""
        return self.duckdb_path.parent


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting.

    Raises:
        SettingsError: for the first setting that is wrong.
    """
    env = os.environ if environment is None else environment
    target = _target(env.get("ANALYTICS_TARGET") or "duckdb")
    if target == "snowflake" and env.get("ANALYTICS_LANDING_DIR"):
        raise SettingsError(
            "ANALYTICS_LANDING_DIR is set and ANALYTICS_TARGET is 'snowflake': files are landed on "
            "duckdb only; on Snowflake your own loader fills the schema raw. Unset one of them"
        )
    return Settings(
        target=target,
        snowflake=_snowflake(env) if target == "snowflake" else None,
        duckdb_path=_duckdb_path(env.get("ANALYTICS_DUCKDB_PATH")),
        landing_dir=_landing_dir(env.get("ANALYTICS_LANDING_DIR")),
        demo_scale=_demo_scale(env.get("ANALYTICS_DEMO_SCALE") or "1"),
        variables=_variables(env.get("ANALYTICS_VARS")),
        alert_urls=tuple(map(SecretStr, (env.get("ANALYTICS_ALERT_URL") or "").split())),
        dagster_url=_dagster_url(env.get("ANALYTICS_DAGSTER_URL") or "http://127.0.0.1:3000"),
    )


def _target(value: str) -> Target:
    match value:
        case "duckdb" | "snowflake":
            return value
    allowed = " or ".join(get_args(Target))
    raise SettingsError(f"ANALYTICS_TARGET is {value!r}: allowed is {allowed}")


def _snowflake(env: Mapping[str, str]) -> SnowflakeAccount:
    try:
        return read_account(env)
    except AccountError as error:
        raise SettingsError(str(error)) from None


def _duckdb_path(value: str | None) -> Path:
    if not value:
        return DEFAULT_DUCKDB_PATH
    path = Path(value).expanduser()
    if path.name != f"{CATALOG}.duckdb":
        raise SettingsError(
            f"ANALYTICS_DUCKDB_PATH is {value!r}: the file must be named {CATALOG}.duckdb, since "
            "a DuckDB file's stem is its catalogue's name and every query uses that; for example "
            f"{path.parent / CATALOG}.duckdb"
        )
    return path.absolute()


def _landing_dir(value: str | None) -> Path | None:
    if not value:
        return None
    path = Path(value).expanduser().absolute()
    if not path.is_dir():
        raise SettingsError(
            f"ANALYTICS_LANDING_DIR is {value!r}: allowed is an existing folder that holds orders "
            "and order_items as .parquet, .csv or .csv.gz; unset it for the demonstration shop"
        )
    return path


def _demo_scale(value: str) -> float:
    try:
        scale = float(value)
    except ValueError:
        scale = math.nan
    if not 0.01 <= scale <= 1000:
        raise SettingsError(
            f"ANALYTICS_DEMO_SCALE is {value!r}: allowed is a number from 0.01 to 1000; "
            "1 is about 120,000 orders"
        )
    return scale


def _dagster_url(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise SettingsError(
            f"ANALYTICS_DAGSTER_URL is {value!r}: allowed is the address of the Dagster UI, such "
            "as http://127.0.0.1:3000"
        )
    return value


def _variables(value: str | None) -> Variables:
    try:
        overrides: Any = yaml.safe_load(value) if value else {}
    except yaml.YAMLError:
        overrides = None
    if not isinstance(overrides, dict):
        raise SettingsError(
            f"ANALYTICS_VARS is {value!r}: allowed is a YAML or JSON mapping such as "
            "{as_of_date: 2025-12-31, lookback_days: 90}"
        )
    try:
        return resolve_variables(read_defaults(DBT_PROJECT_DIR / "dbt_project.yml"), overrides)
    except VariableError as error:
        raise SettingsError(f"ANALYTICS_VARS: {error}") from None

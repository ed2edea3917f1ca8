"""The project's settings: what the environment says, checked before anything is touched.

What runs in production looks at ``os.environ`` nowhere else. ``read_account`` is given it from here
for the SNOWFLAKE_* variables.
"""

import datetime
import difflib
import math
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from pydantic import SecretStr

from analytics_assets.errors import AnalyticsError
from analytics_assets.lib.warehouse.duckdb_file import DEFAULT_MEMORY
from analytics_assets.lib.warehouse.snowflake_account import (
    AccountError,
    SnowflakeAccount,
    read_account,
)
from analytics_assets.variables import VariableError, Variables, read_defaults, resolve_variables

Target = Literal["duckdb", "snowflake"]

_PACKAGE = Path(__file__).resolve().parent
PROJECT_ROOT = _PACKAGE.parent
# A wheel holds the dbt project inside the package; a checkout has it beside the package.
IS_CHECKOUT = (PROJECT_ROOT / "dbt_project").is_dir()
DBT_PROJECT_DIR = (PROJECT_ROOT if IS_CHECKOUT else _PACKAGE) / "dbt_project"
CODE_LOCATION = "analytics_assets"
CATALOG = "automated_intelligence"
_PREFIX = "ANALYTICS_"
# Every setting, and its value where it is not set or empty.
_DEFAULTS = {
    "ANALYTICS_TARGET": "duckdb",
    "ANALYTICS_DUCKDB_PATH": "",
    "ANALYTICS_DUCKDB_MEMORY": DEFAULT_MEMORY,
    "ANALYTICS_LANDING_DIR": "",
    "ANALYTICS_DEMO_SCALE": "1",
    "ANALYTICS_DEMO_END": "",
    "ANALYTICS_VARS": "",
    "ANALYTICS_NEW_ORDERS_MINUTES": "1",
    "ANALYTICS_NIGHTLY": "no",
    "ANALYTICS_PUBLISH_PERSONAL": "no",
    "ANALYTICS_ALERT_URL": "",
    "ANALYTICS_REPORT_DAY": "",
    "ANALYTICS_DAGSTER_URL": "http://127.0.0.1:3000",
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# Variables that shop.yml may set.
_OF_SHOP = ("currency", "customers_by")
_MINUTES_A_DAY = 24 * 60
# Of an installed package, the data lies where it is started.
_DATA_DIR = (PROJECT_ROOT if IS_CHECKOUT else Path.cwd()) / "data"
DEFAULT_DUCKDB_PATH = _DATA_DIR / f"{CATALOG}.duckdb"


class SettingsError(AnalyticsError):
    """A setting is wrong; the message names it, its value (never a secret) and what is allowed."""


@dataclass(frozen=True)
class Settings:
    """What the environment says, checked.

    Attributes:
        target: the engine.
        snowflake: who connects to which account; None on another engine.
        duckdb_path: absolute path of the embedded database; its stem is the catalogue's name.
        duckdb_memory: how much memory DuckDB may use, as DuckDB writes it.
        dbt_target_path: where dbt keeps its manifest and what it compiles.
        landing_dir: folder of the shop's own files, or None for the demonstration shop.
        demo_scale: size of the demonstration shop; 1.0 is about 120,000 orders.
        demo_end: its last day, a date or yesterday; None for the one of the docs.
        variables: the variables of the methods; a shop's own from the shop.yml of landing_dir.
        nightly: whether the nightly run is promised: its schedule starts switched on, and tables
            that it did not rebuild are too old.
        new_orders_minutes: how often the sensor looks for new orders.
        publish_personal: whether the published copy has e-mail, phone and address of customers.
        alert_urls: where alerts go beside the log, secrets in them.
        report_day: the day of the week on which the report goes there too, or None.
        dagster_url: where the Dagster UI is, for links in alerts.
    """

    target: Target
    snowflake: SnowflakeAccount | None
    duckdb_path: Path
    duckdb_memory: str
    dbt_target_path: Path
    landing_dir: Path | None
    demo_scale: float
    demo_end: str | None
    variables: Variables
    nightly: bool
    new_orders_minutes: int
    publish_personal: bool
    alert_urls: tuple[SecretStr, ...]
    report_day: str | None
    dagster_url: str

    @property
    def data_dir(self) -> Path:
        """The folder of the database and of the files made beside it."""
        return self.duckdb_path.parent

    @property
    def published_path(self) -> Path:
        """The copy for readers: any DuckDB client from 1.4 on opens it, and it stops no run."""
        return self.data_dir / "published" / f"{CATALOG}.duckdb"

    @property
    def report_path(self) -> Path:
        """The report of the newest good run, one page."""
        return self.data_dir / "report.html"


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read and check every setting.

    Raises:
        SettingsError: for the first setting that is wrong.
    """
    env = os.environ if environment is None else environment
    _refuse_misspelt(env)
    given = {name: env.get(name) or default for name, default in _DEFAULTS.items()}
    target = _target(given["ANALYTICS_TARGET"])
    if target == "snowflake" and given["ANALYTICS_LANDING_DIR"]:
        raise SettingsError(
            "ANALYTICS_LANDING_DIR is set and ANALYTICS_TARGET is 'snowflake': files are landed on "
            "duckdb only; on Snowflake your own loader fills the source of raw. Unset one of them"
        )
    duckdb_path = _duckdb_path(given["ANALYTICS_DUCKDB_PATH"])
    landing_dir = _landing_dir(given["ANALYTICS_LANDING_DIR"])
    return Settings(
        target=target,
        snowflake=_snowflake(env) if target == "snowflake" else None,
        duckdb_path=duckdb_path,
        duckdb_memory=_duckdb_memory(given["ANALYTICS_DUCKDB_MEMORY"]),
        # dbt's own name for it; by default apart from what a person's dbt writes.
        dbt_target_path=Path(env.get("DBT_TARGET_PATH") or duckdb_path.parent / "dbt") / target,
        landing_dir=landing_dir,
        demo_scale=_demo_scale(given["ANALYTICS_DEMO_SCALE"]),
        demo_end=_demo_end(given["ANALYTICS_DEMO_END"]),
        variables=_variables(given["ANALYTICS_VARS"], _shop_variables(landing_dir)),
        nightly=_yes_or_no("ANALYTICS_NIGHTLY", given),
        new_orders_minutes=_new_orders_minutes(given["ANALYTICS_NEW_ORDERS_MINUTES"]),
        publish_personal=_yes_or_no("ANALYTICS_PUBLISH_PERSONAL", given),
        alert_urls=tuple(map(SecretStr, given["ANALYTICS_ALERT_URL"].split())),
        report_day=_report_day(given),
        dagster_url=_dagster_url(given["ANALYTICS_DAGSTER_URL"]),
    )


def _target(value: str) -> Target:
    match value:
        case "duckdb" | "snowflake":
            return value
    allowed = " or ".join(get_args(Target))
    raise SettingsError(f"ANALYTICS_TARGET must be {allowed} (got {value!r})")


def _snowflake(env: Mapping[str, str]) -> SnowflakeAccount:
    try:
        return read_account(env)
    except AccountError as error:
        raise SettingsError(str(error)) from None


def _refuse_misspelt(env: Mapping[str, str]) -> None:
    """Refuse a name that is nearly a setting's; what else begins alike is another program's."""
    suffixes = [name.removeprefix(_PREFIX) for name in _DEFAULTS]
    for name in sorted(set(env) - set(_DEFAULTS)):
        if name.upper().startswith(_PREFIX):
            meant = difflib.get_close_matches(
                name.upper().removeprefix(_PREFIX), suffixes, n=1, cutoff=0.75
            )
            if meant:
                raise SettingsError(
                    f"{name} must be the name of a setting: {', '.join(_DEFAULTS)}. Next: rename "
                    f"it to {_PREFIX}{meant[0]}, or unset it"
                )


def _duckdb_path(value: str) -> Path:
    if not value:
        return DEFAULT_DUCKDB_PATH
    path = _local_path("ANALYTICS_DUCKDB_PATH", value)
    # Of a link DuckDB takes the name of the file behind it.
    if path.name != f"{CATALOG}.duckdb" or path.resolve().name != path.name:
        raise SettingsError(
            f"ANALYTICS_DUCKDB_PATH must name a file {CATALOG}.duckdb (got {value!r}), since a "
            "DuckDB file's stem is its catalogue's name and every query uses that. Next: set it, "
            f"say, to {path.parent / CATALOG}.duckdb"
        )
    ancestor = next(folder for folder in path.parents if os.path.lexists(folder))
    if os.path.isdir(path) or not os.path.isdir(ancestor):
        raise SettingsError(
            "ANALYTICS_DUCKDB_PATH must be a file in a folder that exists or can be made (got "
            f"{value!r}): {path if ancestor == path.parent else ancestor} is in the way"
        )
    return path


def _duckdb_memory(value: str) -> str:
    if not re.fullmatch(r"[1-9]\d*(\.\d+)?\s*(%|[KMGT]i?B)", value, re.IGNORECASE):
        raise SettingsError(
            f"ANALYTICS_DUCKDB_MEMORY must be an amount such as 6GB, or a share such as 40% "
            f"(got {value!r})"
        )
    return value


def _landing_dir(value: str) -> Path | None:
    if not value:
        return None
    path = _local_path("ANALYTICS_LANDING_DIR", value)
    if not os.path.isdir(path):
        raise SettingsError(
            "ANALYTICS_LANDING_DIR must be an existing folder that holds orders and order_items as "
            f".parquet, .csv or .csv.gz (got {value!r}). Next: unset it for the demonstration shop"
        )
    return path


def _local_path(name: str, value: str) -> Path:
    try:
        path = Path(value).expanduser()
    except RuntimeError:
        path = None
    if path is None or "://" in value or "\0" in value:
        raise SettingsError(
            f"{name} must be a path on this machine, such as /srv/shop/... (got {value!r})"
        )
    return path.absolute()


def _demo_scale(value: str) -> float:
    try:
        scale = float(value)
    except ValueError:
        scale = math.nan
    if not 0.01 <= scale <= 1000:
        raise SettingsError(
            f"ANALYTICS_DEMO_SCALE must be a number from 0.01 to 1000 (got {value!r}); 1 is about "
            "120,000 orders"
        )
    return scale


def _demo_end(value: str) -> str | None:
    if not value or value == "yesterday":
        return value or None
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        day = datetime.date.min
    if not 1900 <= day.year <= 2100:
        raise SettingsError(
            "ANALYTICS_DEMO_END must be yesterday, or a date such as 2025-12-31, years 1900 to "
            f"2100 (got {value!r}). Next: unset it for the shop of the docs"
        )
    return day.isoformat()


def _yes_or_no(name: str, given: Mapping[str, str]) -> bool:
    value = given[name]
    if value not in ("yes", "no"):
        raise SettingsError(f"{name} must be yes or no (got {value!r})")
    return value == "yes"


def _new_orders_minutes(value: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", value) or not 1 <= int(value) <= _MINUTES_A_DAY:
        raise SettingsError(
            f"ANALYTICS_NEW_ORDERS_MINUTES must be a whole number from 1 to {_MINUTES_A_DAY} (got "
            f"{value!r})"
        )
    return int(value)


def _report_day(given: Mapping[str, str]) -> str | None:
    day = given["ANALYTICS_REPORT_DAY"]
    if not day:
        return None
    if day not in WEEKDAYS:
        raise SettingsError(
            f"ANALYTICS_REPORT_DAY must be one of {', '.join(WEEKDAYS)} (got {day!r}). Next: "
            "unset it for no weekly report"
        )
    if not given["ANALYTICS_ALERT_URL"]:
        raise SettingsError(
            "ANALYTICS_REPORT_DAY needs ANALYTICS_ALERT_URL, the addresses that the report goes "
            "to (got none). Next: set it, such as mailto://..., or unset ANALYTICS_REPORT_DAY"
        )
    return day


def _dagster_url(value: str) -> str:
    if "@" in value:
        raise SettingsError(
            "ANALYTICS_DAGSTER_URL must be an address such as http://127.0.0.1:3000, without an @: "
            "what stands before one may be a password (so it is not shown), and it is written into "
            "every alert"
        )
    if not re.fullmatch(r"https?://[^\s/]+(/\S*)?", value):
        raise SettingsError(
            "ANALYTICS_DAGSTER_URL must be the address of the Dagster UI, such as "
            f"http://127.0.0.1:3000 (got {value!r})"
        )
    return value


def _shop_variables(landing_dir: Path | None) -> dict[str, Any]:
    """Return the variables that the shop.yml beside the files sets; the landing reads all of it."""
    if landing_dir is None or not os.path.lexists(landing_dir / "shop.yml"):
        return {}
    try:
        content = yaml.safe_load((landing_dir / "shop.yml").read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        said = " ".join(str(error).split())[:300]
        raise SettingsError(
            f"{landing_dir / 'shop.yml'} cannot be read ({said}). Next: correct it"
        ) from None
    found = content if isinstance(content, dict) else {}
    return {name: found[name] for name in _OF_SHOP if found.get(name) is not None}


def _variables(value: str, of_shop: Mapping[str, Any]) -> Variables:
    try:
        overrides: Any = yaml.safe_load(value) if value else {}
    except (yaml.YAMLError, ValueError, RecursionError):
        # A ValueError is a date that does not exist.
        overrides = None
    if not isinstance(overrides, dict) or not all(isinstance(name, str) for name in overrides):
        raise SettingsError(
            "ANALYTICS_VARS must be a YAML or JSON mapping such as {as_of_date: 2025-12-31, "
            f"lookback_days: 90}}, with dates that exist (got {value!r})"
        )
    defaults = read_defaults(DBT_PROJECT_DIR / "dbt_project.yml")
    source = "shop.yml"
    try:
        resolve_variables(defaults, of_shop)
        source = "ANALYTICS_VARS"
        return resolve_variables(defaults, {**of_shop, **overrides})
    except VariableError as error:
        raise SettingsError(f"{source}: {error}") from None

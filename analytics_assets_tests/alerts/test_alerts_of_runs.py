"""What people read when a run ends: why it failed, which checks failed, which warnings are new."""

from collections.abc import Iterator

import dagster as dg
import pytest
from ticks import DAGSTER_URL, sensor, tick
from webhook import Webhook

LANDING = """nothing was landed, the raw tables are as they were:
- orders.csv: the column order_id is missing. Next: rename orderid to order_id
- order_items.csv: 6.2 % of the rows are quarantined (allowed are 5 %)"""


@dg.asset(key=["raw", "orders"])
def orders() -> None:
    pass


@dg.asset(deps=[orders])
def rfm_segments() -> None:
    pass


def a_check(
    name: str,
    asset: dg.AssetsDefinition = orders,
    *,
    rows: int | None = 1,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
    description: str | None = None,
    blocking: bool = False,
) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=asset, name=name, blocking=blocking)
    def check() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            passed=rows == 0,
            severity=severity,
            metadata={} if rows is None else {"failing_rows": rows},
            description=description,
        )

    return check


def a_warning(rows: int | None, name: str = "newest_event") -> dg.AssetChecksDefinition:
    return a_check(name, rows=rows, severity=dg.AssetCheckSeverity.WARN)


def run(
    instance: dg.DagsterInstance,
    *checks: dg.AssetChecksDefinition,
    assets: tuple[dg.AssetsDefinition, ...] = (orders, rfm_segments),
    tags: dict[str, str] | None = None,
    **resources: object,
) -> str:
    job = dg.Definitions(
        assets=assets,
        asset_checks=checks,
        jobs=[dg.define_asset_job("daily_refresh", dg.AssetSelection.all())],
        resources=resources,
    ).resolve_job_def("daily_refresh")
    return job.execute_in_process(instance=instance, raise_on_error=False, tags=tags).run_id


class News:
    """The alerts about what happens from now on."""

    def __init__(self, instance: dg.DagsterInstance, webhook: Webhook) -> None:
        self.instance, self.webhook = instance, webhook
        self.sensor = sensor("alert_runs", webhook.url)
        self.cursor = tick(self.sensor, instance, None)

    def __call__(self) -> list[dict[str, str]]:
        self.webhook.taken.clear()
        self.cursor = tick(self.sensor, self.instance, self.cursor)
        return list(self.webhook.taken)


@pytest.fixture
def news(instance: dg.DagsterInstance, webhook: Webhook) -> News:
    return News(instance, webhook)


def test_a_refused_landing_is_told_with_its_faults(instance: dg.DagsterInstance, news: News):
    @dg.asset
    def landing() -> None:
        raise dg.Failure(LANDING, allow_retries=False)

    run_id = run(instance, assets=(landing,), tags={"as_of_date": "2026-11-27"})

    [alert] = news()
    assert alert["title"] == "Failed: daily_refresh for 2026-11-27"
    assert alert["message"] == f"landing: {LANDING}\n{DAGSTER_URL}/runs/{run_id}"
    assert alert["type"] == "failure"


def test_a_run_that_blocking_checks_stopped_names_them_and_their_rows(
    instance: dg.DagsterInstance, news: News
):
    @dg.multi_asset(
        outs={"customers": dg.AssetOut()},
        check_specs=[
            dg.AssetCheckSpec("customer_id_is_unique", asset="customers", blocking=True),
            dg.AssetCheckSpec("email_is_an_address", asset="customers", blocking=True),
        ],
    )
    def customers() -> Iterator[dg.Output | dg.AssetCheckResult]:
        yield dg.Output(None, "customers")
        for name, rows in [("customer_id_is_unique", 1_234), ("email_is_an_address", 1)]:
            yield dg.AssetCheckResult(
                passed=False, check_name=name, metadata={"failing_rows": rows}
            )

    run_id = run(
        instance, a_check("order_id_is_unique", blocking=True, rows=2), assets=(orders, customers)
    )

    [alert] = news()
    assert alert["message"].splitlines() == [
        "failed check customers: customer_id_is_unique, 1,234 rows",
        "failed check customers: email_is_an_address, 1 row",
        "failed check raw/orders: order_id_is_unique, 2 rows",
        f"{DAGSTER_URL}/runs/{run_id}",
    ]


def test_a_run_that_failed_before_its_steps_gives_the_cause(
    instance: dg.DagsterInstance, news: News
):
    class WarehouseBusyError(RuntimeError):
        pass

    @dg.resource
    def warehouse() -> None:
        raise WarehouseBusyError("shop.duckdb is open for reading in python notebook.py (PID 4711)")

    @dg.asset(required_resource_keys={"warehouse"})
    def customers() -> None:
        pass

    run_id = run(instance, assets=(customers,), warehouse=warehouse)

    [alert] = news()
    assert alert["message"].splitlines() == [
        "shop.duckdb is open for reading in python notebook.py (PID 4711)",
        f"{DAGSTER_URL}/runs/{run_id}",
    ]


def test_a_cause_is_cut_at_800_characters_and_says_so(instance: dg.DagsterInstance, news: News):
    @dg.asset
    def landing() -> None:
        raise ValueError("x" * 5_000)

    run(instance, assets=(landing,))

    [alert] = news()
    cause = alert["message"].splitlines()[0].removeprefix("landing: ")
    assert cause == "x" * 797 + "..."


def test_errors_come_before_warnings_in_one_message(instance: dg.DagsterInstance, news: News):
    run_id = run(
        instance,
        a_check(
            "newest_event",
            rows=None,
            severity=dg.AssetCheckSeverity.WARN,
            description="not checked: no columns",
        ),
        a_check("scores_in_range", rfm_segments, rows=1_234),
        a_check("not_null", rows=0),
    )

    [alert] = news()
    assert alert["title"] == "1 check failed, 1 new warning: daily_refresh"
    assert alert["message"].splitlines() == [
        "failed check rfm_segments: scores_in_range, 1,234 rows",
        "warning raw/orders: newest_event, not checked: no columns",
        f"{DAGSTER_URL}/runs/{run_id}",
    ]
    assert alert["type"] == "failure"


def test_a_warning_is_news_when_it_is_new_grows_or_returns(
    instance: dg.DagsterInstance, news: News
):
    said = []
    for rows in (8, 8, 7, 9, 0, 9):
        run(instance, a_warning(rows))
        said.append([alert["message"].splitlines()[0] for alert in news()])

    line = "warning raw/orders: newest_event"
    assert said == [
        [f"{line}, 8 rows"],
        [],
        [],
        [f"{line}, 9 rows, before 7"],
        [],
        [f"{line}, 9 rows"],
    ]


def test_a_failed_check_is_news_each_time(instance: dg.DagsterInstance, news: News):
    said = []
    for _ in range(2):
        run(instance, a_check("order_id_is_unique"))
        said.append(len(news()))

    assert said == [1, 1]


def test_a_long_list_is_cut_and_counted(instance: dg.DagsterInstance, news: News):
    run_id = run(instance, *(a_check(f"check_{number}") for number in range(13)))

    [alert] = news()
    lines = alert["message"].splitlines()
    assert alert["title"] == "13 checks failed: daily_refresh"
    assert len(lines) == 12
    assert lines[-2:] == ["... and 3 more", f"{DAGSTER_URL}/runs/{run_id}"]


def canceled_run(instance: dg.DagsterInstance, *results: bool) -> None:
    """A run in which one check was evaluated with these results before somebody canceled it."""
    job = dg.Definitions(assets=[orders]).resolve_implicit_global_asset_job_def()
    run = instance.create_run_for_job(job, asset_selection=frozenset({orders.key}))
    for passed in results:
        evaluation = dg.AssetCheckEvaluation(orders.key, "order_id_is_unique", passed=passed)
        event_type = dg.DagsterEventType.ASSET_CHECK_EVALUATION.value
        event = dg.DagsterEvent(event_type, run.job_name, event_specific_data=evaluation)
        instance.report_dagster_event(event, run.run_id)
    instance.report_run_canceled(run)


def test_of_a_check_that_was_evaluated_again_the_last_result_counts(
    instance: dg.DagsterInstance, news: News
):
    canceled_run(instance, False, True)

    assert news() == []


def test_runs_that_ended_differently_come_once_in_the_order_they_ended(
    instance: dg.DagsterInstance, news: News
):
    canceled_run(instance, False)
    run(instance, a_check("order_id_is_unique"))

    assert [alert["title"] for alert in news()] == [
        "1 check failed: build of raw/orders",
        "1 check failed: daily_refresh",
    ]
    assert news() == []

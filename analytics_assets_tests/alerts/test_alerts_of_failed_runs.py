import dagster as dg
from ticks import DAGSTER_URL, sensor, tick
from webhook import Webhook


@dg.asset
def orders() -> None:
    raise FileNotFoundError("no file orders.csv in the landing folder\nsecond line")


@dg.asset
def customers() -> None:
    pass


@dg.asset_check(asset=customers, blocking=True)
def customer_id_is_unique() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False)


def run(
    instance: dg.DagsterInstance, *assets: dg.AssetsDefinition | dg.AssetChecksDefinition
) -> str:
    job = dg.Definitions(
        assets=[a for a in assets if not isinstance(a, dg.AssetChecksDefinition)],
        asset_checks=[a for a in assets if isinstance(a, dg.AssetChecksDefinition)],
        jobs=[dg.define_asset_job("nightly", dg.AssetSelection.all())],
    ).resolve_job_def("nightly")
    return job.execute_in_process(instance=instance, raise_on_error=False).run_id


def test_the_message_names_the_job_the_step_its_error_and_the_run(
    instance: dg.DagsterInstance, webhook: Webhook
):
    failures = sensor("alert_run_failures", webhook.url)
    cursor = tick(failures, instance, None)
    run_id = run(instance, orders, customers)

    tick(failures, instance, cursor)

    [alert] = webhook.taken
    assert alert["title"] == "Run failed: nightly"
    assert alert["message"].splitlines() == [
        "orders: FileNotFoundError: no file orders.csv in the landing folder",
        f"{DAGSTER_URL}/runs/{run_id}",
    ]
    assert alert["type"] == "failure"


def test_a_run_that_a_blocking_check_stopped_names_the_check(
    instance: dg.DagsterInstance, webhook: Webhook
):
    failures = sensor("alert_run_failures", webhook.url)
    cursor = tick(failures, instance, None)
    run(instance, customers, customer_id_is_unique)

    tick(failures, instance, cursor)

    [alert] = webhook.taken
    assert "customer_id_is_unique" in alert["message"]


def test_a_run_that_failed_before_any_step_gives_its_reason(
    instance: dg.DagsterInstance, webhook: Webhook
):
    failures = sensor("alert_run_failures", webhook.url)
    cursor = tick(failures, instance, None)
    job = dg.Definitions(assets=[customers]).resolve_implicit_global_asset_job_def()
    started = instance.create_run_for_job(job)
    instance.report_run_failed(started, "the run worker died")

    tick(failures, instance, cursor)

    [alert] = webhook.taken
    assert alert["message"].startswith("the run worker died")


def test_a_run_that_succeeds_is_not_told(instance: dg.DagsterInstance, webhook: Webhook):
    failures = sensor("alert_run_failures", webhook.url)
    cursor = tick(failures, instance, None)
    run(instance, customers)

    tick(failures, instance, cursor)

    assert webhook.taken == []


def test_failures_before_the_first_tick_are_not_told(
    instance: dg.DagsterInstance, webhook: Webhook
):
    failures = sensor("alert_run_failures", webhook.url)
    run(instance, orders)

    cursor = tick(failures, instance, None)
    tick(failures, instance, cursor)

    assert webhook.taken == []

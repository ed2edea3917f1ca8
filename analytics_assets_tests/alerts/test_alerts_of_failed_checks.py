import dagster as dg
from ticks import DAGSTER_URL, sensor, tick
from webhook import Webhook


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
    passed: bool = False,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
    metadata: dict[str, dg.MetadataValue] | None = None,
    description: str | None = None,
    blocking: bool = False,
) -> dg.AssetChecksDefinition:
    @dg.asset_check(asset=asset, name=name, blocking=blocking)
    def check() -> dg.AssetCheckResult:
        return dg.AssetCheckResult(
            passed=passed, severity=severity, metadata=metadata, description=description
        )

    return check


def run(instance: dg.DagsterInstance, *checks: dg.AssetChecksDefinition) -> str:
    job = dg.Definitions(
        assets=[orders, rfm_segments],
        asset_checks=checks,
        jobs=[dg.define_asset_job("nightly", dg.AssetSelection.all())],
    ).resolve_job_def("nightly")
    return job.execute_in_process(instance=instance, raise_on_error=False).run_id


def test_one_message_a_run_names_asset_check_rows_and_run_errors_first(
    instance: dg.DagsterInstance, webhook: Webhook
):
    checks = sensor("alert_failed_checks", webhook.url)
    cursor = tick(checks, instance, None)
    run_id = run(
        instance,
        a_check(
            "newest_event",
            severity=dg.AssetCheckSeverity.WARN,
            description="not checked: no columns",
        ),
        a_check(
            "scores_in_range",
            rfm_segments,
            metadata={"failing_rows": dg.MetadataValue.int(1234)},
        ),
        a_check("not_null", passed=True, metadata={"failing_rows": dg.MetadataValue.int(0)}),
    )

    tick(checks, instance, cursor)

    [alert] = webhook.taken
    assert alert["title"] == "2 checks failed: nightly"
    assert alert["message"].splitlines() == [
        "ERROR rfm_segments: scores_in_range, 1,234 rows",
        "WARN raw/orders: newest_event, not checked: no columns",
        f"{DAGSTER_URL}/runs/{run_id}",
    ]
    assert alert["type"] == "failure"


def test_warnings_alone_are_a_warning(instance: dg.DagsterInstance, webhook: Webhook):
    checks = sensor("alert_failed_checks", webhook.url)
    cursor = tick(checks, instance, None)
    run(instance, a_check("newest_event", severity=dg.AssetCheckSeverity.WARN))

    tick(checks, instance, cursor)

    [alert] = webhook.taken
    assert alert["title"] == "1 check failed: nightly"
    assert alert["type"] == "warning"


def test_checks_of_a_run_that_failed_are_told(instance: dg.DagsterInstance, webhook: Webhook):
    checks = sensor("alert_failed_checks", webhook.url)
    cursor = tick(checks, instance, None)
    run(instance, a_check("order_id_is_unique", blocking=True))

    tick(checks, instance, cursor)

    [alert] = webhook.taken
    assert "raw/orders: order_id_is_unique" in alert["message"]


def test_a_number_of_rows_that_is_no_number_is_left_out(
    instance: dg.DagsterInstance, webhook: Webhook
):
    checks = sensor("alert_failed_checks", webhook.url)
    cursor = tick(checks, instance, None)
    run(instance, a_check("order_id", metadata={"failing_rows": dg.MetadataValue.text("many")}))

    tick(checks, instance, cursor)

    assert webhook.taken[0]["message"].splitlines()[0] == "ERROR raw/orders: order_id"


def test_a_long_list_is_cut_and_counted(instance: dg.DagsterInstance, webhook: Webhook):
    checks = sensor("alert_failed_checks", webhook.url)
    cursor = tick(checks, instance, None)
    run_id = run(instance, *(a_check(f"check_{number}") for number in range(13)))

    tick(checks, instance, cursor)

    [alert] = webhook.taken
    lines = alert["message"].splitlines()
    assert alert["title"] == "13 checks failed: nightly"
    assert len(lines) == 12
    assert lines[-2:] == ["... and 3 more", f"{DAGSTER_URL}/runs/{run_id}"]


def canceled_run(instance: dg.DagsterInstance, *results: bool) -> None:
    """A run in which one check was evaluated with these results before somebody canceled it."""
    job = dg.Definitions(assets=[orders]).resolve_implicit_global_asset_job_def()
    run = instance.create_run_for_job(job)
    for passed in results:
        evaluation = dg.AssetCheckEvaluation(orders.key, "order_id_is_unique", passed=passed)
        event_type = dg.DagsterEventType.ASSET_CHECK_EVALUATION.value
        event = dg.DagsterEvent(event_type, run.job_name, event_specific_data=evaluation)
        instance.report_dagster_event(event, run.run_id)
    instance.report_run_canceled(run)


def test_checks_of_a_canceled_run_are_told(instance: dg.DagsterInstance, webhook: Webhook):
    checks = sensor("alert_failed_checks", webhook.url)
    cursor = tick(checks, instance, None)
    canceled_run(instance, False)

    tick(checks, instance, cursor)

    assert len(webhook.taken) == 1


def test_of_a_check_that_was_evaluated_again_the_last_result_counts(
    instance: dg.DagsterInstance, webhook: Webhook
):
    checks = sensor("alert_failed_checks", webhook.url)
    cursor = tick(checks, instance, None)
    canceled_run(instance, False, True)

    tick(checks, instance, cursor)

    assert webhook.taken == []


def test_runs_that_ended_differently_are_told_once_in_the_order_they_ended(
    instance: dg.DagsterInstance, webhook: Webhook
):
    checks = sensor("alert_failed_checks", webhook.url)
    cursor = tick(checks, instance, None)
    canceled_run(instance, False)
    run(instance, a_check("order_id_is_unique"))

    cursor = tick(checks, instance, cursor)
    tick(checks, instance, cursor)

    assert webhook.titles == ["1 check failed: __ASSET_JOB", "1 check failed: nightly"]

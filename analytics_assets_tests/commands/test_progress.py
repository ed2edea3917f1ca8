import dagster as dg

from analytics_assets.command.progress import progress_logger


def test_after_a_failure_no_step_that_is_left_is_listed(capsys):
    @dg.asset
    def first(context: dg.AssetExecutionContext):
        context.log.info("says so itself")
        raise dg.Failure("for good", allow_retries=False)

    @dg.asset(deps=[first])
    def second(): ...

    job = dg.define_asset_job("both", executor_def=dg.in_process_executor)
    definitions = dg.Definitions([first, second], jobs=[job], loggers={"progress": progress_logger})
    result = definitions.resolve_job_def("both").execute_in_process(
        raise_on_error=False, run_config={"loggers": {"progress": {}}}
    )

    assert not result.success
    said = [line.partition(" s  ")[2].strip() for line in capsys.readouterr().out.splitlines()]
    assert said == ["first ...", "says so itself", "FAILED: first"]


def test_what_a_run_waits_for_before_its_first_step_is_said(capsys):
    @dg.resource
    def warehouse(context: dg.InitResourceContext) -> None:
        context.log.warning("waiting: another run holds it")

    @dg.asset(required_resource_keys={"warehouse"})
    def only(): ...

    job = dg.define_asset_job("one", executor_def=dg.in_process_executor)
    definitions = dg.Definitions(
        [only],
        jobs=[job],
        loggers={"progress": progress_logger},
        resources={"warehouse": warehouse},
    )
    definitions.resolve_job_def("one").execute_in_process(run_config={"loggers": {"progress": {}}})

    first = capsys.readouterr().out.splitlines()[0]
    assert first.partition(" s  ")[2].strip() == "waiting: another run holds it"

import dagster as dg
import pytest

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


@pytest.mark.parametrize("steps", [1, 2])
def test_for_whom_a_run_waits_is_said_whatever_its_first_step_is(capsys, steps: int):
    class Warehouse(dg.ConfigurableResource):
        def create_resource(self, context: dg.InitResourceContext) -> None:
            # Of the step where there is one alone, else of none.
            context.log.warning("waiting: another run holds it")

    @dg.asset
    def dbt_first(context: dg.AssetExecutionContext, warehouse: dg.ResourceParam[None]):
        context.log.info("what dbt says")

    @dg.asset(deps=[dbt_first])
    def second(): ...

    job = dg.define_asset_job(
        "some", ["dbt_first", "second"][:steps], executor_def=dg.in_process_executor
    )
    definitions = dg.Definitions(
        [dbt_first, second],
        jobs=[job],
        loggers={"progress": progress_logger},
        resources={"warehouse": Warehouse()},
    )
    definitions.resolve_job_def("some").execute_in_process(run_config={"loggers": {"progress": {}}})

    said = [line.partition(" s  ")[2].strip() for line in capsys.readouterr().out.splitlines()]
    assert said[:3] == ["waiting: another run holds it", "dbt_first ...", "dbt_first"]

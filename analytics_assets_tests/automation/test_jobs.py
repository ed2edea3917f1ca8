"""The one thing a run may set is refused while the run is launched, before there is a run."""

import dagster as dg
import pytest

from analytics_assets.defs.automation.jobs import daily_job, marts_job
from analytics_assets.defs.raw.specs import RAW_TABLES
from analytics_assets.resources import run_variables
from analytics_assets.settings import load_settings


@dg.multi_asset(
    specs=[dg.AssetSpec(["raw", name], group_name="raw") for name in RAW_TABLES],
    required_resource_keys={"variables"},
)
def raw():
    """Stand for the raw tables."""


@dg.asset(deps=[dg.AssetKey(["raw", "orders"])], required_resource_keys={"variables"})
def stg_orders() -> None:
    """Stand for all that is built from them."""


@pytest.fixture(params=[daily_job.name, marts_job.name])
def job(request: pytest.FixtureRequest) -> dg.JobDefinition:
    variables = run_variables(load_settings({}).variables)()
    return dg.Definitions(
        [raw, stg_orders], jobs=[daily_job, marts_job], resources={"variables": variables}
    ).resolve_job_def(request.param)


@pytest.mark.parametrize("day", ["2025-13-45", "yesterday", "0001-01-01"])
def test_a_day_that_does_not_exist_makes_no_plan_and_hence_no_run(job: dg.JobDefinition, day: str):
    # The webserver and the daemon ask for the plan, hence the config, before they create a run.
    with pytest.raises(dg.DagsterConfigMappingFunctionError) as refusal:
        dg.validate_run_config(job, {"as_of_date": day})

    assert f"'{day}'" in str(refusal.value.__cause__)
    assert "2025-12-31" in str(refusal.value.__cause__)


@pytest.mark.parametrize(
    ("config", "day"),
    [({}, None), ({"as_of_date": ""}, None), ({"as_of_date": "2025-11-30"}, "2025-11-30")],
)
def test_the_day_reaches_the_variables(
    job: dg.JobDefinition, config: dict[str, str], day: str | None
):
    resources = dg.validate_run_config(job, config)["resources"]

    assert resources["variables"]["config"]["as_of_date"] == day


def test_a_misspelt_knob_is_refused(job: dg.JobDefinition):
    with pytest.raises(dg.DagsterInvalidConfigError, match="as_off_date"):
        dg.validate_run_config(job, {"as_off_date": "2025-11-30"})


@pytest.mark.xdist_group("definitions")
def test_only_the_job_of_the_history_asks_for_a_day(definitions: dg.Definitions):
    history = dg.AssetKey("shop_history")

    for name in (daily_job.name, marts_job.name, "data_quality", "__ASSET_JOB"):
        assert definitions.resolve_job_def(name).partitions_def is None
    assert history in definitions.resolve_job_def(daily_job.name).asset_layer.selected_asset_keys
    job = definitions.resolve_job_def("fill_history")
    assert isinstance(job.partitions_def, dg.DailyPartitionsDefinition)
    assert job.asset_layer.selected_asset_keys == {history}

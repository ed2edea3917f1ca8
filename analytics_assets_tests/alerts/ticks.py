"""Evaluate a sensor as the daemon does: a new context each time, the cursor handed on."""

import dagster as dg
from pydantic import SecretStr

from analytics_assets.defs.automation.alerts import alert_sensors

DAGSTER_URL = "http://dagster.example"


def sensor(name: str, *alert_urls: str) -> dg.SensorDefinition:
    sensors = alert_sensors([SecretStr(url) for url in alert_urls], DAGSTER_URL)
    return next(sensor for sensor in sensors if sensor.name == name)


def tick(sensor: dg.SensorDefinition, instance: dg.DagsterInstance, cursor: str | None) -> str:
    with dg.build_sensor_context(instance=instance, cursor=cursor) as context:
        result = sensor(context)
        assert isinstance(result, dg.SkipReason)
        assert context.cursor is not None
        return context.cursor

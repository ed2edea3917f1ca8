from pathlib import Path

import pytest

from analytics_assets.settings import DEFAULT_DUCKDB_PATH, SettingsError, load_settings


def test_an_empty_environment_means_the_demonstration_shop_on_duckdb():
    settings = load_settings({})

    assert settings.target == "duckdb"
    assert settings.duckdb_path == DEFAULT_DUCKDB_PATH
    assert settings.landing_dir is None
    assert settings.demo_scale == 1.0
    assert settings.demo_end is None
    assert not settings.nightly
    assert not settings.publish_personal


def test_every_setting_is_read_and_no_alert_address_is_shown(tmp_path: Path):
    database = tmp_path / "automated_intelligence.duckdb"
    address = "slack://TOKENA/TOKENB/TOKENC"

    settings = load_settings(
        {
            "ANALYTICS_TARGET": "duckdb",
            "ANALYTICS_DUCKDB_PATH": str(database),
            "ANALYTICS_DUCKDB_MEMORY": "6GB",
            "ANALYTICS_LANDING_DIR": str(tmp_path),
            "ANALYTICS_DEMO_SCALE": "0.5",
            "ANALYTICS_DEMO_END": "yesterday",
            "ANALYTICS_VARS": "{as_of_date: 2011-12-09, cohort_basis: first_order}",
            "ANALYTICS_NEW_ORDERS_MINUTES": "15",
            "ANALYTICS_NIGHTLY": "yes",
            "ANALYTICS_PUBLISH_PERSONAL": "yes",
            "ANALYTICS_ALERT_URL": f"{address} json://127.0.0.1/hook",
            "ANALYTICS_REPORT_DAY": "sunday",
            "ANALYTICS_DAGSTER_URL": "https://dagster.example/ui",
            "DBT_TARGET_PATH": str(tmp_path / "target"),
        }
    )

    read = (settings.duckdb_path, settings.duckdb_memory, settings.landing_dir, settings.demo_scale)
    assert read == (database, "6GB", tmp_path, 0.5)
    assert settings.dbt_target_path == tmp_path / "target" / "duckdb"
    assert settings.demo_end == "yesterday"
    assert str(settings.variables.as_of_date) == "2011-12-09"
    assert settings.variables.cohort_basis == "first_order"
    assert (settings.new_orders_minutes, settings.report_day) == (15, "sunday")
    assert settings.nightly
    assert settings.publish_personal
    assert settings.dagster_url == "https://dagster.example/ui"
    addresses = [url.get_secret_value() for url in settings.alert_urls]
    assert addresses == [address, "json://127.0.0.1/hook"]
    assert "TOKEN" not in repr(settings)


def test_shop_yml_sets_variables_and_the_environment_overrides_them(tmp_path: Path):
    environment = {"ANALYTICS_LANDING_DIR": str(tmp_path)}
    (tmp_path / "shop.yml").write_text("currency: SEK\ncustomers_by: email\n")

    variables = load_settings(environment).variables
    assert (variables.currency, variables.customers_by) == ("SEK", "email")
    assert variables.for_dbt()["customers_by"] == "email"

    variables = load_settings({**environment, "ANALYTICS_VARS": "{currency: EUR}"}).variables
    assert (variables.currency, variables.customers_by) == ("EUR", "email")

    (tmp_path / "shop.yml").write_text("customers_by: phone\n")
    with pytest.raises(SettingsError, match=r"shop\.yml: .*customers_by must be .*'phone'"):
        load_settings(environment)
    (tmp_path / "shop.yml").write_text("customers_by: [\n")
    with pytest.raises(SettingsError, match=r"shop\.yml cannot be read"):
        load_settings(environment)

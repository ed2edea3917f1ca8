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
    assert settings.variables.lookback_days == 90
    assert settings.variables.as_of_date is None


def test_every_setting_is_read(tmp_path: Path):
    database = tmp_path / "automated_intelligence.duckdb"

    settings = load_settings(
        {
            "ANALYTICS_TARGET": "duckdb",
            "ANALYTICS_DUCKDB_PATH": str(database),
            "ANALYTICS_LANDING_DIR": str(tmp_path),
            "ANALYTICS_DEMO_SCALE": "0.5",
            "ANALYTICS_DEMO_END": "yesterday",
            "ANALYTICS_VARS": "{as_of_date: 2011-12-09, cohort_basis: first_order}",
        }
    )

    assert settings.duckdb_path == database
    assert settings.landing_dir == tmp_path
    assert settings.demo_scale == 0.5
    assert settings.demo_end == "yesterday"
    assert settings.variables.as_of_date is not None
    assert settings.variables.as_of_date.isoformat() == "2011-12-09"
    assert settings.variables.cohort_basis == "first_order"


def test_shop_yml_sets_variables_and_the_environment_overrides_them(tmp_path: Path):
    environment = {"ANALYTICS_LANDING_DIR": str(tmp_path)}
    (tmp_path / "shop.yml").write_text("currency: SEK\ncustomers_by: email\n")

    variables = load_settings(environment).variables
    assert (variables.currency, variables.customers_by) == ("SEK", "email")
    assert variables.for_dbt()["customers_by"] == "email"

    variables = load_settings({**environment, "ANALYTICS_VARS": "{currency: EUR}"}).variables
    assert (variables.currency, variables.customers_by) == ("EUR", "email")

    (tmp_path / "shop.yml").write_text("customers_by: phone\n")
    with pytest.raises(SettingsError, match=r"shop\.yml: .*customers_by is 'phone'"):
        load_settings(environment)
    (tmp_path / "shop.yml").write_text("customers_by: [\n")
    with pytest.raises(SettingsError, match=r"shop\.yml cannot be read"):
        load_settings(environment)


def test_an_alert_address_is_never_shown():
    secret = "slack://TOKENA/TOKENB/TOKENC"

    settings = load_settings({"ANALYTICS_ALERT_URL": f"{secret} json://127.0.0.1/hook"})

    assert [url.get_secret_value() for url in settings.alert_urls] == [
        secret,
        "json://127.0.0.1/hook",
    ]
    assert "TOKEN" not in repr(settings)

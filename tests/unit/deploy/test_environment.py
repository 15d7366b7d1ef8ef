"""The environment each process gets."""

from dataclasses import replace

import pytest

from deploy.local.environment import SERVICES, WORKERS, Addresses, environment, everything, port_names
from services.common.settings import SHARED_SETTINGS

PROCESSES = [*SERVICES, *WORKERS, "gateway", "sandbox"]
PORTS = {name: 20000 + number for number, name in enumerate(port_names(PROCESSES))}


@pytest.fixture
def addresses() -> Addresses:
    return Addresses(
        ports=PORTS | {"gateway-2": 20100},
        databases={name: f"postgresql://svet_{name}:pw@127.0.0.1:1/svet_{name}" for name in SERVICES},
        brokers={name: f"amqp://{name}:pw@127.0.0.1:2/svet" for name in (*SERVICES, "gateway")},
        settings={"SVET_BUSINESS_OFFSET": "60", "SVET_AUTH_WORKERS": "3"},
    )


@pytest.mark.parametrize("name", PROCESSES)
def test_a_process_learns_nothing_of_another_ones_accounts(name: str, addresses: Addresses) -> None:
    service = name.partition("-")[0]
    strangers = {f"SVET_{other.upper()}_" for other in (*SERVICES, "gateway", "sandbox") if other != service}
    assert not [key for key in environment(name, addresses) if key.startswith(tuple(strangers))]


def test_a_service_has_its_own_role_and_broker_user(addresses: Addresses) -> None:
    variables = environment("billing", addresses)
    assert variables["SVET_BILLING_DATABASE_URL"].endswith("/svet_billing")
    assert variables["SVET_BILLING_AMQP_URL"].startswith("amqp://billing:")
    assert variables["SVET_BILLING_HTTP_PORT"] == str(PORTS["billing"])


def test_a_worker_is_its_service_on_a_port_of_its_own(addresses: Addresses) -> None:
    service, worker = environment("readings", addresses), environment("readings-closing", addresses)
    assert worker["SVET_READINGS_DATABASE_URL"] == service["SVET_READINGS_DATABASE_URL"]
    assert worker["SVET_READINGS_AMQP_URL"] == service["SVET_READINGS_AMQP_URL"]
    assert worker["SVET_READINGS_CLOSING_HTTP_PORT"] == str(PORTS["readings-closing"])


def test_the_bank_is_told_where_to_call_back(addresses: Addresses) -> None:
    callback = f"http://127.0.0.1:{PORTS['gateway']}/api/v1/acquirer/callback"
    assert environment("payments", addresses)["SVET_PAYMENTS_CALLBACK_URL"] == callback
    assert environment("sandbox", addresses)["SVET_SANDBOX_CALLBACK_URL"] == callback


def test_letters_go_to_the_mailbox(addresses: Addresses) -> None:
    port = environment("notify", addresses)["SVET_NOTIFY_SMTP_PORT"]
    assert port == environment("sandbox", addresses)["SVET_SANDBOX_SMTP_PORT"]


def test_a_second_gateway_listens_elsewhere_under_the_same_public_address(addresses: Addresses) -> None:
    first, second = environment("gateway", addresses), environment("gateway", addresses, "gateway-2")
    assert second["SVET_GATEWAY_PORT"] == "20100"
    public = environment("auth", addresses)["SVET_AUTH_PUBLIC_URL"]
    assert public.endswith(f":{first['SVET_GATEWAY_PORT']}")


def test_a_callers_settings_reach_the_processes_they_are_meant_for(addresses: Addresses) -> None:
    auth, notify = environment("auth", addresses), environment("notify", addresses)
    assert (auth["SVET_BUSINESS_OFFSET"], auth["SVET_AUTH_WORKERS"]) == ("60", "3")
    assert notify["SVET_BUSINESS_OFFSET"] == "60"
    assert "SVET_AUTH_WORKERS" not in notify


def test_what_several_processes_tell_reaches_all_of_them(addresses: Addresses) -> None:
    told = dict.fromkeys(SHARED_SETTINGS, "7")
    ours = replace(addresses, settings=told)
    assert all(environment(name, ours).items() >= told.items() for name in (*SERVICES, *WORKERS, "gateway"))


def test_commands_over_several_services_get_every_database(addresses: Addresses) -> None:
    variables = everything(addresses)
    assert all(f"SVET_{name.upper()}_DATABASE_URL" in variables for name in SERVICES)

"""What a local system keeps between starts: ports, passwords, its configuration."""

import socket
import stat
from configparser import RawConfigParser
from pathlib import Path

import pytest

from deploy.local.errors import LocalError
from deploy.local.passwords import keep_passwords
from deploy.local.places import places, write_private
from deploy.local.ports import choose_ports
from deploy.local.program import Program
from deploy.local.servers import Servers
from deploy.local.supervision import Supervision
from deploy.local.system import LocalSystem


def test_ports_are_the_same_after_a_restart(tmp_path: Path) -> None:
    first = choose_ports(tmp_path / "ports.json", ["a", "b"])
    assert choose_ports(tmp_path / "ports.json", ["a", "b", "c"]) | first == choose_ports(
        tmp_path / "ports.json", ["a", "b", "c"]
    )
    assert first["a"] != first["b"]


def test_a_port_taken_by_somebody_else_is_given_up(tmp_path: Path) -> None:
    first = choose_ports(tmp_path / "ports.json", ["a"])
    with socket.socket() as other:
        other.bind(("127.0.0.1", first["a"]))
        other.listen()
        assert choose_ports(tmp_path / "ports.json", ["a"]) != first


def test_passwords_are_made_once_and_readable_by_the_owner_only(tmp_path: Path) -> None:
    file = tmp_path / "passwords.json"
    first = keep_passwords(file, ["a"])
    again = keep_passwords(file, ["a", "b"])
    assert again["a"] == first["a"] != again["b"]
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_link_in_the_place_of_a_draft_is_not_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("theirs")
    (tmp_path / "file.new").symlink_to(elsewhere)
    write_private(tmp_path / "file", "ours")
    assert (elsewhere.read_text(), (tmp_path / "file").read_text()) == ("theirs", "ours")


def test_a_supervisor_that_went_away_is_told_in_words(tmp_path: Path) -> None:
    port = choose_ports(tmp_path / "ports.json", ["supervisor"])["supervisor"]
    gone = Supervision(tmp_path, tmp_path / "log", tmp_path / "env.json", port=port, password="pw")
    assert not gone.answers()
    with pytest.raises(LocalError, match="Was Svet stopped meanwhile"):
        gone.states()


def test_each_checkout_has_passwords_of_its_own(tmp_path: Path) -> None:
    assert keep_passwords(tmp_path / "one", ["a"]) != keep_passwords(tmp_path / "two", ["a"])


def supervisor_configuration(folder: Path, *services: Program) -> RawConfigParser:
    supervision = Supervision(folder, folder / "log", folder / "env.json", port=20001, password="pw")
    parser = RawConfigParser()
    parser.read_string(
        supervision.configuration([Program("postgres", ["postgres"], stop_signal="INT")], services)
    )
    return parser


def test_a_stopped_process_is_always_started_again(tmp_path: Path) -> None:
    section = supervisor_configuration(tmp_path, Program("auth", ["python"]))["program:auth"]
    assert section["autorestart"] == "true"
    assert section["startsecs"] == "0"


def test_services_have_longer_to_stop_than_they_take_themselves(tmp_path: Path) -> None:
    from services.common.settings import ServiceSettings

    section = supervisor_configuration(tmp_path, Program("auth", ["python"]))["program:auth"]
    assert int(section["stopwaitsecs"]) > ServiceSettings.model_fields["stop_timeout_seconds"].default


def test_no_secret_of_a_process_stands_in_the_supervisors_configuration(tmp_path: Path) -> None:
    parser = supervisor_configuration(
        tmp_path, Program("auth", ["run", "x"], {"SVET_AUTH_DATABASE_URL": "s3cret"})
    )
    assert "s3cret" not in str([dict(section) for section in parser.values()])


def test_a_folder_with_odd_signs_is_written_as_supervisor_reads_it(tmp_path: Path) -> None:
    section = supervisor_configuration(tmp_path / "50% of it", Program("auth", ["python"]))["program:auth"]
    assert "50%% of it" in section["command"]
    assert "50%% of it/log/auth.log" in section["stdout_logfile"]


def test_servers_stop_after_what_uses_them(tmp_path: Path) -> None:
    parser = supervisor_configuration(tmp_path, Program("auth", ["python"]))
    assert parser["group:servers"].getint("priority") < parser["group:svet"].getint("priority")


def test_on_ready_made_servers_each_service_still_has_its_own_role(tmp_path: Path) -> None:
    servers = Servers(places(tmp_path), "postgresql://boss:pw@db.example:5433/postgres?sslmode=require")
    passwords = {f"svet_{name}": "p/w" for name in ("auth", "billing", "readings", "payments", "notify")}
    urls = servers.databases({}, passwords)
    assert urls["auth"] == "postgresql://svet_auth:p%2Fw@db.example:5433/svet_auth?sslmode=require"


def test_a_ready_made_broker_is_used_by_all_under_its_one_user(tmp_path: Path) -> None:
    servers = Servers(places(tmp_path), amqp_url="amqp://one:pw@mq.example/v")
    assert set(servers.brokers({}, {}).values()) == {"amqp://one:pw@mq.example/v"}
    assert servers.ports() == ["postgres"]


def test_counted_processes_get_names_of_their_own(tmp_path: Path) -> None:
    system = LocalSystem(tmp_path, processes={"billing": 1, "gateway": 2})
    assert system.instances == {"billing": "billing", "gateway": "gateway", "gateway-2": "gateway"}


def test_a_system_that_was_never_started_is_not_running(tmp_path: Path) -> None:
    system = LocalSystem(tmp_path / "state")
    assert not system.running()
    system.stop()

"""The database goes away without a word, and nobody waits for it for ever."""

import os
import socket

from deploy.local.system import LocalSystem
from services.chassis.db import make_engine
from services.common.settings import ServiceSettings


def test_a_server_whose_machine_vanished_is_given_up_within_half_a_minute(system: LocalSystem) -> None:
    settings = ServiceSettings.model_validate(
        {"SVET_ENV": "test", "database_url": system.urls.databases["billing"], "amqp_url": "amqp://nowhere"}
    )
    engine = make_engine(settings, "test")
    with engine.connect() as connection:
        fileno = connection.connection.driver_connection.fileno()  # type: ignore[union-attr]
        with socket.socket(fileno=os.dup(fileno)) as wire:
            kept = [
                wire.getsockopt(socket.IPPROTO_TCP, option)
                for option in (
                    socket.TCP_USER_TIMEOUT,
                    socket.TCP_KEEPIDLE,
                    socket.TCP_KEEPINTVL,
                    socket.TCP_KEEPCNT,
                )
            ]
    engine.dispose()
    assert kept == [15000, 10, 5, 3]

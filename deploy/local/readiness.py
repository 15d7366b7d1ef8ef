"""Whether a process is ready, asked the way its users would: SQL, AMQP, or HTTP."""

import logging
import socket
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

import pika
import psycopg
from pika.adapters.utils.connection_workflow import AMQPConnectorException
from pika.exceptions import AMQPError


def database_answers(url: str) -> bool:
    """Whether the database lets its user in."""
    try:
        with psycopg.connect(url, connect_timeout=2) as connection:
            return connection.execute("select 1").fetchone() == (1,)
    except psycopg.Error:
        return False


def broker_answers(url: str) -> bool:
    """Whether the broker lets its user in."""
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    parameters = pika.URLParameters(url)
    parameters.socket_timeout = parameters.stack_timeout = parameters.blocked_connection_timeout = 3
    try:
        # pika waits for a whole connection attempt; a closed port is learned at once.
        with socket.create_connection((parameters.host, parameters.port), timeout=1):
            pass
        pika.BlockingConnection(parameters).close()
    except (AMQPError, AMQPConnectorException, OSError):  # the second when it is only coming up
        return False
    return True


def page_answers(url: str) -> bool:
    """Whether GET gives a page, or sends to one."""
    return 200 <= _status(url) < 400


def _status(url: str) -> int:
    """The status of GET, 0 when nobody answers."""
    parts = urlsplit(url)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=2)
    try:
        connection.request("GET", parts.path or "/")
        return connection.getresponse().status
    except (OSError, HTTPException):
        return 0
    finally:
        connection.close()

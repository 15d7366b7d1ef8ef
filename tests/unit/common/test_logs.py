"""Log lines carry no personal data, whoever writes them."""

import json
import logging

import pytest

from services.common.logs import JsonLines


@pytest.mark.parametrize("args", [("billing", ValueError("ivan@example.org")), ("billing", "ValueError")])
def test_an_error_among_a_messages_arguments_gives_its_type_alone(args: tuple[object, ...]) -> None:
    record = logging.LogRecord("nameko", logging.ERROR, "", 1, "worker of %s: %s", args, None)
    assert json.loads(JsonLines("billing").format(record))["message"] == "worker of billing: ValueError"


def test_a_message_without_arguments_may_hold_percent_signs() -> None:
    record = logging.LogRecord("svet", logging.INFO, "", 1, "100 % done", (), None)
    assert json.loads(JsonLines("billing").format(record))["message"] == "100 % done"

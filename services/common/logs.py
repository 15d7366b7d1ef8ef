"""Logs are JSON lines with the request's trace id; they carry ids only, no personal data."""

import contextvars
import json
import logging
import sys
import traceback
from datetime import UTC, datetime

trace_id: contextvars.ContextVar[str] = contextvars.ContextVar("trace_id", default="")
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

_MESSAGES_HOLD_INPUT = frozenset({"psycopg", "sqlalchemy", "pydantic", "pydantic_core", "kombu"})


def describe(error: BaseException | None) -> list[str]:
    """A traceback without the messages that may repeat what a person typed (SQL details, refused input)."""
    lines: list[str] = []
    while error is not None:
        silent = type(error).__module__.partition(".")[0] in _MESSAGES_HOLD_INPUT
        text = getattr(getattr(error, "orig", error), "sqlstate", None) or "" if silent else str(error)
        frames = traceback.extract_tb(error.__traceback__)
        lines.append(f"{type(error).__module__}.{type(error).__qualname__}: {text}"[:500])
        lines += [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        error = error.__cause__ or error.__context__
    return lines


def _message(record: logging.LogRecord) -> str:
    """The message; of an error among its arguments the type alone, for libraries write out what it says."""
    if not isinstance(record.args, tuple):
        return record.getMessage()
    args = tuple(type(arg).__qualname__ if isinstance(arg, BaseException) else arg for arg in record.args)
    return str(record.msg) % args if args else str(record.msg)


class JsonLines(logging.Formatter):
    """One JSON object a line: time, level, process, logger, trace, message, and every `extra` field."""

    def __init__(self, process: str) -> None:
        super().__init__()
        self.process = process

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "process": self.process,
            "logger": record.name,
            "message": _message(record),
        }
        if trace := trace_id.get():
            line["trace"] = trace
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info:
            line["exception"] = describe(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(process: str, level: str = "INFO") -> None:
    """Send every logger's lines to standard error as JSON."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("amqp", "kombu", "pika", "nameko", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)

"""Contracts as JSON schemas, committed in `schemas/`: `python -m services.contracts.schema` writes them anew."""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from services.contracts import wire
from services.contracts.base import Done, Event, Nothing, Operation
from services.contracts.caller import Caller
from services.contracts.compatibility import incompatibilities
from services.contracts.errors import VOCABULARY, WireError
from services.contracts.events import Envelope
from services.contracts.letters import LETTER_PARAMS, LinkAndCode, LinkOnly, ReceiptParams

Json = dict[str, Any]
FOLDER: Final = Path(__file__).parent / "schemas"
SERVICES: Final = ("auth", "billing", "readings", "payments", "notify")


def generated() -> dict[str, Json]:
    """Every schema file by its name: one a service, and what all of them share."""
    files = {f"{service}.json": _service(service) for service in SERVICES}
    return files | {"errors.json": _errors(), "wire.json": _wire(), "letters.json": _letters()}


def committed() -> dict[str, Json]:
    """The schema files as they are in the folder."""
    return {path.name: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def as_text(schema: Json) -> str:
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _service(name: str) -> Json:
    module = import_module(f"services.contracts.{name}")
    operations: tuple[Operation[Any, Any], ...] = module.OPERATIONS
    events: tuple[Event[Any], ...] = module.EVENTS
    models = {model for operation in operations for model in (operation.request, operation.reply)}
    models |= {event.payload for event in events}
    references, definitions = _schemas(models)
    return {
        "operations": {
            operation.name: {
                "request": references[operation.request],
                "reply": references[operation.reply],
                "idempotent": operation.idempotent,
                "timeout": operation.timeout,
            }
            for operation in operations
        },
        "events": {
            event.name: {"payload": references[event.payload], "private": event.private} for event in events
        },
        "$defs": definitions,
    }


def _schemas(models: set[type[BaseModel]]) -> tuple[dict[Any, Json], Json]:
    ordered = sorted(models, key=lambda model: (model.__module__, model.__qualname__))
    found, shared = models_json_schema([(model, "validation") for model in ordered])
    return {model: schema for (model, _), schema in found.items()}, shared.get("$defs", {})


def _errors() -> Json:
    return {code: {"status": status, "message": text} for code, (status, text) in VOCABULARY.items()}


def _wire() -> Json:
    references, definitions = _schemas({Envelope, Caller, WireError})
    return {
        "names": {
            "rpc_exchange": wire.RPC_EXCHANGE,
            "request_queue": wire.request_queue("SERVICE"),
            "request_routing_key": Operation("SERVICE", "OPERATION", Nothing, Done).routing_key,
            "reply_queue": wire.reply_queue("PROCESS", "UUID"),
            "events_exchange": wire.events_exchange("SERVICE"),
            "events_queue": wire.events_queue("SERVICE"),
            "broadcast_queue": wire.broadcast_queue("PROCESS", "UUID"),
            "content_type": wire.CONTENT_TYPE,
            "traceparent": wire.TRACEPARENT,
            "caller": wire.CALLER,
            "deadline": wire.DEADLINE,
            "idempotency_key": wire.IDEMPOTENCY_KEY,
        },
        "bodies": {"request": wire.request_body({}), "reply": wire.reply_body({}, None)},
        "max_body": wire.MAX_BODY,
        "models": {model.__name__: reference for model, reference in references.items()},
        "$defs": definitions,
    }


def _letters() -> Json:
    references, definitions = _schemas({LinkAndCode, LinkOnly, ReceiptParams})
    models = {model.__name__: reference for model, reference in references.items()}
    params = {template: list(names) for template, names in LETTER_PARAMS.items()}
    return {"models": models, "params": params, "$defs": definitions}


def main() -> None:
    """Write the schemas, unless a message of the version before could no longer be understood."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accept-incompatible", action="store_true")
    accepted = parser.parse_args().accept_incompatible
    files = generated()
    problems = incompatibilities(committed(), files)
    if problems and not accepted:
        listed = "\n".join(f"  {problem}" for problem in problems)
        sys.exit(
            f"Old and new processes would not understand each other:\n{listed}\n"
            "A removal takes two releases. If no such process runs anywhere: --accept-incompatible"
        )
    FOLDER.mkdir(exist_ok=True)
    for stale in set(committed()) - set(files):
        (FOLDER / stale).unlink()
    for name, schema in files.items():
        (FOLDER / name).write_text(as_text(schema), "utf-8")


if __name__ == "__main__":
    main()

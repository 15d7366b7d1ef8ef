"""Whether processes of two versions understand each other: what one writes, the other must be able to read."""

from collections.abc import Iterator
from typing import Any, Final

Json = dict[str, Any]

_UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
_LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
_EQUAL: Final = ("pattern", "format")


def incompatibilities(old: dict[str, Json], new: dict[str, Json]) -> list[str]:
    """What breaks while both versions of the schema files run side by side, one line each.

    An old caller must be able to call a new provider and read its reply; an old consumer must be able to read
    a new event, and a new one the events that wait in a queue.
    """
    return [problem for name, file in old.items() for problem in _file(name, file, new.get(name))]


def _file(name: str, old: Json, new: Json | None) -> Iterator[str]:
    where = name.removesuffix(".json")
    if new is None:
        yield f"{where}: removed"
    elif where == "errors":
        yield from (f"errors.{code}: removed" for code in old if code not in new)
    elif where == "wire":
        yield from (
            f"wire.{part}: changed" for part in ("names", "bodies", "max_body") if old[part] != new[part]
        )
        yield from _models(where, old, new)
    elif "models" in old:
        yield from _models(where, old, new)
    else:
        yield from _operations(where, old, new)
        yield from _events(where, old, new)


def _operations(service: str, old: Json, new: Json) -> Iterator[str]:
    for name, was in old["operations"].items():
        where, now = f"{service}.{name}", new["operations"].get(name)
        if now is None:
            yield f"{where}: removed"
            continue
        if now["idempotent"] and not was["idempotent"]:
            yield f"{where}: an idempotency key is needed now"
        yield from _reads(f"{where} request", (was["request"], old), (now["request"], new))
        yield from _keeps(f"{where} reply", (was["reply"], old), (now["reply"], new))


def _events(service: str, old: Json, new: Json) -> Iterator[str]:
    for name, was in old["events"].items():
        where, now = f"{service}.{name}", new["events"].get(name)
        if now is None:
            yield f"{where}: removed"
            continue
        yield from _reads(where, (was["payload"], old), (now["payload"], new))
        yield from _keeps(where, (was["payload"], old), (now["payload"], new))


def _models(where: str, old: Json, new: Json) -> Iterator[str]:
    for name, was in old["models"].items():
        now = new["models"].get(name)
        if now is None:
            yield f"{where}.{name}: removed"
            continue
        yield from _reads(f"{where}.{name}", (was, old), (now, new))
        yield from _keeps(f"{where}.{name}", (was, old), (now, new))


Rooted = tuple[Json, Json]
"""A schema and the file whose `$defs` it refers to."""


def _reads(where: str, was: Rooted, now: Rooted) -> Iterator[str]:
    """A new reader takes what an old writer sends (every field it knows, those with defaults too)."""
    yield from _fits(where, was, now)


def _keeps(where: str, was: Rooted, now: Rooted) -> Iterator[str]:
    """An old reader takes what a new writer sends, and finds every field it knows."""
    yield from _fits(where, now, was, keeps_all=True)


def _fits(where: str, writer: Rooted, reader: Rooted, keeps_all: bool = False) -> Iterator[str]:
    """Why some value of the writer's schema is not one of the reader's; nothing when all are."""
    writers, readers = _variants(writer), _variants(reader)
    for variant in writers:
        answers = [list(_fits_one(where, variant, other, keeps_all)) for other in readers]
        if all(answers):
            yield from min(answers, key=len)


def _variants(rooted: Rooted) -> list[Rooted]:
    schema, root = rooted
    while "$ref" in schema:
        schema = root["$defs"][schema["$ref"].rpartition("/")[2]]
    variants = schema.get("anyOf") or schema.get("oneOf")
    return [found for v in variants for found in _variants((v, root))] if variants else [(schema, root)]


def _fits_one(where: str, writer: Rooted, reader: Rooted, keeps_all: bool) -> Iterator[str]:
    (wrote, _), (reads, _) = writer, reader
    if "type" in reads and wrote.get("type") != reads["type"]:
        yield f"{where}: {wrote.get('type', 'anything')} for {reads['type']}"
        return
    yield from _values(where, wrote, reads)
    if reads.get("type") == "array" and "items" in reads:
        items = (wrote.get("items", {}), writer[1]), (reads["items"], reader[1])
        yield from _fits(f"{where}[]", *items, keeps_all)
    if reads.get("type") == "object":
        yield from _object(where, writer, reader, keeps_all)


def _values(where: str, wrote: Json, reads: Json) -> Iterator[str]:
    allowed, possible = _choices(reads), _choices(wrote)
    if allowed is not None:
        if possible is None:
            yield f"{where}: any value for one of {allowed}"
        else:
            yield from (f"{where}: value {value!r} is unknown" for value in possible if value not in allowed)
    for key in _UPPER:
        if key in reads and not (key in wrote and wrote[key] <= reads[key]):
            yield f"{where}: {key} {reads[key]} is not kept"
    for key in _LOWER:
        if key in reads and not (key in wrote and wrote[key] >= reads[key]):
            yield f"{where}: {key} {reads[key]} is not kept"
    for key in _EQUAL:
        if key in reads and wrote.get(key) != reads[key]:
            yield f"{where}: {key} is not the same"


def _choices(schema: Json) -> list[Any] | None:
    if "const" in schema:
        return [schema["const"]]
    return schema.get("enum")


def _object(where: str, writer: Rooted, reader: Rooted, keeps_all: bool) -> Iterator[str]:
    (wrote, of_writer), (reads, of_reader) = writer, reader
    written, known = wrote.get("properties", {}), reads.get("properties", {})
    # An optional field that a reader knows must not vanish either: its reader would believe the default.
    needed = set(known) if keeps_all else set(reads.get("required", ()))
    for field in sorted(needed - set(written)):
        yield f"{where}.{field}: {'missing' if keeps_all else 'required now'}"
    for field, schema in written.items():
        if field in known:
            yield from _fits(f"{where}.{field}", (schema, of_writer), (known[field], of_reader), keeps_all)
        elif reads.get("additionalProperties") is False:
            yield f"{where}.{field}: no longer taken"
    values = reads.get("additionalProperties")
    if isinstance(values, dict):
        written_values = wrote.get("additionalProperties")
        schema = written_values if isinstance(written_values, dict) else {}
        yield from _fits(f"{where}.*", (schema, of_writer), (values, of_reader), keeps_all)

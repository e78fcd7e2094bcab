"""The OpenAPI document: the framework's, with the schemas of our own structs and of every kind of entry put in.

The routes work on raw requests, which the framework cannot describe; so each says in ``openapi_extra`` and
``responses`` what it takes and gives, by reference to the components that are made here.
"""

import json
import re
from typing import Any, Final

import msgspec
from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import answers, assent_answers, checks_answers, federation_answers, problems
from api.body import JSON, NDJSON
from ledger.records.registry import KINDS
from ledger.submit.looking import NOT_SUBMITTED

_REF: Final = "#/components/schemas/{name}"

PROBLEMS: Final[dict[int | str, dict[str, Any]]] = {
    "4XX": {
        "description": "Refused, and why.",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
    },
    "5XX": {
        "description": "Not now, and when to try again.",
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": _REF.format(name="Problem")}}},
    },
}


def gives(answer: type[msgspec.Struct], description: str) -> dict[int | str, dict[str, Any]]:
    """The responses of a route that answers with this struct."""
    schema = {"$ref": _REF.format(name=answer.__name__)}
    return {200: {"description": description, "content": {JSON: {"schema": schema}}}, **PROBLEMS}


def gives_bytes(media_type: str, description: str) -> dict[int | str, dict[str, Any]]:
    """The responses of a route that answers with bytes of this media type."""
    schema = {"type": "string", **({} if media_type.startswith("text/") else {"format": "binary"})}
    return {200: {"description": description, "content": {media_type: {"schema": schema}}}, **PROBLEMS}


def gives_json(description: str) -> dict[int | str, dict[str, Any]]:
    """The responses of a route that answers with JSON that is not ours to describe here."""
    return {200: {"description": description, "content": {JSON: {"schema": {"type": "object"}}}}, **PROBLEMS}


def takes_entries() -> dict[str, Any]:
    """The request body of a submission."""
    return {
        "requestBody": {
            "required": True,
            "content": {
                JSON: {"schema": {"$ref": _REF.format(name="Entry")}},
                NDJSON: {"schema": {"type": "string", "description": "one entry a line"}},
            },
        }
    }


def results() -> dict[int | str, dict[str, Any]]:
    """The responses of a submission."""
    result = {"$ref": _REF.format(name="Result")}
    line = {"type": "string", "description": "one Result or Problem a line, in the order of the entries"}
    return {
        200: {
            "description": "The entry was in the log already; or the results of a batch.",
            "content": {JSON: {"schema": result}, NDJSON: {"schema": line}},
        },
        201: {"description": "The entry is in the log, durably.", "content": {JSON: {"schema": result}}},
        **PROBLEMS,
    }


def install(app: FastAPI) -> None:
    """Make ``app`` serve the whole document."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
            made.setdefault("components", {})["schemas"] = _components()
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _components() -> dict[str, Any]:
    own = [
        value
        for module in (answers, checks_answers, federation_answers, assent_answers)
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, msgspec.Struct) and value is not answers.Answer
        if value.__module__ == module.__name__
    ]
    bodies = {name: kind.body for name, kind in sorted(KINDS.items()) if name not in NOT_SUBMITTED}
    # All at once: a name that two of them have is then spelled out for each, and never means another.
    references, components = msgspec.json.schema_components([*own, *bodies.values()], ref_template=_REF)
    if not components.keys() >= {answer.__name__ for answer in own} or "Entry" in components:
        raise AssertionError("bad math in the OpenAPI document: two structs of one name")
    references = references[len(own) :]
    key = {"type": "string", "contentEncoding": "base64", "minLength": 44, "maxLength": 44}
    signature = {"type": "string", "contentEncoding": "base64", "minLength": 88, "maxLength": 88}
    components["Entry"] = {
        "description": "One entry in canonical JSON (RFC 8785), at most 65,535 bytes.",
        **_object(
            signatures={
                "type": "array",
                "maxItems": 16,
                "items": _object(key=key, sig=signature),
                "description": "Ed25519 over opentally/v1/<kind>, a zero byte and the statement's bytes; sorted by key",
            },
            statement={
                "oneOf": [
                    _object(body=reference, kind={"const": name}, ledger={"type": "string"}, v={"const": 1})
                    for name, reference in zip(bodies, references, strict=True)
                ]
            },
        ),
    }
    # Python's anchors are not those of ECMA-262, in which JSON Schema writes its patterns.
    text = re.sub(r"\\\\A|\\\\Z", lambda match: "^" if match[0].endswith("A") else "$", json.dumps(components))
    converted: dict[str, Any] = json.loads(text)
    return converted


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": sorted(properties),
        "properties": properties,
        "additionalProperties": False,
    }

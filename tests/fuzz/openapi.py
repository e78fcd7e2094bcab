"""Requests made from an OpenAPI document, and answers held against it: as much of JSON Schema as ours uses."""

import base64
import re
from typing import Any

from hypothesis import strategies as st

KNOWN = {
    *("$ref", "type", "properties", "required", "additionalProperties", "items", "prefixItems", "minItems", "maxItems"),
    *("const", "enum", "oneOf", "anyOf", "minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength", "pattern"),
    *("contentEncoding", "format", "title", "description", "default", "discriminator"),
}


class Schemas:
    """The schemas of a document: values that fit one, and whether a value does."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document

    def resolved(self, schema: dict[str, Any]) -> dict[str, Any]:
        assert set(schema) <= KNOWN, f"a word of JSON Schema that is not understood here: {set(schema) - KNOWN}"
        if "$ref" not in schema:
            return schema
        found: Any = self.document
        for name in schema["$ref"].removeprefix("#/").split("/"):
            found = found[name]
        return self.resolved(found)

    def fitting(self, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
        """Values that fit the schema."""
        schema = self.resolved(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                return st.one_of([self.fitting(one) for one in schema[word]])
        if "const" in schema:
            return st.just(schema["const"])
        if "enum" in schema:
            return st.sampled_from(schema["enum"])
        match schema.get("type"):
            case "null":
                return st.none()
            case "boolean":
                return st.booleans()
            case "integer":
                return st.integers(schema.get("minimum", -(2**70)), schema.get("maximum", 2**70))
            case "number":
                return st.floats(allow_nan=False, allow_infinity=False)
            case "string":
                return self._texts(schema)
            case "array":
                few = min(schema.get("maxItems", 4), max(4, schema.get("minItems", 0)))
                return st.lists(self.fitting(schema.get("items", {})), min_size=schema.get("minItems", 0), max_size=few)
            case "object":
                return self._objects(schema)
            case _:
                return st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=5))

    def _texts(self, schema: dict[str, Any]) -> st.SearchStrategy[str]:
        low, high = schema.get("minLength", 0), schema.get("maxLength", 200)
        if schema.get("contentEncoding") == "base64":
            raw = st.binary(min_size=low * 3 // 4 - 2 if low else 0, max_size=high * 3 // 4)
            return raw.map(lambda value: base64.b64encode(value).decode())
        if "pattern" in schema:
            found = st.from_regex(schema["pattern"].replace("$", r"\Z"))
            return found.filter(lambda text: low <= len(text) <= high)
        return st.text(min_size=low, max_size=min(high, 40))

    def _objects(self, schema: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
        required = set(schema.get("required", ()))
        parts = {name: self.fitting(one) for name, one in schema.get("properties", {}).items()}
        must = {name: one for name, one in parts.items() if name in required}
        return st.fixed_dictionaries(must, optional={name: parts[name] for name in parts.keys() - required})

    def check(self, schema: dict[str, Any], value: Any, where: str = "$") -> None:
        """The value fits."""
        schema = self.resolved(schema)
        for word in ("oneOf", "anyOf"):
            if word in schema:
                fits = sum(self.fits(one, value) for one in schema[word])
                assert fits == 1 if word == "oneOf" else fits, f"{where} fits {fits} of {word}"
        assert schema.get("const", value) == value, where
        assert value in schema.get("enum", [value]), where
        kinds = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list, "null": type(None)}
        kind = schema.get("type")
        if kind is not None:
            assert isinstance(value, kinds[kind]), f"{where} is not of type {kind}"
            assert kind == "boolean" or not isinstance(value, bool), f"{where} is a boolean"
        if isinstance(value, str):
            assert schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)), where
            assert re.search(schema.get("pattern", ""), value), where
        if isinstance(value, int):
            assert schema.get("minimum", value) <= value <= schema.get("maximum", value), where
        if isinstance(value, dict):
            assert set(schema.get("required", ())) <= set(value), f"{where} lacks a field"
            for name, item in value.items():
                if name in schema.get("properties", {}):
                    self.check(schema["properties"][name], item, f"{where}.{name}")
                else:
                    assert schema.get("additionalProperties", True) is not False, f"{where} has a field {name}"
        if isinstance(value, list):
            for item in value:
                self.check(schema.get("items", {}), item, f"{where}[]")

    def fits(self, schema: dict[str, Any], value: Any) -> bool:
        try:
            self.check(schema, value)
        except AssertionError:
            return False
        return True


def declared(operation: dict[str, Any], status: int) -> dict[str, Any]:
    """What the document says of answers with this status: by its number, else by its class."""
    responses = operation["responses"]
    found = responses.get(str(status), responses.get(f"{status // 100}XX"))
    assert found is not None, f"the status {status} is not declared"
    return found["content"]

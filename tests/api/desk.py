"""Talks to an application as a client does."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from httpx2 import Response
from starlette.testclient import TestClient

from api.service import Service
from tests.submit.house import Clock

JSON = {"content-type": "application/json"}
NDJSON = {"content-type": "application/x-ndjson"}


@dataclass
class Desk:
    client: TestClient
    service: Service
    clock: Clock

    def get(self, path: str) -> Response:
        return self.client.get(path)

    def view(self, path: str) -> Any:
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, raw: bytes) -> Response:
        return self.client.post("/v1/entries", content=raw, headers=JSON)

    def post_all(self, raws: Iterable[bytes]) -> list[dict[str, Any]]:
        answer = self.client.post("/v1/entries", content=b"".join(raw + b"\n" for raw in raws), headers=NDJSON)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/x-ndjson"
        return [json.loads(line) for line in answer.content.split(b"\n")[:-1]]

    def accept(self, raws: Iterable[bytes]) -> list[dict[str, Any]]:
        results = self.post_all(raws)
        assert {result["status"] for result in results} <= {200, 201}, results
        return results


def refused(answer: Response, status: int, rule: str, sentence: str) -> None:
    """The answer is this refusal and nothing more."""
    assert answer.headers["content-type"] == "application/problem+json"
    value = answer.json()
    assert value.pop("retry_after", 1) >= 1
    assert value == {
        "type": f"urn:opentally:problem:{rule}",
        "title": rule.replace("-", " ").capitalize(),
        "status": status,
        "detail": sentence,
    }
    assert answer.status_code == status

"""An audit over a real connection: any static file server that has a copy will do."""

import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from secrets import token_bytes

import pytest
from typing_extensions import override

from ledger.audit import audit
from ledger.client.connection import Connection
from ledger.client.source import HttpSource
from tests.audit.ledgers import good_ledger
from tests.client.publisher import log_policy, publish


class Quiet(SimpleHTTPRequestHandler):
    @override
    def log_message(self, *args) -> None:
        pass


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    publish(good_ledger().entries, tmp_path / "log")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(tmp_path))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def audit_url(url: str, state: Path):
    with Connection(url, sleep=lambda _: None) as connection:
        return audit(
            HttpSource(connection),
            policy=log_policy(),
            state=state,
            workers=1,
            progress=lambda _done, _size: None,
            randbytes=token_bytes,
        )


def test_a_ledger_is_audited_from_its_url(url: str, tmp_path: Path):
    report = audit_url(f"{url}/log/", tmp_path / "state")
    assert report.verdict == "holds"
    assert report.source == f"{url}/log"


def test_an_address_without_a_ledger_or_a_server_could_not_be_checked(url: str, tmp_path: Path):
    assert audit_url(f"{url}/elsewhere", tmp_path / "state").verdict == "not-checked"
    assert audit_url("http://127.0.0.1:1", tmp_path / "state").verdict == "not-checked"

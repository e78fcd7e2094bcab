"""Behind a reverse proxy: the addresses that it hands on are told apart if it is trusted, and nobody else's word is."""

import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from tests.survival.place import ROOT, found_place

pytestmark = pytest.mark.slow

SERVER = """
import sys
from pathlib import Path
from api.server import serve
from api.settings import Rate, Settings
from tests.records.builders import LOG, ORIGIN, key

if __name__ == "__main__":
    folder = Path(sys.argv[1])
    serve(
        Settings(
            origin=ORIGIN, database=f"sqlite:///{folder / 'ledger.sqlite'}", head_file=folder / "head",
            log_key=key(LOG), port=0, workers=1, read_rate=Rate(burst=3, per_second=1), trust_proxy=tuple(sys.argv[2:]),
        ),
        started=lambda url: print(url, flush=True),
    )
"""


@pytest.mark.parametrize("trusted", [(), ("127.0.0.1",), ("192.0.2.1",)])
def test_clients_behind_a_proxy(folder: Path, trusted: tuple[str, ...]) -> None:
    server = found_place(folder / "server")
    program = folder / "program.py"
    program.write_text(SERVER)
    process = subprocess.Popen(
        [sys.executable, program, server.folder, *trusted],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()

        def reads_as(address: str, count: int) -> list[int]:
            headers = {"x-forwarded-for": address}
            return [httpx2.get(f"{url}/checkpoint", headers=headers).status_code for _ in range(count)]

        assert reads_as("203.0.113.1", 8)[-1] == 429
        # Another client of the same proxy is somebody else; without trust in it all are one address.
        assert reads_as("203.0.113.2", 1) == ([200] if trusted == ("127.0.0.1",) else [429])
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

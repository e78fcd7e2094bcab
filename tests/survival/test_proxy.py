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

        with httpx2.Client(timeout=30) as client:

            def read_as(number: int) -> int:
                return client.get(f"{url}/checkpoint", headers={"x-forwarded-for": f"203.0.113.{number}"}).status_code

            while read_as(0) != 429:  # tokens come back, one a second: a slow machine needs a few more
                pass
            # Other clients of the same proxy are somebody else; without trust in it all are one address.
            others = [read_as(number) for number in range(1, 20)]
        assert (429 in others) == (trusted != ("127.0.0.1",))
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()

"""A real server for tests: ``python -m tests.api.served FOLDER`` serves the ledger in the folder and prints its URL."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from api.server import serve
from api.settings import Settings
from tests.records.builders import LOG, ORIGIN, key


@contextlib.contextmanager
def served(folder: Path) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The URL and the process of a server over the ledger in ``folder``."""
    root = Path(__file__).resolve().parents[2]
    with (folder / "stderr").open("wb") as stderr:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.api.served", str(folder)],
            cwd=root,
            env={**os.environ, "PYTHONPATH": str(root)},
            stdout=subprocess.PIPE,
            stderr=stderr,
        )
    try:
        assert process.stdout is not None
        url = process.stdout.readline().decode().strip()
        assert url.startswith("http://"), (folder / "stderr").read_text()
        yield url, process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


def main(folder: Path) -> None:
    serve(
        Settings(
            origin=ORIGIN,
            database=f"sqlite:///{folder / 'ledger.sqlite'}",
            head_file=folder / "head",
            log_key=key(LOG),
            port=0,
            workers=1,
            body_patience=1.0,
            send_patience=2.0,
            confirmed_time=2**40,
        ),
        started=lambda url: print(url, flush=True),  # noqa: T201
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))

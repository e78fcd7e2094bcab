"""A private PostgreSQL for the tests: started by hand as an unprivileged user, thrown away at the end.

``OPENTALLY_TEST_POSTGRES`` names another server instead, by the URL of a user who may create databases.
"""

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

_FLAGS = ("listen_addresses=", "fsync=off", "full_page_writes=off", "synchronous_commit=off", "autovacuum=off")


def _absent(reason: str) -> None:
    if os.environ.get("CI") == "true":
        pytest.fail(f"postgres absent: {reason}; in CI it may not be")
    pytest.skip(f"postgres absent: {reason}")


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    if found:
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return versions[-1].parent if versions else None


def _user() -> str | None:
    """Whom to run as: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


@contextmanager
def _cluster(binaries: Path) -> Iterator[str]:
    user = _user()
    folder = Path(tempfile.mkdtemp(prefix="ot-pg-", dir="/tmp"))  # short: a socket's path has about 100 bytes
    if user is not None:
        shutil.chown(folder, user)
    try:
        subprocess.run(
            [binaries / "initdb", "-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"],
            check=True, user=user, cwd=folder, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        flags = [part for flag in _FLAGS for part in ("-c", flag)]
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", folder / "data", "-k", folder, *flags],
                user=user, cwd=folder, stdout=log, stderr=log,
            )  # fmt: skip
        try:
            _wait(folder, server)
            yield f"postgresql://postgres@/postgres?host={folder}"
        finally:
            server.send_signal(2)  # SIGINT: fast shutdown
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _wait(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"PostgreSQL did not start: {(folder / 'log').read_text()}")
            time.sleep(0.05)
        else:
            return


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server on which databases may be created; under xdist each worker has its own."""
    given = os.environ.get("OPENTALLY_TEST_POSTGRES")
    if given:
        yield given
        return
    binaries = _binaries()
    if binaries is None:
        _absent("no initdb in PATH or /usr/lib/postgresql, and OPENTALLY_TEST_POSTGRES is not set")
        return
    with _cluster(binaries) as url:
        yield url


_counter = itertools.count()


def new_database(server: str, template: str = "template1") -> tuple[str, str]:
    """The name and URL of a fresh database."""
    name = f"ot_{os.getpid()}_{next(_counter)}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    head, _, query = server.partition("?")
    return name, f"{head.rpartition('/')[0]}/{name}?{query}".rstrip("?")


def drop_database(server: str, name: str) -> None:
    """Remove it, whoever is connected."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def postgres_database(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database of one test's own."""
    name, url = new_database(postgres_server)
    yield url
    drop_database(postgres_server, name)

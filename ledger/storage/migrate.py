"""Brings a database's tables to the version that this program knows. Only ever forward."""

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from sqlalchemy.exc import DBAPIError

from ledger.errors import UnavailableError
from ledger.storage.engine import open_engines

_IN_WHEEL: Final = Path(__file__).resolve().parent / "_migrations"
_IN_CHECKOUT: Final = Path(__file__).resolve().parents[2] / "migrations"


def alembic_config() -> Config:
    """Alembic's settings, without an ini file: the migrations of the installed package, or of the checkout."""
    config = Config()
    folder = _IN_WHEEL if _IN_WHEEL.is_dir() else _IN_CHECKOUT
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    return config


def upgrade(url: str) -> None:
    """Make the tables in an empty database, or change those of an older version; a SQLite file is made where needed.

    Raises:
        MalformedError: not the URL of a database of a known kind.
        UnavailableError: it cannot be reached, or a migration failed; nothing was changed then.
    """
    config = alembic_config()
    engines = open_engines(url)
    try:
        with engines.writer.begin() as connection:  # one transaction for all, so that a crash leaves no half
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except DBAPIError as exc:
        raise UnavailableError("the database cannot be reached, or its tables could not be brought up to date") from exc
    finally:
        engines.dispose()

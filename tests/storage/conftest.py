"""The databases of the tests beside this file."""

from tests.databases import (
    postgres_database,
    postgres_server,
    postgres_template,
    sqlite_template,
    sqlite_url,
    store,
    url,
)

__all__ = ["postgres_database", "postgres_server", "postgres_template", "sqlite_template", "sqlite_url", "store", "url"]

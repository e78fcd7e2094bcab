"""The parsers under test, a file for each part of the project; the counts are those of a full run."""

from fuzz.target import Target
from fuzz.targets import auditor, clerk, client, crypto, files, merkle, records, tlog

TARGETS: tuple[Target, ...] = (
    *records.TARGETS,
    *tlog.TARGETS,
    *merkle.TARGETS,
    *crypto.TARGETS,
    *clerk.TARGETS,
    *files.TARGETS,
    *client.TARGETS,
    *auditor.TARGETS,
)

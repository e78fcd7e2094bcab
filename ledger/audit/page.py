"""The report as one self-contained HTML page: nothing is loaded, and every text of the ledger is escaped."""

import functools

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ledger.audit.report import AuditReport
from ledger.audit.words import LISTED, VERDICTS, first_line, left_out, utc
from ledger.encoding import encode_base64
from ledger.records.quantities import write_quantity


def report_page(report: AuditReport) -> str:
    """The page: for a lay reader, on a phone, on paper, by voice; "proved" and "asserted" differ in word and shape."""
    return _template().render(
        report=report,
        verdict=VERDICTS[report.verdict],
        first_line=first_line(report),
        resources=report.resources[-LISTED:],
        decisions=report.decisions[-LISTED:],
        council_names={line.leaf: line.name for line in report.councils},
    )


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("ledger.audit"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["base64"] = encode_base64
    environment.globals.update(amount=write_quantity, left_out=left_out, time=utc)
    return environment.get_template("report.html.j2")

"""The report as one self-contained HTML page: nothing is loaded, and every text of the ledger is escaped."""

import functools

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from ledger.audit import plain
from ledger.audit.report import AuditReport
from ledger.audit.tables.challenges import ends
from ledger.audit.words import VERDICTS, first_line, utc
from ledger.encoding import encode_base64
from ledger.records.quantities import write_quantity


def report_page(report: AuditReport) -> str:
    """The page: for a lay reader, on a phone, on paper, by voice; "proved" and "asserted" differ in word and shape."""
    return _template().render(
        report=report,
        verdict=VERDICTS[report.verdict],
        first_line=first_line(report),
        council_names={line.leaf: line.label for line in report.councils},
    )


@functools.cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("ledger.audit"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters["base64"] = encode_base64
    environment.globals.update(
        amount=write_quantity,
        challenge_state=plain.challenge_state,
        challenger=plain.challenger,
        cites=plain.cites,
        ends=ends,
        first=plain.first,
        judge=plain.judge,
        left_out=plain.left_out,
        many=plain.many,
        marks=plain.MARKS,
        newest=plain.newest,
        powers=plain.POWERS,
        proposal_state=plain.proposal_state,
        time=utc,
        types=plain.TYPES,
        under=plain.under,
    )
    return environment.get_template("report.html.j2")

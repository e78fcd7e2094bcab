"""The read side, where the towers meet: a whole ledger checked from its public files alone, and a report on it."""

from ledger.audit.engine import audit
from ledger.audit.page import report_page
from ledger.audit.report import AuditReport, Finding, parse_report, report_json
from ledger.audit.table import report_table

__all__ = ["AuditReport", "Finding", "audit", "parse_report", "report_json", "report_page", "report_table"]

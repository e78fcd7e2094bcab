"""Every way to be refused, named after its one fault: a world, and an entry that it must refuse by this very rule."""

from tests.records import (
    faults_acting,
    faults_bytes,
    faults_checks,
    faults_claims,
    faults_decisions,
    faults_disclosure,
    faults_federation,
    faults_mandates,
    faults_order,
    faults_outcomes,
    faults_proposals,
    faults_recalls,
    faults_recovery,
    faults_requests,
    faults_rollup,
    faults_rollup_due,
    faults_rosters,
    faults_rounds,
    faults_signers,
    faults_totals,
    faults_world,
)
from tests.records.starts import FAULTS, TWINS

__all__ = ["FAULTS", "TWINS"]

SUBJECTS = (
    faults_acting,
    faults_bytes,
    faults_checks,
    faults_claims,
    faults_decisions,
    faults_disclosure,
    faults_federation,
    faults_mandates,
    faults_order,
    faults_outcomes,
    faults_proposals,
    faults_recalls,
    faults_recovery,
    faults_requests,
    faults_rollup,
    faults_rollup_due,
    faults_rosters,
    faults_rounds,
    faults_signers,
    faults_totals,
    faults_world,
)
"""The files of faults, which are kept by being imported."""

"""A whole ledger is audited, resumed and reported on; an outage or a damaged state blames nobody."""

import contextlib
import sqlite3
from pathlib import Path
from secrets import token_bytes

import msgspec
import pytest
from typing_extensions import override

from ledger.audit import AuditReport, audit, report_json, workers
from ledger.client.source import FolderSource
from ledger.errors import MalformedError, UnavailableError
from ledger.records.view import FACTS_VERSION
from tests.audit.ledgers import audit_entries, audit_folder, good_ledger
from tests.audit.test_tampering import flip_byte_of_proof_and_sign
from tests.client.publisher import log_policy, publish
from tests.records.builders import ORIGIN, World, key, ledger_body, make_entry, whole_world


def timeless(report: AuditReport) -> bytes:
    work = msgspec.structs.replace(report.work, seconds=0.0, workers=0)
    return report_json(msgspec.structs.replace(report, work=work, source=""))


def test_a_good_ledger_holds_and_the_report_says_what_is_in_it(tmp_path: Path):
    good = good_ledger()
    report = audit_entries(good.entries, tmp_path / "copy")
    assert report.verdict == "holds"
    assert report.finding is None
    assert report.tree is not None
    assert (report.tree.origin, report.tree.size, report.tree.key_trust) == (ORIGIN, len(good.entries), "policy")
    assert report.work.entries == report.work.entries_now == len(good.entries)
    assert report.work.kinds["claim"] == 9
    assert report.work.proofs == 9 + 1 + 1  # claims, the hidden roster's opening, the total
    first, second = report.rounds
    body = good.world.total_body(good.first)
    assert (first.state, first.count, first.minimum, first.rows) == ("totalled", 3, 2, 4)
    assert tuple(category.total for category in first.categories) == body.totals
    assert first.cost == body.totals[0] + 2 * body.totals[1]
    assert (first.claims, first.replaced, first.withdrawn, first.unclaimed) == (5, 1, 1, 1)
    assert (first.close_index, first.total_index) == (good.close, good.total)
    assert (second.state, second.count, second.categories[0].total) == ("closed", 4, None)
    assert report.councils[0].name == "Riverside"
    old, new = report.resources
    assert (old.index, old.superseded_by, new.supersedes) == (good.resource, new.index, old.index)
    (decision,) = report.decisions
    assert [(item.index, item.kind) for item in decision.adopts] == [(good.close, "close"), (good.total, "total")]


def test_hidden_allowances_are_asserted_while_a_row_is_unclaimed_and_proved_once_all_claim(tmp_path: Path):
    (first, _) = audit_entries(good_ledger().entries, tmp_path / "one").rounds
    assert (first.allowances, first.allowances_proved) == (28, False)
    world, _ = whole_world("hidden")
    (line,) = audit_entries(world.entries, tmp_path / "two").rounds
    assert (line.allowances, line.allowances_proved, line.unclaimed) == (21, True, 0)


def test_public_allowances_are_proved_although_rows_are_unclaimed(tmp_path: Path):
    world = World().found()
    council = world.council()
    rnd = world.round(council, world.roster(council, [7] * 3, rule="public"))
    for row in range(2):
        world.claim(rnd, row)
    world.close(rnd)
    world.total(rnd)
    (line,) = audit_entries(world.entries, tmp_path).rounds
    assert (line.allowances, line.allowances_proved, line.unclaimed) == (21, True, 1)


def test_the_key_is_said_to_be_asserted_where_no_policy_pins_it(tmp_path: Path):
    report = audit_entries(good_ledger().entries, tmp_path, policy=None)
    assert report.verdict == "holds"
    assert report.tree is not None
    assert report.tree.key_trust == "asserted"
    assert any("key of the log" in line for line in report.asserted)
    assert any("split view cannot be excluded" in line for line in report.asserted)


def test_an_audit_resumes_and_reports_on_the_whole_ledger(tmp_path: Path):
    good = good_ledger()
    whole = audit_entries(good.entries, tmp_path / "copy")
    for size in (2, good.claims[1] + 1, good.close, len(good.entries), len(good.entries)):
        report = audit_entries(good.entries[:size], tmp_path / f"{size}", state=tmp_path / "state")
        assert report.verdict == "holds"
    assert report.work.entries_now == 0
    assert report.work.resumed_from == len(good.entries)
    for part in ("councils", "rounds", "resources", "decisions", "first_clock", "last_clock"):
        assert getattr(report, part) == getattr(whole, part)
    assert report.work.kinds == whole.work.kinds


def test_a_failed_audit_leaves_the_state_where_it_was_and_the_next_one_goes_on_from_there(tmp_path: Path):
    good = good_ledger()
    state = tmp_path / "state"
    audit_entries(good.entries[: good.claims[1]], tmp_path / "one", state=state)
    bad = list(good.entries)
    flip_byte_of_proof_and_sign(good, bad)
    assert audit_entries(bad, tmp_path / "two", state=state).verdict == "does-not-hold"
    report = audit_entries(good.entries, tmp_path / "three", state=state)
    assert report.verdict == "holds"
    assert report.work.resumed_from == good.claims[1]


@pytest.mark.slow
def test_the_verdict_does_not_depend_on_the_number_of_processes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(workers, "WORTH_STARTING", 1)
    good = good_ledger()
    bad = list(good.entries)
    flip_byte_of_proof_and_sign(good, bad)
    for name, entries in (("good", good.entries), ("bad", bad)):
        one = audit_entries(entries, tmp_path / name, workers=1)
        two = audit_entries(entries, tmp_path / name, workers=2)
        assert (one.work.workers, two.work.workers) == (1, 2)
        assert timeless(one) == timeless(two)


def test_rows_wait_for_their_round_across_many_batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """With batches of one, every order of waiting, sending and stepping is met."""
    from ledger.audit import replay

    whole = timeless(audit_entries(good_ledger().entries, tmp_path))
    for batch in (1, 2, 3, 7):
        monkeypatch.setattr(replay, "BATCH", batch)
        assert timeless(audit_entries(good_ledger().entries, tmp_path)) == whole


def test_an_outage_in_the_middle_could_not_be_checked_and_what_came_before_holds(tmp_path: Path):
    class Dying(FolderSource):
        asked = 0

        @override
        def get(self, path: str) -> bytes:
            if "entries" in path:
                raise UnavailableError("the network is down")
            return super().get(path)

    publish(good_ledger().entries, tmp_path / "copy")
    report = audit(
        Dying(tmp_path / "copy"),
        policy=log_policy(),
        state=tmp_path / "state",
        workers=1,
        progress=lambda _done, _size: None,
        randbytes=token_bytes,
    )
    assert report.verdict == "not-checked"
    assert report.finding is not None
    assert report.finding.found == "the network is down"
    assert report.proved == ()


def test_progress_goes_up_to_the_size_of_the_tree(tmp_path: Path):
    told: list[tuple[int, int]] = []
    entries = good_ledger().entries
    audit(
        FolderSource(publish(entries, tmp_path)),
        policy=None,
        state=None,
        workers=1,
        progress=lambda done, size: told.append((done, size)),
        randbytes=token_bytes,
    )
    assert told == sorted(told)
    assert told[-1] == (len(entries), len(entries))


def test_a_state_of_another_ledger_is_the_callers_mistake_not_the_ledgers_fault(tmp_path: Path):
    good = good_ledger()
    state = tmp_path / "state"
    audit_entries(good.entries, tmp_path / "one", state=state)
    world = World(origin="example.org/other").found()
    publish(world.entries, tmp_path / "two", origin="example.org/other")
    with pytest.raises(MalformedError) as caught:
        audit_folder(tmp_path / "two", policy=log_policy(origin="example.org/other"), state=state)
    assert caught.value.rule == "wrong-state"


@pytest.mark.parametrize("size", [2, None])
def test_facts_that_are_not_of_the_tree_are_not_gone_on_from(tmp_path: Path, size: int | None):
    good = good_ledger()
    state = tmp_path / "state"
    audit_entries(good.entries[:-1], tmp_path / "one", state=state)
    for name in ("checkpoint", "log.vkey"):
        (state / name).unlink()
    other = [make_entry("ledger", ledger_body(cohort_floor=3), key("founder")), *good.entries[1:size]]
    with pytest.raises(MalformedError) as caught:
        audit_entries(other, tmp_path / "two", state=state)
    assert caught.value.rule == "wrong-state"


def test_facts_of_another_version_are_made_anew_and_the_history_is_remembered(tmp_path: Path):
    good = good_ledger()
    state = tmp_path / "state"
    audit_entries(good.entries, tmp_path / "one", state=state)
    with sqlite3.connect(state / "facts.db") as connection:
        connection.execute(f"PRAGMA user_version = {FACTS_VERSION + 1}")
    connection.close()
    assert audit_entries(good.entries[:-1], tmp_path / "two", state=state).verdict == "log-lied"
    report = audit_entries(good.entries, tmp_path / "one", state=state)
    assert (report.verdict, report.work.resumed_from) == ("holds", 0)


def test_a_state_that_is_no_folder_or_no_state_is_refused(tmp_path: Path):
    good = good_ledger()
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnavailableError):
        audit_entries(good.entries, tmp_path / "one", state=tmp_path / "file")
    (tmp_path / "state").mkdir()
    (tmp_path / "state/facts.db").write_bytes(b"something else entirely, not SQLite" * 100)
    with pytest.raises(MalformedError):
        audit_entries(good.entries, tmp_path / "one", state=tmp_path / "state")


def test_two_audits_do_not_share_a_state_at_once(tmp_path: Path):
    from ledger.audit.state import AuditState

    with AuditState(tmp_path / "state"), pytest.raises(UnavailableError):
        audit_entries(good_ledger().entries, tmp_path / "one", state=tmp_path / "state")


def test_a_small_ledger_is_checked_without_starting_processes(tmp_path: Path):
    assert audit_entries(good_ledger().entries, tmp_path, workers=8).work.workers == 1


@pytest.mark.slow
def test_a_process_that_is_ended_from_outside_is_an_outage_not_a_verdict():
    import os
    import signal

    with workers.Workers(2, entries=1000, randbytes=token_bytes) as pool:
        pids = [process.pid for process in pool._pool._processes.values()]
        workers.verdicts(pool.submit(()))
        os.kill(pids[0], signal.SIGKILL)
        with pytest.raises(UnavailableError) as caught:
            for _ in range(1000):
                workers.verdicts(pool.submit(()))
    assert caught.value.rule == "worker-died"


DAMAGE = {
    "a value cut short": "UPDATE facts SET value = substr(value, 1, 3) WHERE space = 'total'",
    "a row that is gone": "DELETE FROM facts WHERE space = 'entry'",
    "all rows gone": "DELETE FROM facts",
    "one value under another key": "UPDATE facts SET key = zeroblob(32) WHERE space = 'council' AND key = "
    "(SELECT min(key) FROM facts WHERE space = 'council')",
    "a text for bytes": "UPDATE facts SET value = 'text' WHERE space = 'clock'",
    "a text that is not UTF-8": "UPDATE facts SET space = CAST(x'ff' AS TEXT) WHERE space = 'clock'",
    "a frontier that is gone": "DELETE FROM meta WHERE name = 'frontier'",
    "another frontier": "UPDATE meta SET value = zeroblob(8) WHERE name = 'frontier'",
    "a frontier cut short": "UPDATE meta SET value = x'00' WHERE name = 'frontier'",
    "a frontier that is none": "UPDATE meta SET value = 'text' WHERE name = 'frontier'",
    "no meta at all": "DELETE FROM meta",
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_a_state_whose_facts_were_damaged_is_computed_anew_and_blames_nobody(tmp_path: Path, damage: str) -> None:
    good = good_ledger()
    state = tmp_path / "state"
    early = audit_entries(good.entries[:-1], tmp_path / "one", state=state)
    assert early.verdict == "holds"
    with contextlib.closing(sqlite3.connect(state / "facts.db")) as connection:
        assert connection.execute(damage).rowcount
        connection.commit()
    report = audit_entries(good.entries, tmp_path / "two", state=state)
    assert (report.verdict, report.finding) == ("holds", None)
    assert report.work.resumed_from == 0
    assert report.rounds == audit_entries(good.entries, tmp_path / "three").rounds

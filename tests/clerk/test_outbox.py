"""The outbox: the same bytes until each is in."""

import stat
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.clerk import files
from ledger.clerk import outbox as outbox_module
from ledger.clerk.lock import locked
from ledger.clerk.outbox import Letter, Outbox
from ledger.client.poster import Declined, Posted
from ledger.errors import MalformedError, NotAcceptedError, NotFoundError, UnavailableError
from ledger.merkle.hashing import leaf_hash


class Server:
    """A log that gives an entry one index for ever, and fails when told to."""

    def __init__(self, refuses=(), fails_after=()):
        self.log: list[bytes] = []
        self.calls: list[list[bytes]] = []
        self.refuses = refuses
        self.fails_after = list(fails_after)
        self.answered = 0

    def post(self, entries):
        self.calls.append(list(entries))
        for raw in entries:
            new = raw not in self.log
            if raw in self.refuses:
                yield Declined(403, "round-closed", "closed", "the round was closed")
            else:
                if new:
                    self.log.append(raw)
                if self.fails_after and self.answered == self.fails_after[0]:
                    del self.fails_after[0]
                    raise UnavailableError("the line went dead")  # the entry is in, and its answer lost
                yield Posted(self.log.index(raw), leaf_hash(raw), b"receipt of " + raw, new)
            self.answered += 1


def letters(count):
    return [Letter(f"row {number}", b"entry %d" % number) for number in range(2, count + 2)]


def test_every_letter_is_sent_once_when_nothing_goes_wrong(tmp_path):
    server, seen = Server(), []
    outbox = Outbox.create(tmp_path / "import", letters(5))
    outbox.run(server.post, progress=lambda done, total: seen.append((done, total)))
    assert server.log == [letter.raw for letter in letters(5)]
    assert seen == [(number, 5) for number in range(1, 6)]
    assert outbox.pending == 0
    assert outbox.letters == tuple(letters(5))
    assert outbox.refused() == ()
    assert [(sent.letter.about, sent.result.index) for sent in outbox.results()] == [
        (f"row {number + 2}", number) for number in range(5)
    ]
    for entry in tmp_path.iterdir():
        assert stat.S_IMODE(entry.stat().st_mode) == 0o600


def test_a_second_run_sends_nothing(tmp_path):
    server = Server()
    Outbox.create(tmp_path / "import", letters(5)).run(server.post)
    again = Outbox.open(tmp_path / "import")
    again.run(server.post)
    assert len(server.calls) == 1
    assert next(iter(again.results())).result.receipt == b"receipt of entry 2"


def test_what_is_refused_is_listed_by_row_and_stays_so(tmp_path):
    server = Server(refuses=[b"entry 3", b"entry 5"])
    Outbox.create(tmp_path / "import", letters(5)).run(server.post)
    outbox = Outbox.open(tmp_path / "import")
    assert [(sent.letter.about, sent.result.rule) for sent in outbox.refused()] == [
        ("row 3", "round-closed"),
        ("row 5", "round-closed"),
    ]
    assert outbox.pending == 0


@given(
    count=st.integers(1, 12),
    batch=st.integers(1, 5),
    fails=st.lists(st.integers(0, 11), unique=True, max_size=4),
    cut=st.integers(0, 400),
)
@settings(max_examples=40, deadline=None)
def test_crashes_lose_nothing_and_double_nothing(tmp_path_factory, count, batch, fails, cut):
    path = tmp_path_factory.mktemp("jobs") / "import"
    server = Server(refuses=[b"entry 4"], fails_after=sorted(fails))
    Outbox.create(path, letters(count))
    before, outbox_module.BATCH = outbox_module.BATCH, batch
    try:
        for _ in range(len(fails) + 1):
            outbox = Outbox.open(path)
            try:
                outbox.run(server.post)
            except UnavailableError:
                sent = path.with_name("import.sent")
                raw = sent.read_bytes()
                sent.write_bytes(raw[: max(0, len(raw) - cut)])  # and the machine went down with its last writes
        Outbox.open(path).run(server.post)
    finally:
        outbox_module.BATCH = before
    found = Outbox.open(path)
    assert found.pending == 0
    accepted = [letter.raw for letter in letters(count) if letter.raw != b"entry 4"]
    assert sorted(server.log) == sorted(accepted)
    assert {s.letter.raw: s.result.index for s in found.results() if isinstance(s.result, Posted)} == {
        raw: server.log.index(raw) for raw in accepted
    }


def test_answers_given_before_the_line_went_dead_are_kept(tmp_path):
    server = Server(fails_after=[3])
    with pytest.raises(UnavailableError):
        Outbox.create(tmp_path / "import", letters(5)).run(server.post)
    outbox = Outbox.open(tmp_path / "import")
    assert outbox.pending == 2
    outbox.run(server.post)
    assert server.calls[1] == [b"entry 5", b"entry 6"]
    assert [sent.result.new for sent in outbox.results()] == [True, True, True, False, True]


def test_a_job_is_stored_before_anything_is_sent_and_never_overwritten(tmp_path):
    Outbox.create(tmp_path / "import", letters(2))
    assert Outbox.open(tmp_path / "import").pending == 2
    with pytest.raises(NotAcceptedError) as caught:
        Outbox.create(tmp_path / "import", letters(3))
    assert caught.value.rule == "file-exists"
    with pytest.raises(NotFoundError):
        Outbox.open(tmp_path / "other")


def test_two_runs_of_one_job_do_not_write_over_each_other(tmp_path):
    mine = Outbox.create(tmp_path / "import", letters(2))
    yours = Outbox.open(tmp_path / "import")
    server = Server()
    mine.run(server.post)
    with pytest.raises(NotAcceptedError) as caught:
        yours.run(server.post)
    assert caught.value.rule == "file-in-use"
    assert len(server.log) == 2


def test_a_result_about_another_entry_is_refused(tmp_path):
    outbox = Outbox.create(tmp_path / "import", letters(2))
    with pytest.raises(MalformedError):
        outbox.run(lambda entries: [Posted(0, leaf_hash(b"x"), b"", new=True) for _ in entries])
    assert Outbox.open(tmp_path / "import").pending == 2


def test_too_few_answers_are_a_bug_of_the_poster(tmp_path):
    outbox = Outbox.create(tmp_path / "import", letters(2))
    with pytest.raises(AssertionError, match="bad math"):
        outbox.run(lambda entries: [Declined(403, "x", "", "")])
    assert Outbox.open(tmp_path / "import").pending == 1


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_a_damaged_job_is_refused(tmp_path, cut):
    Outbox.create(tmp_path / "import", letters(5))
    job = tmp_path / "import.job"
    job.write_bytes(job.read_bytes()[:-cut])
    with pytest.raises(MalformedError):
        Outbox.open(tmp_path / "import")


def test_a_result_line_of_no_letter_is_dropped_and_sent_again(tmp_path):
    server = Server()
    Outbox.create(tmp_path / "import", letters(2)).run(server.post)
    sent = tmp_path / "import.sent"
    first, second = sent.read_bytes().split(b"\n")[:2]
    sent.write_bytes(first + b"\n" + second.replace(b'"position":1', b'"position":7') + b"\n")
    outbox = Outbox.open(tmp_path / "import")
    assert outbox.pending == 1
    outbox.run(server.post)
    assert Outbox.open(tmp_path / "import").pending == 0


WRONG_TYPES = {
    "an index that is a text": (b'"index":0', b'"index":"0"'),
    "an index below 0": (b'"index":0', b'"index":-1'),
    "an index that is a boolean": (b'"index":0', b'"index":false'),
    "a new that is a number": (b'"new":true', b'"new":1'),
    "a receipt that is a list": (b'"receipt":"', b'"receipt":["'),
    "a field that is unknown": (b'{"index"', b'{"a":1,"index"'),
    "a field that is missing": (b'"new":true,', b""),
    "a status that is a text": (b'"status":403', b'"status":"403"'),
    "a title that is nothing": (b'"title":"Round closed"', b'"title":false'),
}


@pytest.mark.parametrize(("old", "new"), WRONG_TYPES.values(), ids=WRONG_TYPES)
def test_a_result_line_with_a_field_of_another_type_is_dropped_and_sent_again(tmp_path, old, new):
    declined = Declined(403, "round-closed", "Round closed", "")
    outbox = Outbox.create(tmp_path / "import", letters(2))
    outbox.run(lambda entries: [Posted(0, leaf_hash(entries[0]), b"r", new=True), declined])
    sent = tmp_path / "import.sent"
    whole = sent.read_bytes()
    assert old in whole
    sent.write_bytes(whole.replace(old, new, 1))
    assert Outbox.open(tmp_path / "import").pending in {1, 2}


@pytest.mark.parametrize("name", ["letters", "version"])
def test_a_job_that_counts_in_booleans_is_refused(tmp_path, name):
    Outbox.create(tmp_path / "import", letters(1))
    job = tmp_path / "import.job"
    job.write_bytes(job.read_bytes().replace(f'"{name}":1'.encode(), f'"{name}":true'.encode()))
    with pytest.raises(MalformedError):
        Outbox.open(tmp_path / "import")


def test_a_result_that_is_being_written_is_not_cut_away(tmp_path):
    server = Server()
    Outbox.create(tmp_path / "import", letters(2)).run(server.post)
    sent = tmp_path / "import.sent"
    raw = sent.read_bytes()
    files.replace_owner_only(sent, raw[:-30])
    opened = []
    with locked(sent), sent.open("ab") as stream:  # another process, in the middle of its append
        reader = threading.Thread(target=lambda: opened.append(Outbox.open(tmp_path / "import")))
        reader.start()
        reader.join(0.2)
        stream.write(raw[-30:])
    reader.join(10)
    assert opened[0].pending == 0
    assert sent.read_bytes() == raw


def test_a_job_opened_before_another_run_has_written_is_refused(tmp_path, monkeypatch):
    Outbox.create(tmp_path / "import", letters(3))
    server = Server()
    with monkeypatch.context() as patch:
        # Between what it reads of the results and where it would go on writing, another run sends all.
        read = outbox_module.read_owner_only

        def and_then_another(path, *, limit):
            raw = read(path, limit=limit)
            patch.undo()
            if path.name.endswith(".job"):
                Outbox.open(tmp_path / "import").run(server.post)
            return raw

        patch.setattr(outbox_module, "read_owner_only", and_then_another)
        late = Outbox.open(tmp_path / "import")
    assert late.pending == 0

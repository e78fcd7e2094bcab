"""A policy file means what C2SP tlog-policy says, and no checkpoint opens without the log and the quorum."""

import dataclasses
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidSignature, MalformedError, NotAcceptedError
from ledger.tlog.checkpoint import Checkpoint, sign_checkpoint
from ledger.tlog.key import KeyType, VerifierKey
from ledger.tlog.note import NoteSignature, cosign_note, sign_note
from ledger.tlog.policy import Group, Log, Policy, Witness, _time, open_witnessed
from tests.tlog.mutations import mutated
from tests.tlog.people import CHECKPOINT, LOG, LOG_KEY, NOTE, ORIGIN, WITNESS_KEYS, WITNESS_NAMES, WITNESSES

W = [str(key) for key in WITNESS_KEYS]
FILE = f"""# The food ledger, \t and who watches it.
log {LOG_KEY} https://ledger.example/food/

\twitness  w0 {W[0]}
witness w1 {W[1]} \t
witness w2\t{W[2]} https://w2.example/
witness w3 {W[3]}
  # two of three, and the fourth
group three 2 w0 w1 w2
group both all three w3
quorum both
""".encode()


def test_a_policy_file():
    policy = Policy.parse(FILE)
    assert policy.logs == (Log(LOG_KEY, b"https://ledger.example/food/"),)
    assert policy.witnesses == (
        Witness(b"w0", WITNESS_KEYS[0]),
        Witness(b"w1", WITNESS_KEYS[1]),
        Witness(b"w2", WITNESS_KEYS[2], b"https://w2.example/"),
        Witness(b"w3", WITNESS_KEYS[3]),
    )
    assert policy.groups == (Group(b"three", 2, (b"w0", b"w1", b"w2")), Group(b"both", 2, (b"three", b"w3")))
    assert policy.quorum == b"both"


def test_the_smallest_policy():
    """Only the quorum is mandatory (C2SP tlog-policy)."""
    assert Policy.parse(b"quorum none\n") == Policy(())


def test_names_are_opaque_octets():
    text = f"witness K {W[0]}\n".encode() + b"witness \xe2\x84\xaa " + f"{W[1]}\n".encode()
    policy = Policy.parse(
        text + b"witness \xff " + f"{W[2]}\ngroup g any K \xe2\x84\xaa ".encode("latin-1") + b"\xff\nquorum g\n"
    )
    assert [witness.name for witness in policy.witnesses] == [b"K", b"\xe2\x84\xaa", b"\xff"]


def lines(*extra, quorum="quorum none"):
    return "".join(f"{line}\n" for line in (*extra, quorum)).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\n",
        b"# nothing\n",
        b"quorum none",  # the line is not ended
        b"quorum none\r\n",
        b"quorum none\x0b\n",
        b"#\x7f\nquorum none\n",
        b"#\r\nquorum none\n",
        b"quorum none\0\n",
        b"#\x08\nquorum none\n",
        b"#\x1f\nquorum none\n",
        b"quorum\n",
        b"quorum none none\n",
        b"quorum none\nquorum none\n",
        b"quorum\xc2\xa0none\n",
        b"Quorum none\n",
        b"quorum w0\n",
        lines("log"),
        lines(f"log {LOG_KEY} u v"),
        lines(f"log {LOG_KEY}", f"log {LOG_KEY}"),
        lines(f"log {LOG_KEY}", f"log {VerifierKey('other', KeyType.ED25519, LOG.public)}"),
        lines(f"log {W[0]}"),  # a cosigner's key
        lines(f"log x{LOG_KEY}"),
        lines("witness w0"),
        lines(f"witness {W[0]}"),
        lines(f"witness w0 {W[0]} u v"),
        lines(f"witness w0 {LOG_KEY}"),  # a log's key
        lines(f"witness none {W[0]}"),
        lines(f"witness w0 {W[0]}", f"witness w0 {W[1]}"),
        lines(f"witness w0 {W[0]}", f"witness w1 {W[0]}"),
        lines(f"witness w0 {W[0]}", f"witness w1 {VerifierKey('o', KeyType.COSIGNATURE, WITNESSES[0].public)}"),
        lines("group g any"),
        lines("group g"),
        lines("group g any g"),
        lines("group g any none"),
        lines(f"witness w0 {W[0]}", "group none any w0"),
        lines(f"witness w0 {W[0]}", "group w0 any w0"),
        lines(f"witness w0 {W[0]}", "group g 0 w0"),
        lines(f"witness w0 {W[0]}", "group g 2 w0"),
        lines(f"witness w0 {W[0]}", "group g 01 w0"),
        lines(f"witness w0 {W[0]}", "group g -1 w0"),
        lines(f"witness w0 {W[0]}", "group g ANY w0"),
        lines(f"witness w0 {W[0]}", "group g any w0 w0"),
        lines(f"witness w0 {W[0]}", "group g any w0", "group h any w0"),
        lines(f"witness w0 {W[0]}", "group g any w0", f"witness g {W[1]}"),
        lines("group g any w0", f"witness w0 {W[0]}"),  # not defined above
        lines(f"witness w0 {W[0]}", "group g any h", "group h any w0"),
        lines(f"witness w0 {W[0]}", "group g any w0", quorum="quorum h"),
        lines(f"witness w0 {W[0]}", "quorum w0", quorum="quorum w0"),
        lines("quorum w0", quorum=f"witness w0 {W[0]}"),  # not defined above
        b"log \xff\nquorum none\n",
        b"witness \xff\nquorum none\n",
        f"witness w0 {W[0]}\n".encode() + b"group g \xb2 w0\nquorum none\n",
    ],
)
def test_what_is_no_policy(raw):
    with pytest.raises(MalformedError):
        Policy.parse(raw)


def test_the_length_of_a_policy():
    longest = b"quorum none\n".rjust(131_072, b"\n")
    assert Policy.parse(longest) == Policy(())
    with pytest.raises(MalformedError) as refusal:
        Policy.parse(b"\n" + longest)
    assert refusal.value.rule == "too-long"


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (lines(f"log {LOG_KEY}", f"log {LOG_KEY}"), "duplicate-key"),
        (lines(f"witness w0 {W[0]}", f"witness w1 {W[0]}"), "duplicate-key"),
        (lines(f"witness w0 {W[0]}", f"witness w0 {W[1]}"), "duplicate-name"),
        (lines(f"witness none {W[0]}"), "duplicate-name"),
        (lines(f"log {str(LOG_KEY).replace('+A', '+C')}"), "unknown-key-type"),
        (lines(f"log {'a' * 1100}"), "too-long"),
    ],
)
def test_the_rule_that_a_policy_breaks(raw, rule):
    with pytest.raises(MalformedError) as refusal:
        Policy.parse(raw)
    assert refusal.value.rule == rule


def test_a_refusal_names_the_line():
    with pytest.raises(MalformedError, match=r"^line 3 of the policy: a verifier key"):
        Policy.parse(b"# a comment\n\nlog key\nquorum none\n")


def test_limits():
    """C2SP asks for at least 32 logs, witnesses and groups."""
    from ledger.signing import SigningKey

    keys = [SigningKey(i.to_bytes(32, "big")).public for i in range(1, 66)]
    logs = [f"log {VerifierKey('o', KeyType.ED25519, key)}" for key in keys]
    witnesses = [f"witness w{i} {VerifierKey('w', KeyType.COSIGNATURE, key)}" for i, key in enumerate(keys)]
    groups = [f"group g{i} any w{i}" for i in range(64)]
    policy = Policy.parse(lines(*logs[:64], *witnesses[:64], *groups))
    assert (len(policy.logs), len(policy.witnesses), len(policy.groups)) == (64, 64, 64)
    for many in (logs, witnesses, [*witnesses[:64], *groups, "group last any g0"]):
        with pytest.raises(MalformedError, match="at most 64"):
            Policy.parse(lines(*many))


def test_the_same_log_may_have_two_keys_and_two_logs_may_be_trusted():
    other = VerifierKey(ORIGIN, KeyType.ED25519, WITNESSES[3].public)
    policy = Policy((Log(other), Log(LOG_KEY)))
    assert open_witnessed(policy, NOTE).log == LOG_KEY
    assert open_witnessed(policy, sign_checkpoint(CHECKPOINT, WITNESSES[3])).log == other


def cosigned(*indexes):
    note = NOTE
    for i in indexes:
        note = cosign_note(note, WITNESS_NAMES[i], WITNESSES[i], time=100 + i)
    return note


def test_the_quorum():
    policy = Policy.parse(FILE)
    for count in range(5):
        for who in itertools.combinations(range(4), count):
            if 3 in who and len(who) >= 3:
                opened = open_witnessed(policy, cosigned(*who))
                assert opened.checkpoint == CHECKPOINT
                assert opened.cosignatures == tuple((b"w%d" % i, 100 + i) for i in who)
            else:
                with pytest.raises(NotAcceptedError) as refusal:
                    open_witnessed(policy, cosigned(*who))
                assert refusal.value.rule == "no-quorum"


def test_one_witness_as_the_quorum():
    policy = Policy.parse(lines(f"log {LOG_KEY}", f"witness w0 {W[0]}", quorum="quorum w0"))
    assert open_witnessed(policy, cosigned(1, 0)).checkpoint == CHECKPOINT
    with pytest.raises(NotAcceptedError):
        open_witnessed(policy, cosigned(1))
    twice = cosign_note(cosigned(0), WITNESS_NAMES[0], WITNESSES[0], time=3)
    two = Policy.parse(
        lines(f"log {LOG_KEY}", f"witness w0 {W[0]}", f"witness w1 {W[1]}", "group g 2 w0 w1", quorum="quorum g")
    )
    with pytest.raises(NotAcceptedError):  # one witness counts once
        open_witnessed(two, twice)


def test_without_the_log_no_witness_helps():
    everybody = cosigned(0, 1, 2, 3)
    policy = Policy.parse(FILE)
    stranger = VerifierKey(ORIGIN, KeyType.ED25519, WITNESSES[0].public)
    for logs in ((), (Log(stranger),)):
        with pytest.raises(InvalidSignature) as refusal:
            open_witnessed(dataclasses.replace(policy, logs=logs), everybody)
        assert refusal.value.rule == "unsigned"


def test_a_log_cannot_speak_for_another_origin():
    policy = Policy((Log(LOG_KEY), Log(VerifierKey("other.example", KeyType.ED25519, WITNESSES[3].public))))
    foreign = sign_note(str(Checkpoint("other.example", 11, CHECKPOINT.root)), ORIGIN, LOG)
    with pytest.raises(InvalidSignature) as refusal:
        open_witnessed(policy, foreign)
    assert refusal.value.rule == "unsigned"


def test_a_bad_cosignature_of_a_known_witness_refuses_the_checkpoint():
    line = cosigned(0).removeprefix(NOTE)
    other = sign_checkpoint(Checkpoint(ORIGIN, 12, CHECKPOINT.root), LOG)
    with pytest.raises(InvalidSignature):
        open_witnessed(Policy.parse(lines(f"log {LOG_KEY}", f"witness w0 {W[0]}")), other + line)


def test_a_cosignature_without_a_time_is_a_bug():
    assert _time(NoteSignature(WITNESS_KEYS[0], 0)) == 0
    with pytest.raises(AssertionError, match="bad math"):
        _time(NoteSignature(WITNESS_KEYS[0]))


def test_policies_made_in_code_are_checked_too():
    for make in (
        lambda: Policy((Log(LOG_KEY),), quorum=b"w0"),
        lambda: Policy((Log(LOG_KEY),), quorum=b"none"),
        lambda: Policy((), (Witness(b"a", WITNESS_KEYS[0]),), (Group(b"g", 1, (b"b",)),)),
        lambda: Policy((), (Witness(b"a", WITNESS_KEYS[0]),), (Group(b"g", 0, (b"a",)),)),
        lambda: Policy((), (Witness(b"none", WITNESS_KEYS[0]),)),
        lambda: Policy((Log(WITNESS_KEYS[0]),)),
    ):
        with pytest.raises(MalformedError):
            make()


@given(st.data())
def test_quorums_as_the_definition_has_them(data):
    """Witnessed(group) = at least k members witnessed, by recursion from the quorum down."""
    free = [f"w{i}" for i in range(4)]
    groups = {}
    for i in range(data.draw(st.integers(0, 4))):
        if not free:
            break
        members = data.draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        groups[f"g{i}"] = (data.draw(st.integers(1, len(members))), members)
        free = [name for name in free if name not in members] + [f"g{i}"]
    quorum = data.draw(st.sampled_from(["none", *(f"w{i}" for i in range(4)), *groups]))
    policy = Policy.parse(
        lines(
            *(f"witness w{i} {W[i]}" for i in range(4)),
            *(f"group {name} {k} {' '.join(members)}" for name, (k, members) in groups.items()),
            quorum=f"quorum {quorum}",
        )
    )

    def witnessed(name, by):
        if name in groups:
            k, members = groups[name]
            return sum(witnessed(member, by) for member in members) >= k
        return name in by

    for by in map(set, itertools.product(*((f"w{i}", "") for i in range(4)))):
        assert policy.witnessed(name.encode() for name in by) == (quorum == "none" or witnessed(quorum, by))


@given(mutated([FILE, lines(f"log {LOG_KEY}")]) | st.binary(max_size=80))
def test_bytes_are_refused_or_a_policy(raw):
    try:
        policy = Policy.parse(raw)
    except MalformedError:
        return
    assert raw.endswith(b"\n")
    assert all(str(log.key).encode() in raw for log in policy.logs)

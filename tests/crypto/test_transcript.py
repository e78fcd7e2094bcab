"""The sponge and the codecs are those of draft-irtf-cfrg-fiat-shamir; the framing is injective."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.crypto import transcript
from ledger.crypto.transcript import DuplexSponge, Transcript, decode_uint, derive_session_id, varlen
from ledger.errors import InvalidRangeProof
from tests.vectors import shared_vectors

MERSENNE = 2**31 - 1


def sponge_vectors():
    return json.loads(shared_vectors("cfrg/fiatShamirShake128Vectors.json").read_text())


def codec_vectors():
    return json.loads(shared_vectors("cfrg/fiatShamirCodecVectors.json").read_text())


def test_the_sponge_agrees_with_every_vector():
    seen = 0
    for vector in sponge_vectors():
        if vector["Function"] not in ("DuplexSponge", "DecodeUint"):
            continue
        sponge, out = DuplexSponge(bytes.fromhex(vector["SessionId"])), b""
        for step in vector["Operations"]:
            if step["type"] == "absorb":
                sponge.absorb(bytes.fromhex(step["data"]))
            else:
                out += sponge.squeeze(step["length"])
        assert out.hex() == vector["Output"], vector["Name"]
        if vector["Function"] == "DecodeUint":
            assert decode_uint(out, int(vector["Modulus"], 16)) == int(vector["Challenge"], 16)
        seen += 1
    assert seen == 10


def test_session_identifiers_agree_with_the_vector():
    (vector,) = (v for v in sponge_vectors() if v["Function"] == "DeriveSessionID")
    assert derive_session_id(bytes.fromhex(vector["Tag"])).hex() == vector["Output"]


def test_the_codecs_in_use_agree_with_the_vectors():
    seen = 0
    for vector in codec_vectors():
        if vector["Function"] == "SerializeVarLenString":
            assert varlen(bytes.fromhex(vector["Input"])).hex() == vector["Output"]
            seen += 1
        if vector["Function"] == "DecodeUint":
            challenge = decode_uint(bytes.fromhex(vector["Input"]), int(vector["Modulus"], 16))
            assert challenge == int(vector["Challenge"], 16)
            seen += 1
    assert seen == 3


def sumcheck_accepts(vector):
    """The draft's example protocol over our sponge (appendix "sumcheck"), with its little-endian field codec."""
    narg, claimed = bytes.fromhex(vector["Narg"]), int(vector["ClaimedSum"], 16)
    variables = vector["NumVariables"]
    if len(narg) != 8 * variables:
        return False
    sponge = DuplexSponge(bytes.fromhex(vector["SessionId"]))
    sponge.absorb(variables.to_bytes(4, "little") + claimed.to_bytes(4, "little"))
    for i in range(0, len(narg), 8):
        a0, a1 = (int.from_bytes(narg[j : j + 4], "little") for j in (i, i + 4))
        if max(a0, a1) >= MERSENNE or (2 * a0 + a1) % MERSENNE != claimed:
            return False
        sponge.absorb(narg[i : i + 8])
        claimed = (a0 + a1 * (int.from_bytes(sponge.squeeze(4), "little") % MERSENNE)) % MERSENNE
    return claimed == int(vector["FinalEvaluation"], 16)


def test_the_sumcheck_example_runs_on_the_sponge():
    rows = [v for v in (*sponge_vectors(), *codec_vectors()) if v["Function"] == "Sumcheck"]
    assert len(rows) == 4
    for vector in rows:
        assert sumcheck_accepts(vector) == (vector.get("Expected") != "reject"), vector["Name"]


def test_each_message_label_and_order_changes_the_challenge():
    def challenge(*messages, tag=b"tag", label=b"c"):
        t = Transcript(tag)
        for message in messages:
            t.append(*message)
        return int(t.challenge(label))

    rows = [
        challenge(),
        challenge((b"a", b"")),
        challenge((b"a", b"b")),
        challenge((b"ab", b"")),
        challenge((b"", b"ab")),
        challenge((b"b", b"a")),
        challenge((b"a", b"b"), (b"a", b"")),
        challenge((b"a", b""), (b"a", b"b")),
        challenge((b"a", b"b"), tag=b"other"),
        challenge((b"a", b"b"), label=b"d"),
    ]
    assert len(set(rows)) == len(rows)
    assert challenge((b"a", b"b")) == rows[2]


def test_two_challenges_in_a_row_differ_and_depend_on_their_labels():
    t = Transcript(b"tag")
    first, second = t.challenge(b"y"), t.challenge(b"z")
    again = Transcript(b"tag")
    assert again.challenge(b"y") == first != second
    assert again.challenge(b"other") != second


@settings(max_examples=60)
@given(st.lists(st.tuples(st.binary(max_size=5), st.binary(max_size=5)), max_size=4))
def test_framing_is_injective(messages):
    framed, rebuilt = b"".join(varlen(a) + varlen(b) for a, b in messages), []
    while framed:
        parts = []
        for _ in range(2):
            length = int.from_bytes(framed[:4], "little")
            parts.append(framed[4 : 4 + length])
            framed = framed[4 + length :]
        rebuilt.append(tuple(parts))
    assert rebuilt == messages


def test_a_zero_challenge_is_refused(monkeypatch):
    monkeypatch.setattr(transcript, "decode_uint", lambda squeezed, modulus: 0)
    with pytest.raises(InvalidRangeProof):
        Transcript(b"tag").challenge(b"y")


def test_misuse_of_the_sponge_is_a_bug():
    with pytest.raises(AssertionError, match="bad math"):
        DuplexSponge(b"short")
    with pytest.raises(AssertionError, match="bad math"):
        decode_uint(bytes(47), MERSENNE)

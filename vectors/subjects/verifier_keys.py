"""Verifier keys of signed notes: the spelling, and what is none."""

from typing import Any

from ledger.encoding import encode_base64
from ledger.tlog.key import KeyType, VerifierKey
from vectors.example import LOG_VKEY, ORIGIN, key


def document() -> dict[str, Any]:
    """Good ones with their parts; bad ones."""
    good = {
        "of_the_log": LOG_VKEY,
        "of_a_witness": VerifierKey("witness.example/w1", KeyType.COSIGNATURE, key("witness 1").public),
        "name_outside_of_ascii": VerifierKey("r\u00e4te.example", KeyType.ED25519, key("log").public),
    }
    vkey = str(LOG_VKEY)
    name, key_id, material = vkey.split("+", 2)
    raw = b"\1" + key("log").public

    def spelled(kind: int, public: bytes, *, of: str = ORIGIN) -> str:
        honest = VerifierKey(of, KeyType.ED25519, key("log").public)
        return str(honest).replace(encode_base64(raw), encode_base64(bytes([kind]) + public))

    bad = {
        "no_name": f"+{key_id}+{material}",
        "no_key": f"{name}+{key_id}",
        "space_in_the_name": f"example.com coop+{key_id}+{material}",
        "id_of_another_key": f"{name}+{(int(key_id, 16) ^ 1):08x}+{material}",
        "id_in_capitals": f"{name}+{key_id.upper()}+{material}",
        "id_of_another_name": f"example.com/other+{key_id}+{material}",
        "id_one_digit_short": f"{name}+{key_id[1:]}+{material}",
        "key_one_byte_short": spelled(1, key("log").public[:-1]),
        "key_one_byte_long": spelled(1, key("log").public + b"\0"),
        "key_of_small_order": spelled(1, bytes(32)),
        "line_feed_at_the_end": vkey + "\n",
    }
    return {
        "spec": "log.md sections 3 and 4; C2SP signed-note",
        "cases": [
            *({"name": n, "vkey": str(each), "rule": None, **_parts(each)} for n, each in good.items()),
            *({"name": n, "vkey": text, "rule": "malformed"} for n, text in bad.items()),
        ],
    }


def _parts(each: VerifierKey) -> dict[str, Any]:
    return {"key_name": each.name, "key_id": each.key_id.hex(), "type": int(each.type), "key": each.public.hex()}

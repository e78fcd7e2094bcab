"""Verifier keys of signed notes: the spelling, and what is none."""

from hashlib import sha256
from typing import Any

from ledger.encoding import encode_base64
from ledger.tlog.key import KeyType, VerifierKey
from vectors.example import LOG_VKEY, ORIGIN, key

SPACES = "\t\n\v\f\r \u0085\u00a0\u1680\u2000\u200a\u2028\u2029\u202f\u205f\u3000"
"""White_Space, of U+2000 to U+200A the ends."""


def of_type(kind: int, *, name: str = ORIGIN, public: bytes | None = None) -> str:
    """The log's key as a verifier key of any type and name, or of any bytes, with the key ID that is right for it."""
    material = bytes([kind]) + (key("log").public if public is None else public)
    key_id = sha256(name.encode() + b"\n" + material).hexdigest()[:8]
    return f"{name}+{key_id}+{encode_base64(material)}"


def document() -> dict[str, Any]:
    """Good ones with their parts; bad ones."""
    good = {
        "of_the_log": LOG_VKEY,
        "of_a_witness": VerifierKey("witness.example/w1", KeyType.COSIGNATURE, key("witness 1").public),
        "name_outside_of_ascii": VerifierKey("r\u00e4te.example", KeyType.ED25519, key("log").public),
        "name_of_1024_bytes": VerifierKey("\u00e4" * 512, KeyType.ED25519, key("log").public),
        "name_with_a_zero_width_space": VerifierKey("a\u200bb", KeyType.ED25519, key("log").public),
    }
    vkey = str(LOG_VKEY)
    name, key_id, material = vkey.split("+", 2)
    bad = {
        "no_name": f"+{key_id}+{material}",
        "no_key": f"{name}+{key_id}",
        "space_in_the_name": f"example.com coop+{key_id}+{material}",
        "id_of_another_key": f"{name}+{(int(key_id, 16) ^ 1):08x}+{material}",
        "id_in_capitals": f"{name}+{key_id.upper()}+{material}",
        "id_of_another_name": f"example.com/other+{key_id}+{material}",
        "id_one_digit_short": f"{name}+{key_id[1:]}+{material}",
        "id_one_digit_long": f"{name}+{key_id}0+{material}",
        "key_in_url_base64": f"{name}+{key_id}+{material.replace('+', '-')}",
        "key_without_its_last_digit": vkey[:-1],
        "key_one_byte_short": of_type(1, public=key("log").public[:-1]),
        "key_one_byte_long": of_type(1, public=key("log").public + b"\0"),
        "key_of_small_order": of_type(1, public=bytes(32)),
        "key_off_the_curve": of_type(1, public=(2).to_bytes(32, "little")),
        "name_of_1025_bytes": of_type(1, name="x" * 1025),
        "name_of_1026_bytes_in_513_characters": of_type(1, name="\u00e4" * 513),
        "line_feed_at_the_end": vkey + "\n",
    }
    bad |= {f"name_with_{ord(space):04x}": of_type(1, name=f"a{space}b") for space in SPACES}
    types = {f"type_{kind}": of_type(kind) for kind in (0, 2, 3, 5, 6, 255)} | {"no_type": f"{name}+{key_id}+"}
    return {
        "spec": "log.md sections 3 and 4; C2SP signed-note",
        "cases": [
            *({"name": n, "vkey": str(each), "rule": None, **_parts(each)} for n, each in good.items()),
            *({"name": n, "vkey": text, "rule": "malformed"} for n, text in bad.items()),
            *({"name": n, "vkey": text, "rule": "unknown-key-type"} for n, text in types.items()),
            {"name": "of_1089_characters", "vkey": of_type(1, name="x" * 1035), "rule": "too-long"},
        ],
    }


def _parts(each: VerifierKey) -> dict[str, Any]:
    return {"key_name": each.name, "key_id": each.key_id.hex(), "type": int(each.type), "key": each.public.hex()}

"""Transcripts: every message and every challenge of small claims, and the sponge by itself."""

from typing import Any

from vectors.claimed import honest
from vectors.sponge import Sponge

CLAIMS = (
    "n8_none_one_bit",
    "n8_none",
    "n8_public",
    "n8_public_slack_of_no_bits",
    "n8_hidden",
    "n16_public",
    "n16_hidden",
    "none",
    "hidden",
)


def document() -> dict[str, Any]:
    """The sponge alone, then claims."""
    made = {name: honest()[name].made().sponge for name in CLAIMS}
    sponges = {**_alone(), **made}
    return {
        "spec": "transcript.md",
        "cases": [{"name": name, "rule": None, **sponge.document()} for name, sponge in sponges.items()],
    }


def _alone() -> dict[str, Sponge]:
    first = Sponge("")
    first.challenge("y")
    several = Sponge("a tag")
    several.append("", b"")
    several.append("label", bytes(range(256)))
    several.challenge("one")
    several.challenge("one")
    several.append("label", b"")
    several.challenge("two")
    long = Sponge("x" * 200)
    long.append("longer than the rate", b"\xff" * 169)
    long.challenge("c")
    return {"sponge_empty_tag": first, "sponge_several_messages": several, "sponge_over_the_rate": long}

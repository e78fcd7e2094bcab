"""What the lists "Form" say of several fields together: one change to a good body each, and the rule or none."""

from typing import Any

from ledger.encoding import encode_base64
from vectors.example import key
from vectors.subjects.entry_fields import BODIES
from vectors.subjects.entry_fields_checks import MANDATED
from vectors.subjects.entry_types import Path, public

_BOTH = sorted((key("founder").public, key("founder 2").public))
_LEAF = encode_base64(bytes(32))
_ROW = BODIES["roster_public"][1]["rows"]
_HIDDEN = BODIES["roster_hidden"][1]["rows"]
_CATEGORY = BODIES["round"][1]["catalogue"]
_WIDE = [{**_CATEGORY[0], "code": f"c{i}", "width": 32} for i in range(32)]

_RECOVERY = [encode_base64(each) for each in sorted(key(f"spare {i}").public for i in range(12))]
_TAGS = [encode_base64(bytes([i]) * 32) for i in range(3)]

CROSSED: dict[str, dict[str, tuple[str | None, Path, Any]]] = {
    "ledger": {
        "founding_ascending": (None, ("founding",), [encode_base64(each) for each in _BOTH]),
        "founding_descending": ("bad-field", ("founding",), [encode_base64(each) for each in _BOTH[::-1]]),
        "founding_key_twice": ("bad-field", ("founding",), [public("founder")] * 2),
        "log_key_among_the_founding": ("bad-field", ("log_key",), public("founder")),
    },
    "key_rotate": {
        "without_new": ("bad-field", ("new",), ...),
        "that_is_a_revocation_with_new": ("bad-field", ("action",), "revoke"),
    },
    "key_revoke": {"that_is_a_rotation_without_new": ("bad-field", ("action",), "rotate")},
    "roster_public": {
        "row_without_allowance": ("bad-field", ("rows", 1, "allowance"), ...),
        "row_with_a_commitment": ("bad-field", ("rows", 0, "commitment"), _HIDDEN[0]["commitment"]),
        "with_an_opening": ("bad-field", ("opening",), BODIES["roster_hidden"][1]["opening"]),
        "for_a_period": ("bad-field", ("period",), "2027"),
        "called_none": ("bad-field", ("allowance",), "none"),
        "called_hidden": ("bad-field", ("allowance",), "hidden"),
        "reference_twice": ("duplicate-member", ("rows", 1, "ref"), _ROW[0]["ref"]),
        "key_twice": ("duplicate-member", ("rows", 0, "key"), _ROW[1]["key"]),
        "row_without_a_key": (None, ("rows", 1, "key"), ...),
        "sum_of_2_to_53_minus_1": (None, ("rows", 0, "allowance"), 2**53 - 1 - _ROW[1]["allowance"]),
        "sum_of_2_to_53": ("allowance-overflow", ("rows", 0, "allowance"), 2**53 - _ROW[1]["allowance"]),
    },
    "roster_hidden": {
        "row_with_an_allowance": ("bad-field", ("rows", 0, "allowance"), 1),
        "row_without_commitment": ("bad-field", ("rows", 1, "commitment"), ...),
        "without_opening": ("bad-field", ("opening",), ...),
        "commitment_twice": ("reused-commitment", ("rows", 1, "commitment"), _HIDDEN[0]["commitment"]),
        "sum_of_2_to_53": ("allowance-overflow", ("opening", "sum"), str(2**53)),
        "commitment_off_the_curve": (None, ("rows", 0, "commitment"), encode_base64(bytes(96))),
        "blinding_not_reduced": (None, ("opening", "blinding"), encode_base64(b"\xff" * 32)),
    },
    "round": {
        "code_twice": ("bad-field", ("catalogue",), [_CATEGORY[0], _CATEGORY[0]]),
        "roster_twice": ("bad-field", ("rosters",), [_LEAF, _LEAF]),
        "without_slack_width": ("bad-field", ("allowance", "slack_width"), ...),
        "slack_width_without_a_rule": ("bad-field", ("allowance", "rule"), "none"),
        "opens_when_it_closes": ("bad-field", ("opens",), BODIES["round"][1]["closes"]),
        "closes_before_it_opens": ("bad-field", ("closes",), BODIES["round"][1]["opens"] - 1),
        "widths_of_1028_together": ("bad-field", ("catalogue",), _WIDE),
        "widths_of_1024_together": (None, ("catalogue",), [*_WIDE[:-1], {**_WIDE[-1], "width": 28}]),
    },
    "close": {
        "sum_of_the_identity": (None, ("sum",), ""),
        "sum_of_48_bytes": ("bad-field", ("sum",), encode_base64(bytes(48))),
        "sum_off_the_curve": (None, ("sum",), encode_base64(bytes(96))),
    },
    "resource": {
        "valid_for_no_time": ("bad-field", ("valid_until",), BODIES["resource"][1]["valid_from"]),
        "valid_backwards": ("bad-field", ("valid_until",), BODIES["resource"][1]["valid_from"] - 1),
    },
    "decision": {
        "leaf_twice": ("bad-field", ("adopts",), [_LEAF, _LEAF]),
        "more_votes_than_voters": ("bad-field", ("turnout", "voted"), 11),
        "as_many_votes_as_voters": (None, ("turnout", "voted"), 10),
    },
    "federation": {
        "of_type_council_with_a_rule": ("bad-field", ("type",), "council"),
        "of_type_other_with_a_rule": ("bad-field", ("type",), "other"),
    },
    "consent": {"with_conditions": ("bad-field", ("conditions",), "not in August")},
    "consent_conditions": {"called_for": ("bad-field", ("verdict",), "for")},
    "use": {
        "measured_for_no_time": ("bad-field", ("until",), BODIES["use"][1]["from"]),
        "measured_for_a_second": (None, ("until",), BODIES["use"][1]["from"] + 1),
    },
    "challenge_council": {
        "with_a_roster": ("bad-field", ("roster",), _LEAF),
        "with_a_row": ("bad-field", ("row",), 0),
    },
    "challenge_member": {"with_a_council": ("bad-field", ("council",), _LEAF)},
    "reply": {"without_a_council": (None, ("council",), ...)},
    "outcome_withdrawn": {
        "called_upheld": (None, ("outcome",), "upheld"),
        "called_rejected": ("bad-field", ("outcome",), "rejected"),
    },
    "mandate": {
        "kinds_all": (None, ("kinds",), list(MANDATED)),
        "kinds_descending": ("bad-field", ("kinds",), ["close", "claim"]),
        "kind_twice": ("bad-field", ("kinds",), ["claim", "claim"]),
        "kind_mandate": ("bad-field", ("kinds",), ["mandate"]),
        "kind_key": ("bad-field", ("kinds",), ["key"]),
        "kind_membership": ("bad-field", ("kinds",), ["membership"]),
    },
    "recall": {
        "by_the_council_itself": (None, ("by",), BODIES["recall"][1]["council"]),
        "without_a_mandate": (None, ("mandate",), ...),
    },
    "recall_by_itself": {"of_its_own_key": ("bad-field", ("mandate",), ...)},
    "recovery": {
        "keys_ascending": (None, ("keys",), _RECOVERY),
        "keys_descending": ("bad-field", ("keys",), _RECOVERY[::-1]),
        "keys_ascending_in_base64": ("bad-field", ("keys",), sorted(_RECOVERY)),
        "key_twice": ("bad-field", ("keys",), _RECOVERY[:1] * 2),
        "threshold_of_more_than_there_are": ("bad-field", ("threshold",), 2),
    },
    "membership": {
        "that_leaves": (None, ("to",), ...),
        "that_joins": (None, ("from",), ...),
        "that_stays": ("bad-field", ("to",), BODIES["membership"][1]["from"]),
    },
    "membership_joins": {"nothing": ("bad-field", ("to",), ...)},
    "request_collective": {
        "code_twice": ("bad-field", ("amounts",), BODIES["request_collective"][1]["amounts"] * 2),
        "called_default": ("bad-field", ("type",), "default"),
    },
    "request_default": {
        "for_a_period": ("bad-field", ("period",), "2027"),
        "that_supersedes": ("bad-field", ("supersedes",), _LEAF),
        "called_collective": ("bad-field", ("type",), "collective"),
    },
    "tags": {
        "ascending": (None, ("tags",), _TAGS),
        "descending": ("bad-field", ("tags",), _TAGS[::-1]),
        "tag_twice": ("bad-field", ("tags",), _TAGS[:1] * 2),
    },
    "rollup": {
        "defaults_ascending": (None, ("defaults",), _TAGS),
        "defaults_descending": ("bad-field", ("defaults",), _TAGS[::-1]),
        "missing_descending": ("bad-field", ("missing",), _TAGS[::-1]),
        "missing_twice": ("bad-field", ("missing",), _TAGS[:1] * 2),
        "rounds_in_any_order": (None, ("rounds",), _TAGS[::-1]),
        "round_twice": ("bad-field", ("rounds",), _TAGS[:1] * 2),
        "requested_of_two_categories": ("bad-field", ("requested",), ["5", "0"]),
        "totals_of_two_categories": ("bad-field", ("totals",), ["14", "0"]),
    },
}

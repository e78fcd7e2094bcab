"""The base of all parts of a report."""

import msgspec


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """A frozen part of the report; byte strings are base64 in JSON. It is never part of itself: no cycle is sought."""

"""Members' secrets: made when first needed, taken along in a sealed letter, shown to nobody; the ledger sees tags.

A tag is HMAC-SHA-256 of the period under the member's secret (docs/spec/federation.md section 3), so that two councils
that count one member in one period show the same tag, and no rollup counts both.

Security: this rests on the letter being written and taken in. A clerk who loses a secret, or makes another one for a
member who moved, has her counted twice, and nobody can see it. The clerk of the council she left still holds the
secret: with it her later tags can be told, and she can be rolled up first where she is no more.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Final

from msgspec import Meta
from typing_extensions import override

from ledger.clerk.sealed_documents import open_document, seal_document
from ledger.clerk.vault import Vault
from ledger.clerk.vault_records import MemberSecret
from ledger.errors import NotAcceptedError
from ledger.records.facts import period_key
from ledger.records.fields import Body, LeafHash, Origin
from ledger.records.kinds.roster import ROSTERS
from ledger.records.kinds.tags import ROSTER_TAGS, Tags, member_tag
from ledger.records.view import View
from ledger.signing import PublicKey, RandBytes, SigningKey

MAX_TAGS: Final = 1_300
"""As many as a ``tags`` entry holds, and so as many rows as a roster may have that is to be tagged."""

_LABEL: Final = "moving-letter"
_SECRET_BYTES: Final = 32


class MovingLetter(Body, frozen=True, kw_only=True):
    """What goes with a member to her new council. It has no repr of the secret, and names neither her nor the old one.

    Attributes:
        council: the leaf hash of the council that she joins.
        ledger: the origin.
        secret: hers.
    """

    council: LeafHash
    ledger: Origin
    secret: Annotated[bytes, Meta(min_length=_SECRET_BYTES, max_length=_SECRET_BYTES)]

    @override
    def __repr__(self) -> str:
        return "MovingLetter(…)"


def secrets_of(vault: Vault, council: bytes, refs: Iterable[str], *, randbytes: RandBytes) -> tuple[MemberSecret, ...]:
    """The secrets of the council's members, in order; made, and on the disk, where one had none.

    Raises:
        UnavailableError: the disk refused: nothing may be made with them.
    """
    found = tuple(
        vault.member_secret(council, ref) or MemberSecret(council, ref, randbytes(_SECRET_BYTES), moved=False)
        for ref in refs
    )
    vault.add(found, randbytes=randbytes)
    return found


def make_tags(
    secrets: Sequence[MemberSecret], *, origin: str, council: bytes, roster: bytes, period: str
) -> tuple[Tags, dict[bytes, str]]:
    """What the ``tags`` entry of a roster says, and whose each tag is, which stays on the desk.

    Args:
        secrets: of the roster's members.
        origin: the ledger's.
        council: the leaf hash of the roster's council.
        roster: the roster's leaf hash.
        period: for which it counts them.

    Raises:
        NotAcceptedError: ``too-many-rows``, the roster has more than an entry holds; ``counted-twice``, two of its
            members have one secret.
    """
    if len(secrets) > MAX_TAGS:
        raise NotAcceptedError(
            f"the roster has {len(secrets)} rows, and {MAX_TAGS} are the most that can have tags: add the members anew "
            "in rosters of at most so many",
            rule="too-many-rows",
        )
    whose: dict[bytes, str] = {}
    for one in secrets:
        tag = member_tag(one.secret, origin=origin, period=period)
        if tag in whose:
            raise NotAcceptedError(
                f"{whose[tag]} and {one.ref} have the same secret: one member in two rows would be counted twice",
                rule="counted-twice",
            )
        whose[tag] = one.ref
    return Tags(council=council, period=period, roster=roster, tags=tuple(sorted(whose))), whose


def tagged_elsewhere(view: View, tags: Tags, whose: Mapping[bytes, str]) -> tuple[tuple[str, bytes], ...]:
    """The members to whom another council has given the same tag: each reference, and that council, in the log's order.

    No rollup counts such a member in both.
    """
    place = period_key(tags.period)
    found = []
    for key, fact in view.scan(ROSTER_TAGS, place):
        roster = view.get(ROSTERS, key[len(place) :])
        if roster is not None and roster.council != tags.council:
            found += [(whose[tag], roster.council) for tag in fact.tags if tag in whose]
    return tuple(dict.fromkeys(found))


def seal_moving_letter(letter: MovingLetter, *, to: PublicKey, randbytes: RandBytes) -> bytes:
    """The letter as a file that only the new council's clerk opens."""
    return seal_document(letter, to=to, label=_LABEL, randbytes=randbytes)


def open_moving_letter(raw: bytes, *, key: SigningKey, name: str) -> MovingLetter:
    """The letter in a file.

    Raises:
        MalformedError: not a moving letter.
        NotAcceptedError: ``wrong-recipient``, ``wrong-label``, ``sealed-altered``.
    """
    return open_document(raw, MovingLetter, key=key, label=_LABEL, what="a moving letter", name=name)


def take_in(vault: Vault, letter: MovingLetter, ref: str, *, randbytes: RandBytes) -> bool:
    """The member's secret is in the vault under her new reference; False if it was there.

    It takes the place of one that was made here before the letter came.

    Raises:
        NotAcceptedError: ``other-secret``, the member has one that came in a letter too.
    """
    fresh = MemberSecret(letter.council, ref, letter.secret, moved=True)
    if vault.member_secret(letter.council, ref) == fresh:
        return False
    vault.add([fresh], randbytes=randbytes)
    return True

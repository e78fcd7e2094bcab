"""Who may act for a council besides its own key, as the server tells it: mandates, recovery keys. The rules decide."""

from api.assent_answers import MandateList
from api.federation_answers import MandateView, OneCouncil, RecoveryView
from ledger.cli.pages import pages
from ledger.cli.remote import Remote
from ledger.records.rule_names import refusal
from ledger.signing import PublicKey

STATES = {"in-effect": "in effect", "waiting": "waits for assent", "ended": "ended"}
"""How the states of a mandate are written for people."""


def powers_of(there: Remote, council: bytes) -> OneCouncil:
    """The council's place, its recovery keys and its mandates."""
    return there.view(f"v1/councils/{council.hex()}", OneCouncil)


def recovery_of(there: Remote, council: bytes) -> RecoveryView | None:
    """The council's recovery keys that are in effect."""
    return powers_of(there, council).recovery


def mandates_of(there: Remote, council: bytes) -> tuple[MandateView, ...]:
    """All mandates that the council has given, in the order of the log."""
    path = f"v1/councils/{council.hex()}/mandates"
    return tuple(one for page in pages(there, path, MandateList) for one in page.mandates)


def held_mandates(there: Remote, council: bytes) -> tuple[MandateView, ...]:
    """The council's mandates that have not ended and whose keys are on this desk."""
    mine = {file.public for file in there.desk.keys().values()}
    return tuple(one for one in mandates_of(there, council) if one.key in mine and one.state != "ended")


def may_act(there: Remote, council: bytes, key: PublicKey, kind: str) -> bool:
    """Whether the key is of a mandate that is in effect and names this kind of entry."""
    return any(one.key == key and one.state == "in-effect" and kind in one.kinds for one in mandates_of(there, council))


def require_mandate(there: Remote, council: bytes, key: PublicKey, kind: str) -> None:
    """Refuse to sign with a mandate's key what the mandate does not reach to, before anything is made or proved.

    A key that the server knows no mandate of is let through: the rules then say what is wrong with it.

    Raises:
        NotAcceptedError: ``mandate-ended``, ``outside-mandate``.
    """
    found = powers_of(there, council)
    for one in mandates_of(there, council):
        if one.key == key and found.key != key:
            if one.state == "waiting":
                raise refusal(
                    "mandate-ended",
                    f"the mandate “{one.role}” of {found.name} is not in effect yet: more than half of the councils in "
                    "it have to be for it",
                )
            if one.state == "ended":
                since = "its time is over" if one.ended is None else f"entry no. {one.ended} ended it"
                raise refusal("mandate-ended", f"the mandate “{one.role}” of {found.name} has ended: {since}")
            if kind not in one.kinds:
                raise refusal(
                    "outside-mandate",
                    f"the mandate “{one.role}” of {found.name} is for {', '.join(one.kinds)}, and not for {kind}",
                )

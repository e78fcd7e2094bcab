"""A federation and its councils, each party on a desk of its own, over one real server with a floor of ten."""

import json
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ledger.clerk.keyfile import read_key
from ledger.client.connection import Connection
from ledger.client.poster import Declined, Posted, post_entry
from ledger.records.entry import build_statement, sign_entry
from ledger.signing import SigningKey
from tests.cli.world import MAPPING, ORIGIN, Ran, World


class Valley(World):
    """The world of a federation: keys, rosters, rounds and claims of councils, by the commands alone."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder, url)
        self.leaves: dict[str, str] = {}

    def desk_of(self, name: str) -> Path:
        return self.folder / f"desk of {name}"

    def on(self, name: str, *arguments: object, **more: Any) -> Ran:
        """Run a command on a party's desk."""
        return self.run(*arguments, desk=self.desk_of(name), **more)

    def well(self, name: str, *arguments: object, **more: Any) -> Ran:
        """Run one that must go well."""
        return self.do(*arguments, desk=self.desk_of(name), **more)

    def key(self, desk: str, name: str = "own") -> SigningKey:
        return read_key(self.desk_of(desk) / "keys" / f"{name}.key", passphrase=None)

    def party(self, name: str, *more: object, above: str | None = None) -> str:
        """A council or federation, registered from its own desk; its leaf hash."""
        file = self.folder / f"{name}.council.json"
        self.well(name, "key", "new", "own", "--no-passphrase")
        parent = () if above is None else ("--parent", above)
        self.well(name, "council", "register", name, "--key", "own", "--out", file, *parent, *more)
        approve = ("council", "approve", file, "--yes", "--json")
        if above is None:
            leaf: str = self.do(*approve, "--key", "founder").json["leaf"]
        else:
            leaf = self.well(above, *approve, "--key", "own").json["leaf"]
        self.leaves[name] = leaf
        return leaf

    def members(self, council: str, refs: Iterable[str], name: str = "members") -> str:
        """A roster; its leaf hash."""
        file = self.write(f"{council}-{name}.csv", "member\n" + "".join(f"{ref}\n" for ref in refs))
        added = self.well(council, "roster", "add", file, "--no-passphrase", "--yes", "--json").json
        leaf: str = added["rosters"][0]["leaf"]
        return leaf

    def ask(
        self,
        council: str,
        period: str,
        amounts: dict[str, int],
        *,
        round_no: int = 1,
        rosters: Sequence[str] = (),
        close: bool = True,
        minimum: int = 10,
        codes: Sequence[str] = ("food", "fuel"),
    ) -> str:
        """A round of the council in which each of these members asks for so much food and one fuel; its leaf hash."""
        now = int(time.time())
        lines = ["version = 1", f'period = "{period}"', f"round_no = {round_no}", f"opens = {now - 60}"]
        lines += [f"closes = {now + 3600}", f"minimum = {minimum}", "early_close = true"]
        for code in codes:
            lines += ["[[category]]", f'code = "{code}"', f'name = "{code.title()}"', 'unit = "kg"', "scale = 1"]
            lines += ["price = 1", "width = 8"]
        file = self.write(f"{council}-{period}-{round_no}.toml", "\n".join(lines) + "\n")
        named = [word for roster in rosters for word in ("--roster", roster)]
        leaf: str = self.well(council, "round", "open", file, *named, "--yes", "--json").json["leaf"]
        rows = "".join(f"{ref},{food},1\n" for ref, food in amounts.items())
        orders = self.write(f"{council}-{period}-{round_no}.csv", f"member,{codes[0]},{codes[1]}\n{rows}")
        mapping = self.write("mapping.toml", MAPPING.replace("food", codes[0]).replace("fuel", codes[1]))
        words = ("import", orders, "--mapping", mapping, "--round", leaf, "--no-passphrase", "--workers", 1, "--yes")
        self.well(council, *words)
        if close:
            self.well(council, "close", leaf, "--yes")
        return leaf

    def hand_over(self, council: str, round_: str, name: str | None = None, *more: object) -> Path:
        """The council's sub-total, in a file for the federation."""
        file = self.folder / f"{name or council}-{round_[:8].replace('/', '_')}.sub"
        self.well(council, "total", round_, "--for-federation", file, "--yes", *more)
        return file

    def size(self) -> int:
        """How many entries the log has."""
        with Connection(self.url) as connection:
            size: int = json.loads(connection.get("v1/ledger", limit=65536))["size"]
        return size

    def post(self, kind: str, body: dict[str, Any], *keys: SigningKey) -> Posted | Declined:
        """An entry past all commands."""
        with Connection(self.url) as connection:
            return post_entry(connection, sign_entry(build_statement(kind, ORIGIN, body), kind, keys))


def refs(prefix: str, count: int) -> list[str]:
    return [f"{prefix}{number:02}" for number in range(count)]


def asking(prefix: str, count: int, food: int = 3) -> dict[str, int]:
    return dict.fromkeys(refs(prefix, count), food)


def refused(ran: Ran, rule: str, code: int = 1) -> str:
    """The sentence of a command that must be refused so."""
    assert (ran.code, ran.json["error"]["rule"]) == (code, rule), f"{ran.out}{ran.err}"
    message: str = ran.json["error"]["message"]
    return message

"""The values on docs/spec/worked.md, read from the page itself."""

import re
from functools import cache
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "spec" / "worked.md"
_BLOCK = re.compile(r"^```\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def sections() -> dict[str, str]:
    """The text under each heading, to the next heading of any level."""
    parts = re.split(r"^#+ (.*)$", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(heading: str) -> list[str]:
    """The blocks of code under a heading."""
    return _BLOCK.findall(sections()[heading])


def values(block: str) -> dict[str, str]:
    """Names and values of a block in columns; lines that go on are joined."""
    found: dict[str, str] = {}
    name = ""
    for line in block.splitlines():
        if not line.startswith(" "):
            name, line = re.fullmatch(r"(\S+(?: \d+)?) {2,}(.*)", line).groups()
            found[name] = ""
        found[name] += line.strip()
    return found


def key_pairs() -> dict[str, tuple[str, str]]:
    """Seed and public key by name."""
    rows = re.findall(r"^\| `(\w+)` \| `(\w{64})` \| `([^`]+)` \|$", sections()["Keys"], flags=re.MULTILINE)
    return {name: (seed, key) for name, seed, key in rows}


def entries() -> list[bytes]:
    """The bytes of the ten entries."""
    numbered = [heading for heading in sections() if re.match(r"\d: ", heading)]
    return [blocks(heading)[0].rstrip("\n").encode() for heading in numbered]


def entry_facts() -> list[tuple[int, str, str]]:
    """Length, leaf hash in hex and in base64 of each entry, as the page says."""
    pattern = r"([\d,]+) bytes, leaf hash `(\w{64})`, in base64 `([^`]+)`"
    texts = [text for heading, text in sections().items() if re.match(r"\d: ", heading)]
    found = [re.search(pattern, text).groups() for text in texts]
    return [(int(length.replace(",", "")), leaf, name) for length, leaf, name in found]

"""Trees: inclusion and consistency, good paths and one-fault ones."""

from typing import Any

from ledger.merkle.hashing import EMPTY_ROOT, leaf_hash, node_hash
from ledger.merkle.tree import path_of, root_of

Case = dict[str, Any]
DATA = [f"leaf {i}".encode() for i in range(20)]
HASHES = [leaf_hash(data) for data in DATA]


def document() -> dict[str, Any]:
    """Inclusion, then consistency."""
    leaves = [data.hex() for data in DATA]
    return {"spec": "log.md section 1", "leaves": leaves, "cases": [*_inclusion(), *_consistency()]}


def subtree(first: int, last: int) -> bytes:
    """The root over the leaves from first to before last."""
    return root_of(HASHES[first:last])


def split(size: int) -> int:
    """The greatest power of two below the size."""
    return 1 << (size - 1).bit_length() - 1


def consistency(m: int, first: int, last: int, *, whole: bool = True) -> list[bytes]:
    """RFC 6962 §2.1.2: SUBPROOF(m, D[first:last], whole)."""
    size = last - first
    if m == size:
        return [] if whole else [subtree(first, last)]
    k = split(size)
    if m <= k:
        return [*consistency(m, first, first + k, whole=whole), subtree(first + k, last)]
    return [*consistency(m - k, first + k, last, whole=False), subtree(first, first + k)]


def _inclusion() -> list[Case]:
    rule = "invalid-inclusion-proof"

    def case(name: str, fault: str | None, at: int, of: int, **changes: Any) -> Case:
        parts: dict[str, Any] = {
            "leaf": HASHES[at],
            "path": list(path_of(HASHES[:of], at)),
            "root": root_of(HASHES[:of]),
        }
        parts |= changes
        return {
            "name": name,
            "rule": fault,
            "proves": "inclusion",
            "leaf": parts["leaf"].hex(),
            "index": changes.get("index", at),
            "size": changes.get("size", of),
            "path": [node.hex() for node in parts["path"]],
            "root": parts["root"].hex(),
        }

    places = [(0, 1), (0, 2), (1, 2), (2, 3), (0, 5), (4, 5), (6, 7), (7, 8), (8, 9), (5, 20), (16, 20), (19, 20)]
    good = [case(f"inclusion_of_{i}_in_{n}", None, i, n) for i, n in places]
    path = list(path_of(HASHES[:7], 5))
    changes: dict[str, dict[str, Any]] = {
        "wrong_leaf": {"leaf": HASHES[6]},
        "wrong_root": {"root": root_of(HASHES[:8])},
        "index_one_more": {"index": 6},
        "index_one_less": {"index": 4},
        "index_is_the_size": {"index": 7},
        "size_two_more": {"size": 9},
        "size_of_half": {"size": 4},
        "size_of_zero": {"size": 0},
        "path_empty": {"path": []},
        "path_one_short": {"path": path[:-1]},
        "path_one_long": {"path": [*path, path[-1]]},
        "path_reversed": {"path": path[::-1]},
        "path_begins_with_the_leaf": {"path": [HASHES[5], *path]},
        "path_one_bit_off": {"path": [bytes([path[0][0] ^ 1]) + path[0][1:], *path[1:]]},
        "root_itself_as_a_leaf": {"path": [], "leaf": root_of(HASHES[:7])},
        "inner_node_as_a_leaf": {"leaf": node_hash(HASHES[4], HASHES[5]), "path": path[1:], "index": 2},
    }
    return [*good, *(case(f"inclusion_{name}", rule, 5, 7, **change) for name, change in changes.items())]


def _consistency() -> list[Case]:
    rule = "invalid-consistency-proof"

    def case(name: str, fault: str | None, old: int, new: int, **changes: Any) -> Case:
        parts: dict[str, Any] = {
            "path": consistency(old, 0, new),
            "root1": root_of(HASHES[:old]),
            "root2": root_of(HASHES[:new]),
        }
        parts |= changes
        return {
            "name": name,
            "rule": fault,
            "proves": "consistency",
            "size1": changes.get("size1", old),
            "size2": changes.get("size2", new),
            "path": [node.hex() for node in parts["path"]],
            "root1": parts["root1"].hex(),
            "root2": parts["root2"].hex(),
        }

    pairs = [(1, 1), (1, 2), (2, 3), (3, 7), (4, 7), (6, 8), (8, 9), (5, 20), (16, 20), (20, 20)]
    good = [case(f"consistency_of_{m}_and_{n}", None, m, n) for m, n in pairs]
    path, longer = consistency(3, 0, 7), consistency(6, 0, 8)
    changes: dict[str, dict[str, Any]] = {
        "wrong_first_root": {"root1": root_of(HASHES[:4])},
        "wrong_second_root": {"root2": root_of(HASHES[:8])},
        "roots_exchanged": {"root1": root_of(HASHES[:7]), "root2": root_of(HASHES[:3])},
        "first_size_one_more": {"size1": 4},
        "second_size_two_more": {"size2": 9},
        "sizes_exchanged": {"size1": 7, "size2": 3},
        "path_empty": {"path": []},
        "path_one_short": {"path": path[:-1]},
        "path_one_long": {"path": [*path, path[-1]]},
        "path_reversed": {"path": path[::-1]},
        "path_of_other_sizes": {"path": longer},
        "path_one_bit_off": {"path": [*path[:-1], bytes([path[-1][0] ^ 1]) + path[-1][1:]]},
    }
    bad = [case(f"consistency_{name}", rule, 3, 7, **change) for name, change in changes.items()]
    bad.append(case("consistency_path_between_equal_sizes", rule, 7, 7, path=[HASHES[0]]))
    of_nothing = {"size1": 0, "root1": EMPTY_ROOT}
    bad.append(case("consistency_from_size_0", rule, 3, 7, **of_nothing, path=[]))
    bad.append(case("consistency_from_size_0_with_a_path", rule, 3, 7, **of_nothing, path=[root_of(HASHES[:7])]))
    bad.append(case("consistency_other_root_of_the_same_size", rule, 7, 7, root2=root_of(HASHES[1:8])))
    return [*good, *bad]

"""Paths of tiles and bundles: the one spelling, and texts that name nothing."""

from typing import Any

GOOD = {
    "first": ("tile/0/000", 0, 0, 256),
    "of_the_specification": ("tile/0/x001/x234/067", 0, 1_234_067, 256),
    "greatest_of_one_group": ("tile/3/999", 3, 999, 256),
    "least_of_two_groups": ("tile/3/x001/000", 3, 1000, 256),
    "groups_of_zeroes": ("tile/0/x001/x000/000", 0, 1_000_000, 256),
    "partial": ("tile/1/x123/456.p/255", 1, 123_456, 255),
    "least_width": ("tile/0/000.p/1", 0, 0, 1),
    "greatest_level": ("tile/63/000.p/1", 63, 0, 1),
    "bundle": ("tile/entries/x001/x234/067", "entries", 1_234_067, 256),
    "partial_bundle": ("tile/entries/000.p/10", "entries", 0, 10),
}

BAD = {
    "no_text": "",
    "checkpoint": "checkpoint",
    "slash_in_front": "/tile/0/000",
    "slash_at_the_end": "tile/0/000/",
    "line_feed_at_the_end": "tile/0/000\n",
    "no_number": "tile/0",
    "number_of_two_digits": "tile/0/00",
    "number_of_four_digits": "tile/0/1234",
    "group_without_x": "tile/0/001/234",
    "x_in_the_last_group": "tile/0/x001",
    "x_in_capitals": "tile/0/X001/234",
    "group_that_could_be_left_out": "tile/0/x000/001",
    "group_of_four_digits": "tile/0/x0001/234",
    "number_negative": "tile/0/-01",
    "digits_outside_of_ascii": "tile/0/00\u0661",
    "level_of_64": "tile/64/000",
    "level_with_a_leading_zero": "tile/01/000",
    "level_negative": "tile/-1/000",
    "level_data": "tile/data/000",
    "entries_in_capitals": "tile/Entries/000",
    "width_of_0": "tile/0/000.p/0",
    "width_of_256": "tile/0/000.p/256",
    "width_with_a_leading_zero": "tile/0/000.p/01",
    "no_width": "tile/0/000.p/",
    "width_without_a_slash": "tile/0/000.p1",
    "parent_folder": "tile/0/../000",
    "percent_encoded": "tile/0/%30%30%30",
}


def document() -> dict[str, Any]:
    """Good ones with their parts; bad ones."""
    return {
        "spec": "log.md section 2, point 1; C2SP tlog-tiles",
        "cases": [
            *(
                {"name": name, "rule": None, "path": path, "level": level, "n": n, "width": width}
                for name, (path, level, n, width) in GOOD.items()
            ),
            *({"name": name, "rule": "malformed", "path": path} for name, path in BAD.items()),
        ],
    }

"""Checkpoint, tiles and bundles as C2SP tlog-tiles has them, with the headers that readers and caches need."""

from ledger.merkle.bundle import decode_bundle
from ledger.merkle.hashing import leaf_hash
from ledger.tlog.checkpoint import open_checkpoint
from tests.api.desk import Desk
from tests.records.builders import World, small_world
from tests.submit.house import submitted


def test_checkpoint(desk: Desk) -> None:
    answer = desk.get("/checkpoint")
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert open_checkpoint(answer.content, desk.service.core.log.verifier).size == 1
    world, _ = small_world()
    desk.accept(submitted(world.entries))
    assert open_checkpoint(desk.get("/checkpoint").content, desk.service.core.log.verifier).size == 5


def test_tiles_and_bundles_of_every_size_there_was(desk: Desk) -> None:
    world = World(proofs=False).found()
    for number in range(298):
        world.council(f"council {number}")
    desk.accept(submitted(world.entries))
    leaves = [leaf_hash(raw) for raw in world.entries]
    assert len(leaves) == 300
    for path, expected in {
        "0/000": leaves[:256],
        "0/000.p/3": leaves[:3],
        "0/001.p/44": leaves[256:],
        "0/001.p/1": leaves[256:257],
    }.items():
        answer = desk.get(f"/tile/{path}")
        assert answer.content == b"".join(expected)
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["cache-control"] == "public, max-age=604800, immutable"
        assert answer.headers["access-control-allow-origin"] == "*"
    assert len(desk.get("/tile/1/000.p/1").content) == 32
    assert desk.get("/tile/1/000.p/2").status_code == 404
    assert decode_bundle(desk.get("/tile/entries/000").content, 256) == tuple(world.entries[:256])
    assert decode_bundle(desk.get("/tile/entries/001.p/44").content, 44) == tuple(world.entries[256:])
    assert desk.get("/tile/entries/001.p/45").status_code == 404

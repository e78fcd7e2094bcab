"""How much memory a server and its workers hold, and how many sockets it has open, as Linux counts them."""

import contextlib
from pathlib import Path

PROCESSES = Path("/proc")
MIB = 1024 * 1024


def family(process: int) -> list[int]:
    """The process and all that it has started."""
    children: dict[int, list[int]] = {}
    for folder in PROCESSES.iterdir():
        if folder.name.isdecimal():
            with contextlib.suppress(OSError):  # ended in the meantime
                parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(folder.name))
    found = [process]
    for one in found:
        found += children.get(one, [])
    return found


class Memory:
    """The resident set of a server and its workers."""

    def __init__(self, process: int) -> None:
        self._process = process

    def now(self) -> int:
        """Bytes."""
        return self._sum("VmRSS:")

    def forget_peak(self) -> None:
        """The peak begins anew, at what is held now."""
        for one in family(self._process):
            (PROCESSES / str(one) / "clear_refs").write_text("5")

    def peak(self) -> int:
        """The most that was held since the peak began: of each process by itself, and then added up."""
        return self._sum("VmHWM:")

    def sockets(self) -> int:
        """Connections that the server has open, and its other sockets."""
        count = 0
        for file in (PROCESSES / str(self._process) / "fd").iterdir():
            with contextlib.suppress(OSError):  # closed in the meantime
                count += str(file.readlink()).startswith("socket:")
        return count

    def _sum(self, field: str) -> int:
        total = 0
        for one in family(self._process):
            with contextlib.suppress(OSError):
                lines = (PROCESSES / str(one) / "status").read_text().splitlines()
                total += sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(field))
        return total

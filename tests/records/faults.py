"""Every way to be refused, named after its one fault: a world, and an entry that it must refuse by this very rule."""

from importlib import import_module
from pathlib import Path

from tests.records.starts import FAULTS, TWINS

__all__ = ["FAULTS", "TWINS"]

for _file in sorted(Path(__file__).parent.glob("faults_*.py")):
    import_module(f"tests.records.{_file.stem}")  # its faults are kept by being imported

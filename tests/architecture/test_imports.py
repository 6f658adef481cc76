"""Guards the arrows: higher may import lower, no circles, and no package outside the order."""

import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
import pytest
from importlinter import api

ROOT = Path(__file__).resolve().parents[2]
TOP_PACKAGES = ("ikbt", "programs", "therapist", "measurements")


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph(*TOP_PACKAGES, exclude_type_checking_imports=True, cache_dir=None)


def layered_names() -> set[str]:
    """Every package and module that the layers of pyproject.toml give a place."""
    contracts = api.read_configuration(str(ROOT / "pyproject.toml"))["contracts_options"]
    layers = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    return {name.strip(" ()") for layer in layers for name in layer.split(":")}


def test_the_contracts_are_kept() -> None:
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-cache",
        "--config",
        "pyproject.toml",
    ]

    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "2 kept, 0 broken" in ended.stdout


def test_every_package_has_its_place_in_the_order() -> None:
    inside_ikbt = {f"ikbt.{path.stem}" for path in (ROOT / "ikbt").iterdir() if _is_importable(path)}
    top = {path.name for path in ROOT.iterdir() if path.is_dir() and (path / "__init__.py").exists()}

    assert inside_ikbt - layered_names() == set()
    assert top - {"ikbt", "tests"} - layered_names() == set()


def _is_importable(path: Path) -> bool:
    is_module = path.suffix == ".py" and path.stem != "__init__"
    return is_module or (path.is_dir() and any(path.rglob("*.py")))


def test_no_modules_import_each_other_in_a_circle(graph: grimp.ImportGraph) -> None:
    """Imports inside functions count too: deferring one does not break a circle, it hides it."""
    imports = {module: graph.find_modules_directly_imported_by(module) for module in graph.modules}

    try:
        TopologicalSorter(imports).prepare()
    except CycleError as circle:
        pytest.fail(" -> ".join(circle.args[1]))


def test_ikbt_itself_stays_empty() -> None:
    """It holds the lowest and the highest layer: anything in it would join them."""
    assert (ROOT / "ikbt" / "__init__.py").read_text(encoding="utf-8").strip() == ""

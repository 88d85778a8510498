"""Who may import whom: the design's rooms, read from the sources."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = {"tracewire", "collector", "engine"}
# Rooms of ours that each may import; what the contract may import besides is below.
ALLOWED = {
    "tracewire": {"tracewire", "msgspec", "nats"},
    "collector": {"tracewire", "collector"},
    "engine": {"tracewire", "engine"},
}


def sources(package: str) -> list[Path]:
    """The modules of *package*."""
    return sorted((ROOT / package).rglob("*.py"))


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that *path* imports, wherever in the file, with its line."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module, node.lineno


def violations(paths: list[Path], forbidden: "set[str] | frozenset[str]") -> list[str]:
    """Where one of *paths* imports something of *forbidden*."""
    return [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for path in paths
        for module, line in imported(path)
        if module.partition(".")[0] in forbidden
    ]


@pytest.mark.parametrize("package", sorted(OURS))
def test_a_room_imports_only_the_rooms_it_may(package: str) -> None:
    """`collector` and `engine` never import each other, and the contract imports neither."""
    assert violations(sources(package), OURS - ALLOWED[package]) == []


def test_the_contract_needs_msgspec_and_nats_alone() -> None:
    """So that a service that only reads findings installs nothing else."""
    allowed = ALLOWED["tracewire"] | set(sys.stdlib_module_names)
    outside = [
        f"{path.relative_to(ROOT)}:{line}: {module}"
        for path in sources("tracewire")
        for module, line in imported(path)
        if module.partition(".")[0] not in allowed
    ]

    assert outside == []


@pytest.mark.parametrize(
    ("outside", "owners"),
    [
        ("ctypes", {"collector/libbpf.py", "collector/linux.py"}),
        ("opa_client", {"engine/opa.py"}),
    ],
)
def test_one_module_knows_each_outside_thing(outside: str, owners: set[str]) -> None:
    paths = [path for package in OURS for path in sources(package)]
    knowing = {str(path.relative_to(ROOT)) for path in paths if violations([path], frozenset({outside}))}

    assert knowing <= owners


def test_only_the_bus_connects_to_nats() -> None:
    """Types and errors of nats-py are used elsewhere; a connection is made in one place."""
    makers = {
        str(path.relative_to(ROOT))
        for package in OURS
        for path in sources(package)
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func) in {"nats.connect", "Client", "nats.NATS", "NATS"}
    }

    assert makers == {"tracewire/bus.py"}

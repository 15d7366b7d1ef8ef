"""Rule 3 of the house: the RPC graph is the one that the design draws, and has no cycle."""

import ast
from graphlib import TopologicalSorter

from tests.architecture.sources import SERVICES, parsed, python_files

DESIGN = {
    "auth": {"billing"},
    "payments": {"readings", "billing"},
    "notify": {"billing"},
    "billing": set(),
    "readings": set(),
}
"""service -> whom it may call. The gateway may call all."""
NOT_YET = {("notify", "billing")}
"""Drawn, and called once bills are mailed."""


def callees(service: str) -> set[str]:
    """The services that `RpcClient(...)` declares anywhere in a service."""
    found: set[str] = set()
    for path in python_files(f"services/{service}"):
        for node in ast.walk(parsed(path)):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "RpcClient":
                assert all(isinstance(arg, ast.Constant) for arg in node.args), f"{path}: names must be plain"
                found |= {ast.literal_eval(arg) for arg in node.args}
    return found


def test_services_call_exactly_whom_the_design_says() -> None:
    declared = {(service, callee) for service in SERVICES for callee in callees(service)}
    drawn = {(service, callee) for service, whom in DESIGN.items() for callee in whom}
    assert declared == drawn - NOT_YET


def test_nobody_waits_in_a_circle() -> None:
    TopologicalSorter(DESIGN).prepare()
    TopologicalSorter({service: callees(service) for service in SERVICES}).prepare()

"""The pages on what people agreed on: operations, cost, roadmap, service levels; and on what follows: capacity."""

from __future__ import annotations

import re
from typing import Any

from systems import BASE, a_system

from groundplan.documents import pages

OPERATIONS: dict[str, Any] = {
    "incidents": {
        "2": {"meaning": "slow", "respond": "1h", "escalate": "next morning", "action": "find the cause"},
        "1": {"meaning": "down", "respond": "15m", "escalate": "call the managers", "action": "restore first"},
    },
    "checklists": {"daily": ["error log review", "tea"], "monthly": ["Cost analysis", "disaster recovery test"]},
    "remedies": {"crash": {"symptom": "Pods crash", "steps": ["Read the log", "Raise the memory"]}},
    "risks": {"model": {"dependency": "Model API", "level": "high", "mitigation": "a second one"}},
    "cost": {
        "budget": 1650.5,
        "items": {
            "nodes": {"what": "Nodes", "planned": 1200, "measure": "reservations", "note": "one more in winter"},
            "db": {"what": "Database", "planned": 450.5, "computed": 900},
        },
    },
    "roadmap": {
        "phase-1": {"when": "now", "focus": "run", "users": 10000, "targets": ["fast"], "deliverables": ["it"]}
    },
    "traffic_factor": 10,
    "saved_queries": {"errors": "Logs | where Level == 'ERROR'"},
}
WEB = {**BASE["services"]["web"], "objectives": {"availability": 99.9, "latency": "2s"}}
SCALED = {
    **WEB,
    "scaling": {"min": 2, "max": 10, "metrics": {"requests_per_second": {"average": "100", "counter": "c"}}},
}


def _page(name: str, **changes: Any) -> str:
    return pages(a_system(**{"operations": OPERATIONS, **changes}))[name]


def test_nothing_agreed_on_means_no_page() -> None:
    assert not {"operations.md", "cost.md", "roadmap.md"} & pages(a_system()).keys()
    assert not {"operations.md", "cost.md", "roadmap.md"} & pages(a_system(operations={})).keys()


def test_the_worst_incident_stands_first() -> None:
    rows = [line for line in _page("operations.md").splitlines() if re.match(r"[|] \d [|]", line)]

    assert rows == [
        "| 1 | down | 15m | call the managers | restore first |",
        "| 2 | slow | 1h | next morning | find the cause |",
    ]


def test_routine_work_names_its_rhythms() -> None:
    assert "Lists to work through, daily, monthly." in _page("operations.md")


def test_routine_work_leads_to_where_it_is_done() -> None:
    page = _page("operations.md")

    assert "- [ ] error log review: [log queries](#log-queries)\n- [ ] tea\n" in page
    assert "- [ ] Cost analysis: [cost](cost.md)" in page
    assert "- [ ] disaster recovery test: [dr drill](dr-drill.md)" in page


def test_routine_work_leads_to_no_page_that_is_not_written() -> None:
    alone = {"production": {"recovery": None}, "dr": {"recovery": None}}

    page = pages(a_system(alone, operations=OPERATIONS))["operations.md"]

    assert "- [ ] disaster recovery test\n" in page


def test_remedies_and_risks_and_queries_are_all_there() -> None:
    page = _page("operations.md")

    assert "### Pods crash\n\n1. Read the log\n2. Raise the memory" in page
    assert "| Model API | high | a second one |" in page
    assert "### Errors\n\n```kusto\nLogs | where Level == 'ERROR'\n```" in page


def test_plan_and_computation_stand_side_by_side_with_their_totals() -> None:
    page = _page("cost.md")

    assert "| Nodes | 1,200 | not computed | reservations |" in page
    assert "| Database | 450.50 | 900 | none |" in page
    assert "| **together** | **1,650.50** | 1 of 2 lines |  |" in page
    assert "| **agreed budget** | **1,650.50** |" in page
    assert "| Nodes | one more in winter |" in page


def test_a_phase_has_its_targets_and_boxes_for_its_deliverables() -> None:
    page = _page("roadmap.md")

    assert "| Phase 1 | now | run | 10,000 |" in page
    assert "### Targets\n\n- fast\n\n### Deliverables\n\n- [ ] it" in page


def test_an_availability_is_minutes_of_a_month() -> None:
    page = _page("service-levels.md", services={**BASE["services"], "web": WEB})

    assert "| web | 99.9 % | 43.2 minutes | 95 % within 2s |" in page


def test_growth_that_replicas_do_not_reach_names_the_load_that_does() -> None:
    page = _page("capacity.md", services={**BASE["services"], "web": SCALED})

    assert "| web | 2 | 10 | 5.0x | needs 20 | 50 % of its target |" in page


def test_users_of_a_phase_are_shared_by_the_most_pods() -> None:
    page = _page("capacity.md", services={**BASE["services"], "web": SCALED})

    assert "| phase 1 | 10,000 | web | 1,000 | 0.1 of requests per second |" in page
    assert "| phase 1 | 10,000 | api | 5,000 | by CPU alone: measure it |" in page


def test_connections_are_shared_by_the_pods_that_call() -> None:
    page = _page("capacity.md", services={**BASE["services"], "web": SCALED})

    assert "| db | 185 | 10 | 18 |" in page


def test_a_server_s_connections_follow_from_its_size() -> None:
    store = {**BASE["data"]["db"], "engine": {"azure-flexible-server": {"storage": "32Gi", "sku": "Standard_D4s_v3"}}}

    assert "| db | 1,703 | 2 | 851 |" in _page("capacity.md", data={"db": store})

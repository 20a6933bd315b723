"""What a system's documents say, and that what they link and tell people to type exists."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from systems import BASE, OVERLAYS, a_system

from groundplan.documents import PAGES, pages
from groundplan.documents.disaster_recovery import SHARES, minutes
from groundplan.documents.failover_steps import replicas
from groundplan.layout import nodes_page, reachability_page
from groundplan.model.values import whole_seconds
from groundplan.observability.rules import all_alerts

DUMP = {"bucket": "store-backups", "schedule": "0 3 * * *"}
PUBLIC: dict[str, Any] = {
    "ingress": {"type": "alb"},
    "expose": {"www": {"routes": {"/": "web"}}},
    "hosts": {"www": "store.example.com"},
}

DOCUMENT = {"title": "The store", "version": "1.0", "date": "2026-01-01", "status": "Active"}


def _page(name: str, environments: Any = None, **changes: Any) -> str:
    return pages(a_system(environments, **changes))[name]


def test_the_index_links_every_page() -> None:
    written = pages(a_system())

    links = set(re.findall(r"\]\(([\w-]+\.md)\)", written["README.md"]))
    assert links == {*written, nodes_page("store").name, reachability_page("store").name} - {"README.md"}


def test_the_index_of_what_implements_a_specification_links_its_compliance_report() -> None:
    assert "](compliance.md)" in _page("README.md", document=DOCUMENT)


def test_every_link_inside_the_repository_leads_somewhere(repository: Path) -> None:
    dangling = []
    for file in (repository / "docs" / "systems").rglob("*.md"):
        for target in re.findall(r"\]\(([^)#]+)\)", file.read_text("utf-8")):
            if "://" not in target and target != "compliance.md" and not (file.parent / target).exists():
                dangling.append(f"{file.name}: {target}")

    assert dangling == []


def test_every_link_to_a_heading_finds_it(repository: Path) -> None:
    missing = []
    for file in (repository / "docs").rglob("*.md"):
        for target, anchor in re.findall(r"\]\(([^)#:]*)#([^)]+)\)", file.read_text("utf-8")):
            page = file.parent / target if target else file
            if page.suffix == ".md" and anchor not in _anchors(page):
                missing.append(f"{file.relative_to(repository)}: {target}#{anchor}")

    assert missing == []


def _anchors(page: Path) -> set[str]:
    """The fragments of a page's headings, as GitHub and GitLab make them."""
    headings = re.findall(r"^#+ (.+)$", page.read_text("utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_path_people_are_told_to_apply_exists(repository: Path) -> None:
    missing = []
    for file in (repository / "docs" / "systems").rglob("*.md"):
        for path in re.findall(r"apply -f (\S+)", file.read_text("utf-8")):
            if "root-applications" in path and not (repository / path).is_dir():
                missing.append(path)

    assert missing == []


def test_the_index_carries_the_document_s_identity() -> None:
    origin = {
        "title": "S-1 The Store", "version": "2.0", "date": "2026-01-31", "status": "Active",
        "related": ["S-2 The Shelf"], "history": {"1.0": "first draft"}, "achievements": {"It sells": "STO-1"},
    }  # fmt: skip

    page = _page("README.md", document=origin)

    assert "**S-1 The Store**, version 2.0, last changed 2026-01-31, Active." in page
    assert "- S-2 The Shelf" in page
    assert "| 1.0 | first draft |" in page
    assert "| It sells | STO-1 |" in page


def test_the_graph_shows_every_call() -> None:
    page = _page("README.md")

    assert "  web --> api\n  web --> db\n  api --> outside1" in page
    assert 'outside1(["mail.example.com"])' in page


def test_pages_without_a_use_are_not_written() -> None:
    alone = {"production": {"recovery": None}, "dr": {"recovery": None}}

    assert not {"disaster-recovery.md", "dr-drill.md", "secrets.md", "decisions.md"} & pages(a_system(alone)).keys()


@pytest.mark.parametrize("rto", ["15m", "1h", "4h", "1d"])
def test_the_failover_fits_its_objective(rto: str) -> None:
    recovery = a_system({"dr": {"recovery": {**OVERLAYS["dr"]["recovery"], "rto": rto}}}).named("dr").recovery

    assert recovery is not None
    assert sum(minutes(recovery, title) for title in SHARES) <= whole_seconds(rto) // 60


def test_the_failover_has_six_steps_in_order() -> None:
    titles = re.findall(r"^## Step (\d): (.*) \(at most", _page("disaster-recovery.md"), re.MULTILINE)

    assert titles == [(str(number), title) for number, title in enumerate(SHARES, 1)]


def test_a_step_of_the_system_s_own_comes_before_the_customers_are_told() -> None:
    own = {"title": "Warm the caches", "minutes": 7, "text": "Run the warmer."}
    page = _page("disaster-recovery.md", {"dr": {"recovery": {**OVERLAYS["dr"]["recovery"], "steps": [own]}}})

    assert "## Step 6: Warm the caches (at most 7 minutes)\n\nRun the warmer." in page
    assert "## Step 7: Tell the customers" in page
    assert "Warm the caches | 7 |" in _page(
        "dr-drill.md", {"dr": {"recovery": {**OVERLAYS["dr"]["recovery"], "steps": [own]}}}
    )


def test_promotion_is_one_line_in_git() -> None:
    page = _page("disaster-recovery.md")

    assert "In `environments/store/dr.yaml`, set `recovery.active: true`" in page
    assert "`SELECT pg_promote();`" in page


def test_the_emergency_path_pauses_the_root_before_it_scales() -> None:
    page = _page("disaster-recovery.md")

    assert page.index("applications.argoproj.io root-dr") < page.index("applications.argoproj.io web-dr")
    assert page.index("applications.argoproj.io web-dr") < page.index(
        "kubectl scale deployment/web --replicas=2 -n shop"
    )


def test_no_service_starts_below_the_standby_s_minimum() -> None:
    standby = a_system({"dr": {"recovery": {**OVERLAYS["dr"]["recovery"], "minimum": {"web": 5}}}}).named("dr")

    assert replicas(standby) == {"web": 5, "api": 2}


def test_public_names_are_checked_after_the_move() -> None:
    page = _page("disaster-recovery.md", **PUBLIC)

    assert "Route53 moves `store.example.com` to the ALB of eu-central-1" in page
    assert "dig +short store.example.com" in page


def test_the_data_is_checked_by_the_named_checklist() -> None:
    page = _page("disaster-recovery.md", {"dr": {"recovery": {**OVERLAYS["dr"]["recovery"], "checklist": "S-9"}}})

    assert "Work through the checklist of **S-9**." in page


def test_a_sealed_secret_is_committed_without_the_plain_one() -> None:
    entries = {"web-secret": {"keys": {"TOKEN": "store/token"}}, "own": {"sealed": True}}
    secrets = {"entries": entries}

    page = _page("secrets.md", secrets=secrets)

    assert "| web-secret | TOKEN | aws-secrets-manager: `store/token` | nothing that is rendered |" in page
    assert "kubeseal --format=yaml < secret-web.yaml > sealed-secret-web.yaml" in page
    assert "git commit -m 'Add sealed secret for web'" in page


def test_what_is_backed_up_and_what_is_not() -> None:
    cache = {"type": "redis", "engine": {"statefulset": {"resources": BASE["services"]["web"]["resources"]}}}

    page = _page("backup-and-restore.md", data={"db": {**BASE["data"]["db"], "dump": DUMP}, "cache": cache})

    assert "| db | logical dump | `0 3 * * *` UTC | s3://store-backups/postgres/daily/ |" in page
    assert "`cache`: no backup" in page


def test_a_cluster_is_bootstrapped_before_its_tenants_and_a_standby_last() -> None:
    page = _page("bootstrap.md", {"staging": {"role": "tenant", "host": "production"}})

    order = re.findall(r"argocd/store/(\w+)/root-applications/", page)
    assert order == ["production", "staging", "dr"]


def test_argo_cd_is_installed_at_the_version_the_cluster_gets_later() -> None:
    assert re.search(
        r"helm upgrade --install argo-cd argo-cd --repo \S+ --version \d+\.\d+\.\d+ ", _page("bootstrap.md")
    )


def test_diagrams_name_only_what_they_declare() -> None:
    for name, page in pages(a_system(**PUBLIC)).items():
        for diagram in re.findall(r"```mermaid\n(.*?)```", page, re.DOTALL):
            used = set(re.findall(r"^\s+([\w-]+) -(?:->|\.)", diagram, re.MULTILINE))
            declared = set(re.findall(r"([\w-]+)[\[(]", diagram)) | set(re.findall(r"subgraph ([\w-]+)", diagram))
            assert used <= declared, (name, used - declared)


def test_every_page_is_listed_once() -> None:
    assert len({page.file for page in PAGES}) == len(PAGES)


def test_everything_that_can_page_somebody_is_explained() -> None:
    system = a_system()
    page = pages(system)["on-call.md"]

    expected = {alert.name for environment in system.environments for alert in all_alerts(environment) if not alert.own}
    assert expected
    assert {name for name in expected if f"[{name}](../../../docs/alerts.md#{name.lower()})" not in page} == set()


def test_what_wakes_somebody_comes_first() -> None:
    section = _page("on-call.md").split("## Alerts of production")[1].split("## ")[0]

    severities = re.findall(r"^\| \[\w+\]\S+ \| (\w+) \|", section, re.MULTILINE)
    assert severities == sorted(severities)


def test_says_so_when_nobody_is_told() -> None:
    assert "Nobody is told yet" in _page("on-call.md")


def test_values_are_put_into_a_vault_that_exists_and_before_anything_reads_them() -> None:
    secrets = {"entries": {"vendor": {"keys": {"api-key": "store/vendor"}}}}

    titles = re.findall(r"^## \d+\. (.+)$", _page("bootstrap.md", secrets=secrets), re.MULTILINE)

    assert titles.index("Clouds and clusters") < titles.index("Secrets") < titles.index("Workloads")

"""The documents people read about a system: what it is, how it is run, what to do when it is not running."""

from __future__ import annotations

from groundplan.documents import (
    architecture,
    backup,
    bootstrap,
    capacity,
    cluster_upgrade,
    contract,
    cost,
    decisions,
    deploy,
    disaster_recovery,
    drill,
    index,
    logging,
    on_call,
    operations,
    roadmap,
    secrets,
    service_levels,
    way_back,
)
from groundplan.facts.system import System
from groundplan.page import Page
from groundplan.platforms.pages import pages_of

PAGES: tuple[Page, ...] = (
    Page("architecture.md", "Architecture", "clusters, networks, requests, sizes", architecture.page),
    Page("bootstrap.md", "Bootstrap", "from empty accounts to running", bootstrap.page),
    Page("deploy-and-rollback.md", "Deploy and roll back", "how a change reaches users, and back", deploy.page),
    Page("cluster-upgrade.md", "Cluster upgrade", "the next Kubernetes, machine by machine", cluster_upgrade.page),
    Page("secrets.md", "Secrets", "where values live, how they are sealed and rotated", secrets.page),
    Page("backup-and-restore.md", "Backup and restore", "what is kept, and how to get it back", backup.page),
    Page("contract.md", "Contract", "where the programs answer, and the series they expose", contract.page),
    Page("service-levels.md", "Service levels", "what is promised, and what a disaster may lose", service_levels.page),
    Page("operations.md", "Operations", "incidents, routine work, remedies, risks", operations.page),
    Page("on-call.md", "On call", "every alert, what it means and what to do first", on_call.page),
    Page("logging.md", "Logs", "where they are, for how long, how to look at them", logging.page),
    Page("disaster-recovery.md", "Disaster recovery", "when a region is lost", disaster_recovery.page),
    Page("way-back.md", "The way back", "from the region that took over to the one that was lost", way_back.page),
    Page("dr-drill.md", "Disaster recovery drill", "the regular rehearsal and its report", drill.page),
    Page("capacity.md", "Capacity", "what the pods ask for, what the nodes hold", capacity.page),
    Page("cost.md", "Cost", "the budget, line by line", cost.page),
    Page("roadmap.md", "Roadmap", "phases, their users and deliverables", roadmap.page),
    Page("decisions.md", "Decisions and deviations", "what the specification left open", decisions.page),
)
"""Every page beside the index, in the order the index lists them."""


def pages(system: System) -> dict[str, str]:
    """Every document of `system` by file name; a page the system has no use for is left out."""
    written = {page: page.write(system) for page in _every_page(system)}
    present = {page: text for page, text in written.items() if text is not None}
    return {"README.md": index.page(system, list(present)), **{page.file: text for page, text in present.items()}}


def _every_page(system: System) -> list[Page]:
    """The pages of the platform stand behind the bootstrap, which leads to them."""
    after = next(number for number, page in enumerate(PAGES, 1) if page.write is bootstrap.page)
    return [*PAGES[:after], *pages_of(system.primary).further, *PAGES[after:]]


__all__ = ["PAGES", "pages"]

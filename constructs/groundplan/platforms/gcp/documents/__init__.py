"""What the pages of a system on Google Cloud say that no other platform's do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from groundplan.facts.system import System
from groundplan.markdown import section, table
from groundplan.model.environment import Environment
from groundplan.platforms.gcp.documents import bootstrap, restore
from groundplan.platforms.gcp.facts import network_of
from groundplan.platforms.gcp.kinds import group_of
from groundplan.platforms.gcp.publisher_names import PUSHES
from groundplan.platforms.gcp.site import settings_of, site_of
from groundplan.platforms.pages import Pages


class GcpPages(Pages):
    """Pages about a system on Google Cloud."""

    controllers = "Config Connector"
    dns = "Cloud DNS"
    groups = "cnrm.cloud.google.com"
    commands: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "gcloud": {},
        "gcloud container clusters create": {},
        "gcloud iam service-accounts": {},
        "gcloud projects": {},
        "gcloud secrets": {},
        "gcloud services": {},
        "gcloud storage": {"gs://": f"{group_of('StorageBucket')}/StorageBucket"},
    }

    def network(self, environment: Environment) -> str:
        """Subnets by tier, ranges beside them, and the way out."""
        network = network_of(environment)
        if network is None:
            return ""
        beside = [("pods", "beside the network", network.pods), ("Services", "beside the network", network.services)]
        rows = [*((name, str(subnet.tier), subnet.cidr) for name, subnet in network.subnets.items()), *beside]
        ways = "one address" if network.nat_addresses == 1 else f"{network.nat_addresses} addresses"
        intro = f"Network {network.cidr} in every zone of {environment.region}; what has no address goes out by {ways}."
        rows_of = table(["Subnet", "Tier", "Block"], rows)
        return section(f"Network of {environment.environment}", intro, rows_of, level=3)

    def given(self, system: System) -> list[str]:
        """The tools of Google, projects, and the zone of public names."""
        primary = settings_of(system.primary)
        zone = primary.dns.zone if primary.dns is not None else None
        projects = sorted(
            {settings_of(item).project.id for item in system.environments if item.platform.gcp is not None}
        )
        return [
            "`gcloud` with `gke-gcloud-auth-plugin` on it",
            f"the project{'s' if len(projects) > 1 else ''} {', '.join(f'`{name}`' for name in projects)}, with billing",
            *([f"the domain `{zone}`, with leave to change its name servers at the registrar"] if zone else []),
        ]

    def management(self, system: System) -> list[str]:
        """The cluster and its operator."""
        return bootstrap.management(system)

    def on_shared_management(self, system: System) -> list[str]:
        """What the operator needs for the projects of one more system."""
        return bootstrap.projects(system)

    def after_creation(self, system: System) -> list[str]:
        """Contexts of the clusters, and what public names need of people."""
        return bootstrap.after_first_sync(system)

    def may_push(self, registry: str, rendered: Sequence[Mapping[str, Any]], told: str) -> bool:
        """By a right to write to the repository."""
        rights = (item["spec"] for item in rendered if item["kind"] == "IAMPolicyMember")
        return registry.endswith("-docker.pkg.dev") and any(right["role"] == PUSHES for right in rights)

    copies_secrets = True

    def put_secret(self, environment: Environment, key: str) -> str:
        """Into Secret Manager, which keeps it in every region that the key names."""
        return f"gcloud secrets versions add {key} --project {site_of(environment).project} --data-file /dev/stdin"

    def other_stores(self) -> str:
        """A project has one vault for all its regions."""
        return "environments of one project read the same key; put it into the project of every other environment too"

    def restore(self, environment: Environment) -> list[str]:
        """Objects of buckets."""
        return restore.buckets(environment)

    def traffic(self, primary: Environment, standby: Environment) -> list[str]:
        """Records that are rendered follow the switch."""
        return restore.names(primary, standby)


PAGES = GcpPages()


__all__ = ["PAGES"]

"""Rights at Google, as the identity gate asks for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from groundplan.checks.identity.cloud import Cloud, HolderOf
from groundplan.checks.identity.landscape import Landscape, account_of
from groundplan.checks.identity.rights import Account, Grant, Holder, Need
from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.platforms.gcp.effect import grants, needs
from groundplan.platforms.gcp.effect.grants import CONTAINER, IAM

GITHUB = "https://token.actions.githubusercontent.com"
"""Who signs for everybody's workflows; only a condition tells ours."""


class GcpRights(Cloud):
    """A ServiceAccount is a member of its cluster's pool, and rights name it there."""

    @cached_property
    def _pools(self) -> Mapping[str, list[str]]:
        return grants.clusters_of_pools(self.land)

    @cached_property
    def lent(self) -> Mapping[tuple[str, Account], Holder]:
        """Every ServiceAccount that some right names, on each cluster of its pool."""
        found: dict[tuple[str, Account], Holder] = {}
        for item in self.land.of(IAM, "IAMPolicyMember"):
            holder = grants.holder_of(str(item.spec.get("member", "")))
            account = grants.account_in(holder)
            for cluster in self._pools.get(holder[0], ()) if account is not None else ():
                found[cluster, account or ("", "")] = holder
        return found

    def grants(self) -> Iterator[Grant]:
        """What rights name."""
        return grants.grants(self.land)

    def needs(self, holder_of: HolderOf) -> Iterator[Need]:
        """What members are needed for."""
        return needs.needs(self.land, holder_of, self._pools)

    def broken(self) -> Iterator[Finding]:
        """Members of no pool that a cluster has, accounts that do not exist, and providers that admit anybody."""
        yield from self._strangers()
        yield from self._stores()
        yield from self._open_providers()
        yield from self._tokens()

    def _strangers(self) -> Iterator[Finding]:
        for item in self.land.of(IAM, "IAMPolicyMember"):
            holder = grants.holder_of(str(item.spec.get("member", "")))
            account = grants.account_in(holder)
            if account is None:
                continue
            clusters, field = self._pools.get(holder[0], ()), ("spec", "member")
            if not clusters:
                message = f"is for a member of {holder[0]}, a pool that no cluster here has"
                yield self.land.inventory.finding(item, field, "identity.cluster", message, "name the cluster's pool")
            elif not any(self.land.knows(cluster, account) for cluster in clusters):
                message = f"is for {'/'.join(account)}, and there is no such ServiceAccount on {', '.join(clusters)}"
                advice = "name a ServiceAccount of the cluster, or remove it"
                yield self.land.inventory.finding(item, field, "identity.subject", message, advice)

    def _stores(self) -> Iterator[Finding]:
        """A store of GKE's names the cluster that signed its token."""
        for store in self.land.of("external-secrets.io", "SecretStore"):
            auth = ((store.spec.get("provider") or {}).get("gcpsm") or {}).get("auth") or {}
            named = (auth.get("workloadIdentity") or {}).get("clusterName")
            own = [
                item
                for item in self.land.of(CONTAINER, "ContainerCluster")
                if self.land.cluster_of(item.scope) == store.cluster
            ]
            if named is not None and own and named != own[0].spec.get("resourceID", own[0].name):
                message = f"says that its tokens come from {named}, and it is on {own[0].spec.get('resourceID')}"
                field = ("spec", "provider", "gcpsm", "auth", "workloadIdentity", "clusterName")
                yield self.land.inventory.finding(store, field, "identity.cluster", message, "name that one")

    def _open_providers(self) -> Iterator[Finding]:
        for item in self.land.of(IAM, "IAMWorkloadIdentityPoolProvider"):
            issuer = str((item.spec.get("oidc") or {}).get("issuerUri", ""))
            condition = str(item.spec.get("attributeCondition", ""))
            if issuer == GITHUB and ("assertion.repository ==" not in condition or "assertion.ref" not in condition):
                message = "admits workflows of anybody's repository, or of any branch"
                advice = "compare assertion.repository and assertion.ref in its condition"
                yield self.land.inventory.finding(
                    item, ("spec", "attributeCondition"), "identity.trust", message, advice
                )

    def _tokens(self) -> Iterator[Finding]:
        """Pods of a cluster that is not GKE's carry a token that the pool's provider takes."""
        wanted = grants.audiences(self.land)
        for item, account, sources in _carriers(self.land):
            holder = self.lent.get((item.cluster, account))
            if holder is None or holder[0] not in wanted:
                continue
            carried = {str((source.get("serviceAccountToken") or {}).get("audience")) for source in sources}
            if not carried & wanted[holder[0]]:
                message = f"runs as {'/'.join(account)}, which has rights at Google, and carries no token for its pool"
                advice = f"project one for {' or '.join(sorted(wanted[holder[0]]))}"
                yield self.land.inventory.finding(item, ("spec",), "identity.token", message, advice)

    def __len__(self) -> int:
        return len(self.lent)


def _carriers(land: Landscape) -> Iterator[tuple[Object, Account, list[Mapping[str, Any]]]]:
    """Workloads and databases with the account of their pods, and what is projected into them."""
    for item, template in land.pods:
        volumes = (template.get("spec") or {}).get("volumes") or []
        sources = [source for volume in volumes for source in (volume.get("projected") or {}).get("sources") or []]
        yield item, account_of(item, template), sources
    for item in land.of("postgresql.cnpg.io", "Cluster"):
        sources = (item.spec.get("projectedVolumeTemplate") or {}).get("sources") or []
        yield item, (item.namespace, item.name), list(sources)


READER = GcpRights

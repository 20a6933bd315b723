"""People of a cluster of machines: whoever has a role there is known to its API server.

See https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.checks.identity.cloud import Cloud
from groundplan.checks.inventory import Object
from groundplan.errors import Finding
from groundplan.kubernetes.accounts import PEOPLE

RBAC = "rbac.authorization.k8s.io"
WANTED = ("oidc-issuer-url", "oidc-client-id", "oidc-groups-claim")
PREFIXES = ("oidc-groups-prefix", "oidc-username-prefix")
SYSTEM = "system:"


class People(Cloud):
    """Groups of an identity provider."""

    def broken(self) -> Iterator[Finding]:
        """Bindings of groups that no API server is told of, and API servers that let a provider speak for Kubernetes."""
        told = {item.scope: (item, _flags(item)) for item in self._planes()}
        for binding, index, name in self._bound():
            field = ("subjects", index, "name")
            _, flags = told.get(binding.scope, (binding, {}))
            missing = [flag for flag in WANTED if not flags.get(flag)]
            if missing:
                message = f"is for {name}, and the API server of {binding.scope} is not told of people: it has no {', '.join(missing)}"
                yield self._finding(binding, field, message, "write cluster.cluster_api.sign_in, or remove it")
            elif flags.get("oidc-groups-prefix") != PEOPLE:
                message = f"is for {name}, and the API server of {binding.scope} calls groups {flags.get('oidc-groups-prefix')}<name>"
                yield self._finding(binding, field, message, f"write {PEOPLE} there")
        for plane, flags in told.values():
            for flag in PREFIXES if flags.get("oidc-issuer-url") else ():
                if flags.get(flag, "-") in ("", "-") or flags[flag].startswith(SYSTEM):
                    message = f"takes a provider's word for names of Kubernetes' own: {flag} is `{flags.get(flag, '')}`"
                    yield self._finding(plane, ("spec", "kubeadmConfigSpec"), message, f"write {PEOPLE}")

    def __len__(self) -> int:
        return sum(1 for _ in self._bound())

    def _planes(self) -> Iterator[Object]:
        yield from self.land.of("controlplane.cluster.x-k8s.io", "KubeadmControlPlane")

    def _bound(self) -> Iterator[tuple[Object, int, str]]:
        for kind in ("ClusterRoleBinding", "RoleBinding"):
            for item in self.land.of(RBAC, kind):
                for index, subject in enumerate(item.document.get("subjects") or ()):
                    if subject.get("kind") == "Group" and str(subject.get("name")).startswith(PEOPLE):
                        yield item, index, str(subject["name"])

    def _finding(self, item: Object, field: tuple[str | int, ...], message: str, advice: str) -> Finding:
        return self.land.inventory.finding(item, field, "identity.people", message, advice)


def _flags(plane: Object) -> dict[str, str]:
    spec: Mapping[str, Any] = plane.spec.get("kubeadmConfigSpec") or {}
    server: Mapping[str, Any] = (spec.get("clusterConfiguration") or {}).get("apiServer") or {}
    return {str(one["name"]): str(one.get("value", "")) for one in server.get("extraArgs") or ()}


READER = People

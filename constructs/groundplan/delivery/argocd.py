"""Argo CD's own configuration: when it calls something healthy, what it overlooks, and who may use it.

See https://argo-cd.readthedocs.io/en/stable/operator-manual/argocd-cm-yaml/ .
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from groundplan.addons.catalogue import sizes
from groundplan.addons.sizes import Size, Sizes
from groundplan.backups.health import HEALTH as COPIES
from groundplan.cluster_api.health import HEALTH as MACHINES
from groundplan.delivery.reports import reporting
from groundplan.facts.cloud_names import DELIVERIES
from groundplan.facts.reports import reports_anything
from groundplan.model.delivery import SignIn
from groundplan.model.environment import Environment
from groundplan.model.values import HostName
from groundplan.parts import Component, Json, Part
from groundplan.platforms.registry import platform_of, platforms
from groundplan.telemetry import health as telemetry
from groundplan.yaml.text import to_yaml

SCOPES = ("openid", "profile", "email")
"""What is asked of every provider. See https://openid.net/specs/openid-connect-core-1_0.html#ScopeClaims ."""

LABELS = {"app.kubernetes.io/part-of": "argocd"}
"""Argo CD reads only ConfigMaps that carry it."""

HEALTH_KEY = "resource.customizations.health.argoproj.io_Application"
"""Key of argocd-cm that holds the health check of Applications."""

APPLICATION_HEALTH = """\
local health = { status = "Progressing", message = "has not reported yet" }
local state = obj.status
if state == nil then
  return health
end
if state.operationState ~= nil and state.operationState.phase == "Running" then
  health.message = "is being synced"
  return health
end
if state.operationState ~= nil and (state.operationState.phase == "Failed" or state.operationState.phase == "Error") then
  health.status = "Degraded"
  health.message = state.operationState.message or "its sync failed"
  return health
end
if state.sync ~= nil and state.sync.status == "OutOfSync" and state.operationState == nil then
  health.message = "waits to be synced"
  return health
end
if state.health ~= nil and state.health.status ~= nil then
  health.status = state.health.status
  health.message = state.health.message or ""
end
return health
"""
"""Waves of Applications wait only with this: Argo CD has no health check of its own for an Application.

See https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#argocd-app .
"""

TEMPLATE_HEALTH = """\
if obj.status ~= nil and obj.status.created then
  return { status = "Healthy", message = "its kind exists" }
end
return { status = "Progressing", message = "its kind is being made" }
"""
"""A ConstraintTemplate is done when the API server knows the kind of its constraints."""

EXCLUDED: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("", "discovery.k8s.io"), ("Endpoints", "EndpointSlice")),
    (("authentication.k8s.io", "authorization.k8s.io"), ("*",)),
    (("cert-manager.io",), ("CertificateRequest",)),
    (("certificates.k8s.io",), ("CertificateSigningRequest",)),
    (("coordination.k8s.io",), ("Lease",)),
    (("metrics.k8s.io", "custom.metrics.k8s.io"), ("*",)),
    (("status.gatekeeper.sh",), ("*",)),
)
"""API groups and kinds that change all the time and that nobody puts into Git."""


FORWARDED = "localhost:8080"
"""Where people reach an Argo CD that has no host: by port-forwarding."""

ASKS_THE_CACHE: Json = {
    "selectors": [{"podSelector": {"matchLabels": LABELS}}],
    "ports": [{"port": 6379, "protocol": "TCP"}],
}
"""Argo CD's own pods. The chart denies what no policy admits, and writes none for a cache of several servers by itself."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ArgoCdProps:
    """Who signs in where, and what Argo CD is taught."""

    host: HostName | None = None
    """Where it is reached. Default nowhere: by port-forwarding."""

    sign_in: SignIn | None = None
    """Single sign-on. Default none: the built-in administrator signs in."""

    groups: Collection[str]
    """Groups that may look around."""

    cloud_health: str = ""
    """Health checks of what the cluster's controllers make in a cloud. Default none."""


class ArgoCdConfiguration(Part):
    """argocd-cm and argocd-rbac-cm. Nobody sees anything unless a group says so."""

    def __init__(self, scope: Component | Part, id_: str, props: ArgoCdProps) -> None:
        super().__init__(scope, id_)
        self._add_settings(props)
        self._add_permissions(props.groups)

    def _add_settings(self, props: ArgoCdProps) -> None:
        data = {
            "admin.enabled": "true" if props.sign_in is None else "false",
            "application.resourceTrackingMethod": "annotation",
            "exec.enabled": "false",
            HEALTH_KEY: APPLICATION_HEALTH,
            "resource.customizations.health.templates.gatekeeper.sh_ConstraintTemplate": TEMPLATE_HEALTH,
            "resource.exclusions": _exclusions(),
            "statusbadge.enabled": "false",
            "timeout.reconciliation": "180s",
            "users.anonymous.enabled": "false",
        }
        if props.cloud_health:
            data["resource.customizations"] = props.cloud_health
        if props.host is not None or props.sign_in is not None:
            data["url"] = f"https://{props.host or FORWARDED}"
        if props.sign_in is not None:
            data["oidc.config"] = to_yaml(
                {
                    "name": "Single sign-on",
                    "issuer": props.sign_in.issuer,
                    "clientID": props.sign_in.client,
                    "enablePKCEAuthentication": True,
                    "requestedScopes": list(dict.fromkeys((*SCOPES, *props.sign_in.scopes))),
                    "requestedIDTokenClaims": {"groups": {"essential": True}},
                }
            )
        self._add_config_map("argocd-cm", data)

    def _add_permissions(self, groups: Collection[str]) -> None:
        """Owners, managers and viewers look around; what they may change is said by each project's own roles."""
        policies = [
            *(f"p, role:look, {what}, get, *, allow" for what in ("clusters", "projects", "repositories")),
            *(f"g, {group}, role:look" for group in sorted(groups)),
        ]
        data = {"policy.csv": "\n".join(policies) + "\n", "policy.default": "", "scopes": "[groups]"}
        self._add_config_map("argocd-rbac-cm", data)

    def _add_config_map(self, name: str, data: dict[str, str]) -> None:
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": name, "labels": LABELS},
                "data": dict(sorted(data.items())),
            }
        )


class ManagementHealth(Part):
    """What the management cluster's Argo CD must know before waves mean anything there.

    Where no environment describes that cluster, its Argo CD is not ours to configure, so this is applied by hand with
    the root, and holds this one key alone.
    """

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        self.emit(
            {
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": {"name": "argocd-cm", "labels": LABELS},
                "data": {HEALTH_KEY: APPLICATION_HEALTH},
            }
        )


def cloud_health(environment: Environment) -> str:
    """Health checks of what the cluster's controllers make or read; empty without such a controller."""
    named = frozenset(environment.cluster.controllers)
    checks = {
        kinds: {"health.lua": check}
        for platform in platforms()
        if named & platform.controllers
        for kinds, check in platform.health_checks().items()
    }
    if environment.cluster.makes_clusters is not None:
        checks |= {kinds: {"health.lua": check} for kinds, check in MACHINES.items()}
    if environment.logging is not None:
        checks |= {kinds: {"health.lua": check} for kinds, check in telemetry.HEALTH.items()}
    if environment.backups is not None:
        checks |= {kinds: {"health.lua": check} for kinds, check in COPIES.items()}
    return to_yaml(checks) if checks else ""


def _exclusions() -> str:
    entries = [{"apiGroups": list(groups), "kinds": list(kinds), "clusters": ["*"]} for groups, kinds in EXCLUDED]
    lines = [to_yaml({"entry": [entry]}).removeprefix("entry:\n") for entry in entries]
    return "".join(lines)


def argocd_values(environment: Environment) -> Json:
    """Inline values of the chart; the ConfigMaps above are not the chart's."""
    watched: Json = {"enabled": True, "serviceMonitor": {"enabled": environment.parts.monitoring}}
    size = sizes(environment, "argo-cd")
    return {
        "fullnameOverride": "argocd",
        "global": {
            "networkPolicy": {"create": True, "defaultDenyIngress": True},
            "priorityClassName": "system-cluster-critical",
        },
        "configs": {
            "cm": {"create": False},
            "rbac": {"create": False},
            # The chart writes its own addresses beside these, so this ConfigMap stays its own.
            "params": {
                "controller.diff.server.side": True,
                "server.insecure": False,
                **({"application.namespaces": DELIVERIES} if environment.is_management_cluster else {}),
            },
        },
        # One controller owns a cluster: more would share clusters, and there is one. It restarts within a minute.
        "controller": {"replicas": 1, "metrics": watched, "resources": size["controller"].resources},
        "server": {**_counted(size["server"]), "metrics": watched, "resources": size["server"].resources},
        "repoServer": {**_counted(size["repo-server"]), "metrics": watched, "resources": size["repo-server"].resources},
        "applicationSet": {"replicas": 0, "resources": size["application-set"].resources},
        **_cache(size, platform_of(environment).open_nodes),
        "redisSecretInit": {"resources": size["redis-secret-init"].resources},
        "dex": {"enabled": False},
        "notifications": _notifications(environment),
    }


def _notifications(environment: Environment) -> Json:
    """The controller that writes statuses, where something is reported; its Secret is drawn, not the chart's."""
    reports = environment.delivery.reports
    if reports is None or not reports_anything(environment):
        return {"enabled": False}
    return {
        "enabled": True,
        "argocdUrl": f"https://{environment.delivery.host or FORWARDED}",
        "metrics": {"enabled": True, "serviceMonitor": {"enabled": environment.parts.monitoring}},
        "resources": sizes(environment, "argo-cd")["notifications"].resources,
        "secret": {"create": False},
        **reporting(reports),
    }


def _counted(size: Size) -> Json:
    return {"replicas": size.replicas, "pdb": size.budget()}


def _cache(size: Sizes, nodes: int | None) -> Json:
    """A cache that survives a node, its servers on three of them; one server where there are no three.

    Args:
        size: sizes of its parts.
        nodes: most nodes it finds; None where nobody says, and three are taken for granted.
    """
    server: Json = {"resources": size["redis"].resources}
    if size["redis"].replicas < 3 or (nodes is not None and nodes < 3):
        return {"redis": server}
    cache: Json = {
        "enabled": True,
        "podDisruptionBudget": {"maxUnavailable": 1},
        "redis": server,
        "sentinel": {"resources": size["redis-sentinel"].resources},
        "haproxy": {
            "podDisruptionBudget": {"maxUnavailable": 1},
            # each stands on a node of its own: where there are three nodes, an old one goes before a new one comes
            "deploymentStrategy": {"rollingUpdate": {"maxUnavailable": 1}},
            "resources": size["redis-proxy"].resources,
            "networkPolicy": {"enabled": True, "ingressRules": [ASKS_THE_CACHE]},
        },
        "networkPolicy": {"enabled": True},
    }
    return {"redis-ha": cache}

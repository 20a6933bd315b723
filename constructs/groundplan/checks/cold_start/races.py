"""Pods that may start before what is looked up only when a pod is made, and would run without it until they are made anew."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.cold_start.cloud import clouds
from groundplan.checks.cold_start.events import begins, exists, installed, ready
from groundplan.checks.cold_start.plan import Event, Plan
from groundplan.checks.cold_start.scene import Scene, phase_of
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, Object
from groundplan.errors import Finding

MADE_AGAIN = frozenset({"CronJob", "Job", "ScaledJob"})
"""Kinds whose next pods get what the first ones missed."""

Place = tuple[str, str, str]
"""Cluster, namespace and ServiceAccount."""


def races(scene: Scene, plan: Plan) -> Iterator[Finding]:
    """Where nothing forces an identity to be there before the pods that have it."""
    identities = dict(_identities(scene))
    if not identities:
        return
    early = plan.rounds(without={ready(item) for item in identities.values()})
    for place, event, pod, subject in _pods(scene):
        identity = identities.get(place)
        if identity is not None and event in early:
            where = scene.inventory.locate(identity)
            message = (
                f"may start {subject} before {identity} ({where}) is there, and it then runs without that identity"
            )
            advice = (
                "wait for the management cluster's root to be healthy before the cluster's own, on the bootstrap page"
            )
            yield scene.inventory.finding(pod, (), "cold-start.race", message, advice)


def _identities(scene: Scene) -> Iterator[tuple[Place, Object]]:
    kinds = sorted(kind for cloud in clouds() for kind in cloud.identities)
    for item in (item for kind in kinds for item in scene.inventory.by_kind.get(kind, ())):
        if item.cluster == MANAGEMENT_CLUSTER:
            owner = scene.context.environments.get(item.scope)
            host = f"{item.system}/{owner.host}" if owner is not None and owner.host else item.scope
            yield (host, str(item.spec.get("namespace", "")), str(item.spec.get("serviceAccount", ""))), item


def _pods(scene: Scene) -> Iterator[tuple[Place, Event, Object, str]]:
    for item in scene.inventory.manifests:
        path = POD_TEMPLATES.get((item.group, item.kind))
        if path is not None and item.kind not in MADE_AGAIN:
            spec = item.document
            for step in (*path, "spec"):
                spec = spec.get(step) or {}
            yield (
                (item.cluster, item.namespace, str(spec.get("serviceAccountName", "default"))),
                exists(item),
                item,
                "pods",
            )
    for application, facts in scene.facts.items():
        for pod in facts.pods:
            event = begins(application) if phase_of(pod.hook) < 0 else installed(application)
            yield (application.cluster, pod.namespace, pod.account or "default"), event, application, f"{pod}"

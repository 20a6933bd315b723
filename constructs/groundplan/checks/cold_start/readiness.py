"""What an object waits for until it does its work: what it names, the controller of its kind, nodes for its pods."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from groundplan.addons.catalogue import catalogue
from groundplan.chart_facts import ChartFacts
from groundplan.chart_facts.pods import Pod
from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.cold_start.cloud import clouds
from groundplan.checks.cold_start.events import (
    begins,
    chart_runs,
    cluster_is_up,
    exists,
    installed,
    nodes_are_up,
    pods_run,
    ready,
)
from groundplan.checks.cold_start.plan import Event, Need, Place, Plan
from groundplan.checks.cold_start.scene import APPLICATION, Scene, phase_of
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, Identity, Object
from groundplan.checks.link import ANY_KIND, Link
from groundplan.checks.links import links
from groundplan.checks.order import PATIENT

SELF_MADE = frozenset({"Service", "ServiceAccount", "ConfigMap", "AnalysisTemplate"})
"""Kinds that do their work as soon as they exist, whatever runs behind them."""

CLAIM = ("", "PersistentVolumeClaim")


def add_readiness(scene: Scene, plan: Plan) -> None:
    """Every rendered object, and the pods of every chart."""
    controllers = _controllers(scene)
    for item in scene.inventory.manifests:
        if item not in scene.owner:
            continue
        _add_links(scene, plan, item)
        operators = controllers.get((item.cluster, item.group, item.kind), ())
        if operators:
            events = tuple(chart_runs(each) for each in operators)
            plan.happens(
                ready(item),
                Need(events, f"the pods of {operators[0]}, which look after {item.kind}s", Place(item, ("kind",))),
            )
        if (item.group, item.kind) in POD_TEMPLATES:
            plan.happens(ready(item), Need((nodes_are_up(item.cluster),), "nodes", Place(item)))
    _add_clusters(scene, plan)
    for application in {release.application: None for release in scene.inventory.releases}:
        _add_chart(scene, plan, application)


def _add_links(scene: Scene, plan: Plan, item: Object) -> None:
    if item.kind in PATIENT or (item.group, item.kind) == APPLICATION:
        return
    for link in links(item.document):
        if link.optional:
            continue
        events = tuple(providers(scene, item.cluster, link.target))
        if events and ready(item) not in events and exists(item) not in events:
            plan.happens(ready(item), Need(events, f"{_said(link)}", Place(item, link.field)))
        if link.target[:2] == CLAIM:
            _add_claim(scene, plan, item, link)


def _said(link: Link) -> str:
    return str(link.target)


def _add_claim(scene: Scene, plan: Plan, item: Object, link: Link) -> None:
    """A claim is bound when the first pod asks for it, where its class waits for that."""
    for claim in scene.inventory.by_identity.get((item.cluster, link.target), ()):
        if _waits_for_a_pod(scene, claim):
            plan.happens(
                ready(claim), Need((exists(item),), f"{item}, the first pod that mounts it", Place(item, link.field))
            )


def _waits_for_a_pod(scene: Scene, claim: Object) -> bool:
    name = str(claim.spec.get("storageClassName", ""))
    found = scene.inventory.find(claim.cluster, "storage.k8s.io", "StorageClass", "", name)
    return found is not None and found.document.get("volumeBindingMode") == "WaitForFirstConsumer"


def providers(scene: Scene, cluster: str, target: Identity) -> Iterator[Event]:
    """What brings an object into a cluster, and has to have done its work where that matters."""
    for item in _named(scene, cluster, target):
        yield exists(item) if item.kind in SELF_MADE else ready(item)
    for maker in scene.makers.get((cluster, target), ()):
        yield exists(maker) if maker.kind == "Namespace" else ready(maker)
    for application in scene.brought.get((cluster, target), ()):
        yield installed(application)


def _named(scene: Scene, cluster: str, target: Identity) -> Iterator[Object]:
    if not target.group.startswith("*") and target.kind != ANY_KIND:
        yield from scene.inventory.by_identity.get((cluster, target), ())
        return
    for item in scene.by_name.get((cluster, target.namespace, target.name), ()):
        same = item.group.endswith(target.group[1:]) if target.group.startswith("*") else item.group == target.group
        if same and (target.kind == ANY_KIND or target.kind.lower().endswith(item.kind.lower())):
            yield item


def _controllers(scene: Scene) -> Mapping[tuple[str, str, str], list[Object]]:
    """(cluster, group, kind) to the charts whose roles may write the status of that kind: they look after it."""
    found: dict[tuple[str, str, str], list[Object]] = {}
    for cluster, applications in scene.installed.items():
        plurals = {
            (definition.group, definition.plural): definition.kind
            for application in applications
            for definition in scene.facts[application].definitions
        }
        for application in applications:
            for pair in _written(scene, application) & plurals.keys():
                found.setdefault((cluster, pair[0], plurals[pair]), []).append(application)
    return found


def _written(scene: Scene, application: Object) -> set[tuple[str, str]]:
    return {
        (group, resource.removesuffix("/status"))
        for role in scene.facts[application].roles
        for rule in role.rules
        if {"update", "patch", "*"} & {*rule.verbs}
        for group in rule.groups
        for resource in rule.resources
        if resource.endswith("/status")
    }


def _add_clusters(scene: Scene, plan: Plan) -> None:
    """A cluster and its nodes are objects on the management cluster, or somebody made them."""
    control_planes = {kind for cloud in clouds() for kind in cloud.control_planes}
    node_groups = {kind for cloud in clouds() for kind in cloud.node_groups}
    rented = [item for item in scene.inventory.clusters.get(MANAGEMENT_CLUSTER, ()) if item.tree == "dist"]
    for cluster in scene.inventory.clusters:
        own = [item for item in rented if item.scope == cluster]
        control = [item for item in own if (item.group, item.kind) in control_planes]
        nodes = [item for item in own if (item.group, item.kind) in node_groups]
        plan.happens(cluster_is_up(cluster), *(Need((ready(item),), f"{item}", Place(item)) for item in control))
        some = Need(tuple(ready(item) for item in nodes), "nodes", Place(nodes[0])) if nodes else None
        plan.happens(nodes_are_up(cluster), *([some] if some else ()))


def _add_chart(scene: Scene, plan: Plan, application: Object) -> None:
    """Pods of a chart: hooks come before or after, and each waits for what it mounts."""
    facts = scene.facts.get(application, ChartFacts())
    run = plan.happens(chart_runs(application), _need(installed(application), application, f"{application}"))
    for index, pod in enumerate(facts.pods):
        phase = phase_of(pod.hook)
        first = begins(application) if phase < 0 else installed(application)
        ground = cluster_is_up if pod.host_network and starts_nodes(scene, application) else nodes_are_up
        event = plan.happens(
            pods_run(application, index),
            _need(first, application, f"{application}"),
            Need((ground(application.cluster),), "nodes", Place(application)),
        )
        if phase < 0:
            plan.happens(installed(application), _need(event, application, f"{pod}, which comes before it"))
        else:
            plan.happens(run, _need(event, application, f"{pod}"))
        for name in _mounted(pod):
            events = tuple(_made_elsewhere(scene, application, Identity("", "Secret", pod.namespace, name)))
            if events:
                plan.happens(
                    event, Need(events, f"Secret {pod.namespace}/{name}, which {pod} mounts", Place(application))
                )


def starts_nodes(scene: Scene, application: Object) -> str | None:
    """What no machine is a node without, and this chart brings: `network` or `cloud`; None for every other chart."""
    charts = {
        release.chart.rpartition("/")[2] for release in scene.inventory.releases if release.application is application
    }
    return next((add_on.starts_nodes for add_on in catalogue().values() if add_on.chart in charts), None)


def _mounted(pod: Pod) -> set[str]:
    named = {name for container in pod.containers for name in container.secrets if not name.endswith("?")}
    return named | {volume.source for volume in pod.volumes if volume.kind == "secret" and not volume.optional}


def _made_elsewhere(scene: Scene, application: Object, target: Identity) -> Iterator[Event]:
    """Who makes a Secret that a chart does not bring itself: an object of ours, or cert-manager for a Certificate of the chart."""
    facts = scene.facts[application]
    if any(
        (item.kind, item.namespace, item.name) == ("Secret", target.namespace, target.name) for item in facts.objects
    ):
        return
    yield from providers(scene, application.cluster, target)
    if any((item.namespace, item.secret) == (target.namespace, target.name) for item in facts.certificates):
        definers = [
            each
            for each in scene.installed[application.cluster]
            if ("cert-manager.io", "Certificate") in scene.facts[each].crds
        ]
        yield from (chart_runs(each) for each in definers)


def _need(event: Event, item: Object, why: str) -> Need:
    return Need((event,), why, Place(item))

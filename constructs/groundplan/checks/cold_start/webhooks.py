"""Webhooks that refuse everything while nobody answers: what they judge waits for their pods.

See https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/#failure-policy .
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from groundplan.chart_facts.traffic import Webhook
from groundplan.checks.applications import wave_of
from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.cold_start.events import exists, pods_run, ready
from groundplan.checks.cold_start.plan import Event, Need, Place, Plan
from groundplan.checks.cold_start.scene import Scene
from groundplan.checks.inventory import Object
from groundplan.checks.selections import matches


class Closed(NamedTuple):
    """A webhook that refuses while its pods do not answer."""

    application: Object
    """The Application whose chart brings it."""

    webhook: Webhook
    """The webhook."""

    answers: tuple[Event, ...]
    """Its pods."""


def add_webhooks(scene: Scene, plan: Plan) -> None:
    """What each closed webhook of a cluster holds up, unless it comes in an earlier wave than the webhook."""
    for cluster, applications in scene.installed.items():
        closed = [each for application in applications for each in _closed(scene, application)]
        if closed:
            _hold_objects(scene, plan, cluster, closed)
            _hold_pods(scene, plan, closed)


def _closed(scene: Scene, application: Object) -> Iterator[Closed]:
    facts = scene.facts[application]
    for webhook in facts.webhooks:
        if webhook.kind not in ("mutating", "validating") or webhook.failure_policy != "Fail" or not webhook.service:
            continue
        selectors = [
            service.selector
            for service in facts.services
            if (service.namespace, service.name) == (webhook.namespace, webhook.service)
        ]
        answers = tuple(
            pods_run(application, index)
            for index, pod in enumerate(facts.pods)
            if pod.namespace == webhook.namespace and any(matches(pod.labels, wanted) for wanted in selectors)
        )
        yield Closed(application, webhook, answers)


def _hold_objects(scene: Scene, plan: Plan, cluster: str, closed: list[Closed]) -> None:
    by_kind: dict[tuple[str, str], list[Closed]] = {}
    for item in scene.inventory.clusters.get(cluster, ()):
        if item.tree != "dist" or item not in scene.owner:
            continue
        pair = (item.group, item.kind)
        if pair not in by_kind:
            by_kind[pair] = [each for each in closed if _judges(each.webhook, item.group, _plural(item.kind))]
        for each in by_kind[pair]:
            if _comes_late(scene, scene.owner[item], each) and _selects(
                scene, cluster, each, item.namespace, item.labels
            ):
                plan.happens(exists(item), _need(each, Place(item)))
        template = _template(item)
        if template is not None:
            labels = (template.get("metadata") or {}).get("labels") or {}
            for each in closed:
                if _judges(each.webhook, "", "pods") and _selects(scene, cluster, each, item.namespace, labels):
                    plan.happens(ready(item), _need(each, Place(item)))


def _hold_pods(scene: Scene, plan: Plan, closed: list[Closed]) -> None:
    """Pods of charts, the webhook's own included: those it would never let in again after a restart."""
    for each in closed:
        if not _judges(each.webhook, "", "pods"):
            continue
        for application in scene.installed[each.application.cluster]:
            for index, pod in enumerate(scene.facts[application].pods):
                if _selects(scene, application.cluster, each, pod.namespace, pod.labels):
                    plan.happens(pods_run(application, index), _need(each, Place(application)))


def _need(each: Closed, place: Place) -> Need:
    why = f"an answer of the webhook {each.webhook.name}, which {each.application} brings and which refuses until its pods run"
    return Need(each.answers, why, place, "let the webhook leave it out by a namespaceSelector")


def _comes_late(scene: Scene, owner: Object, each: Closed) -> bool:
    """Whether the webhook may be there before the object; other roots of the cluster come after its own."""
    return owner.scope != each.application.scope or wave_of(each.application) <= wave_of(owner)


def _judges(webhook: Webhook, group: str, plural: str) -> bool:
    for rule in webhook.rules:
        groups, kinds = rule.get("apiGroups") or (), rule.get("resources") or ()
        if not {"CREATE", "*"} & {*(rule.get("operations") or ())}:
            continue
        if {group, "*"} & {*groups} and {plural, "*", "*/*"} & {*kinds}:
            return True
    return False


def _selects(scene: Scene, cluster: str, each: Closed, namespace: str, labels: Mapping[str, str]) -> bool:
    known = scene.namespaces.get((cluster, namespace), {"kubernetes.io/metadata.name": namespace})
    return (not namespace or _fits(each.webhook.namespace_selector, known)) and _fits(
        each.webhook.object_selector, labels
    )


def _fits(selector: Mapping[str, Any], labels: Mapping[str, str]) -> bool:
    return matches(labels, selector.get("matchLabels") or {}, tuple(selector.get("matchExpressions") or ()))


def _plural(kind: str) -> str:
    singular = kind.lower()
    if singular.endswith("y") and singular[-2] not in "aeiou":
        return f"{singular[:-1]}ies"
    return f"{singular}es" if singular.endswith(("s", "x", "ch", "sh")) else f"{singular}s"


def _template(item: Object) -> Mapping[str, Any] | None:
    path = POD_TEMPLATES.get((item.group, item.kind))
    if path is None:
        return None
    value: Any = item.document
    for step in path:
        value = (value or {}).get(step)
    return value or {}

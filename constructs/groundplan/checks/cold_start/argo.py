"""Argo CD's part: roots bring Applications in waves, Applications bring objects in waves, each wave waits for health.

See https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/ .
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from groundplan.checks.cold_start.events import (
    begins,
    chart_runs,
    exists,
    healthy,
    installed,
    namespace_is_there,
    passed,
    ready,
    starts,
)
from groundplan.checks.cold_start.health import HealthRules
from groundplan.checks.cold_start.plan import Event, Need, Place, Plan
from groundplan.checks.cold_start.scene import APPLICATION, Scene, Turn, destination_of, turn_of
from groundplan.checks.delivery.applications import has_chart
from groundplan.checks.inventory import Object
from groundplan.checks.order import SKIP_DRY_RUN
from groundplan.checks.providers import creates_namespace, defined_kinds

Definers = dict[tuple[str, str, str], list[Event]]
"""(cluster, group, kind) to what teaches the API server that kind."""


def add_applications(scene: Scene, plan: Plan, steps_installing: Callable[[Object], tuple[Event, ...]]) -> None:
    """Every Application, its waves, and what it brings; `steps_installing` are those by which people install a chart first."""
    rules, definers = HealthRules(scene), _definers(scene)
    for application in scene.applications:
        items = scene.brings[application]
        turns = sorted({turn_of(item) for item in items})
        _begin(scene, plan, application, definers)
        for item in items:
            _bring(scene, plan, application, item, turns)
            if (item.group, item.kind) != APPLICATION:
                event = ready(item) if rules.knows(item) else exists(item)
                plan.happens(healthy(item), _need(event, item, f"{item} to be ready"))
        for turn in turns:
            wanted = [item for item in items if turn_of(item) == turn]
            plan.happens(passed(application, turn), *(_need(_seen(rules, item), item, f"{item}") for item in wanted))
        if has_chart(application):
            ways = (starts(application), *steps_installing(application))
            plan.happens(begins(application), Need(ways, f"{application}", Place(application)))
            plan.happens(installed(application), _need(begins(application), application, f"{application}"))
            namespace = _namespace(scene, application, destination_of(application), application)
            plan.happens(installed(application), *namespace)
        _end(scene, plan, application, turns)


def _seen(rules: HealthRules, item: Object) -> Event:
    """What a wave waits for: of an Application nothing, where Argo CD was not told how to see its health."""
    return healthy(item) if (item.group, item.kind) != APPLICATION or rules.knows(item) else exists(item)


def _begin(scene: Scene, plan: Plan, application: Object, definers: Definers) -> None:
    event = plan.happens(starts(application), _need(exists(application), application, f"{application}"))
    project = scene.delivery.project_of(application)
    field = ("spec", "project")
    plan.happens(
        event,
        Need(
            (exists(project),) if project else (),
            f"the project {application.spec.get('project')}",
            Place(application, field),
        ),
    )
    own = {pair for item in scene.brings[application] for pair in defined_kinds(item)}
    for item in scene.brings[application]:
        found = definers.get((item.cluster, item.group, item.kind), ())
        why = f"the kind {item.kind} of {item.group}"
        if found:
            late = (item.group, item.kind) in own or _is_tried_late(application, item)
            waits = exists(item) if late else event
            plan.happens(waits, Need(tuple(found), why, Place(item, ("kind",))))


def _is_tried_late(application: Object, item: Object) -> bool:
    """Argo CD tries everything out before it begins, and refuses all of it where one kind is not known."""
    options = (application.spec.get("syncPolicy") or {}).get("syncOptions") or ()
    own = str(item.annotations.get("argocd.argoproj.io/sync-options", "")).split(",")
    return SKIP_DRY_RUN in options or SKIP_DRY_RUN in own


def _bring(scene: Scene, plan: Plan, application: Object, item: Object, turns: list[Turn]) -> None:
    """An object comes when its Application has begun, what comes before it in there is healthy, and its namespace is there."""
    event = plan.happens(exists(item), _need(starts(application), application, f"{application}"))
    before = turns.index(turn_of(item)) - 1
    if before >= 0:
        plan.happens(event, _need(passed(application, turns[before]), item, f"what {application} brings before it"))
    plan.happens(event, *_namespace(scene, item, item.namespace, application))
    plan.happens(ready(item), _need(event, item, f"{item}"))


def _namespace(scene: Scene, item: Object, namespace: str, application: Object) -> Iterator[Need]:
    """Its namespace must be there, where anybody is known to make it."""
    own = namespace == destination_of(application) and creates_namespace(application)
    if not own and (item.cluster, namespace) in scene.namespaces:
        event = namespace_is_there(item.cluster, namespace)
        yield Need((event,), f"the namespace {namespace}", Place(item, ("metadata", "namespace")))


def _end(scene: Scene, plan: Plan, application: Object, turns: list[Turn]) -> None:
    """An Application is healthy when everything it brings is."""
    event = plan.happens(healthy(application), _need(starts(application), application, f"{application}"))
    for turn in turns[-1:]:
        plan.happens(event, _need(passed(application, turn), application, f"what {application} brings"))
    if has_chart(application):
        plan.happens(event, _need(chart_runs(application), application, f"the pods of {application}"))


def _definers(scene: Scene) -> Definers:
    found: Definers = {}
    for application, facts in scene.facts.items():
        for group, kind in facts.crds:
            found.setdefault((application.cluster, group, kind), []).append(installed(application))
    for item in scene.inventory.manifests:
        for group, kind in defined_kinds(item):
            found.setdefault((item.cluster, group, kind), []).append(ready(item))
    return found


def _need(event: Event, item: Object, why: str) -> Need:
    return Need((event,), why, Place(item))

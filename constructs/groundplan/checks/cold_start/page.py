"""What people do: the steps of the bootstrap pages, one after the other, each when what it needs is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

from groundplan.checks.cold_start.events import (
    cluster_is_up,
    exists,
    healthy,
    namespace_is_there,
    nodes_are_up,
    ready,
    starts,
    step_done,
)
from groundplan.checks.cold_start.plan import Event, Need, Place, Plan
from groundplan.checks.cold_start.scene import Scene
from groundplan.checks.delivery.applications import is_root
from groundplan.checks.documents.kubectl import SWITCHES
from groundplan.checks.documents.options import Options, options
from groundplan.checks.documents.pages import Page, read_pages
from groundplan.checks.documents.shell import Command
from groundplan.checks.documents.world import is_placeholder
from groundplan.checks.inventory import MANAGEMENT_CLUSTER, Identity, Object, sources
from groundplan.facts.cloud_names import MANAGEMENT
from groundplan.platforms.pages import pages_of

BOOTSTRAP = "bootstrap*.md"
ASKING = frozenset({"annotate", "delete", "get", "label", "patch", "rollout", "scale", "wait"})
"""Verbs of `kubectl` that name what must be there already."""

SWITCHED = SWITCHES | {"--install", "--wait"}


@dataclass(frozen=True, eq=False)
class Step:
    """One command of a page."""

    page: Page
    """The page."""

    index: int
    """Its number."""

    command: Command
    """The command."""

    @property
    def done(self) -> Event:
        """That it has been done."""
        return step_done(self.page, self.index)

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.page, line=self.command.line)

    @cached_property
    def given(self) -> Options:
        """Its words and flags."""
        return options(self.command.words[1:], SWITCHED)

    @cached_property
    def context(self) -> str:
        """The context it speaks to; empty where it speaks to no cluster."""
        flag = {"kubectl": "--context", "helm": "--kube-context"}.get(self.command.tool, "")
        return (self.given.value(flag) or "") if flag else ""

    @property
    def namespace(self) -> str:
        """The namespace it speaks of."""
        return self.given.value("--namespace", "-n") or ""

    @property
    def files(self) -> list[str]:
        """Files and folders it applies."""
        if self.command.tool != "kubectl" or self.given.words[:1] != ("apply",):
            return []
        return [path.rstrip("/") for path in self.given.flags.get("-f", ())]


class Steps:
    """Every step of every bootstrap page."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.pages = [
            page
            for system in scene.systems()
            for page in read_pages(scene.context.root, system, frozenset(), BOOTSTRAP)
        ]
        self.all = [Step(page, index, command) for page in self.pages for index, command in enumerate(page.commands)]

    @cached_property
    def clusters(self) -> dict[str, str]:
        """Context to cluster."""
        found = {MANAGEMENT: MANAGEMENT_CLUSTER}
        for scope, environment in self.scene.context.environments.items():
            if environment.has_cluster and not environment.is_management_cluster:
                found[pages_of(environment).context(environment)] = scope
        return found

    def applying(self, item: Object) -> list[Step]:
        """Steps that apply the file of `item`, or its folder, to its cluster."""
        folder = item.path.rpartition("/")[0]
        return [step for step in self.all if self.cluster(step) == item.cluster and {item.path, folder} & {*step.files}]

    def installing(self, application: Object) -> tuple[Event, ...]:
        """Steps that install the chart of an Application before Argo CD does."""
        charts = {
            str(source["chart"]).rpartition("/")[2] for source in sources(application.document) if "chart" in source
        }
        return tuple(
            step.done
            for step in self.helm
            if self.cluster(step) == application.cluster and charts & {*step.given.words}
        )

    @cached_property
    def helm(self) -> list[Step]:
        """Steps that install a chart."""
        return [step for step in self.all if step.command.tool == "helm"]

    def cluster(self, step: Step) -> str:
        """The cluster a step speaks to; empty for none."""
        return self.clusters.get(step.context, "")


def add_pages(scene: Scene, plan: Plan, steps: Steps) -> None:
    """Every step, and what only people bring: roots, the first Argo CD, its settings, and leave to read."""
    for cluster in steps.clusters.values():
        plan.happens(cluster_is_up(cluster))
    for number, step in enumerate(steps.all):
        plan.happens(step.done)
        if step.index:
            plan.happens(step.done, _need((steps.all[number - 1].done,), "the step before it", step))
        for need in _step_needs(steps, step):
            plan.happens(step.done, need)
    _add_namespaces(steps, plan)
    _after_management(scene, steps, plan)
    for item in scene.inventory.delivery:
        if is_root(item):
            applying = tuple(step.done for step in steps.applying(item))
            plan.happens(
                exists(item),
                Need(
                    applying,
                    "somebody who applies it",
                    Place(item),
                    f"apply {item.path.rpartition('/')[0]}/ on the bootstrap page",
                ),
            )
            plan.happens(ready(item), Need((exists(item),), f"{item}", Place(item)))
    _begin_argocd(scene, steps, plan)
    _windows(scene, steps, plan)


def _after_management(scene: Scene, steps: Steps, plan: Plan) -> None:
    """Pages of systems say first that the management cluster's Applications must be healthy."""
    first = {scope.partition("/")[0] for scope in scene.context.management}
    roots = [item for item in scene.applications if is_root(item) and item.scope in scene.context.management]
    for page in steps.pages:
        if page.system not in first and page.commands and roots:
            event = step_done(page, 0)
            needs = [Need((healthy(root),), f"{root} to be healthy", Place(page)) for root in roots]
            plan.happens(event, *needs)


def _step_needs(steps: Steps, step: Step) -> Iterator[Need]:
    cluster = steps.cluster(step)
    if not cluster:
        return
    yield _need((cluster_is_up(cluster),), f"the cluster of {step.context}", step)
    if cluster != MANAGEMENT_CLUSTER and cluster in _rented(steps.scene):
        makers = tuple(
            other.done
            for other in steps.all
            if other.page is step.page and other.index < step.index and _makes_context(other, step.context)
        )
        yield _need(makers, f"the context {step.context}", step, "make the context on the page first")
    yield from _namespace(steps, step, cluster)
    yield from _objects(steps, step, cluster)


def _makes_context(step: Step, context: str) -> bool:
    """Whether a tool of the cloud is told to make a context of that name, or one that it made is called so."""
    if step.command.tool == "kubectl":
        return step.given.words[:2] == ("config", "rename-context") and step.given.words[-1] == context
    return step.command.tool != "helm" and context in step.command.words


def _rented(scene: Scene) -> set[str]:
    return {item.scope for item in scene.inventory.clusters.get(MANAGEMENT_CLUSTER, ()) if item.tree == "dist"}


def _namespace(steps: Steps, step: Step, cluster: str) -> Iterator[Need]:
    if (cluster, step.namespace) in steps.scene.namespaces and "--create-namespace" not in step.given.flags:
        event = namespace_is_there(cluster, step.namespace)
        yield _need((event,), f"namespace {step.namespace}", step, "create it on the page first")


def _add_namespaces(steps: Steps, plan: Plan) -> None:
    """A namespace is made by its object, by Argo CD for an Application, or by a step."""
    scene = steps.scene
    makers: dict[tuple[str, str], list[Event]] = {place: [] for place in scene.namespaces}
    for step in steps.all:
        place = steps.cluster(step), step.given.words[-1] if step.given.words else ""
        if step.given.words[:2] == ("create", "namespace") and place in makers:
            makers[place].append(step.done)
    for place, events in makers.items():
        identity = Identity("", "Namespace", "", place[1])
        objects = scene.inventory.by_identity.get((place[0], identity), ())
        events += [exists(item) for item in objects]
        events += [starts(item) for item in scene.namespace_makers.get(place, ())]
        where = Place([*objects, *scene.namespace_makers.get(place, ())][0])
        plan.happens(
            namespace_is_there(*place), Need(tuple(events), f"somebody who makes the namespace {place[1]}", where)
        )


def _objects(steps: Steps, step: Step, cluster: str) -> Iterator[Need]:
    """`wait` asks for health, `get` for what a controller writes into an object, other verbs for the object alone."""
    verb, *words = step.given.words or ("",)
    names = [word for word in words if not is_placeholder(word)]
    if verb not in ASKING or not names:
        return
    kind, _, name = names[0].partition("/")
    name = name or next(iter(names[1:]), "")
    singular = kind.partition(".")[0].rstrip("s").lower()
    for item in steps.scene.inventory.clusters.get(cluster, ()) if name else ():
        if item.name == name and item.kind.lower().startswith(singular) and step.namespace in ("", item.namespace):
            yield _need((_asked(verb, step)(item),), f"{item}", step, "wait for it on the page first")


def _asked(verb: str, step: Step) -> Callable[[Object], Event]:
    if verb == "wait" and step.given.value("--for") != "create":
        return healthy
    return ready if verb == "get" else exists


def _begin_argocd(scene: Scene, steps: Steps, plan: Plan) -> None:
    """Before a root begins: Argo CD runs, knows whose health it waits for, and may read the repository."""
    private = {url for step in steps.all if (url := _credential(step))}
    for root in (item for item in scene.applications if is_root(item)):
        place, (cluster, namespace) = Place(root), scene.argocd_of(root)
        here = [step for step in steps.all if steps.cluster(step) == cluster and step.namespace == namespace]
        charts = tuple(step.done for step in here if step.command.tool == "helm")
        event = starts(root)
        plan.happens(event, Need(charts, f"Argo CD in {namespace} of {cluster}", place, "install it on the page first"))
        plan.happens(event, Need((nodes_are_up(cluster),), "nodes", place))
        for settings in scene.inventory.by_identity.get(
            (cluster, Identity("", "ConfigMap", namespace, "argocd-cm")), ()
        ):
            first = tuple(step.done for step in steps.applying(settings))
            plan.happens(
                event,
                Need(first, f"{settings}, by which waves wait for health", place, f"apply {settings.path} before it"),
            )
        for url in sorted(_read(scene, root) & private):
            leave = tuple(step.done for step in here if _credential(step) == url)
            plan.happens(
                event,
                Need(
                    leave,
                    f"leave to read {url}, which is given on other clusters",
                    place,
                    "give this Argo CD an account that may read it, on the page",
                ),
            )


def _read(scene: Scene, root: Object) -> set[str]:
    """Repositories that a root and what it brings are read from."""
    applications = [root, *(item for item in scene.brings[root] if item in scene.brings)]
    return {str((item.spec.get("source") or {}).get("repoURL", "")) for item in applications}


def _credential(step: Step) -> str:
    """The repository that a step gives an Argo CD leave to read; empty for none."""
    if step.given.words[:2] != ("create", "secret"):
        return ""
    literals = step.given.flags.get("--from-literal", ())
    return next((text.removeprefix("url=") for text in literals if text.startswith("url=")), "")


def _windows(scene: Scene, steps: Steps, plan: Plan) -> None:
    """An Application that a window holds is synced by hand the first time, or not before the window opens."""
    for project in scene.delivery.projects:
        for index, window in enumerate(project.spec.get("syncWindows") or ()):
            if window.get("kind") != "allow":
                continue
            for application in scene.applications:
                if scene.delivery.project_of(application) is project and application.name in (
                    window.get("applications") or ()
                ):
                    by_hand = tuple(
                        step.done
                        for step in steps.all
                        if steps.cluster(step) == application.cluster
                        and step.given.words[:1] == ("patch",)
                        and any(word.rpartition("/")[2] == application.name for word in step.given.words)
                    )
                    field = ("spec", "syncWindows", index)
                    plan.happens(
                        ("operates", application),
                        Need(
                            by_hand,
                            f"its window to open at {window.get('schedule')}",
                            Place(project, field),
                            f"sync {application.name} by hand on the bootstrap page",
                        ),
                    )
                    plan.happens(
                        starts(application),
                        Need(
                            (("operates", application),),
                            f"the first sync of {application.name}, which a window holds",
                            Place(application),
                        ),
                    )


def _need(events: tuple[Event, ...], why: str, step: Step, advice: str = "") -> Need:
    return Need(events, why, step.place, advice)

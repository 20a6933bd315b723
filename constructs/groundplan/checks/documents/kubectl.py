"""`kubectl` and `kubeseal`: the context leads to a cluster, and the namespace, the object and the port exist in it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from groundplan.checks.documents.options import Options, options
from groundplan.checks.documents.place import Fault, Place
from groundplan.checks.documents.shell import Command
from groundplan.checks.documents.world import World, is_placeholder
from groundplan.checks.inventory import Identity, Object
from groundplan.kubernetes.namespaces import KUBE_SYSTEM

SWITCHES = frozenset(
    [
        "--watch",
        "-w",
        "--rm",
        "--stdin",
        "--tty",
        "-i",
        "-t",
        "-it",
        "--previous",
        "-p",
        "--all-namespaces",
        "-A",
        "--server-side",
        "--recursive",
        "-R",
        "--follow",
        "--raw",
        "--force",
        "--no-headers",
        "--show-labels",
        "--create-namespace",
        "--all",
        "--overwrite",
        "--ignore-daemonsets",
        "--fetch-cert",
    ]
)
"""Flags that take no value."""

MAKES_NOTHING = frozenset({"api-resources", "version", "top", "config", "cluster-info", "auth"})
"""Verbs that name no object of the cluster."""

VERBS = frozenset(["get", "describe", "logs", "exec", "port-forward", "annotate", "label", "patch", "scale", "delete", "rollout", "wait", "argo", "edit", "drain", "cordon"])  # fmt: skip
"""Verbs that name objects."""

DEFAULT_KINDS = {"logs": "pod", "exec": "pod", "port-forward": "pod", "drain": "node", "cordon": "node"}
"""What a name without a kind is, by verb."""

ROLLOUT = ("argoproj.io", "Rollout")


def judge(command: Command, world: World, place: Place) -> Iterator[Fault]:
    """Everything wrong with a `kubectl` command."""
    given = options(command.words[1:], SWITCHES)
    verb = given.words[0] if given.words else ""
    if given.words[:2] == ("config", "use-context"):
        place.context = given.words[2]
        yield from _known(place.context, world)
        return
    if verb == "config":
        return
    cluster = _cluster(given, world, place)
    if isinstance(cluster, Fault):
        yield cluster
        return
    yield from _namespace(cluster, given, world, place, created=verb == "create")
    if verb == "wait":
        place.waited.update(word.rpartition("/")[2] for word in given.words[1:])
    if verb in ("apply", "create"):
        if given.words[1:2] in (("secret",), ("configmap",)):
            place.objects.add(given.words[-1])
        yield from _order(cluster, given, world, place)
        yield from _manifests(cluster, given, world, place)
    elif verb == "run":
        yield from _bare_pod(cluster, given, world)
    elif verb in VERBS:
        yield from _objects(cluster, verb, given, world, place)
    elif verb not in MAKES_NOTHING:
        yield Fault("verb", f"`kubectl {verb}` is no verb that is known here", "correct it, or teach it to the gate")


def judge_kubeseal(command: Command, world: World, place: Place) -> Iterator[Fault]:
    """`kubeseal` asks the controller of a cluster for its certificate, unless it is given one."""
    given = options(command.words[1:], SWITCHES)
    certificate = given.value("--cert")
    if certificate is not None:
        if certificate not in place.files:
            yield Fault("file", f"nothing here writes `{certificate}`", "fetch the certificate first")
        return
    cluster = _cluster(given, world, place)
    if isinstance(cluster, Fault):
        yield cluster
        return
    name = given.value("--controller-name") or "sealed-secrets-controller"
    namespace = given.value("--controller-namespace") or KUBE_SYSTEM
    if world.named(cluster, {("", "Service")}, namespace, name) is None:
        yield Fault(
            "object",
            f"no Service `{name}` seals in namespace {namespace} of {cluster}",
            "name the controller's namespace, or leave sealing out where nothing opens what is sealed",
        )


def _cluster(given: Options, world: World, place: Place) -> str | Fault:
    """The cluster a command speaks to, or why none."""
    context = given.value("--context") or place.context
    if not context:
        return Fault("context", "speaks to whichever cluster was used last", "name it with --context")
    if is_placeholder(context):
        return Fault("context", f"leaves the cluster open: `{context}`", "name it with --context")
    return next(iter(_known(context, world)), None) or world.contexts[context]


def _known(context: str, world: World) -> Iterator[Fault]:
    if context not in world.contexts:
        near = difflib.get_close_matches(context, world.contexts, 1)
        advice = f"did you mean `{near[0]}`?" if near else f"write one of {', '.join(sorted(world.contexts))}"
        yield Fault("context", f"no cluster has the context `{context}`", advice)


def _namespace(cluster: str, given: Options, world: World, place: Place, *, created: bool) -> Iterator[Fault]:
    if created and given.words[1:2] in (("namespace",), ("ns",)):
        place.namespaces.add(given.words[2])
        return
    namespace = given.value("--namespace", "-n")
    known = world.clusters[cluster].namespaces
    if namespace is None or namespace in known or namespace in place.namespaces or is_placeholder(namespace):
        return
    near = difflib.get_close_matches(namespace, known, 1)
    advice = f"did you mean `{near[0]}`?" if near else "name one that is made"
    yield Fault("namespace", f"cluster {cluster} has no namespace `{namespace}`", advice)


def _manifests(cluster: str, given: Options, world: World, place: Place) -> Iterator[Fault]:
    """What is applied by hand is in the repository, or on the page, and belongs to that cluster."""
    for path in [*given.flags.get("-f", ()), *given.flags.get("--filename", ())]:
        if path == "-" or is_placeholder(path):
            continue
        if not world.is_file(path):
            if path not in place.files and f"`{path}`" not in place.text:
                yield Fault(
                    "file", f"the repository has no `{path}`, and nothing here says to write it", "correct the path"
                )
            continue
        foreign = {item.cluster for item in _below(path, world)} - {cluster}
        if foreign:
            yield Fault(
                "cluster",
                f"`{path}` is for {', '.join(sorted(foreign))}, not for {cluster}",
                "use that cluster's context",
            )


def _order(cluster: str, given: Options, world: World, place: Place) -> Iterator[Fault]:
    """What tenants bring needs kinds that the cluster's own root brings: it is waited for first."""
    roots = [
        item
        for path in given.flags.get("-f", ())
        for item in _below(path, world)
        if (item.group, item.kind) == ("argoproj.io", "Application") and item.cluster == cluster
    ]
    for root in roots:
        environment = world.environments.get(root.scope)
        host = f"{root.system}/{environment.host}" if environment is not None and environment.host else ""
        for earlier, (scope, where) in place.roots.items():
            if where == cluster == host == scope and earlier not in place.waited:
                yield Fault(
                    "order",
                    f"{root.name} needs kinds that {earlier} brings, which nothing waits for",
                    f"wait until {earlier} is Healthy first",
                )
        place.roots[root.name] = (root.scope, cluster)


def _below(path: str, world: World) -> Iterator[Object]:
    folder = path.rstrip("/")
    return (item for item in world.inventory if item.path == folder or item.path.startswith(f"{folder}/"))


def _bare_pod(cluster: str, given: Options, world: World) -> Iterator[Fault]:
    """Rules of admission let no pod in that says nothing of itself."""
    rules = [item for item in world.inventory.clusters.get(cluster, ()) if item.group == "constraints.gatekeeper.sh"]
    if rules:
        yield Fault(
            "bare-pod",
            f"the {len(rules)} rules of {cluster} refuse a pod without limits, labels and a security context",
            "use a workload that is there, or a machine inside the network",
        )


def _objects(cluster: str, verb: str, given: Options, world: World, place: Place) -> Iterator[Fault]:
    if "--raw" in given.flags:
        return  # a path of the API server, and no object
    namespace = given.value("--namespace", "-n")
    if namespace is not None and is_placeholder(namespace):
        return
    words = [word for word in given.words[1:] if word != "..."]
    if verb == "rollout":
        words = words[1:]
    if verb == "argo":  # kubectl argo rollouts <verb> [rollout] <name>
        yield from _one(cluster, {ROLLOUT}, namespace, words[-1], world, place)
        return
    if not words:
        yield Fault("object", f"`kubectl {verb}` names nothing", "name what it is about")
        return
    kind, slash, name = words[0].partition("/")
    rest = words[1:]
    if not slash and verb in DEFAULT_KINDS and not (verb == "logs" and rest):
        kind, name = DEFAULT_KINDS[verb], words[0]
    elif not slash:
        name, rest = (rest[0], rest[1:]) if rest and "=" not in rest[0] else ("", rest)
    for each in kind.split(","):
        yield from _of_kind(cluster, verb, each, namespace, name, given, world, place)
    if verb == "port-forward" and name:
        yield from _ports(cluster, namespace, name, rest, world)


def _of_kind(
    cluster: str, verb: str, kind: str, namespace: str | None, name: str, given: Options, world: World, place: Place
) -> Iterator[Fault]:
    if is_placeholder(kind) or "(" in kind:
        return
    kinds = world.kinds_of(kind)
    if not any(world.clusters[cluster].serves(group, name_) for group, name_ in kinds):
        yield Fault("kind", f"cluster {cluster} knows no kind `{kind}`", "correct it, or use the cluster that has it")
    elif name:
        yield from _one(cluster, kinds, namespace, name, world, place)
    elif verb == "get" and given.value("--selector", "-l") is None and not _any(cluster, kinds, namespace, world):
        where = f"namespace {namespace} of {cluster}" if namespace else f"cluster {cluster}"
        yield Fault("lists-nothing", f"there is no `{kind}` in {where}", "name what exists there")


def _any(cluster: str, kinds: set[tuple[str, str]], namespace: str | None, world: World) -> bool:
    unseen = {"Pod", "Node", "Event", "Job", "ReplicaSet", "PersistentVolume"}
    if {kind for _, kind in kinds} & unseen or any(world.of_kind(cluster, kinds, namespace)):
        return True
    return not any(
        True for other in world.clusters for _ in world.of_kind(other, kinds, None)
    )  # programs alone make it


def _one(
    cluster: str, kinds: set[tuple[str, str]], namespace: str | None, name: str, world: World, place: Place
) -> Iterator[Fault]:
    if is_placeholder(name) or name in place.objects or {kind for _, kind in kinds} <= {"Pod", "Node", "Event", "Job"}:
        return
    if world.named(cluster, kinds, namespace, name) is None:
        kind = "/".join(sorted({kind for _, kind in kinds}))
        known = [identity.name for identity in world.of_kind(cluster, kinds, namespace)]
        near = difflib.get_close_matches(name, known, 1)
        where = f"{namespace or 'any namespace'} of {cluster}"
        advice = f"did you mean `{near[0]}`?" if near else "name one that exists"
        yield Fault("object", f"there is no {kind} `{name}` in {where}", advice)


def _ports(cluster: str, namespace: str | None, name: str, pairs: list[str], world: World) -> Iterator[Fault]:
    found = world.named(cluster, {("", "Service")}, namespace, name)
    ports = world.clusters[cluster].parts.get(found or Identity("", "", "", ""))
    for pair in pairs:
        port = pair.rpartition(":")[2]
        if ports is not None and port not in ports and not is_placeholder(port):
            yield Fault("port", f"Service {name} has no port {port}", f"write one of {', '.join(sorted(ports))}")

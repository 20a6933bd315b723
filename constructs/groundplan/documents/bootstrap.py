"""bootstrap.md: from empty accounts to a system that serves users."""

from __future__ import annotations

import json

from groundplan.addons.catalogue import catalogue
from groundplan.delivery.applications import SYNC_OPTIONS
from groundplan.delivery.member import application_name
from groundplan.documents import after_creation, machines
from groundplan.documents.kubectl import context
from groundplan.documents.management import by_hand, elsewhere, management_cluster
from groundplan.facts.cloud_names import MANAGEMENT
from groundplan.facts.standby import stands_in
from groundplan.facts.system import System
from groundplan.layout import argocd_dir, component_dir
from groundplan.markdown import bullets, document, link, section, shell, table
from groundplan.model.environment import Environment
from groundplan.platforms.pages import pages_of
from groundplan.platforms.registry import platform_of


def page(system: System) -> str:
    """The whole page."""
    return document(
        f"{system.primary.title}: bootstrap",
        "Done once for each cluster, in this order. Afterwards everything changes through Git.",
        *(
            section(f"{number}. {title}", *blocks)
            for number, (title, blocks) in enumerate(_steps(system).items(), 1)
            if blocks
        ),
    )


def _steps(system: System) -> dict[str, list[str]]:
    """What is done, in order; a management cluster has no other that rents for it."""
    primary, own = system.primary, management_cluster(system)
    steps = {"What must exist": [bullets(_given(system))]}
    if own is not None:
        steps["The cluster"] = by_hand(own)
    else:
        steps["The management cluster"] = _elsewhere(system) if _is_described(primary) else _management(system)
    if own is None:
        steps["Clouds and clusters"] = _clusters(system)
    if primary.secrets is not None:  # a vault and its keys are made with the cloud
        steps["Secrets"] = [f"Put every value into its store as {link('the secrets page', 'secrets.md')} says."]
    steps["Workloads" if primary.has_workloads else "Argo CD and the controllers"] = _workloads(system)
    steps["Check"] = _check(system)
    return steps


def _elsewhere(system: System) -> list[str]:
    return [*elsewhere(system.primary), *pages_of(system.primary).on_shared_management(system)]


def _is_described(environment: Environment) -> bool:
    """Whether another system describes the management cluster, and this one rents anything by it."""
    return environment.delivery.management_cluster is not None and pages_of(environment).controllers is not None


def _given(system: System) -> list[str]:
    accounts = sorted({platform_of(item).account for item in system.environments} - {""})
    return [
        *(f"account `{account}`, with somebody who may create roles in it" for account in accounts),
        f"this repository at {system.primary.delivery.repository.url}, readable by Argo CD",
        "`git`, `kubectl`, `helm` and Python on the machine you work from",
        *pages_of(system.primary).given(system),
    ]


def _management(system: System) -> list[str]:
    primary = system.primary
    platform = pages_of(primary)
    if platform.controllers is None:
        return ["None is needed: the cluster exists already."]
    return [
        f"A small cluster that runs Argo CD and {platform.controllers} and holds the cloud resources of every system as objects. "
        "It is the one thing made by hand; one is enough for all systems, and losing it stops changes to the cloud but "
        "not the workloads.",
        *platform.management(system),
        section("Argo CD on it", _install_argocd(primary, MANAGEMENT), level=3),
    ]


ARGOCD = "argo-cd"
"""Its name in the add-on catalogue, and its release."""


def _install_argocd(environment: Environment, context: str) -> str:
    """The very release that its own Application takes over; its configuration is no part of the chart."""
    add_on = catalogue()[ARGOCD]
    namespace = environment.delivery.namespace
    settings = component_dir(environment.system, environment.environment, "argocd") / namespace
    kubectl = f"kubectl --context {context}"
    return shell(
        f"{kubectl} create namespace {namespace}",
        f"{kubectl} apply --server-side -f {settings}/ConfigMap-argocd-cm.yaml -f {settings}/ConfigMap-argocd-rbac-cm.yaml",
        f"groundplan values {environment.system}/{environment.environment} {ARGOCD} | helm upgrade --install argo-cd {add_on.chart} --repo {add_on.repository} "
        f"--version {add_on.version_for(environment.cluster.kubernetes)} --kube-context {context} "
        f"--namespace {namespace} --values -",
    )


def _clusters(system: System) -> list[str]:
    platform = pages_of(system.primary)
    if platform.controllers is None:
        return ["The clusters exist already; give the people on call a context for each."]
    folders = [f"{argocd_dir(item.system, item.environment)}/root-management/" for item in system.in_order]
    return [
        *_leave_on_management(system),
        *platform.before_creation(system),
        "On the management cluster, once; it then creates networks, clusters, buckets and identities, and keeps them:",
        shell(*(f"kubectl --context management apply -f {folder}" for folder in folders)),
        "An environment without cloud resources of its own has no such folder. A cluster takes about a quarter of an hour.",
        table(
            ["Cluster", "Region", "Context"],
            [(context(item), item.region, f"`{context(item)}`") for item in system.clusters_in_order],
        ),
        *platform.after_creation(system),
        *after_creation.ids(system),
        *(block for item in system.clusters_in_order for block in machines.first_steps(item)),
        *platform.inside(system),
        section("Wait for the clouds", *_clouds_are_there(system), level=3),
    ]


def _clouds_are_there(system: System) -> list[str]:
    """Some identities are handed to a pod when it is made and never later, so they are there before the first pod."""
    namespace = system.primary.delivery.management_namespace
    roots = [f"applications.argoproj.io/{application_name(item, 'root', management=True)}" for item in system.in_order]
    return [
        "What follows needs identities, stores and the way to them: a pod that is made before its identity never gets it.",
        shell(
            *(
                f"kubectl --context {MANAGEMENT} --namespace {namespace} wait {root} "
                "--for=jsonpath={.status.health.status}=Healthy --timeout=90m"
                for root in roots
            )
        ),
    ]


def _workloads(system: System) -> list[str]:
    blocks = [*_first_images(system)]
    for cluster in system.clusters_in_order:
        name = context(cluster)
        tenants = [item for item in system.environments if system.cluster_of(item) is cluster and item is not cluster]
        blocks.append(
            section(
                f"Cluster {name}",
                "Argo CD first; from its first sync on it manages itself from Git.",
                _install_argocd(cluster, name),
                *_credentials(cluster, name),
                "Then the roots, the cluster's own before its tenants': what those bring needs kinds that it brings."
                if tenants
                else "Then its root:",
                shell(*_roots(cluster, tenants, name)),
                *_held([cluster, *tenants], name),
                level=3,
            )
        )
    return blocks


def _first_images(system: System) -> list[str]:
    """What the system's own workflows push before anything can run; nobody else makes these images."""
    chapter = system.primary.pipelines
    if chapter is None:
        return []
    where = f"`{chapter.repository}`" if chapter.repository else "the repository with the code"
    committed, released, together = (chapter.built_on(what) for what in ("commit", "release", "tag"))
    pushes = [f"git push origin {branch}" for branch in chapter.delivered_branches if committed]
    tags = [*(f"{name}/VERSION" for name in released), *(["VERSION"] if together else [])]
    tagged = [line for tag in tags for line in (f"git tag {tag}", f"git push origin {tag}")]
    return [
        section(
            "Images",
            f"No service runs before its image is in the registry. In {where}, with the settings that "
            f"{link('its page', 'deploy-and-rollback.md')} lists; each version is the one its environment names, and tags are "
            "pushed one by one, for of more than three at once GitHub starts nothing:",
            shell(*pushes, *tagged),
            "Wait for the jobs that build. Those that deploy find nothing running yet and may give up; run them again at the end.",
            level=3,
        )
    ]


def _leave_on_management(system: System) -> list[str]:
    """The management cluster's Argo CD reads every system's repository, each by a secret of its own."""
    delivery = system.primary.delivery
    return _leave(MANAGEMENT, delivery.management_namespace, delivery.repository.url, f"{system.name}-repository")


def _credentials(cluster: Environment, context: str) -> list[str]:
    return _leave(context, cluster.delivery.namespace, cluster.delivery.repository.url, "platform-repository")


def _leave(context: str, namespace: str, url: str, secret: str) -> list[str]:
    """Argo CD reads the repository by its own account; the password is in no history and no process list."""
    kubectl = f"kubectl --context {context} --namespace {namespace}"
    return [
        "Where the repository is not public, give Argo CD an account that may read it; the password or token is pasted and "
        "ended with Ctrl-D twice:",
        shell(
            f"{kubectl} create secret generic {secret} --from-literal=type=git "
            f"--from-literal=url={url} --from-literal=username=git --from-file=password=/dev/stdin",
            f"{kubectl} label secret {secret} argocd.argoproj.io/secret-type=repository",
        ),
    ]


def _held(items: list[Environment], context: str) -> list[str]:
    """The first sync of what a window holds, or of everything where nothing is synced by itself."""
    held = [(item, name) for item in items for name in _waits_for_people(item)]
    if not held:
        return []
    lines = []
    for item, name in held:
        kubectl = f"kubectl --context {context} --namespace {item.delivery.namespace}"
        application = f"applications.argoproj.io/{application_name(item, name, management=False)}"
        lines.append(f"{kubectl} wait {application} --for=create --timeout=60m")
        lines.append(f"{kubectl} patch {application} --type merge --patch '{FIRST_SYNC}'")
    return [
        "Releases wait for their window, the first one too, and everything after them with it. Sync these once by hand:",
        shell(*lines),
    ]


FIRST_SYNC = json.dumps({"operation": {"sync": {"syncStrategy": {"hook": {}}, "syncOptions": [*SYNC_OPTIONS]}}})
"""A sync by hand; whoever asks for one so says the options too, for those of the Application are for its own syncs.

See https://argo-cd.readthedocs.io/en/stable/user-guide/sync-kubectl/ .
"""


def _waits_for_people(environment: Environment) -> list[str]:
    """Services whose releases wait for a window that opens at its hours alone."""
    opens = any(window.kind == "allow" for window in environment.delivery.windows.values())
    return sorted(environment.services) if opens and not stands_in(environment) else []


def _roots(cluster: Environment, tenants: list[Environment], context: str) -> list[str]:
    kubectl = f"kubectl --context {context}"
    apply = [
        f"{kubectl} apply -f {argocd_dir(item.system, item.environment)}/root-applications/"
        for item in (cluster, *tenants)
    ]
    root = application_name(cluster, "root", management=False)
    wait = (
        f"{kubectl} --namespace {cluster.delivery.namespace} wait applications.argoproj.io/{root} "
        "--for=jsonpath={.status.health.status}=Healthy --timeout=60m"
    )
    return [apply[0], wait, *apply[1:]] if tenants else apply


def _check(system: System) -> list[str]:
    lines = [
        f"kubectl --context {context(item)} --namespace {item.delivery.namespace} get applications.argoproj.io"
        for item in system.clusters_in_order
    ]
    hosts = [
        f"curl --fail https://{host}{exposed.health}"
        for item in system.promotions
        for host, exposed in item.public_hosts.items()
    ]
    healthy = "Every Application is Synced and Healthy" + (", and every host answers." if hosts else ".")
    return [shell(*lines, *hosts), healthy]

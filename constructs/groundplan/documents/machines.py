"""What people do once for a cluster of machines, before Argo CD can run on it. See https://cluster-api.sigs.k8s.io/ ."""

from __future__ import annotations

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.documents.kubectl import context
from groundplan.facts.cloud_names import MANAGEMENT, management_namespace
from groundplan.markdown import section, shell
from groundplan.model.environment import Environment
from groundplan.platforms.pages import pages_of


def first_steps(environment: Environment) -> list[str]:
    """Its context, the way to it, and what makes nodes of its machines; nothing where the cluster is managed."""
    if environment.cluster.cluster_api is None:
        return pages_of(environment).way_in(environment)
    return [*_context(environment), *pages_of(environment).way_in(environment), *_nodes(environment)]


def _context(environment: Environment) -> list[str]:
    name, namespace = environment.cluster.name, management_namespace(environment)
    management = f"kubectl --context {MANAGEMENT} --namespace {namespace}"
    file = f"{name}.kubeconfig"
    return [
        section(
            f"The machines of {name}",
            "They are made once the network's ids are written back and merged. The first machine of the control plane "
            "answers after some minutes; whoever holds what these lines write administers the cluster, so keep it to yourself:",
            shell(
                f"{management} wait clusters.cluster.x-k8s.io/{name} --for=condition=ControlPlaneInitialized --timeout=30m",
                f"{management} get secret {name}-kubeconfig --output 'jsonpath={{.data.value}}' | base64 --decode > {file}",
                f'export KUBECONFIG="${{KUBECONFIG:-$HOME/.kube/config}}:$PWD/{file}"',
                f"kubectl config rename-context {name}-admin@{name} {context(environment)}",
            ),
            level=3,
        )
    ]


def _nodes(environment: Environment) -> list[str]:
    """The very releases that their Applications take over."""
    place = f"{environment.system}/{environment.environment}"
    lines = [
        f"groundplan values {place} {name} | helm upgrade --install {name} {add_on.chart} --repo {add_on.repository} "
        f"--version {add_on.version_for(environment.cluster.kubernetes)} --kube-context {context(environment)} "
        f"--namespace {add_on.namespace} --create-namespace --values -"
        for name in needed(environment)
        if (add_on := catalogue()[name]).starts_nodes is not None
    ]
    return [
        section(
            f"Nodes of {environment.cluster.name}",
            "A machine is no node before pods have a network and the cloud has said who it is, and Argo CD needs nodes. "
            "So these come by hand once; from Argo CD's first sync on they are like everything else:",
            shell(
                *lines, f"kubectl --context {context(environment)} wait nodes --all --for=condition=Ready --timeout=15m"
            ),
            *pages_of(environment).pod_identities(environment),
            level=3,
        )
    ]

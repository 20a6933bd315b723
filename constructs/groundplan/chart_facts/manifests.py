"""Facts in the shape of Kubernetes objects again, for rules that are written over objects.

They hold what the facts hold and nothing else: no values of variables, no contents of configuration.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from groundplan.chart_facts.facts import ChartFacts
from groundplan.chart_facts.pods import Container, Pod
from groundplan.chart_facts.rights import Binding, Role
from groundplan.chart_facts.traffic import Service

Json = dict[str, Any]

A_VALUE = "(not recorded)"
"""Stands for the value of a variable that the manifest holds."""


def manifests(facts: ChartFacts) -> Iterator[Json]:
    """Workloads, Services, roles, bindings and budgets; what an operator makes is not among them."""
    for pod in facts.pods:
        if not pod.operated:
            yield _workload(pod)
    for service in facts.services:
        yield _service(service)
    for role in facts.roles:
        yield _role(role)
    for binding in facts.bindings:
        yield _binding(binding)
    for budget in facts.budgets:
        demands = {"minAvailable": budget.min_available, "maxUnavailable": budget.max_unavailable}
        spec = {"selector": budget.selector, **{key: value for key, value in demands.items() if value is not None}}
        yield _object("policy/v1", "PodDisruptionBudget", budget.name, budget.namespace, {}, {"spec": spec})


def pod_specs(facts: ChartFacts) -> Iterator[tuple[Pod, Json]]:
    """The spec of every pod, those included that an operator makes of the chart's own custom resources."""
    return ((pod, _pod_spec(pod)) for pod in facts.pods)


def _object(
    api_version: str, kind: str, name: str, namespace: str, labels: Mapping[str, str], rest: Mapping[str, Any]
) -> Json:
    metadata = {
        "name": name,
        **({"namespace": namespace} if namespace else {}),
        **({"labels": labels} if labels else {}),
    }
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **rest}


def _workload(pod: Pod) -> Json:
    template = {"metadata": {"labels": pod.labels, "annotations": pod.annotations}, "spec": _pod_spec(pod)}
    counted = {} if pod.replicas is None or pod.kind in ("Job", "CronJob") else {"replicas": pod.replicas}
    spec: Json = {"jobTemplate": {"spec": {"template": template}}} if pod.kind == "CronJob" else {"template": template}
    if pod.kind == "Pod":
        spec, counted = _pod_spec(pod), {}
    return _object(pod.api_version, pod.kind, pod.name, pod.namespace, pod.own_labels, {"spec": {**counted, **spec}})


def _pod_spec(pod: Pod) -> Json:
    said: Json = {
        "serviceAccountName": pod.account,
        "hostNetwork": pod.host_network,
        "hostPID": pod.host_pid,
        "hostIPC": pod.host_ipc,
        "securityContext": pod.security,
        "priorityClassName": pod.priority,
        "nodeSelector": pod.node_selector,
        "tolerations": pod.tolerations,
        "affinity": pod.affinity,
        "topologySpreadConstraints": pod.spread,
        "volumes": [{"name": volume.name, volume.kind: {}} for volume in pod.volumes],
        "initContainers": [_container(item) for item in pod.containers if item.initial],
        "containers": [_container(item) for item in pod.containers if not item.initial],
    }
    token = {} if pod.token is None else {"automountServiceAccountToken": pod.token}
    return {**{key: _plain(value) for key, value in said.items() if value}, **token}


def _container(item: Container) -> Json:
    said: Json = {
        "name": item.name,
        "image": item.image,
        "ports": [
            {"containerPort": port.number, "protocol": port.protocol, **({"hostPort": port.host} if port.host else {})}
            for port in item.ports
        ],
        "resources": {key: value for key, value in (("requests", item.requests), ("limits", item.limits)) if value},
        "securityContext": item.security,
        "env": [{"name": name, "value": A_VALUE} for name in item.literals],
        **{f"{probe.purpose}Probe": {probe.action: {}} for probe in item.probes},
    }
    return {key: _plain(value) for key, value in said.items() if value}


def _service(service: Service) -> Json:
    ports = [{"port": port.number, "targetPort": port.target, "protocol": port.protocol} for port in service.ports]
    spec = {"type": service.type, "selector": service.selector, "ports": ports}
    return _object("v1", "Service", service.name, service.namespace, service.labels, {"spec": _plain(spec)})


def _role(role: Role) -> Json:
    rules = [
        {
            "verbs": rule.verbs,
            **({"apiGroups": rule.groups} if rule.groups else {}),
            **({"resources": rule.resources} if rule.resources else {}),
            **({"resourceNames": rule.names} if rule.names else {}),
            **({"nonResourceURLs": rule.urls} if rule.urls else {}),
        }
        for rule in role.rules
    ]
    rights = "rbac.authorization.k8s.io/v1"
    return _object(rights, role.kind, role.name, role.namespace, role.labels, {"rules": _plain(rules)})


def _binding(binding: Binding) -> Json:
    subjects = [{"kind": subject.kind, "name": subject.name} for subject in binding.subjects]
    rest = {"roleRef": {"kind": binding.role_kind, "name": binding.role}, "subjects": subjects}
    return _object("rbac.authorization.k8s.io/v1", binding.kind, binding.name, binding.namespace, binding.labels, rest)


def _plain(value: Any) -> Any:
    """Lists in place of tuples, dicts in place of other mappings."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list | tuple) else value

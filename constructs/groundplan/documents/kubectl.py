"""The words of a `kubectl` command: a service's workload, and what takes it back."""

from __future__ import annotations

from groundplan.model.environment import Environment
from groundplan.model.services import Service
from groundplan.platforms.pages import pages_of


def context(environment: Environment) -> str:
    """Context of the environment's cluster: its name with the platform, which is what the platform's tool writes."""
    return pages_of(environment).context(environment)


def kubectl(environment: Environment, namespace: str | None = None) -> str:
    """`kubectl` that speaks to the environment's cluster and to a namespace of it. Default its own namespace."""
    return f"kubectl --context {context(environment)} --namespace {namespace or environment.namespace}"


def workload(name: str, service: Service) -> str:
    """What `kubectl` calls the object that runs a service's pods."""
    return f"rollout.argoproj.io/{name}" if service.is_progressive else f"deployment/{name}"


def undo(name: str, service: Service) -> str:
    """What takes a service back to the version before, without Git."""
    return f"argo rollouts undo {name}" if service.is_progressive else f"rollout undo deployment/{name}"

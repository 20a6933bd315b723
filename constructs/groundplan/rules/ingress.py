"""What the ingress chapter must agree on: certificates its controller can serve, and as many pods as it may have."""

from __future__ import annotations

from collections.abc import Iterator

from groundplan.model.environment import Environment
from groundplan.model.ingress import ACME_SOLVER_REGISTRY
from groundplan.platforms.registry import platform_of
from groundplan.rules.problem import Problem


def certificates_are_named(environment: Environment) -> Iterator[Problem]:
    """ingress-nginx serves what it is told to; other controllers find a host's certificate by its name."""
    ingress = environment.ingress
    if ingress is None or ingress.type != "nginx":
        return
    named = [key for key in ("certificate", "acme_email", "self_signed") if getattr(ingress, key)]
    if not named:
        yield (
            ("ingress", "type"),
            "ingress-without-certificate",
            "is nginx, which finds no certificate by itself",
            "write acme_email to draw certificates, or certificate with the name of a Secret",
        )
    if ingress.self_signed and len(named) > 1:
        what = f"is true beside {named[0]}, and one of them would never be used"
        yield ("ingress", "self_signed"), "two-certificates", what, f"remove it, or {named[0]}"


def certificates_are_drawn(environment: Environment) -> Iterator[Problem]:
    """Admission must let in the pod that answers the certificate authority, in the services' own namespace."""
    ingress = environment.ingress
    if ingress is None or ingress.type != "nginx" or not ingress.acme_email:
        return
    mirrored = environment.platform.settings.mirror
    if not mirrored and not any(
        ACME_SOLVER_REGISTRY.startswith(prefix) for prefix in environment.policy.registries.values()
    ):
        yield (
            ("ingress", "acme_email"),
            "solver-refused",
            f"needs a pod of {ACME_SOLVER_REGISTRY}, which policy.registries does not list",
            "add it there, write `mirror: true` in the platform's chapter, or name a certificate instead",
        )


def controllers_scale(environment: Environment) -> Iterator[Problem]:
    """The most pods are no fewer than the fewest."""
    ingress = environment.ingress
    if ingress is not None and ingress.replicas_max < ingress.replicas:
        what = f"{ingress.replicas_max} is less than replicas {ingress.replicas}"
        yield ("ingress", "replicas_max"), "ingress-replicas", what, f"write {ingress.replicas} or more"


def controller_is_offered(environment: Environment) -> Iterator[Problem]:
    """Any cluster can run ingress-nginx; the platform offers the others."""
    ingress, offered = environment.ingress, {"nginx", *platform_of(environment).ingress_controllers}
    if ingress is not None and ingress.type not in offered:
        what = f"is {ingress.type}, which a cluster of {environment.platform_name} does not have"
        yield ("ingress", "type"), "ingress-elsewhere", what, f"write {' or '.join(sorted(offered))}"


INGRESS_RULES = (controller_is_offered, certificates_are_named, certificates_are_drawn, controllers_scale)

"""An environment as Argo CD knows it: how its Applications are called, which projects bound them, and who may sync them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from groundplan.delivered import Delivered
from groundplan.facts.reports import reported_services
from groundplan.facts.standby import stands_in, waits
from groundplan.model.delivery import Delivery
from groundplan.model.environment import Environment


@dataclass(frozen=True, kw_only=True, slots=True)
class Member:
    """One environment of those whose Applications one Argo CD delivers: the owner of the cluster, or a tenant."""

    system: str
    """Name of the system."""

    environment: str
    """Name of the environment."""

    title: str
    """What the system is called by people."""

    team: str
    """The team that owns it."""

    delivery: Delivery
    """What is written of its delivery."""

    has_cluster: bool = True
    """Whether it owns the cluster that it is delivered to. Default true."""

    released: frozenset[str] = frozenset()
    """Services whose releases wait for their hours. Default none, as in a standby: it takes over at any."""

    reported: Mapping[str, str] = field(default_factory=dict)
    """Services whose commits get a status, each with its name. Default none."""

    comes_and_goes: bool = False
    """Whether its services are one day taken out of service and brought back. Default false."""

    @property
    def suffix(self) -> str:
        """End of the names of its Applications."""
        return self.delivery.suffix or self.environment

    def application(self, component: str, *, management: bool) -> str:
        """Name of a component's Application; the management cluster is shared, so there it carries the system too."""
        name = f"{component}-{self.suffix}"
        return f"{self.system}-{name}" if management else name

    def project(self, item: Delivered) -> str:
        """The project of a component.

        The management cluster serves many environments, so each has a project of its own there. On a workload cluster the
        operators are apart from the system: only their project may bring definitions, webhooks and cluster roles.
        """
        if item.management:
            return f"{self.system}-cloud-{self.environment}"
        own = self.delivery.project or self.system
        return f"{own}-operators" if item.helm is not None or item.privileged else own

    def bootstrap_project(self, *, management: bool) -> str:
        """Project of its root; the management cluster has one for each system, because each has its repository."""
        return f"{self.system}-bootstrap" if management else "bootstrap"


def member(environment: Environment) -> Member:
    """What Argo CD knows of an environment."""
    return Member(
        system=environment.system,
        environment=environment.environment,
        title=environment.title,
        team=environment.owner.team,
        delivery=environment.delivery,
        has_cluster=environment.has_cluster,
        released=frozenset() if stands_in(environment) or waits(environment) else frozenset(environment.services),
        reported=reported_services(environment),
        comes_and_goes=environment.recovery is not None,
    )


def application_name(environment: Environment, component: str, *, management: bool) -> str:
    """Name of the Application that brings a component of an environment."""
    return member(environment).application(component, management=management)

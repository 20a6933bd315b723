"""A system: all its environments together, and the part each of them plays."""

from __future__ import annotations

from dataclasses import dataclass

from groundplan.facts.standby import has_taken_over, stands_in
from groundplan.model.environment import Environment

_STAGES = {"development": 0, "staging": 1, "production": 2}


@dataclass(frozen=True, slots=True)
class System:
    """Every environment of one system; what is rendered once per system derives from this."""

    environments: tuple[Environment, ...]
    """At least one, all of the same system."""

    @property
    def name(self) -> str:
        """Name of the system."""
        return self.environments[0].system

    @property
    def sources(self) -> tuple[str, ...]:
        """Every file that what is rendered once for the system depends on."""
        return tuple(dict.fromkeys(file for item in self.environments for file in item.sources))

    @property
    def own_sources(self) -> tuple[str, ...]:
        """Files of manifests and of components in Python that stand beside those of the environments."""
        own = [item.own_files for item in self.environments]
        components = [part.file for files in own for part in files.components]
        manifests = [item.location.file for files in own for part in files.manifests.values() for item in part]
        return tuple(dict.fromkeys([*components, *manifests]))

    @property
    def primary(self) -> Environment:
        """The environment that serves users; it speaks for the system where one environment must."""
        return self.promotions[-1] if self.promotions else self.environments[0]

    @property
    def serving(self) -> Environment:
        """The environment that has the data now: the primary, or the standby that has taken over from it."""
        standby = self.standby_of(self.primary)
        return standby if standby is not None and has_taken_over(standby) else self.primary

    @property
    def promotions(self) -> tuple[Environment, ...]:
        """The environments a new version passes through, in order: development, staging, production.

        A standby is not among them: it takes every version together with its peer.
        """
        serving = [item for item in self.environments if item.has_workloads and not stands_in(item)]
        return tuple(sorted(serving, key=lambda item: (_STAGES[item.stage], item.environment)))

    @property
    def clusters(self) -> tuple[Environment, ...]:
        """The environments that bring a cluster."""
        return tuple(item for item in self.environments if item.has_cluster)

    @property
    def in_order(self) -> tuple[Environment, ...]:
        """The environments, what others stand on first: clusters before their tenants, a standby after its peer."""
        return tuple(
            sorted(self.environments, key=lambda item: (stands_in(item), item.host is not None, item.environment))
        )

    @property
    def clusters_in_order(self) -> tuple[Environment, ...]:
        """Those of them that bring a cluster."""
        return tuple(item for item in self.in_order if item.has_cluster)

    def named(self, environment: str) -> Environment:
        """The environment of that name."""
        return next(item for item in self.environments if item.environment == environment)

    def standby_of(self, environment: Environment) -> Environment | None:
        """The environment that takes over when `environment` is lost; none where there is none."""
        return next(
            (
                item
                for item in self.environments
                if item.recovery is not None and stands_in(item) and item.recovery.peer == environment.environment
            ),
            None,
        )

    def cluster_of(self, environment: Environment) -> Environment:
        """The environment whose cluster `environment` runs on: its own, or its host's."""
        return environment if environment.host is None else self.named(environment.host)

"""The tree as rights see it: which objects lie on which cluster, and which ServiceAccounts there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any

from groundplan.checks.catalogue import POD_TEMPLATES
from groundplan.checks.cloud_names import cloud_name
from groundplan.checks.effects import effects
from groundplan.checks.gate import Context
from groundplan.checks.identity.cloud import Cloud
from groundplan.checks.identity.rights import Account, address
from groundplan.checks.inventory import Inventory, Object
from groundplan.model.environment import Environment


class Landscape:
    """Every object by kind and place, and the environments that explain them."""

    def __init__(self, inventory: Inventory, context: Context, made: Mapping[str, frozenset[Account]]) -> None:
        self.inventory = inventory
        self.context = context
        self.made_accounts = made
        """ServiceAccounts that charts and operators are known to bring, by cluster."""

    def of(self, group: str, kind: str) -> tuple[Object, ...]:
        """Every object of a kind."""
        return self.inventory.by_kind.get((group, kind), ())

    def cluster_of(self, scope: str) -> str:
        """The cluster that the pods of an environment run on."""
        environment = self.context.environments.get(scope)
        return f"{environment.system}/{environment.host or environment.environment}" if environment else scope

    def environments_on(self, cluster: str) -> list[Environment]:
        """Environments that live on a cluster."""
        return [item for scope, item in self.context.environments.items() if self.cluster_of(scope) == cluster]

    def refers(self, item: Object, reference: Mapping[str, Any], group: str = "", kind: str = "") -> Object | None:
        """The object that a reference of a rented resource names, beside the resource itself."""
        wanted = (str(reference.get("group", group)), str(reference.get("kind", kind)))
        return self.inventory.find(item.cluster, *wanted, item.namespace, str(reference.get("name", "")))

    @cached_property
    def clouds(self) -> tuple[Cloud, ...]:
        """Whoever knows the rights of one cloud."""
        return tuple(module.READER(self) for module in effects("identity"))

    def places(self, item: Object) -> tuple[str, ...]:
        """The address of a rented resource and of everything it lies in."""
        return next((found for cloud in self.clouds if (found := cloud.places(item))), (address(item),))

    def named(self, group: str, kind: str, name: str) -> Object | None:
        """The rented resource that its cloud calls so, whichever environment it belongs to."""
        return next((item for item in reversed(self.of(group, kind)) if cloud_name(item) == name), None)

    @cached_property
    def pods(self) -> tuple[tuple[Object, Mapping[str, Any]], ...]:
        """Every rendered workload with its pod template."""
        kinds = (item for group, kind in POD_TEMPLATES for item in self.of(group, kind))
        return tuple((item, template) for item in kinds for template in _template(item))

    @cached_property
    def accounts(self) -> Mapping[tuple[str, str, str], Object]:
        """Rendered ServiceAccounts by cluster, namespace and name."""
        return {(item.cluster, item.namespace, item.name): item for item in self.of("", "ServiceAccount")}

    def knows(self, cluster: str, account: Account) -> bool:
        """Whether a ServiceAccount is rendered, or known to be made."""
        return (cluster, *account) in self.accounts or account in self.made_accounts.get(cluster, frozenset())

    def charts_on(self, cluster: str) -> Iterator[tuple[Object, str]]:
        """Applications of a cluster that install a chart, with its name."""
        for release in self.inventory.releases:
            if release.cluster == cluster:
                yield release.application, release.chart.rpartition("/")[2]


def account_of(item: Object, template: Mapping[str, Any]) -> Account:
    """The ServiceAccount of a workload's pods."""
    return item.namespace, str((template.get("spec") or {}).get("serviceAccountName", "default"))


def containers(template: Mapping[str, Any]) -> Iterable[Mapping[str, Any]]:
    """Every container of a pod template."""
    spec = template.get("spec") or {}
    return [*spec.get("containers", []), *spec.get("initContainers", [])]


def scripts(template: Mapping[str, Any]) -> str:
    """What the containers of a pod run, and what they are told, as one text."""
    words = [
        str(word)
        for container in containers(template)
        for word in (
            *container.get("command", []),
            *container.get("args", []),
            *(entry.get("value", "") for entry in container.get("env", [])),
        )
    ]
    return "\n".join(words)


def _template(item: Object) -> Iterator[Mapping[str, Any]]:
    path = POD_TEMPLATES.get((item.group, item.kind))
    if path is None:
        return
    value: Any = item.document
    for step in path:
        value = value.get(step, {}) if isinstance(value, Mapping) else {}
    yield value

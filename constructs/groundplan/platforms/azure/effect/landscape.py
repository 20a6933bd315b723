"""The tree as Azure's rights see it: what writes its id where, what Azure calls a resource, and what lies in what."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

from groundplan.checks.identity.landscape import Landscape
from groundplan.checks.identity.rights import Holder, address
from groundplan.checks.inventory import Object

GROUPS = ".azure.com"


class AzureLandscape(Landscape):
    """Every object by kind and place, with what Azure's operator says of its own."""

    @cached_property
    def exports(self) -> Mapping[tuple[str, str, str], Object]:
        """Who writes a value to a ConfigMap of the management cluster, by namespace, name and key."""
        found: dict[tuple[str, str, str], Object] = {}
        for item in self.inventory.manifests:
            spec = item.spec.get("operatorSpec") or {}
            named = [*(spec.get("configMaps") or {}).values(), *(spec.get("configMapExpressions") or [])]
            for entry in named:
                found[item.namespace, str(entry["name"]), str(entry["key"])] = item
        return found

    @cached_property
    def _holders(self) -> Mapping[str, Holder]:
        return {
            address(item): (namespace, name)
            for (namespace, name, key), item in self.exports.items()
            if key == "principalId"
        }

    def holder_of(self, item: Object) -> Holder | None:
        """Where the id of a resource's identity is written; None where it is written nowhere."""
        return self._holders.get(address(item))

    def called_in_azure(self, kind: str, name: str) -> Object | None:
        """The rented resource of that type, as Azure's ids write it: `registries` for a Registry."""
        fitting = (item for item in self._by_name.get(name, ()) if kind.lower().startswith(item.kind.lower()[:-1]))
        return next(fitting, None)

    @cached_property
    def _by_name(self) -> Mapping[str, list[Object]]:
        found: dict[str, list[Object]] = {}
        for item in self.inventory.manifests:
            if "azureName" in item.spec:
                found.setdefault(str(item.spec["azureName"]), []).append(item)
        return found

    def places(self, item: Object) -> tuple[str, ...]:
        """The address of a resource of Azure's and of everything it lies in; nowhere where it is another's."""
        if not item.group.endswith(GROUPS):
            return ()
        found, current = [address(item)], item
        while (owner := self._owner(current)) is not None and address(owner) not in found:
            found.append(address(owner))
            current = owner
        return tuple(found)

    def _owner(self, item: Object) -> Object | None:
        owner = item.spec.get("owner")
        if not isinstance(owner, Mapping) or "name" not in owner:
            return None
        if "kind" in owner:
            return self.refers(item, owner)
        return self._beside.get((item.namespace, str(owner["name"])))

    @cached_property
    def _beside(self) -> Mapping[tuple[str, str], Object]:
        """Rented resources by namespace and name; names are unique enough there to own something."""
        return {
            (item.namespace, item.name): item
            for item in self.inventory.manifests
            if item.group.endswith(GROUPS) and item.kind != "RoleAssignment"
        }

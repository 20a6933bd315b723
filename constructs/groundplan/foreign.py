"""A component whose objects come from anybody's constructs: cdk8s itself, cdk8s-plus, imported classes, Include, Helm.

Everything below the chart reaches the tree, with the namespace and the labels every component gives its objects.
Names must be given: cdk8s would otherwise derive them from the place of a construct in the Python, and moving a line
would delete one object and make another. cdk8s-plus lets selectors match a hash of that place as well
(`cdk8s.io/metadata.addr`), so pods get, and selectors match, `app: <name of the workload>` instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import cdk8s

from groundplan.errors import ConstructError
from groundplan.kubernetes.kinds import is_cluster_scoped
from groundplan.kubernetes.labels import selector_labels
from groundplan.parts import Component, Json, Manifest

ADDRESS = "cdk8s.io/metadata.addr"
"""Label by which cdk8s-plus connects a selector with the pods of one of its workloads."""

LONGEST_CRON_JOB_NAME = 52
"""What cdk8s cuts derived names of CronJobs to; the controller appends to them."""


@dataclass(frozen=True, slots=True)
class Found:
    """An object below a component, and where in the construct tree it stands."""

    path: str
    """Path of the construct, without what cdk8s-plus calls its own object."""

    document: Json
    """The object as its library renders it."""


class OpenComponent(Component):
    """A component that takes in every ApiObject below it, however deep and whoever made it."""

    def documents(self) -> Iterator[Json]:
        """Every object, our own first, then those of others in the order of the tree.

        Raises:
            ConstructError: for an object without a name of its own, one that is there twice, or one a library refuses.
        """
        return iter(self._documents)

    @cached_property
    def _documents(self) -> list[Json]:
        found = [Found(path, _without_nulls(document)) for path, document in self._found()]
        addresses = _addresses(found)
        documents = list(super().documents())
        documents += [self._taken_in(item, addresses) for item in found]
        _refuse_twins(self.name, documents)
        return documents

    def _found(self) -> Iterator[tuple[str, Json]]:
        for construct in self.node.find_all():
            if isinstance(construct, Manifest):
                continue
            for problem in construct.node.validate():
                raise ConstructError(construct.node.path, problem, "see the documentation of its class")
            if isinstance(construct, cdk8s.ApiObject):
                yield _named(construct), construct.to_json()

    def _taken_in(self, item: Found, addresses: Mapping[str, str]) -> Json:
        document = dict(_readdressed(item.document, addresses, item.path))
        if is_cluster_scoped(document["apiVersion"], document["kind"]):
            metadata = {key: value for key, value in document["metadata"].items() if key != "namespace"}
            document["metadata"] = metadata
        return self.placed(document)


def _named(construct: cdk8s.ApiObject) -> str:
    """The construct's path.

    Raises:
        ConstructError: where its name is derived from that path.
    """
    path = construct.node.path.removesuffix("/Resource")
    longest = LONGEST_CRON_JOB_NAME if construct.kind == "CronJob" else None
    if construct.name == cdk8s.Names.to_dns_label(construct, max_len=longest):
        advice = "write `metadata=cdk8s.ApiObjectMetadata(name=...)`"
        raise ConstructError(path, f"{construct.kind} has no name of its own, only a hash of its path", advice)
    return path


def _without_nulls(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _addresses(found: Iterable[Found]) -> dict[str, str]:
    """The hash that a workload's pods carry to the name of the workload.

    Raises:
        ConstructError: where two workloads share a name, so that a selector could not tell their pods apart.
    """
    names: dict[str, str] = {}
    for item in found:
        address = next(_address_of(item.document), None)
        if address is None:
            continue
        name = item.document["metadata"]["name"]
        if name in names.values():
            raise ConstructError(item.path, f"another workload is called `{name}` too", "give one another name")
        names[address] = name
    return names


def _address_of(document: Json) -> Iterator[str]:
    """The hash on the pods that `document` makes, wherever its template stands."""
    spec = document.get("spec", {})
    job = spec.get("jobTemplate", {}).get("spec", {}) if isinstance(spec, Mapping) else {}
    for holder in (document if document["kind"] == "Pod" else {}, spec, job):
        pod = holder if holder is document else holder.get("template", {}) if isinstance(holder, Mapping) else {}
        if ADDRESS in pod.get("metadata", {}).get("labels", {}):
            yield pod["metadata"]["labels"][ADDRESS]


def _readdressed(value: Any, names: Mapping[str, str], path: str) -> Any:
    """`value` with `app: <workload>` wherever a label or a selector holds a hash."""
    if isinstance(value, list):
        return [_readdressed(item, names, path) for item in value]
    if not isinstance(value, Mapping):
        return value
    rest = {key: _readdressed(item, names, path) for key, item in value.items() if key != ADDRESS}
    if ADDRESS not in value:
        return rest
    if value[ADDRESS] not in names:
        what = f"`{ADDRESS}: {value[ADDRESS]}` is the hash of a workload outside this component"
        raise ConstructError(path, what, "select its pods by labels of their own")
    labels = selector_labels(names[value[ADDRESS]])
    if any(rest.get(key, text) != text for key, text in labels.items()):
        what = f"the label app is `{rest['app']}`, but selectors match `{labels['app']}`, the name of the workload"
        raise ConstructError(path, what, "remove the label, or pass select=False and select by it")
    return {**rest, **labels}


def _refuse_twins(component: str, documents: Iterable[Json]) -> None:
    seen: set[tuple[str, str, str, str]] = set()
    for document in documents:
        metadata = document["metadata"]
        group = document["apiVersion"].rpartition("/")[0]
        identity = (group, document["kind"], metadata.get("namespace", ""), metadata["name"])
        if identity in seen:
            raise ConstructError(component, f"{identity[1]} `{identity[3]}` is there twice", "give one another name")
        seen.add(identity)

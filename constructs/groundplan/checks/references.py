"""The references gate: every name and selector resolves within the cluster it is used in."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from groundplan.checks.catalogue import Catalogue, Labelled, catalogues
from groundplan.checks.gate import Context, Verdict
from groundplan.checks.inventory import Identity, Inventory, Object, sources
from groundplan.checks.kind_links import EXTERNAL_CLUSTER
from groundplan.checks.link import Link, Selection
from groundplan.checks.links import links
from groundplan.checks.own_charts import all_provided, platform_makers
from groundplan.checks.selections import selections
from groundplan.errors import EnvironmentFileError, Finding, Severity
from groundplan.yaml.marked import YamlPath, dotted

DECLARE = "or declare it in environments/provided.yaml with who makes it"


def run(inventory: Inventory, context: Context) -> Verdict:
    """Judge every object of both trees."""
    try:
        provided = all_provided(context)
    except EnvironmentFileError as error:
        return Verdict(len(inventory.objects), error.findings)
    known = catalogues(inventory, provided, platform_makers(context), context.facts_of)
    findings = [finding for item in inventory for finding in _judge(item, inventory, known[item.cluster])]
    return Verdict(len(inventory.objects), tuple(findings))


def _judge(item: Object, inventory: Inventory, catalogue: Catalogue) -> Iterator[Finding]:
    yield from _home(item, inventory, catalogue)
    seen: set[tuple[Identity, str]] = set()
    for link in links(item.document):
        if (link.target, link.part) not in seen:  # one mistake in many places of one object is told once
            seen.add((link.target, link.part))
            yield from _link(item, link, inventory, catalogue)
    for selection in selections(item.document):
        yield from _selection(item, selection, inventory, catalogue)
    if (item.group, item.kind) == ("argoproj.io", "Application"):
        yield from _folders(item, inventory)


def _home(item: Object, inventory: Inventory, catalogue: Catalogue) -> Iterator[Finding]:
    """The namespace exists, and the API server knows the kind."""
    if item.namespace and item.namespace not in catalogue.namespaces:
        target = Identity("", "Namespace", "", item.namespace)
        yield inventory.finding(
            item, ("metadata", "namespace"), "references.namespace",
            f"there is no Namespace `{item.namespace}`", _advice(target, catalogue),
        )  # fmt: skip
    if not catalogue.serves(item.group, item.kind):
        yield inventory.finding(
            item, ("kind",), "references.kind", f"nothing in cluster {catalogue.cluster} provides {item.group}/{item.kind}",
            "install its operator, or name the operator's `apis` in environments/provided.yaml",
        )  # fmt: skip


def _link(item: Object, link: Link, inventory: Inventory, catalogue: Catalogue) -> Iterator[Finding]:
    target = link.target
    rule = f"references.{_kebab(target.kind)}"
    if target.kind == EXTERNAL_CLUSTER:
        message = f"`{target.name}` is none of the object's externalClusters"
        yield inventory.finding(item, link.field, rule, message, "declare it in spec.externalClusters")
        return
    found = catalogue.has(target)
    if found is None and target.kind == "AppProject":  # it may take Applications from here; the placement gate knows
        found = next((known for known in catalogue.alike(target) if known.name == target.name), None)
    if found is None:
        if not link.optional:
            yield inventory.finding(item, link.field, rule, f"there is no {_named(target)}", _advice(target, catalogue))
        return
    parts = catalogue.parts[found]
    if link.part and parts is not None and link.part not in parts and not link.optional:
        what = "port" if target.kind == "Service" else "key"
        near = difflib.get_close_matches(link.part, sorted(parts), 1)
        known = ", ".join(sorted(parts)) or "none"
        advice = f"did you mean `{near[0]}`?" if near else f"write one of its {what}s: {known}"
        yield inventory.finding(item, link.field, rule, f"{_named(target)} has no {what} `{link.part}`", advice)


def _selection(item: Object, selection: Selection, inventory: Inventory, catalogue: Catalogue) -> Iterator[Finding]:
    chosen = catalogue.select(selection)
    things = "pods" if selection.kind == "Pod" else "Services"
    rule = f"references.selector-{selection.kind.lower()}"
    if not chosen:
        wanted = ", ".join(f"{key}={value}" for key, value in selection.labels.items()) or "no label"
        severity = Severity.ERROR if selection.strict else Severity.WARNING
        yield _finding(
            item, selection.field, inventory, rule, f"selects no {things}: nothing has {wanted}",
            _near_labels(selection, catalogue), severity,
        )  # fmt: skip
        return
    missing = [port for port in selection.ports if not any(_listens(thing, str(port)) for thing in chosen)]
    if selection.strict or len(missing) == len(selection.ports):
        for port in missing:
            names = ", ".join(sorted({thing.name or "the pods" for thing in chosen}))
            known = sorted({port for thing in chosen for port in thing.ports or ()})
            yield inventory.finding(
                item, selection.field, f"{rule}-port", f"{names} has no port `{port}`",
                f"write one of {', '.join(known)}" if known else "declare the port on the container",
            )  # fmt: skip


def _listens(thing: Labelled, port: str) -> bool:
    if thing.ports is None or port in thing.ports:
        return True
    return port.isdigit() and not thing.ports_matter


def _near_labels(selection: Selection, catalogue: Catalogue) -> str:
    pool = catalogue.pods if selection.kind == "Pod" else catalogue.services
    for key, value in selection.labels.items():
        known = {thing.labels[key] for thing in pool if key in thing.labels}
        near = difflib.get_close_matches(value, sorted(known - {value}), 1)
        if near and value not in known:
            return f"did you mean `{key}={near[0]}`?"
    return f"write labels that stand together in one place, {DECLARE}"


def _folders(item: Object, inventory: Inventory) -> Iterator[Finding]:
    """The folder an Application syncs holds something."""
    for source in sources(item.document):
        path = source.get("path")
        if inventory.is_elsewhere(source):
            continue
        if isinstance(path, str) and "chart" not in source and not (inventory.root / path.strip("/")).is_dir():
            folders = {other.path.rpartition("/")[0] for other in inventory}
            near = difflib.get_close_matches(path, sorted(folders), 1)
            yield inventory.finding(
                item, ("spec", "source", "path"), "references.path", f"there is no folder `{path}`",
                f"did you mean `{near[0]}`?" if near else "write a folder below dist/ or argocd/",
            )  # fmt: skip


def _advice(target: Identity, catalogue: Catalogue) -> str:
    alike = list(catalogue.alike(target))
    elsewhere = sorted(known.namespace for known in alike if known.name == target.name)
    if elsewhere:
        return f"it exists in {', '.join(elsewhere)} only; use it there, {DECLARE}"
    names = sorted({known.name for known in alike if known.namespace == target.namespace})
    near = difflib.get_close_matches(target.name, names, 1)
    return f"did you mean `{near[0]}`?" if near else f"create it, {DECLARE}"


def _named(target: Identity) -> str:
    kind = "object" if target.kind == "*" else target.kind
    return f"{kind} `{target.name}`" + (f" in namespace {target.namespace}" if target.namespace else "")


def _kebab(kind: str) -> str:
    text = "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in kind).strip("-")
    return text.replace("*", "object").replace(" ", "-")


def _finding(
    item: Object, path: YamlPath, inventory: Inventory, rule: str, message: str, advice: str, severity: Severity
) -> Finding:
    return Finding(inventory.locate(item, *path), rule, f"{item}: {dotted(path)}", message, advice, severity)

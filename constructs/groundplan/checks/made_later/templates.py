"""Jobs that a service starts from the text of a ConfigMap, and their pods."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import yaml

from groundplan.checks.inventory import Object
from groundplan.checks.made_later.owned import Json

_VARIABLE = re.compile(r"\$\(([A-Za-z_][A-Za-z0-9_]*)\)")


def job_templates(item: Object) -> Iterator[tuple[str, Json]]:
    """Key and Job of every template in a ConfigMap; one with placeholders of its own is its starter's business."""
    for key, text in (item.document.get("data") or {}).items():
        job = _job(text) if "kind: Job" in text else None
        if job is not None:
            yield key, job


@lru_cache(maxsize=256)
def _job(text: str) -> Json | None:
    """The Job that a text is, which nobody changes; the same texts are read in every broken tree."""
    try:
        job = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        return None
    return job if isinstance(job, dict) and job.get("kind") == "Job" else None


def of_template(item: Object, _: object) -> Iterator[Json]:
    """One Job as it is started, with a value for whatever a path is made of, and its pod."""
    for _key, template in job_templates(item):
        job = copy.deepcopy(template)
        metadata = job["metadata"]
        metadata["name"] = f"{metadata.pop('generateName', item.name)}x"
        pod = job["spec"]["template"]
        for container in pod["spec"].get("containers", ()):
            _fill_in(container)
        yield job
        about = {**pod.get("metadata", {}), "name": f"{metadata['name']}-x", "namespace": metadata.get("namespace", "")}
        about["ownerReferences"] = [{"apiVersion": "batch/v1", "kind": "Job", "name": metadata["name"], "uid": "x"}]
        yield {"apiVersion": "v1", "kind": "Pod", "metadata": about, "spec": pod["spec"]}


def _fill_in(container: dict[str, Any]) -> None:
    known = {one["name"] for one in container.get("env", ())}
    paths: list[Mapping[str, Any]] = container.get("volumeMounts", [])
    named = {name for one in paths for name in _VARIABLE.findall(str(one.get("subPathExpr", "")))}
    container.setdefault("env", []).extend({"name": name, "value": "x"} for name in sorted(named - known))

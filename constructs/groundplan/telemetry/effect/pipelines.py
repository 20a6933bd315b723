"""Whether the way of logs holds together: what agents send arrives at a port where a pipeline listens, and what a pipeline
writes lies where a template says for how long it is kept.

Agents and pipelines are configured by text, which no schema reads. Only what joins one to the next is looked at here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any
from urllib.parse import urlsplit

from groundplan.checks.gate import Context
from groundplan.checks.inventory import Inventory, Object
from groundplan.errors import Finding

LOGSTASH = ("logstash.k8s.elastic.co", "Logstash")
_ENDPOINT = re.compile(r"^\s*endpoint\s+(\S+)\s*$", re.MULTILINE)
_SETTING = re.compile(r"^\s*(port|data_stream_type|data_stream_dataset|data_stream_namespace)\s*=>\s*\"?([^\"\s]+)\"?", re.MULTILINE)  # fmt: skip
_TEMPLATE = re.compile(r'"index_patterns":\s*\[([^\]]*)\]')
_BRACES = re.compile(r'=~\s*/(?:\\.|[^/\\\n])*/|"(?:\\.|[^"\\])*"|#[^\n]*|[{}]')
ADVICE = "write what the next one on the way says"


def way_of_logs(inventory: Inventory, context: Context) -> Iterator[Finding]:
    """Every Logstash, and every agent that sends to one."""
    for item in inventory.by_kind.get(LOGSTASH, ()):
        yield from _pipelines(inventory, item)
    for item in inventory.by_kind.get(("", "ConfigMap"), ()):
        for key, text in (item.document.get("data") or {}).items():
            for endpoint in _ENDPOINT.findall(text) if key.endswith(".conf") else ():
                message = _astray(inventory, item, endpoint)
                if message:
                    yield inventory.finding(item, ("data", key), "intent.log-endpoint", message, ADVICE)


def _pipelines(inventory: Inventory, item: Object) -> Iterator[Finding]:
    patterns = _kept(inventory, item)
    for index, pipeline in enumerate(item.spec.get("pipelines") or []):
        text = str(pipeline.get("config.string", ""))
        path = ("spec", "pipelines", index, "config.string")
        if _open(text):
            message = "leaves a brace open, or closes one too many: Logstash reads none of it"
            yield inventory.finding(item, path, "intent.log-pipeline", message, "close what is opened")
        told = dict(_SETTING.findall(text))
        stream = "-".join(told.get(f"data_stream_{part}", "") for part in ("type", "dataset", "namespace"))
        if patterns and not any(fnmatchcase(stream, pattern) for pattern in patterns):
            message = f"writes to `{stream}`, for which no template says how long it is kept"
            yield inventory.finding(item, path, "intent.log-stream", message, f"write to {', '.join(sorted(patterns))}")
        if told.get("port") not in {str(port["targetPort"]) for port in _ports(item)}:
            message = f"listens on {told.get('port', 'no port')}, to which no Service of it leads"
            yield inventory.finding(item, path, "intent.log-port", message, "listen where spec.services leads")


def _ports(item: Object) -> Iterator[dict[str, Any]]:
    for service in item.spec.get("services") or []:
        yield from ((service.get("service") or {}).get("spec") or {}).get("ports") or []


def _kept(inventory: Inventory, item: Object) -> set[str]:
    """Patterns of the templates in the namespace of a Logstash."""
    texts = (
        text
        for one in inventory.by_kind.get(("", "ConfigMap"), ())
        if (one.cluster, one.namespace) == (item.cluster, item.namespace)
        for key, text in (one.document.get("data") or {}).items()
        if key.startswith("template.")
    )
    return {
        pattern.strip(' "\n') for text in texts for found in _TEMPLATE.findall(text) for pattern in found.split(",")
    }


def _open(text: str) -> bool:
    depth = 0
    for found in _BRACES.findall(text):
        depth += {"{": 1, "}": -1}.get(found, 0)
        if depth < 0:
            return True
    return depth != 0


def _astray(inventory: Inventory, agent: Object, endpoint: str) -> str:
    """What is wrong with where an agent sends; empty where it arrives."""
    url = urlsplit(endpoint)
    name, _, rest = (url.hostname or "").partition(".")
    namespace = rest.partition(".")[0] or agent.namespace
    if url.scheme != "https":
        return f"sends to {endpoint}, where everybody on the way reads along"
    for item in inventory.by_kind.get(LOGSTASH, ()):
        if (item.cluster, item.namespace) != (agent.cluster, namespace):
            continue
        for service in item.spec.get("services") or []:
            if name == f"{item.name}-ls-{service['name']}":
                ports = [port["port"] for port in ((service.get("service") or {}).get("spec") or {}).get("ports") or []]
                return "" if url.port in ports else f"sends to {endpoint}, and the Service has no port {url.port}"
    return f"sends to {endpoint}, which no Logstash of the cluster answers for"

"""The logging chapter: what pods and the API server write, kept in one place, searched and shown."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, model_validator

from groundplan.model.values import Cpu, Duration, Memory, Model, Name, Quantity

Source = Literal["pods", "audit"]
"""Whose log it is: the pods' or the API server's."""


class SearchNodes(Model):
    """Elasticsearch, which keeps the logs and finds them again.

    See https://www.elastic.co/docs/deploy-manage/deploy/cloud-on-k8s .
    """

    nodes: int = Field(default=3, ge=3)
    """Nodes, each of which keeps data and may lead. Default 3, one in each zone: two that are left still agree."""

    copies: int = Field(default=1, ge=1)
    """Copies of every shard beside itself. Default 1, so that losing a node loses no log."""

    storage: Quantity = "200Gi"
    """Volume of each node. Default 200Gi. The capacity page says for how much log a day it lasts."""

    storage_class: Name | None = None
    """StorageClass of the volumes. Default the platform's general-purpose SSD."""

    cpu: Cpu = "500m"
    """CPU that each node is sure of; it may take four times as much. Default 500m."""

    memory: Memory = "4Gi"
    """Memory of each node, of which Java takes one half and the cache of files the other. Default 4Gi."""


class LogViewer(Model):
    """Kibana, which shows them."""

    replicas: int = Field(default=2, ge=1)
    """Pods. Default 2, so that a drain leaves one."""

    cpu: Cpu = "200m"
    """CPU that each is sure of; it may take five times as much. Default 200m."""

    memory: Memory = "1536Mi"
    """Memory of each. Default 1536Mi."""


class LogParser(Model):
    """Logstash, which gives the same names to what different programs write."""

    replicas: int = Field(default=2, ge=1)
    """Pods. Default 2, so that a drain leaves one."""

    storage: Quantity = "10Gi"
    """Volume of each, on which lines wait while Elasticsearch takes none. Default 10Gi."""

    storage_class: Name | None = None
    """StorageClass of the volumes. Default the platform's general-purpose SSD."""

    cpu: Cpu = "500m"
    """CPU that each is sure of; it may take four times as much. Default 500m."""

    memory: Memory = "2Gi"
    """Memory of each, of which Java takes one half. Default 2Gi."""


class LogAgent(Model):
    """Fluentd, which reads logs on every node and sends them."""

    buffer: Quantity = "2Gi"
    """Disk of each node on which lines wait that nobody takes. Default 2Gi; then it reads no further, and the kubelet rotates
    away what is oldest."""

    cpu: Cpu = "100m"
    """CPU that each is sure of; it may take five times as much. Default 100m."""

    memory: Memory = "512Mi"
    """Memory of each. Default 512Mi."""


class LogPanel(Model):
    """A picture on a dashboard of logs, called like its key."""

    view: Source
    """Whose logs it counts."""

    shows: Literal["over-time", "top"] = "over-time"
    """Whether it counts over time, or which values are the most frequent. Default over time."""

    by: str | None = Field(default=None, pattern=r"^[a-zA-Z@][a-zA-Z0-9_.@-]*$")
    """Field whose values are told apart, `kubernetes.namespace` say. Default none; `top` needs one."""

    search: str = ""
    """What is counted, in Kibana's query language: `log.level: error`. Default everything."""

    @model_validator(mode="after")
    def _counts_something(self) -> LogPanel:
        if self.shows == "top" and self.by is None:
            raise ValueError("shows the most frequent values of no field; write by: a field such as service.name")
        return self


class LogDashboard(Model):
    """A dashboard of logs of the system's own, beside the derived ones."""

    title: str
    """What people call it."""

    panels: dict[str, LogPanel] = Field(min_length=1)
    """Its pictures by their titles."""


class LogSearch(Model):
    """A search that people come back to, called like its key."""

    view: Source
    """Whose logs."""

    search: str
    """Which of them, in Kibana's query language: `kubernetes.namespace: payments`."""


class Logging(Model):
    """Where logs go, for how long they are kept, and how they are looked at."""

    retention: Duration = "30d"
    """How long logs of pods are kept before they are deleted. Default 30d."""

    audit_retention: Duration = "365d"
    """How long the API server's audit log is kept. Default 365d: who asks for it asks late."""

    at_least: Duration = "30d"
    """Less than which nothing may be kept. Default 30d; an environment that is under no such rule says less."""

    elasticsearch: SearchNodes = SearchNodes()
    """What keeps them. Default three nodes."""

    kibana: LogViewer = LogViewer()
    """What shows them. Default two pods."""

    logstash: LogParser = LogParser()
    """What makes one form of them. Default two pods."""

    fluentd: LogAgent = LogAgent()
    """What reads and sends them. Default one pod on each node."""

    searches: dict[Name, LogSearch] = {}
    """Searches that people come back to, beside the derived ones. Default none."""

    dashboards: dict[Name, LogDashboard] = {}
    """Own dashboards, beside the derived ones. Default none."""

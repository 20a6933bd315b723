"""Scaling by the length of queues and by the hour, through KEDA. See https://keda.sh/docs/latest/concepts/scaling-deployments/ .

KEDA makes the autoscaler itself, so a service that scales by queues or hours gets no other one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from groundplan.autoscaling.horizontal import HorizontalAutoscaler
from groundplan.kubernetes.labels import selector_labels
from groundplan.model.scaling import Scaling, ScalingHours
from groundplan.parts import Component, Json, Part
from groundplan.stores.answers import SecretKey

KEDA = "keda.sh/v1alpha1"


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueTrigger:
    """How the length of one queue is asked for."""

    trigger: Json
    """The question, as KEDA takes it."""

    signs_in: bool = False
    """Whether whoever holds the queue answers only to an identity. Default false."""

    holder: str = ""
    """Store that holds the queue."""

    login: Mapping[str, SecretKey] = field(default_factory=dict)
    """What it is asked with instead, by KEDA's own words. Default nothing: whoever reaches it may ask."""


@dataclass(frozen=True, kw_only=True, slots=True)
class QueueScalerProps:
    """Bounds and measures of a workload that follows queues or hours."""

    scaling: Scaling
    """What is written of it."""

    queues: Sequence[QueueTrigger] = ()
    """Each queue it follows. Default none: hours alone."""

    identity: Mapping[str, str] = field(default_factory=dict)
    """Whom KEDA asks as, in its own words. Default nobody: lists that are asked without credentials."""

    least: int = 0
    """Raises the minimum where it is higher; used by a standby that has taken over. Default 0."""

    annotations: Mapping[str, str] = field(default_factory=dict)
    """Those of the workload that say when it comes. Default none."""


class QueueScaler(Part):
    """Scales `target` by its queues and hours, and by CPU and memory where those are given.

    Args:
        scope: the service's construct.
        id_: construct id.
        target: name of the workload; the scaler is called like it, its autoscaler `<target>-hpa`.
        kind: API version and kind of the workload.
        props: bounds and measures.
    """

    def __init__(
        self, scope: Component | Part, id_: str, target: str, kind: tuple[str, str], props: QueueScalerProps
    ) -> None:
        super().__init__(scope, id_)
        self._target = target
        scaling = props.scaling
        if any(queue.signs_in for queue in props.queues):
            self._add_authentication(props.identity)
        for holder, login in {queue.holder: queue.login for queue in props.queues if queue.login}.items():
            self._add_login(holder, login)
        triggers = [self._trigger(queue) for queue in props.queues]
        triggers += [self._hours(hours) for hours in scaling.hours.values()]
        triggers += self._resource_triggers(scaling)
        metadata: Json = {"name": target, "labels": selector_labels(target)}
        if props.annotations:
            metadata["annotations"] = dict(props.annotations)
        self.emit(
            {
                "apiVersion": KEDA,
                "kind": "ScaledObject",
                "metadata": metadata,
                "spec": {
                    "scaleTargetRef": {"apiVersion": kind[0], "kind": kind[1], "name": target},
                    "minReplicaCount": max(scaling.min, props.least),
                    "maxReplicaCount": max(scaling.max, props.least),
                    "pollingInterval": 30,
                    "cooldownPeriod": 300,
                    "advanced": {
                        "horizontalPodAutoscalerConfig": {
                            "name": f"{target}-hpa",
                            "behavior": HorizontalAutoscaler.behavior(scaling),
                        }
                    },
                    "triggers": triggers,
                },
            }
        )

    @property
    def _authentication(self) -> str:
        return f"{self._target}-queues"

    def _trigger(self, queue: QueueTrigger) -> Json:
        if not queue.signs_in and not queue.login:
            return queue.trigger
        name = self._authentication if queue.signs_in else self._login(queue.holder)
        return {**queue.trigger, "authenticationRef": {"name": name}}

    def _login(self, holder: str) -> str:
        return f"{self._target}-{holder}"

    def _add_login(self, holder: str, login: Mapping[str, SecretKey]) -> None:
        """KEDA reads the Secret that the service itself signs in with."""
        targets = [{"parameter": word, "name": at.secret, "key": at.key} for word, at in login.items()]
        self.emit(
            {
                "apiVersion": KEDA,
                "kind": "TriggerAuthentication",
                "metadata": {"name": self._login(holder)},
                "spec": {"secretTargetRef": targets},
            }
        )

    def _add_authentication(self, identity: Mapping[str, str]) -> None:
        """KEDA asks the broker as an identity that trusts its ServiceAccount; no key is stored."""
        if not identity:
            raise self.fail("scales by a broker's queue, but has no identity to ask with", "write identity")
        self.emit(
            {
                "apiVersion": KEDA,
                "kind": "TriggerAuthentication",
                "metadata": {"name": self._authentication},
                "spec": {"podIdentity": dict(identity)},
            }
        )

    @staticmethod
    def _hours(hours: ScalingHours) -> Json:
        """See https://keda.sh/docs/latest/scalers/cron/ ."""
        return {
            "type": "cron",
            "metadata": {
                "timezone": hours.time_zone,
                "start": hours.start,
                "end": hours.end,
                "desiredReplicas": str(hours.replicas),
            },
        }

    @staticmethod
    def _resource_triggers(scaling: Scaling) -> list[Json]:
        return [
            {"type": name, "metricType": "Utilization", "metadata": {"value": str(share)}}
            for name, share in (("cpu", scaling.cpu), ("memory", scaling.memory))
            if share is not None
        ]

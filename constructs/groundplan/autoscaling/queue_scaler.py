"""Scaling by the length of queues and by the hour, through KEDA. See https://keda.sh/docs/latest/concepts/scaling-deployments/ .

KEDA makes the autoscaler itself, so a service that scales by queues or hours gets no other one.
"""

from __future__ import annotations

from groundplan.autoscaling.horizontal import HorizontalAutoscaler
from groundplan.kubernetes.labels import selector_labels
from groundplan.model.services import Scaling, ScalingHours, Service
from groundplan.parts import Component, Json, Part
from groundplan.platforms.registry import platform_of
from groundplan.stores.registry import stores_of

KEDA = "keda.sh/v1alpha1"


class QueueScaler(Part):
    """Scales `target` by its queues and hours, and by CPU and memory where those are given.

    Args:
        scope: the service's construct.
        id_: construct id.
        target: name of the workload; the scaler is called like it, its autoscaler `<target>-hpa`.
        kind: API version and kind of the workload.
        service: the service.
        least: raises the minimum where it is higher.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        target: str,
        kind: tuple[str, str],
        service: Service,
        scaling: Scaling,
        *,
        least: int = 0,
    ) -> None:
        super().__init__(scope, id_)
        self._target = target
        self._service = service
        triggers = [self._trigger(queue, length) for queue, length in scaling.queues.items()]
        if any("authenticationRef" in trigger for trigger in triggers):
            self._add_authentication()
        triggers += [self._hours(hours) for hours in scaling.hours.values()]
        triggers += self._resource_triggers(scaling)
        self.emit(
            {
                "apiVersion": KEDA,
                "kind": "ScaledObject",
                "metadata": {"name": target, "labels": selector_labels(target)},
                "spec": {
                    "scaleTargetRef": {"apiVersion": kind[0], "kind": kind[1], "name": target},
                    "minReplicaCount": max(scaling.min, least),
                    "maxReplicaCount": max(scaling.max, least),
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

    def _trigger(self, queue: str, length: int) -> Json:
        stores = stores_of(self.environment)
        declaring = [store for store in stores.values() if queue in store.queues()]
        called = [stores[name] for name in self._service.calls if name in stores and stores[name].holds_any_queue]
        for store in (*declaring, *called):
            trigger = store.queue_trigger(queue, length)
            if trigger is not None:
                credentials = {"authenticationRef": {"name": self._authentication}} if store.asks_as_caller else {}
                return {**trigger, **credentials}
        raise self.fail(
            f"scales by queue `{queue}`, which no broker and no Redis it calls has",
            "declare it in a broker, or call the Redis that holds it",
        )

    def _add_authentication(self) -> None:
        """KEDA asks the broker as the service's own identity, which trusts its ServiceAccount; no key is stored."""
        identity = platform_of(self.environment).pod_identity(self._service.identity)
        if identity is None or not identity.scaler:
            raise self.fail("scales by a broker's queue, but has no identity to ask with", "write identity")
        self.emit(
            {
                "apiVersion": KEDA,
                "kind": "TriggerAuthentication",
                "metadata": {"name": self._authentication},
                "spec": {"podIdentity": dict(identity.scaler)},
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

"""A HorizontalPodAutoscaler. See https://kubernetes.io/docs/tasks/run-application/horizontal-pod-autoscale/ ."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.kubernetes.labels import selector_labels
from groundplan.model.scaling import Metric, Scaling, ScalingStep
from groundplan.model.values import seconds, whole_seconds
from groundplan.parts import Component, Json, Part


def metric_target(metric: Metric) -> str:
    """The target as a quantity; a duration becomes seconds, so `300ms` is `300m`.

    `500m` stays what it is to Kubernetes, a half: minutes are written in seconds here.
    """
    if metric.average[-1] in "shd":
        milliseconds = round(seconds(metric.average) * 1000)
        return str(milliseconds // 1000) if milliseconds % 1000 == 0 else f"{milliseconds}m"
    return metric.average


class HorizontalAutoscaler(Part):
    """Scales the workload `target` between the bounds of `scaling`.

    Args:
        scope: the service's construct.
        id_: construct id.
        target: name of the workload; the autoscaler is called `<target>-hpa`.
        kind: API version and kind of the workload.
        scaling: bounds, measures and speed.
        least: raises the minimum where it is higher; used by a standby that has taken over.
        annotations: those of the workload that say when it comes. Default none.
    """

    def __init__(
        self,
        scope: Component | Part,
        id_: str,
        target: str,
        scaling: Scaling,
        *,
        kind: tuple[str, str] = ("apps/v1", "Deployment"),
        least: int = 0,
        annotations: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(scope, id_)
        metadata: Json = {"name": f"{target}-hpa", "labels": selector_labels(target)}
        if annotations:
            metadata["annotations"] = dict(annotations)
        self.emit(
            {
                "apiVersion": "autoscaling/v2",
                "kind": "HorizontalPodAutoscaler",
                "metadata": metadata,
                "spec": {
                    "scaleTargetRef": {"apiVersion": kind[0], "kind": kind[1], "name": target},
                    "minReplicas": max(scaling.min, least),
                    "maxReplicas": max(scaling.max, least),
                    "metrics": self._metrics(scaling),
                    "behavior": self.behavior(scaling),
                },
            }
        )

    @classmethod
    def behavior(cls, scaling: Scaling) -> Json:
        """How fast replicas change, up and down."""
        return {"scaleUp": cls._step(scaling.up), "scaleDown": cls._step(scaling.down)}

    @staticmethod
    def _metrics(scaling: Scaling) -> list[Json]:
        metrics: list[Json] = [
            {
                "type": "Resource",
                "resource": {"name": name, "target": {"type": "Utilization", "averageUtilization": share}},
            }
            for name, share in (("cpu", scaling.cpu), ("memory", scaling.memory))
            if share is not None
        ]
        metrics += [
            {
                "type": "Pods",
                "pods": {
                    "metric": {"name": name},
                    "target": {"type": "AverageValue", "averageValue": metric_target(metric)},
                },
            }
            for name, metric in scaling.metrics.items()
        ]
        return metrics

    @staticmethod
    def _step(step: ScalingStep) -> Json:
        rates = (("Percent", step.percent), ("Pods", step.pods))
        return {
            "stabilizationWindowSeconds": whole_seconds(step.window),
            "selectPolicy": "Max",
            "policies": [
                {"type": kind, "value": value, "periodSeconds": whole_seconds(step.period)}
                for kind, value in rates
                if value is not None
            ],
        }

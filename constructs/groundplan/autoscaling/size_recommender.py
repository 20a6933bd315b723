"""Recommended CPU and memory. See https://github.com/kubernetes/autoscaler/tree/master/vertical-pod-autoscaler ."""

from __future__ import annotations

from groundplan.kubernetes.labels import selector_labels
from groundplan.parts import Component, Part


class SizeRecommender(Part):
    """A VerticalPodAutoscaler that watches what a workload uses and changes nothing.

    Its recommendation is read from its status; the size changes in Git. Beside an autoscaler on CPU or memory it may do
    no more: the two would answer each other's changes.

    Args:
        scope: the service's construct.
        id_: construct id.
        target: name of the workload; the recommender is called like it.
        kind: API version and kind of the workload.
    """

    def __init__(self, scope: Component | Part, id_: str, target: str, kind: tuple[str, str]) -> None:
        super().__init__(scope, id_)
        self.emit(
            {
                "apiVersion": "autoscaling.k8s.io/v1",
                "kind": "VerticalPodAutoscaler",
                "metadata": {"name": target, "labels": selector_labels(target)},
                "spec": {
                    "targetRef": {"apiVersion": kind[0], "kind": kind[1], "name": target},
                    "updatePolicy": {"updateMode": "Off"},
                },
            }
        )

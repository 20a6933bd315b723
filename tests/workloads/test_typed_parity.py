"""Our plain mappings equal what cdk8s-plus-28's typed structures render for the same choices.

The types know every field's name and shape; building with them costs ten times as much, so only the tests do.
"""

from __future__ import annotations

from typing import Any

import cdk8s
import pytest
from cdk8s_plus_28 import k8s
from tests.support.rendering import Json, an_environment, rendered, the

SERVICE = """
services:
  api:
    image: shop/api:v1.2.3
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 500m, memory: 256Mi}}
    scaling: {min: 2, max: 6, cpu: 70, metrics: {queue_length: {average: 50, gauge: queue_length}}}
    env: {MODE: fast}
"""
AS_TYPED = 'cluster: {kubernetes: "1.28"}'
"""The types are those of this minor: they do not know what came later."""


@pytest.fixture(scope="module")
def ours() -> list[Json]:
    return rendered(an_environment(SERVICE, AS_TYPED), "api")


@pytest.fixture
def chart() -> cdk8s.Chart:
    return cdk8s.Chart(cdk8s.App(), "typed", disable_resource_name_hashes=True)


def metadata(of: Json) -> k8s.ObjectMeta:
    return k8s.ObjectMeta(name=of["metadata"]["name"], namespace="web", labels=of["metadata"]["labels"])


def as_rendered(typed: cdk8s.ApiObject) -> Any:
    return typed.to_json()


def test_service(ours: list[Json], chart: cdk8s.Chart) -> None:
    plain = the(ours, "Service")

    typed = k8s.KubeService(
        chart,
        "service",
        metadata=metadata(plain),
        spec=k8s.ServiceSpec(
            type="ClusterIP",
            selector={"app": "api"},
            ports=[
                k8s.ServicePort(name="http", port=8080, target_port=k8s.IntOrString.from_number(8080), protocol="TCP")
            ],
        ),
    )

    assert plain == as_rendered(typed)


def test_autoscaler(ours: list[Json], chart: cdk8s.Chart) -> None:
    plain = the(ours, "HorizontalPodAutoscaler")

    def step(window: int, *policies: tuple[str, int]) -> k8s.HpaScalingRulesV2:
        return k8s.HpaScalingRulesV2(
            stabilization_window_seconds=window,
            select_policy="Max",
            policies=[k8s.HpaScalingPolicyV2(type=kind, value=value, period_seconds=15) for kind, value in policies],
        )

    typed = k8s.KubeHorizontalPodAutoscalerV2(
        chart,
        "autoscaler",
        metadata=metadata(plain),
        spec=k8s.HorizontalPodAutoscalerSpecV2(
            scale_target_ref=k8s.CrossVersionObjectReferenceV2(api_version="apps/v1", kind="Deployment", name="api"),
            min_replicas=2,
            max_replicas=6,
            metrics=[
                k8s.MetricSpecV2(
                    type="Resource",
                    resource=k8s.ResourceMetricSourceV2(
                        name="cpu", target=k8s.MetricTargetV2(type="Utilization", average_utilization=70)
                    ),
                ),
                k8s.MetricSpecV2(
                    type="Pods",
                    pods=k8s.PodsMetricSourceV2(
                        metric=k8s.MetricIdentifierV2(name="queue_length"),
                        target=k8s.MetricTargetV2(type="AverageValue", average_value=k8s.Quantity.from_string("50")),
                    ),
                ),
            ],
            behavior=k8s.HorizontalPodAutoscalerBehaviorV2(
                scale_up=step(0, ("Percent", 100), ("Pods", 4)), scale_down=step(300, ("Percent", 100))
            ),
        ),
    )

    assert plain == as_rendered(typed)


def test_deployment(ours: list[Json], chart: cdk8s.Chart) -> None:
    plain = the(ours, "Deployment")

    typed = k8s.KubeDeployment(
        chart,
        "deployment",
        metadata=metadata(plain),
        spec=k8s.DeploymentSpec(
            revision_history_limit=5,
            progress_deadline_seconds=600,
            selector=k8s.LabelSelector(match_labels={"app": "api"}),
            strategy=k8s.DeploymentStrategy(
                type="RollingUpdate",
                rolling_update=k8s.RollingUpdateDeployment(
                    max_surge=k8s.IntOrString.from_number(1), max_unavailable=k8s.IntOrString.from_number(0)
                ),
            ),
            template=k8s.PodTemplateSpec(
                metadata=k8s.ObjectMeta(labels=plain["spec"]["template"]["metadata"]["labels"]), spec=typed_pod()
            ),
        ),
    )

    assert plain == as_rendered(typed)


def typed_pod() -> k8s.PodSpec:
    return k8s.PodSpec(
        service_account_name="api",
        automount_service_account_token=False,
        enable_service_links=False,
        security_context=k8s.PodSecurityContext(
            run_as_non_root=True,
            run_as_user=10001,
            run_as_group=10001,
            fs_group=10001,
            fs_group_change_policy="OnRootMismatch",
            seccomp_profile=k8s.SeccompProfile(type="RuntimeDefault"),
        ),
        termination_grace_period_seconds=35,
        priority_class_name="shop-normal",
        topology_spread_constraints=[
            k8s.TopologySpreadConstraint(
                max_skew=1,
                topology_key=key,
                when_unsatisfiable="ScheduleAnyway",
                label_selector=k8s.LabelSelector(match_labels={"app": "api"}),
            )
            for key in ("topology.kubernetes.io/zone", "kubernetes.io/hostname")
        ],
        containers=[typed_container()],
        volumes=[
            k8s.Volume(name="tmp", empty_dir=k8s.EmptyDirVolumeSource(size_limit=k8s.Quantity.from_string("64Mi")))
        ],
    )


def typed_container() -> k8s.Container:
    def amounts(**values: str) -> dict[str, k8s.Quantity]:
        return {name.replace("_", "-"): k8s.Quantity.from_string(value) for name, value in values.items()}

    def probe(path: str, delay: int, period: int, timeout: int, failures: int) -> k8s.Probe:
        return k8s.Probe(
            http_get=k8s.HttpGetAction(path=path, port=k8s.IntOrString.from_number(8080)),
            initial_delay_seconds=delay,
            period_seconds=period,
            timeout_seconds=timeout,
            failure_threshold=failures,
        )

    return k8s.Container(
        name="api",
        image="111122223333.dkr.ecr.us-east-1.amazonaws.com/shop/api:v1.2.3",
        image_pull_policy="IfNotPresent",
        ports=[k8s.ContainerPort(name="http", container_port=8080, protocol="TCP")],
        env=[k8s.EnvVar(name="MODE", value="fast")],
        resources=k8s.ResourceRequirements(
            requests=amounts(cpu="100m", memory="128Mi"),
            limits=amounts(cpu="500m", memory="256Mi", ephemeral_storage="1Gi"),
        ),
        liveness_probe=probe("/health", 30, 10, 5, 3),
        readiness_probe=probe("/ready", 10, 5, 3, 2),
        lifecycle=k8s.Lifecycle(
            pre_stop=k8s.LifecycleHandler(exec=k8s.ExecAction(command=["/bin/sh", "-c", "sleep 5"]))
        ),
        security_context=k8s.SecurityContext(
            allow_privilege_escalation=False,
            capabilities=k8s.Capabilities(drop=["ALL"]),
            privileged=False,
            read_only_root_filesystem=True,
            run_as_non_root=True,
        ),
        volume_mounts=[k8s.VolumeMount(name="tmp", mount_path="/tmp")],
    )

"""Keeps the images of builds on every node, so that the thirty minutes of a build are not spent pulling them."""

import cdk8s
import cdk8s_plus_28 as kplus

from groundplan.model.environment import Environment

WAVE = "platform"  # with the template of the builds, before the services that start them
NAME = "build-images"
USER = 10001

SAFE = kplus.ContainerSecurityContextProps(
    user=USER,
    group=USER,
    ensure_non_root=True,
    read_only_root_filesystem=True,
    allow_privilege_escalation=False,
    capabilities=kplus.ContainerSecutiryContextCapabilities(drop=[kplus.Capability.ALL]),
    seccomp_profile=kplus.SeccompProfile(type=kplus.SeccompProfileType.RUNTIME_DEFAULT),
)
TINY = kplus.ContainerResources(
    cpu=kplus.CpuResources(request=kplus.Cpu.millis(5), limit=kplus.Cpu.millis(50)),
    memory=kplus.MemoryResources(request=cdk8s.Size.mebibytes(16), limit=cdk8s.Size.mebibytes(64)),
)


def build(chart: cdk8s.Chart, environment: Environment) -> None:
    """A pod on each node that starts every image once and then holds on to the first."""
    images = {name: environment.image(image) for name, image in sorted(environment.jobs["build"].images.items())}
    first = next(iter(images))
    account = kplus.ServiceAccount(chart, "account", metadata=_named(NAME), automount_token=False)
    pods = kplus.DaemonSet(
        chart,
        "pods",
        metadata=_named(NAME),
        service_account=account,
        termination_grace_period=cdk8s.Duration.seconds(1),
        security_context=kplus.PodSecurityContextProps(user=USER, group=USER, ensure_non_root=True),
        init_containers=[_container(name, image, ["/bin/true"]) for name, image in images.items()],
        containers=[_container("hold", images[first], ["/bin/sleep", "infinity"])],
    )
    nobody = kplus.NetworkPolicyTraffic(default=kplus.NetworkPolicyTrafficDefault.DENY)
    kplus.NetworkPolicy(chart, "policy", metadata=_named(NAME), selector=pods, ingress=nobody, egress=nobody)
    # the library has no field for it; whoever builds may take the place of what only saves time
    priority = f"{environment.system}-low"
    cdk8s.ApiObject.of(pods).add_json_patch(
        cdk8s.JsonPatch.add("/spec/template/spec/priorityClassName", priority),
        # an API server does not store what says nothing
        cdk8s.JsonPatch.remove("/spec/minReadySeconds"),
        cdk8s.JsonPatch.remove("/spec/template/spec/hostNetwork"),
    )


def _named(name: str) -> cdk8s.ApiObjectMetadata:
    return cdk8s.ApiObjectMetadata(name=name)


def _container(name: str, image: str, command: list[str]) -> kplus.ContainerProps:
    return kplus.ContainerProps(name=name, image=image, command=command, resources=TINY, security_context=SAFE)

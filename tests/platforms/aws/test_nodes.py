"""What a node of EKS leaves to pods, and where addresses come from."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from groundplan.platforms.aws.nodes import kept_millicores, most_pods, nodes_of


def a_group(machine: str = "m6i.2xlarge", **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "eks.services.k8s.aws/v1alpha1",
        "kind": "Nodegroup",
        "metadata": {"name": "app"},
        "spec": {
            "name": "app",
            "instanceTypes": [machine],
            "scalingConfig": {"minSize": 2, "maxSize": 4},
            "subnetRefs": [{"from": {"name": "app-1"}}],
            **spec,
        },
    }


def a_subnet(name: str, block: str = "10.0.1.0/24", zone: str = "a") -> dict[str, Any]:
    spec = {"cidrBlock": block, "availabilityZone": zone}
    return {"apiVersion": "ec2.services.k8s.aws/v1alpha1", "kind": "Subnet", "metadata": {"name": name}, "spec": spec}


def nodes(*documents: dict[str, Any]) -> Any:
    found = nodes_of(documents)
    assert found is not None
    return found


@pytest.mark.parametrize(("cores", "kept"), [(1, 60), (2, 70), (4, 80), (8, 90), (16, 110)])
def test_cores_are_kept_by_a_falling_share(cores: int, kept: int) -> None:
    assert kept_millicores(cores) == kept


def test_each_address_of_an_interface_but_its_first_is_a_pod_s() -> None:
    assert most_pods({"interfaces": 4, "addresses": 15}) == 58


def test_what_is_left_of_a_machine() -> None:
    assert nodes(a_group(), a_subnet("app-1")).pools[0].each.cpu == Decimal("7.91")


def test_zones_are_those_of_the_subnets() -> None:
    group = a_group(subnetRefs=[{"from": {"name": "app-1"}}, {"from": {"name": "app-2"}}])

    [pool] = nodes(group, a_subnet("app-1"), a_subnet("app-2", zone="b")).pools

    assert pool.zones == ("a", "b")


def test_taints_are_written_as_kubernetes_does() -> None:
    taint = {"key": "dedicated", "value": "database", "effect": "NO_SCHEDULE"}

    [pool] = nodes(a_group(taints=[taint]), a_subnet("app-1")).pools

    assert pool.taints == ({"key": "dedicated", "value": "database", "effect": "NoSchedule"},)


def test_the_disk_is_that_of_the_launch_template() -> None:
    data = {"blockDeviceMappings": [{"ebs": {"volumeSize": 100}}]}
    template = {
        "apiVersion": "ec2.services.k8s.aws/v1alpha1",
        "kind": "LaunchTemplate",
        "metadata": {"name": "app"},
        "spec": {"name": "shop-app", "data": data},
    }

    [pool] = nodes(a_group(launchTemplate={"name": "shop-app"}), template, a_subnet("app-1")).pools

    assert pool.each.disk == 89 * 2**30


def test_subnets_are_counted_together() -> None:
    group = a_group(subnetRefs=[{"from": {"name": "app-1"}}, {"from": {"name": "app-2"}}])

    [subnet] = nodes(group, a_subnet("app-1"), a_subnet("app-2", "10.0.2.0/24")).subnets

    assert (subnet.free, subnet.interface, subnet.pools) == (502, 15, ("app",))


def test_an_add_on_brings_its_pods() -> None:
    spec = {"name": "aws-ebs-csi-driver"}
    add_on = {"apiVersion": "eks.services.k8s.aws/v1alpha1", "kind": "Addon", "metadata": {"name": "x"}, "spec": spec}

    found = nodes(a_group(), a_subnet("app-1"), add_on)

    assert [pods.name for pods in found.pods] == ["ebs-csi-node", "ebs-csi-controller"]


def test_a_machine_that_no_row_describes_is_told() -> None:
    assert nodes(a_group("x9.huge"), a_subnet("app-1")).unknown == (("Nodegroup app", "x9.huge"),)

"""A cluster of machines on AWS, as overlays for `rendering.an_environment`."""

from __future__ import annotations

ZONES = (1, 2, 3)
NUMBERED = "0123456789abcde"


def _subnets() -> str:
    tiers = (("public", 0), ("app", 10), ("db", 20))
    return ", ".join(
        f"{tier}-{zone}: {{cidr: 10.3.{first + zone}.0/24, zone: {zone}, tier: {tier}}}"
        for tier, first in tiers
        for zone in ZONES
    )


MACHINES = f"""
platform:
  aws:
    zones: [us-east-1a, us-east-1b, us-east-1c]
    network:
      cidr: 10.3.0.0/16
      subnets: {{{_subnets()}}}
      bastion: {{subnet: public-1, image: ami-0123456789abcdef0}}
cluster:
  cluster_api:
    control_plane: {{instance: m6i.xlarge}}
    managed_from: [10.250.0.0/16]
  node_pools:
    db: null
    app: {{instance: m6i.2xlarge, cpu: 8, memory: 32Gi, min: 3, max: 50, disk: 100Gi}}
"""
"""Lay it over `rendering.BASE`."""


def _ids() -> dict[str, str]:
    keys = [
        "network",
        *(f"subnet.{tier}-{zone}" for tier in ("app", "public") for zone in ZONES),
        *(
            f"security-group.{name}"
            for name in ("api-server", "app", "balancers", "bastion", "control-plane", "machines")
        ),
    ]
    forms = {"network": "vpc", "subnet": "subnet", "security-group": "sg"}
    return {key: f"{forms[key.partition('.')[0]]}-{NUMBERED}{number:02x}" for number, key in enumerate(keys)}


IDS = _ids()
"""What AWS called the network of `MACHINES`."""

KNOWN = f"ids: {{{', '.join(f'{key}: {value}' for key, value in IDS.items())}}}"
"""Overlay with them."""

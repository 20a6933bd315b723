"""Names that objects of AWS must agree on."""

from __future__ import annotations

from systems import an_environment

from groundplan.platforms.aws.facts import load_balancer_group, replication_group


def test_security_groups_are_called_after_the_cluster() -> None:
    standby = an_environment("dr")

    assert (load_balancer_group(standby), replication_group(standby)) == ("store-dr-alb", "store-dr-replication")

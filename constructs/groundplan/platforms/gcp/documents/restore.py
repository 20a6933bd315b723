"""Getting things back on Google Cloud: objects of buckets, and names after a failover."""

from __future__ import annotations

from groundplan.markdown import section, shell
from groundplan.model.environment import Environment
from groundplan.platforms.gcp.facts import keeps_public_names
from groundplan.platforms.gcp.site import settings_of


def buckets(environment: Environment) -> list[str]:
    """How an object comes back that somebody deleted or wrote over; nothing where no bucket keeps versions."""
    settings = settings_of(environment)
    kept = [name for name, bucket in settings.buckets.items() if bucket.of is None and bucket.versioned]
    return [
        section(
            f"Restore objects of {name}",
            f"Versions are kept for {settings.buckets[name].keep_versions}, and what was deleted with them for 7 days more. "
            "Find the generation in which it was right, and copy it over the newest:",
            shell(
                f"gcloud storage ls --all-versions gs://{name}/OBJECT",
                f"gcloud storage cp gs://{name}/OBJECT#GENERATION gs://{name}/OBJECT",
            ),
        )
        for name in kept
    ]


def names(primary: Environment, standby: Environment) -> list[str]:
    """Records of public hosts are rendered and follow the switch of the failover; nothing where external-dns writes them."""
    hosts = primary.public_hosts
    if not keeps_public_names(primary) or not hosts:
        return []
    return [
        "The records of public hosts are objects on the management cluster and lead to the address that was reserved beside "
        f"each cluster. With the switch they lead to {standby.region}; resolvers ask again within their time to live. Check it:",
        shell(*(f"dig +short {host}" for host in hosts)),
    ]

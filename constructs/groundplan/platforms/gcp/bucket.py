"""A bucket of Cloud Storage. See https://cloud.google.com/storage/docs/best-practices ."""

from __future__ import annotations

from groundplan.model.values import whole_seconds
from groundplan.parts import Component, Json, Part
from groundplan.platforms.gcp.bucket_places import CONTINENTS, continent_of, key_location
from groundplan.platforms.gcp.chapter import DAY, Bucket
from groundplan.platforms.gcp.keys import OBJECTS, key_object
from groundplan.platforms.gcp.resource import GcpPart, reference
from groundplan.platforms.gcp.site import Site


class PrivateBucket(GcpPart):
    """One bucket with its retention: rights by IAM alone, nothing public. It outlives its object.

    Args:
        scope: scope.
        id_: name of the bucket, which no two projects in the world share.
        site: where it stands.
        bucket: how long it keeps what.
        public: whether anybody may read what lies in it.
    """

    def __init__(self, scope: Component | Part, id_: str, site: Site, bucket: Bucket, *, public: bool = False) -> None:
        super().__init__(scope, f"bucket-{id_}", site)
        pair = {"dataLocations": sorted((site.region.upper(), bucket.beside.upper()))} if bucket.beside else None
        self.emit_resource(
            "StorageBucket",
            id_,
            {
                "location": CONTINENTS[continent_of(site.region)][0] if bucket.beside else site.region.upper(),
                "customPlacementConfig": pair,
                "uniformBucketLevelAccess": True,
                "publicAccessPrevention": "inherited" if public else "enforced",
                "versioning": {"enabled": bucket.versioned},
                "retentionPolicy": {"retentionPeriod": whole_seconds(bucket.retain)} if bucket.retain else None,
                "softDeletePolicy": {"retentionDurationSeconds": 7 * DAY},
                "lifecycleRule": _lifecycle(bucket) or None,
                "encryption": {"kmsKeyRef": reference(key_object(site, OBJECTS, key_location(bucket, site.region)))},
            },
            retain=True,
        )


def _lifecycle(bucket: Bucket) -> list[Json]:
    rules = []
    if bucket.versioned:
        old = {"daysSinceNoncurrentTime": _days(bucket.keep_versions), "withState": "ARCHIVED"}
        rules.append({"action": {"type": "Delete"}, "condition": old})
    for prefix, age in sorted(bucket.expire.items()):
        condition: Json = {"age": _days(age), "withState": "LIVE"}
        if prefix not in ("", "/"):
            condition["matchesPrefix"] = [prefix]
        rules.append({"action": {"type": "Delete"}, "condition": condition})
    return rules


def _days(age: str) -> int:
    return whole_seconds(age) // DAY

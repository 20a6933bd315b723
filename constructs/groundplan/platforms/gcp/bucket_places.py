"""Where buckets and their keys lie: in one region, or in two of a continent."""

from __future__ import annotations

from groundplan.platforms.gcp.chapter import Bucket

CONTINENTS = {"asia": ("ASIA", "asia"), "europe": ("EU", "europe"), "us": ("US", "us")}
"""First word of a region to the location in which Google pairs it with another, and to where keys for both lie.

See https://cloud.google.com/storage/docs/locations#predefined and https://cloud.google.com/kms/docs/locations .
"""


def continent_of(region: str) -> str:
    """First word of a region."""
    return region.partition("-")[0]


def key_location(bucket: Bucket, region: str) -> str:
    """Where the key of a bucket lies: in its region, or on the continent of its two."""
    return CONTINENTS[continent_of(region)][1] if bucket.beside is not None else region

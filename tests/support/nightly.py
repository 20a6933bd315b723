"""A job that the clock starts, as lines of YAML."""

from __future__ import annotations

NIGHTLY = """
services:
  api:
    image: shop/api:v1.0.0
    port: 8080
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
data:
  cache:
    type: redis
    engine: {statefulset: {storage: 1Gi, resources: {requests: {cpu: 50m, memory: 64Mi}, limits: {cpu: 200m, memory: 128Mi}}}}
jobs:
  nightly:
    description: Adds up the day
    schedule: {at: "0 3 * * *", zone: Asia/Seoul, deadline: 30m, overlap: replace, succeeded: 1, failed: 5}
    image: shop/nightly:v2.0.0
    command: [/nightly]
    args: [--day, yesterday]
    resources: {requests: {cpu: 100m, memory: 512Mi}, limits: {cpu: "1", memory: 1Gi}}
    timeout: 2h
    retries: 2
    keep: 3d
    calls: [api, cache, files.example.com]
    urls: {QUEUE: cache/1}
    env: {LEVEL: info}
    secrets: {TOKEN: feed/token}
    mounts: {work: {path: /work, scratch: 2Gi}}
    files: {settings.yaml: "level: info"}
secrets:
  entries: {feed: {keys: {token: shop/feed-token}}}
"""
"""Lay it over the base of `rendering`."""

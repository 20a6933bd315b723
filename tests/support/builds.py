"""A worker that starts Jobs, as lines of YAML."""

from __future__ import annotations

BUILDS = """
namespaces: {builds: {}}
services:
  worker:
    image: shop/worker:v1.0.0
    resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m, memory: 256Mi}}
jobs:
  build:
    started_by: worker
    namespace: builds
    at_once: 5
    images: {maven: "shop/maven:3.9-17", gradle: "shop/gradle:8-17"}
    resources: {requests: {cpu: 100m, memory: 512Mi}, limits: {cpu: 1500m, memory: 2Gi}}
    timeout: 30m
    calls: [git.example.com]
    secrets: {FEED_TOKEN: feed/token}
    mounts: {uploads: {path: /project, store: uploads, sees: PROJECT}, work: {path: /work, scratch: 3Gi}}
    files: {settings.xml: "<settings/>"}
secrets:
  entries: {feed: {keys: {token: feed-token}}, login: {keys: {token: login-token}}}
"""
"""Lay it over `azure.AZURE` and `azure.SHARE`."""

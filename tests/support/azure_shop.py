"""A shop on Azure: network, vault, log workspace, a database, a cache and a broker, all as small as they come."""

from __future__ import annotations

ID = "11111111-2222-3333-4444-555555555555"

AZURE_SHOP = f"""
system: shop
environment: live
title: Shop
owner: {{team: platform, oncall: shop, email: shop@example.com}}
namespace: web
namespaces: {{web: {{}}}}
delivery: {{repository: {{url: "https://example.com/shop"}}}}
cluster:
  name: shop
  kubernetes: "1.32"
  node_pools: {{system: {{instance: Standard_D2s_v3, cpu: 2, memory: 8Gi, min: 3, max: 5}}}}
platform:
  azure:
    region: koreacentral
    zones: ["1", "2", "3"]
    subscription: {ID}
    tenant: {ID}
    network:
      cidr: 10.0.0.0/16
      subnets:
        application: {{cidr: 10.0.1.0/24}}
        database: {{cidr: 10.0.2.0/24}}
        cache: {{cidr: 10.0.3.0/24}}
        gateway: {{cidr: 10.0.4.0/24}}
    vault: {{}}
    monitor: {{}}
    storage: {{cache: {{delete_after: 7d}}, backup: {{containers: {{backups: 35d}}}}}}
data:
  orders:
    type: postgres
    version: 16
    credentials: orders
    engine: {{azure-flexible-server: {{storage: 32Gi, keep_backups: 35d}}}}
  cache:
    type: redis
    engine: {{azure-cache: {{tier: Premium, persistence: rdb, snapshot_minutes: 15, storage: cache}}}}
  bus: {{type: broker, queues: {{orders: {{}}}}, engine: {{azure-service-bus: {{}}}}}}
secrets:
  store: {{name: key-vault}}
  entries: {{orders: {{type: kubernetes.io/basic-auth, keys: {{username: orders-username, password: orders-password}}}}}}
"""

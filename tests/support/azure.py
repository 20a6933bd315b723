"""A small system on Azure, as lines of YAML that a test lays its own over."""

from __future__ import annotations

AZURE = """
stage: staging
cluster: {name: shop}
platform:
  aws: null
  azure:
    region: koreacentral
    zones: ["1", "2", "3"]
    subscription: 00000000-0000-0000-0000-000000000000
    tenant: 00000000-0000-0000-0000-000000000000
    naming: {org: az01, stage: prd, system: sh, sequence: "01"}
    cluster: {subnet: nodes}
    network:
      cidr: 10.40.0.0/16
      subnets:
        nodes: {cidr: 10.40.0.0/22}
        database: {cidr: 10.40.4.0/24, delegation: Microsoft.DBforPostgreSQL/flexibleServers}
    vault: {subnet: nodes}
    storage: {main: {kind: FileStorage, sku: Premium_LRS}, archive: {containers: {backups: 7d}}}
"""
"""An account, a network and two storage accounts; nothing runs in it."""

SHARE = "data: {uploads: {type: files, size: 100Gi, engine: {azure-files: {snapshots: {keep: 7d}}}}}"
"""A share of the storage account called main, with snapshots."""

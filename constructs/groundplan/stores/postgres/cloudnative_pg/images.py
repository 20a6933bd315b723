"""The PostgreSQL server images CloudNativePG runs, pinned by digest.

From the operator project's `standard` catalogue on Debian 12 of 2026-08-17
(https://github.com/cloudnative-pg/artifacts/tree/main/image-catalogs): without backup tools, which the plugin brings.
A newer minor release is a change of this table, and the operator rolls it out replica by replica.
"""

from __future__ import annotations

_REPOSITORY = "ghcr.io/cloudnative-pg/postgresql"

SERVER_IMAGES: dict[int, str] = {
    14: f"{_REPOSITORY}:14.24-202608170814-standard-bookworm@sha256:079783b585ec65ecb77702fb602053f9b0b4dc0e5b55c65faee43f21ce0d8380",
    15: f"{_REPOSITORY}:15.19-202608170814-standard-bookworm@sha256:26ba4982eec1879a5fee632ccccdf37ff709250b1740e2a803468c5d34e98043",
    16: f"{_REPOSITORY}:16.15-202608170814-standard-bookworm@sha256:0d51ec3786f2b3c7022756c32e04cc5d575f4666c51599ef5b08552529bfac6d",
    17: f"{_REPOSITORY}:17.11-202608170816-standard-bookworm@sha256:968fde04bca2be879ca14e1614a3987e149b77b42a51fe460fff252f3e145fce",
    18: f"{_REPOSITORY}:18.6-202608170814-standard-bookworm@sha256:9446e83aa490df3f14ebf5bf2f6002a1347728690ff38f35dd7a85b925a62468",
}
"""Major version to image."""

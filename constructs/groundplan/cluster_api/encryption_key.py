"""The key that Secrets are encrypted with in etcd: made once on the management cluster, and in no repository.

See https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/ .
"""

from __future__ import annotations

from groundplan.delivered import ASK_FIRST
from groundplan.kubernetes.objects import Json
from groundplan.parts import Component, Part
from groundplan.yaml.text import to_yaml

GENERATORS = "generators.external-secrets.io/v1alpha1"
NAME = "encryption-at-rest"
KEY = "config.yaml"
LENGTH = 32
"""Bytes of a key of secretbox."""


class EncryptionKey(Part):
    """The configuration of the API server's encryption as a Secret, with a key that a generator made.

    It is drawn once and never again: with another key nothing that is written already could be read. The Secret stays
    when its object goes, and cannot change.
    """

    def __init__(self, scope: Component | Part, id_: str) -> None:
        super().__init__(scope, id_)
        annotations = dict(ASK_FIRST)
        self.emit(
            {
                "apiVersion": GENERATORS,
                "kind": "Password",
                "metadata": {"name": NAME},
                "spec": {"length": LENGTH, "digits": 8, "symbols": 0, "noUpper": False, "allowRepeat": True},
            }
        )
        generator = {"apiVersion": GENERATORS, "kind": "Password", "name": NAME}
        self.emit(
            {
                "apiVersion": "external-secrets.io/v1",
                "kind": "ExternalSecret",
                "metadata": {"name": NAME, "annotations": annotations},
                "spec": {
                    "refreshInterval": "0",
                    "target": {
                        "name": NAME,
                        "creationPolicy": "Orphan",
                        "deletionPolicy": "Retain",
                        "immutable": True,
                        "template": {"engineVersion": "v2", "data": {KEY: encryption_configuration()}},
                    },
                    "dataFrom": [{"sourceRef": {"generatorRef": generator}}],
                },
            }
        )


def encryption_configuration() -> str:
    """Secrets and ConfigMaps are written with the key; what was written before there was one can still be read."""
    key = {"name": "first", "secret": "{{ .password | b64enc }}"}
    configuration: Json = {
        "apiVersion": "apiserver.config.k8s.io/v1",
        "kind": "EncryptionConfiguration",
        "resources": [
            {
                "resources": ["secrets", "configmaps"],
                "providers": [{"secretbox": {"keys": [key]}}, {"identity": {}}],
            }
        ],
    }
    return to_yaml(configuration)

"""The password of a server's administrator, which nobody knows. See https://external-secrets.io/latest/api/generator/password/ ."""

from __future__ import annotations

from groundplan.parts import Component, Part

GENERATORS = "generators.external-secrets.io/v1alpha1"


class Administrator(Part):
    """A password made once on the management cluster and written nowhere else; services use roles of their own.

    Args:
        scope: the server's construct.
        id_: construct id.
        secret: Secret of the management cluster that holds it, under the key `password`.
    """

    def __init__(self, scope: Component | Part, id_: str, *, secret: str) -> None:
        super().__init__(scope, id_)
        self.emit(
            {
                "apiVersion": GENERATORS,
                "kind": "Password",
                "metadata": {"name": secret},
                "spec": {
                    "length": 40,
                    "digits": 8,
                    "symbols": 4,
                    "symbolCharacters": "-_",
                    "noUpper": False,
                    "allowRepeat": True,
                },
            }
        )
        generator = {
            "apiVersion": GENERATORS,
            "kind": "Password",
            "name": secret,
        }
        self.emit(
            {
                "apiVersion": "external-secrets.io/v1",
                "kind": "ExternalSecret",
                "metadata": {"name": secret},
                "spec": {
                    "refreshInterval": "0",
                    "target": {"name": secret, "creationPolicy": "Owner", "deletionPolicy": "Retain"},
                    "dataFrom": [{"sourceRef": {"generatorRef": generator}}],
                },
            }
        )

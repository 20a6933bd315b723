"""How a value that no store can hold is sealed for the one cluster that opens it."""

from __future__ import annotations

from groundplan.addons.catalogue import catalogue
from groundplan.addons.selection import needed
from groundplan.documents.kubectl import context, kubectl
from groundplan.facts.system import System
from groundplan.markdown import section, shell
from groundplan.model.secrets import Secrets
from groundplan.platforms.registry import platform_of

SEALING = "sealed-secrets"
"""Name in the add-on catalogue of what opens sealed values."""


def sealing(system: System, chapter: Secrets) -> list[str]:
    """How a value is sealed for a cluster; nothing where no cluster opens what is sealed."""
    primary = system.primary
    if SEALING not in needed(system.cluster_of(primary)):
        return []
    name = next(
        (item for item, service in primary.services.items() if service.secrets_from),
        next(iter(primary.services), "app"),
    )
    standby = system.standby_of(primary)
    store = platform_of(primary).vault or "a store"
    blocks = [
        f"For what cannot live in {store}, such as the credentials the store itself is reached with. Only "
        "the sealed form is ever added to Git; `secret-*.yaml` is ignored, and the secret scan refuses it.",
        shell(
            f"kubectl config use-context {context(primary)}",
            f"kubeseal --format=yaml < secret-{name}.yaml > sealed-secret-{name}.yaml",
            f"rm secret-{name}.yaml",
            f"git add sealed-secret-{name}.yaml",
            f"git commit -m 'Add sealed secret for {name.replace('-', ' ')}'",
        ),
        "Here the ciphertext of each key goes into the environment's file, under `secrets.entries.SECRET.sealed_values`, "
        "and the SealedSecret is rendered from it. It is bound to its name and namespace:",
        shell(f"kubeseal --raw --scope strict --namespace {primary.namespace} --name SECRET --from-file=/dev/stdin"),
    ]
    if standby is not None:
        blocks.append(
            section(
                "The standby's sealing key",
                "A sealed value opens only with the key of the cluster it was sealed for. Each overlay therefore carries "
                f"ciphertext of its own cluster: seal for `{standby.environment}` with its certificate.",
                shell(
                    f"kubectl config use-context {context(standby)}",
                    f"kubeseal --fetch-cert > {context(standby)}.pem",
                    f"kubeseal --cert {context(standby)}.pem --raw --scope strict --namespace {standby.namespace} "
                    "--name SECRET --from-file=/dev/stdin",
                ),
                "Keep the private keys of both clusters where only two people together can read them, outside both "
                "clusters: without them a rebuilt cluster opens nothing.",
                shell(
                    *(
                        f"{kubectl(item, catalogue()[SEALING].namespace)} get secret --selector "
                        f'sealedsecrets.bitnami.com/sealed-secrets-key --output yaml > "$HOME/{context(item)}-sealing-keys.yaml"'
                        for item in (primary, standby)
                    )
                ),
                level=3,
            )
        )
    return blocks

"""How a cluster of Azure's comes up from nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator

from groundplan.checks.cold_start.cloud import Cloud
from groundplan.checks.cold_start.events import ready
from groundplan.checks.cold_start.page import Step, Steps
from groundplan.checks.cold_start.plan import Event, Need, Place, Plan
from groundplan.checks.cold_start.scene import Scene
from groundplan.checks.documents.options import options
from groundplan.checks.documents.pages import Page, read_pages
from groundplan.checks.inventory import Object

STEPS = "azure-steps.md"
CERTIFICATE = re.compile(r"https://(?P<vault>[a-z0-9-]+)\.vault\.azure\.net/secrets/(?P<name>[A-Za-z0-9-]+)")
WAY_IN = ("az", "network", "private-dns", "link", "vnet", "create")


class AzureStart(Cloud):
    """A cluster comes with its first nodes, and a gateway with its certificate, which people make."""

    control_planes = frozenset({("containerservice.azure.com", "ManagedCluster")})
    node_groups = control_planes

    def add_proofs(self, scene: Scene, plan: Plan, steps: Steps) -> None:
        """A gateway is not made before its certificate is in the vault, and a vault without a public address wants a way in."""
        for gateway in scene.inventory.by_kind.get(("network.azure.com", "ApplicationGateway"), ()):
            for vault, name, index in _certificates(gateway):
                place = Place(gateway, ("spec", "sslCertificates", index))
                made = plan.happens(("certificate", gateway.path, name))
                told = tuple(step.done for step in _sent_there(scene, steps, gateway.system, vault, name))
                advice = f"make it by a command of {STEPS}, and say on the bootstrap page when"
                plan.happens(made, Need(told, f"certificate {name} in {vault}", place, advice))
                if _is_private(scene, vault):
                    ways = tuple(_ways_in(scene, steps, gateway.system, vault, name))
                    advice = "say on the bootstrap page how people reach it, before they are sent there"
                    plan.happens(made, Need(ways, f"a way to {vault}, which has no public address", place, advice))
                plan.happens(ready(gateway), Need((made,), f"certificate {name}", place))


def _certificates(gateway: Object) -> Iterator[tuple[str, str, int]]:
    """Vault and name of each certificate of a gateway."""
    for index, entry in enumerate(gateway.spec.get("sslCertificates") or ()):
        found = CERTIFICATE.match(str(entry.get("keyVaultSecretId", "")))
        if found is not None:
            yield found["vault"], found["name"], index


def _is_private(scene: Scene, name: str) -> bool:
    return any(
        vault.spec.get("azureName") == name
        and (vault.spec.get("properties") or {}).get("publicNetworkAccess") == "Disabled"
        for vault in scene.inventory.by_kind.get(("keyvault.azure.com", "Vault"), ())
    )


def _sent_there(scene: Scene, steps: Steps, system: str, vault: str, name: str) -> Iterator[Step]:
    """The last step before the bootstrap page sends people to the page that has the command; none where nothing does."""
    if not any(_makes(page, vault, name) for page in read_pages(scene.context.root, system, frozenset(), STEPS)):
        return
    for page in steps.pages:
        line = _sends(page) if page.system == system else 0
        before = [step for step in steps.all if step.page is page and step.command.line < line]
        yield from before[-1:]


def _ways_in(scene: Scene, steps: Steps, system: str, vault: str, name: str) -> Iterator[Event]:
    """Steps that open a way in and stand before people are sent to the vault."""
    for last in _sent_there(scene, steps, system, vault, name):
        for step in steps.all:
            if step.page is last.page and step.index <= last.index and step.command.words[:6] == WAY_IN:
                yield step.done


def _makes(page: Page, vault: str, name: str) -> bool:
    return any(
        command.words[:3] == ("az", "keyvault", "certificate")
        and (given := options(command.words)).value("--vault-name") == vault
        and given.value("--name") == name
        for command in page.commands
    )


def _sends(page: Page) -> int:
    """Line on which a page sends people to the steps; 0 where it does not."""
    return next((number for number, line in enumerate(page.text.splitlines(), 1) if f"({STEPS})" in line), 0)


READER = AzureStart

"""What a platform adds to the pages about a system: its products by name, and the steps that only it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from groundplan.addons.catalogue import AddOn
from groundplan.facts.system import System
from groundplan.model.environment import Environment
from groundplan.page import Page
from groundplan.platforms.registry import platform_of, platforms


class Pages:
    """The pages of a platform; the defaults are those of a cluster that somebody else made."""

    controllers: ClassVar[str | None] = None
    """Operators that rent on it, as people call them. Default none: nothing is rented."""

    dns: ClassVar[str] = "DNS"
    """What answers for public names. Default DNS."""

    balancers: ClassVar[dict[str, str]] = {}
    """Type of ingress to the product that takes its requests. Default none: a load balancer."""

    commands: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Beginning of a command of the platform's tool, to its flags and the `group/Kind` each names, so that the documents
    gate can tell whether it exists. `+` before the kind: the command makes it; no kind: it names nothing of ours; a flag
    that ends in `://` stands for words that begin so. Default none."""

    further: ClassVar[tuple[Page, ...]] = ()
    """Pages of its own. Default none."""

    groups: ClassVar[str | None] = None
    """How the API groups of its resources end. Default none."""

    machine_image: ClassVar[str] = "built with image-builder, and named after the release."
    """How an image of the machines of a cluster comes to be, as a sentence that follows a colon. Default without its place."""

    found_by_id: ClassVar[str] = ""
    """Which of its resources a new operator does not find by name, as a sentence. Default nothing."""

    def context(self, environment: Environment) -> str:
        """Context of the environment's cluster: what the platform's tool calls it."""
        return environment.cluster.name

    def network(self, environment: Environment) -> str:
        """The network a cluster stands in, as a section. Default nothing: it is told elsewhere, or not known."""
        return ""

    def given(self, system: System) -> list[str]:
        """What must exist before the first step."""
        return []

    def management(self, system: System) -> list[str]:
        """How the management cluster is made where no system describes it."""
        return []

    def on_shared_management(self, system: System) -> list[str]:
        """What is done on a management cluster that another system describes."""
        return []

    def operator_accounts(self, environment: Environment, add_ons: list[AddOn]) -> list[str]:
        """How those of the operators that are this platform's get their identities."""
        return []

    def operator(self, environment: Environment) -> list[str]:
        """What the operators of this platform need on the management cluster `environment`."""
        return []

    def before_creation(self, system: System) -> list[str]:
        """What people make before anything else is made."""
        return []

    def after_creation(self, system: System) -> list[str]:
        """What is done once the clusters exist."""
        return []

    def pod_identities(self, environment: Environment) -> list[str]:
        """What is done once so that pods of a cluster of machines have identities of the platform. Default nothing."""
        return []

    def inside(self, system: System) -> list[str]:
        """What people do once they have a way in, before the clouds are waited for. Default nothing."""
        return []

    def way_in(self, environment: Environment) -> list[str]:
        """How a person reaches an API server without a public address; nothing where it has one."""
        return []

    def closed(self, own: Sequence[Mapping[str, Any]], rendered: Sequence[Mapping[str, Any]]) -> str:
        """Why no person outside reaches the API server of a cluster; empty where somebody does.

        Args:
            own: cloud resources of the environment, as rendered.
            rendered: those of every environment.
        """
        return ""

    def may_push(self, registry: str, rendered: Sequence[Mapping[str, Any]], told: str) -> bool:
        """Whether workflows may push to a registry: by what is rendered, or by a command of the pages. Default yes."""
        return True

    def is_filled(self, registry: str, repository: str, told: str) -> bool:
        """Whether a repository of a registry that mirrors has its images from somewhere, by the pages. Default yes."""
        return True

    copies_secrets = False
    """Whether a value that is put in once reaches every environment that reads its key. Default false."""

    def put_secret(self, environment: Environment, key: str) -> str:
        """Command that reads a value from its standard input into the store of `environment`."""
        return ""

    def other_stores(self) -> str:
        """How a value comes to the stores of other environments."""
        return "put it into the store of every other environment too"

    def repository_settings(self, system: System) -> list[tuple[str, str, str]]:
        """What the repository with the code needs beside what every platform needs: setting, value, what for."""
        return []

    def rotation(self, environment: Environment) -> list[str]:
        """How old a value may become, and who watches."""
        return []

    def restore(self, environment: Environment) -> list[str]:
        """Sections on how comes back what it keeps beside the stores. Default nothing."""
        return []

    def traffic(self, primary: Environment, standby: Environment) -> list[str]:
        """How requests find the standby where more than names lead there; nothing where names do."""
        return []

    def traffic_back(self, primary: Environment, standby: Environment) -> list[str]:
        """How requests find the primary again after the way back. Default nothing: they follow the health check."""
        return []


def pages_of(environment: Environment) -> Pages:
    """The pages of the platform that `environment` runs on."""
    return platform_of(environment).pages()


def every_pages() -> list[Pages]:
    """The pages of every platform there is, by its name."""
    return [platform.pages() for platform in platforms()]

"""Who workflows come as: the subject of a job's token, the identity that trusts it, and what the job then does.

GitHub says in a token's subject which environment or branch a job belongs to, and Azure compares it letter by letter. A
variable called `AZURE_<PURPOSE>_CLIENT_ID` holds the client id of the identity for that purpose in the job's environment;
`AZURE_CLIENT_ID` the one that a page has people make.
See https://docs.github.com/en/actions/reference/security/oidc .
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from groundplan.checks.documents.options import options
from groundplan.checks.documents.pages import read_pages
from groundplan.checks.documents.workflows import Job, Workflow, workflows_of
from groundplan.checks.identity.rights import Holder, Need
from groundplan.checks.inventory import Object
from groundplan.errors import Finding, Location
from groundplan.facts.actors import actors
from groundplan.facts.cloud_names import management_namespace
from groundplan.model.environment import Environment
from groundplan.platforms.azure.effect.landscape import AzureLandscape

GITHUB = "https://token.actions.githubusercontent.com"
"""Who signs tokens of workflows."""

LOGIN = "azure/login"
"""Action that takes an identity on."""

IDENTITY = ("managedidentity.azure.com", "UserAssignedIdentity")
BUS = ("servicebus.azure.com", "Namespace")
VAULT = ("keyvault.azure.com", "Vault")
DEEDS: Mapping[str, tuple[str, str, tuple[str, str]]] = {
    "az postgres flexible-server microsoft-entra-admin create": (
        "change-store",
        "--server-name",
        ("dbforpostgresql.azure.com", "FlexibleServer"),
    ),
    "az redis access-policy-assignment create": ("change-store", "--name", ("cache.azure.com", "Redis")),
    "az servicebus georecovery-alias set": ("change-store", "--namespace-name", BUS),
    "az servicebus namespace show": ("see-resource", "--name", BUS),
    "az identity show": ("see-resource", "--name", IDENTITY),
    "az keyvault secret list": ("watch-ages", "--vault-name", VAULT),
    "az keyvault secret set-attributes": ("watch-ages", "--vault-name", VAULT),
    "az keyvault certificate list": ("watch-ages", "--vault-name", VAULT),
    "az keyvault certificate show": ("watch-ages", "--vault-name", VAULT),
}
"""Beginning of a command to the deed it is, and the flag that names the resource and its kind."""

_VARIABLE = re.compile(r"vars\.(AZURE_(?:([A-Z_]+)_)?CLIENT_ID)\b")
_TRUSTED = "az identity federated-credential create "


@dataclass(frozen=True, slots=True, eq=False)
class Coming:
    """A job that takes an identity on."""

    workflow: Workflow
    """Its workflow."""

    job: Job
    """The job."""

    variable: str
    """Variable with the identity's client id."""

    purpose: str
    """What the identity is for; empty where a page has people make it."""

    environment: Environment | None
    """The environment that GitHub's is called as; None where the job has none of ours."""

    subjects: tuple[str, ...]
    """What its tokens may say who they are; empty where the repository is not known."""

    @property
    def holder(self) -> Holder:
        """Where the id of its identity is written."""
        place = management_namespace(self.environment) if self.environment is not None else self.workflow.system
        return place, f"{self.purpose}-identity"

    def finding(self, rule: str, message: str, advice: str) -> Finding:
        """At the job."""
        where = Location(self.workflow.file, self.job.line)
        return Finding(where, f"identity.{rule}", f"jobs.{self.job.name}", message, advice)


class Workflows:
    """Every job that takes an identity of Azure on.

    Args:
        land: the rendered tree.
    """

    def __init__(self, land: AzureLandscape) -> None:
        self._land = land

    @cached_property
    def coming(self) -> tuple[Coming, ...]:
        """All of them."""
        return tuple(
            found
            for system in sorted({item.system for item in self._land.context.environments.values()})
            for workflow in workflows_of(self._land.inventory.root, system)
            for job in workflow.jobs
            for found in self._of(workflow, job)
        )

    def _of(self, workflow: Workflow, job: Job) -> Iterator[Coming]:
        for step in job.document.get("steps", ()):
            if str(step.get("uses", "")).partition("@")[0] != LOGIN:
                continue
            found = _VARIABLE.search(str((step.get("with") or {}).get("client-id", "")))
            if found is None:
                continue
            name = _environment(job)
            environment = self._land.context.environments.get(f"{workflow.system}/{name}") if name else None
            repository = self._repository(workflow.system)
            subjects = (
                tuple(":".join(("repo", repository, place)) for place in _places(workflow, name)) if repository else ()
            )
            yield Coming(workflow, job, found[1], (found[2] or "").lower(), environment, subjects)

    def _repository(self, system: str) -> str | None:
        chapters = (item.pipelines for item in self._land.context.environments.values() if item.system == system)
        return next((chapter.repository for chapter in chapters if chapter is not None and chapter.repository), None)

    def broken(self) -> Iterator[Finding]:
        """Jobs that nobody lets in, or that could do nothing then; identities that trust what no job is."""
        trusted: dict[Holder, list[tuple[str, Object]]] = {}
        for item in self._federations():
            identity = self._land.refers(item, item.spec.get("owner") or {}, *IDENTITY)
            holder = self._land.holder_of(identity) if identity is not None else None
            if holder is not None:
                trusted.setdefault(holder, []).append((str(item.spec.get("subject", "")), item))
        for known in self.coming:
            yield from self._refused(known, {subject for subject, _ in trusted.get(known.holder, ())})
        expected = {(known.holder, subject) for known in self.coming for subject in known.subjects}
        for holder, entries in trusted.items():
            for subject, item in entries:
                if (holder, subject) not in expected:
                    message = f"lets `{subject}` in, and no job of a workflow comes as that with this identity"
                    field = ("spec", "subject")
                    yield self._land.inventory.finding(item, field, "identity.subject", message, "remove it")

    def _refused(self, known: Coming, trusted: set[str]) -> Iterator[Finding]:
        if known.purpose and not any(
            holder == known.holder for holder in map(self._land.holder_of, self._land.of(*IDENTITY))
        ):
            what = f"takes on `{known.variable}`, and no identity of its environment is for that"
            yield known.finding("no-identity", what, "have the environment make one, and the job name the environment")
            return
        if not known.subjects:
            what = f"takes on `{known.variable}`, and its token names neither a known repository nor a place in it"
            yield known.finding("subject", what, "write pipelines.repository, and an environment for the job")
        else:
            told = trusted if known.purpose else set(self._told(known.workflow.system))
            for subject in known.subjects:
                if subject not in told:
                    what = f"comes as `{subject}`, which the identity of `{known.variable}` does not trust"
                    yield known.finding("subject", what, "federate that subject, or run the job in another environment")
        if known.purpose and known.holder not in self._with_roles:
            what = f"logs in as {'/'.join(known.holder)}, which has no role in the subscription: the login finds none"
            yield known.finding("no-subscription", what, "grant it Reader on what it looks at")

    def _told(self, system: str) -> Iterator[str]:
        """Subjects that pages have people federate."""
        for page in read_pages(self._land.inventory.root, system, frozenset()):
            for command in page.commands:
                if " ".join(command.words).startswith(_TRUSTED):
                    yield from options(command.words).flags.get("--subject", ())

    @cached_property
    def _with_roles(self) -> frozenset[Holder]:
        return frozenset(
            (item.namespace, str((item.spec.get("principalIdFromConfig") or {}).get("name")))
            for item in self._land.of("authorization.azure.com", "RoleAssignment")
        )

    def _federations(self) -> Iterator[Object]:
        return (
            item
            for item in self._land.of("managedidentity.azure.com", "FederatedIdentityCredential")
            if item.spec.get("issuer") == GITHUB
        )

    def needs(self) -> Iterator[Need]:
        """What the commands of those jobs do, and what they will do once a copy leads."""
        for known in self.coming:
            identity = self._identity(known)
            if identity is None:
                continue
            for words in (command.words for command in known.job.commands):
                yield from self._of_command(known, identity, words)
            yield from self._later(known, identity)

    def _identity(self, known: Coming) -> Object | None:
        return next((item for item in self._land.of(*IDENTITY) if self._land.holder_of(item) == known.holder), None)

    def _of_command(self, known: Coming, identity: Object, words: tuple[str, ...]) -> Iterator[Need]:
        said = " ".join(words)
        for beginning, (deed, flag, kind) in DEEDS.items():
            if not said.startswith(f"{beginning} "):
                continue
            given = options(words)
            name, group = given.value(flag), given.value("--resource-group")
            item = self._called(kind, str(name), group)
            where = self._land.places(item) if item is not None else (str(name),)
            why = f"jobs.{known.job.name} of {known.workflow.file.rpartition('/')[2]} runs `{beginning}`"
            yield Need(known.holder, deed, where, why, identity, ("spec",))

    def _called(self, kind: tuple[str, str], name: str, group: str | None) -> Object | None:
        """A resource by its name in Azure, in the resource group that is meant."""
        fitting = [item for item in self._land.of(*kind) if item.spec.get("azureName") == name]
        inside = [item for item in fitting if group in (None, (item.spec.get("owner") or {}).get("name"))]
        return next(iter(inside), None)

    def _later(self, known: Coming, identity: Object) -> Iterator[Need]:
        """Stores that copy today let nobody in by a role of their own; the day they lead, the right must be there."""
        if known.environment is None:
            return
        scope = f"{known.environment.system}/{known.environment.environment}"
        called = {call for actor in actors(known.environment) for call in actor.calls}
        why = f"jobs.{known.job.name} lets identities in once a copy leads"
        field = ("spec",)
        yield Need(known.holder, "see-resource", self._land.places(identity), why, identity, field, required=False)
        for _, _, kind in DEEDS.values():
            for item in self._land.of(*kind) if kind not in (IDENTITY, VAULT) else ():
                if item.scope == scope and item.component in called:
                    where = self._land.places(item)
                    yield Need(known.holder, "change-store", where, why, identity, field, required=False)

    def __len__(self) -> int:
        return len(self.coming)


def _environment(job: Job) -> str:
    named = job.document.get("environment", "")
    return str(named.get("name", "")) if isinstance(named, Mapping) else str(named)


def _places(workflow: Workflow, environment: str) -> Iterable[str]:
    """What a token says of a job: its environment, or else the branch that was pushed."""
    if environment:
        return [":".join(("environment", environment))]
    on: Any = workflow.document.get("on", {})
    pushed = (on.get("push") or {}) if isinstance(on, Mapping) else {}
    return [f"ref:refs/heads/{branch}" for branch in pushed.get("branches", ())]

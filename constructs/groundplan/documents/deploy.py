"""deploy-and-rollback.md: how a change reaches users, who agrees to it, and how it is taken back."""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.addons.catalogue import SOURCE
from groundplan.delivery.member import application_name
from groundplan.documents.kubectl import context, kubectl, undo
from groundplan.documents.repository_settings import settings
from groundplan.facts.system import System
from groundplan.layout import argocd_dir
from groundplan.markdown import bullets, document, numbered, section, shell, table
from groundplan.model.environment import Environment
from groundplan.model.pipelines import Pipelines


def page(system: System) -> str:
    """The whole page."""
    primary = system.primary
    chapter = primary.pipelines
    return document(
        f"{primary.title}: deploy and roll back",
        "Git is the only way in. Nobody applies anything by hand; what is changed by hand is taken back.",
        section("A change of configuration", _configuration(system)),
        section("A new version of a service", *_new_version(system, chapter)),
        section("A new version of an add-on", _add_ons(system)),
        section("Step by step", *_progressive(primary)),
        section("Roll back", *_roll_back(system)),
        section("What the repositories need", *(settings(system, chapter) if chapter else [])),
    )


def _configuration(system: System) -> str:
    return numbered(
        [
            f"Edit `environments/{system.name}/`: `system.yaml` for every environment, an overlay for one.",
            "Run `make`. It renders, judges, and says what changed.",
            "Open a pull request with the source and what was rendered from it; the reviewer reads the rendered change.",
            "Merge. Argo CD brings it into the clusters within three minutes, wave by wave.",
        ]
    )


def _new_version(system: System, chapter: Pipelines | None) -> list[str]:
    if chapter is not None:
        return _versions(system, chapter)
    return [_by_hand(system)] if any(item.services for item in system.promotions) else []


def _add_ons(system: System) -> str:
    """How operators and controllers move on; only a system that has clusters has any."""
    if not system.clusters:
        return ""
    return (
        f"Change `versions` in `{SOURCE}`, which every system shares, run `make`, and read what the chart's new version "
        "renders before you merge. Its definitions follow the chart's version by themselves."
    )


def _by_hand(system: System) -> str:
    stages = [f"groundplan image set {system.name}/{item.environment} SERVICE TAG" for item in system.promotions]
    return "One environment at a time, each as a change of its own:\n\n" + shell(*stages)


def _versions(system: System, chapter: Pipelines) -> list[str]:
    stages = [item.environment for item in system.promotions]
    order = ", then ".join(f"`{stage}`" for stage in stages)
    committed, released, together = (chapter.built_on(what) for what in ("commit", "release", "tag"))
    ways = []
    if committed and chapter.deploys:
        ways += [
            f"{_names(committed)}: every push to `{branch}` that passes CI is built, tagged with its commit and deployed to "
            f"`{target}`, and to no other."
            for branch, target in chapter.deploys.items()
        ]
    elif committed:
        ways.append(
            f"{_names(committed)}: every push to `{chapter.deployed}` that passes CI is built, tagged with its commit and "
            f"deployed to {order}."
        )
    if released:
        example = next(iter(released))
        ways.append(
            f"{_names(released)}: a Git tag `<service>/v1.2.3`, for example `{example}/v1.2.3`, builds that version and "
            f"takes it to {order}."
        )
    if together:
        ways.append(
            f"{_names(together)}: a Git tag `v1.2.3` releases all of them together. It passes {_gates(chapter)}, and then "
            f"goes to {order}."
        )
    return [
        bullets(ways),
        "Each stage proposes one line of this repository with what is rendered from it, as a pull request that is merged once "
        "the required checks have passed. Then it waits until Argo CD has written a status to that commit, or a later one: the "
        "service is Synced and Healthy. Only then the next stage begins. A standby takes every version together "
        "with the environment it stands by for.",
        _by_hand(system),
    ]


def _progressive(environment: Environment) -> list[str]:
    """What happens between a merged version and all requests being answered by it."""
    canary, blue_green = environment.rollouts.canary, environment.rollouts.blue_green
    rows: list[tuple[str, str, str, str]] = []
    for name, service in environment.services.items():
        if service.rollout == "canary":
            shares = ", then ".join(f"{share} %" for share in canary.then)
            how = f"{canary.weight} % of requests for {canary.observe}, then {shares}"
            rows.append((name, service.rollout, how, f"more than {canary.max_error_rate:g} % fail"))
        elif service.rollout == "blue-green":
            how = f"a full second set, one switch, watched for {blue_green.observe} with the first set still there"
            limits = f"more than {blue_green.max_error_rate:g} % fail, or one in twenty takes longer than {blue_green.max_latency}"
            rows.append((name, service.rollout, how, limits))
    if not rows:
        return []
    heard = ", ".join(environment.rollouts.notify) or "nobody is told"
    return [
        table(["Service", "Strategy", "How", "Taken back when"], rows),
        "The measurements decide, no person has to watch, unless too few requests come for them to say anything: with fewer than "
        f"{canary.min_requests} a canary in production pauses, and with fewer than {blue_green.min_requests} what was switched to is "
        "kept beside the old version, until somebody promotes or aborts it. Told of a step back or a pause: "
        f"{heard}. To watch, hurry or stop one:",
        shell(
            *(
                f"kubectl argo rollouts {verb} {rows[0][0]} --context {context(environment)} --namespace {environment.namespace}"
                for verb in ("get rollout", "promote", "abort")
            )
        ),
    ]


def _gates(chapter: Pipelines) -> str:
    """The gates of a version, in words."""
    gates = chapter.gates
    passed = [f"the unit tests with {chapter.coverage} % coverage"]
    if gates.integration is not None:
        passed.append("the integration tests")
    passed.append("the security scan")
    if gates.performance is not None:
        slower = f"at most {gates.performance.tolerance} % above its baseline"
        passed.append(f"a load test of {gates.performance.users} users, {slower}")
    if gates.validation is not None:
        passed.append("validation in staging before production")
    return ", ".join(passed)


def _names(services: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in services)


def _roll_back(system: System) -> list[str]:
    primary = system.primary
    first = list(primary.services.items())[:1]
    return [
        "Revert the commit, and merge that as a pull request; Argo CD brings back what was before:",
        shell("git switch --create roll-back", "git revert COMMIT", "make", "git push --set-upstream origin roll-back"),
        *(block for name, _ in first for block in _name_a_version(primary, name)),
        section(
            "If Git cannot be reached",
            "Pause self-healing of the root and of the Application, undo the change, and repeat it in Git afterwards.",
            shell(
                *_pauses(primary, [name for name, _ in first] or ["APPLICATION"]),
                *(f"{kubectl(primary)} {undo(name, item)}" for name, item in first),
            ),
            "When Git has it too, bring the root back as it is there; it brings back the others, and their automation:",
            shell(
                f"kubectl --context {context(primary)} apply -f "
                f"{argocd_dir(system.name, primary.environment)}/root-applications/"
            ),
            level=3,
        ),
        *_without_sign_on(primary),
    ]


def _without_sign_on(environment: Environment) -> list[str]:
    """The way back in when the identity provider is down: access to the cluster, which does not pass through it."""
    delivery = environment.delivery
    if delivery.sign_in is None:
        return []
    name = application_name(environment, next(iter(environment.services), "root"), management=False)
    look = f"kubectl --context {context(environment)} --namespace {delivery.namespace} port-forward service/argocd-server 8080:443"
    where = f"https://{delivery.host}" if delivery.host is not None else "https://localhost:8080, by this"
    return [
        section(
            "Looking at Argo CD, and if single sign-on cannot be reached",
            f"People sign in at {where}:",
            shell(look),
            "It has no password of its own. Whoever administers the cluster needs none: `--core` works with the rights of "
            "the current context, past Argo CD's own sign-on.",
            shell(
                f"kubectl config use-context {context(environment)}",
                f"kubectl config set-context --current --namespace {delivery.namespace}",
                f"argocd app get {name} --core",
                f"argocd app sync {name} --core",
            ),
            level=3,
        )
    ]


def _name_a_version(environment: Environment, service: str) -> list[str]:
    return [
        "Or name the version that worked:",
        shell(f"groundplan image set {environment.system}/{environment.environment} {service} TAG", "make"),
        "A database migration that is not compatible with the version before it cannot be rolled back this way; restore "
        "the data first.",
    ]


def _pauses(environment: Environment, components: list[str]) -> list[str]:
    names = [application_name(environment, name, management=False) for name in ("root", *components)]
    return [
        f"{kubectl(environment, environment.delivery.namespace)} patch applications.argoproj.io {name} --type merge "
        """--patch '{"spec":{"syncPolicy":{"automated":null}}}'"""
        for name in names
    ]

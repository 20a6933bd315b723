"""The six steps of a failover, each as the words and commands of its section."""

from __future__ import annotations

from collections.abc import Sequence

from groundplan.delivery.member import application_name
from groundplan.documents.kubectl import context, workload
from groundplan.facts.replicas import least_replicas
from groundplan.facts.system import System
from groundplan.layout import argocd_dir
from groundplan.markdown import checklist, section, shell, table
from groundplan.model.environment import Environment
from groundplan.model.recovery import Recovery
from groundplan.platforms.pages import pages_of
from groundplan.platforms.registry import platform_of
from groundplan.stores.pages import pages_of_stores
from groundplan.stores.registry import stores_of


def confirm(primary: Environment, limit: int) -> str:
    """Who decides, by what; `limit` is in minutes."""
    patience = min(10, limit)
    hosts = list(primary.public_hosts.items())
    probes = [f"curl --fail --max-time 10 https://{host}{rules.health}" for host, rules in hosts]
    return "\n\n".join(
        [
            f"The one who is on call ({primary.owner.oncall}) decides. Fail over when all of this is true:",
            checklist(
                [
                    f"the health check from outside the region has failed for {patience} minutes, not only the alerts inside it",
                    f"the provider reports an event in {primary.region}, or its API does not answer there",
                    "nobody expects the site back within half of the recovery time objective",
                    f"the person who answers for the system agrees, or cannot be reached within {patience} minutes",
                ]
            ),
            *([shell(*probes)] if probes else []),
            "Write down the time, and the last position of the database's log if the old site still answers.",
        ]
    )


def overlay(standby: Environment) -> str:
    """File of the standby, in which both words of a failover stand."""
    return f"environments/{standby.system}/{standby.environment}.yaml"


MERGED = "Open a pull request, have it approved, and merge it when its checks have passed."


def change(introduction: str, system: str, files: Sequence[str], message: str, then: str = MERGED) -> str:
    """A change of what Argo CD delivers, as a pull request: nobody writes to its branch."""
    branch = f"{system}-{message.replace(' ', '-')}"
    return "\n\n".join(
        [
            introduction,
            shell(
                "make",
                f"git switch --create {branch}",
                f"git add {' '.join(files)} dist argocd docs/systems",
                f'git commit -m "{system}: {message}"',
                f"git push --set-upstream origin {branch}",
            ),
            then,
        ]
    )


def promote(system: System, primary: Environment, standby: Environment) -> str:
    """The one change in Git, and what follows of it."""
    file = overlay(standby)
    blocks = [
        *_fence(system, primary),
        change(
            f"Promotion is one changed line in Git. In `{file}`, set `recovery.active: true`, then:",
            standby.system,
            [file],
            f"fail over to {standby.environment}",
        ),
        f"The Argo CD of {context(standby)} reads Git from outside the lost region and needs nothing in it.",
        f"The same change takes `{primary.environment}` out of service: its services go to zero, its schedules rest, and its "
        "databases accept no writes. Should its region come back, its Argo CD does that before anybody else can; until its "
        "root is Synced, keep requests away from it.",
    ]
    blocks += [block for it in pages_of_stores(standby) for block in it.follow(context(standby))]
    return "\n\n".join(block for block in blocks if block)


def _fence(system: System, primary: Environment) -> list[str]:
    where = context(system.cluster_of(primary))
    commands = [command for it in pages_of_stores(primary) for command in it.fence(where)]
    if not commands:
        return []
    return [
        "Two databases that both accept writes are worse than none. If the old site still answers, fence its database "
        "first, so that it stops accepting writes:",
        shell(*commands),
    ]


def replicas(standby: Environment) -> dict[str, int]:
    """Least pods of each service once the standby is active."""
    return {name: least_replicas(standby, name) for name in standby.services}


def start(standby: Environment) -> str:
    """What is waited for, and what is typed where Git or Argo CD does not work."""
    counts = replicas(standby)
    suffix = application_name(standby, "root", management=False)
    command = f"kubectl --context {context(standby)}"
    argo = standby.delivery.namespace
    stores = {name: store.pages().start(context(standby)) for name, store in stores_of(standby).items()}
    paused = [*(name for name, commands in stores.items() if commands), *counts]
    pause = """--type merge --patch '{"spec":{"syncPolicy":{"automated":null}}}'"""
    return "\n\n".join(
        [
            "The same commit renders every replica count and autoscaler of the standby; there is nothing more to do "
            "than to watch the Applications become healthy:",
            shell(f"{command} --namespace {argo} get applications.argoproj.io --watch"),
            table(["Service", "Pods at least"], counts.items()),
            section(
                "If Git or Argo CD does not work",
                "A count set by hand is taken back by Argo CD's self-healing, so pause it first: the root, which "
                "would restore the others, then each store and each service.",
                shell(
                    f"{command} --namespace {argo} patch applications.argoproj.io {suffix} {pause}",
                    *(
                        f"{command} --namespace {argo} patch applications.argoproj.io "
                        f"{application_name(standby, name, management=False)} {pause}"
                        for name in paused
                    ),
                ),
                "Then the stores, and what uses them:",
                shell(
                    *(line for commands in stores.values() for line in commands),
                    f"kubectl config use-context {context(standby)}",
                    *(
                        f"kubectl scale {workload(name, standby.services[name])} --replicas={count} -n {standby.namespace}"
                        for name, count in counts.items()
                    ),
                ),
                "Afterwards make the change in Git all the same. When it is merged, bring the root back as Git has it; it "
                "brings back the others, and their automation:",
                shell(f"{command} apply -f {argocd_dir(standby.system, standby.environment)}/root-applications/"),
                level=3,
            ),
        ]
    )


def dns(primary: Environment, standby: Environment) -> str:
    """How requests come to the other region."""
    if primary.ingress is None or not primary.public_hosts:
        return "No host name of the system is public; callers inside find the standby through its own cluster."
    platform = pages_of(primary)
    through_edge = platform.traffic(primary, standby)
    if through_edge:
        return "\n\n".join(through_edge)
    balancer = platform.balancers.get(primary.ingress.type, "load balancer")
    ttl = platform_of(primary).dns_ttl
    hosts = list(primary.public_hosts)
    command = f"kubectl --context {context(standby)}"
    return "\n\n".join(
        [
            f"{platform.dns} moves {', '.join(f'`{host}`' for host in hosts)} to the {balancer} of "
            f"{standby.region} by itself once the health check fails; resolvers follow within {ttl} seconds. Check it:",
            shell(
                *(f"dig +short {host}" for host in hosts),
                f"{command} get ingress --all-namespaces",
            ),
            f"If the names still lead to {primary.region} although its health check fails, change the records "
            f"in {platform.dns} to the address the second command shows, and put that into Git when the emergency is over.",
        ]
    )


LOST = "Compare the position with the one written down in step 1: the difference is what was lost."


def check(primary: Environment, standby: Environment, recovery: Recovery, *, compared: str = LOST) -> str:
    """What must be true before customers are told; `compared` says what to hold the database's position against."""
    hosts = list(primary.public_hosts.items())
    blocks = []
    if recovery.checklist:
        blocks.append(f"Work through the checklist of **{recovery.checklist}**. Beside it:")
    items = ["every Application is Synced and Healthy", f"no data is missing that is older than {recovery.rpo}"]
    pages = pages_of_stores(standby)
    items += [item for it in pages for item in it.check_items()]
    sql = [command for it in pages for command in it.check(context(standby), _SQL)]
    items += [f"`https://{host}{rules.health}` answers, and one request of each kind succeeds" for host, rules in hosts]
    blocks.append(checklist(items))
    if sql:
        blocks += [
            compared,
            shell(*sql),
        ]
    if hosts:
        blocks.append(shell(*(f"curl --fail https://{host}{rules.health}" for host, rules in hosts)))
    return "\n\n".join(blocks)


_SQL = (
    "select pg_is_in_recovery(), pg_current_wal_lsn(), now(); "
    "select relname, n_live_tup from pg_stat_user_tables order by relname"
)


def tell(primary: Environment, recovery: Recovery) -> str:
    """Who tells whom, in which words."""
    mail = f" ({primary.owner.email})" if primary.owner.email else ""
    return "\n\n".join(
        [
            f"Owner of this step: {primary.owner.team}{mail}. Channel: {recovery.notices}. First notice when the failover "
            "is decided, the second when the checks of step 5 have passed.",
            "> **{service}: interruption on {date}**\n>\n"
            "> From {start} to {end} (UTC) requests failed because a data centre region of our provider was lost. We "
            "now serve you from another region. Changes you made between {loss_start} and {loss_end} may be missing; "
            "please check them. We apologise, and will publish what we learned within five working days.".replace(
                "{service}", primary.title
            ),
        ]
    )

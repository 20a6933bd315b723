"""Steps that several workflows share."""

from __future__ import annotations

from groundplan.delivery.member import application_name
from groundplan.facts.system import System
from groundplan.github import STRICT, pinned
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.values import whole_seconds

PATIENCE_SECONDS = 1200
"""Longest wait for Argo CD: it looks at Git every three minutes, and a rollout may take its ten."""


def check_out_platform(environment: Environment) -> Json:
    """Check out the platform repository at its newest commit, with the one key that may write to it."""
    repository = environment.delivery.repository
    return {
        "name": "Check out the platform repository",
        "uses": pinned("actions/checkout"),
        "with": {
            "repository": owner_and_name(repository.url),
            "ref": repository.revision,
            "ssh-key": "${{ secrets.PLATFORM_DEPLOY_KEY }}",
        },
    }


def owner_and_name(url: str) -> str:
    """`owner/name` of a repository's clone URL."""
    path = url.removesuffix(".git").replace("git@", "").replace(":", "/").split("/")
    return "/".join(path[-2:])


def promote(system: System, environment: Environment, services: list[str], tag: str) -> Json:
    """Set the image tags of `environment` in Git, and those of its standby, which must never run another version."""
    targets = [environment, *filter(None, [system.standby_of(environment)])]
    revision = environment.delivery.repository.revision
    lines = [
        f'.venv/bin/groundplan image set {target.system}/{target.environment} {service} "$TAG"'
        for target in targets
        for service in services
    ]
    script = [
        "make setup",
        'git config user.name "GitHub Actions"',
        'git config user.email "actions@github.com"',
        *lines,
        "make synth check",
        "git add environments dist docs/systems argocd",
        'if git diff --cached --quiet; then echo "nothing to change"; exit 0; fi',
        f'git commit -m "Update {environment.environment} image: $TAG"',
        "tries=5",
        f"until git pull --rebase origin {revision} && git push origin HEAD:{revision}; do",
        "  tries=$((tries - 1))",
        '  [ "$tries" -gt 0 ]',
        "  sleep 5",
        "done",
    ]
    return {
        "name": f"Set the image tag of {environment.environment}",
        "env": {"TAG": tag},
        "run": STRICT + "\n".join(script) + "\n",
    }


def patience(environment: Environment, services: list[str]) -> int:
    """Seconds to wait: Argo CD's own, and what a step-by-step release watches the new version for."""
    watched = {
        "canary": whole_seconds(environment.rollouts.canary.observe),
        "blue-green": whole_seconds(environment.rollouts.blue_green.observe),
    }
    longest = max((watched.get(environment.services[name].rollout, 0) for name in services), default=0)
    return PATIENCE_SECONDS + longest


def wait_until_healthy(environment: Environment, service: str, tag: str) -> Json:
    """Wait until Argo CD reports that this very image runs and is healthy; it is asked, never told."""
    application = application_name(environment, service, management=False)
    return {
        "name": f"Wait until {environment.environment} runs it",
        "env": {
            "TAG": tag,
            "ARGOCD_SERVER": "${{ vars.ARGOCD_SERVER }}",
            "ARGOCD_TOKEN": "${{ secrets.ARGOCD_READ_TOKEN }}",
        },
        "run": STRICT
        + _WAIT.format(
            application=application,
            image=environment.services[service].repository.rpartition("/")[2],
            seconds=patience(environment, [service]),
        ),
    }


_WAIT = """\
deadline=$((SECONDS + {seconds}))
until curl --silent --show-error --fail --max-time 10 \\
  --header "Authorization: Bearer $ARGOCD_TOKEN" \\
  "https://$ARGOCD_SERVER/api/v1/applications/{application}" |
  jq --exit-status --arg image "/{image}:$TAG" \\
    '.status.sync.status == "Synced" and .status.health.status == "Healthy"
     and any(.status.summary.images[]?; endswith($image))'
do
  if [ "$SECONDS" -ge "$deadline" ]; then
    echo "::error::{application} is not healthy with this image"
    exit 1
  fi
  sleep 15
done
"""


def smoke_test(environment: Environment) -> list[Json]:
    """Ask each public host for its health three times; nothing where the environment has no public host."""
    if not environment.public_hosts:
        return []
    urls = " ".join(f"https://{name}{host.health}" for name, host in environment.public_hosts.items())
    script = (
        f"for url in {urls}; do\n"
        "  for attempt in 1 2 3; do\n"
        '    curl --silent --show-error --fail --max-time 10 --retry 5 --retry-all-errors "$url"\n'
        "    sleep 5\n"
        "  done\n"
        "done\n"
    )
    return [{"name": f"Smoke-test {environment.environment}", "run": STRICT + script}]

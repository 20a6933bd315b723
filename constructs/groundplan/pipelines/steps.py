"""Steps that several workflows share."""

from __future__ import annotations

from collections.abc import Mapping

from groundplan.facts.reports import report_of
from groundplan.facts.system import System
from groundplan.github import STRICT, pinned
from groundplan.kubernetes.objects import Json
from groundplan.model.environment import Environment
from groundplan.model.values import whole_seconds

PATIENCE_SECONDS = 1200
"""Longest wait for Argo CD: it looks at Git every three minutes, and a rollout may take its ten."""


def app_token(environment: Environment, id_: str, permissions: Mapping[str, str]) -> Json:
    """A token of the GitHub App of this environment: for the platform repository alone, for an hour, and for no more than this.

    See https://github.com/actions/create-github-app-token .
    """
    owner, _, name = owner_and_name(environment.delivery.repository.url).partition("/")
    return {
        "name": f"Become the App that deploys {environment.environment}",
        "id": id_,
        "uses": pinned("actions/create-github-app-token"),
        "with": {
            "client-id": "${{ vars.PLATFORM_APP }}",
            "private-key": "${{ secrets.PLATFORM_APP_KEY }}",
            "owner": owner,
            "repositories": name,
            **{f"permission-{scope}": level for scope, level in permissions.items()},
        },
    }


def check_out_platform(environment: Environment) -> list[Json]:
    """Check out the platform repository at its newest commit, as an App that may propose changes to it."""
    repository = environment.delivery.repository
    rights = {"checks": "read", "contents": "write", "pull-requests": "write", "statuses": "read"}
    return [
        app_token(environment, "proposer", rights),
        {
            "name": "Check out the platform repository",
            "uses": pinned("actions/checkout"),
            "with": {
                "repository": owner_and_name(repository.url),
                "ref": repository.revision,
                "token": "${{ steps.proposer.outputs.token }}",
                "fetch-depth": 0,
            },
        },
    ]


def owner_and_name(url: str) -> str:
    """`owner/name` of a repository's clone URL."""
    path = url.removesuffix(".git").replace("git@", "").replace(":", "/").split("/")
    return "/".join(path[-2:])


def promote(system: System, environment: Environment, services: list[str], tag: str) -> Json:
    """Propose the image tags of `environment`, and those of its standby, which must never run another version.

    The pull request is merged once what the branch requires has passed; nothing is written to the branch itself. Where
    another change comes first, everything is rendered anew on top of it.
    """
    targets = [environment, *filter(None, [system.standby_of(environment)])]
    repository = environment.delivery.repository
    lines = "\n".join(
        f'  .venv/bin/groundplan image set {target.system}/{target.environment} {service} "$TAG"'
        for target in targets
        for service in services
    )
    script = _PROPOSE.format(
        main=repository.revision, where=f"{system.name}-{environment.environment}", lines=lines,
        environment=environment.environment, seconds=MERGE_SECONDS,
    )  # fmt: skip
    return {
        "name": f"Set the image tag of {environment.environment}",
        "id": "merged",
        "env": {
            "TAG": tag,
            "GH_TOKEN": "${{ steps.proposer.outputs.token }}",
            "GH_REPO": owner_and_name(repository.url),
        },
        "run": STRICT + script,
    }


_PROPOSE = """\
make setup
git config user.name "GitHub Actions"
git config user.email "actions@github.com"
branch="deploy/{where}/$GITHUB_RUN_ID-$GITHUB_RUN_ATTEMPT"
deadline=$((SECONDS + {seconds}))
merged=
while [ -z "$merged" ]; do
  git fetch origin {main}
  git switch --force-create "$branch" origin/{main}
{lines}
  make synth check
  git add environments dist docs/systems argocd
  if git diff --cached --quiet; then
    merged=$(git rev-parse HEAD)
    break
  fi
  git commit -m "Update {environment} image: $TAG"
  commit=$(git rev-parse HEAD)
  git push --force origin "$branch"
  number=$(gh pr list --head "$branch" --json number --jq '.[].number')
  if [ -z "$number" ]; then
    gh pr create --base {main} --head "$branch" --title "Update {environment} image: $TAG" --body "Run $GITHUB_RUN_ID of $GITHUB_REPOSITORY"
    number=$(gh pr list --head "$branch" --json number --jq '.[].number')
  fi
  until merged=$(gh api --method PUT "repos/$GH_REPO/pulls/$number/merge" -f merge_method=rebase -f sha="$commit" --jq .sha 2>refused); do
    merged=
    failed=$(gh pr checks "$number" --required --json bucket --jq 'map(select(.bucket == "fail")) | length' || true)
    if [ "${{failed:-0}}" -gt 0 ] || [ "$SECONDS" -ge "$deadline" ]; then
      echo "::error::pull request $number was not merged: $(cat refused)"
      exit 1
    fi
    git fetch origin {main}
    git merge-base --is-ancestor origin/{main} "$commit" || break
    sleep 20
  done
done
echo "commit=$merged" >> "$GITHUB_OUTPUT"
"""
"""The merge is refused until the required checks have passed, so asking for it is how they are waited for."""

MERGE_SECONDS = 2700
"""Longest wait for the required checks, once more when another change came first; the App's token lives an hour."""


def patience(environment: Environment, services: list[str]) -> int:
    """Seconds to wait: Argo CD's own, and what a step-by-step release watches the new version for."""
    watched = {
        "canary": whole_seconds(environment.rollouts.canary.observe),
        "blue-green": whole_seconds(environment.rollouts.blue_green.observe),
    }
    longest = max((watched.get(environment.services[name].rollout, 0) for name in services), default=0)
    return PATIENCE_SECONDS + longest


def wait_until_healthy(environment: Environment, services: list[str]) -> list[Json]:
    """Wait until Argo CD has told GitHub that the services run at the merged commit or a later one.

    Nothing outside reaches Argo CD, so it is not asked: it reports outward (`delivery/reports.py`).
    """
    repository = environment.delivery.repository
    rights = {"contents": "read", "statuses": "read"}
    return [
        app_token(environment, "reader", rights),
        {
            "name": f"Wait until {environment.environment} runs it",
            "env": {
                "MERGED": "${{ steps.merged.outputs.commit }}",
                "AWAITED": " ".join(report_of(environment, service) for service in services),
                "GH_TOKEN": "${{ steps.reader.outputs.token }}",
                "GH_REPO": owner_and_name(repository.url),
            },
            "run": STRICT + _WAIT.format(main=repository.revision, seconds=patience(environment, services)),
        },
    ]


_WAIT = """\
deadline=$((SECONDS + {seconds}))
for status in $AWAITED; do
  until
    {{ echo "$MERGED"; gh api "repos/$GH_REPO/compare/$MERGED...{main}" --jq '.commits[].sha'; }} |
      while read -r commit; do
        gh api "repos/$GH_REPO/commits/$commit/status?per_page=100" --jq '.statuses[] | select(.state == "success").context'
      done |
      grep --fixed-strings --line-regexp "$status"
  do
    if [ "$SECONDS" -ge "$deadline" ]; then
      echo "::error::Argo CD has not reported $status as Synced and Healthy"
      exit 1
    fi
    sleep 15
  done
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

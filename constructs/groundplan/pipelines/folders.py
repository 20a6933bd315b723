"""Checks of a repository that holds several services, each in its folder and in its own language."""

from __future__ import annotations

from groundplan.facts.system import System
from groundplan.github import RUNNER, STRICT, checkout, pinned, python
from groundplan.kubernetes.objects import Json
from groundplan.model.pipelines import Build, Pipelines
from groundplan.pipelines.languages import java, lint_java, test_java

SEMVER = "semver@7.7.2"
"""What compares versions the way npm does."""


def folder_jobs(system: System, pipelines: Pipelines, stores: tuple[Json, dict[str, str]]) -> Json:
    """One job for each folder: lint, test and build what lies in it.

    Args:
        system: the system.
        pipelines: its chapter.
        stores: service containers and variables that tests of Python and Java get.
    """
    jobs: Json = {}
    for name, build in distinct(pipelines.services).items():
        job: Json = {
            "runs-on": RUNNER,
            "timeout-minutes": 30,
            "defaults": {"run": {"working-directory": build.folder}},
        }
        if build.language != "node" and stores[0]:
            job["services"] = stores[0]
        if build.language == "java":
            steps = [java(pipelines), *lint_java(pipelines, [build]), *test_java(pipelines, [build], stores[1])]
        else:
            steps = _python(pipelines, build, stores[1]) if build.language == "python" else _node(pipelines, build)
        jobs[f"test-{name}"] = {**job, "steps": [checkout(), *steps]}
    return jobs


def distinct(builds: dict[str, Build]) -> dict[str, Build]:
    """The builds without those that share a folder with an earlier one."""
    seen: set[str] = set()
    found = {}
    for name, build in builds.items():
        if build.folder not in seen:
            found[name] = build
        seen.add(build.folder)
    return found


def _python(pipelines: Pipelines, build: Build, variables: dict[str, str]) -> list[Json]:
    tests = f"pytest --cov=. --cov-report=xml --cov-fail-under={pipelines.coverage}"
    steps: list[Json] = [
        python(pipelines.python, cache="pip"),
        {"name": "Install", "run": "pip install -r requirements.txt -r requirements-dev.txt"},
    ]
    if build.versions:
        steps.append({"name": "Check versions", "run": STRICT + _python_versions(build.versions)})
    return [
        *steps,
        {"name": "Lint", "run": "pylint . && mypy ."},
        {"name": "Test", **({"env": variables} if variables else {}), "run": tests},
    ]


def _python_versions(wanted: dict[str, str]) -> str:
    """Each installed package against its range, in the words of PEP 440."""
    lines = "".join(f"    {name!r}: {range_!r},\n" for name, range_ in wanted.items())
    return (
        "pip install packaging\n"
        "python - <<'EOF'\n"
        "from importlib.metadata import version\n"
        "from packaging.specifiers import SpecifierSet\n"
        f"wanted = {{\n{lines}}}\n"
        "wrong = [f'{name} is {version(name)}, not {text}' for name, text in wanted.items()\n"
        "         if version(name) not in SpecifierSet(text)]\n"
        "raise SystemExit('\\n'.join(wrong) or None)\n"
        "EOF\n"
    )


def _node(pipelines: Pipelines, build: Build) -> list[Json]:
    steps: list[Json] = [
        {
            "name": "Set up Node",
            "uses": pinned("actions/setup-node"),
            "with": {
                "node-version": pipelines.node,
                "cache": "npm",
                "cache-dependency-path": f"{build.folder}/package-lock.json",
            },
        },
        {"name": "Install", "run": "npm ci"},
    ]
    if build.versions:
        steps.append({"name": "Check versions", "run": STRICT + _node_versions(build.versions)})
    return [
        *steps,
        {"name": "Lint", "run": "npm run lint"},
        {"name": "Test", "run": "npm test"},
        {"name": "Build", "run": "npm run build"},
    ]


def _node_versions(wanted: dict[str, str]) -> str:
    """Each installed package against its range, in the words of npm."""
    checks = "".join(f"check {name} '{range_}'\n" for name, range_ in wanted.items())
    return (
        "check() {\n"
        "  found=$(node -p \"require('./node_modules/$1/package.json').version\")\n"
        f'  npx --yes {SEMVER} "$found" --range "$2" || {{ echo "::error::$1 is $found, not $2"; exit 1; }}\n'
        "}\n" + checks
    )

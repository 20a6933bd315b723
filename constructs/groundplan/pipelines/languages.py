"""What a job needs before it can run code of each language, and how Java is tested.

Python is one project over the repository unless folders are checked one by one; Java is a project in each folder.
"""

from __future__ import annotations

from collections.abc import Iterable

from groundplan.github import STRICT, pinned, python
from groundplan.kubernetes.objects import Json
from groundplan.model.pipelines import Build, Pipelines

COMMANDS = {
    "gradle": {"lint": "./gradlew --no-daemon check -x test", "test": "./gradlew --no-daemon test jacocoTestReport"},
    "maven": {
        "lint": "./mvnw --batch-mode verify -DskipTests",
        "test": "./mvnw --batch-mode verify",
    },
}
"""Build tool to its commands."""


def ready(pipelines: Pipelines) -> list[Json]:
    """Everything that commands of the chapter's languages run with."""
    steps: list[Json] = []
    if "python" in pipelines.languages:
        steps += [
            python(pipelines.python, cache="pip"),
            {"name": "Install", "run": "pip install -r requirements.txt -r requirements-dev.txt"},
        ]
    if "java" in pipelines.languages:
        steps.append(java(pipelines))
    return steps


def java(pipelines: Pipelines) -> Json:
    """Install Java, and keep what the build tool fetched."""
    return {
        "name": "Set up Java",
        "uses": pinned("actions/setup-java"),
        "with": {"distribution": "temurin", "java-version": pipelines.java, "cache": pipelines.java_build},
    }


def lint_java(pipelines: Pipelines, builds: Iterable[Build]) -> list[Json]:
    """What the build checks beside the tests, folder by folder."""
    return [_in_folder("Lint", build, COMMANDS[pipelines.java_build]["lint"]) for build in builds]


def test_java(pipelines: Pipelines, builds: Iterable[Build], variables: dict[str, str]) -> list[Json]:
    """Every test, folder by folder, and the least coverage of each."""
    steps: list[Json] = []
    for build in builds:
        test = _in_folder("Test", build, COMMANDS[pipelines.java_build]["test"])
        covered = _in_folder("Coverage of", build, STRICT + _COVERED)
        steps += [
            {**test, **({"env": variables} if variables else {})},
            {**covered, "env": {"LEAST": str(pipelines.coverage)}},
        ]
    return steps


def _in_folder(what: str, build: Build, command: str) -> Json:
    return {"name": f"{what} {build.folder}", "working-directory": build.folder, "run": command}


_COVERED = """\
python3 - <<'END'
import glob, os, sys, xml.etree.ElementTree as tree
reports = [name for name in glob.glob("**/jacoco*.xml", recursive=True) if "/build/" in f"/{name}" or "/target/" in f"/{name}"]
lines = [found for name in reports for found in tree.parse(name).getroot().findall("counter[@type='LINE']")]
covered, missed = (sum(int(found.get(key)) for found in lines) for key in ("covered", "missed"))
share = 100 * covered / (covered + missed) if covered + missed else 0
print(f"{covered} of {covered + missed} lines, {share:.1f} %, in {len(reports)} reports")
sys.exit(share < float(os.environ["LEAST"]))
END
"""
"""No report is no coverage."""


def scan_java() -> list[Json]:
    """Data that flows where it should not, found in the sources without a build."""
    return [
        {
            "name": "Prepare the scan of the code",
            "if": "always()",
            "uses": pinned("github/codeql-action/init"),
            "with": {"languages": "java-kotlin", "build-mode": "none", "queries": "security-extended"},
        },
        {"name": "Scan the code", "if": "always()", "uses": pinned("github/codeql-action/analyze")},
    ]

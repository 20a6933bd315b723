"""What `why`, `impact` and `diff` say of a system, compared with what really changes when its files do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hello import hello, rendered

from groundplan.causes.contrast import contrast
from groundplan.causes.experiment import BrokenError, Search
from groundplan.causes.impact import impact
from groundplan.causes.other_values import REMOVED, other_values
from groundplan.causes.why import why
from groundplan.cli.main import main
from groundplan.errors import UsageError
from groundplan.yaml.marked import read_marked_yaml

SYSTEM = "environments/hello/system.yaml"

CACHE = """
  worker:
    image: docker.io/hello/worker:v2.0.0
    replicas: 1
    calls: [web]
    config: {LEVEL: info}
    resources: {requests: {cpu: 100m, memory: 64Mi}, limits: {cpu: 200m, memory: 64Mi}}
"""


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = hello(tmp_path_factory.mktemp("hello"), more=CACHE, live="services: {web: {replicas: 3}}\n")
    rendered(found)
    return found


def files_of(root: Path, component: str) -> list[str]:
    found = sorted((root / "dist/hello/live" / component).rglob("*.yaml"))
    assert found
    return [file.relative_to(root).as_posix() for file in found]


def line_of(root: Path, file: str, text: str) -> int:
    lines = (root / file).read_text("utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


def written_causes(root: Path, file: str) -> set[str]:
    return {str(cause.leaf) for cause in why(root, file).causes if cause.leaf.at is not None and cause.fields}


@pytest.mark.parametrize("component", ["web", "worker"])
def test_what_is_said_to_be_behind_an_object_is_what_changes_it(root: Path, component: str) -> None:
    """Every line of the system is changed in the file itself; what then changes must be what `why` says."""
    marks = read_marked_yaml(root / SYSTEM, SYSTEM).marks
    reached: dict[str, set[str]] = {file: set() for file in files_of(root, component)}
    for line in sorted({at.line for path, at in marks.items() if path[:2] == ("services", component)}):
        try:
            found = impact(root, SYSTEM, line)
        except UsageError:  # no other value is legal
            continue
        for item in found.reached:
            if item.file in reached and item.fields:
                reached[item.file].add(found.key)

    for file, keys in reached.items():
        said = written_causes(root, file)
        unsaid = {
            key for key in keys if not any(cause == key or cause.startswith((f"{key}.", f"{key}[")) for cause in said)
        }
        assert unsaid == set(), file


@pytest.mark.parametrize("component", ["web", "worker"])
def test_whatever_is_said_to_be_behind_an_object_reaches_it(root: Path, component: str) -> None:
    marks = read_marked_yaml(root / SYSTEM, SYSTEM).marks
    lines = {path: at.line for path, at in marks.items()}
    checked = 0
    for file in files_of(root, component):
        for cause in why(root, file).causes:
            if cause.leaf.at is None or cause.leaf.at.file != SYSTEM or not cause.fields or len(cause.leaf.path) < 3:
                continue
            found = impact(root, SYSTEM, lines[cause.leaf.path])
            assert file in {item.file for item in found.reached}, (file, str(cause.leaf))
            checked += 1
    assert checked > 5


def test_a_field_has_the_value_that_an_overlay_wrote_behind_it(root: Path) -> None:
    file = "dist/hello/live/web/hello/Deployment-web.yaml"

    found = why(root, file, line_of(root, file, "  replicas: 3"))

    assert found.field == "spec.replicas"
    assert found.value == 3
    [cause] = [cause for cause in found.causes if cause.fields]
    assert str(cause.leaf.at) == "environments/hello/live.yaml:1:18"
    assert found.construct.startswith("constructs/groundplan/workloads/")


def test_a_default_that_nobody_wrote_is_named(root: Path) -> None:
    file = "dist/hello/live/web/hello/Deployment-web.yaml"

    found = why(root, file, line_of(root, file, "path: /health"))

    defaults = {str(cause.leaf) for cause in found.causes if cause.leaf.at is None and cause.fields}
    assert any(name.startswith("services.web.probes.") for name in defaults)


def test_a_callers_line_is_behind_the_policy_of_the_called(root: Path) -> None:
    file = "dist/hello/live/web/hello/NetworkPolicy-web.yaml"

    found = why(root, file, line_of(root, file, "app: worker"))

    assert "services.worker.calls[0]" in {str(cause.leaf) for cause in found.causes if cause.fields}


def test_what_the_construct_says_itself_has_no_value_behind_it(root: Path) -> None:
    file = "dist/hello/live/web/hello/Deployment-web.yaml"

    found = why(root, file, line_of(root, file, "runAsNonRoot: true"))

    assert [str(cause.leaf) for cause in found.causes if cause.fields] == []


def test_an_application_has_what_its_chart_is_told_behind_it(root: Path) -> None:
    file = "argocd/hello/live/applications/Application-kube-prometheus-stack-live.yaml"

    found = why(root, file, line_of(root, file, " retention:"))

    assert "observability.retention" in {str(cause.leaf) for cause in found.causes if cause.fields}


def test_a_mapping_reaches_what_goes_without_it(root: Path) -> None:
    found = impact(root, SYSTEM, line_of(root, SYSTEM, "  worker:"))

    assert found.key == "services.worker"
    assert found.instead is REMOVED
    assert "dist/hello/live/worker/hello/Deployment-worker.yaml" in {item.file for item in found.reached}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["why", "README.md"], "README.md is no object of an environment"),
        (["why", "dist/hello/live/none.yaml"], "there is no file dist/hello/live/none.yaml"),
        (["why", "dist/hello/live/web/hello/Deployment-web.yaml:9999"], "no field stands in line 9999"),
        (["why", "dist/hello/live/web/hello/Deployment-web.yaml:x"], "`x` is no line"),
        (["impact", SYSTEM], "no line is named"),
        (["impact", f"{SYSTEM}:9999"], "no value stands in line 9999"),
        (["impact", "environments/defaults.yaml:1"], "is no file of an environment"),
        (["diff", "hello/live", "hello"], "`hello` is not one environment"),
    ],
)
def test_what_cannot_be_asked_is_said(
    root: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    status = main(["--root", str(root), *words])

    assert status == 1
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["why", "dist/hello/live/web/hello/Deployment-web.yaml:20"],
        ["impact", f"{SYSTEM}:5"],
    ],
)
def test_machines_get_the_same_answer(root: Path, words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--root", str(root), *words, "--output", "json"]) == 0

    answer = json.loads(capsys.readouterr().out)

    assert answer["ok"]
    assert answer.get("causes") or answer.get("reached")


def test_two_environments_differ_by_what_their_files_say(tmp_path: Path) -> None:
    overlay = "services: {web: {replicas: 3, image: 'docker.io/hello/web:v1.1.0'}}\n"
    root = hello(tmp_path, {"next.yaml": "cluster: {name: hello-next}\n"}, live=overlay)

    found = contrast(root, ("hello", "live"), ("hello", "next"))

    settings = {str(setting): fields for setting, fields in found.settings}
    assert {field for _, field in settings["services.web.replicas"]} == {"spec.replicas"}
    assert "spec.template.spec.containers[web].image" in {field for _, field in settings["services.web.image"]}
    assert found.unexplained == ()


def test_the_few_that_matter_are_found_among_many() -> None:
    tries = 0

    def matters(things: list[int], _: int) -> bool:
        nonlocal tries
        tries += 1
        return bool({17, 400} & set(things))

    assert Search(matters).among(list(range(512))) == [17, 400]  # type: ignore[arg-type]
    assert tries < 50


def test_one_that_breaks_everything_hides_no_other() -> None:
    def matters(things: list[int], turn: int) -> bool:
        if 3 in things and turn == 0:
            raise BrokenError
        return bool({3, 5} & set(things))

    assert Search(matters).among(list(range(8))) == [3, 5]  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [True, 3, 2.5, "64Mi", "0 2 * * *", "10.0.0.0/16", "web", ["a"], None])
def test_another_value_is_another(value: object) -> None:
    others = list(other_values(value))

    assert others[-1] is REMOVED
    assert value not in others[:-1]

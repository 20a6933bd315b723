"""What a change does beyond its objects, each kind of effect on a repository made for it."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hello import hello, rendered
from trees_in_git import WEB, a_deployment, an_object, commit_all, git, put

from groundplan.chart_facts import inputs_of
from groundplan.cli.main import main
from groundplan.review.beyond.whole import Effects, effects, sections
from groundplan.review.report import review

MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MONDAY_NIGHT = datetime(2026, 11, 23, 2, 30, tzinfo=UTC)


def seen(root: Path, now: datetime = MONDAY_NOON) -> Effects:
    return effects(root, review(root, "HEAD"), now)


def lines(found: Effects, title: str) -> list[str]:
    return dict(sections(found)).get(title, [])


def an_application(component: str, wave: str, **spec: Any) -> dict[str, Any]:
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {
            "name": f"{component}-prod",
            "labels": {"app.kubernetes.io/component": component},
            "annotations": {"argocd.argoproj.io/sync-wave": wave},
        },
        "spec": spec,
    }


def a_pod(cpu: str, memory: str) -> dict[str, Any]:
    container = {"name": "web", "image": "shop/web:v1", "resources": {"requests": {"cpu": cpu, "memory": memory}}}
    return {"spec": {"containers": [container]}}


def a_workload(cpu: str, memory: str = "1Gi", **spec: Any) -> dict[str, Any]:
    found = a_deployment()
    found["spec"] |= {"template": a_pod(cpu, memory), **spec}
    return found


def test_restarts_are_told_in_the_order_of_waves(git_root: Path) -> None:
    put(git_root, "dist/shop/prod/api/shop/Deployment-api.yaml", a_deployment(name="api"))
    put(git_root, "argocd/shop/prod/applications/Application-web-prod.yaml", an_application("web", "30"))
    put(git_root, "argocd/shop/prod/applications/Application-api-prod.yaml", an_application("api", "20"))
    commit_all(git_root)
    put(git_root, WEB, a_deployment("shop/web:v2"))
    put(git_root, "dist/shop/prod/api/shop/Deployment-api.yaml", a_deployment("shop/web:v2", name="api"))

    assert lines(seen(git_root), "Pods restart, in this order") == [
        "shop/prod, wave 20: Deployment shop/api",
        "shop/prod, wave 30: Deployment shop/web",
    ]


@pytest.mark.parametrize(
    ("kind", "now", "closed"),
    [
        ("allow", MONDAY_NOON, True),
        ("allow", MONDAY_NIGHT, False),
        ("deny", MONDAY_NOON, False),
        ("deny", MONDAY_NIGHT, True),
    ],
)
def test_a_closed_window_is_told(git_root: Path, kind: str, now: datetime, closed: bool) -> None:
    window = {"kind": kind, "schedule": "0 2 * * 1-5", "duration": "2h", "applications": ["web-*"]}
    project = an_object("AppProject", "shop", "argoproj.io/v1alpha1", spec={"syncWindows": [window]})
    put(git_root, "argocd/shop/prod/applications/AppProject-shop.yaml", project)
    put(git_root, "argocd/shop/prod/applications/Application-web-prod.yaml", an_application("web", "30"))
    commit_all(git_root)
    put(git_root, WEB, a_deployment("shop/web:v2"))

    [line] = lines(seen(git_root, now), "Pods restart, in this order")

    assert ("a sync window is closed now" in line) == closed


def test_requests_are_counted_at_the_fewest_and_at_the_most_pods(git_root: Path) -> None:
    scaler = an_object(
        "HorizontalPodAutoscaler",
        "web",
        "autoscaling/v2",
        spec={"minReplicas": 2, "maxReplicas": 10, "scaleTargetRef": {"kind": "Deployment", "name": "web"}},
    )
    put(git_root, WEB, a_workload("500m"))
    put(git_root, "dist/shop/prod/web/shop/HorizontalPodAutoscaler-web.yaml", scaler)
    commit_all(git_root)
    put(git_root, WEB, a_workload("1"))

    assert lines(seen(git_root), "Requests of changed components") == [
        "shop/prod: at fewest 2 pods, 1 CPU, 2.0 GiB -> 2 pods, 2 CPU, 2.0 GiB; "
        "at most 10 pods, 5 CPU, 10.0 GiB -> 10 pods, 10 CPU, 10.0 GiB"
    ]


def test_what_asks_for_the_same_is_not_told(git_root: Path) -> None:
    put(git_root, WEB, a_deployment("shop/web:v2"))

    assert lines(seen(git_root), "Requests of changed components") == []


def test_requirements_whose_state_is_another_are_told(git_root: Path) -> None:
    page = "docs/systems/shop/compliance.md"
    put(git_root, page, "| SHO-1 | a | prod | x | met |\n| SHO-2 | b | prod | y | met |\n")
    commit_all(git_root)
    put(git_root, WEB, a_deployment("shop/web:v2"))
    put(git_root, page, "| SHO-1 | a | prod | x | deviation<br>because |\n| SHO-3 | c | prod | z | met |\n")

    assert lines(seen(git_root), "Requirements") == [
        "SHO-1 (shop): met -> deviation",
        "SHO-2 (shop): met -> not asked for",
        "SHO-3 (shop): not asked for -> met",
    ]


def test_a_chart_nobody_recorded_is_said_to_be_unknown(git_root: Path) -> None:
    path = "argocd/shop/prod/applications/Application-cache-prod.yaml"
    source = {"chart": "cache", "repoURL": "https://charts.example.com", "targetRevision": "1.0.0"}
    destination = {"namespace": "shop"}
    put(git_root, path, an_application("cache", "10", source=source, destination=destination))
    commit_all(git_root)
    put(
        git_root,
        path,
        an_application("cache", "10", source={**source, "targetRevision": "1.1.0"}, destination=destination),
    )

    [line] = lines(seen(git_root), "Charts bring")

    assert line.startswith("shop/prod: cache-prod 1.0.0 -> 1.1.0: not recorded on both sides")


def test_a_recorded_chart_is_told_by_what_it_brings(repository: Path, tmp_path: Path) -> None:
    """A value of a real chart is changed together with its record."""
    root = tmp_path / "clone"
    subprocess.run(["git", "clone", "--quiet", "--shared", str(repository), str(root)], check=True)
    record = next(iter(sorted((root / "charts" / "factory-ai").glob("metrics-server-*.json"))))
    text = record.read_text("utf-8")
    application = next(iter(sorted(root.glob("argocd/factory-ai/*/applications/Application-metrics-server-*.yaml"))))
    document = yaml.safe_load(application.read_text("utf-8"))
    document["spec"]["source"]["targetRevision"] = "99.0.0"
    content = json.loads(text)
    [made] = inputs_of(document, content["kubernetes"])
    content |= {"version": "99.0.0", "digest": made.digest}
    content["facts"]["pods"][0]["containers"][0]["image"] = "registry.example.com/other:v9"
    put(root, application.relative_to(root).as_posix(), document)
    (record.parent / "metrics-server-next.json").write_text(json.dumps(content), "utf-8")

    found = lines(seen(root), "Charts bring")

    assert any(" -> 99.0.0: 1 more, 1 less" in line for line in found)
    assert "  + image registry.example.com/other:v9" in found


@pytest.fixture
def stages(tmp_path: Path) -> Path:
    root = hello(tmp_path, {"test.yaml": "stage: development\ncluster: {name: hello-test}\n"})
    rendered(root)
    git(root, "init", "--quiet", "--initial-branch=main")
    commit_all(root)
    return root


def with_image(root: Path, environment: str, tag: str) -> None:
    assert main(["--root", str(root), "image", "set", f"hello/{environment}", "web", tag]) == 0
    rendered(root)


def test_a_version_that_left_out_an_environment_is_told(stages: Path) -> None:
    with_image(stages, "live", "v1.1.0")

    assert lines(seen(stages), "Left out or left behind") == [
        "hello/live: Deployment hello/web has a version that hello/test does not run (docker.io/hello/web:v1.0.0)"
    ]


def test_a_version_that_comes_from_there_is_not(stages: Path) -> None:
    with_image(stages, "test", "v1.1.0")
    commit_all(stages)
    with_image(stages, "live", "v1.1.0")

    assert lines(seen(stages), "Left out or left behind") == []


def test_nothing_changed_has_no_effects(git_root: Path) -> None:
    assert seen(git_root) == Effects()

"""A system's first page lists what came past the model, with where it comes from and which environments have it."""

from __future__ import annotations

from pathlib import Path

from hello import hello, rendered

CHART = """
charts:
  reloader:
    chart: reloader
    repository: https://stakater.github.io/stakater-charts
    version: 2.2.3
    namespace: reloader
    provides: {kinds: [ServiceAccount, apps/Deployment]}
"""
TEXT = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: %s}\ndata: {text: Hello}\n"
COMPONENT = '''"""Says hello to everybody.

At length."""


def build(chart, environment):
    """Nothing yet."""
'''


def page(root: Path) -> str:
    rendered(root)
    return (root / "docs/systems/hello/README.md").read_text("utf-8")


def test_a_chart_stands_there_with_its_version_and_repository(tmp_path: Path) -> None:
    chart = "| reloader | chart reloader 2.2.3 in `reloader` | https://stakater.github.io/stakater-charts | live |"

    assert chart in page(hello(tmp_path, more=CHART))


def test_manifests_are_counted_by_kind_and_lead_to_their_file(tmp_path: Path) -> None:
    root = hello(tmp_path, {"manifests/motd.yaml": f"{TEXT % 'one'}---\n{TEXT % 'two'}"})

    link = "[manifests/motd.yaml](../../../environments/hello/manifests/motd.yaml)"
    assert f"| motd | 2 ConfigMap | {link} | live |" in page(root)


def test_a_folder_of_manifests_is_one_row(tmp_path: Path) -> None:
    root = hello(tmp_path, {f"manifests/texts/{name}.yaml": TEXT % name for name in ("one", "two")})

    link = "[manifests/texts](../../../environments/hello/manifests/texts)"
    assert f"| texts | 2 ConfigMap | {link} | live |" in page(root)


def test_a_component_says_what_the_first_line_of_its_file_says(tmp_path: Path) -> None:
    root = hello(tmp_path, {"components/greetings.py": COMPONENT})

    link = "[components/greetings.py](../../../environments/hello/components/greetings.py)"
    assert f"| greetings | Says hello to everybody | {link} | live |" in page(root)


def test_environments_that_have_the_same_share_a_row(tmp_path: Path) -> None:
    root = hello(tmp_path, {"manifests/motd.yaml": TEXT % "motd", "spare.yaml": "cluster: {name: hello-spare}\n"})

    assert "motd.yaml) | live, spare |" in page(root)


def test_what_belongs_to_one_environment_stands_there_alone(tmp_path: Path) -> None:
    files = {"manifests/live/motd.yaml": TEXT % "motd", "spare.yaml": "cluster: {name: hello-spare}\n"}

    assert "motd.yaml) | live |" in page(hello(tmp_path, files))


def test_the_pages_name_those_files_among_their_sources(tmp_path: Path) -> None:
    root = hello(tmp_path, {"components/greetings.py": COMPONENT})

    assert "environments/hello/components/greetings.py -->" in page(root)


def test_a_system_that_the_model_describes_whole_has_no_such_chapter(tmp_path: Path) -> None:
    assert "Beside the model" not in page(hello(tmp_path))

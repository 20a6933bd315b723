"""Recording: each distinct input is rendered once, what is known is kept, and what cannot be had is said."""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from groundplan.chart_facts.facts import Refusal
from groundplan.chart_facts.helm import Helm, HelmError, asked_apis, chart_defaults, chart_folders, find_helm
from groundplan.chart_facts.recorder import MISSING, Recorder, Wanted, served
from groundplan.chart_facts.release import ReleaseInput
from groundplan.chart_facts.store import FOLDER, Entry, Recorded

HELM = """#!{python}
import json, random, sys
words = sys.argv[1:]
if words[0] == "pull":
    sys.exit("Error: no such host")
with open({log!r}, "a") as log:
    log.write("x")
values = json.load(sys.stdin)
if "strange" in values and "--skip-schema-validation" not in words:
    sys.exit("Error: values don't meet the specifications of the schema(s): additional properties 'strange' not allowed")
if "broken" in values:
    sys.exit("Error: execution error at (web/templates/a.yaml): broken")
data = {{key: str(values[key]) for key in ("size", "color") if key in values}}
if values.get("random"):
    data["made"] = str(random.random())
data["apis"] = " ".join(words[i + 1] for i, word in enumerate(words) if word == "--api-versions")
print("---")
print(json.dumps({{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {{"name": "web"}}, "data": data}}))
"""


@pytest.fixture
def renders(tmp_path: Path) -> Path:
    """A file with a letter for each render."""
    return tmp_path / "renders"


@pytest.fixture
def helm(tmp_path: Path, renders: Path) -> Helm:
    """A helm that knows one chart, lying unpacked in a folder."""
    binary = tmp_path / "helm"
    binary.write_text(HELM.format(python=sys.executable, log=str(renders)))
    binary.chmod(0o755)
    chart = tmp_path / "charts" / "web-1.2.3"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("{name: web, version: 1.2.3}")
    (chart / "values.yaml").write_text("{size: 1}")
    (chart / "templates" / "a.tpl").write_text('{{ .Capabilities.APIVersions.Has "example.com/v1" }} "not/an/api"')
    (tmp_path / "scratch").mkdir()
    return Helm(str(binary), (tmp_path / "charts",), tmp_path / "scratch")


def a_release(chart: str = "web", **values: Any) -> ReleaseInput:
    return ReleaseInput(chart, "https://charts.example.com", "1.2.3", "web", "shop", "1.32", values)


def wanted(release: ReleaseInput, application: str = "web-prod", *apis: str) -> Wanted:
    return Wanted("store", application, release, frozenset(apis))


def record(
    helm: Helm, *items: Wanted, known: dict[str, Entry] | None = None, again: bool = False
) -> tuple[dict[str, Entry], list[str]]:
    recorder = Recorder(helm, lambda document, kubernetes: (), Recorded(known or {}))
    entries = recorder.record(items, lambda item: again, lambda item, entry: None)
    return entries, [str(failure) for failure in recorder.failures]


def test_facts_go_into_a_file_of_the_application(helm: Helm) -> None:
    entries, failures = record(helm, wanted(a_release()))

    assert [*entries] == [f"{FOLDER}/store/web-prod.json"]
    assert [item.name for item in entries[f"{FOLDER}/store/web-prod.json"].facts.objects] == ["web"]
    assert failures == []


def test_equal_inputs_share_the_file_of_the_first(helm: Helm) -> None:
    entries, _ = record(helm, wanted(a_release(size=2), "web-prod"), wanted(a_release(size=2), "web-dev"))

    assert [*entries] == [f"{FOLDER}/store/web-dev.json"]


def test_what_each_value_does_is_recorded(helm: Helm) -> None:
    (entry,) = record(helm, wanted(a_release(size=1, color="red", colour="red")))[0].values()

    assert (entry.facts.values.leaves, entry.facts.values.repeated) == (3, {})
    assert entry.facts.values.unread == ("colour",)


def test_what_is_known_is_not_rendered_again(helm: Helm, renders: Path) -> None:
    entries, _ = record(helm, wanted(a_release(color="red")))
    renders.unlink()

    assert record(helm, wanted(a_release(color="red")), known=entries)[0] == entries
    assert not renders.exists()


def test_recording_again_keeps_what_is_known_of_the_values(helm: Helm, renders: Path) -> None:
    entries, _ = record(helm, wanted(a_release(color="red", size=2)))
    renders.unlink()

    assert record(helm, wanted(a_release(color="red", size=2)), known=entries, again=True)[0] == entries
    assert renders.read_text() == "xx"  # the render, and the one that shows whether it is stable


def test_an_api_that_the_cluster_has_since_then_makes_facts_stale(helm: Helm) -> None:
    before, _ = record(helm, wanted(a_release()))
    after, _ = record(helm, wanted(a_release(), "web-prod", "example.com/*"), known=before)

    assert [(entry.asked, entry.served) for entry in (*before.values(), *after.values())] == [
        (("example.com/v1",), ()),
        (("example.com/v1",), ("example.com/v1",)),
    ]


@pytest.mark.parametrize(
    ("asked", "apis", "expected"),
    [
        ("example.com/v1", {"example.com/*"}, True),
        ("example.com/v1", {"example.com/v2"}, False),
        ("example.com/v1/Thing", {"example.com/*"}, False),
        ("example.com/v1/Thing", {"example.com/*/Thing"}, True),
        ("example.com/v1/Thing", {"example.com/*/*"}, True),
        ("apps/v1/Deployment", {"apps/v1/Deployment"}, True),
    ],
)
def test_an_api_is_served_by_version_and_kind(asked: str, apis: set[str], expected: bool) -> None:
    assert (served([asked], apis) == (asked,)) is expected


def test_a_schema_that_refuses_the_values_is_recorded_and_the_rest_too(helm: Helm) -> None:
    (entry,) = record(helm, wanted(a_release(strange=True)))[0].values()

    assert "additional properties 'strange' not allowed" in entry.facts.values.refused[0]
    assert entry.facts.objects != ()


def test_what_comes_out_differently_each_time_is_recorded(helm: Helm) -> None:
    (entry,) = record(helm, wanted(a_release(random=True)))[0].values()

    assert entry.facts.unstable == ("ConfigMap web",)


def test_what_the_api_server_would_refuse_is_recorded(helm: Helm) -> None:
    refusal = Refusal("ConfigMap web", "data.size", "is too large")
    recorder = Recorder(helm, lambda document, kubernetes: [refusal], Recorded({}))
    (entry,) = recorder.record([wanted(a_release())], lambda item: False, lambda item, entry: None).values()

    assert entry.facts.refusals == (refusal,)


def test_a_chart_that_nobody_has_is_recorded_as_such(helm: Helm) -> None:
    (entry,) = record(helm, wanted(a_release("nowhere")))[0].values()

    assert (entry.recorded, entry.reason) == (False, MISSING)


def test_a_chart_that_cannot_be_rendered_is_told_and_stops_nobody(helm: Helm) -> None:
    entries, failures = record(helm, wanted(a_release(broken=1), "broken"), wanted(a_release(), "web"))

    assert [*entries] == [f"{FOLDER}/store/web.json"]
    assert failures == ["web 1.2.3: Error: execution error at (web/templates/a.yaml): broken"]


def test_a_packed_chart_is_unpacked(helm: Helm, tmp_path: Path) -> None:
    folder = helm.folders[0]
    with tarfile.open(folder / "packed-1.2.3.tgz", "w:gz") as tar:
        (tmp_path / "Chart.yaml").write_text("{name: packed, version: 1.2.3}")
        tar.add(tmp_path / "Chart.yaml", "packed/Chart.yaml")

    assert (helm.chart(a_release("packed")) / "Chart.yaml").is_file()


def test_a_folder_that_holds_another_version_is_not_taken(helm: Helm) -> None:
    (helm.folders[0] / "web-1.2.3" / "Chart.yaml").write_text("{name: web, version: 1.2.4}")

    with pytest.raises(HelmError, match=r"holds web 1\.2\.4"):
        helm.chart(a_release())


def test_defaults_of_sub_charts_stand_below_their_names(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("{a: 1, sub: {b: 2}, _internal_defaults_do_not_set: {d: 4}}")
    (tmp_path / "charts" / "sub").mkdir(parents=True)
    (tmp_path / "charts" / "sub" / "Chart.yaml").write_text("{name: sub}")
    (tmp_path / "charts" / "sub" / "values.yaml").write_text("{b: 1, c: 3}")

    defaults = chart_defaults(tmp_path)

    assert (defaults["a"], defaults["sub"], defaults["d"]) == (1, {"b": 2, "c": 3}, 4)


def test_apis_are_asked_for_in_templates_alone(tmp_path: Path) -> None:
    text = '{{ .Capabilities.APIVersions.Has "example.com/v1/Thing" }}'
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.yaml").write_text(text)
    (tmp_path / "values.yaml").write_text(text.replace("Thing", "Other"))

    assert asked_apis(tmp_path) == ("example.com/v1/Thing",)


def test_helm_is_the_one_that_is_named(helm: Helm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELM", helm.binary)

    assert find_helm() == helm.binary


def test_a_helm_that_is_not_there_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELM", "/nowhere/helm")

    with pytest.raises(HelmError, match=r"helm: `/nowhere/helm` of \$HELM is no program; install helm"):
        find_helm()


def test_folders_of_charts_are_named_like_those_of_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROUNDPLAN_CHARTS", "/a:/b")

    assert chart_folders(None) == (Path("/a"), Path("/b"))
    assert chart_folders("/c") == (Path("/c"),)

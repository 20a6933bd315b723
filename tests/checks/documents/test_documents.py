"""Each thing a page or a workflow may get wrong is planted once; what is right passes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from trees import a_context, an_application, an_environment, an_object, inventory, put, put_delivery, write

from groundplan.checks.documents import run
from groundplan.checks.gate import Verdict
from groundplan.errors import Severity
from groundplan.yaml.text import to_yaml

PROVIDED = """
always:
  apis: ["", apps, networking.k8s.io, argoproj.io, constraints.gatekeeper.sh]
  objects:
    - {kind: Namespace, names: [shop, argocd], namespace: ""}
"""
SERVICES = {
    "web": {
        "image": "store/web:v1.0.0",
        "port": 8080,
        "resources": {
            "requests": {"cpu": "100m", "memory": "128Mi"},
            "limits": {"cpu": "1", "memory": "1Gi"},
        },
    }
}
RELEASE = {
    "repoURL": "https://charts.example.com",
    "chart": "argo-cd",
    "targetRevision": "10.0.0",
    "helm": {"releaseName": "argo-cd", "valuesObject": {"fullnameOverride": "argocd"}},
}
INSTALL = "helm upgrade --install argo-cd argo-cd --repo https://charts.example.com --version 10.0.0 --kube-context store --namespace argocd"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path, "environments/provided.yaml", PROVIDED)
    write(tmp_path, "Makefile", "synth: ready\n\t@true\n")
    put(tmp_path, an_object("Deployment", "web", "apps/v1", spec={"template": {"spec": {"containers": []}}}))
    put(tmp_path, an_object("Service", "web", spec={"ports": [{"name": "http", "port": 80}]}))
    paths = [{"path": "/health", "pathType": "Exact"}, {"path": "/api", "pathType": "Prefix"}]
    rules = [{"host": "shop.example.com", "http": {"paths": paths}}]
    put(tmp_path, an_object("Ingress", "web", "networking.k8s.io/v1", spec={"rules": rules}))
    put_delivery(tmp_path, an_application("root"), "root-applications")
    application = an_application("argo-cd", source=RELEASE, destination={"server": "s", "namespace": "argocd"})
    application["metadata"]["labels"] = {"app.kubernetes.io/component": "argo-cd"}
    put_delivery(tmp_path, application)
    return tmp_path


def _judged(tree: Path) -> Verdict:
    return run(inventory(tree), a_context(tree, an_environment(services=SERVICES)))


def _rules(tree: Path, text: str) -> list[str]:
    """Rules that a page breaks which has people type `text`."""
    write(tree, "docs/systems/store/page.md", f"# Page\n\nSave it as `made.yaml`.\n\n```sh\n{text}\n```\n")
    return [finding.rule.removeprefix("documents.") for finding in _judged(tree).findings]


@pytest.mark.parametrize(
    "text",
    [
        "kubectl --context store --namespace shop rollout undo deployment/web",
        "kubectl --context store --namespace shop logs deploy/<service> --previous",
        "kubectl --context store --namespace shop rollout restart deployment SERVICE",
        "kubectl config use-context store\nkubectl scale deployment/web --replicas=2 -n shop",
        "kubectl --context store --namespace shop port-forward service/web 8080:80",
        "kubectl --context store --namespace argocd get applications.argoproj.io",
        "kubectl --context store get ingress --all-namespaces",
        "kubectl --context store apply -f argocd/store/prod/root-applications/ -f made.yaml",
        "kubectl --context store create namespace new\nkubectl --context store --namespace new create -f made.yaml",
        "curl --fail https://shop.example.com/health https://shop.example.com/api/users https://elsewhere.org/x",
        "make synth STRICT=--strict",
        "groundplan image set store/prod web TAG",
        "az ad app create --app-roles @made.yaml",
        "psql --file made.yaml",
        "echo x > new.txt\ngit add Makefile new.txt",
        f"groundplan values store/prod argo-cd | {INSTALL} --values -",
    ],
)
def test_what_exists_passes(tree: Path, text: str) -> None:
    assert _rules(tree, text) == []


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("kubectl --namespace shop get ingress", "context"),
        ("kubectl --context stroe get ingress", "context"),
        ("kubectl config use-context other", "context"),
        ("kubectl --context store --namespace shoop get deployment web", "namespace"),
        ("kubectl --context store --namespace shop get deployment wbe", "object"),
        ("kubectl --context store --namespace shop exec service/wbe -- true", "object"),
        ("kubectl --context store --namespace argocd get ingress", "lists-nothing"),
        ("kubectl --context store --namespace shop get rollouts.argoproj.io web", "kind"),
        ("kubectl --context store --namespace shop port-forward service/web 8080:81", "port"),
        ("kubectl --context store apply -f argocd/store/dev/root-applications/", "file"),
        ("kubectl --context management apply -f argocd/store/prod/root-applications/", "cluster"),
        ("kubectl --context store frobnicate deployment/web", "verb"),
        ("argocd app sync nothing --core", "object"),
        ("kubeseal --context store --raw --name SECRET", "object"),
        ("kubeseal --cert other.pem --raw", "file"),
        ("curl https://shop.example.com/", "path"),
        ("curl https://shpo.example.com/health", "host"),
        ("curl https://$ARGOCD_SERVER/api/v1/applications/web-dev", "object"),
        ("make render", "target"),
        ("git add absent.yaml", "file"),
        ("groundplan render", "verb"),
        ("groundplan synth store/dev", "environment"),
        ("groundplan image set store/prod wbe TAG", "service"),
        (INSTALL, "values"),
        (f"groundplan values store/prod other | {INSTALL} --values -", "values"),
        (f"groundplan values store/prod argo-cd | {INSTALL.replace('10.0.0', '9.0.0')} --values -", "release"),
        (
            f"groundplan values store/prod argo-cd | {INSTALL.replace('argo-cd argo-cd', 'argo argo-cd')} --values -",
            "release",
        ),
        ("helm upgrade --install x unheard-of --kube-context store", "release"),
        ("helm upgrade --install x argo-cd --kube-context elsewhere", "context"),
        ("az identity show --resource-group rg-absent --name id", "rented"),
        ("aws s3 ls s3://absent/prefix", "rented"),
        ("aws secretsmanager put-secret-value --secret-id store/absent", "rented"),
        ("frobnicate --all", "tool"),
        ("az ad app create --app-roles @absent.json", "file"),
        ("psql --file absent.sql", "file"),
    ],
)
def test_what_does_not_exist_is_a_finding(tree: Path, text: str, rule: str) -> None:
    assert rule in _rules(tree, text)


def test_a_root_that_is_paused_is_brought_back(tree: Path) -> None:
    """The Application that a root brings comes back with it, so only the root is asked about."""
    argo = "kubectl --context store --namespace argocd patch applications.argoproj.io {} --type merge --patch "
    pause = argo + """'{{"spec":{{"syncPolicy":{{"automated":null}}}}}}'"""
    back = "kubectl --context store apply -f argocd/store/prod/root-applications/"

    assert _rules(tree, pause.format("root-prod")) == ["paused"]
    assert _rules(tree, f"{back}\n{pause.format('root-prod')}") == ["paused"]
    assert _rules(tree, f"{pause.format('root-prod')}\n{back}") == []
    assert _rules(tree, pause.format("argo-cd-prod")) == []


@pytest.mark.parametrize(("trigger", "push"), [("commit", "main"), ("release", "web/VERSION"), ("tag", "VERSION")])
def test_images_are_pushed_before_what_runs_them(tree: Path, trigger: str, push: str) -> None:
    environment = an_environment(services=SERVICES, pipelines={"services": {"web": {"trigger": trigger}}})
    apply, first = "kubectl --context store apply -f argocd/store/prod/root-applications/", f"git push origin {push}"

    def found(*lines: str) -> list[str]:
        text = "\n".join(lines)
        write(tree, "docs/systems/store/bootstrap.md", f"```sh\n{text}\n```\n")
        return [finding.rule for finding in run(inventory(tree), a_context(tree, environment)).findings]

    assert found(first, apply) == []
    assert found(apply, first) == found(apply) == ["documents.first-image"]


def test_a_bare_pod_is_refused_by_rules_of_admission(tree: Path) -> None:
    run_it = "kubectl --context store --namespace shop run x --image postgres:16"
    assert _rules(tree, run_it) == []

    put(tree, an_object("OwnRule", "one", "constraints.gatekeeper.sh/v1beta1", namespace=None))

    assert _rules(tree, run_it) == ["bare-pod"]


def test_what_a_page_makes_exists_for_the_system_s_other_pages(tree: Path) -> None:
    put(tree, an_object("ResourceGroup", "rg", "resources.azure.com/v1api20200601"), "cluster")
    put_delivery(tree, an_application("cluster"), "management")
    write(tree, "docs/systems/store/a.md", "```sh\naz identity show --resource-group rg --name made\n```\n")
    assert [finding.rule for finding in _judged(tree).findings] == ["documents.rented"]

    assert _rules(tree, "az identity create --resource-group rg --name made") == []


def test_prose_is_judged_where_it_speaks_a_tool_s_language(tree: Path) -> None:
    write(
        tree,
        "docs/systems/store/a.md",
        "Use `kubectl scale`, or `kubectl --namespace shop get ingress`, or `make x y`.\n",
    )

    verdict = _judged(tree)

    assert [(finding.rule, finding.location.line) for finding in verdict.findings] == [
        ("documents.context", 1), ("documents.target", 1), ("documents.target", 1),
    ]  # fmt: skip
    assert verdict.judged == 2


def test_every_command_and_every_job_counts(tree: Path) -> None:
    _rules(tree, "make synth\ngit push | cat x")
    _workflow(tree, "ci", {"build": _job("make synth")})

    assert _judged(tree).judged == 3 + 2


def test_a_tenant_s_root_waits_for_the_root_of_its_cluster(tree: Path) -> None:
    root = an_application("root", scope="store/tenant")
    put_delivery(tree, root, "root-applications", scope="store/tenant")
    apply = "kubectl --context store apply -f argocd/store/prod/root-applications/\n{}kubectl --context store apply -f argocd/store/tenant/root-applications/"
    wait = "kubectl --context store --namespace argocd wait applications.argoproj.io/root-prod --for=x\n"
    environments = [an_environment(services=SERVICES), an_environment("store/tenant", role="tenant", host="prod")]

    def found(text: str) -> list[str]:
        write(tree, "docs/systems/store/page.md", f"```sh\n{text}\n```\n")
        read = inventory(tree, store_tenant="prod")
        return [finding.rule for finding in run(read, a_context(tree, *environments)).findings]

    assert found(apply.format("")) == ["documents.order"]
    assert found(apply.format(wait)) == []


def _azure(tree: Path) -> Verdict:
    provided = PROVIDED.replace("networking.k8s.io", 'networking.k8s.io, "*.azure.com"')
    write(tree, "environments/provided.yaml", provided)
    put_delivery(tree, an_application("cloud"), "management")
    azure = an_environment(services=SERVICES, platform=AZURE)
    return run(inventory(tree), a_context(tree, azure))


ZERO = "00000000-0000-0000-0000-000000000000"
AZURE: dict[str, Any] = {"azure": {"subscription": ZERO, "tenant": ZERO, "region": "here", "zones": ["1"]}}
ARM = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworks/"


def test_a_private_api_server_without_a_way_in_is_a_finding(tree: Path) -> None:
    private = {"apiServerAccessProfile": {"enablePrivateCluster": True}}
    put(tree, an_object("ManagedCluster", "aks", "containerservice.azure.com/v1", spec=private), "cloud")
    put(tree, an_object("VirtualNetwork", "net", "network.azure.com/v1", spec={"azureName": "own"}), "cloud")
    write(tree, "docs/systems/store/page.md", "```sh\nkubectl --context aks-store-prod get ingress\n```\n")
    assert [finding.rule for finding in _azure(tree).findings] == ["documents.unreachable"]

    peering: dict[str, Any] = {"remoteVirtualNetwork": {"reference": {"armId": f"{ARM}own"}}}
    put(tree, an_object("VirtualNetworksVirtualNetworkPeering", "p", "network.azure.com/v1", spec=peering), "cloud")
    assert [finding.rule for finding in _azure(tree).findings] == ["documents.unreachable"]

    peering["remoteVirtualNetwork"]["reference"]["armId"] = f"{ARM}hub"
    put(tree, an_object("VirtualNetworksVirtualNetworkPeering", "p", "network.azure.com/v1", spec=peering), "cloud")
    assert _azure(tree).findings == ()


def test_a_registry_that_is_pushed_to_lets_the_workflow_push(tree: Path) -> None:
    put(tree, an_object("Registry", "cr", "containerregistry.azure.com/v1", spec={"azureName": "crstore"}), "cloud")
    _workflow(tree, "ci", {"build": _job("docker push crstore.azurecr.io/web:1")})
    assert [finding.rule for finding in _azure(tree).findings] == ["documents.push"]

    grant = 'az role assignment create --role AcrPush --scope "$(az acr show --name crstore --query id)"'
    write(tree, "docs/systems/store/page.md", f"```sh\n{grant}\n```\n")
    assert _azure(tree).findings == ()


def _job(run: str, **rest: Any) -> dict[str, Any]:
    return {"runs-on": "ubuntu-latest", "timeout-minutes": 5, "steps": [{"name": "x", "run": run}], **rest}


def _workflow(tree: Path, name: str, jobs: dict[str, Any], **rest: Any) -> None:
    document = {"name": name, "on": {"push": {}}, "permissions": {"contents": "read"}, "jobs": jobs, **rest}
    write(tree, f"dist/store/pipelines/.github/workflows/{name}.yml", to_yaml(document, ""))


def _found(tree: Path) -> list[tuple[str, str]]:
    return [
        (item.rule.removeprefix("documents."), item.location.file.rpartition("/")[2]) for item in _judged(tree).findings
    ]


DEPLOY = "groundplan image set store/prod web TAG"


def test_commands_of_a_step_are_judged_with_its_variables(tree: Path) -> None:
    job = _job('make "$TARGET"')
    job["steps"][0]["env"] = {"TARGET": "absent"}
    _workflow(tree, "ci", {"build": job})

    assert _found(tree) == [("target", "ci.yml")]


def test_a_deployment_without_a_group_may_meet_another(tree: Path) -> None:
    _workflow(tree, "cd", {"deploy": _job(DEPLOY)})

    assert _found(tree) == [("concurrency", "cd.yml")]


def test_two_deployments_may_not_share_a_group(tree: Path) -> None:
    other = DEPLOY.replace("web", "SERVICE")
    _workflow(tree, "cd", {"deploy": _job(DEPLOY, concurrency={"group": "deploy"})})
    _workflow(tree, "release", {"deploy": _job(other, concurrency="deploy")})
    assert _found(tree) == [("concurrency", "release.yml")]

    _workflow(tree, "release", {"deploy": _job(other, concurrency="deploy-other")})
    assert _found(tree) == []


def test_one_group_for_a_whole_workflow_of_many_releases_drops_some(tree: Path) -> None:
    jobs = {"one": _job(DEPLOY), "two": _job(DEPLOY.replace("web", "SERVICE"))}
    _workflow(tree, "release", jobs, concurrency={"group": "deploy"})

    assert _found(tree) == [("concurrency", "release.yml")]


@pytest.mark.parametrize(
    "step",
    [
        {"name": "x", "uses": f"github/codeql-action/upload-sarif@{'a' * 40}"},
        {"name": "x", "uses": f"azure/login@{'a' * 40}"},
        {"name": "x", "run": "gh issue create"},
    ],
)
def test_a_token_may_do_what_the_steps_do_with_it(tree: Path, step: dict[str, Any]) -> None:
    _workflow(tree, "ci", {"scan": {**_job("x"), "steps": [step]}})
    assert {rule for rule, _ in _found(tree)} == {"permission"}

    permissions = {"actions": "read", "security-events": "write", "issues": "write", "id-token": "write"}
    _workflow(tree, "ci", {"scan": {**_job("x"), "steps": [step], "permissions": permissions}})
    assert _found(tree) == []


def test_people_are_told_of_every_setting(tree: Path) -> None:
    job = _job("echo x")
    job["steps"][0]["env"] = {"KEY": "${{ secrets.DEPLOY_KEY }}", "HOST": "${{ vars.HOST_NAME }}"}
    _workflow(tree, "ci", {"build": job})
    assert _found(tree) == [("setting", "ci.yml"), ("setting", "ci.yml")]

    write(tree, "docs/systems/store/a.md", "secret `DEPLOY_KEY` and variable `HOST_NAME`\n")
    assert _found(tree) == []


def test_a_runner_outside_asks_only_an_argo_cd_that_is_exposed(tree: Path) -> None:
    ask = "curl https://$SERVER/api/v1/applications/root-prod"
    _workflow(tree, "cd", {"deploy": _job(ask)})
    (finding,) = _judged(tree).findings
    assert (finding.rule, finding.severity) == ("documents.runner", Severity.ERROR)

    _workflow(tree, "cd", {"deploy": {**_job(ask), "runs-on": "inside"}})
    assert _judged(tree).findings == ()

    _workflow(tree, "cd", {"deploy": _job(ask)})
    backend = {"service": {"name": "argocd-server", "port": {"number": 443}}}
    rules = [{"host": "argocd.example.com", "http": {"paths": [{"path": "/", "backend": backend}]}}]
    put(tree, an_object("Ingress", "argocd", "networking.k8s.io/v1", namespace="argocd", spec={"rules": rules}))
    assert _judged(tree).findings == ()


def test_nothing_is_pushed_to_the_branch_that_argo_cd_delivers(tree: Path) -> None:
    group = {"concurrency": "web"}
    for push in ("git push origin HEAD:main", "git push origin main", "git push --force origin HEAD:refs/heads/main"):
        _workflow(tree, "cd", {"deploy": {**_job(push), **group}})
        assert ("unreviewed", "cd.yml") in _found(tree)

    _workflow(tree, "cd", {"deploy": {**_job('git push --force origin "deploy/web"'), **group}})
    assert _found(tree) == []


SAID = {
    "enabled": True,
    "notifiers": {"service.github": "appID: 1\n"},
    "triggers": {"trigger.on-running": "- when: runs\n  send: [running]\n"},
    "templates": {
        "template.running": "github:\n  status:\n    state: success\n"
        "    label: '{{ index .app.metadata.annotations \"as\" }}'\n"
    },
}


def _awaiting(
    tree: Path, *, annotations: dict[str, str] | None = None, repository: str = "store/platform", **said: Any
) -> list[str]:
    """Rules broken where a job waits for `prod/web`, which Argo CD reports unless something differs."""
    release = {**RELEASE, "helm": {**RELEASE["helm"], "valuesObject": {"notifications": {**SAID, **said}}}}
    argo_cd = an_application("argo-cd", source=release, destination={"server": "s", "namespace": "argocd"})
    put_delivery(tree, argo_cd)
    web = an_application("web", repository="https://github.com/store/platform.git")
    own = {"as": "prod/web", "notifications.argoproj.io/subscribe.on-running.github": ""}
    web["metadata"]["annotations"] |= own if annotations is None else annotations
    put_delivery(tree, web)
    job = _job("sleep 1")
    job["steps"][0]["env"] = {"AWAITED": "prod/web", "GH_REPO": repository}
    _workflow(tree, "cd", {"deploy": job})
    return [finding.rule for finding in _judged(tree).findings if finding.rule == "documents.awaited"]


def test_what_is_waited_for_is_reported(tree: Path) -> None:
    assert _awaiting(tree) == []


@pytest.mark.parametrize(
    "missing",
    [
        {"annotations": {}},
        {"annotations": {"as": "prod/web"}},
        {"annotations": {"as": "prod/web", "notifications.argoproj.io/subscribe.on-other.github": ""}},
        {"repository": "store/other"},
        {"enabled": False},
        {"notifiers": {}},
        {"templates": {"template.running": "github: {status: {state: failure, label: prod/web}}\n"}},
        {"templates": {"template.running": "github: {status: {state: success, label: other}}\n"}},
    ],
)
def test_each_link_from_argo_cd_to_who_waits_for_it(tree: Path, missing: dict[str, Any]) -> None:
    assert _awaiting(tree, **missing) == ["documents.awaited"]


def test_a_broken_workflow_is_a_finding(tree: Path) -> None:
    _workflow(tree, "ci", {"build": {**_job("make synth"), "needs": "absent"}})

    assert ("structure", "ci.yml") in _found(tree)

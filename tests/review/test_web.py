"""The page of a review: whole in itself, masked, and in a real browser where there is one."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from trees_in_git import a_deployment, an_object, commit_all, put

from groundplan.review.beyond.whole import Effects
from groundplan.review.beyond.wishes import Wish
from groundplan.review.report import review
from groundplan.review.web import LONGEST, PLACE, page

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")

KEYS = """
<script>
const press = (key) => document.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
const shown = () => [...document.querySelectorAll(".group")].filter((node) => !node.hidden).length;
const seen = { all: shown() };
press("j"); seen.first = document.querySelector('.group[aria-current="true"] .tag').textContent;
press("Enter");
setTimeout(() => {
  seen.rows = document.querySelectorAll(".group[open] .rows .d").length;
  press("j"); press("k"); seen.back = document.querySelector('.group[aria-current="true"] .tag').textContent;
  document.querySelector('#bar button').click(); seen.filtered = shown();
  document.querySelector('#bar button').click();
  press("/"); const search = document.getElementById("search"); seen.searching = document.activeElement === search;
  search.value = "configmap"; search.dispatchEvent(new Event("input")); seen.found = shown();
  document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true })); seen.cleared = shown();
  search.value = "nothing of that name"; search.dispatchEvent(new Event("input")); seen.none = document.querySelector(".none") !== null;
  document.body.append(Object.assign(document.createElement("output"), { textContent: JSON.stringify(seen) }));
}, 50);
</script>
"""


def content(text: str) -> dict[str, object]:
    found = re.search(r"const review = (.*);\n", text)
    assert found is not None
    return dict(json.loads(found[1]))


@pytest.fixture
def changed(git_root: Path) -> Path:
    put(git_root, "dist/shop/prod/web/shop/ConfigMap-web.yaml", an_object("ConfigMap", "web", data={"A": "1"}))
    put(git_root, "dist/shop/prod/web/shop/Secret-web.yaml", an_object("Secret", "web", data={"key": "c2VjcmV0"}))
    commit_all(git_root)
    put(git_root, "dist/shop/prod/web/shop/Deployment-web.yaml", a_deployment("shop/web:v2"))
    put(git_root, "dist/shop/prod/web/shop/ConfigMap-web.yaml", an_object("ConfigMap", "web", data={"A": "</script>"}))
    put(git_root, "dist/shop/prod/web/shop/Secret-web.yaml", an_object("Secret", "web", data={"key": "b3RoZXI="}))
    return git_root


def test_the_page_needs_nothing_but_itself(changed: Path) -> None:
    text = page(review(changed, "HEAD"))

    assert PLACE not in text
    assert not re.search(r'(?:src|href)="|@import|url\(', text)


def test_what_a_value_says_cannot_end_the_script(changed: Path) -> None:
    text = page(review(changed, "HEAD"))

    assert text.count("</script>") == 1
    assert "</script>" in json.dumps(content(text))


def test_secrets_are_masked_and_their_change_is_shown(changed: Path) -> None:
    text = page(review(changed, "HEAD"))

    assert "c2VjcmV0" not in text
    assert "b3RoZXI=" not in text
    [group] = [item for item in content(text)["groups"] if "Secret" in item["title"]]  # type: ignore[attr-defined]
    assert any(row and row[4] and "(masked)" in row[1] and row[1] != row[3] for row in group["objects"][0]["rows"])


def test_a_huge_object_is_cut(git_root: Path) -> None:
    many = {f"KEY{number}": "x" for number in range(3 * LONGEST)}
    put(git_root, "dist/shop/prod/web/shop/ConfigMap-web.yaml", an_object("ConfigMap", "web", data=many))

    [group] = content(page(review(git_root, "HEAD")))["groups"]  # type: ignore[misc, attr-defined]

    assert len(group["objects"][0]["rows"]) == LONGEST + 1  # type: ignore[index]


def test_what_lies_beyond_the_objects_stands_above_them(changed: Path) -> None:
    effects = Effects(wishes=(Wish("shop", "SHO-1", "met", "failing"),))

    assert content(page(review(changed, "HEAD"), effects))["beyond"] == [
        {"title": "Requirements", "lines": ["SHO-1 (shop): met -> failing"]}
    ]


def test_nothing_changed_is_a_page_too(git_root: Path) -> None:
    assert content(page(review(git_root, "HEAD")))["title"] == "Nothing that is rendered changes"


@pytest.mark.slow
def test_a_browser_filters_searches_and_walks_by_keys(changed: Path, tmp_path: Path) -> None:
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is on PATH")
    file = tmp_path / "review.html"
    file.write_text(page(review(changed, "HEAD")).replace("</body>", f"{KEYS}</body>"), "utf-8")
    options = ["--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]

    done = subprocess.run(
        [browser, *options, "--virtual-time-budget=2000", "--dump-dom", file.as_uri()],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )

    found = re.search(r"<output>(.*)</output>", done.stdout)
    assert found is not None, done.stdout[-2000:]
    seen = json.loads(found[1])
    assert seen["all"] == 3
    assert seen["first"] == seen["back"]
    assert seen["rows"] >= 1
    assert 1 <= seen["filtered"] < 3
    assert seen["searching"]
    assert seen["found"] == 1
    assert seen["cleared"] == 3
    assert seen["none"]

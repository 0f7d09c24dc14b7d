"""What is installed is what was locked, and who has rights installs nothing."""

import json
import re
import subprocess
import sys
import tomllib

import lite
import pytest
import sbom
import yaml
from contents import ROOT

WORKFLOWS = {
    path.stem: path.read_text(encoding="utf8")
    for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}
LOCKS = ("package-lock.json", "tests/audit/package-lock.json")


def pins(name):
    """Give the pins of a lock: package, version and marker."""
    text = (ROOT / name).read_text(encoding="utf8")
    return [
        line.removesuffix("\\").strip()
        for line in text.splitlines()
        if re.match(r"[\w.-]+==", line)
    ]


def test_both_locks_of_python_are_equal():
    assert pins("requirements-hashed.txt") == pins("requirements.txt")
    assert len(pins("requirements.txt")) > 150
    run = pins("requirements-run.txt")
    versions = {*pins("requirements.txt")}
    versions = {pin.partition(" ;")[0] for pin in versions}
    assert {pin.partition(" ;")[0] for pin in run} <= versions


def test_one_command_installs_all_for_a_reader():
    """pip refuses the helper among hashes, and so the reader's files have none."""
    for name in ("requirements.txt", "requirements-run.txt"):
        text = (ROOT / name).read_text(encoding="utf8")
        assert re.findall(r"(?m)^-e .*$", text) == ["-e ."]
        assert "--hash" not in text


def test_every_package_of_the_lock_has_hashes():
    text = (ROOT / "requirements-hashed.txt").read_text(encoding="utf8")
    packages = re.split(r"(?m)^(?=[\w.-]+==)", text)[1:]
    assert len(packages) == len(pins("requirements-hashed.txt"))
    for package in packages:
        assert "--hash=sha256:" in package, package.partition(" ")[0]


def test_what_is_installed_fits_together():
    """pip installs the lock without asking what each package needs."""
    done = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("name", LOCKS)
def test_every_npm_package_has_its_hash(name):
    packages = json.loads((ROOT / name).read_text("utf8"))["packages"]
    own = packages.pop("")
    assert all("integrity" in package for package in packages.values())
    # Exact versions, so that the lock is the only thing that moves.
    for version in (
        own["dependencies"] | own.get("devDependencies", {})
    ).values():
        assert not re.match(r"[~^<>*]", version)


def test_make_installs_nothing_but_the_locks():
    makefile = (ROOT / "Makefile").read_text(encoding="utf8")
    for command in re.findall(r"(?:pip|npm|uv)[^\n]*install.*", makefile):
        assert "--package-lock-only" in command or "extra" in command, command


def test_a_wheel_that_is_not_the_locked_one_is_fetched_again(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(lite, "WHEELS", tmp_path)
    asked = []
    monkeypatch.setattr(lite, "pip", lambda *words: asked.append(words))
    for path in lite.fetch_wheels(tmp_path):
        path.write_bytes(b"another")
    lite.fetch_wheels(tmp_path)
    assert len(asked) == 2
    assert "--require-hashes" in asked[1][0]
    wanted = (tmp_path / "wanted.txt").read_text()
    assert wanted.count("==") == len(lite.SHIPPED)
    assert wanted.count("--hash=sha256:") >= len(lite.SHIPPED)


@pytest.mark.parametrize("name", WORKFLOWS)
def test_an_action_is_pinned_by_commit(name):
    used = re.findall(r"uses: (.*)", WORKFLOWS[name])
    for one in used:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v[\d.]+", one), one
    checkouts = WORKFLOWS[name].count("actions/checkout@")
    kept = WORKFLOWS[name].count("persist-credentials: false")
    assert kept == checkouts


def test_an_action_has_one_commit_everywhere():
    used = {*re.findall(r"uses: (\S+)@(\S+)", "".join(WORKFLOWS.values()))}
    assert len(used) == len({action for action, _ in used})


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_job_with_rights_installs_nothing(name):
    """Nor does it check anything out, so that nothing of this project runs in it either."""
    workflow = yaml.safe_load(WORKFLOWS[name])
    for job, steps in workflow["jobs"].items():
        rights = {
            **workflow["permissions"],
            **(steps.get("permissions") or {}),
        }
        if "write" not in rights.values():
            continue
        words = json.dumps(steps)
        for tool in ("make ", "pip", "npm", "python", "checkout", "setup-"):
            assert tool not in words, f"{job}: {tool}"


def test_what_is_published_is_built_without_rights():
    jobs = yaml.safe_load(WORKFLOWS["publish"])["jobs"]
    assert jobs["build"]["permissions"] == {"contents": "read"}
    assert "cache" not in json.dumps(jobs["build"])
    assert jobs["deploy"]["permissions"] == {
        "pages": "write",
        "id-token": "write",
    }
    assert jobs["notebooks"]["permissions"] == {"contents": "write"}
    for job in ("deploy", "notebooks"):
        assert jobs[job]["needs"] == "build"


def test_a_bot_moves_everything_that_is_pinned():
    text = (ROOT / ".github" / "dependabot.yml").read_text("utf8")
    moved = yaml.safe_load(text)["updates"]
    assert {one["package-ecosystem"] for one in moved} == {
        *("pip", "npm", "github-actions", "docker")
    }
    places = {
        place.strip("/")
        for one in moved
        if one["package-ecosystem"] == "npm"
        for place in one["directories"]
    }
    assert {f"{place}/package-lock.json".lstrip("/") for place in places} == {
        *LOCKS
    }


@pytest.mark.parametrize(
    ("said", "pin"),
    [
        ("Jupyter Book 1", "jupyter-book==1."),
        ("of which 7.4 is the last", "sphinx==7.4."),
        ("myst-parser 3", "myst-parser==3."),
        ("myst-nb 1", "myst-nb==1."),
        ("pydata-sphinx-theme 0.15", "pydata-sphinx-theme==0.15."),
        ("`sphinx-book-theme` stays below 1.2", "sphinx-book-theme==1.1."),
        ("`jsonschema` stays below 4.25", "jsonschema==4.24."),
    ],
)
def test_what_is_frozen_is_named_with_the_reason(said, pin):
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf8")
    assert said in text
    assert any(one.startswith(pin) for one in pins("requirements.txt"))
    name = pin.partition("=")[0]
    assert re.search(rf"(?m)^ +- .*\b{name}\b", WORKFLOWS["newest"])


def test_a_release_lists_what_the_locks_install():
    bill = sbom.bill()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))
    assert (
        bill["metadata"]["component"]["version"]
        == project["project"]["version"]
    )
    purls = [one["purl"] for one in bill["components"]]
    assert len(purls) == len({*purls})
    python = {
        f"pkg:pypi/{pin.partition(' ')[0].replace('==', '@')}"
        for pin in pins("requirements-hashed.txt")
    }
    assert {one for one in purls if one.startswith("pkg:pypi")} == python
    npm = {*purls} - python
    for name in LOCKS:
        for place, package in json.loads((ROOT / name).read_text())[
            "packages"
        ].items():
            if place:
                ending = f"@{package['version']}"
                assert any(one.endswith(ending) for one in npm), place
    digests = [one for part in bill["components"] for one in part["hashes"]]
    sizes = {"SHA-256": 64, "SHA-512": 128}
    assert all(len(one["content"]) == sizes[one["alg"]] for one in digests)
    assert all(part["hashes"] for part in bill["components"])
    assert bill == sbom.bill()

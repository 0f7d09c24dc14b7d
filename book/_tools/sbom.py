"""Write what the locks install as a CycloneDX bill of materials: names, versions, hashes.

It needs nothing but Python, so that whoever attaches it to a release has installed nothing.
"""

import base64
import json
import re
import sys
import tomllib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parents[2]
PYTHON = "requirements-hashed.txt"
NPM = ("package-lock.json", "tests/audit/package-lock.json")


def component(kind, name, version, hashes):
    """Describe one package; kind is that of its package URL."""
    return {
        "type": "library",
        "bom-ref": f"pkg:{kind}/{quote(name, safe='/')}@{version}",
        "name": name,
        "version": version,
        "purl": f"pkg:{kind}/{quote(name, safe='/')}@{version}",
        "hashes": [{"alg": alg, "content": text} for alg, text in hashes],
    }


def python_packages():
    """Yield the packages of the Python lock, with the hash of each file that may be installed."""
    lock = (ROOT / PYTHON).read_text(encoding="utf8")
    for name, version, rest in re.findall(
        r"(?m)^([\w.-]+)==([^\s;]+)((?:.*\\\n)*.*)", lock
    ):
        digests = re.findall(r"--hash=sha256:(\w+)", rest)
        yield component(
            "pypi", name, version, [("SHA-256", one) for one in digests]
        )


def npm_packages():
    """Yield the packages of the npm locks; one that stands in both, or in two folders, once."""
    found = {}
    for path in NPM:
        lock = json.loads((ROOT / path).read_text(encoding="utf8"))
        for place, package in lock["packages"].items():
            if not place or package.get("link"):
                continue
            name = package.get("name") or place.rpartition("node_modules/")[2]
            algorithm, _, text = package["integrity"].partition("-")
            digest = base64.b64decode(text).hex()
            kind = {"sha512": "SHA-512", "sha1": "SHA-1"}[algorithm]
            one = component("npm", name, package["version"], [(kind, digest)])
            found[one["purl"]] = one
    yield from found.values()


def bill():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf8"))
    about = project["project"]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": about["name"],
                "name": about["name"],
                "version": about["version"],
            }
        },
        "components": [*python_packages(), *npm_packages()],
    }


if __name__ == "__main__":
    text = json.dumps(bill(), indent=1, ensure_ascii=False)
    Path(sys.argv[1]).write_text(text + "\n", encoding="utf8")

"""A set-up that fails says why in one sentence, and what it installed half is not taken for whole."""

import os
import subprocess
import sys

import pytest
import set_up
from contents import ROOT

ABOUT = {
    "program": "pip",
    "lock": "requirements-hashed.txt",
    "folder": "/here",
    "temporary": "/tmp",
    "python": "3.11.0",
}
NETWORK = "The network cannot be reached, and {} has to fetch packages"
#: What pip 23 to 25 and npm 10 and 11 said, shortened, and how the sentence begins.
SAID = {
    "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError('<pip._vendor."
    "urllib3.connection.HTTPSConnection object at 0x7>: Failed to establish a new connection: "
    "[Errno -3] Temporary failure in name resolution')'\n"
    "ERROR: No matching distribution found for anyio==4.16.0": NETWORK.format(
        "pip"
    ),
    "WARNING: Retrying after connection broken by 'ConnectTimeoutError(<…>, 'Connection to host "
    "timed out. (connect timeout=10.0)')'\nERROR: No matching distribution found": NETWORK.format(
        "pip"
    ),
    "npm error code EAI_AGAIN\nnpm error syscall getaddrinfo\nnpm error errno EAI_AGAIN": NETWORK.format(
        "npm"
    ),
    "npm error code ENOTCACHED\nnpm error request to katex failed: cache mode is 'only-if-cached'": NETWORK.format(
        "npm"
    ),
    "ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device": (
        "The disk is full: make room where /here is"
    ),
    "npm error code ENOSPC\nnpm error syscall write": "The disk is full",
    "npm error code EROFS\nnpm error syscall mkdir\nnpm error path /home/me/.npm\nnpm error errno -30": (
        "npm may not write to /home/me/.npm: "
    ),
    "npm error code ENOENT\nnpm error syscall mkdir\nnpm error path /home/me/.npm\nnpm error enoent "
    "Invalid response body while trying to fetch it: ENOENT: no such file or directory": (
        "npm may not write to /home/me/.npm: "
    ),
    "[Errno 13] Permission denied: '/here/.venv/bin'": (
        "pip may not write to /here/.venv/bin: "
    ),
    "ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.\n    anyio==4.16.0": (
        "A file that arrived is not the one in requirements-hashed.txt"
    ),
    "npm error code EINTEGRITY\nnpm error sha512-AAA integrity checksum failed": (
        "A file that arrived is not the one in "
    ),
    "'SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] unable to get local issuer "
    "certificate'))'\nERROR: No matching distribution found for anyio": "The certificate of the registry",
    "The virtual environment was not created successfully because ensurepip is not available.": (
        "This Python lacks its module `venv`"
    ),
    "npm error code EUSAGE\nnpm error `npm ci` can only install packages when your package.json and "
    "package-lock.json are in sync.": "requirements-hashed.txt does not belong to package.json",
    "ERROR: No matching distribution found for numpy==2.5.5": (
        "A package of requirements-hashed.txt does not exist for this Python (3.11.0)"
    ),
}


@pytest.mark.parametrize("said", SAID)
def test_a_known_cause_becomes_one_sentence(said):
    program = "npm" if said.startswith("npm") else "pip"
    sentence = set_up.sentence_for(said, **ABOUT | {"program": program})
    assert sentence.startswith(SAID[said])
    assert "\n" not in sentence
    assert sentence.endswith(".")


def test_what_is_not_known_is_shown():
    lines = [f"line {i}" for i in range(40)]
    sentence = set_up.sentence_for("\n".join(lines), **ABOUT)
    assert sentence.startswith("pip failed, and said:\nline 25\n")
    assert sentence.endswith("line 39")


#: A port on which nothing listens; an environment in which npm and pip have nothing kept either.
NOWHERE = "https://127.0.0.1:9/"


def set_up_with(tmp_path, *what, **environment):
    """Run the real program in a copy of the project that has only its locks."""
    (tmp_path / "book" / "_tools").mkdir(parents=True)
    for name in (
        *("package.json", "package-lock.json", "requirements-hashed.txt"),
        "book/_tools/set_up.py",
    ):
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    return subprocess.run(
        [sys.executable, tmp_path / "book" / "_tools" / "set_up.py", *what],
        capture_output=True,
        text=True,
        env=os.environ | environment,
        timeout=60,
    )


def test_npm_without_a_network_and_with_an_empty_cache_says_so(tmp_path):
    done = set_up_with(
        tmp_path,
        ".",
        npm_config_registry=NOWHERE,
        npm_config_cache=str(tmp_path / "cache"),
    )
    assert done.returncode == 1
    assert done.stderr.startswith(NETWORK.format("npm"))
    assert done.stderr.endswith("Then run the same command again.\n")
    assert done.stderr.count("\n") == 2


def test_pip_without_a_network_says_so(tmp_path):
    done = set_up_with(
        tmp_path,
        "python",
        PIP_INDEX_URL=NOWHERE,
        PIP_EXTRA_INDEX_URL=NOWHERE,
        PIP_FIND_LINKS="",
    )
    assert done.returncode == 1
    assert done.stderr.startswith(NETWORK.format("pip"))
    assert not (tmp_path / ".venv" / ".installed").exists()


def test_a_path_that_the_locale_cannot_write_is_refused_at_once(tmp_path):
    """Afterwards no Python of the environment would start."""
    done = set_up_with(tmp_path / "bücher", "python", LC_ALL="C")
    assert done.returncode == 1
    assert done.stderr.startswith("The path of this folder, '")
    assert "b\\xfccher" in done.stderr
    assert "export LC_ALL=C.UTF-8" in done.stderr
    assert not (tmp_path / "bücher" / ".venv").exists()


def test_an_environment_that_was_only_begun_is_made_anew(
    tmp_path, monkeypatch
):
    """Half a package that was left behind would be taken for a whole one."""
    monkeypatch.setattr(set_up, "ROOT", tmp_path)
    commands = []
    monkeypatch.setattr(
        set_up, "run", lambda *command, **_: commands.append(command)
    )
    left = tmp_path / ".venv" / "lib" / "half"
    left.mkdir(parents=True)
    set_up.set_up_python()
    assert not left.exists()
    (hashed,) = [one for one in commands if "--require-hashes" in one]
    assert {"--no-deps", "--only-binary=:all:", set_up.LOCK} <= {*hashed}
    assert {"--no-index", "--no-build-isolation"} <= {*commands[-1]}
    left.mkdir(parents=True)
    set_up.set_up_python()
    assert left.exists()


def test_npm_on_a_full_disk_is_a_failure(tmp_path, monkeypatch):
    """It leaves files out, and ends with 0."""
    full = type("Usage", (), {"free": 0})
    monkeypatch.setattr(set_up.shutil, "disk_usage", lambda _: full)
    with pytest.raises(SystemExit, match="The disk is full"):
        set_up.run("true", lock="package-lock.json", folder=tmp_path)


def test_only_the_extension_for_the_browser_moves_away(tmp_path):
    shared = tmp_path / "share" / "jupyter"
    for name in ("@jupyterlite/pyodide-kernel-extension", "anywidget"):
        (shared / "labextensions" / name).mkdir(parents=True)
    # An older one is replaced.
    (shared / "lite-extensions" / "@jupyterlite" / "old").mkdir(parents=True)
    set_up.keep_from_lab(tmp_path)
    set_up.keep_from_lab(tmp_path)
    assert os.listdir(shared / "labextensions") == ["anywidget"]
    moved = os.listdir(shared / "lite-extensions" / "@jupyterlite")
    assert moved == ["pyodide-kernel-extension"]

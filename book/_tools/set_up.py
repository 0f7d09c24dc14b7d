"""Fetch what the project needs into its folder, or say in one sentence why that failed.

Runs before anything is installed, on any Python that the project supports. Third parties come from
locks with hashes: requirements-hashed.txt and each package-lock.json.
"""

import locale
import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LOCK = "requirements-hashed.txt"
#: Two more tries, and ten seconds each: without a network nobody waits for minutes.
PIP = "--disable-pip-version-check --quiet --no-input --timeout 10 --retries 2"
NPM = (
    "--no-audit --no-fund --no-update-notifier --no-progress --loglevel=error "
    "--ignore-scripts --prefer-offline --fetch-retries=2 --fetch-timeout=10000 "
    "--fetch-retry-mintimeout=500 --fetch-retry-maxtimeout=2000"
)
#: Bytes: a disk with less is full.
ROOM = 1_000_000

#: What the programs say, and what it means. The first that fits is taken: where the network fails,
#: pip goes on to say that a version does not exist.
CAUSES = (
    (
        r"ENOSPC|No space left on device|Errno 28|EDQUOT|[Dd]isk quota",
        "The disk is full: make room where {folder} is, or in the folder for temporary files ({temporary}).",
    ),
    (
        r"DO NOT MATCH THE HASHES|EINTEGRITY",
        "A file that arrived is not the one in {lock}, so it was not installed: "
        "something between here and the registry changes files, or a cache is damaged.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|CertificateError|SELF_SIGNED_CERT|UNABLE_TO_(?:GET|VERIFY)\w+|CERT_HAS_EXPIRED",
        "The certificate of the registry is not trusted here: your network may need one of its own, "
        "which PIP_CERT and NODE_EXTRA_CA_CERTS name.",
    ),
    (
        # npm takes a read-only folder for one that does not exist.
        r"EROFS|Read-only file system|EACCES|EPERM|Permission denied|Operation not permitted|syscall mkdir",
        "{program} may not write{place}: run this as a user who may, or set HOME to a folder that can be written.",
    ),
    (
        r"[Nn]ame ?[Rr]esolution|Failed to establish a new connection|\w*Connect\w*Timeout|Read ?[Tt]imed? ?out"
        r"|[Nn]etwork is unreachable|Connection (?:refused|reset|aborted|broken)|ProxyError|Tunnel connection failed"
        r"|EAI_AGAIN|ENOTFOUND|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|ERR_SOCKET_TIMEOUT"
        r"|EIDLETIMEOUT|FETCH_ERROR|ENOTCACHED|[Rr]equest to \S+ failed",
        "The network cannot be reached, and {program} has to fetch packages: connect, or set the proxy "
        "that your network needs (HTTPS_PROXY).",
    ),
    (
        r"ensurepip is not available|No module named '?(?:ensurepip|venv)",
        "This Python lacks its module `venv`: install it (on Debian and Ubuntu the package python3-venv), "
        "or choose another Python with PYTHON=/path/to/python.",
    ),
    (
        r"can only install packages when your package\.json|EUSAGE",
        "{lock} does not belong to package.json: `make lock` renews it.",
    ),
    (
        r"No matching distribution found|requires a different Python|not a supported wheel",
        "A package of {lock} does not exist for this Python ({python}) and machine: choose another Python "
        "with PYTHON=/path/to/python.",
    ),
)


def sentence_for(said, **about):
    """Say in one sentence what the output of a program that failed means; its end if that is unknown."""
    for pattern, sentence in CAUSES:
        if re.search(pattern, said):
            return sentence.format(place=place_in(said), **about)
    last = "\n".join(said.strip().splitlines()[-15:])
    return f"{about['program']} failed, and said:\n{last}"


def place_in(said):
    """Give the path that could not be written, as pip and npm name it, with "to" before it."""
    found = re.search(r"(?m)^npm \S+ path (.+)$|: '(/[^']+)'", said)
    return f" to {found[1] or found[2]}" if found else ""


def run(*command, lock, folder):
    """Run a program in a folder, and end with a sentence if it fails."""
    done = subprocess.run(
        [*map(str, command)],
        cwd=folder,
        capture_output=True,
        encoding="utf8",
        errors="replace",
        env=os.environ | {"LC_MESSAGES": "C"},
    )
    said = done.stdout + done.stderr
    # npm leaves out what a full disk does not take, and ends as if all were well.
    if not done.returncode and shutil.disk_usage(folder).free < ROOM:
        said = "No space left on device"
    elif not done.returncode:
        return
    fail(said, lock=lock, folder=folder)


def fail(said, lock, folder):
    """Stop with the sentence for what went wrong."""
    about = {
        "program": "npm" if lock.endswith(".json") else "pip",
        "lock": lock,
        "folder": folder,
        "temporary": os.environ.get("TMPDIR", "/tmp"),
        "python": ".".join(map(str, sys.version_info[:3])),
    }
    sys.exit(
        f"{sentence_for(said, **about)}\nThen run the same command again."
    )


def check_name():
    """Stop where Python itself could not start again: it reads the path to the helper in the locale."""
    encoding = locale.getencoding()
    try:
        str(ROOT).encode(encoding)
    except UnicodeEncodeError:
        sys.exit(
            f"The path of this folder, {str(ROOT)!a}, has letters that the locale of this shell "
            f"({encoding}) cannot write: run `export LC_ALL=C.UTF-8`, or move the folder.\n"
            "Then run the same command again."
        )


def set_up_python():
    """Make `.venv` with everything in the lock, and the helper."""
    check_name()
    place = ROOT / ".venv"
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    # What was interrupted may have left half a package behind, which pip takes for a whole one.
    begun_only = not (place / ".installed").exists()
    try:
        venv.create(place, clear=begun_only, symlinks=os.name != "nt")
        (place / ".installed").unlink(missing_ok=True)
        run(python, "-m", "ensurepip", "--default-pip", lock=LOCK, folder=ROOT)
        pip = (python, "-m", "pip", "install", *PIP.split())
        # The lock is complete; pip would look for extras, such as jsonschema[format], beside it.
        options = (
            "--require-hashes --no-deps --only-binary=:all: --requirement"
        )
        run(*pip, *options.split(), LOCK, lock=LOCK, folder=ROOT)
        # Nothing in here is fetched: what builds the helper has just been installed from the lock.
        options = "--no-index --no-deps --no-build-isolation --editable ."
        run(*pip, *options.split(), lock=LOCK, folder=ROOT)
        keep_from_lab(place)
        (place / ".installed").touch()
    except OSError as error:
        fail(str(error), lock=LOCK, folder=ROOT)


def keep_from_lab(place):
    """Move what is for the browser's JupyterLab to where the one on this machine does not look.

    It would load it even if it were disabled, and report that it lacks what only a browser has.
    """
    shared = place / "share" / "jupyter"
    found = shared / "labextensions" / "@jupyterlite"
    if found.is_dir():
        target = shared / "lite-extensions" / found.name
        shutil.rmtree(target, ignore_errors=True)
        target.parent.mkdir(exist_ok=True)
        found.rename(target)


def set_up_npm(folder, *options):
    """Install what a package-lock.json lists; npm compares each file with the hash in it."""
    lock = os.path.relpath(folder / "package-lock.json", ROOT)
    npm = shutil.which("npm")
    if not npm:
        sys.exit("There is no npm on the path: run this through make.")
    run(npm, "ci", *NPM.split(), *options, lock=lock, folder=folder)


if __name__ == "__main__":
    what, *more = sys.argv[1:]
    if what == "python":
        set_up_python()
    elif what == "lab":
        keep_from_lab(Path(sys.prefix))
    else:
        set_up_npm(ROOT / what, *more)

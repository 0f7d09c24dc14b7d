# Every command a contributor needs. Each target sets up what it needs and skips what is up to date.

PORT ?= 8000
# The first Python on the path that is new enough; to choose another: make serve PYTHON=/path/to/python
PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11 python, \
  $(shell $(p) -c 'import sys; sys.version_info >= (3, 11) and print("$(p)")' 2>/dev/null)))

export PATH := $(CURDIR)/.venv/bin:$(PATH)
# The matrices of the book are small: shared among cores, a product takes three times as long.
export OPENBLAS_NUM_THREADS := 1

# Where notebooks that run in the browser get Pyodide from: an address, or the folder or archive of a
# distribution, which then becomes part of the site. Left empty, they use Pyodide's CDN.
PYODIDE ?=

SETUP := .venv/.installed node_modules/.installed
HELPER := $(shell find src/rnn_by_hand -type f -not -path '*/__pycache__/*')
NOTEBOOKS := $(wildcard book/*.ipynb)
# A tool that runs for the first time writes its bytecode beside it, which changes no page.
PARTS := $(filter-out %/__pycache__,$(wildcard book/*.md book/*.bib book/_*/*))
SOURCES := $(HELPER) $(NOTEBOOKS) $(PARTS) _config.yml _toc.yml

.PHONY: setup book lite pdf zip epub slides students serve lab notebooks test mutants mutants-js anchors pictures reproducible links audit bench frameworks lock sbom clean always

setup: $(SETUP)

.venv/.installed: requirements-hashed.txt pyproject.toml
	@[ -n "$(PYTHON)" ] || { echo "RNN by Hand needs Python 3.11 or later, and there is none on the path."; exit 1; }
	@echo "Setting up .venv with $(PYTHON): about 170 packages, a minute or two the first time"
	@$(PYTHON) book/_tools/set_up.py python

node_modules/.installed: package.json package-lock.json .venv/.installed
	@echo "Fetching the style sheet and fonts for mathematics"
	@python book/_tools/set_up.py . --omit=dev
	@touch $@

node_modules/.tools: package.json package-lock.json .venv/.installed
	@echo "Fetching the tools that check the scripts"
	@python book/_tools/set_up.py .
	@touch node_modules/.installed $@

book: _build/html/.built

# Sphinx caches what a notebook printed and what a page cites, and does not notice when the helper
# or the bibliography has changed.
_build/.forgotten: $(HELPER) book/references.bib $(SETUP)
	@rm -rf _build/.doctrees
	@mkdir -p _build && touch $@

_build/html/.built: $(SOURCES) $(SETUP) _build/.forgotten
	@echo "Building the book into _build/html: notebooks are run, a warning is an error"
	@rm -rf _build/html
	@# A page that was read before would not be read again, nor would its warnings appear again.
	@jupyter-book build . -W -n --keep-going || { rm -rf _build/.doctrees; exit 1; }
	@# Some failures exit with 0 and leave no page behind.
	@[ -f _build/html/book/intro.html ] || { echo "The build made no pages; its last lines say why."; exit 1; }
	@touch $@

lite: _build/html/lite/.built

_build/html/lite/.built: _build/html/.built _build/.pyodide book/_tools/lite.py book/_tools/lite_page.js book/_tools/lone.py book/_tools/offer.py
	@echo "Making the notebooks for the browser in _build/html/lite"
	@python book/_tools/lite.py _build/html '$(PYODIDE)'
	@touch $@

# Changes only when PYODIDE does.
_build/.pyodide: always
	@mkdir -p _build
	@echo '$(PYODIDE)' | cmp -s - $@ || echo '$(PYODIDE)' > $@

always:

pdf: _build/html/rnn-by-hand.pdf

_build/html/rnn-by-hand.pdf: _build/html/.built book/_tools/pdf.py book/_tools/browser.py book/_tools/serve.py
	@echo "Printing the book into $@"
	@python book/_tools/pdf.py _build/html

zip: _build/html/rnn-by-hand-offline.zip

_build/html/rnn-by-hand-offline.zip: _build/html/.built book/_tools/offline.py book/_tools/classic_scripts.mjs book/_tools/archive.py
	@echo "Packing the site into $@, to read without a server"
	@python book/_tools/offline.py _build/html

epub: _build/html/rnn-by-hand.epub

_build/html/rnn-by-hand.epub: _build/html/.built book/_tools/epub.py book/_tools/archive.py book/_tools/browser.py book/_tools/serve.py
	@echo "Writing the book into $@, for e-readers"
	@python book/_tools/epub.py _build/html

# The notebooks without their solutions, and with them for whoever marks. VERDICTS=hidden leaves the judges out
# of the students' copies; POINTS is what an exercise is worth.
VERDICTS ?= shown
POINTS ?= 1

students: $(SETUP)
	@echo "Writing the student edition and its key into _build/students"
	@python book/_tools/students.py _build/students --verdicts '$(VERDICTS)' --points '$(POINTS)'

slides: _build/html/slides/.built

_build/html/slides/.built: _build/html/.built book/_tools/slides.py book/_tools/offer.py
	@echo "Making the slides in _build/html/slides"
	@python book/_tools/slides.py _build/html
	@touch $@

serve: lite
	@python book/_tools/serve.py _build/html $(PORT)

lab: $(SETUP)
	jupyter lab book

notebooks: _build/.notebooks

_build/.notebooks: $(HELPER) $(NOTEBOOKS) book/_tools/execute.py $(SETUP)
	@python book/_tools/execute.py $(NOTEBOOKS)
	@mkdir -p _build && touch $@

# SITE=folder tests a site that is already built; ALL=1 runs also what the weekly workflow runs.
# -rs says why a test is skipped.
test: .venv/.installed node_modules/.tools
	@python book/_tools/browser.py
	ruff check
	ruff format --check
	npx tsc
	npx biome lint --error-on-warnings
	pytest -rs $(SITE:%=--site=%) $(if $(ALL),--all)

# Breaks the helper at every site and counts what its tests notice; MODULE=model does so in one module.
mutants: .venv/.installed
	@nice python tests/mutation/mutants.py $(MODULE)

# Does the same to the numerical scripts, with the numbers from Python; MODULE=numbers/states.js for one.
mutants-js: .venv/.installed node_modules/.tools
	@nice python tests/numbers/mutate.py $(MODULE)

# Lists the addresses that readers may link to; tests/site/test_anchors.py says when to run this.
anchors: book
	@python tests/site/test_anchors.py _build/html

# Stores the reference pictures anew, after a change that is meant to show.
pictures: book
	@pytest -n 0 --site=_build/html --draw-anew tests/figures/test_figure_pictures.py tests/explorables/test_explorable_pictures.py

# Builds the book a second time, in another folder and with other hashes, and compares every byte.
# It takes as long as all tests of the site together, so only `publish` runs it.
reproducible: lite slides
	@echo "Building the book again, to compare"
	@rm -rf _build/again
	@PYTHONHASHSEED=1 jupyter-book build . -W -n --keep-going --all --path-output _build/again
	@PYTHONHASHSEED=1 python book/_tools/lite.py _build/again/_build/html '$(PYODIDE)'
	@python book/_tools/slides.py _build/again/_build/html
	@diff -r --exclude=.built _build/html _build/again/_build/html && echo "Both builds are identical, byte for byte"

# Checks the external links; the tests check the internal ones. A workflow runs this every week.
links: book
	@jupyter-book build . --builder linkcheck -n --keep-going

tests/audit/node_modules/.installed: tests/audit/package.json tests/audit/package-lock.json .venv/.installed
	@echo "Fetching Lighthouse"
	@python book/_tools/set_up.py tests/audit
	@touch $@

# Takes a quarter of an hour; the scores are only reliable on an otherwise idle machine.
audit: book tests/audit/node_modules/.installed
	@python tests/audit/audit.py _build/html

bench: book tests/audit/node_modules/.installed
	@python tests/benchmarks/bench_five_ways.py
	@echo
	@python tests/benchmarks/bench_surface.py
	@echo
	@python tests/benchmarks/bench_scan.py
	@echo
	@python tests/benchmarks/bench_gradient_check.py
	@echo
	@python tests/benchmarks/bench_explorables.py
	@echo
	@python tests/benchmarks/bench_page.py
	@echo
	@python tests/benchmarks/bench_kernel.py

# Runs the scripts that the book shows from a record; they need the extra `bench`.
frameworks: .venv/.installed
	@python book/_tools/frameworks.py

# One resolution makes all three: with hashes for make, without them for pip alone, which refuses the
# helper among hashes, and the part that running the notebooks needs.
lock: .venv/.installed
	@uv pip compile pyproject.toml --extra book --extra test --universal --python-version 3.11 --upgrade \
	  --generate-hashes --custom-compile-command "make lock" --quiet --output-file requirements-hashed.txt
	@awk 'NR == 3 { print "-e ." } !/--hash=/ { sub(/ \\$$/, ""); print }' requirements-hashed.txt > requirements.txt
	@mkdir -p _build && sed '/^-e/d' requirements.txt > _build/pins.txt
	@echo '-e .[run]' | uv pip compile - --universal --python-version 3.11 --constraint _build/pins.txt \
	  --no-annotate --custom-compile-command "make lock" --quiet --output-file requirements-run.txt
	@npm install --package-lock-only --omit-lockfile-registry-resolved --silent
	@npm install --prefix tests/audit --package-lock-only --omit-lockfile-registry-resolved --silent

# Lists everything that the locks install, with hashes; a workflow adds it to each release.
sbom:
	@mkdir -p _build
	@$(PYTHON) book/_tools/sbom.py _build/rnn-by-hand.cdx.json

clean:
	rm -rf .venv node_modules tests/audit/node_modules _build .pytest_cache .hypothesis .ruff_cache src/*.egg-info
	find book src tests -name __pycache__ -prune -exec rm -rf {} +

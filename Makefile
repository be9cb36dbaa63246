# Everything a user needs is `make demo` and `make test`; both set up .venv first.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
# The labs that the demo grades; LABS= takes all.
LABS := lab00 lab01 lab03 lab10
PYTEST := $(BIN)/python -m pytest --dist loadgroup --no-loadscope-reorder
export TF_CPP_MIN_LOG_LEVEL ?= 3
# Hundreds of processes would compile the same modules where this is set.
export PYTHONDONTWRITEBYTECODE :=

.PHONY: setup demo test test-all test-browser images quick check lab instructor labs import bench bench-thousand bench-mnist quality lock clean

# Make the virtual environment: exact versions, hashes checked, bytecode compiled.
setup: $(VENV)/ready

$(VENV)/ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --compile --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --compile --no-deps --no-build-isolation -e .
	$(BIN)/jupyter kernelspec install --sys-prefix --log-level=WARN grader/kernel/convlab
	touch $@

# Grade a sample class of every lab, end to end, on the digits that are here.
demo: setup
	-$(BIN)/convlab doctor
	$(BIN)/convlab sample-class $(LABS)
	$(BIN)/convlab grade --regrade $(LABS)
	$(BIN)/convlab feedback $(LABS)
	$(BIN)/convlab report $(LABS)
	@echo
	@echo "The class report:  report.html"
	@echo "A student's page:  feedback/mistake-1/*/*.html"
	@echo "The gradebook:     gradebook.db  (nbgrader reads it)"

# Run the test suite: ten to fifteen minutes on two cores.
test: setup
	$(PYTEST) -n 4 -m "not complete"

# Run everything, the slowest tests as well: all labs in all ways of grading.
test-all: setup
	$(PYTEST) -n 4

# Open labs in a browser: needs Chromium, npm, and Playwright in .venv.
test-browser: setup
	$(BIN)/python -m pytest tests/test_browser.py tests/test_formgrader.py -rs

# Renew the README's pictures of a lab; needs what test-browser needs.
images: setup
	$(BIN)/python tests/take_images.py docs/images

# Run what takes no notebook, no training and no Keras.
quick: setup
	$(PYTEST) -n 2 -m "not slow and not complete"

# Lint, check the format, check the types.
check: setup
	$(BIN)/ruff check
	$(BIN)/ruff format --check grader solutions/*.py tests data benchmarks
	$(BIN)/mypy

# Open the labs as a student does: without what is for instructors.
ROOM := $(CURDIR)/grader/authoring/release/room
lab: setup
	JUPYTER_PATH=$(ROOM) JUPYTER_CONFIG_PATH=$(ROOM) $(BIN)/jupyter lab --notebook-dir=labs

# Open the course as an instructor does, with nbgrader's panels.
instructor: setup
	$(BIN)/jupyter lab

# Build the notebooks from the scripts in solutions/.
labs: setup
	$(BIN)/convlab build

# Turn an edited solution notebook back into its script: make import LAB=lab03
import: setup
	$(BIN)/convlab import $(LAB)
	$(BIN)/ruff format --quiet solutions/*.py

# Grade a class by convlab and by plain nbgrader and compare; one lab: make bench LAB=lab03
bench: setup
	$(BIN)/python benchmarks/grading.py $(LAB)

# Grade 1,000 submissions to lab 03 on a Dask cluster of this machine: SIZE=50 for fewer.
bench-thousand: setup
	$(BIN)/python benchmarks/thousand.py --size $(or $(SIZE),1000)

# Race lab 10's network against the small Keras example: make bench-mnist DATA=folder
bench-mnist: setup
	$(BIN)/python benchmarks/mnist_cnn.py --data $(DATA)

# Measure the grader, on its bank and on answers from outside: a lab in a minute or two
# with LAB=lab03, else everything, in an hour or two.
quality: setup
	$(BIN)/convlab quality $(or $(LAB),--whole)
	$(BIN)/convlab quality $(LAB) --answers tests/answers/*.jsonl

# Renew requirements.lock from pyproject.toml (needs uv).
lock:
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	    --generate-hashes --no-header --no-annotate --no-emit-index-url --upgrade \
	    --output-file requirements.lock

# Forget what was graded here.
clean:
	rm -rf .convlab autograded feedback submitted gradebook.db report.html quality.html similar.html

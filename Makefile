# make app    set up on first use, open the app and serve its API (PORT=8501; DATA=folder attaches a catalogue to a private bundle)
# make test   set up on first use and run the fast tests (ARGS="tests/heads -x" chooses some)
# make slow   the slow tests: real models, real catalogues
# make lint   style, format and types
# make coverage   how much of core the tests ran, after: make test COVERAGE=1
# make benchmark   ours against the usual way, in one run (DATA=folder FORMAT=name WEIGHTS=MobileNet's)
# make attack   thousands of hostile bundles, uploads, texts and kills, with counts (ARGS="--campaign kills")
# make platforms   whether the packages for CPU, GPU and Mac go together (installs none of them)
#
# TORCH=cpu takes torch's build for CPUs from PyTorch's own index: some gigabytes less on Linux. Not tried yet.
# PYTHON=python3.12 makes the environment with that Python.

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PORT ?= 8501
SET_UP = $(PYTHON) setup_env.py --venv $(VENV)$(if $(TORCH), --torch $(TORCH))
# A worker for each core; each builds the bundles it needs and loads the frameworks, so that few are enough.
# The tests of a file share their fixtures, so that they stay in one worker.
PARALLEL = -n logical --maxprocesses 4 --dist loadfile --no-loadscope-reorder
PYTEST = $(BIN)/$(if $(COVERAGE),coverage run,python) -m pytest $(PARALLEL)

# Where it is set, every process compiles TensorFlow and torch anew, which takes as long as to import them.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: app test slow lint coverage benchmark attack platforms setup clean
.DELETE_ON_ERROR:

# Freed memory is kept for each arena, and each visitor's thread takes one: few of them halve the server's memory.
app: export MALLOC_ARENA_MAX = 2

app: $(VENV)/.app
	$(BIN)/python -m core serve --port $(PORT) $(if $(DATA),--data $(DATA))

# One thread each: workers whose threads wait for a core that another has spend most of their time waiting.
test slow: export OMP_NUM_THREADS = 1

test: $(VENV)/.dev
	$(PYTEST) -m "not slow" $(ARGS)

slow: $(VENV)/.dev
	$(PYTEST) -m slow --durations=20 $(ARGS)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

coverage: $(VENV)/.dev
	$(BIN)/coverage combine --quiet
	$(BIN)/coverage report

benchmark: $(VENV)/.dev
	$(BIN)/python benchmarks/compare_live.py --weights $(WEIGHTS)
	$(BIN)/python benchmarks/compare_bulk.py --data $(DATA) --format $(FORMAT) --weights $(WEIGHTS) --whole
	$(BIN)/python benchmarks/compare_vectors.py
	$(BIN)/python benchmarks/measure_maps.py --data $(DATA) --format $(FORMAT)

attack: $(VENV)/.dev
	$(BIN)/python benchmarks/attack.py $(ARGS)

platforms: $(VENV)/.dev
	$(BIN)/python -m pytest -v tests/setup/test_platforms.py

setup: $(VENV)/.dev

$(VENV)/.app: requirements.txt requirements_base.txt
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) here. Install Python 3.11, 3.12 or 3.13 (Debian, Ubuntu: apt install python3-venv)."; exit 1; }
	$(SET_UP) requirements.txt
	touch $@

$(VENV)/.dev: requirements_dev.txt requirements_openai.txt requirements_ray.txt requirements_openvino.txt $(VENV)/.app
	$(SET_UP) requirements_dev.txt
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache .mypy_cache .coverage .coverage.*

# make app    set up on first use and open the app (PORT=8501; DATA=folder attaches a catalogue to a private bundle)
# make test   set up on first use and run the tests
# make slow   the slow tests on top: real models, real catalogues
# make benchmark   ours against the way the field does it, in one run (DATA=folder FORMAT=name WEIGHTS=MobileNet's)
# make lint   style and annotations
# make platforms   whether the packages for CPU, GPU and Mac go together (installs none of them)

PYTHON ?= python3
VENV ?= .venv
BIN = $(VENV)/bin
PORT ?= 8501

.PHONY: app test slow benchmark lint platforms setup clean
.DELETE_ON_ERROR:

app: $(VENV)/.app
	$(BIN)/streamlit run Home.py --server.port $(PORT) $(if $(DATA),-- --data $(DATA))

test: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/python -m pytest -m "not slow" $(ARGS)

slow: $(VENV)/.dev
	$(BIN)/python -m pytest -m slow $(ARGS)

benchmark: $(VENV)/.dev
	$(BIN)/python benchmarks/compare_live.py --weights $(WEIGHTS)
	$(BIN)/python benchmarks/compare_bulk.py --data $(DATA) --format $(FORMAT) --weights $(WEIGHTS) --whole
	$(BIN)/python benchmarks/compare_vectors.py
	$(BIN)/python benchmarks/measure_maps.py --data $(DATA) --format $(FORMAT)

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

platforms: $(VENV)/.dev
	$(BIN)/python -m pytest -v tests/setup/test_platforms.py

setup: $(VENV)/.dev

$(BIN)/python:
	$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 14) else "Product Lens needs Python 3.11, 3.12 or 3.13; name one: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.app: requirements.txt requirements_base.txt | $(BIN)/python
	$(BIN)/python -m pip install -r requirements.txt
	touch $@

$(VENV)/.dev: requirements_dev.txt $(VENV)/.app
	$(BIN)/python -m pip install -r requirements_dev.txt
	touch $@

clean:
	rm -rf $(VENV) .pytest_cache .ruff_cache

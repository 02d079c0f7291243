# Each target installs what it needs into .venv, once; run again, it installs nothing.

PROMPT ?= astronaut riding bicycle
PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help draw test slow fuzz check format lint types layers families memory model lora judge scores wheel clean

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

draw: .venv/runtime.stamp  ## draw a picture: make draw PROMPT="astronaut riding bicycle"
	@$(BIN)/imagegen "$(PROMPT)"

test: .venv/dev.stamp  ## run the tests
	$(BIN)/python -m pytest --numprocesses auto

slow: .venv/dev.stamp  ## run the tests that take half a minute or more each
	$(BIN)/python -m pytest -m slow

fuzz: .venv/dev.stamp  ## damage picture files at random and inspect them, for ten minutes
	$(BIN)/python -m pytest -m slow tests/test_inspect_safety.py

check: format lint types layers test  ## all that must hold: format, lint, types, layers, tests

format: .venv/dev.stamp  ## is the code formatted? (mend with: .venv/bin/ruff format)
	$(BIN)/ruff format --check

lint: .venv/dev.stamp  ## is the code tidy?
	$(BIN)/ruff check

types: .venv/dev.stamp  ## do the types hold?
	$(BIN)/mypy

layers: .venv/dev.stamp  ## does each layer import only from those below?
	$(BIN)/lint-imports

families: .venv/dev.stamp  ## draw with a tiny model of every family; write the table of docs/models.md
	IMAGEGEN_REWRITE=1 $(BIN)/python -m pytest tests/test_families.py -m "slow or not slow"

memory: .venv/dev.stamp  ## weigh real architectures; write the estimates of docs/memory.md
	IMAGEGEN_REWRITE=1 $(BIN)/python -m pytest tests/test_ladder.py

model: .venv/dev.stamp  ## train storybook from nothing (one GPU; can be stopped and resumed)
	$(BIN)/python -m imagegen.recipe

lora: .venv/dev.stamp  ## teach storybook the blueprint style: examples/blueprint.safetensors (minutes on a CPU)
	$(BIN)/python -m imagegen.recipe.lora --out runs/lora
	cp runs/lora/blueprint.safetensors examples/blueprint.safetensors
	$(BIN)/python examples/lora_sheet.py examples/blueprint.safetensors examples/lora.jpg

judge: .venv/dev.stamp  ## train the judge from nothing (one GPU, three minutes)
	$(BIN)/python -m imagegen.evaluation.train_eye --seconds 170 --out imagegen/evaluation

scores: .venv/dev.stamp  ## judge the pictures that storybook draws
	$(BIN)/python -m imagegen.evaluation --out imagegen/models/storybook/scores.json
	$(BIN)/python -m imagegen.evaluation.card imagegen/models/storybook

wheel: .venv/dev.stamp  ## build the wheel into dist/
	$(BIN)/python -m build --wheel --no-isolation

clean:  ## remove what was built and installed here
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis

# `venv --upgrade` would not mend a half-made folder; `--clear` does.
.venv/python.stamp:
	@$(PYTHON) -c 'import sys; sys.exit((3, 11) > sys.version_info or sys.version_info >= (3, 14))' \
		|| { echo "error: $(PYTHON) is not Python 3.11 to 3.13"; echo "try: make PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv --clear .venv
	touch $@

.venv/runtime.stamp: .venv/python.stamp pyproject.toml constraints.txt
	$(PIP) -e .
	touch $@

.venv/dev.stamp: .venv/runtime.stamp
	$(PIP) -e '.[dev]'
	touch $@

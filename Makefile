# Corral. `make run` builds everything and lets the built-in model answer a prompt; `make test` runs every test.
# Underneath are CMake presets: `cmake --preset release && ninja -C build` does the same build.

PROMPT ?= Tell me a story about a little llama.
PREFIX ?= /usr/local
BUILD  := build
SOAK_BUILD ?= $(BUILD)
MINUTES ?= 30
CMAKE_FLAGS ?=
ARGS   ?=

.PHONY: help run chat build test check format lint asan tsan fuzz soak bench install portable clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: build ## Build, then let the built-in model answer PROMPT
	@echo
	@$(BUILD)/bin/corral run cria "$(PROMPT)"

chat: build ## Build, then open an interactive session with the built-in model
	@$(BUILD)/bin/corral run cria

build: ## Build build/bin/corral (Release)
	@tools/packages build
	@cmake --preset release $(CMAKE_FLAGS)
	@cmake --build $(BUILD)

test: build ## Build what is missing and run every test
	@tools/packages test
	@tests/run $(ARGS)

check: format lint test fuzz ## Everything: format, lint, layering, tests, a short fuzz run

format: ## Check the format of every source file
	@tools/packages check
	@tools/format --check

lint: ## clang-tidy over our sources, all findings are errors
	@tools/packages check
	@tools/lint

asan: ## Build with ASan and UBSan, run the tests under them
	@tools/packages test
	@cmake --preset asan $(CMAKE_FLAGS)
	@cmake --build $(BUILD)/asan
	@tests/run --build $(BUILD)/asan $(ARGS)

tsan: ## Build with TSan, run the tests under it
	@tools/packages test
	@cmake --preset tsan $(CMAKE_FLAGS)
	@cmake --build $(BUILD)/tsan
	@tests/run --build $(BUILD)/tsan $(ARGS)

fuzz: ## Build the fuzz targets and run each for a few seconds
	@tools/packages check
	@cmake --preset fuzz
	@cmake --build $(BUILD)/fuzz
	@tests/fuzz.sh $(BUILD)/fuzz

soak: build ## Keep a server under mixed load for MINUTES (SOAK_BUILD=build/asan: another build)
	@tools/packages test
	@cmake --build $(SOAK_BUILD) --target corral make_model
	@CORRAL_BUILD=$(SOAK_BUILD) tests/soak.py --minutes $(MINUTES) $(ARGS)

bench: build ## Compare with llama.cpp's own tools, built from the same source
	@tools/packages test
	@bench/run $(ARGS)

install: build ## Install into PREFIX; LINK_OLLAMA=0 leaves the `ollama` link out
	@cmake --install $(BUILD) --prefix "$(PREFIX)"
	@test "$(LINK_OLLAMA)" = 0 || ln -sfn corral "$(DESTDIR)$(PREFIX)/bin/ollama"

portable: ## Build for any machine of this architecture, with ggml's dynamic backends (build/portable)
	@tools/packages build
	@cmake --preset portable $(CMAKE_FLAGS)
	@cmake --build $(BUILD)/portable

clean: ## Remove the build tree (llama.cpp stays in the cache)
	@rm -rf $(BUILD)

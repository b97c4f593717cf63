# Corral. `make run` builds everything and lets the built-in model answer a prompt; `make test` runs every test.
# Underneath are CMake presets: `cmake --preset release && ninja -C build` does the same build.

PROMPT ?= Tell me a story about a little llama.
PREFIX ?= /usr/local
BUILD  := build
CMAKE_FLAGS ?=
ARGS   ?=

.PHONY: help run chat build test check format lint asan tsan fuzz bench install portable packages clean

help: ## Show this list
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

run: build ## Build, then let the built-in model answer PROMPT
	@echo
	@$(BUILD)/bin/corral run cria "$(PROMPT)"

chat: build ## Build, then open an interactive session with the built-in model
	@$(BUILD)/bin/corral run cria

packages: ## Install the Debian packages that building and testing need
	@tools/packages

build: packages ## Build build/bin/corral (Release)
	@cmake --preset release $(CMAKE_FLAGS)
	@cmake --build $(BUILD)

test: build ## Build what is missing and run every test
	@tests/run $(ARGS)

check: format lint test fuzz ## Everything: format, lint, layering, tests, a short fuzz run

format: packages ## Check the format of every source file
	@tools/format --check

lint: packages ## clang-tidy over our sources, all findings are errors
	@tools/lint

asan: packages ## Build with ASan and UBSan, run the tests under them
	@cmake --preset asan $(CMAKE_FLAGS)
	@cmake --build $(BUILD)/asan
	@tests/run --build $(BUILD)/asan $(ARGS)

tsan: packages ## Build with TSan, run the tests under it
	@cmake --preset tsan $(CMAKE_FLAGS)
	@cmake --build $(BUILD)/tsan
	@tests/run --build $(BUILD)/tsan $(ARGS)

fuzz: packages ## Build the fuzz targets and run each for a few seconds
	@cmake --preset fuzz
	@cmake --build $(BUILD)/fuzz
	@tests/fuzz.sh $(BUILD)/fuzz

bench: build ## Compare with llama.cpp's own tools, built from the same source
	@bench/run $(ARGS)

install: build ## Install into PREFIX; LINK_OLLAMA=0 leaves the `ollama` link out
	@cmake --install $(BUILD) --prefix "$(PREFIX)"
	@test "$(LINK_OLLAMA)" = 0 || ln -sfn corral "$(DESTDIR)$(PREFIX)/bin/ollama"

portable: packages ## Build for any machine of this architecture, with ggml's dynamic backends (build/portable)
	@cmake --preset portable $(CMAKE_FLAGS)
	@cmake --build $(BUILD)/portable

clean: ## Remove the build tree (llama.cpp stays in the cache)
	@rm -rf $(BUILD)

# `make` alone lists the targets. Each does the set-up that it needs.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

# Debian keeps bpftool in /usr/sbin, which is not on everybody's path.
export PATH := $(PATH):/usr/sbin

# `make V=1` shows the commands themselves.
quiet := $(if $(V),,@)

PYTHON := .venv/bin/python
CLANG ?= clang
LLVM_STRIP ?= llvm-strip
BPFTOOL ?= bpftool
# The kernel to describe; another one's BTF file will do where this one has none.
BTF ?= /sys/kernel/btf/vmlinux

BPF_FLAGS := -target bpf -O2 -g -mcpu=v3 -D__TARGET_ARCH_x86 -Wall -Ibpf -Ibuild/bpf
BPF_HEADERS := $(wildcard bpf/*.h)
BPF_SOURCES := $(wildcard bpf/*.bpf.c)
# The same sources once more for kernels before 5.12, or that show no types, and for those before 6.2; and what
# looks at the edges of system calls once more for kernels that preempt: docs/decisions/0006-two-builds.md.
BPF_OBJECTS := $(patsubst bpf/%.bpf.c,build/bpf/%.bpf.o,$(BPF_SOURCES)) \
	$(patsubst bpf/%.bpf.c,build/bpf/before-5.12/%.bpf.o,$(BPF_SOURCES)) \
	$(patsubst bpf/%.bpf.c,build/bpf/before-6.2/%.bpf.o,$(BPF_SOURCES)) \
	$(patsubst bpf/%.bpf.c,build/bpf/edges-by-kprobe/%.bpf.o,$(shell grep -lE 'SYSCALL_(ENTRY|EXIT)' $(BPF_SOURCES)))

.PHONY: help up test setup kernels bench compose-test fmt lint docs clean min-btf lock bpf bpf-objects system-packages opa

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-14s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

up: setup ## everything on this host, findings live; Ctrl-C stops it (ARGS='--json')
	@$(hand-on-signals now).venv/bin/tracewire up $(ARGS)

# So that `make up` ends with exit code 0 when it is interrupted; see signals.c.
ifneq ($(filter up,$(MAKECMDGOALS)),)
-load build/signals.so
endif

build/signals.so: deploy/setup/signals.c | system-packages
	@mkdir -p $(@D)
	@gcc -shared -fPIC -O2 -Wall -Wextra -o $@ $<

test: setup ## every check and test that can run on this machine
	@# Only documentation needs it, so a machine that cannot have it still tests the rest.
	-@deploy/setup/nats-cli.sh
	@# So that other kernels are booted, and podman and containerd asked, wherever a machine can have
	@# them; without them that is said.
	-@deploy/setup/system-packages.sh kernels containers
	@failed=0; tests/checks.sh || failed=1; $(PYTHON) -m pytest $(ARGS) || failed=1; exit $$failed

setup: system-packages .tools/stamps/python opa bpf ## system packages, .venv, OPA, BPF objects

kernels: setup ## the conformance suite on other kernels (KERNEL=6.1 EVENT=ptrace)
	@deploy/setup/system-packages.sh kernels
	@$(PYTHON) -m tests.kernels $(KERNEL) $(if $(EVENT),--event $(EVENT)) $(ARGS)

bench: setup ## all benchmarks; writes bench/results.json
	@$(PYTHON) -m bench $(ARGS)

compose-test: setup ## the compose file on a real Docker engine
	@OBJECTS=compiled $(PYTHON) -m pytest tests/compose $(ARGS)

fmt: .tools/stamps/python opa ## format Python and Rego
	@.venv/bin/ruff check --quiet --fix-only . && .venv/bin/ruff format .
	@.tools/bin/opa fmt --write rego

lint: setup ## every check that runs nothing
	@tests/checks.sh

docs: .tools/stamps/python ## everything that is generated: headers, schemas, pages
	@$(PYTHON) -m tracewire.generate

min-btf: setup ## small BTF files for --btf (BTF_DIR=DIR [KERNELS='RELEASE …'] [OUT=build/btf])
	@test -n "$(BTF_DIR)" || { echo "make: BTF_DIR is not given." >&2; \
		echo "      Give the directory that holds the kernels' BTF files: make min-btf BTF_DIR=DIR" >&2; exit 2; }
	@$(PYTHON) -m collector.small_btf $(BTF_DIR) $(or $(OUT),build/btf) $(KERNELS)

lock: .tools/stamps/python ## requirements.lock from pyproject.toml
	@.tools/uv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate \
		--custom-compile-command "make lock" --output-file requirements.lock pyproject.toml --group dev

# A make of its own, so that only this runs side by side: what `up` and `test` say must not wait.
bpf: build/bpf/vmlinux.h ## the BPF objects
	@$(MAKE) --no-print-directory --assume-old=system-packages --jobs=$$(nproc) bpf-objects

bpf-objects: $(BPF_OBJECTS)
	@:

clean: ## remove what was built; .venv and .tools too with ALL=1
	@rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis $(if $(ALL),.venv .tools)
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

# Set-up. Each script does one thing and does it once.

system-packages:
	@deploy/setup/system-packages.sh

opa: | .tools/stamps/python
	@deploy/setup/opa.sh

.tools/stamps/python: requirements.lock pyproject.toml deploy/setup/python.sh | system-packages
	@deploy/setup/python.sh
	@mkdir -p $(@D) && touch $@

build/bpf/vmlinux.h: | system-packages
	@mkdir -p $(@D)
	@test -r $(BTF) || { echo "make: this kernel does not describe itself: $(BTF) is not there." >&2; \
		echo "      Use a kernel with CONFIG_DEBUG_INFO_BTF, or give another's file: make BTF=FILE" >&2; exit 4; }
	@echo "  BTF  vmlinux.h"
	$(quiet)$(BPFTOOL) btf dump file $(BTF) format c > $@

# The object of another build: what is defined for it.
define build-of
build/bpf/$(1)/%.bpf.o: bpf/%.bpf.c $$(BPF_HEADERS) build/bpf/vmlinux.h | system-packages
	@mkdir -p $$(@D)
	@echo "  CC   $(1)/$$(@F)"
	$$(quiet)$$(CLANG) $$(BPF_FLAGS) -D$(2) -c $$< -o $$@
	$$(quiet)$$(LLVM_STRIP) -g $$@
endef
$(eval $(call build-of,before-5.12,BEFORE_5_12))
$(eval $(call build-of,before-6.2,BEFORE_6_2))
$(eval $(call build-of,edges-by-kprobe,EDGES_BY_KPROBE))

build/bpf/%.bpf.o: bpf/%.bpf.c $(BPF_HEADERS) build/bpf/vmlinux.h | system-packages
	@echo "  CC   $(@F)"
	@# Put in place at once: a collector may be starting.
	$(quiet)$(CLANG) $(BPF_FLAGS) -c $< -o $@.new
	$(quiet)$(LLVM_STRIP) -g $@.new
	@mv $@.new $@

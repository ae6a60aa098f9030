# make          the program: build/mnist-train
# make help     the other targets and the variables

VERSION := 0.1.0
# The day of this version, for the man page.
RELEASED := 2026-11-23
BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
# For what runs while building; another than CC where CC is a cross compiler.
CC_FOR_BUILD ?= $(CC)
CFLAGS  ?= -O3 -g
STD     ?= c11
# The processor to build for. Empty: any of this architecture.
ARCH    ?= native
# make WERROR=1: warnings are errors. make SANITIZE=address,undefined: with these sanitizers.
WERROR  ?=
SANITIZE ?=

# The library with cblas_sgemm, by its name for pkg-config or for -l: openblas, blis, blas-netlib ...;
# accelerate is Apple's. CBLAS_HEADER is its header, when that is not <cblas.h>.
BLAS    ?= openblas
CBLAS_HEADER ?= $(if $(filter accelerate,$(BLAS)),<Accelerate/Accelerate.h>,<cblas.h>)

PKG_CONFIG ?= pkg-config
# cflags or libs of a library; the second argument where pkg-config does not know it.
ask = $(if $(shell $(PKG_CONFIG) --exists $(2) 2>/dev/null && echo yes),$(shell $(PKG_CONFIG) --$(1) $(2)),$(3))
blas_libs      := $(if $(filter accelerate,$(BLAS)),-framework Accelerate,$(call ask,libs,$(BLAS),-l$(BLAS)))
library_cflags := $(call ask,cflags,$(BLAS)) $(call ask,cflags,zlib)
library_libs   := $(blas_libs) $(call ask,libs,zlib,-lz)
test_cflags    := $(shell $(PKG_CONFIG) --cflags cmocka libcrypto 2>/dev/null)
test_libs      := $(or $(shell $(PKG_CONFIG) --libs cmocka libcrypto 2>/dev/null),-lcmocka -lcrypto)

warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion $(if $(WERROR),-Werror)
# No contraction: the same bits from every compiler. No errno from sqrtf: loops with it become
# vector code. Neither changes a result, as -ffast-math would.
numerics := -ffp-contract=off -fno-math-errno
sanitize := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
# Whether the compiler takes a flag.
accepts   = $(if $(shell echo | $(CC) $(1) -E - >/dev/null 2>&1 && echo yes),$(1))
# Compilers shy away from vectors of 512 bits, which are faster here (and in OpenBLAS all the same).
machine  := $(if $(ARCH),-march=$(ARCH) $(call accepts,-mprefer-vector-width=512))

compile := $(CC) -std=$(STD) -pthread -D_POSIX_C_SOURCE=200809L -DVERSION='"$(VERSION)"' -iquote include \
           $(warnings) $(machine) $(numerics) $(sanitize) -DBLAS_NAME='"$(BLAS)"' -DCBLAS_HEADER='$(CBLAS_HEADER)' \
           $(library_cflags) $(CPPFLAGS) $(CFLAGS)
link    := $(CC) -pthread $(sanitize) $(CFLAGS) $(LDFLAGS)
libs    := $(library_libs) -lm $(LDLIBS)

objects      := $(patsubst src/%.c,$(BUILD)/%.o,$(wildcard src/*.c))
# All but main: what the tests link with.
room_objects := $(filter-out $(BUILD)/main.o,$(objects))
test_support  := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(filter-out \
                 $(wildcard tests/test_*.c),$(wildcard tests/*.c)))
test_programs := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/test_*.c))

.PHONY: all check tests bench bench-programs lint coverage docs install uninstall dist clean help
.DELETE_ON_ERROR:
.PRECIOUS: $(BUILD)/tests/%.o

all: $(BUILD)/mnist-train

$(BUILD)/mnist-train: $(objects)
	$(link) -o $@ $^ $(libs)

$(BUILD)/%.o: src/%.c $(BUILD)/flags $(BUILD)/libraries
	$(compile) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags $(BUILD)/libraries
	@mkdir -p $(@D)
	$(compile) $(test_cflags) -MMD -MP -c -o $@ $<

$(BUILD)/tests/test_%: $(BUILD)/tests/test_%.o $(test_support) $(room_objects)
	$(link) -o $@ $^ $(test_libs) $(libs)

tests: $(test_programs)

check: all tests
	tests/run-suite.sh $(test_programs) $(sort $(wildcard tests/test_*.sh))

# What scripts/bench.sh runs; libtorch where its headers are (Debian's libtorch-dev).
torch_include  := $(patsubst %/torch/torch.h,%,\
                  $(wildcard /usr/include/torch/csrc/api/include/torch/torch.h))
bench_programs := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/*.c)) \
                  $(if $(torch_include),$(BUILD)/bench/libtorch)

$(BUILD)/bench/%: tests/bench/%.c $(room_objects) $(BUILD)/flags
	@mkdir -p $(@D)
	$(compile) -MMD -MP -o $@ $< $(room_objects) $(libs)

# Nothing fails for want of it: the benchmark goes without.
$(BUILD)/bench/libtorch: tests/bench/libtorch.cpp
	@mkdir -p $(@D)
	-$(CXX) -std=c++17 -O2 $(warnings) -isystem $(torch_include) -o $@ $< -ltorch -ltorch_cpu -lc10

bench-programs: all $(bench_programs)

bench:
	scripts/bench.sh $(BENCH_OPTIONS)

# What only looks at the code: clang-tidy (.clang-tidy), cppcheck (.cppcheck-suppressions).
lint:
	clang-tidy --quiet $(wildcard src/*.c) -- $(filter-out $(CC) $(machine),$(compile)) 2>/dev/null
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability,style \
	 --inline-suppr --suppressions-list=.cppcheck-suppressions -DCBLAS_HEADER='<cblas.h>' -I include src

# The lines of src/ that the tests reach, by gcov and gcovr, into build/coverage.
coverage:
	scripts/coverage.sh

# Changes only when the commands do, so that another CC, CFLAGS or SANITIZE builds anew.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(compile) $(link) $(libs))' | cmp -s - $@ || \
	 echo '$(subst ','\'',$(compile) $(link) $(libs))' >$@
FORCE:

# Says which package is missing before the compiler does in its own words.
$(BUILD)/libraries: $(BUILD)/flags
	@echo '#include $(CBLAS_HEADER)' | $(compile) -E -o /dev/null - 2>/dev/null || { echo >&2 \
	 "$(subst <,,$(subst >,,$(CBLAS_HEADER))): expected OpenBLAS's header, found none; install libopenblas-dev (Debian, Ubuntu)," \
	 "openblas-devel (Fedora), openblas (Arch, Homebrew), or run scripts/run.sh"; exit 1; }
	@echo '#include <zlib.h>' | $(compile) -E -o /dev/null - 2>/dev/null || { echo >&2 \
	 "zlib.h: expected zlib's header, found none; install zlib1g-dev (Debian, Ubuntu)," \
	 "zlib-devel (Fedora), zlib (Arch, Homebrew), or run scripts/run.sh"; exit 1; }
	@touch $@

# The man page and the completions: templates, and the option table in the words of each.
docs := $(BUILD)/mnist-train.1 $(BUILD)/completion.bash $(BUILD)/completion.zsh

docs: $(docs)

$(BUILD)/option_docs: docs/option_docs.c src/option_table.c $(wildcard include/*.h) $(BUILD)/flags
	$(CC_FOR_BUILD) -std=c11 -D_POSIX_C_SOURCE=200809L -iquote include $(warnings) -o $@ $(filter %.c,$^)

$(BUILD)/mnist-train.1: language := man
$(BUILD)/completion.bash: language := bash
$(BUILD)/completion.zsh: language := zsh

$(docs): $(BUILD)/%: docs/%.in $(BUILD)/option_docs Makefile
	sed 's/@VERSION@/$(VERSION)/; s/@RELEASED@/$(RELEASED)/' $< | $(BUILD)/option_docs $(language) >$@

# Where things are installed, below DESTDIR.
bin_folder  := $(PREFIX)/bin
man_folder  := $(PREFIX)/share/man/man1
bash_folder := $(PREFIX)/share/bash-completion/completions
zsh_folder  := $(PREFIX)/share/zsh/site-functions

install: all docs
	mkdir -p "$(DESTDIR)$(bin_folder)" "$(DESTDIR)$(man_folder)" "$(DESTDIR)$(bash_folder)" "$(DESTDIR)$(zsh_folder)"
	install -m 755 $(BUILD)/mnist-train "$(DESTDIR)$(bin_folder)/mnist-train"
	install -m 644 $(BUILD)/mnist-train.1 "$(DESTDIR)$(man_folder)/mnist-train.1"
	install -m 644 $(BUILD)/completion.bash "$(DESTDIR)$(bash_folder)/mnist-train"
	install -m 644 $(BUILD)/completion.zsh "$(DESTDIR)$(zsh_folder)/_mnist-train"

# Below a DESTDIR the empty folders go too; without one they are the system's.
uninstall:
	rm -f "$(DESTDIR)$(bin_folder)/mnist-train" "$(DESTDIR)$(man_folder)/mnist-train.1" \
	 "$(DESTDIR)$(bash_folder)/mnist-train" "$(DESTDIR)$(zsh_folder)/_mnist-train"
	@test -z "$(DESTDIR)" || ! cd "$(DESTDIR)" 2>/dev/null || for folder in \
	 "$(bin_folder)" "$(man_folder)" "$(bash_folder)" "$(zsh_folder)"; do \
	 rmdir -p "./$$folder" 2>/dev/null || true; done

dist:
	@mkdir -p $(BUILD)
	scripts/make-dist.sh mnist-train-$(VERSION) $(BUILD)/mnist-train-$(VERSION).tar.gz

clean:
	rm -rf $(BUILD)

help:
	@echo 'make            the program: build/mnist-train'
	@echo 'make check      builds and runs all tests'
	@echo 'make bench      how fast it is; BENCH_OPTIONS: see scripts/bench.sh --help'
	@echo 'make lint       clang-tidy and cppcheck'
	@echo 'make coverage   which lines the tests reach'
	@echo 'make docs       the man page and the completions for bash and zsh'
	@echo 'make install    all of it to PREFIX ($(PREFIX)), below DESTDIR; make uninstall'
	@echo 'make dist       build/mnist-train-$(VERSION).tar.gz, the same bytes every time'
	@echo 'make clean'
	@echo 'Variables: CC STD CFLAGS CPPFLAGS LDFLAGS LDLIBS CC_FOR_BUILD BUILD PREFIX DESTDIR,'
	@echo '  ARCH=native (empty: any processor of the architecture),'
	@echo '  WERROR=1 (warnings are errors), SANITIZE=address,undefined,'
	@echo '  BLAS=openblas (or blis, blas-netlib, accelerate ...: any library with cblas_sgemm)'

-include $(wildcard $(BUILD)/*.d $(BUILD)/tests/*.d $(BUILD)/bench/*.d)

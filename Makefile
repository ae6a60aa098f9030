# make          the program: build/mnist-train
# make help     the other targets and the variables

VERSION := 0.2.0
# Release date, for the man page.
RELEASED := 2026-11-24
BUILD   ?= build
# An empty BUILD counts as unset.
override BUILD := $(or $(strip $(BUILD)),build)
ifneq ($(words $(BUILD)),1)
$(error BUILD: expected a path without spaces, found '$(BUILD)')
endif
PREFIX  ?= /usr/local
DESTDIR ?=
CC      ?= cc
CFLAGS  ?= -O3 -g
STD     ?= c11
# The processor to build for; empty: any processor of this architecture.
ARCH    ?= native
# WERROR=1 makes warnings errors; SANITIZE=address,undefined builds with these sanitizers.
WERROR  ?=
SANITIZE ?=

# The library that has cblas_sgemm, by its name for pkg-config or for -l: openblas, blis, blas-netlib ...;
# accelerate is Apple's. CBLAS_HEADER is the library's header.
BLAS    ?= openblas
CBLAS_HEADER ?= $(if $(filter accelerate,$(BLAS)),<Accelerate/Accelerate.h>,<cblas.h>)

PKG_CONFIG ?= pkg-config
# $(call pkg,cflags|libs,LIBRARY,DEFAULT): the flags from pkg-config, or DEFAULT if it does not know the library.
pkg = $(if $(shell $(PKG_CONFIG) --exists $(2) 2>/dev/null && echo yes),$(shell $(PKG_CONFIG) --$(1) $(2)),$(3))
blas_libs      := $(if $(filter accelerate,$(BLAS)),-framework Accelerate,$(call pkg,libs,$(BLAS),-l$(BLAS)))
library_cflags := $(call pkg,cflags,$(BLAS)) $(call pkg,cflags,zlib)
zlib_libs      := $(call pkg,libs,zlib,-lz)
library_libs   := $(blas_libs) $(zlib_libs)
test_cflags    := $(shell $(PKG_CONFIG) --cflags cmocka libcrypto 2>/dev/null)
test_libs      := $(or $(shell $(PKG_CONFIG) --libs cmocka libcrypto 2>/dev/null),-lcmocka -lcrypto)

# -Wformat=2: a string from outside, which may have control characters, is an argument and never a format.
warnings := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wformat=2 $(if $(WERROR),-Werror)
# The flag, if the compiler accepts it without a warning.
cc_supports = $(if $(shell echo | $(CC) -Werror $(1) -E - >/dev/null 2>&1 && echo yes),$(1))
# No contraction, and float expressions in float (gcc on s390x prefers double): the same bits from
# every compiler. No errno from sqrtf: its loops become vector code. Neither changes a result, as
# -ffast-math would.
FPFLAGS  := -ffp-contract=off $(call cc_supports,-fexcess-precision=fast) -fno-math-errno -fno-trapping-math
sanitize := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
# Compilers avoid vectors of 512 bits by default; they are faster here, and OpenBLAS uses them anyway.
ARCHFLAGS := $(if $(ARCH),-march=$(ARCH) $(call cc_supports,-mprefer-vector-width=512))

compile := $(CC) -std=$(STD) -pthread -D_POSIX_C_SOURCE=200809L -DVERSION='"$(VERSION)"' -iquote include -iquote src \
           $(warnings) $(ARCHFLAGS) $(FPFLAGS) $(sanitize) -DBLAS_NAME='"$(BLAS)"' -DCBLAS_HEADER='$(CBLAS_HEADER)' \
           $(library_cflags) $(CPPFLAGS) $(CFLAGS)
# Apple's linker has to be told which functions the BLAS library may lack, even if they are weak symbols.
optional := $(if $(findstring -apple-,$(shell $(CC) -dumpmachine 2>/dev/null)),\
              $(shell sed -n '/^OPTIONAL /s/.*[ *]\([A-Za-z_]*_[A-Za-z_]*\).*/\1/p' src/nn/gemm.c))
link    := $(CC) -pthread $(sanitize) $(optional:%=-Wl,-U,_%) $(CFLAGS) $(LDFLAGS)
libs    := $(library_libs) -lm $(LDLIBS)

# Each command is printed as `CC   src/nn/loss.c`; V=1 prints it whole.
V ?=
run = $(if $(V),,@printf '%-4s %s\n' '$(1)' '$(2)' && )

sources := $(wildcard src/*/*.c)
objects := $(patsubst src/%.c,$(BUILD)/%.o,$(sources)) $(BUILD)/output/report_assets.o
# The tests link with an archive of all objects but main.
lib_objects   := $(filter-out $(BUILD)/cli/main.o,$(objects))
test_support  := $(patsubst tests/%.c,$(BUILD)/tests/%.o,$(wildcard tests/support/*.c))
test_programs := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/*.c))

.PHONY: all check check-all check-ci probe-compiler probe-blas probe-zlib tests bench bench-programs lint lint-format \
        lint-shell lint-layers lint-tidy lint-cppcheck coverage install uninstall dist clean help
.DELETE_ON_ERROR:
.PRECIOUS: $(BUILD)/tests/%.o $(BUILD)/output/report_assets.c

all: $(BUILD)/mnist-train

$(BUILD)/mnist-train: $(objects)
	$(call run,LD,$@)$(link) -o $@ $^ $(libs)

$(BUILD)/%.o: src/%.c $(BUILD)/flags $(BUILD)/libraries
	@mkdir -p $(@D)
	$(call run,CC,$<)$(compile) -MMD -MP -c -o $@ $<

# The report's style sheet and its script as C strings. $(call embed,NAME,FILE)
embed = echo 'const char $(1)[] = {' && od -An -v -tx1 $(2) | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g' && echo '0};'

$(BUILD)/output/report_assets.c: src/output/report.css src/output/draw.js Makefile
	@mkdir -p $(@D)
	$(call run,GEN,$@){ $(call embed,report_css,$<) && $(call embed,report_js,src/output/draw.js); } >$@

$(BUILD)/output/report_assets.o: $(BUILD)/output/report_assets.c $(BUILD)/flags $(BUILD)/libraries
	$(call run,CC,$<)$(compile) -MMD -MP -c -o $@ $<

# -O1 compiles in half the time.
$(BUILD)/tests/%.o: tests/%.c $(BUILD)/flags $(BUILD)/libraries
	@mkdir -p $(@D)
	$(call run,CC,$<)$(compile) -O1 -iquote tests $(test_cflags) -MMD -MP -c -o $@ $<

$(BUILD)/tests/objects.a: $(lib_objects) $(test_support)
	$(call run,AR,$@)rm -f $@ && $(AR) rc $@ $^

$(test_programs): $(BUILD)/tests/unit/%: $(BUILD)/tests/unit/%.o $(BUILD)/tests/objects.a
	$(call run,LD,$@)$(link) -o $@ $^ $(test_libs) $(libs)

# Makes calls of the C library fail (tests/faults); for glibc.
$(BUILD)/tests/faults.so: tests/faults/shim.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call run,LD,$@)$(CC) -std=gnu11 -O1 -g -pthread $(warnings) -fPIC -shared -o $@ $< -ldl

tests: $(test_programs)

# The first tier of tests, the first two, all three; scripts/test.sh also installs what they need.
check: all tests
	@tests/run.sh

check-all check-ci: check-%: all tests
	@tests/run.sh --$*

# The programs of scripts/bench.py. libtorch is built if its headers are installed (Debian's libtorch-dev),
# and KANN if KANN_DIR is set to its source directory (github.com/attractivechaos/kann), or to the one above.
KANN_DIR ?=
kann_sources   := $(wildcard $(KANN_DIR)/kann.c $(KANN_DIR)/kautodiff.c $(KANN_DIR)/kann/kann.c $(KANN_DIR)/kann/kautodiff.c)
torch_include  := $(patsubst %/torch/torch.h,%,\
                  $(wildcard /usr/include/torch/csrc/api/include/torch/torch.h))
bench_programs := $(BUILD)/bench/floor $(if $(torch_include),$(BUILD)/bench/libtorch) $(if $(KANN_DIR),$(BUILD)/bench/kann)

$(BUILD)/bench/floor: tests/bench/floor.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call run,LD,$@)$(compile) -o $@ $< $(libs)

# The build goes on without these two if they cannot be built.
$(BUILD)/bench/libtorch: tests/bench/libtorch.cpp
	@mkdir -p $(@D)
	-$(call run,CXX,$<)$(CXX) -std=c++17 -O2 $(warnings) -isystem $(torch_include) -o $@ $< -ltorch -ltorch_cpu -lc10

$(BUILD)/bench/kann: tests/bench/kann/train.c $(BUILD)/flags
	@mkdir -p $(@D)
	-$(call run,CC,$<)$(CC) -std=gnu11 -O3 $(ARCHFLAGS) -w -pthread -DHAVE_CBLAS -I $(KANN_DIR) -I $(KANN_DIR)/kann \
	 $(library_cflags) -o $@ $< $(kann_sources) $(libs)

bench-programs: all $(bench_programs)

bench:
	scripts/bench.py $(BENCH_OPTIONS)

# Static checks: formatting, shellcheck, the folders' dependencies, clang-tidy (.clang-tidy), cppcheck
# (.cppcheck-suppressions).
lint: lint-format lint-shell lint-layers lint-tidy lint-cppcheck

processors := $(shell getconf _NPROCESSORS_ONLN)

lint-format:
	find src include docs tests data/drawn -name '*.[ch]' ! -path 'tests/golden/*' -exec clang-format --dry-run -Werror {} +

# The test files use variables of tests/support/program.bash, and bats runs each test in a shell with set -e.
lint-shell:
	find scripts tests .ci -name '*.sh' -exec shellcheck -x .ci/run {} +
	find tests -name '*.bats' -exec shellcheck -x -e SC2154,SC2030,SC2031,SC2164 {} +

lint-layers:
	scripts/check-layers.sh

lint-tidy:
	printf '%s\n' $(sources) | xargs -P $(processors) -I FILE \
	 clang-tidy --quiet FILE -- $(filter-out $(CC) $(ARCHFLAGS) -Werror,$(compile)) 2>/dev/null

lint-cppcheck:
	cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,performance,portability,style -j $(processors) \
	 --inline-suppr --suppressions-list=.cppcheck-suppressions -DCBLAS_HEADER='<cblas.h>' -I include src

# The lines of src/ that the first two tiers reach. A test that runs the program as another user fails here,
# since that user cannot write the counters.
coverage:
	$(MAKE) BUILD=$(BUILD)/coverage CC=gcc CFLAGS='--coverage -O1 -g' ARCH= all tests
	find $(BUILD)/coverage -name '*.gcda' -delete
	-BUILD=$(BUILD)/coverage tests/run.sh --all
	gcovr --root . --filter src/ --object-directory $(BUILD)/coverage --exclude-unreachable-branches --fail-under-line 95

# This file changes only if the commands change, so that another CC, CFLAGS or SANITIZE rebuilds everything.
$(BUILD)/flags: FORCE
	@mkdir -p $(@D)
	@echo '$(subst ','\'',$(compile) $(link) $(libs))' | cmp -s - $@ || \
	 echo '$(subst ','\'',$(compile) $(link) $(libs))' >$@
FORCE:

# Checks that programs which need the compiler, the BLAS library and zlib compile and link with the flags of
# the program, so that an error names the package to install. The compiler's messages are printed.
$(BUILD)/libraries: $(wildcard scripts/probe/*.c) $(BUILD)/flags
	@$(call probe,compiler) || { echo >&2 "$(CC): expected a C11 compiler and linker for these flags, found the" \
	 "errors above; see the variables in make help (CC, STD, ARCH, CFLAGS, CPPFLAGS, LDFLAGS ...)"; exit 1; }
	@$(call probe,blas) || { echo >&2 \
	 "cblas_sgemm: expected to link with $(strip $(blas_libs)), found the errors above; install libopenblas-dev (Debian, Ubuntu)," \
	 "openblas-devel and pkgconf (Fedora), openblas and pkgconf (Arch, Homebrew), or run scripts/run.sh"; exit 1; }
	@$(call probe,zlib) || { echo >&2 \
	 "inflate: expected to link with $(strip $(zlib_libs)), found the errors above; install zlib1g-dev (Debian, Ubuntu)," \
	 "zlib-devel (Fedora), zlib (Arch, Homebrew), or run scripts/run.sh"; exit 1; }
	@touch $@

# Compiles and links scripts/probe/NAME.c into a temporary file, with the flags of the program and NAME_libs.
probe = dir=$$(mktemp -d) && trap 'rm -rf "$$dir"' EXIT && \
        $(compile) $(LDFLAGS) -o "$$dir/probe" scripts/probe/$(1).c $($(1)_libs) -lm $(LDLIBS)

# scripts/install-packages.sh asks which of them are there.
probe-compiler probe-blas probe-zlib: probe-%:
	@$(call probe,$*)

# Installation directories, below DESTDIR.
bin_dir  := $(PREFIX)/bin
man_dir  := $(PREFIX)/share/man/man1
bash_dir := $(PREFIX)/share/bash-completion/completions
zsh_dir  := $(PREFIX)/share/zsh/site-functions

install: all
	mkdir -p "$(DESTDIR)$(bin_dir)" "$(DESTDIR)$(man_dir)" "$(DESTDIR)$(bash_dir)" "$(DESTDIR)$(zsh_dir)"
	install -m 755 $(BUILD)/mnist-train "$(DESTDIR)$(bin_dir)/mnist-train"
	sed 's/@VERSION@/$(VERSION)/; s/@RELEASED@/$(RELEASED)/' docs/mnist-train.1 >$(BUILD)/mnist-train.1
	install -m 644 $(BUILD)/mnist-train.1 "$(DESTDIR)$(man_dir)/mnist-train.1"
	install -m 644 docs/completion.bash "$(DESTDIR)$(bash_dir)/mnist-train"
	install -m 644 docs/completion.zsh "$(DESTDIR)$(zsh_dir)/_mnist-train"

# Also removes the empty directories if DESTDIR is set; otherwise they belong to the system.
uninstall:
	rm -f "$(DESTDIR)$(bin_dir)/mnist-train" "$(DESTDIR)$(man_dir)/mnist-train.1" \
	 "$(DESTDIR)$(bash_dir)/mnist-train" "$(DESTDIR)$(zsh_dir)/_mnist-train"
	@test -z "$(DESTDIR)" || ! cd "$(DESTDIR)" 2>/dev/null || for dir in \
	 "$(bin_dir)" "$(man_dir)" "$(bash_dir)" "$(zsh_dir)"; do \
	 rmdir -p "./$$dir" 2>/dev/null || true; done

dist:
	@mkdir -p $(BUILD)
	scripts/make-dist.sh mnist-train-$(VERSION) $(BUILD)/mnist-train-$(VERSION).tar.gz

clean:
	rm -rf $(BUILD)

help:
	@echo 'make            the program: build/mnist-train'
	@echo 'make check      builds and runs the first tier of tests; make check-all: two tiers; make check-ci: all three'
	@echo 'make bench      measures the speed; BENCH_OPTIONS: see scripts/bench.py --help'
	@echo 'make lint       formatting, shellcheck, check-layers, clang-tidy and cppcheck'
	@echo 'make coverage   lines of src/ that the tests reach'
	@echo 'make install    installs everything in PREFIX ($(PREFIX)), below DESTDIR; make uninstall'
	@echo 'make dist       build/mnist-train-$(VERSION).tar.gz, the same bytes every time'
	@echo 'make clean'
	@echo 'V=1 prints the whole commands.'
	@echo 'Variables: CC STD CFLAGS CPPFLAGS LDFLAGS LDLIBS BUILD PREFIX DESTDIR,'
	@echo '  ARCH=native (empty: any processor of the architecture),'
	@echo '  WERROR=1 (warnings are errors), SANITIZE=address,undefined,'
	@echo '  BLAS=openblas (or blis, blas-netlib, accelerate ...: any library with cblas_sgemm)'

-include $(wildcard $(BUILD)/*/*.d $(BUILD)/tests/*/*.d)

# Wick. `make` builds build/wick and build/libwick.a with the cc at hand; `make help` lists the rest.
#
# Nothing here needs more than make, a C11 compiler and a POSIX shell. BUILD= names another output folder, so that
# several configurations stand side by side: make BUILD=build/clang CC=clang-14 EXTRA=-DWICK_DISPATCH=3

CC ?= cc
AR ?= ar
CFLAGS ?= -O2
EXTRA ?=
BUILD ?= build
PREFIX ?= /usr/local
DESTDIR ?=

WARN = -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes -Wvla
ifdef WERROR
WARN += -Werror
endif
INCLUDE = -Iinclude -Isrc
# The core is freestanding, and nothing unwinds through it; the command, the POSIX port and the tests are ordinary programs.
CORE_FLAGS = -std=c11 -ffreestanding -fno-math-errno -fno-asynchronous-unwind-tables $(WARN) $(INCLUDE) $(CFLAGS) $(LEVEL) \
    $(EXTRA)
HOST_FLAGS = -std=c11 -D_GNU_SOURCE $(WARN) $(INCLUDE) -I. $(CFLAGS) $(LEVEL) $(EXTRA)

# A folder is compiled as one unit, a file that includes its files: so the compiler starts, and reads the tables and headers,
# once for each folder. The loop and the reference interpreter are units of their own.
CORE_SRC := $(sort $(wildcard src/*/*.c))
LOOP_SRC := src/interp/fast_loop.c
REF_SRC := $(filter src/interp/ref%,$(CORE_SRC))
CORE_DIRS := $(patsubst %/,%,$(sort $(dir $(CORE_SRC))))
CORE_OBJ := $(CORE_DIRS:%=$(BUILD)/obj/%.o) $(BUILD)/obj/src/interp/ref.o $(BUILD)/obj/src/interp/fast_loop.o
POSIX_SRC := $(sort $(wildcard port/posix/*.c))
TOOL_SRC := $(sort $(wildcard tool/*.c))
POSIX_OBJ := $(BUILD)/obj/port/posix.o
HOST_OBJ := $(POSIX_OBJ) $(BUILD)/obj/tool.o

# By default (-O2): what is not asked to be fast does without the passes of -O2, a third to a half of the time of its compilation,
# and by clang without inlining, another third.
# What decodes is as fast by gcc with a few passes of -O2 as with all of them, for three quarters of the time.
# The loop is 3,600 short functions, of which gcc makes the same at -O1 in less than two thirds of the time; alone in its file
# it may keep registers to itself (doc/performance.md). Points-to analysis stays: without it gcc calls the next handler where
# the address of a local was given away, as the truncations of soft floats do.
ifneq (,$(filter -O2 -O3,$(CFLAGS)))
COLD := src/rt src/script src/text src/wasi src/interp/ref port/posix tool
$(COLD:%=$(BUILD)/obj/%.o): LEVEL = -O1 -fno-inline-functions
ifneq (,$(findstring Free Software Foundation,$(shell $(CC) --version 2>/dev/null)))
$(BUILD)/obj/src/module.o: LEVEL = -O1 -finline-small-functions -finline-functions -ftree-vrp -fexpensive-optimizations \
    -ftree-switch-conversion -fcaller-saves -foptimize-sibling-calls -fpeephole2
$(BUILD)/obj/src/interp/fast_loop.o: LEVEL = -O1 -foptimize-sibling-calls -fpeephole2 -freorder-blocks-and-partition \
    -fno-ipa-pure-const -fno-ipa-reference -fno-lto -DWICK_LOOP_ALONE=1
endif
endif

all: $(BUILD)/wick $(BUILD)/libwick.a

help:
	@sed -n 's/^#: //p' Makefile

#: make               build/wick (the command) and build/libwick.a
#: make run           install what is missing, build, boot the demo kernel in QEMU with the programs of programs/
#: make run-real      the same with Lua and SQLite in the kernel's file system
#: make test          install what is missing and pass all tests that a change must pass (minutes)
#: make check         the daily subset: under a minute, offline, nothing installed
#: make check-long    the campaigns: sanitizers over everything, other CPUs, random tests
#: make bench         compare with the runtimes that are installed
#: make amalgam       build/amalgam/wick.c and wick.h: two files to copy
#: make doc           doc/instructions.md from src/def/op.def
#: make pairs         src/def/pair_place.def from src/def/pair.def
#: make install       PREFIX= DESTDIR=

$(BUILD)/libwick.a: $(CORE_OBJ)
	@rm -f $@
	$(AR) rcs $@ $(CORE_OBJ)

$(BUILD)/wick: $(HOST_OBJ) $(BUILD)/libwick.a
	$(CC) $(CFLAGS) $(EXTRA) -o $@ $(HOST_OBJ) $(BUILD)/libwick.a -lpthread

# unit(flags, object, sources)
define unit
$(2): $(3)
	@mkdir -p $$(@D)
	printf '#include "%s"\n' $(3) | $$(CC) $$($(1)) -MMD -MP -MF $$(@:.o=.d) -c -o $$@ -x c -
endef
$(foreach d,$(CORE_DIRS),$(eval $(call unit,CORE_FLAGS,$(BUILD)/obj/$(d).o,$(filter-out $(REF_SRC) $(LOOP_SRC),$(filter $(d)/%,$(CORE_SRC))))))
$(eval $(call unit,CORE_FLAGS,$(BUILD)/obj/src/interp/ref.o,$(REF_SRC)))
$(eval $(call unit,CORE_FLAGS,$(BUILD)/obj/src/interp/fast_loop.o,$(LOOP_SRC)))
$(eval $(call unit,HOST_FLAGS,$(POSIX_OBJ),$(POSIX_SRC)))
$(eval $(call unit,HOST_FLAGS,$(BUILD)/obj/tool.o,$(TOOL_SRC)))

-include $(CORE_OBJ:.o=.d) $(HOST_OBJ:.o=.d)

include test/test.mk
include port/kernel/x86_64/kernel.mk

clean:
	rm -rf $(BUILD)

.PHONY: all help clean

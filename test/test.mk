# test.mk - how the tests are built and run. Every test/AREA/NAME_test.c becomes $(BUILD)/test/AREA_NAME_test, linked with
# the library and the POSIX port; every test prints `N passed, N failed` last.

TEST_SRC := $(sort $(wildcard test/*/*_test.c))
test_bin = $(BUILD)/test/$(basename $(subst /,_,$(1:test/%=%)))
TEST_BIN := $(foreach t,$(TEST_SRC),$(call test_bin,$(t)))
# The official suites: beside the tree, or where test/spec/get.sh puts them, or wherever SPEC says.
SPEC ?= $(firstword $(wildcard ../shared/conformance) build/conformance)

define test_rule
$(call test_bin,$(1)): $(1) $(BUILD)/libwick.a $(POSIX_OBJ) $(wildcard $(dir $(1))*.h)
	@mkdir -p $$(@D)
	$(CC) $(HOST_FLAGS) -I$(dir $(1)) -MMD -MP -o $$@ $(1) $(POSIX_OBJ) $(BUILD)/libwick.a -lpthread -lm
endef
$(foreach t,$(TEST_SRC),$(eval $(call test_rule,$(t))))
-include $(TEST_BIN:=.d)

tests: all $(TEST_BIN) $(BUILD)/test/embed

$(BUILD)/test/embed: examples/embed.c $(BUILD)/libwick.a
	@mkdir -p $(@D)
	$(CC) -std=c11 $(INCLUDE) $(CFLAGS) $(EXTRA) -o $@ $< $(BUILD)/libwick.a

$(BUILD)/amalgam/amalgam: gen/amalgam.c
	@mkdir -p $(@D)
	$(CC) -O1 -o $@ $<

AMALGAM_HEADERS = wick/wick_config.h wick/wick_host.h wick/wick.h $(patsubst include/%,%,$(wildcard include/wick/wick_wasi.h include/wick/wick_proc.h include/wick/wick_text.h))
AMALGAM_SRC = $(foreach d,base num module valid rt interp wasi,$(sort $(wildcard src/$(d)/*.c)))

amalgam: $(BUILD)/amalgam/amalgam
	$(BUILD)/amalgam/amalgam $(BUILD)/amalgam 0.1.0 $(AMALGAM_HEADERS) -- $(AMALGAM_SRC) -- $(sort $(wildcard src/text/*.c))

$(BUILD)/gen/instructions $(BUILD)/gen/pairs: $(BUILD)/gen/%: gen/%.c $(wildcard src/def/*.def)
	@mkdir -p $(@D)
	$(CC) -std=c11 -Isrc -o $@ $<

doc: $(BUILD)/gen/instructions
	$(BUILD)/gen/instructions >doc/instructions.md

pairs: $(BUILD)/gen/pairs
	$(BUILD)/gen/pairs >src/def/pair_place.def

check: tests
	@BUILD=$(BUILD) CC="$(CC)" CFLAGS="$(CFLAGS)" EXTRA="$(EXTRA)" SPEC=$(SPEC) sh test/check.sh

test:
	@sh gen/setup.sh test
	@SPEC=$(SPEC) sh test/test.sh

check-long:
	@sh gen/setup.sh long
	@SPEC=$(SPEC) sh test/long.sh

run:
	@sh gen/setup.sh run
	@$(MAKE) --no-print-directory run-kernel

bench: all
	@sh bench/run.sh $(BENCH_ARGS)

install: all amalgam
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/lib/pkgconfig $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/share/man/man1 $(DESTDIR)$(PREFIX)/share/wick
	install -m 755 $(BUILD)/wick $(DESTDIR)$(PREFIX)/bin/wick
	install -m 644 $(BUILD)/libwick.a $(DESTDIR)$(PREFIX)/lib/libwick.a
	install -m 644 $(BUILD)/amalgam/wick.h $(DESTDIR)$(PREFIX)/include/wick.h
	install -m 644 $(BUILD)/amalgam/wick.c $(DESTDIR)$(PREFIX)/share/wick/wick.c
	install -m 644 doc/wick.1 $(DESTDIR)$(PREFIX)/share/man/man1/wick.1
	printf 'prefix=%s\nName: wick\nDescription: WebAssembly in C, for kernels\nVersion: 0.1.0\nCflags: -I$${prefix}/include\nLibs: -L$${prefix}/lib -lwick\n' '$(PREFIX)' >$(DESTDIR)$(PREFIX)/lib/pkgconfig/wick.pc

.PHONY: tests amalgam doc pairs check test check-long run bench install

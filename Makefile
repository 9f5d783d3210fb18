# wasmograph. The two commands that matter: `make run` and `make check`.
#
# Targets: run check claims | setup all guests clean | unit lint layers faults bench fuzz score-formats
# Variables: SANITIZE=address,undefined  WERROR=1  JOBS=2  V=1 (show the commands)  FUZZ_SECONDS=60 (each target)

SANITIZE ?=
WERROR   ?=
V        ?=
JOBS     ?= $(shell nproc 2>/dev/null || echo 2)
BUILD    ?= build$(if $(SANITIZE),/sanitize)

# Layers, left to right: an object may use only what stands to its left (`make layers`).
LAYERS := base stats loop host trace probe cdp http supervisor guest store browser report run cli

CC     ?= gcc
DEPS   := libwebsockets libmicrohttpd libcjson sqlite3 zlib libbrotlienc libcrypto
PLAIN_LIBS := -lwslay -lm # without a pkg-config file
CFLAGS ?= -O2 -g
OUR_CFLAGS := -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes \
	-Wvla -Wno-missing-field-initializers -Iorchestrator -I$(BUILD)/generated \
	$(if $(WERROR),-Werror) \
	$(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-omit-frame-pointer -fno-sanitize-recover=all)
# Asked once, and only when something is compiled: set-up may install them in the same make.
DEP_CFLAGS = $(eval DEP_CFLAGS := $(shell pkg-config --cflags $(DEPS)))$(DEP_CFLAGS)
DEP_LIBS   = $(eval DEP_LIBS := $(shell pkg-config --libs $(DEPS)) $(PLAIN_LIBS))$(DEP_LIBS)

Q   := $(if $(V),,@)
say  = @printf '  %-5s %s\n' $(1) $(2)

SOURCES   := $(foreach l,$(LAYERS),$(wildcard orchestrator/$(l)/*.c))
OBJECTS   := $(SOURCES:orchestrator/%.c=$(BUILD)/obj/%.o)
ARCHIVES  := $(foreach l,$(LAYERS),$(if $(wildcard orchestrator/$(l)/*.c),$(BUILD)/lib/$(l).a))
UNIT      := $(wildcard test/unit/*/*_test.c)
UNIT_BINS := $(UNIT:test/unit/%.c=$(BUILD)/test/unit/%)

# The archives of a layer and of everything left of it, rightmost first: the link order.
reverse = $(if $(1),$(call reverse,$(wordlist 2,$(words $(1)),$(1))) $(firstword $(1)))
upto    = $(if $(filter $(1),$(firstword $(2))),$(1),$(firstword $(2)) $(call upto,$(1),$(wordlist 2,$(words $(2)),$(2))))
libs_of = $(filter $(ARCHIVES),$(foreach l,$(call reverse,$(call upto,$(1),$(LAYERS))),$(BUILD)/lib/$(l).a))

.PHONY: claims run check setup setup-check setup-bench all guests clean unit lint layers faults bench fuzz score-formats

run: setup
	@$(MAKE) --no-print-directory -j$(JOBS) all
	$(BUILD)/wasmograph plan quick

# Every published claim against a measurement, as text and as a page.
claims: setup
	@$(MAKE) --no-print-directory -j$(JOBS) all
	$(BUILD)/wasmograph claims -o claims.html

setup:
	@tools/setup run

setup-check:
	@tools/setup check

setup-bench:
	@tools/setup bench

all: $(BUILD)/wasmograph

guests: setup
	@$(MAKE) --no-print-directory -j$(JOBS) all
	$(BUILD)/wasmograph build

check: setup-check
	@$(MAKE) --no-print-directory -j$(JOBS) WERROR=1 check-built

.PHONY: check-built
check-built: all $(UNIT_BINS) $(BUILD)/test/stats/stats_dump $(BUILD)/test/trace/trace_dump $(BUILD)/test/bench/client
	@tools/check $(BUILD)

unit: $(UNIT_BINS)
	@tools/check $(BUILD) unit

# FAULTS_N random moments of each kind (5; as many as 100), FAULTS_SEED draws them.
faults: setup-check
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@tools/check $(BUILD) faults

lint:
	@tools/setup lint
	@tools/lint

layers:
	@tools/setup lint
	@tools/layers

$(BUILD)/wasmograph: $(BUILD)/obj/main.o $(ARCHIVES)
	$(call say,LINK,$@)
	$(Q)$(CC) $(CFLAGS) $(OUR_CFLAGS) -o $@ $< -Wl,--start-group $(ARCHIVES) -Wl,--end-group $(DEP_LIBS) $(LDFLAGS)

$(BUILD)/obj/%.o: orchestrator/%.c
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(CFLAGS) $(OUR_CFLAGS) $(DEP_CFLAGS) -MMD -MP -c -o $@ $<

# SQL is kept as SQL and compiled in as a string.
$(BUILD)/generated/schema.h: orchestrator/store/schema.sql
	@mkdir -p $(@D)
	$(Q)sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $< > $@
$(BUILD)/obj/store/store.o: $(BUILD)/generated/schema.h

# So is the style of the page of claims.
$(BUILD)/generated/claim_sheet_css.h: orchestrator/report/claim_sheet.css
	@mkdir -p $(@D)
	$(Q){ echo 'static const char CLAIM_SHEET_CSS[] ='; sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/"/' -e 's/$$/\\n"/' $<; echo ';'; } > $@
$(BUILD)/obj/report/claim_sheet_html.o: $(BUILD)/generated/claim_sheet_css.h

# The supervisor by itself, and an object that holds it: supervisor_image_start … _end. A program with sanitizers
# cannot be static: then there is none inside.
static_supervisor = $(CC) -static -s -o $@ $(filter %.o,$^) $(filter %.a,$^)
embed = printf '.section .rodata\n.global supervisor_image_start, supervisor_image_end\n.balign 16\nsupervisor_image_start:\n%s\nsupervisor_image_end:\n.section .note.GNU-stack,"",%%progbits\n' $(if $(SANITIZE),,'.incbin "$<"') | $(CC) -c -x assembler -o $@ -

SUPERVISE_PARTS := $(patsubst %,$(BUILD)/obj/supervisor/%.o,supervise exec group message reap) $(BUILD)/lib/host.a $(BUILD)/lib/base.a
$(BUILD)/supervisor: $(BUILD)/obj/supervise_main.o $(SUPERVISE_PARTS)
	$(call say,LINK,$@)
	$(Q)$(static_supervisor)
$(BUILD)/obj/supervisor_image.o: $(if $(SANITIZE),,$(BUILD)/supervisor)
	$(Q)$(embed)

define archive_rule
$(BUILD)/lib/$(1).a: $(patsubst orchestrator/%.c,$(BUILD)/obj/%.o,$(wildcard orchestrator/$(1)/*.c)) $(if $(filter supervisor,$(1)),$(BUILD)/obj/supervisor_image.o)
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(Q)ar rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(eval $(call archive_rule,$(l))))

# A unit test links its own layer and those left of it, so a layer that reaches right
# does not link. test/unit/NAME/x_test.c covers orchestrator/NAME/x.c.
define unit_rule
$(BUILD)/test/unit/$(1)/%: test/unit/$(1)/%.c $(call libs_of,$(1))
	@mkdir -p $$(@D)
	$$(call say,TEST,$$<)
	$$(Q)$$(CC) $$(CFLAGS) $$(OUR_CFLAGS) $$(DEP_CFLAGS) -Itest/unit -MMD -MP -o $$@ $$< -Wl,--start-group $(call libs_of,$(1)) -Wl,--end-group -lcmocka $$(DEP_LIBS) $$(LDFLAGS)
endef
$(foreach l,$(LAYERS),$(eval $(call unit_rule,$(l))))

# What test/stats/ and test/trace/ ask their questions.
define dump_rule
$(BUILD)/test/$(1)/$(1)_dump: test/$(1)/$(1)_dump.c $(call libs_of,$(1))
	@mkdir -p $$(@D)
	$$(call say,TEST,$$<)
	$$(Q)$$(CC) $$(CFLAGS) $$(OUR_CFLAGS) $$(DEP_CFLAGS) -MMD -MP -o $$@ $$< -Wl,--start-group $(call libs_of,$(1)) -Wl,--end-group $$(DEP_LIBS) $$(LDFLAGS)
endef
$(foreach l,stats trace,$(eval $(call dump_rule,$(l))))

# What `make bench` measures of ours: the browser layer and those left of it. With every library that wasmograph
# loads, whether used here or not: starting a command costs that.
$(BUILD)/test/bench/client: test/bench/client.c $(BUILD)/test/bench/supervisor_image.o $(call libs_of,browser)
	@mkdir -p $(@D)
	$(call say,BENCH,$<)
	$(Q)$(CC) $(CFLAGS) $(OUR_CFLAGS) $(DEP_CFLAGS) -MMD -MP -o $@ $(filter %.c %.o,$^) -Wl,--no-as-needed -Wl,--start-group $(call libs_of,browser) -Wl,--end-group $(DEP_LIBS) $(LDFLAGS)

# Its supervisor says at its end what it used.
$(BUILD)/test/bench/supervise.o: test/bench/supervise.c
	@mkdir -p $(@D)
	$(Q)$(CC) $(CFLAGS) $(OUR_CFLAGS) -MMD -MP -c -o $@ $<
$(BUILD)/test/bench/supervisor: $(BUILD)/test/bench/supervise.o $(SUPERVISE_PARTS)
	$(Q)$(static_supervisor)
$(BUILD)/test/bench/supervisor_image.o: $(if $(SANITIZE),,$(BUILD)/test/bench/supervisor)
	$(Q)$(embed)

# What reading a trace is compared with.
$(BUILD)/test/bench/simdjson_read: test/bench/simdjson_read.cpp
	@mkdir -p $(@D)
	$(call say,BENCH,$<)
	$(Q)$(CXX) -O2 -g -Wall -Wextra -o $@ $< -lsimdjson

bench: setup-bench
	@$(MAKE) --no-print-directory -j$(JOBS) all $(BUILD)/test/bench/client $(BUILD)/test/bench/simdjson_read
	@/usr/bin/python3 test/bench/bench.py $(BUILD)

# `selfcheck causes` in both formats of traces, side by side: ROUNDS blocks (5) of the same seeds, from SEED (1) on.
ROUNDS ?= 5
SEED   ?= 1
score-formats: setup
	@$(MAKE) --no-print-directory -j$(JOBS) all
	@test/trace/score_formats.py $(BUILD)/wasmograph $(BUILD)/score-formats --rounds $(ROUNDS) --seed $(SEED) -- --wait

# Everything that is pure and takes bytes from elsewhere (test/fuzz/fuzz.h), built by clang with libFuzzer.
FUZZ := $(patsubst test/fuzz/%.c,$(BUILD)/%,$(wildcard test/fuzz/*_fuzz.c))
fuzz:
	@tools/setup fuzz
	@$(MAKE) --no-print-directory -j$(JOBS) BUILD=build/fuzz CC=clang SANITIZE=fuzzer-no-link,address,undefined fuzz-targets
	@test/fuzz/run build/fuzz

.PHONY: fuzz-targets
fuzz-targets: $(FUZZ)

$(BUILD)/%_fuzz: test/fuzz/%_fuzz.c $(call libs_of,guest)
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)
	$(Q)$(CC) $(CFLAGS) $(OUR_CFLAGS) -fsanitize=fuzzer $(DEP_CFLAGS) -Itest/fuzz -MMD -MP -o $@ $< -Wl,--start-group $(call libs_of,guest) -Wl,--end-group $(DEP_LIBS) $(LDFLAGS)

clean:
	rm -rf build

-include $(OBJECTS:.o=.d) $(BUILD)/obj/main.d $(BUILD)/obj/supervise_main.d $(UNIT_BINS:=.d) $(FUZZ:=.d)
-include $(BUILD)/test/bench/client.d $(BUILD)/test/bench/supervise.d

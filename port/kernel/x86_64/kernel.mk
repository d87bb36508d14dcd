# kernel.mk - the demo kernel, its programs and its initrd. Included by the top Makefile; paths are
# from the root of the tree, output goes to $(BUILD)/kernel and $(BUILD)/programs.
#
#: make kernel        build/kernel/kernel.elf and build/kernel/initrd.tar
#: make run-kernel    boots it: a shell on a terminal, else a demonstration that ends by itself
#: make kernel-iso    build/kernel/wick.iso, for GRUB
#: make check-kernel  the kernel's scripted test runs, by PVH and by GRUB
#: make check-kernel-real  Lua, SQLite and two compressors in the kernel
#: make check-kernel-spec  the official suites, run inside the kernel on both interpreters (ENGINES=fast: on one)

K_DIR := port/kernel/x86_64
K_OUT := $(BUILD)/kernel

# What a kernel without FPU state, red zone or stack protector is compiled with.
K_FLAGS = -std=c11 -O2 -ffreestanding -fno-builtin -nostdlib -fno-pic -fno-stack-protector \
    -mno-red-zone -mgeneral-regs-only -fno-asynchronous-unwind-tables $(WARN) -Iinclude -Isrc $(EXTRA)
K_LINK = -static -nostdlib -Wl,-T,$(K_DIR)/kernel.ld -Wl,--build-id=none \
    -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack

# The core: everything but the text format, the script runner and the tools.
K_CORE_DIRS := base num module valid rt interp wasi
K_CORE_SRC := $(sort $(foreach d,$(K_CORE_DIRS),$(wildcard src/$(d)/*.c)))
K_CORE_OBJ := $(K_CORE_SRC:src/%.c=$(K_OUT)/obj/%.o)
K_SRC := $(sort $(wildcard $(K_DIR)/*.c))
K_OBJ := $(K_SRC:$(K_DIR)/%.c=$(K_OUT)/obj/kernel/%.o) $(K_OUT)/obj/kernel/entry.o

P_OUT := $(BUILD)/programs
P_SRC := $(sort $(wildcard programs/*.c))
P_WASM := $(P_SRC:programs/%.c=$(P_OUT)/%.wasm)

# The kernel of the official suite: the script runner takes the place of programs.
S_CORE_SRC := $(sort $(foreach d,text script,$(wildcard src/$(d)/*.c)))
S_OBJ := $(S_CORE_SRC:src/%.c=$(K_OUT)/obj/%.o) $(K_OUT)/obj/kernel/spec.o \
    $(filter-out %/host.o %/programs.o,$(K_OBJ)) $(K_CORE_OBJ)

.PHONY: kernel kernel-iso kernel-spec run-kernel run-real check-kernel check-kernel-spec \
    check-kernel-real programs

kernel: $(K_OUT)/kernel.elf $(K_OUT)/initrd.tar
programs: $(P_WASM)

-include $(K_CORE_OBJ:.o=.d) $(K_OBJ:.o=.d) $(S_OBJ:.o=.d)

$(K_OUT)/obj/kernel/%.o: $(K_DIR)/%.c $(K_DIR)/kernel.mk
	@mkdir -p $(@D)
	$(CC) $(K_FLAGS) -MMD -MP -c -o $@ $<

$(K_OUT)/obj/kernel/spec.o: test/kernel/spec.c $(K_DIR)/kernel.mk
	@mkdir -p $(@D)
	$(CC) $(K_FLAGS) -I$(K_DIR) -MMD -MP -c -o $@ $<

$(K_OUT)/obj/kernel/entry.o: $(K_DIR)/entry.S
	@mkdir -p $(@D)
	$(CC) -c -o $@ $<

$(K_OUT)/obj/%.o: src/%.c $(K_DIR)/kernel.mk
	@mkdir -p $(@D)
	$(CC) $(K_FLAGS) -MMD -MP -c -o $@ $<

$(K_OUT)/kernel.elf: $(K_OBJ) $(K_CORE_OBJ) $(K_DIR)/kernel.ld
	$(CC) $(K_LINK) -o $@ $(K_OBJ) $(K_CORE_OBJ)

$(P_OUT)/%.wasm: programs/%.c programs/program.h programs/wick_proc.h programs/cc.sh
	@mkdir -p $(@D)
	sh programs/cc.sh $@ $<

# The root file system: /bin with the programs, the tree programs/root, and an empty /tmp.
$(K_OUT)/initrd.tar: $(P_WASM) $(wildcard programs/root/* programs/root/*/*) $(K_DIR)/initrd.sh
	@mkdir -p $(@D)
	sh $(K_DIR)/initrd.sh $@ $(P_OUT) programs/root

kernel-iso: $(K_OUT)/wick.iso

$(K_OUT)/wick.iso: $(K_OUT)/kernel.elf $(K_OUT)/initrd.tar $(K_DIR)/iso.sh
	sh $(K_DIR)/iso.sh $@ $(K_OUT)/kernel.elf $(K_OUT)/initrd.tar

run-kernel: kernel
	@sh $(K_DIR)/run.sh $(K_OUT)/kernel.elf $(K_OUT)/initrd.tar

# Programs made by others, from their own sources (test/real), beside ours in /bin.
run-real: $(K_OUT)/kernel.elf $(P_WASM)
	bash test/real/get.sh lua sqlite zstd bzip2
	sh $(K_DIR)/real.sh $(K_OUT) $(P_OUT)
	@sh $(K_DIR)/run.sh $(K_OUT)/kernel.elf $(K_OUT)/initrd-real.tar /etc/real.sh

kernel-spec: $(K_OUT)/spec.elf

$(K_OUT)/spec.elf: $(S_OBJ) $(K_DIR)/kernel.ld
	$(CC) $(K_LINK) -o $@ $(S_OBJ)

check-kernel-spec: kernel-spec
	SPEC=$(SPEC) sh test/kernel/spec.sh $(K_OUT) $(ENGINES)

check-kernel-real: $(K_OUT)/kernel.elf $(P_WASM)
	bash test/real/get.sh lua sqlite zstd bzip2
	sh test/kernel/real_run.sh $(K_OUT) $(P_OUT)

check-kernel: kernel
	sh test/kernel/run.sh $(K_OUT) $(P_OUT)

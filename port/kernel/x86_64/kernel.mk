# kernel.mk - the demo kernel, its programs and its initrd. Included by the top Makefile; paths are
# from the root of the tree, output goes to build/kernel and build/programs.
#
#   make kernel       build/kernel/kernel.elf and build/kernel/initrd.tar
#   make run-kernel   boots it: interactive on a terminal, else the scripted run
#   make run-real     the same with Lua and SQLite in the file system
#   make check-kernel the scripted runs, by PVH and by GRUB
#   make kernel-iso   build/kernel/wick.iso, for GRUB

K_DIR := port/kernel/x86_64
K_OUT := build/kernel
K_CC ?= $(CC)
QEMU ?= qemu-system-x86_64
K_MEMORY ?= 1G

# What a kernel without FPU state, red zone or stack protector is compiled with.
K_FLAGS := -std=c11 -O2 -ffreestanding -fno-builtin -nostdlib -fno-pic -fno-stack-protector \
    -mno-red-zone -mgeneral-regs-only -fno-asynchronous-unwind-tables -g0
K_WARN := -Wall -Wextra -Wshadow -Wconversion -Wmissing-prototypes -Wstrict-prototypes -Wvla -Werror

# The core: everything but the text format, the script runner and the tools.
K_CORE_DIRS := base num module valid rt interp wasi
K_CORE_SRC := $(foreach d,$(K_CORE_DIRS),$(wildcard src/$(d)/*.c))
K_CORE_OBJ := $(K_CORE_SRC:src/%.c=$(K_OUT)/obj/%.o)
K_SRC := $(wildcard $(K_DIR)/*.c)
K_OBJ := $(K_SRC:$(K_DIR)/%.c=$(K_OUT)/obj/kernel/%.o) $(K_OUT)/obj/kernel/entry.o

P_SRC := $(wildcard programs/*.c)
P_WASM := $(P_SRC:programs/%.c=build/programs/%.wasm)

.PHONY: kernel kernel-iso run-kernel run-real check-kernel programs

kernel: $(K_OUT)/kernel.elf $(K_OUT)/initrd.tar
programs: $(P_WASM)

-include $(K_CORE_OBJ:.o=.d) $(K_OBJ:.o=.d)

$(K_OUT)/obj/kernel/%.o: $(K_DIR)/%.c $(K_DIR)/kernel.mk
	@mkdir -p $(dir $@)
	$(K_CC) $(K_FLAGS) $(K_WARN) -Iinclude -Isrc -MMD -MP -c $< -o $@

$(K_OUT)/obj/kernel/entry.o: $(K_DIR)/entry.S $(K_DIR)/kernel.mk
	@mkdir -p $(dir $@)
	$(K_CC) -c $< -o $@

$(K_OUT)/obj/%.o: src/%.c $(K_DIR)/kernel.mk
	@mkdir -p $(dir $@)
	$(K_CC) $(K_FLAGS) $(K_WARN) -Iinclude -Isrc -MMD -MP -c $< -o $@

$(K_OUT)/kernel.elf: $(K_OBJ) $(K_CORE_OBJ) $(K_DIR)/kernel.ld
	$(K_CC) -static -nostdlib -no-pie -Wl,-T,$(K_DIR)/kernel.ld -Wl,--build-id=none \
	    -Wl,-z,max-page-size=4096 -Wl,-z,noexecstack $(K_OBJ) $(K_CORE_OBJ) -o $@

build/programs/%.wasm: programs/%.c programs/program.h programs/wick_proc.h programs/cc.sh
	@mkdir -p build/programs
	sh programs/cc.sh $@ $<

# The root file system: /bin with the programs, what lies in programs/root, and an empty /tmp.
$(K_OUT)/initrd.tar: $(P_WASM) $(wildcard programs/root/* programs/root/*/*)
	sh $(K_DIR)/initrd.sh $@ build/programs programs/root

kernel-iso: $(K_OUT)/wick.iso

$(K_OUT)/wick.iso: $(K_OUT)/kernel.elf $(K_OUT)/initrd.tar $(K_DIR)/iso.sh
	sh $(K_DIR)/iso.sh $@ $(K_OUT)/kernel.elf $(K_OUT)/initrd.tar

run-kernel: kernel
	sh $(K_DIR)/run.sh $(K_OUT)/kernel.elf $(K_OUT)/initrd.tar

check-kernel: kernel
	sh test/kernel/run.sh

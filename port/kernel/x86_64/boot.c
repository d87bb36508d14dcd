/* boot.c - what the boot loader hands over: memory map, command line, initrd.
 *
 * PVH: xen/include/public/arch-x86/hvm/start_info.h (version 1, with a memory map).
 * Multiboot2: specification section 3.6, tags 1 (command line), 3 (module), 6 (memory map).
 * Everything wanted is copied: the loader's own blocks may be overwritten later.
 */
#include "kernel.h"

struct k_boot k_boot;

enum {
    PVH_MAGIC = 0x336ec578,
    MB2_MAGIC = 0x36d76289,
    MB2_TAG_END = 0,
    MB2_TAG_COMMAND_LINE = 1,
    MB2_TAG_MODULE = 3,
    MB2_TAG_MEMORY_MAP = 6,
    MEMORY_USABLE = 1
};

struct pvh_info {
    uint32_t magic, version, flags, n_modules;
    uint64_t modules, command_line, rsdp, memory_map;
    uint32_t n_memory_map, reserved;
};

struct pvh_module {
    uint64_t address, size, command_line, reserved;
};

struct pvh_memory {
    uint64_t address, size;
    uint32_t type, reserved;
};

struct mb2_tag {
    uint32_t type, size;
};

static void boot_command_line(const char *text)
{
    size_t n = k_strlen(text);
    if (n >= sizeof k_boot.command_line) {
        n = sizeof k_boot.command_line - 1;
    }
    memcpy(k_boot.command_line, text, n);
    k_boot.command_line[n] = 0;
}

static void boot_ram(uint64_t address, uint64_t size, uint32_t type)
{
    if (type != MEMORY_USABLE || k_boot.n_ram == sizeof k_boot.ram / sizeof k_boot.ram[0]) {
        return;
    }
    struct k_range range = {(address + 4095) & ~4095ull, (address + size) & ~4095ull};
    if (range.start < 4096) {
        range.start = 4096;
    }
    if (range.start < range.end) {
        k_boot.ram[k_boot.n_ram++] = range;
    }
}

static void boot_read_pvh(const struct pvh_info *info)
{
    k_boot.loader = "PVH";
    if (info->command_line != 0) {
        boot_command_line((const char *)info->command_line);
    }
    if (info->n_modules > 0) {
        const struct pvh_module *module = (const struct pvh_module *)info->modules;
        k_boot.initrd = (const uint8_t *)module->address;
        k_boot.initrd_size = module->size;
    }
    if (info->version < 1) {
        return;
    }
    const struct pvh_memory *map = (const struct pvh_memory *)info->memory_map;
    for (uint32_t i = 0; i < info->n_memory_map; i++) {
        boot_ram(map[i].address, map[i].size, map[i].type);
    }
}

static uint32_t mb2_u32(const uint8_t *p)
{
    uint32_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static uint64_t mb2_u64(const uint8_t *p)
{
    uint64_t v;
    memcpy(&v, p, sizeof v);
    return v;
}

static void boot_read_mb2(const uint8_t *info)
{
    k_boot.loader = "multiboot2";
    const uint8_t *end = info + mb2_u32(info);
    for (const uint8_t *p = info + 8; p + sizeof(struct mb2_tag) <= end;) {
        uint32_t type = mb2_u32(p), size = mb2_u32(p + 4);
        if (type == MB2_TAG_END || size < sizeof(struct mb2_tag)) {
            return;
        }
        if (type == MB2_TAG_COMMAND_LINE) {
            boot_command_line((const char *)p + 8);
        } else if (type == MB2_TAG_MODULE && k_boot.initrd == NULL) {
            k_boot.initrd = (const uint8_t *)(uintptr_t)mb2_u32(p + 8);
            k_boot.initrd_size = mb2_u32(p + 12) - mb2_u32(p + 8);
        } else if (type == MB2_TAG_MEMORY_MAP) {
            uint32_t entry = mb2_u32(p + 8);
            for (uint32_t at = 16; entry >= 24 && at + entry <= size; at += entry) {
                boot_ram(mb2_u64(p + at), mb2_u64(p + at + 8), mb2_u32(p + at + 16));
            }
        }
        p += (size + 7) & ~7u;
    }
}

void k_boot_read(uint32_t magic, uint64_t info)
{
    if (magic == PVH_MAGIC) {
        boot_read_pvh((const struct pvh_info *)info);
    } else if (magic == MB2_MAGIC) {
        boot_read_mb2((const uint8_t *)info);
    } else {
        k_panic("unknown boot loader, magic %x", magic);
    }
    if (k_boot.n_ram == 0) {
        k_panic("the boot loader gave no memory map");
    }
}

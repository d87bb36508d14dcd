/* memory.c - paging for all RAM, runs of physical pages, and a sized allocator on top.
 *
 * Pages. `page_note` has one word per page frame: the length of a free run at its first and last
 * page, and marks for pages in use. Neighbouring free runs so find each other in constant time,
 * and freeing coalesces at once. Free runs hang in lists by the power of two of their length; the
 * links are in the free pages themselves.
 *
 * Small blocks. A caller says the size when it frees, so a block needs no header: sizes up to
 * SMALL_MAX come from pages cut into equal pieces of one class; larger ones are runs of pages. A
 * run grows in place when the pages behind it are free, which is what keeps the growth of a large
 * program's memory cheap.
 */
#include "kernel.h"

extern uint8_t k_image_start[], k_image_end[], k_text_end[], k_stack_guard[];
extern uint64_t k_pml4[512], k_page_directories[4 * 512];

enum {
    PAGE = 4096,
    LARGE_PAGE = 2 << 20,
    PTE_PRESENT = 1,
    PTE_WRITE = 2,
    PTE_LARGE = 0x80
};

/* ---- page runs ---- */

enum { N_BINS = 32, SMALL_MAX = 2016 };
#define NOTE_FREE 0x80000000u /* | length; only at the first and last page of a free run */
#define NOTE_USED 0u          /* in use, reserved, or absent */

struct free_run {
    struct free_run *next, *prev;
};

static uint32_t *page_note;
static uint64_t page_first, page_end; /* frames that page_note covers: [first, end) */
static struct free_run bins[N_BINS];
static uint64_t pages_total, pages_free, pages_peak;

static uint32_t *note_of(uint64_t frame)
{
    return &page_note[frame - page_first];
}

static unsigned bin_of(uint64_t n)
{
    unsigned bin = 63 - (unsigned)__builtin_clzll(n);
    return bin < N_BINS ? bin : N_BINS - 1;
}

static void run_insert(uint64_t frame, uint64_t n)
{
    struct free_run *run = (struct free_run *)(frame * PAGE), *bin = &bins[bin_of(n)];
    *note_of(frame) = NOTE_FREE | (uint32_t)n;
    *note_of(frame + n - 1) = NOTE_FREE | (uint32_t)n;
    run->next = bin->next;
    run->prev = bin;
    bin->next->prev = run;
    bin->next = run;
}

static void run_remove(uint64_t frame, uint64_t n)
{
    struct free_run *run = (struct free_run *)(frame * PAGE);
    run->prev->next = run->next;
    run->next->prev = run->prev;
    *note_of(frame) = NOTE_USED;
    *note_of(frame + n - 1) = NOTE_USED;
}

static void pages_free_run(uint64_t frame, uint64_t n)
{
    pages_free += n;
    if (frame > page_first && (*note_of(frame - 1) & NOTE_FREE) != 0) {
        uint64_t before = *note_of(frame - 1) & ~NOTE_FREE;
        run_remove(frame - before, before);
        frame -= before;
        n += before;
    }
    if (frame + n < page_end && (*note_of(frame + n) & NOTE_FREE) != 0) {
        uint64_t behind = *note_of(frame + n) & ~NOTE_FREE;
        run_remove(frame + n, behind);
        n += behind;
    }
    run_insert(frame, n);
}

static void pages_count_used(uint64_t n)
{
    pages_free -= n;
    if (pages_total - pages_free > pages_peak) {
        pages_peak = pages_total - pages_free;
    }
}

/* Cuts the first n pages out of a free run. */
static void run_take(uint64_t frame, uint64_t have, uint64_t n)
{
    run_remove(frame, have);
    if (have > n) {
        run_insert(frame + n, have - n);
    }
    pages_count_used(n);
}

/* 0: no run of n pages. First fit in the bin of n, where runs may be too short; then any. */
static uint64_t pages_alloc(uint64_t n)
{
    for (unsigned bin = bin_of(n); bin < N_BINS; bin++) {
        for (struct free_run *run = bins[bin].next; run != &bins[bin]; run = run->next) {
            uint64_t frame = (uintptr_t)run / PAGE, have = *note_of(frame) & ~NOTE_FREE;
            if (have >= n) {
                run_take(frame, have, n);
                return frame;
            }
        }
    }
    return 0;
}

static bool pages_extend(uint64_t frame, uint64_t old_n, uint64_t new_n)
{
    uint64_t behind = frame + old_n;
    if (behind >= page_end || (*note_of(behind) & NOTE_FREE) == 0) {
        return false;
    }
    uint64_t have = *note_of(behind) & ~NOTE_FREE;
    if (have < new_n - old_n) {
        return false;
    }
    run_take(behind, have, new_n - old_n);
    return true;
}

/* ---- small blocks ---- */

static const uint16_t class_size[] = {16,  32,  48,  64,  96,  128,  192, 256,
                                      336, 448, 576, 800, 1008, 1344, SMALL_MAX};
enum { N_CLASSES = sizeof class_size / sizeof class_size[0] };

struct small_page { /* at the start of each page of small blocks */
    struct small_page *next, *prev;
    void *free; /* a list through the free blocks */
    uint16_t class_index, n_used, n_fresh, reserved; /* blocks >= n_fresh were never used */
};

/* Pages of a class with at least one block to give. */
static struct small_page *small_pages[N_CLASSES];

static unsigned class_of(size_t size)
{
    unsigned c = 0;
    while (class_size[c] < size) {
        c++;
    }
    return c;
}

static unsigned class_capacity(unsigned c)
{
    return (PAGE - sizeof(struct small_page)) / class_size[c];
}

static void small_link(struct small_page *page)
{
    struct small_page **list = &small_pages[page->class_index];
    page->prev = NULL;
    page->next = *list;
    if (*list != NULL) {
        (*list)->prev = page;
    }
    *list = page;
}

static void small_unlink(struct small_page *page)
{
    if (page->prev != NULL) {
        page->prev->next = page->next;
    } else {
        small_pages[page->class_index] = page->next;
    }
    if (page->next != NULL) {
        page->next->prev = page->prev;
    }
}

static void *small_alloc(size_t size)
{
    unsigned c = class_of(size);
    struct small_page *page = small_pages[c];
    if (page == NULL) {
        uint64_t frame = pages_alloc(1);
        if (frame == 0) {
            return NULL;
        }
        page = (struct small_page *)(frame * PAGE);
        *page = (struct small_page){.class_index = (uint16_t)c};
        small_link(page);
    }
    void *block = page->free;
    if (block != NULL) {
        memcpy(&page->free, block, sizeof page->free);
    } else {
        block = (uint8_t *)(page + 1) + (size_t)page->n_fresh++ * class_size[c];
    }
    if (++page->n_used == class_capacity(c)) {
        small_unlink(page);
    }
    return block;
}

static void small_free(void *p)
{
    struct small_page *page = (struct small_page *)((uintptr_t)p & ~(uintptr_t)(PAGE - 1));
    memcpy(p, &page->free, sizeof page->free);
    page->free = p;
    if (page->n_used-- == class_capacity(page->class_index)) {
        small_link(page);
    }
    if (page->n_used == 0) {
        small_unlink(page);
        pages_free_run((uintptr_t)page / PAGE, 1);
    }
}

/* ---- the allocator ---- */

static uint64_t pages_for(size_t size)
{
    return size / PAGE + (size % PAGE != 0);
}

static void *block_alloc(size_t size)
{
    if (size <= SMALL_MAX) {
        return small_alloc(size);
    }
    return (void *)(pages_alloc(pages_for(size)) * PAGE);
}

static void block_free(void *p, size_t size)
{
    if (size <= SMALL_MAX) {
        small_free(p);
    } else {
        pages_free_run((uintptr_t)p / PAGE, pages_for(size));
    }
}

/* A block of more than SMALL_MAX stays in its pages when they can be made to fit. */
static bool block_resize(void *p, size_t old_size, size_t new_size)
{
    if (old_size <= SMALL_MAX || new_size <= SMALL_MAX) {
        return old_size <= SMALL_MAX && new_size <= SMALL_MAX &&
               class_of(old_size) == class_of(new_size);
    }
    uint64_t frame = (uintptr_t)p / PAGE, old_n = pages_for(old_size), new_n = pages_for(new_size);
    if (new_n < old_n) {
        pages_free_run(frame + new_n, old_n - new_n);
    }
    return new_n <= old_n || pages_extend(frame, old_n, new_n);
}

void *k_realloc(void *p, size_t old_size, size_t new_size)
{
    if (p == NULL || old_size == 0) {
        return new_size == 0 ? NULL : block_alloc(new_size);
    }
    if (new_size == 0) {
        block_free(p, old_size);
        return NULL;
    }
    if (block_resize(p, old_size, new_size)) {
        return p;
    }
    void *q = block_alloc(new_size);
    if (q == NULL) {
        return NULL;
    }
    memcpy(q, p, old_size < new_size ? old_size : new_size);
    block_free(p, old_size);
    return q;
}

void k_memory_stats(struct k_memory_stats *out)
{
    out->total = pages_total * PAGE;
    out->used = (pages_total - pages_free) * PAGE;
    out->peak = pages_peak * PAGE;
    out->largest_free = 0;
    for (unsigned bin = N_BINS; bin-- > 0 && out->largest_free == 0;) {
        for (struct free_run *run = bins[bin].next; run != &bins[bin]; run = run->next) {
            uint64_t n = *note_of((uintptr_t)run / PAGE) & ~NOTE_FREE;
            if (n * PAGE > out->largest_free) {
                out->largest_free = n * PAGE;
            }
        }
    }
}

/* ---- start ---- */

/* The end of the block of `reserved` that overlaps [start, end), or 0. */
static uint64_t reserved_end(uint64_t start, uint64_t end, const struct k_range *reserved, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (reserved[i].start < end && start < reserved[i].end) {
            return (reserved[i].end + PAGE - 1) & ~(uint64_t)(PAGE - 1);
        }
    }
    return 0;
}

/* Takes `size` bytes off the end of the first range of RAM that has them free, for good. */
static uint64_t early_alloc(uint64_t size, struct k_range *reserved, size_t *n_reserved)
{
    for (size_t i = 0; i < k_boot.n_ram; i++) {
        uint64_t start = k_boot.ram[i].start, end = 0;
        if (start < (uint64_t)1 << 20) {
            continue;
        }
        while ((end = reserved_end(start, start + size, reserved, *n_reserved)) != 0) {
            start = end;
        }
        if (start + size <= k_boot.ram[i].end && start + size <= (uint64_t)4 << 30) {
            reserved[(*n_reserved)++] = (struct k_range){start, start + size};
            memset((void *)start, 0, size);
            return start;
        }
    }
    k_panic("no memory for the page tables");
}

static void flush_page_tables(void)
{
    __asm__ volatile("mov %%cr3, %%rax\n\tmov %%rax, %%cr3" : : : "rax", "memory");
}

/* entry.S mapped 4 GiB; the rest of RAM needs one directory per GiB. */
static void map_above_4g(uint64_t end, struct k_range *reserved, size_t *n_reserved)
{
    uint64_t n = (end + ((uint64_t)1 << 30) - 1) >> 30;
    if (n <= 4) {
        return;
    }
    if (n > 512) {
        k_panic("more than 512 GiB of memory");
    }
    uint64_t *pdpt = (uint64_t *)(k_pml4[0] & ~(uint64_t)(PAGE - 1));
    uint64_t *entry = (uint64_t *)early_alloc((n - 4) * PAGE, reserved, n_reserved);
    for (uint64_t g = 4; g < n; g++) {
        pdpt[g] = (uintptr_t)entry | PTE_PRESENT | PTE_WRITE;
        for (uint64_t i = 0; i < 512; i++) {
            *entry++ = (g * 512 + i) * LARGE_PAGE | PTE_PRESENT | PTE_WRITE | PTE_LARGE;
        }
    }
}

/* Page 0 and the page below the stack go; text and constants become read-only. */
static void protect_low_pages(struct k_range *reserved, size_t *n_reserved)
{
    uint64_t end = ((uintptr_t)k_image_end + LARGE_PAGE - 1) / LARGE_PAGE;
    uint64_t *table = (uint64_t *)early_alloc(end * PAGE, reserved, n_reserved);
    for (uint64_t i = 0; i < end * 512; i++) {
        uint64_t address = i * PAGE, flags = PTE_PRESENT | PTE_WRITE;
        if (address == 0 || address == (uintptr_t)k_stack_guard) {
            flags = 0;
        } else if (address >= (uintptr_t)k_image_start && address < (uintptr_t)k_text_end) {
            flags = PTE_PRESENT;
        }
        table[i] = address | flags;
    }
    for (uint64_t i = 0; i < end; i++) {
        k_page_directories[i] = ((uintptr_t)table + i * PAGE) | PTE_PRESENT | PTE_WRITE;
    }
}

static void free_unreserved(struct k_range range, const struct k_range *reserved, size_t n)
{
    uint64_t start = range.start;
    while (start < range.end) {
        uint64_t end = start, skip = 0;
        while (end < range.end && (skip = reserved_end(end, end + PAGE, reserved, n)) == 0) {
            end += PAGE;
        }
        if (end > start) {
            pages_total += (end - start) / PAGE;
            pages_free_run(start / PAGE, (end - start) / PAGE);
        }
        start = skip != 0 ? skip : end;
    }
}

void k_memory_init(void)
{
    struct k_range reserved[8] = {
        {0, (uint64_t)1 << 20}, /* firmware tables */
        {(uintptr_t)k_image_start, (uintptr_t)k_image_end},
        {(uintptr_t)k_boot.initrd, (uintptr_t)k_boot.initrd + k_boot.initrd_size},
    };
    size_t n_reserved = 3;
    uint64_t first = UINT64_MAX, end = 0;
    for (size_t i = 0; i < k_boot.n_ram; i++) {
        first = k_boot.ram[i].start < first ? k_boot.ram[i].start : first;
        end = k_boot.ram[i].end > end ? k_boot.ram[i].end : end;
    }
    map_above_4g(end, reserved, &n_reserved);
    protect_low_pages(reserved, &n_reserved);
    flush_page_tables();

    page_first = first / PAGE;
    page_end = end / PAGE;
    page_note = (uint32_t *)early_alloc((page_end - page_first) * sizeof *page_note, reserved,
                                        &n_reserved);
    for (unsigned i = 0; i < N_BINS; i++) {
        bins[i].next = bins[i].prev = &bins[i];
    }
    for (size_t i = 0; i < k_boot.n_ram; i++) {
        free_unreserved(k_boot.ram[i], reserved, n_reserved);
    }
    pages_peak = pages_total - pages_free;
}

/* ---- self test ---- */

/* Blocks of all sizes come, grow, shrink and go; each is filled with its own pattern. At the end
 * everything must be back in as few and as long runs as at the start. */
const char *k_memory_self_test(uint32_t rounds)
{
    enum { N_BLOCKS = 128 };
    static uint8_t *block[N_BLOCKS];
    static size_t size[N_BLOCKS];
    struct k_memory_stats before, after;
    uint64_t state = 88172645463325252ull;
    k_memory_stats(&before);
    for (uint32_t round = 0; round < rounds + N_BLOCKS; round++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        size_t i = round < rounds ? state % N_BLOCKS : round - rounds;
        size_t n = (state >> 8) % ((size_t)1 << (4 + (state >> 40) % 19)); /* mostly small */
        n %= (size_t)(before.total / (2 * N_BLOCKS));
        if (round >= rounds || (state >> 60) == 0) {
            n = 0;
        }
        uint8_t *p = k_realloc(block[i], size[i], n);
        if (n != 0 && (p == NULL || ((uintptr_t)p & 15) != 0)) {
            return "no block, or a misaligned one";
        }
        size_t kept = size[i] < n ? size[i] : n;
        if (kept > 0 && (p[0] != (uint8_t)i || p[kept - 1] != (uint8_t)i)) {
            return "realloc lost the contents";
        }
        if (n > kept) {
            memset(p + kept, (int)i, n - kept);
        }
        block[i] = p;
        size[i] = n;
    }
    k_memory_stats(&after);
    if (after.used != before.used || after.largest_free != before.largest_free) {
        return "pages leaked, or free runs did not join";
    }
    size_t large = (size_t)(before.largest_free / PAGE * PAGE);
    uint8_t *p = k_realloc(NULL, 0, large / 2);
    if (p == NULL || k_realloc(NULL, 0, large) != NULL) {
        return "half of the largest run must fit, then all of it must not";
    }
    uint8_t *q = k_realloc(p, large / 2, large);
    if (q != p || k_realloc(q, large, 0) != NULL) {
        return "a run did not grow in place";
    }
    k_memory_stats(&after);
    return after.used == before.used && after.largest_free == before.largest_free ? NULL : "leak";
}

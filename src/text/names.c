/* names.c - identifiers to numbers: one open hash table. Owner of: linear time for any number of names. */
#include "text/asm.h"

void wk_names_init(struct wk_names *names, struct wk_alloc *alloc) {
    memset(names, 0, sizeof *names);
    names->alloc = alloc;
}

void wk_names_free(struct wk_names *names) {
    wk_free(names->alloc, names->entries, names->cap * sizeof *names->entries);
    wk_free(names->alloc, names->slots, names->n_slots * sizeof *names->slots);
    wk_names_init(names, names->alloc);
}

void wk_names_clear(struct wk_names *names) {
    if (names->n < names->n_slots / 16) {
        for (size_t i = 0; i < names->n; i++) {
            names->slots[names->entries[i].slot] = 0;
        }
    } else if (names->n_slots != 0) {
        memset(names->slots, 0, names->n_slots * sizeof *names->slots);
    }
    names->n = 0;
}

static uint32_t names_hash(const struct wk_names *names, uint64_t space, const uint8_t *at,
                           size_t size) {
    /* The table's address makes collisions hard to prepare where addresses are random. */
    uint64_t hash = ((uint64_t)(uintptr_t)names ^ space << 32) + size;
    size_t i = 0;
    for (; size - i >= 4; i += 4) {
        uint32_t word;
        memcpy(&word, at + i, 4);
        hash = (hash ^ word) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    for (; i < size; i++) {
        hash = (hash ^ at[i]) * 0x9e3779b97f4a7c15u;
        hash ^= hash >> 32;
    }
    return (uint32_t)(hash ^ hash >> 29);
}

/* The slot of the name, or the empty one where it would go. n_slots is not 0. */
static size_t names_slot(const struct wk_names *names, uint32_t hash, uint64_t space,
                         const uint8_t *at, size_t size) {
    const size_t mask = names->n_slots - 1;
    size_t slot = hash & mask;
    for (; names->slots[slot] != 0; slot = (slot + 1) & mask) {
        const struct wk_name_entry *entry = &names->entries[names->slots[slot] - 1];
        if (entry->hash == hash && entry->space == space && entry->size == size &&
            memcmp(entry->at, at, size) == 0) {
            break;
        }
    }
    return slot;
}

struct wk_name_entry *wk_names_find(const struct wk_names *names, uint64_t space,
                                    const uint8_t *at, size_t size) {
    if (names->n == 0) {
        return NULL;
    }
    const size_t slot = names_slot(names, names_hash(names, space, at, size), space, at, size);
    return names->slots[slot] == 0 ? NULL : &names->entries[names->slots[slot] - 1];
}

static bool names_grow(struct wk_names *names) {
    const size_t n_slots = names->n_slots == 0 ? 64 : names->n_slots * 2;
    size_t bytes;
    if (n_slots < names->n_slots || n_slots > (size_t)1 << 31 ||
        !wk_mul_size(n_slots, sizeof *names->slots, &bytes)) {
        return false;
    }
    uint32_t *slots = wk_zalloc(names->alloc, bytes);
    if (slots == NULL) {
        return false;
    }
    wk_free(names->alloc, names->slots, names->n_slots * sizeof *names->slots);
    names->slots = slots;
    names->n_slots = n_slots;
    for (size_t i = 0; i < names->n; i++) {
        size_t slot = names->entries[i].hash & (n_slots - 1);
        while (slots[slot] != 0) {
            slot = (slot + 1) & (n_slots - 1);
        }
        slots[slot] = (uint32_t)(i + 1);
        names->entries[i].slot = (uint32_t)slot;
    }
    return true;
}

struct wk_name_entry *wk_names_put(struct wk_names *names, uint64_t space, const uint8_t *at,
                                   size_t size, uint32_t value, bool *out_new) {
    const uint32_t hash = names_hash(names, space, at, size);
    if (names->n >= names->n_slots / 2 && !names_grow(names)) {
        return NULL;
    }
    const size_t slot = names_slot(names, hash, space, at, size);
    if (names->slots[slot] != 0) {
        *out_new = false;
        return &names->entries[names->slots[slot] - 1];
    }
    void *entries = names->entries;
    if (wk_array_reserve(names->alloc, &entries, &names->cap, names->n + 1,
                         sizeof *names->entries) != WICK_OK) {
        return NULL;
    }
    names->entries = entries;
    struct wk_name_entry *entry = &names->entries[names->n++];
    *entry = (struct wk_name_entry){.at = at,
                                    .size = size,
                                    .space = space,
                                    .hash = hash,
                                    .slot = (uint32_t)slot,
                                    .value = value};
    names->slots[slot] = (uint32_t)names->n;
    *out_new = true;
    return entry;
}

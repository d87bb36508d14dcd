/* link.c - the linker: names to items.
 *
 * Owner of: the table of names. Names may come from hostile modules (wick_linker_instance), so the hash is keyed with
 * where the linker lies and mixes 8 bytes at a time through a 128-bit product.
 * Spec: exec-instantiation leaves naming to the embedder. */
#include "base/str.h"
#include "base/bits.h"
#include "rt/object.h"

struct link_entry {
    struct link_entry *next;
    uint64_t hash;
    wick_extern item;
    size_t module_size;
    size_t name_size;
    /* then the names' bytes */
};

struct wick_linker {
    struct wick_store *store;
    struct wk_alloc *alloc; /* the engine's: the store may be freed first */
    uint64_t key;
    struct link_entry **buckets;
    size_t n_buckets; /* a power of two; 0: no table yet */
    size_t n;
};

#define LINK_FIRST_BUCKETS 16u

static uint64_t link_mix(uint64_t a, uint64_t b) {
    return (a * b) ^ wk_mul64_hi(a, b);
}

static uint64_t link_hash_bytes(uint64_t h, const char *text, size_t n) {
    const uint8_t *p = (const uint8_t *)text;
    for (; n >= 8; n -= 8, p += 8) {
        h = link_mix(h ^ wk_ld_le64(p), UINT64_C(0x9e3779b97f4a7c15));
    }
    if (n != 0) {
        uint8_t last[8] = {0};
        memcpy(last, p, n);
        h = link_mix(h ^ wk_ld_le64(last), UINT64_C(0xa0761d6478bd642f));
    }
    return h;
}

static uint64_t link_hash(const struct wick_linker *linker, wick_name module, wick_name name) {
    uint64_t h = link_hash_bytes(linker->key ^ module.size, module.text, module.size);
    h = link_hash_bytes(link_mix(h ^ name.size, UINT64_C(0xe7037ed1a0b428db)), name.text, name.size);
    return link_mix(h, linker->key | 1u);
}

static const char *link_names(const struct link_entry *entry) {
    return (const char *)(entry + 1);
}

static size_t link_entry_size(const struct link_entry *entry) {
    return sizeof *entry + entry->module_size + entry->name_size;
}

static bool link_same(const char *a, const char *b, size_t n) {
    return n == 0 || memcmp(a, b, n) == 0;
}

static struct link_entry *link_find(const struct wick_linker *linker, wick_name module, wick_name name,
                                    uint64_t hash) {
    struct link_entry *at = linker->n_buckets == 0 ? NULL : linker->buckets[hash & (linker->n_buckets - 1)];
    for (; at != NULL; at = at->next) {
        if (at->hash == hash && at->module_size == module.size && at->name_size == name.size &&
            link_same(link_names(at), module.text, module.size) &&
            link_same(link_names(at) + module.size, name.text, name.size)) {
            return at;
        }
    }
    return NULL;
}

/* A table that cannot grow gets slower, not wrong; only the first one must be had. */
static bool link_grow(struct wick_linker *linker) {
    struct wk_alloc *alloc = linker->alloc;
    const size_t n = linker->n_buckets == 0 ? LINK_FIRST_BUCKETS : linker->n_buckets * 2;
    struct link_entry **buckets;
    if (linker->n < linker->n_buckets) {
        return true;
    }
    buckets = wk_zalloc(alloc, n * sizeof(struct link_entry *));
    if (buckets == NULL) {
        return linker->n_buckets != 0;
    }
    for (size_t i = 0; i < linker->n_buckets; i++) {
        while (linker->buckets[i] != NULL) {
            struct link_entry *entry = linker->buckets[i];
            linker->buckets[i] = entry->next;
            entry->next = buckets[entry->hash & (n - 1)];
            buckets[entry->hash & (n - 1)] = entry;
        }
    }
    wk_free(alloc, linker->buckets, linker->n_buckets * sizeof(struct link_entry *));
    linker->buckets = buckets;
    linker->n_buckets = n;
    return true;
}

static void link_copy(char *to, const char *from, size_t n) {
    if (n != 0) {
        memcpy(to, from, n);
    }
}

static wick_err link_define(struct wick_linker *linker, wick_name module, wick_name name, const wick_extern *item) {
    const uint64_t hash = link_hash(linker, module, name);
    struct link_entry *entry = link_find(linker, module, name, hash);
    size_t size;
    if (entry != NULL) {
        entry->item = *item;
        return WICK_OK;
    }
    if (!wk_add_size(module.size, name.size, &size) || !wk_add_size(size, sizeof *entry, &size) ||
        !link_grow(linker)) {
        return WICK_ERR_nomem;
    }
    entry = wk_realloc(linker->alloc, NULL, 0, size);
    if (entry == NULL) {
        return WICK_ERR_nomem;
    }
    entry->hash = hash;
    entry->item = *item;
    entry->module_size = module.size;
    entry->name_size = name.size;
    link_copy((char *)(entry + 1), module.text, module.size);
    link_copy((char *)(entry + 1) + module.size, name.text, name.size);
    entry->next = linker->buckets[hash & (linker->n_buckets - 1)];
    linker->buckets[hash & (linker->n_buckets - 1)] = entry;
    linker->n++;
    return WICK_OK;
}

static wick_name link_name(const char *text) {
    wick_name name = {text, 0};
    name.size = wk_str_size(text);
    return name;
}

/* ---- the API ----------------------------------------------------------------------------------------------------- */

wick_err wick_linker_new(wick_store *store, wick_linker **out_linker) {
    struct wick_linker *linker;
    if (WK_MISUSE(store == NULL) || WK_MISUSE(out_linker == NULL)) {
        return WICK_ERR_usage;
    }
    linker = wk_zalloc(&store->engine->alloc, sizeof *linker);
    if (linker == NULL) {
        return WICK_ERR_nomem;
    }
    linker->store = store;
    linker->alloc = &store->engine->alloc;
    linker->key = link_mix((uint64_t)(uintptr_t)linker ^ UINT64_C(0x8ebc6af09c88c6e3),
                           (uint64_t)(uintptr_t)store | 1u);
    *out_linker = linker;
    return WICK_OK;
}

void wick_linker_free(wick_linker *linker) {
    struct wk_alloc *alloc;
    if (linker == NULL) {
        return;
    }
    alloc = linker->alloc;
    for (size_t i = 0; i < linker->n_buckets; i++) {
        struct link_entry *entry = linker->buckets[i];
        while (entry != NULL) {
            struct link_entry *next = entry->next;
            wk_free(alloc, entry, link_entry_size(entry));
            entry = next;
        }
    }
    wk_free(alloc, linker->buckets, linker->n_buckets * sizeof(struct link_entry *));
    wk_free(alloc, linker, sizeof *linker);
}

wick_err wick_linker_define_n(wick_linker *linker, wick_name module, wick_name name, const wick_extern *item) {
    if (WK_MISUSE(linker == NULL) || WK_MISUSE(item == NULL) || WK_MISUSE(item->of.func == NULL) ||
        WK_MISUSE((uint32_t)item->kind > WICK_EXTERN_TAG)) {
        return WICK_ERR_usage;
    }
    return link_define(linker, module, name, item);
}

wick_err wick_linker_define(wick_linker *linker, const char *module, const char *name, const wick_extern *item) {
    if (WK_MISUSE(module == NULL) || WK_MISUSE(name == NULL)) {
        return WICK_ERR_usage;
    }
    return wick_linker_define_n(linker, link_name(module), link_name(name), item);
}

wick_err wick_linker_func(wick_linker *linker, const char *module, const char *name, const char *signature,
                          wick_host_fn fn, void *user) {
    wick_functype type;
    wick_extern item = {.kind = WICK_EXTERN_FUNC};
    if (WK_MISUSE(linker == NULL)) {
        return WICK_ERR_usage;
    }
    WK_TRY(wick_functype_parse(linker->store->engine, signature, &type));
    WK_TRY(wick_func_new(linker->store, &type, fn, user, &item.of.func));
    return wick_linker_define(linker, module, name, &item);
}

wick_err wick_linker_instance(wick_linker *linker, const char *module, size_t module_size,
                              wick_instance *instance) {
    const struct wick_module *m;
    if (WK_MISUSE(linker == NULL) || WK_MISUSE(instance == NULL) || WK_MISUSE(module == NULL && module_size != 0)) {
        return WICK_ERR_usage;
    }
    m = instance->module;
    for (uint32_t i = 0; i < m->n_exports; i++) {
        const wick_name module_name = {module, module_size};
        const wick_name name = {(const char *)m->bytes + m->exports[i].name.off, m->exports[i].name.size};
        wick_extern item;
        wk_instance_export_at(instance, i, &item);
        WK_TRY(link_define(linker, module_name, name, &item));
    }
    return WICK_OK;
}

bool wick_linker_get(const wick_linker *linker, wick_name module, wick_name name, wick_extern *out_item) {
    const struct link_entry *entry = link_find(linker, module, name, link_hash(linker, module, name));
    if (entry == NULL) {
        return false;
    }
    *out_item = entry->item;
    return true;
}

struct wick_store *wk_linker_store(const struct wick_linker *linker) {
    return linker->store;
}

wick_err wk_linker_resolve(const struct wick_linker *linker, const struct wick_module *module, wick_extern *items,
                           wick_diag *diag) {
    for (uint32_t i = 0; i < module->n_imports; i++) {
        const struct wk_import *import = &module->imports[i];
        const wick_name module_name = {(const char *)module->bytes + import->module.off, import->module.size};
        const wick_name name = {(const char *)module->bytes + import->name.off, import->name.size};
        if (!wick_linker_get(linker, module_name, name, &items[i])) {
            return wk_import_unknown(module, i, diag);
        }
    }
    return WICK_OK;
}

#undef LINK_FIRST_BUCKETS

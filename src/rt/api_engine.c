/* api_engine.c - engines: the port's callbacks, features, quotas, signatures.
 *
 * Owner of: members that a port lacks read as NULL, however old its header; names of features. */
#include "module/limit.h"
#include "module/module.h"
#include "rt/object.h"

/* The engine and its own copy of the port's table in one block, so that later members can be tested for NULL. */
struct engine_block {
    struct wick_engine engine; /* first */
    wick_host host;
};

static wick_err engine_copy_host(const wick_host *host, bool in_region, wick_host *out) {
    const size_t least = offsetof(wick_host, log) + sizeof host->log;
    memset(out, 0, sizeof *out);
    if (WK_MISUSE(host == NULL) || WK_MISUSE(host->size < least)) {
        return WICK_ERR_usage;
    }
    memcpy(out, host, host->size < sizeof *out ? host->size : sizeof *out);
    out->size = sizeof *out;
    if (WK_MISUSE(out->realloc == NULL && !in_region) || WK_MISUSE(out->log == NULL)) {
        return WICK_ERR_usage;
    }
    return WICK_OK;
}

static void engine_configure(struct wick_engine *engine, const wick_config *config) {
    uint32_t features = config == NULL ? 0 : config->features;
    engine->features = ((features == 0 ? wick_features_all() : features) & wick_features_all()) | WICK_FEATURE_MVP;
    engine->interp = config != NULL && config->engine == WICK_ENGINE_REF ? wk_interp_ref() : wk_interp_fast();
    engine->lazy = config != NULL && config->lazy;
    engine->load_threads = config != NULL ? config->load_threads : 0;
    engine->canonical_nan = config != NULL && config->canonical_nan;
}

/* Will faults in reservations be traps? From here on the port's answer stands. */
static bool engine_guards(const struct wick_engine *engine) {
    const wick_host *host = engine->alloc.host;
    return engine->interp->can_guard && !engine->in_region && host->reserve != NULL && host->commit != NULL &&
           host->release != NULL && host->guard != NULL && host->guard(engine->alloc.user) == 0;
}

static wick_err engine_make(struct wk_alloc *alloc, const wick_host *host, const wick_config *config,
                            bool in_region, wick_engine **out_engine) {
    const uint64_t quota = config != NULL && config->quota != 0 ? config->quota : (uint64_t)WICK_ENGINE_QUOTA;
    struct engine_block *block;
    wick_err err;
    alloc->quota = quota == 0 ? UINT64_MAX : quota;
    block = wk_zalloc(alloc, sizeof *block);
    if (block == NULL) {
        return WICK_ERR_nomem;
    }
    block->host = *host;
    block->engine.alloc = *alloc;
    block->engine.alloc.host = &block->host;
    block->engine.alloc.locked = host->lock != NULL && host->unlock != NULL;
    block->engine.in_region = in_region;
    engine_configure(&block->engine, config);
    block->engine.guards = engine_guards(&block->engine);
    err = wk_types_init(&block->engine.types, &block->engine.alloc);
    if (err != WICK_OK) {
        wick_engine_free(&block->engine);
        return err;
    }
    *out_engine = &block->engine;
    return WICK_OK;
}

wick_err wick_engine_new(const wick_host *host, void *user, const wick_config *config, wick_engine **out_engine) {
    wick_host copy;
    struct wk_alloc alloc;
    WK_TRY(engine_copy_host(host, false, &copy));
    if (WK_MISUSE(out_engine == NULL)) {
        return WICK_ERR_usage;
    }
    memset(&alloc, 0, sizeof alloc);
    alloc.host = &copy;
    alloc.user = user;
    return engine_make(&alloc, &copy, config, false, out_engine);
}

wick_err wick_engine_init(void *block, size_t size, const wick_host *host, void *user, const wick_config *config,
                          wick_engine **out_engine) {
    wick_host copy;
    struct wk_alloc alloc;
    WK_TRY(engine_copy_host(host, true, &copy));
    if (WK_MISUSE(out_engine == NULL) || WK_MISUSE(block == NULL) || WK_MISUSE(((uintptr_t)block & 15u) != 0)) {
        return WICK_ERR_usage;
    }
    memset(&alloc, 0, sizeof alloc);
    alloc.host = &copy;
    alloc.user = user;
    if (!wk_region_init(&alloc, block, size)) {
        return WICK_ERR_nomem;
    }
    return engine_make(&alloc, &copy, config, true, out_engine);
}

/* The callbacks lie in the block that is freed, so it is freed through a copy of them. */
void wick_engine_free(wick_engine *engine) {
    struct engine_block *block = (struct engine_block *)(void *)engine;
    struct wk_alloc alloc;
    wick_host host;
    if (engine == NULL) {
        return;
    }
    wk_types_free(&engine->types);
    host = block->host;
    alloc = engine->alloc;
    alloc.host = &host;
    wk_free(&alloc, block, sizeof *block);
}

/* Other threads may be counting, those that help to load a module too. */
static uint64_t engine_read(const wick_engine *engine, const uint64_t *count) {
    struct wk_alloc *alloc = (struct wk_alloc *)(uintptr_t)&engine->alloc;
    uint64_t value;
    wk_lock(alloc);
    value = *count;
    wk_unlock(alloc);
    return value;
}

uint64_t wick_engine_memory_used(const wick_engine *engine) {
    return engine_read(engine, &engine->alloc.used);
}

uint64_t wick_engine_memory_peak(const wick_engine *engine) {
    return engine_read(engine, &engine->alloc.peak);
}

void *wick_engine_user(const wick_engine *engine) {
    return engine->alloc.user;
}

uint32_t wick_engine_features(const wick_engine *engine) {
    return engine->features;
}

void wick_engine_set_progress(wick_engine *engine, wick_progress_fn progress, void *user) {
    engine->progress = progress;
    engine->progress_user = user;
}

/* ---- features ---------------------------------------------------------------------------------------------------- */

uint32_t wick_features_30(void) {
    return 0
#define FEATURE(sym, bit, name, in30, runs, doc) | ((uint32_t)(in30) << bit)
#include "def/feature.def"
        ;
}

uint32_t wick_features_all(void) {
    return 0
#define FEATURE(sym, bit, name, in30, runs, doc) | ((uint32_t)1 << bit)
#include "def/feature.def"
        ;
}

static bool feature_is(const char *text, size_t n, const char *name) {
    size_t i = 0;
    while (i < n && name[i] != 0 && name[i] == text[i]) {
        i++;
    }
    return i == n && name[i] == 0;
}

/* The bits of one element of the list; 0: unknown. */
static uint32_t feature_bits(const char *text, size_t n) {
    if (feature_is(text, n, "3.0")) {
        return wick_features_30();
    }
    if (feature_is(text, n, "all")) {
        return wick_features_all();
    }
    for (uint32_t bit = 0; bit < 32 && (wick_features_all() >> bit & 1u) != 0; bit++) {
        if (feature_is(text, n, wk_feature_name(bit))) {
            return (uint32_t)1 << bit;
        }
    }
    return 0;
}

/* A list that begins by taking something away takes it from everything. */
wick_err wick_features_parse(const char *text, uint32_t *out_features) {
    uint32_t features = WICK_FEATURE_MVP;
    if (WK_MISUSE(text == NULL) || WK_MISUSE(out_features == NULL)) {
        return WICK_ERR_usage;
    }
    if (*text == '-') {
        features = wick_features_all();
    }
    for (;;) {
        const bool off = *text == '-';
        size_t n = 0;
        uint32_t bits;
        text += off ? 1 : 0;
        while (text[n] != 0 && text[n] != ',') {
            n++;
        }
        bits = feature_bits(text, n);
        if (bits == 0) {
            return WICK_ERR_usage;
        }
        features = off ? features & ~bits : features | bits;
        if (text[n] == 0) {
            break;
        }
        text += n + 1;
    }
    *out_features = features | WICK_FEATURE_MVP;
    return WICK_OK;
}

/* ---- signatures -------------------------------------------------------------------------------------------------- */

static wick_valtype signature_type(char letter) {
    switch (letter) {
    case 'i':
        return WICK_I32;
    case 'l':
        return WICK_I64;
    case 'f':
        return WICK_F32;
    case 'd':
        return WICK_F64;
    case 'v':
        return WICK_V128;
    case 'r':
        return WICK_EXTERNREF;
    case 'F':
        return WICK_FUNCREF;
    default:
        return WICK_KIND_NONE;
    }
}

/* Counts the letters on both sides of the colon; USAGE when it is no signature. */
static wick_err signature_count(const char *signature, uint32_t out_n[2]) {
    uint32_t side = 0;
    out_n[0] = 0;
    out_n[1] = 0;
    if (signature == NULL) {
        return WICK_ERR_usage;
    }
    for (; *signature != 0; signature++) {
        if (*signature == ':' && side == 0) {
            side = 1;
        } else if (signature_type(*signature) == WICK_KIND_NONE) {
            return WICK_ERR_usage;
        } else {
            out_n[side]++;
        }
        if (out_n[0] > WK_LIMIT_VALUE(PARAMS) || out_n[1] > WK_LIMIT_VALUE(RESULTS)) {
            return WICK_ERR_limit;
        }
    }
    return side == 1 ? WICK_OK : WICK_ERR_usage;
}

wick_err wick_functype_parse(wick_engine *engine, const char *signature, wick_functype *out_type) {
    struct wk_type_draft draft = {.comp = WK_COMP_FUNC, .is_final = true, .super = WK_NO_TYPE};
    struct wk_rec_group *group;
    wick_valtype few[16];
    uint32_t n[2];
    uint32_t total, id;
    wick_err err;
    if (WK_MISUSE(engine == NULL) || WK_MISUSE(out_type == NULL)) {
        return WICK_ERR_usage;
    }
    WK_TRY(signature_count(signature, n));
    total = n[0] + n[1];
    draft.n_params = n[0];
    draft.n_results = n[1];
    draft.types = few;
    if (total > WK_COUNT_OF(few)) {
        draft.types = wk_realloc(&engine->alloc, NULL, 0, total * sizeof *draft.types);
        if (draft.types == NULL) {
            return WICK_ERR_nomem;
        }
    }
    for (uint32_t i = 0; *signature != 0; signature++) {
        if (*signature != ':') {
            draft.types[i++] = signature_type(*signature);
        }
    }
    err = wk_types_intern(&engine->types, &draft, 1, &id, &group);
    if (draft.types != few) {
        wk_free(&engine->alloc, draft.types, total * sizeof *draft.types);
    }
    WK_TRY(err);
    wk_types_pin(&engine->types, group);
    wk_functype_of(wk_type_get(&engine->types, id), out_type);
    return WICK_OK;
}

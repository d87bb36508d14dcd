/* reader.h - checked reading of the binary format, for the decoder and the validator.
 *
 * Owner of: LEB128 exactness (spec: binary-int), the encoding of types (spec: binary-valtype, binary-heaptype), and
 * where the diagnostic of a malformed or invalid module points.
 *
 * Reads are bounded by the module's end only. A section or body whose content does not end where its size says is
 * found by comparing positions: that is what the standard's "section size mismatch" is. */
#ifndef WICK_MODULE_READER_H
#define WICK_MODULE_READER_H

#include "module/limit.h"
#include "module/module.h"

struct wk_reader {
    const uint8_t *at;
    const uint8_t *end;   /* of the module */
    const uint8_t *start; /* of the module */
    const struct wick_module *module;
    wick_diag *diag;
    uint32_t func; /* UINT32_MAX: none */
    uint32_t body; /* offset of the function's body */
    uint16_t section;
    uint16_t op;
    uint32_t features;
    /* Type indices that may be named: below n_known they are module->types; below n_types members of the recursive
     * group being decoded. */
    uint32_t n_known;
    uint32_t n_types;
    const uint32_t *types;
};

/* Records an error at a byte with what the reader knows about the place; answers err. */
WK_EXTERN wick_err wk_reader_fail(const struct wk_reader *r, const uint8_t *at, wick_err err, uint64_t a0,
                                  uint64_t a1);
/* The same with two types, which are turned into the module's own indices. */
WK_EXTERN wick_err wk_reader_fail_types(const struct wk_reader *r, const uint8_t *at, wick_err err, wick_valtype a0,
                                        wick_valtype a1);
WK_EXTERN wick_err wk_reader_fail_limit(const struct wk_reader *r, const uint8_t *at, enum wk_limit limit,
                                        uint64_t count);
WK_EXTERN wick_err wk_reader_fail_nomem(const struct wk_reader *r);
/* n bytes are needed and fewer are left. */
WK_EXTERN wick_err wk_reader_fail_end(const struct wk_reader *r, uint64_t n);

/* An instruction should begin at `at`, but the body's bytes end there or before. */
WK_EXTERN wick_err wk_reader_fail_overrun(const struct wk_reader *r, const uint8_t *at, const uint8_t *body_end);

WK_EXTERN wick_err wk_get_u32_slow(struct wk_reader *r, uint32_t *out);
WK_EXTERN wick_err wk_get_u64(struct wk_reader *r, uint64_t *out);
WK_EXTERN wick_err wk_get_s32(struct wk_reader *r, int32_t *out);
WK_EXTERN wick_err wk_get_s33(struct wk_reader *r, int64_t *out);
WK_EXTERN wick_err wk_get_s64(struct wk_reader *r, int64_t *out);
/* Skips n bytes. */
WK_EXTERN wick_err wk_get_bytes(struct wk_reader *r, uint32_t n);
/* The length of something that follows: at most what is left. */
WK_EXTERN wick_err wk_get_length(struct wk_reader *r, uint32_t *out);
/* A value type; a reference type; a heap type as (ref null ht); a field's type. */
WK_EXTERN wick_err wk_get_valtype(struct wk_reader *r, wick_valtype *out);
WK_EXTERN wick_err wk_get_type_or(struct wk_reader *r, wick_err err, wick_valtype *out); /* what to say else */
WK_EXTERN wick_err wk_get_reftype(struct wk_reader *r, wick_valtype *out);
WK_EXTERN wick_err wk_get_heaptype(struct wk_reader *r, wick_valtype *out);
WK_EXTERN wick_err wk_get_storagetype(struct wk_reader *r, wick_valtype *out);
/* A type index that is known (not of a group being decoded), and one that names a function type. */
WK_EXTERN wick_err wk_get_type_index(struct wk_reader *r, uint32_t *out_id);
WK_EXTERN wick_err wk_get_func_type(struct wk_reader *r, uint32_t *out_id);

/* In skim.c: an opcode that is on; the first error that decoding finds in a body of the module's own. */
WK_EXTERN wick_err wk_skim_opcode(struct wk_reader *r, enum wick_op *out);
WK_EXTERN wick_err wk_skim_body(struct wk_reader *r, uint32_t func);

static inline wick_err wk_get_byte(struct wk_reader *r, uint8_t *out) {
    if (WK_UNLIKELY(r->at == r->end)) {
        return wk_reader_fail_end(r, 1);
    }
    *out = *r->at++;
    return WICK_OK;
}
static inline wick_err wk_get_u32(struct wk_reader *r, uint32_t *out) {
    if (WK_LIKELY(r->at != r->end && *r->at < 0x80)) {
        *out = *r->at++;
        return WICK_OK;
    }
    return wk_get_u32_slow(r, out);
}
static inline uint32_t wk_reader_offset(const struct wk_reader *r, const uint8_t *at) {
    return (uint32_t)(at - r->start);
}
static inline bool wk_reader_has(const struct wk_reader *r, uint32_t features) {
    return (r->features & features) != 0;
}

#endif

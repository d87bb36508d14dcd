/* script_value.c - constants and result patterns of scripts.
 *
 * Owner of: what matches what. Floats match bit for bit; nan:canonical and nan:arithmetic match classes of
 * NaNs of either sign; a null pattern matches every null. */
#include "script/state.h"

/* ---- host references -------------------------------------------------------------------------- */

/* (ref.extern n) is one and the same reference each time. Its object is n, moved up so that none is NULL. */
static void *value_host_object(uint32_t n) {
    return (void *)((uintptr_t)n + 1);
}

static wick_err value_host_ref(struct wk_script *s, uint32_t n, wick_ref *out_ref) {
    if (n > 65535) {
        return wk_lexer_fail(&s->parser->lex, &s->syntax, s->parser->tok.begin,
                             WICK_ERR_constant_range, 0, 0);
    }
    if (n >= s->host_ref_cap) {
        const size_t old = s->host_ref_cap;
        void *refs = s->host_refs;
        WK_TRY(wk_array_reserve(s->alloc, &refs, &s->host_ref_cap, (size_t)n + 1,
                                sizeof *s->host_refs));
        s->host_refs = refs;
        memset(s->host_refs + old, 0, (s->host_ref_cap - old) * sizeof *s->host_refs);
    }
    if (s->host_refs[n] == NULL) {
        wick_ref ref = 0;
        WK_TRY(wick_ref_new(s->store, value_host_object(n), NULL, &ref));
        s->host_refs[n] = wk_zalloc(s->alloc, sizeof **s->host_refs);
        if (s->host_refs[n] == NULL) {
            return WICK_ERR_nomem;
        }
        wick_root_add(s->store, s->host_refs[n], ref);
    }
    *out_ref = s->host_refs[n]->ref;
    return WICK_OK;
}

/* ---- constants ------------------------------------------------------------------------------- */

/* The type of a null that fits every nullable type of the word's hierarchy. */
static wick_valtype value_null_type(uint32_t word) {
    switch (word) {
    case WK_WORD_heap_func:
    case WK_WORD_heap_nofunc:
        return WICK_REF_NULL(WICK_HEAP_nofunc);
    case WK_WORD_heap_extern:
    case WK_WORD_heap_noextern:
        return WICK_REF_NULL(WICK_HEAP_noextern);
    case WK_WORD_heap_exn:
    case WK_WORD_heap_noexn:
        return WICK_REF_NULL(WICK_HEAP_noexn);
    case WK_WORD_heap_cont:
    case WK_WORD_heap_nocont:
        return WICK_REF_NULL(WICK_HEAP_nocont);
    default:
        return WICK_REF_NULL(WICK_HEAP_none);
    }
}

static wick_err value_v128(struct wk_asm *p, uint64_t out_halves[2]) {
    uint8_t bytes[16];
    WK_TRY(wk_asm_v128(p, bytes));
    for (uint32_t half = 0; half < 2; half++) {
        out_halves[half] = 0;
        for (uint32_t i = 8; i-- > 0;) {
            out_halves[half] = out_halves[half] << 8 | bytes[half * 8 + i];
        }
    }
    return WICK_OK;
}

wick_err wk_script_const(struct wk_script *s, wick_value *out) {
    struct wk_asm *p = s->parser;
    uint64_t bits;
    uint32_t n;
    WK_TRY(wk_asm_advance(p));
    if (p->tok.kind != WK_TOKEN_WORD) {
        return wk_asm_unexpected(p, "expected a constant");
    }
    const uint32_t word = p->tok.word;
    WK_TRY(wk_asm_advance(p));
    memset(out, 0, sizeof *out);
    switch (word) {
    case WICK_OP_i32_const:
        WK_TRY(wk_asm_int(p, 32, &bits));
        out->type = WICK_I32;
        out->of.i32 = (uint32_t)bits;
        break;
    case WICK_OP_i64_const:
        WK_TRY(wk_asm_int(p, 64, &out->of.i64));
        out->type = WICK_I64;
        break;
    case WICK_OP_f32_const:
        WK_TRY(wk_asm_float(p, 32, &bits));
        out->type = WICK_F32;
        out->of.f32 = (uint32_t)bits;
        break;
    case WICK_OP_f64_const:
        WK_TRY(wk_asm_float(p, 64, &out->of.f64));
        out->type = WICK_F64;
        break;
    case WICK_OP_v128_const:
        WK_TRY(value_v128(p, out->of.v128));
        out->type = WICK_V128;
        break;
    case WICK_OP_ref_null:
        out->type = value_null_type(p->tok.kind == WK_TOKEN_WORD ? p->tok.word : WK_WORD_COUNT);
        WK_TRY(wk_asm_advance(p));
        break;
    case WK_WORD_ref_extern:
    case WK_WORD_ref_host:
        WK_TRY(wk_asm_u32(p, &n));
        WK_TRY(value_host_ref(s, n, &out->of.ref));
        out->type = WICK_REF(word == WK_WORD_ref_extern ? WICK_HEAP_extern : WICK_HEAP_any);
        break;
    default:
        return wk_asm_unexpected(p, "expected a constant");
    }
    return wk_asm_close(p);
}

/* ---- patterns -------------------------------------------------------------------------------- */

/* One float, or a class of NaNs, of 32 or 64 bits. */
static wick_err value_match_float(struct wk_asm *p, uint32_t bits, uint64_t value,
                                  bool *out_matches) {
    const uint32_t fraction = bits == 32 ? 23 : 52;
    const uint64_t sign = (uint64_t)1 << (bits - 1);
    const uint64_t quiet =
        (bits == 32 ? (uint64_t)0x1ff : (uint64_t)0xfff) << (fraction - 1); /* exponent and top bit */
    uint64_t expected;
    if (wk_asm_is_word(p, WK_WORD_nan_canonical)) {
        *out_matches = (value & ~sign) == quiet;
        return wk_asm_advance(p);
    }
    if (wk_asm_is_word(p, WK_WORD_nan_arithmetic)) {
        *out_matches = (value & quiet) == quiet;
        return wk_asm_advance(p);
    }
    WK_TRY(wk_asm_float(p, bits, &expected));
    *out_matches = value == expected;
    return WICK_OK;
}

static wick_err value_match_v128(struct wk_asm *p, const uint64_t halves[2], bool *out_matches) {
    uint64_t expected[2];
    if (!wk_asm_is_word(p, WK_WORD_f32x4) && !wk_asm_is_word(p, WK_WORD_f64x2)) {
        WK_TRY(value_v128(p, expected));
        *out_matches = halves[0] == expected[0] && halves[1] == expected[1];
        return WICK_OK;
    }
    const uint32_t bits = p->tok.word == WK_WORD_f32x4 ? 32 : 64;
    bool all = true;
    WK_TRY(wk_asm_advance(p));
    for (uint32_t at = 0; at < 128; at += bits) {
        const uint64_t half = halves[at / 64];
        const uint64_t lane = bits == 64 ? half : (half >> (at & 63)) & 0xffffffffu;
        bool matches;
        WK_TRY(value_match_float(p, bits, lane, &matches));
        all = all && matches;
    }
    *out_matches = all;
    return WICK_OK;
}

/* By what the reference is, but for extern, whose values are of any kind: there the declared type counts too. */
static bool value_is_kind(const struct wk_script *s, const wick_value *value, uint32_t word) {
    const bool is_ref = WICK_TYPE_KIND(value->type) == WICK_KIND_REF && value->of.ref != 0;
    const bool is_extern = (value->type & WICK_TYPE_CONCRETE) == 0 && WICK_TYPE_HEAP(value->type) == WICK_HEAP_extern;
    const wick_ref_kind kind = is_ref ? wick_ref_get_kind(s->store, value->of.ref) : WICK_REF_KIND_NULL;
    if (!is_ref) {
        return false;
    }
    switch (word) {
    case WICK_OP_ref_func:
        return kind == WICK_REF_KIND_FUNC;
    case WK_WORD_ref_extern:
        return is_extern;
    case WK_WORD_ref_exn:
        return kind == WICK_REF_KIND_EXN;
    case WK_WORD_ref_cont:
        return kind == WICK_REF_KIND_CONT;
    case WICK_OP_ref_i31:
        return !is_extern && kind == WICK_REF_KIND_I31;
    case WK_WORD_ref_struct:
        return !is_extern && kind == WICK_REF_KIND_STRUCT;
    case WK_WORD_ref_array:
        return !is_extern && kind == WICK_REF_KIND_ARRAY;
    case WICK_OP_ref_eq:
        return !is_extern && (kind == WICK_REF_KIND_I31 || kind == WICK_REF_KIND_STRUCT || kind == WICK_REF_KIND_ARRAY);
    case WK_WORD_ref_any:
        return !is_extern && kind != WICK_REF_KIND_FUNC && kind != WICK_REF_KIND_EXN &&
               kind != WICK_REF_KIND_CONT;
    default: /* (ref) */
        return true;
    }
}

/* (ref.null ...), (ref), (ref.func), (ref.extern n), ...; the word has been passed. */
static wick_err value_match_ref(struct wk_script *s, uint32_t word, const wick_value *value,
                                bool *out_matches) {
    struct wk_asm *p = s->parser;
    const bool is_ref = WICK_TYPE_KIND(value->type) == WICK_KIND_REF;
    if (word == WICK_OP_ref_null) {
        int64_t heap;
        *out_matches = is_ref && value->of.ref == 0;
        return p->tok.kind == WK_TOKEN_RPAR ? WICK_OK : wk_asm_heaptype(p, &heap);
    }
    if ((word == WK_WORD_ref_extern || word == WK_WORD_ref_host) &&
        p->tok.kind == WK_TOKEN_NAT) {
        uint32_t n;
        WK_TRY(wk_asm_u32(p, &n));
        *out_matches =
            is_ref && value->of.ref != 0 && wick_ref_object(value->of.ref) == value_host_object(n);
        return WICK_OK;
    }
    if (word == WICK_OP_ref_func && wk_asm_is_index(p)) {
        return wk_asm_unexpected(p, "functions have no numbers here");
    }
    *out_matches = value_is_kind(s, value, word);
    return WICK_OK;
}

/* One pattern that is no either; the parser stands on its "(". */
static wick_err value_match_one(struct wk_script *s, const wick_value *value, bool *out_matches) {
    struct wk_asm *p = s->parser;
    uint64_t bits;
    WK_TRY(wk_asm_advance(p));
    if (p->tok.kind != WK_TOKEN_WORD) {
        return wk_asm_unexpected(p, "expected a result");
    }
    const uint32_t word = p->tok.word;
    WK_TRY(wk_asm_advance(p));
    switch (word) {
    case WICK_OP_i32_const:
        WK_TRY(wk_asm_int(p, 32, &bits));
        *out_matches = value->type == WICK_I32 && value->of.i32 == (uint32_t)bits;
        break;
    case WICK_OP_i64_const:
        WK_TRY(wk_asm_int(p, 64, &bits));
        *out_matches = value->type == WICK_I64 && value->of.i64 == bits;
        break;
    case WICK_OP_f32_const:
        WK_TRY(value_match_float(p, 32, value->of.f32, out_matches));
        *out_matches = *out_matches && value->type == WICK_F32;
        break;
    case WICK_OP_f64_const:
        WK_TRY(value_match_float(p, 64, value->of.f64, out_matches));
        *out_matches = *out_matches && value->type == WICK_F64;
        break;
    case WICK_OP_v128_const:
        WK_TRY(value_match_v128(p, value->of.v128, out_matches));
        *out_matches = *out_matches && value->type == WICK_V128;
        break;
    case WICK_OP_ref_null:
    case WICK_OP_ref_func:
    case WICK_OP_ref_eq:
    case WICK_OP_ref_i31:
    case WK_WORD_ref:
    case WK_WORD_ref_any:
    case WK_WORD_ref_extern:
    case WK_WORD_ref_host:
    case WK_WORD_ref_exn:
    case WK_WORD_ref_cont:
    case WK_WORD_ref_struct:
    case WK_WORD_ref_array:
        WK_TRY(value_match_ref(s, word, value, out_matches));
        break;
    default:
        return wk_asm_unexpected(p, "expected a result");
    }
    return wk_asm_close(p);
}

wick_err wk_script_match(struct wk_script *s, const wick_value *value, bool *out_matches) {
    struct wk_asm *p = s->parser;
    bool any = false;
    if (p->tok.kind != WK_TOKEN_LPAR) {
        return wk_asm_unexpected(p, "expected a result");
    }
    if (!wk_asm_is_form(p, WK_WORD_either)) {
        return value_match_one(s, value, out_matches);
    }
    WK_TRY(wk_asm_enter(p));
    do {
        bool matches;
        if (p->tok.kind != WK_TOKEN_LPAR) {
            return wk_asm_unexpected(p, "expected a result");
        }
        WK_TRY(value_match_one(s, value, &matches));
        any = any || matches;
    } while (p->tok.kind != WK_TOKEN_RPAR);
    *out_matches = any;
    return wk_asm_close(p);
}

/* ---- text ------------------------------------------------------------------------------------ */

void wk_script_put_value(struct wk_fmt *fmt, const wick_value *value) {
    switch (WICK_TYPE_KIND(value->type)) {
    case WICK_KIND_I32:
        wk_fmt_str(fmt, "i32 ");
        wk_fmt_s64(fmt, (int32_t)value->of.i32);
        break;
    case WICK_KIND_I64:
        wk_fmt_str(fmt, "i64 ");
        wk_fmt_s64(fmt, (int64_t)value->of.i64);
        break;
    case WICK_KIND_F32:
        wk_fmt_str(fmt, "f32 bits 0x");
        wk_fmt_hex(fmt, value->of.f32);
        break;
    case WICK_KIND_F64:
        wk_fmt_str(fmt, "f64 bits 0x");
        wk_fmt_hex(fmt, value->of.f64);
        break;
    case WICK_KIND_V128:
        wk_fmt_str(fmt, "v128 low 0x");
        wk_fmt_hex(fmt, value->of.v128[0]);
        wk_fmt_str(fmt, " high 0x");
        wk_fmt_hex(fmt, value->of.v128[1]);
        break;
    default:
        wk_fmt_str(fmt, value->of.ref == 0 ? "null reference" : "reference 0x");
        if (value->of.ref != 0) {
            wk_fmt_hex(fmt, value->of.ref);
        }
        break;
    }
}

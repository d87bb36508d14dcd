/* valid.c - the walk over all bodies. Owner of: the operand stack, locals, what a wk_func_info says of a body, and the
 * speed of validation. Spec: valid-func, valid-algorithm, binary-code.
 *
 * The main loop looks a byte up in a table made for the module's features and does the common case of the common
 * instructions on the spot: all operands there as they should be, short immediates, memory 0 with 32-bit addresses.
 * Whenever anything is different it has changed nothing yet, and wk_check_instr starts the instruction over. */
#include "base/bits.h"
#include "module/parts.h"
#include "valid/check.h"
#include "valid/valid.h"

/* ---- operands ------------------------------------------------------------------------------------------------- */

wick_err wk_check_reserve(struct wk_check *c, uint32_t n) {
    const size_t used = (size_t)(c->sp - c->stack), peak = (size_t)(c->peak - c->stack);
    const size_t most = used > peak ? used : peak;
    void *array = c->stack;
    if (WK_LIKELY(most + n + WK_CHECK_ROOM <= c->stack_cap)) {
        return WICK_OK;
    }
    if (wk_array_reserve(c->alloc, &array, &c->stack_cap, most + n + WK_CHECK_ROOM, sizeof *c->stack) != WICK_OK) {
        return wk_reader_fail_nomem(&c->r);
    }
    c->stack = array;
    c->sp = c->stack + used;
    c->peak = c->stack + peak;
    return WICK_OK;
}

wick_err wk_check_raise(struct wk_check *c) {
    const uint32_t height = (uint32_t)(c->sp - c->stack) - WK_CHECK_PAD - c->n_frames;
    if (height > WK_LIMIT_VALUE(OPERANDS)) {
        return wk_reader_fail_limit(&c->r, c->instr, WK_LIMIT_OPERANDS, height);
    }
    c->max_height = height;
    c->peak = c->sp;
    return wk_check_reserve(c, 0);
}

WK_NOINLINE wick_err wk_check_pop_other(struct wk_check *c, const uint8_t *at, wick_valtype type) {
    const wick_valtype got = c->sp[-1];
    if (got == type) {
        c->sp -= wk_type_slots(type);
        return WICK_OK;
    }
    if (got == WK_CHECK_POLY) {
        return WICK_OK;
    }
    if (got == WK_CHECK_EMPTY) {
        return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_empty, type, 0);
    }
    if (!wk_type_is_sub(c->types, got, type)) {
        return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch, type, got);
    }
    c->sp--;
    return WICK_OK;
}

wick_err wk_check_pop_any(struct wk_check *c, const uint8_t *at, wick_valtype *out) {
    const wick_valtype got = c->sp[-1];
    if (got == WK_CHECK_EMPTY) {
        return wk_reader_fail(&c->r, at, WICK_ERR_type_mismatch_any, 0, 0);
    }
    *out = 0;
    if (got != WK_CHECK_POLY) {
        c->sp -= wk_type_slots(got);
        *out = got;
    }
    return WICK_OK;
}

wick_err wk_check_pop_ref(struct wk_check *c, const uint8_t *at, wick_valtype *out) {
    const wick_valtype got = c->sp[-1];
    if (got != WK_CHECK_EMPTY && got != WK_CHECK_POLY && got != 0 && !wk_type_is_ref(got)) {
        return wk_reader_fail_types(&c->r, at, WICK_ERR_type_mismatch_ref, got, 0);
    }
    WK_TRY(wk_check_pop_any(c, at, out));
    if (*out == 0) {
        *out = WICK_REF(WICK_HEAP_bottom);
    }
    return WICK_OK;
}

#define BODY_LONG 8u /* lists that are worth a call */

wick_err wk_check_pop_list(struct wk_check *c, const uint8_t *at, const wick_valtype *types, uint32_t n, bool is_plain) {
    if (is_plain && n >= BODY_LONG && (size_t)(c->sp - c->stack) >= n &&
        memcmp(c->sp - n, types, n * sizeof *types) == 0) {
        c->sp -= n; /* no barrier is among them: it equals no type */
        return WICK_OK;
    }
    while (n-- > 0) {
        WK_TRY(wk_check_pop(c, at, types[n]));
    }
    return WICK_OK;
}

wick_err wk_check_push_list(struct wk_check *c, const wick_valtype *types, uint32_t n, bool is_plain) {
    if (n > WK_CHECK_ROOM / 4) {
        WK_TRY(wk_check_reserve(c, 2 * n));
    }
    if (is_plain && n >= BODY_LONG) {
        memcpy(c->sp, types, n * sizeof *types);
        c->sp += n;
        return c->sp <= c->peak ? WICK_OK : wk_check_raise(c);
    }
    for (uint32_t i = 0; i < n; i++) {
        *c->sp++ = types[i];
        if (types[i] == WICK_V128) {
            *c->sp++ = types[i];
        }
    }
    return c->sp <= c->peak ? WICK_OK : wk_check_raise(c);
}

/* ---- locals --------------------------------------------------------------------------------------------------- */

/* Reads the declarations as runs. Their sum is what the standard bounds, whatever the limit. */
static wick_err body_read_runs(struct wk_check *c, uint64_t *out_slots) {
    const uint8_t *at = c->r.at;
    uint64_t total = c->func_type->n_params;
    uint32_t n = 0;
    WK_TRY(wk_get_length(&c->r, &n));
    c->n_runs = 0;
    c->has_unset = false;
    *out_slots = 0;
    for (uint32_t i = 0; i < n; i++) {
        const uint8_t *at_run = c->r.at;
        uint32_t count = 0;
        wick_valtype type = 0;
        void *array = c->runs;
        if (at_run >= c->body_end) {
            return wk_reader_fail(&c->r, c->body_end, WICK_ERR_section_end, 1, 0);
        }
        WK_TRY(wk_get_u32(&c->r, &count));
        total += count;
        if (total > UINT32_MAX) {
            return wk_reader_fail(&c->r, at_run, WICK_ERR_too_many_locals, 0, 0);
        }
        WK_TRY(wk_get_valtype(&c->r, &type));
        if (wk_array_reserve(c->alloc, &array, &c->runs_cap, c->n_runs + 1u, sizeof *c->runs) != WICK_OK) {
            return wk_reader_fail_nomem(&c->r);
        }
        c->runs = array;
        c->runs[c->n_runs++] = (struct wk_check_run){(uint32_t)total, type};
        *out_slots += (uint64_t)count * wk_type_slots(type);
        c->has_unset |= count != 0 && !wk_type_is_defaultable(type);
    }
    if (total > WK_LIMIT_VALUE(LOCALS)) {
        return wk_reader_fail_limit(&c->r, at, WK_LIMIT_LOCALS, total);
    }
    c->n_locals = (uint32_t)total;
    return WICK_OK;
}

/* 0 sends a use of the local to the slow path. */
static wick_valtype body_fast_type(wick_valtype type, bool is_param) {
    return type == WICK_V128 || (!is_param && !wk_type_is_defaultable(type)) ? 0 : type;
}

/* Expands as many locals as the body could use by its size, so that expanding is linear in the bytes. */
static wick_err body_expand_locals(struct wk_check *c, uint32_t size) {
    const uint32_t n_params = c->func_type->n_params;
    const uint64_t most = (uint64_t)n_params + size + 64;
    struct wk_check_local *locals;
    void *array = c->locals;
    size_t n;
    uint32_t at = 0;
    c->n_fast = c->n_locals < most ? c->n_locals : (uint32_t)most;
    n = c->n_fast < WK_CHECK_SHORT ? WK_CHECK_SHORT : c->n_fast;
    if (wk_array_reserve(c->alloc, &array, &c->locals_cap, n, sizeof *c->locals) != WICK_OK) {
        return wk_reader_fail_nomem(&c->r);
    }
    c->locals = locals = array;
    for (; at < n_params; at++) {
        locals[at] = (struct wk_check_local){body_fast_type(c->func_type->types[at], true), 0};
    }
    for (uint32_t i = 0; i < c->n_runs && at < c->n_fast; i++) {
        const uint32_t end = c->runs[i].end < c->n_fast ? c->runs[i].end : c->n_fast;
        const struct wk_check_local local = {body_fast_type(c->runs[i].type, false), 0};
        for (; at < end; at++) {
            locals[at] = local;
        }
    }
    for (; at < c->n_typed; at++) { /* the function before left types there */
        locals[at].type = 0;
    }
    c->n_typed = c->n_fast < WK_CHECK_SHORT ? c->n_fast : WK_CHECK_SHORT;
    if (c->has_unset) {
        const size_t words = c->n_locals / 32 + 1;
        array = c->set_bits;
        if (wk_array_reserve(c->alloc, &array, &c->set_bits_cap, words, sizeof *c->set_bits) != WICK_OK) {
            return wk_reader_fail_nomem(&c->r);
        }
        c->set_bits = array;
        memset(c->set_bits, 0, words * sizeof *c->set_bits);
    }
    return WICK_OK;
}

/* The slot of a local among parameters and locals. */
static uint32_t body_slot(const struct wk_check *c, uint32_t local) {
    const struct wk_deftype *type = c->func_type;
    uint32_t slot = 0, begin = type->n_params;
    if (local < begin) {
        for (uint32_t i = 0; i < local; i++) {
            slot += wk_type_slots(type->types[i]);
        }
        return slot;
    }
    slot = type->param_slots;
    for (uint32_t i = 0; i < c->n_runs && begin < local; i++) {
        const uint32_t end = c->runs[i].end < local ? c->runs[i].end : local;
        slot += (end - begin) * wk_type_slots(c->runs[i].type);
        begin = end;
    }
    return slot;
}

/* The two integer locals most used. */
static void body_choose_pins(const struct wk_check *c, struct wk_func_info *func) {
    uint32_t best[2] = {0, 0}, local[2] = {0, 0};
    for (uint32_t i = 0; i < c->n_fast; i++) {
        const uint32_t uses = c->locals[i].uses;
        const wick_valtype type = c->locals[i].type;
        if (uses > best[1] && (type == WICK_I32 || type == WICK_I64)) {
            if (uses > best[0]) {
                best[1] = best[0];
                local[1] = local[0];
                best[0] = uses;
                local[0] = i;
            } else {
                best[1] = uses;
                local[1] = i;
            }
        }
    }
    func->pin[0] = best[0] == 0 ? WK_NO_INDEX : body_slot(c, local[0]);
    func->pin[1] = best[1] == 0 ? WK_NO_INDEX : body_slot(c, local[1]);
}

/* ---- the main loop -------------------------------------------------------------------------------------------- */

/* From where on the main loop leaves the rest to the slow path, so that it never asks for the end of the bytes. */
#define BODY_AHEAD 16u

/* Where a LEB128 ends that is, as a number of 32 bits of either sign, of at most five bytes and not too large; linkers leave
 * many of five. NULL: look closer. */
static inline const uint8_t *body_skip_leb(const uint8_t *p) {
    return WK_LIKELY(p[0] < 0x80) ? p + 1
           : p[1] < 0x80          ? p + 2
           : p[2] < 0x80          ? p + 3
           : p[3] < 0x80          ? p + 4
           : p[4] < 8             ? p + 5
                                  : NULL;
}

/* The number in the bytes from p to end, which are two or more. */
static inline uint32_t body_leb(const uint8_t *p, const uint8_t *end) {
    uint32_t value = (p[0] & 0x7fu) | (p[1] & 0x7fu) << 7;
    for (uint32_t i = 2; i < (uint32_t)(end - p); i++) {
        value |= (p[i] & 0x7fu) << (7 * i);
    }
    return value;
}

/* Reads an index, or goes to the slow path. */
#define BODY_INDEX(out)                    \
    do {                                   \
        if (WK_LIKELY(p[0] < 0x80)) {      \
            (out) = *p++;                  \
        } else {                           \
            next = body_skip_leb(p);       \
            if (WK_UNLIKELY(next == NULL)) { \
                goto any;                  \
            }                              \
            (out) = body_leb(p, next);     \
            p = next;                      \
        }                                  \
    } while (0)

/* The local of the index at p, unless it takes the slow path. */
#define BODY_LOCAL()                                                      \
    do {                                                                  \
        BODY_INDEX(index);                                                \
        if (WK_UNLIKELY(index >= WK_CHECK_SHORT) && index >= c->n_fast) { \
            goto any;                                                     \
        }                                                                 \
        local = &c->locals[index];                                        \
    } while (0)

#define BODY_PUSH(type)                    \
    do {                                   \
        *sp++ = (type);                    \
        if (WK_UNLIKELY(sp > c->peak)) {   \
            c->sp = sp;                    \
            c->instr = at;                 \
            WK_TRY(wk_check_raise(c));     \
            sp = c->sp;                    \
        }                                  \
    } while (0)

/* local.get, whose index is at p. */
#define BODY_LOCAL_GET()                    \
    do {                                    \
        BODY_LOCAL();                       \
        if (WK_UNLIKELY(local->type == 0)) { \
            goto any;                       \
        }                                   \
        local->uses += c->weight;           \
        BODY_PUSH(local->type);             \
    } while (0)

/* A block without parameters and results: its barrier. false: there is no room, or it is the slow path's. */
static inline bool body_enter(struct wk_check *c, wick_valtype *sp, uint8_t op) {
    struct wk_check_frame *frame = &c->frames[c->n_frames];
    uint32_t loops;
    if (WK_UNLIKELY(c->n_frames == c->frames_cap ||
                    (size_t)(c->peak - c->stack) + WK_CHECK_ROOM >= c->stack_cap)) {
        return false;
    }
    loops = frame[-1].loops;
    if (op == (uint8_t)WICK_OP_loop) {
        loops += loops < WK_CHECK_LOOPS;
        c->weight = wk_check_weight(loops);
    }
    *sp = WK_CHECK_EMPTY;
    c->peak++;
    frame->base = (uint32_t)(sp + 1 - c->stack);
    frame->type = 0;
    frame->n_set = c->n_set;
    frame->op = op;
    frame->loops = (uint8_t)loops;
    frame->hint = 0;
    frame->hidden = 0;
    c->n_frames++;
    return true;
}

/* The end of a block that has no result, or one that is not v128, and whose operands are just that. Answers the new
 * top of the stack; NULL: look closer. */
static inline wick_valtype *body_leave(struct wk_check *c, wick_valtype *sp) {
    const struct wk_check_frame *frame = &c->frames[c->n_frames - 1];
    const wick_valtype type = frame->type;
    if (WK_UNLIKELY(c->n_frames == 1 || frame->n_set != c->n_set || frame->hidden != 0)) {
        return NULL;
    }
    if (type == 0) {
        if (WK_UNLIKELY(sp != c->stack + frame->base)) {
            return NULL;
        }
        sp--;
    } else {
        if (WK_UNLIKELY(sp[-1] != type || type == WICK_V128 || frame->op == (uint8_t)WICK_OP_if ||
                        sp != c->stack + frame->base + 1)) {
            return NULL;
        }
        sp[-2] = type;
        sp--;
    }
    c->n_frames--;
    c->peak--;
    c->weight = wk_check_weight(frame[-1].loops);
    return sp;
}

/* The arguments of a call that has at most one result, none of them v128: the top of the stack without them. NULL: look
 * closer. */
static inline wick_valtype *body_arguments(const struct wk_deftype *type, wick_valtype *sp) {
    const uint32_t n = type->n_params;
    if (WK_UNLIKELY(type->n_results > 1 || type->param_slots != n || type->result_slots != type->n_results)) {
        return NULL;
    }
    for (uint32_t i = n; i != 0; i--) { /* the barrier under the operands is no type */
        if (WK_UNLIKELY(*--sp != type->types[i - 1])) {
            return NULL;
        }
    }
    return sp;
}

/* What the main loop does for each signature of op.def: where it goes, the type of the last operand or of both, the type
 * that is pushed, the greatest exponent of an alignment or the bytes of a constant. */
/* clang-format off */
#define BODY_LOG2(width) ((width) == 1 ? 0 : (width) == 2 ? 1 : (width) == 4 ? 2 : 3)
#define BODY_i_i(X, sym, width, feat) X(unary, sym, WICK_I32, WICK_I32, 0, feat)
#define BODY_i_l(X, sym, width, feat) X(unary, sym, WICK_I32, WICK_I64, 0, feat)
#define BODY_i_f(X, sym, width, feat) X(unary, sym, WICK_I32, WICK_F32, 0, feat)
#define BODY_i_d(X, sym, width, feat) X(unary, sym, WICK_I32, WICK_F64, 0, feat)
#define BODY_l_i(X, sym, width, feat) X(unary, sym, WICK_I64, WICK_I32, 0, feat)
#define BODY_l_l(X, sym, width, feat) X(unary, sym, WICK_I64, WICK_I64, 0, feat)
#define BODY_l_f(X, sym, width, feat) X(unary, sym, WICK_I64, WICK_F32, 0, feat)
#define BODY_l_d(X, sym, width, feat) X(unary, sym, WICK_I64, WICK_F64, 0, feat)
#define BODY_f_i(X, sym, width, feat) X(unary, sym, WICK_F32, WICK_I32, 0, feat)
#define BODY_f_l(X, sym, width, feat) X(unary, sym, WICK_F32, WICK_I64, 0, feat)
#define BODY_f_f(X, sym, width, feat) X(unary, sym, WICK_F32, WICK_F32, 0, feat)
#define BODY_f_d(X, sym, width, feat) X(unary, sym, WICK_F32, WICK_F64, 0, feat)
#define BODY_d_i(X, sym, width, feat) X(unary, sym, WICK_F64, WICK_I32, 0, feat)
#define BODY_d_l(X, sym, width, feat) X(unary, sym, WICK_F64, WICK_I64, 0, feat)
#define BODY_d_f(X, sym, width, feat) X(unary, sym, WICK_F64, WICK_F32, 0, feat)
#define BODY_d_d(X, sym, width, feat) X(unary, sym, WICK_F64, WICK_F64, 0, feat)
#define BODY_ii_i(X, sym, width, feat) X(binary, sym, WICK_I32, WICK_I32, 0, feat)
#define BODY_ll_l(X, sym, width, feat) X(binary, sym, WICK_I64, WICK_I64, 0, feat)
#define BODY_ll_i(X, sym, width, feat) X(binary, sym, WICK_I64, WICK_I32, 0, feat)
#define BODY_ff_f(X, sym, width, feat) X(binary, sym, WICK_F32, WICK_F32, 0, feat)
#define BODY_ff_i(X, sym, width, feat) X(binary, sym, WICK_F32, WICK_I32, 0, feat)
#define BODY_dd_d(X, sym, width, feat) X(binary, sym, WICK_F64, WICK_F64, 0, feat)
#define BODY_dd_i(X, sym, width, feat) X(binary, sym, WICK_F64, WICK_I32, 0, feat)
#define BODY_a_i(X, sym, width, feat) X(load, sym, WICK_I32, WICK_I32, BODY_LOG2(width), feat)
#define BODY_a_l(X, sym, width, feat) X(load, sym, WICK_I32, WICK_I64, BODY_LOG2(width), feat)
#define BODY_a_f(X, sym, width, feat) X(load, sym, WICK_I32, WICK_F32, BODY_LOG2(width), feat)
#define BODY_a_d(X, sym, width, feat) X(load, sym, WICK_I32, WICK_F64, BODY_LOG2(width), feat)
#define BODY_ai_(X, sym, width, feat) X(store, sym, WICK_I32, 0, BODY_LOG2(width), feat)
#define BODY_al_(X, sym, width, feat) X(store, sym, WICK_I64, 0, BODY_LOG2(width), feat)
#define BODY_af_(X, sym, width, feat) X(store, sym, WICK_F32, 0, BODY_LOG2(width), feat)
#define BODY_ad_(X, sym, width, feat) X(store, sym, WICK_F64, 0, BODY_LOG2(width), feat)
#define BODY__i(X, sym, width, feat) X(leb, sym, 0, WICK_I32, 0, feat)
#define BODY__l(X, sym, width, feat) X(leb, sym, 0, WICK_I64, 0, feat)
#define BODY__f(X, sym, width, feat) X(bytes, sym, 0, WICK_F32, 4, feat)
#define BODY__d(X, sym, width, feat) X(bytes, sym, 0, WICK_F64, 8, feat)
#define BODY_X(X, sym, width, feat)
#define BODY__(X, sym, width, feat)
#define BODY__a(X, sym, width, feat)
#define BODY_a_a(X, sym, width, feat)

static const struct body_row {
    uint8_t in, out, width, reserved;
} body_rows[256] = {
#define BODY_ROW(way, sym, in, out, width, feat) [WK_CODE_##sym] = {in, out, width, 0},
#define OP(sym, code, text, imm, sig, width, feat, flags) BODY_##sig(BODY_ROW, sym, width, feat)
#define OP_FB(sym, code, text, imm, sig, width, feat, flags)
#define OP_FC OP_FB
#define OP_FD OP_FB
#define OP_FE OP_FB
#include "def/op.def"
};
/* clang-format on */
#define BODY_GO(way, sym, in, out, width, feat)                                                           \
    case WK_CODE_##sym:                                                                                   \
        if (WICK_FEATURE_##feat != WICK_FEATURE_MVP && !wk_reader_has(&c->r, WICK_FEATURE_##feat)) { \
            goto any;                                                                                     \
        }                                                                                                 \
        goto way;

static wick_err body_walk(struct wk_check *c) {
    const uint8_t *p = c->r.at;
    const uint8_t *const body_end = c->body_end;
    const uint8_t *limit = body_end;
    wick_valtype *sp = c->sp;
    if (WK_UNLIKELY(c->r.end - body_end < (ptrdiff_t)BODY_AHEAD)) {
        limit = c->r.end - p < (ptrdiff_t)BODY_AHEAD ? p : c->r.end - BODY_AHEAD;
    }
    for (;;) {
        const uint8_t *at = p;
        const struct wk_deftype *callee;
        const struct body_row *row;
        struct wk_check_local *local;
        const uint8_t *next;
        wick_valtype *top;
        uint32_t index;
        if (WK_UNLIKELY(p >= limit)) {
            if (p >= body_end) {
                return wk_reader_fail_overrun(&c->r, p, body_end);
            }
            goto any;
        }
        row = &body_rows[*p];
        switch (*p++) {
        case WK_CODE_local_get:
            BODY_LOCAL_GET();
            if (p >= limit) {
                continue;
            }
            at = p; /* what follows half of the time: comparing is foreseen better than jumping to where the byte says */
            if (*p == WK_CODE_i32_const) {
                row = &body_rows[*p++];
                goto leb;
            }
            if (*p == WK_CODE_local_get) {
                p++;
                BODY_LOCAL_GET();
            }
            continue;
        case WK_CODE_local_set:
            BODY_LOCAL();
            if (WK_UNLIKELY(sp[-1] != local->type)) {
                goto any;
            }
            local->uses += c->weight;
            sp--;
            continue;
        case WK_CODE_local_tee:
            BODY_LOCAL();
            if (WK_UNLIKELY(sp[-1] != local->type)) {
                goto any;
            }
            local->uses += c->weight;
            continue;
/* clang-format off */
#define OP(sym, code, text, imm, sig, width, feat, flags) BODY_##sig(BODY_GO, sym, width, feat)
#define OP_FB(sym, code, text, imm, sig, width, feat, flags)
#define OP_FC OP_FB
#define OP_FD OP_FB
#define OP_FE OP_FB
#include "def/op.def"
/* clang-format on */
        case WK_CODE_drop:
            if (WK_UNLIKELY(WICK_TYPE_KIND(sp[-1]) == 15u || sp[-1] == WICK_V128)) {
                goto any;
            }
            sp--;
            continue;
        case WK_CODE_global_get:
            BODY_INDEX(index);
            if (WK_UNLIKELY(index >= c->m->n_globals || c->m->globals[index].type == WICK_V128)) {
                goto any;
            }
            BODY_PUSH(c->m->globals[index].type);
            continue;
        case WK_CODE_global_set:
            BODY_INDEX(index);
            if (WK_UNLIKELY(index >= c->m->n_globals || !c->m->globals[index].is_mutable ||
                            c->m->globals[index].type != sp[-1] || sp[-1] == WICK_V128)) {
                goto any;
            }
            sp--;
            continue;
        case WK_CODE_block:
            if (WK_UNLIKELY(*p != 0x40 || !body_enter(c, sp, (uint8_t)WICK_OP_block))) {
                goto any;
            }
            p++;
            sp++;
            continue;
        case WK_CODE_loop:
            if (WK_UNLIKELY(*p != 0x40 || !body_enter(c, sp, (uint8_t)WICK_OP_loop))) {
                goto any;
            }
            p++;
            sp++;
            continue;
        case WK_CODE_if: /* the barrier takes the place of the condition */
            if (WK_UNLIKELY(*p != 0x40 || sp[-1] != WICK_I32 || c->has_hints ||
                            !body_enter(c, sp - 1, (uint8_t)WICK_OP_if))) {
                goto any;
            }
            p++;
            continue;
        case WK_CODE_end:
            top = body_leave(c, sp);
            if (WK_UNLIKELY(top == NULL)) {
                goto any;
            }
            sp = top;
            continue;
        case WK_CODE_br:
        case WK_CODE_br_if:
            BODY_INDEX(index);
            if (WK_UNLIKELY(index >= c->n_frames || c->frames[c->n_frames - 1 - index].type != 0)) {
                goto any;
            }
            if (at[0] == WK_CODE_br_if) {
                if (WK_UNLIKELY(sp[-1] != WICK_I32 || c->has_hints)) {
                    goto any;
                }
                sp--;
                continue;
            }
            sp = c->stack + c->frames[c->n_frames - 1].base;
            sp[-1] = WK_CHECK_POLY;
            continue;
        case WK_CODE_call:
            BODY_INDEX(index);
            if (WK_UNLIKELY(index >= c->m->n_funcs)) {
                goto any;
            }
            callee = wk_type_get(c->types, c->m->func_types[index]);
            top = body_arguments(callee, sp);
            if (WK_UNLIKELY(top == NULL)) {
                goto any;
            }
            sp = top;
            if (callee->n_results != 0) {
                BODY_PUSH(callee->types[callee->n_params]);
            }
            continue;
        case WK_CODE_select: /* of numbers */
            if (WK_UNLIKELY(sp[-1] != WICK_I32 || sp[-2] != sp[-3] || sp[-2] - WICK_I32 > WICK_F64 - WICK_I32)) {
                goto any;
            }
            sp -= 2;
            continue;
        default:
            goto any;
        }
    unary:
        if (WK_UNLIKELY(sp[-1] != row->in)) {
            goto any;
        }
        sp[-1] = row->out;
        continue;
    binary:
        if (WK_UNLIKELY(sp[-1] != row->in || sp[-2] != row->in)) {
            goto any;
        }
        sp--;
        sp[-1] = row->out;
        continue;
    load:
        next = body_skip_leb(p + 1);
        if (WK_UNLIKELY(*p > row->width || sp[-1] != row->in || next == NULL || !c->is_memory32)) {
            goto any;
        }
        p = next;
        sp[-1] = row->out;
        continue;
    store:
        next = body_skip_leb(p + 1);
        if (WK_UNLIKELY(*p > row->width || sp[-1] != row->in || sp[-2] != WICK_I32 || next == NULL || !c->is_memory32)) {
            goto any;
        }
        p = next;
        sp -= 2;
        continue;
    leb:
        p = body_skip_leb(p);
        if (WK_UNLIKELY(p == NULL)) {
            goto any;
        }
        BODY_PUSH(row->out);
        continue;
    bytes:
        p += row->width;
        BODY_PUSH(row->out);
        continue;
    any:
        c->sp = sp;
        c->r.at = at + 1;
        WK_TRY(wk_check_instr(c, at));
        sp = c->sp;
        p = c->r.at;
        if (c->n_frames == 0) {
            return WICK_OK;
        }
    }
}

#undef BODY_LOCAL_GET
#undef BODY_LOCAL
#undef BODY_INDEX
#undef BODY_PUSH

static wick_err body_check(struct wk_check *c, uint32_t index) {
    struct wk_func_info *func = &c->m->funcs[index];
    uint64_t slots = 0;
    uint32_t type;
    c->func_type = wk_type_get(c->types, c->m->func_types[index]);
    c->r.func = index;
    c->r.body = func->off;
    c->r.at = c->r.start + func->off;
    c->body_end = c->r.at + func->size;
    WK_TRY(body_read_runs(c, &slots));
    WK_TRY(body_expand_locals(c, func->size));
    func->local_slots = (uint32_t)slots;
    func->code_at = wk_reader_offset(&c->r, c->r.at);
    c->n_set = 0;
    c->n_frames = 0;
    c->max_height = 0;
    c->sp = c->stack + WK_CHECK_PAD;
    c->peak = c->sp;
    /* The body is a block with the function's results; the usual one result needs no look at the type. */
    type = c->func_type->n_results == 0 ? 0 : WK_CHECK_DEFTYPE(c->m->func_types[index]);
    if (c->func_type->n_results == 1) {
        type = c->func_type->types[c->func_type->n_params];
    }
    c->hint_at = NULL;
    if (WK_UNLIKELY(wk_hints_func(&c->hints, index))) {
        wk_check_next_hint(c);
    }
    WK_TRY(wk_check_enter(c, WICK_OP_block, type));
    WK_TRY(body_walk(c));
    if (c->r.at != c->body_end) {
        const uint8_t *at = c->r.at < c->body_end ? c->r.at : c->body_end;
        return wk_reader_fail(&c->r, at, WICK_ERR_section_size, wk_reader_offset(&c->r, c->body_end),
                              wk_reader_offset(&c->r, c->r.at));
    }
    func->max_height = c->max_height;
    body_choose_pins(c, func);
    return WICK_OK;
}

#define BODY_PROGRESS_STEP 0x100000u /* bytes between two calls */

static void body_reader(struct wk_reader *r, const struct wick_module *module, wick_diag *diag) {
    r->module = module;
    r->start = module->bytes;
    r->end = module->bytes + module->size;
    r->diag = diag;
    r->section = WK_SECTION_code;
    r->op = UINT16_MAX;
    r->features = module->engine->features;
    r->types = module->types;
    r->n_known = module->n_types;
    r->n_types = module->n_types;
}

static void body_free(struct wk_check *c) {
    wk_free(c->alloc, c->stack, c->stack_cap * sizeof *c->stack);
    wk_free(c->alloc, c->frames, c->frames_cap * sizeof *c->frames);
    wk_free(c->alloc, c->locals, c->locals_cap * sizeof *c->locals);
    wk_free(c->alloc, c->runs, c->runs_cap * sizeof *c->runs);
    wk_free(c->alloc, c->set_bits, c->set_bits_cap * sizeof *c->set_bits);
    wk_free(c->alloc, c->set_list, c->set_list_cap * sizeof *c->set_list);
    wk_free(c->alloc, c, sizeof *c);
}

/* What a thread needs for any number of bodies; NULL: no memory, as `diag` says. */
static struct wk_check *body_begin(struct wick_module *module, wick_diag *diag) {
    struct wk_check *c = wk_zalloc(&module->engine->alloc, sizeof *c);
    if (c == NULL) {
        (void)wk_fail_nomem(diag, sizeof *c);
        return NULL;
    }
    c->m = module;
    c->types = &module->engine->types;
    c->alloc = &module->engine->alloc;
    body_reader(&c->r, module, diag);
    if (wk_check_reserve(c, 1024) != WICK_OK) {
        body_free(c);
        return NULL;
    }
    c->n_typed = WK_CHECK_SHORT; /* none is known not to have one */
    wk_hints_begin(&c->hints, module);
    c->is_memory32 = module->n_memories != 0 && !module->memories[0].limits.is64;
    c->has_hints = c->hints.func != WK_NO_INDEX;
    return c;
}

struct body_walk {
    struct wk_parts parts; /* first */
    uint32_t told;         /* part 0's: the offset from which on progress is to be reported again */
};

/* Part 0 has the caller's thread, so it is the one that tells how far it is. */
static void body_tell(struct body_walk *walk, uint32_t func) {
    const struct wick_module *m = walk->parts.module;
    const uint32_t off = m->funcs[func].off;
    if (m->engine->progress != NULL && off >= walk->told) {
        m->engine->progress(m->engine->progress_user, off, m->size);
        walk->told = off + BODY_PROGRESS_STEP;
    }
}

static void body_part(void *arg, uint32_t part) {
    struct body_walk *walk = arg;
    struct wk_check *c = NULL;
    wick_diag diag;
    uint32_t i = 0, end = 0;
    wick_diag_init(&diag);
    while (wk_parts_take(&walk->parts, &i, &end)) {
        if (part == 0) {
            body_tell(walk, i);
        }
        if (c == NULL) {
            c = body_begin(walk->parts.module, &diag);
            if (c == NULL) {
                wk_parts_fail(&walk->parts, i, WICK_ERR_nomem, &diag);
                return;
            }
        }
        for (; i < end && wk_parts_wants(&walk->parts, i); i++) {
            const wick_err err = body_check(c, i);
            if (err != WICK_OK) {
                wk_parts_fail(&walk->parts, i, err, &diag);
            }
        }
    }
    if (c != NULL) {
        body_free(c);
    }
}

/* An invalid module may be malformed too, in the function that failed or further on; then that is what it is. */
static WK_COLD wick_err body_settle(const struct wk_parts *parts, wick_diag *diag) {
    const struct wick_module *m = parts->module;
    struct wk_reader r;
    wick_err err = parts->err;
    wick_diag other;
    *diag = parts->diag;
    memset(&r, 0, sizeof r);
    body_reader(&r, m, &other);
    for (uint32_t i = parts->failed; i < m->n_funcs && wick_err_get_class(err) == WICK_CLASS_INVALID; i++) {
        wick_err malformed;
        wick_diag_init(&other);
        malformed = wk_skim_body(&r, i);
        if (malformed != WICK_OK && wick_err_get_class(malformed) == WICK_CLASS_MALFORMED) {
            err = malformed;
            *diag = other;
        }
    }
    return err;
}

wick_err wk_validate_bodies(struct wick_module *module, wick_diag *diag) {
    const struct wick_engine *engine = module->engine;
    struct body_walk walk;
    walk.told = 0;
    if (wk_parts_run(&walk.parts, module, body_part) != WICK_OK) {
        return body_settle(&walk.parts, diag);
    }
    if (engine->progress != NULL) {
        engine->progress(engine->progress_user, module->size, module->size);
    }
    return WICK_OK;
}

#undef BODY_PROGRESS_STEP

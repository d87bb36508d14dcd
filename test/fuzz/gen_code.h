/* gen_code.h - the generator's instructions: operands, control, calls, statements. Only gen.c includes it. */
#ifndef WICK_TEST_GEN_CODE_H
#define WICK_TEST_GEN_CODE_H

#include "gen_type.h"

/* ---- operands ---------------------------------------------------------------------------------------------- */

static struct gen_frame *gen_top(struct gen *g) {
    return &g->frames[g->n_frames - 1];
}

static void gen_push(struct gen *g, gen_type t) {
    g->stack[g->height++] = t;
}

static void gen_pop(struct gen *g, uint32_t n) {
    uint32_t base = gen_top(g)->base;
    g->height = g->height >= base + n ? g->height - n : base;
}

static void gen_push_all(struct gen *g, const gen_type *t, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        gen_push(g, t[i]);
    }
}

/* Nothing after this is reached. */
static void gen_die(struct gen *g) {
    gen_top(g)->is_dead = true;
    g->height = gen_top(g)->base;
}

static uint32_t gen_room(const struct gen *g) {
    return g->height < STACK_ROOM ? STACK_ROOM - g->height : 0;
}

/* Operands that may be taken. */
static uint32_t gen_there(struct gen *g) {
    uint32_t base = gen_top(g)->base;
    return g->height - (g->floor > base ? g->floor : base);
}

static void gen_value(struct gen *g, gen_type t, int depth);

/* Makes the top operands fit the n types: takes what is there as far as it fits, makes the rest. */
static void gen_need(struct gen *g, const gen_type *t, uint32_t n, int depth) {
    uint32_t there = gen_there(g);
    if (gen_top(g)->is_dead && there == g->height - gen_top(g)->base && there <= n && gen_chance(g, 128) &&
        gen_all_fit(g, g->stack + g->height - there, t + (n - there), there)) {
        return; /* unreachable code takes the others from nowhere */
    }
    uint32_t k = there < n ? there : n;
    if (gen_chance(g, 64)) {
        k = 0;
    }
    while (k > 0 && !gen_all_fit(g, g->stack + g->height - k, t, k)) {
        k--;
    }
    for (uint32_t i = k; i < n; i++) {
        gen_value(g, t[i], depth);
    }
}

static uint64_t gen_u64(struct gen *g, uint32_t n_bytes) {
    uint64_t v = 0;
    for (uint32_t i = 0; i < n_bytes; i++) {
        v = v << 8 | gen_byte(g);
    }
    return v;
}

static int64_t gen_int(struct gen *g, bool is64) {
    static const int64_t edges[] = {0, 1, -1, 2, 3, 4, 7, 8, 31, 32, 33, 63, 64, 127, 128, 255, 256, -128, 32767, 65535,
                                    65536, -32768, 1000, INT32_MAX, INT32_MIN, INT32_MAX - 1, INT32_MIN + 1};
    static const int64_t edges64[] = {INT64_MAX, INT64_MIN, INT64_MIN + 1, NONE, INT64_C(1) << 32,
                                      INT64_C(0x7ffffffffffff000), (INT64_C(1) << 53) + 1, -(INT64_C(1) << 32)};
    uint32_t kind = gen_pick(g, 8);
    if (kind < 3) {
        return (int8_t)gen_byte(g);
    }
    if (kind < 6) {
        return edges[gen_pick(g, sizeof edges / sizeof *edges)];
    }
    if (is64) {
        return kind == 6 ? edges64[gen_pick(g, sizeof edges64 / sizeof *edges64)] : (int64_t)gen_u64(g, 8);
    }
    return (int32_t)gen_u64(g, 4);
}

static uint64_t gen_float(struct gen *g, bool is64) {
    static const uint32_t edges[] = {0, 0x3f800000, 0xbf800000, 0x40000000, 0x80000000, 0x7f800000, 0xff800000,
                                     0x7fc00000, 0xffc00000, 0x7f800001, 0x7fe12345, 1, 0x007fffff, 0x00800000,
                                     0x7f7fffff, 0x4f000000, 0xcf000000, 0x4f800000, 0x5f000000, 0x3f000000,
                                     0x3effffff, 0x40490fdb, 0x4b000001, 0x4effffff, 0x42c80000, 0x41200000};
    static const uint64_t edges64[] = {
        0, UINT64_C(0x3ff0000000000000), UINT64_C(0xbff0000000000000), UINT64_C(0x4000000000000000),
        UINT64_C(0x8000000000000000), UINT64_C(0x7ff0000000000000), UINT64_C(0xfff0000000000000),
        UINT64_C(0x7ff8000000000000), UINT64_C(0xfff8000000000000), UINT64_C(0x7ff0000000000001),
        UINT64_C(0x7ffabcdef0123456), 1, UINT64_C(0x000fffffffffffff), UINT64_C(0x0010000000000000),
        UINT64_C(0x7fefffffffffffff), UINT64_C(0x41dfffffffc00000), UINT64_C(0xc1e0000000000000),
        UINT64_C(0x41efffffffe00000), UINT64_C(0x43e0000000000000), UINT64_C(0x3fe0000000000000),
        UINT64_C(0x3fdfffffffffffff), UINT64_C(0x400921fb54442d18), UINT64_C(0x4330000000000001),
        UINT64_C(0x36a0000000000000), UINT64_C(0x4059000000000000), UINT64_C(0x47efffffefffffff)};
    uint32_t kind = gen_pick(g, 4);
    if (kind < 2) {
        return is64 ? edges64[gen_pick(g, sizeof edges64 / sizeof *edges64)]
                    : edges[gen_pick(g, sizeof edges / sizeof *edges)];
    }
    if (kind == 2) { /* a small whole number or fraction */
        return is64 ? UINT64_C(0x4010000000000000) + (gen_u64(g, 2) << 44)
                    : UINT64_C(0x40800000) + (gen_u64(g, 2) << 12);
    }
    return gen_u64(g, is64 ? 8 : 4);
}

static void gen_i32(struct gen *g, int32_t v) {
    gen_op(g, WICK_OP_i32_const);
    gen_put_s64(&g->body, v);
    gen_push(g, T_I32);
}

static void gen_i64(struct gen *g, int64_t v) {
    gen_op(g, WICK_OP_i64_const);
    gen_put_s64(&g->body, v);
    gen_push(g, T_I64);
}

static void gen_address_const(struct gen *g, bool is64, int64_t v) {
    if (is64) {
        gen_i64(g, v);
    } else {
        gen_i32(g, (int32_t)v);
    }
}

static void gen_const_ref(struct gen *g, gen_type t, int depth);

static void gen_v128(struct gen *g) {
    uint32_t kind = gen_pick(g, 4);
    gen_op(g, WICK_OP_v128_const);
    if (kind == 0) { /* lanes alike */
        uint64_t lane = gen_u64(g, 1) * UINT64_C(0x0101010101010101);
        gen_put_le(&g->body, lane, 8);
        gen_put_le(&g->body, lane, 8);
    } else if (kind == 1) {
        for (uint32_t i = 0; i < 4; i++) {
            gen_put_le(&g->body, gen_float(g, false), 4);
        }
    } else if (kind == 2) {
        for (uint32_t i = 0; i < 4; i++) {
            gen_put_le(&g->body, (uint32_t)gen_int(g, false), 4);
        }
    } else {
        gen_put_le(&g->body, gen_u64(g, 8), 8);
        gen_put_le(&g->body, gen_float(g, true), 8);
    }
    gen_push(g, T_V128);
}

static void gen_const(struct gen *g, gen_type t) {
    switch (t) {
    case T_ANY:
    case T_I8:
    case T_I16:
    case T_I32: gen_i32(g, (int32_t)gen_int(g, false)); break;
    case T_I64: gen_i64(g, gen_int(g, true)); break;
    case T_F32:
        gen_op(g, WICK_OP_f32_const);
        gen_put_le(&g->body, gen_float(g, false), 4);
        gen_push(g, t);
        break;
    case T_F64:
        gen_op(g, WICK_OP_f64_const);
        gen_put_le(&g->body, gen_float(g, true), 8);
        gen_push(g, t);
        break;
    case T_V128: gen_v128(g); break;
    default: gen_const_ref(g, t, 2); break;
    }
}

/* A local whose type fits; NONE: none. Counters and temporaries are never written. */
static uint32_t gen_find_local(struct gen *g, gen_type t, bool for_write) {
    if (g->n_locals == 0) {
        return NONE;
    }
    uint32_t first = gen_pick(g, g->n_locals);
    for (uint32_t i = 0; i < g->n_locals; i++) {
        uint32_t l = (first + i) % g->n_locals;
        bool fits = for_write ? gen_fits(g, t, g->local_type[l]) && g->local_role[l] < LOCAL_COUNTER
                              : gen_fits(g, g->local_type[l], t) && g->is_set[l];
        if (fits && g->local_role[l] != LOCAL_TEMP) {
            return l;
        }
    }
    return NONE;
}

static uint32_t gen_find_role(struct gen *g, uint8_t role) {
    uint32_t first = gen_pick(g, g->n_locals);
    for (uint32_t i = 0; i < g->n_locals; i++) {
        uint32_t l = (first + i) % g->n_locals;
        if (g->local_role[l] == role) {
            return l;
        }
    }
    return NONE;
}

static uint32_t gen_find_global(struct gen *g, gen_type t, bool for_write) {
    if (g->n_globals == 0) {
        return NONE;
    }
    uint32_t first = gen_pick(g, g->n_globals);
    for (uint32_t i = 0; i < g->n_globals; i++) {
        uint32_t x = (first + i) % g->n_globals;
        if (for_write ? gen_fits(g, t, g->global_type[x]) && g->global_mut[x] && x != g->fuel_global
                      : gen_fits(g, g->global_type[x], t)) {
            return x;
        }
    }
    return NONE;
}

static void gen_get(struct gen *g, uint32_t local) {
    gen_op_local(g, WICK_OP_local_get, local);
    gen_push(g, g->local_type[local]);
}

/* Stores the top operand, which fits. Pointers stay within the first half page. */
static void gen_set(struct gen *g, uint32_t local, bool is_tee) {
    if (g->local_role[local] == LOCAL_POINTER) {
        if (g->local_type[local] == T_I64) {
            gen_op(g, WICK_OP_i64_const);
            gen_put_s64(&g->body, 0x7fff);
            gen_op(g, WICK_OP_i64_and);
        } else {
            gen_op(g, WICK_OP_i32_const);
            gen_put_s64(&g->body, 0x7fff);
            gen_op(g, WICK_OP_i32_and);
        }
    }
    gen_op_local(g, is_tee ? WICK_OP_local_tee : WICK_OP_local_set, local);
    if (!g->is_set[local]) {
        g->is_set[local] = true;
        g->inits[g->n_inits++] = (uint16_t)local;
    }
    gen_pop(g, 1);
    if (is_tee) {
        gen_push(g, g->local_type[local]);
    }
}

static void gen_leaf(struct gen *g, gen_type t) {
    uint32_t kind = gen_pick(g, 16);
    uint32_t x = kind < 9 ? gen_find_local(g, t, false) : kind < 11 ? gen_find_global(g, t, false) : NONE;
    if (x == NONE) {
        gen_const(g, t);
    } else if (kind < 9) {
        gen_get(g, x);
    } else {
        gen_op_index(g, WICK_OP_global_get, x);
        gen_push(g, g->global_type[x]);
    }
}

/* An address for `width` bytes; mostly inside the memory. Answers the offset to use. */
static uint64_t gen_address(struct gen *g, bool is64, int depth) {
    gen_type t = is64 ? T_I64 : T_I32;
    uint32_t kind = gen_byte(g);
    uint32_t p = NONE;
    if (kind < 140) {
        uint32_t first = gen_pick(g, g->n_locals);
        for (uint32_t i = 0; i < g->n_locals && p == NONE; i++) {
            uint32_t l = (first + i) % g->n_locals;
            if (g->local_role[l] == LOCAL_POINTER && g->local_type[l] == t) {
                p = l;
            }
        }
    }
    if (p != NONE) {
        gen_get(g, p);
        if (kind >= 50) { /* local + constant: folded into the access */
            gen_address_const(g, is64, gen_chance(g, 16) ? gen_int(g, is64) : (int64_t)gen_pick(g, 64) * 4);
            gen_op(g, is64 ? WICK_OP_i64_add : WICK_OP_i32_add);
            gen_pop(g, 2);
            gen_push(g, t);
        } else if (kind >= 30) { /* base + index * scale */
            gen_value(g, t, 0);
            gen_address_const(g, is64, 0x1fff);
            gen_op(g, is64 ? WICK_OP_i64_and : WICK_OP_i32_and);
            gen_pop(g, 1);
            gen_address_const(g, is64, gen_pick(g, 3));
            gen_op(g, is64 ? WICK_OP_i64_shl : WICK_OP_i32_shl);
            gen_op(g, is64 ? WICK_OP_i64_add : WICK_OP_i32_add);
            gen_pop(g, 3);
            gen_push(g, t);
        }
    } else if (kind < 225) {
        gen_value(g, t, depth - 1);
        gen_address_const(g, is64, gen_chance(g, 128) ? 0xfff : 0x7fff);
        gen_op(g, is64 ? WICK_OP_i64_and : WICK_OP_i32_and);
        gen_pop(g, 1);
    } else if (kind < 252) {
        gen_address_const(g, is64, (int64_t)gen_u64(g, 2) & 0x7fff);
    } else {
        gen_value(g, t, depth - 1);
    }
    uint32_t far = gen_byte(g);
    if (far < 120) {
        return 0;
    }
    if (far < 250) {
        return far < 200 ? gen_pick(g, 128) : gen_u64(g, 2) & 0x7ff8;
    }
    return far < 253 ? 65528 + gen_pick(g, 16) : is64 && far == 255 ? gen_u64(g, 8) : gen_u64(g, 4);
}

static void gen_memarg(struct gen *g, const struct wk_op_info *info, uint32_t memory, uint64_t offset) {
    uint32_t natural = 0;
    while ((1u << natural) < info->width) {
        natural++;
    }
    uint32_t align = info->flags & WK_OP_ATOMIC ? natural : natural - gen_pick(g, natural + 1);
    if (memory != 0 || gen_chance(g, 8)) {
        gen_put_u64(&g->body, align | 64);
        gen_index(g, memory);
    } else {
        gen_put_u64(&g->body, align);
    }
    gen_put_u64(&g->body, offset);
}

static gen_type gen_letter(char letter, bool is64) {
    switch (letter) {
    case 'i': return T_I32;
    case 'l': return T_I64;
    case 'f': return T_F32;
    case 'd': return T_F64;
    case 's': return T_V128;
    default: return is64 ? T_I64 : T_I32;
    }
}

/* NaNs differ between engines: whatever arithmetic gave becomes the one NaN. */
static void gen_canon(struct gen *g, gen_type t) {
    uint32_t temp = g->temp_local[t];
    gen_op_local(g, WICK_OP_local_tee, temp);
    gen_op(g, t == T_F32 ? WICK_OP_f32_const : WICK_OP_f64_const);
    gen_put_le(&g->body, t == T_F32 ? 0x7fc00000 : UINT64_C(0x7ff8000000000000), t == T_F32 ? 4 : 8);
    gen_op_local(g, WICK_OP_local_get, temp);
    gen_op_local(g, WICK_OP_local_get, temp);
    gen_op(g, t == T_F32 ? WICK_OP_f32_eq : WICK_OP_f64_eq);
    gen_op(g, WICK_OP_select);
}

/* The same for lanes, where the instruction computes: 0 for others. */
static uint32_t gen_float_lanes(enum wick_op op) {
    static const char *const computing[] = {"ceil", "floor", "trunc", "nearest", "sqrt", "add", "sub", "mul", "div",
                                            "min", "max", "demote_f64x2_zero", "promote_low_f32x4"};
    const char *text = wk_op_text(op);
    bool is32 = strncmp(text, "f32x4.", 6) == 0;
    for (uint32_t i = 0; i < sizeof computing / sizeof *computing; i++) {
        if ((is32 || strncmp(text, "f64x2.", 6) == 0) && strcmp(text + 6, computing[i]) == 0) {
            return is32 ? 32 : 64;
        }
    }
    return 0;
}

static void gen_canon_lanes(struct gen *g, uint32_t bits) {
    uint32_t temp = g->temp_local[T_V128];
    gen_op_local(g, WICK_OP_local_tee, temp);
    gen_op(g, WICK_OP_v128_const);
    for (uint32_t i = 0; i < 2; i++) {
        gen_put_le(&g->body, bits == 32 ? UINT64_C(0x7fc000007fc00000) : UINT64_C(0x7ff8000000000000), 8);
    }
    gen_op_local(g, WICK_OP_local_get, temp);
    gen_op_local(g, WICK_OP_local_get, temp);
    gen_op(g, bits == 32 ? WICK_OP_f32x4_eq : WICK_OP_f64x2_eq);
    gen_op(g, WICK_OP_v128_bitselect);
}

/* Is the instruction of the kind that this module is made of? */
static bool gen_may_use(const struct gen *g, const struct gen_row *row) {
    const struct wk_op_info *info = wk_op_info((enum wick_op)row->op);
    if (info->prefix == 0xfe) {
        return g->has_atomics;
    }
    if (g->options.is_portable && (!(wick_features_30() >> info->feature & 1) ||
                                   (WICK_FEATURE_RELAXED_SIMD >> info->feature & 1))) {
        return false;
    }
    return info->prefix != 0xfd || g->has_simd;
}

/* Keeps the address on top aligned: atomic instructions trap otherwise. */
static void gen_align_address(struct gen *g, bool is64, uint32_t width) {
    gen_address_const(g, is64, -(int64_t)width);
    gen_op(g, is64 ? WICK_OP_i64_and : WICK_OP_i32_and);
    gen_pop(g, 1);
}

/* One instruction of a row, with its operands. */
static void gen_row_op(struct gen *g, const struct gen_row *row, int depth) {
    const struct wk_op_info *info = wk_op_info((enum wick_op)row->op);
    uint32_t memory = 0, index = 0;
    uint64_t offset = 0;
    bool is64 = false;
    if (!gen_may_use(g, row)) {
        return;
    }
    switch (info->imm) {
    case WK_IMM_MEMARG:
    case WK_IMM_MEMARG_LANE:
    case WK_IMM_MEM:
        if (g->n_memories == 0) {
            return;
        }
        memory = gen_chance(g, 80) ? g->n_memories - 1 : 0;
        is64 = g->memory64[memory];
        index = memory;
        break;
    case WK_IMM_TABLE:
        if (g->n_tables == 0) {
            return;
        }
        index = gen_pick(g, g->n_tables);
        is64 = g->table64[index];
        break;
    case WK_IMM_DATA:
        if (g->n_datas == 0) {
            return;
        }
        index = gen_pick(g, g->n_datas);
        break;
    case WK_IMM_ELEM:
        if (g->n_elems == 0) {
            return;
        }
        index = gen_pick(g, g->n_elems);
        break;
    default:
        break;
    }
    gen_type in[4];
    for (uint32_t i = 0; i < row->n_in; i++) {
        in[i] = gen_letter(row->in[i], is64);
    }
    bool divides = row->n_in == 2 && (info->flags & WK_OP_TRAPS) && !(info->flags & (WK_OP_LOAD | WK_OP_STORE)) &&
                   (in[1] == T_I32 || in[1] == T_I64);
    bool seldom_zero = false;
    bool waits = row->op == WICK_OP_memory_atomic_wait32 || row->op == WICK_OP_memory_atomic_wait64;
    if (waits && !g->is_shared[memory] && !gen_chance(g, 8)) {
        return; /* a trap */
    }
    if (row->n_in > 0 && (info->flags & (WK_OP_LOAD | WK_OP_STORE | WK_OP_ATOMIC))) {
        offset = gen_address(g, is64, depth);
        if ((info->flags & WK_OP_ATOMIC) && !gen_chance(g, 8)) {
            gen_align_address(g, is64, info->width);
            offset &= ~(uint64_t)(info->width - 1u);
        }
        for (uint32_t i = 1; i < row->n_in; i++) {
            if (waits && i == 2) { /* nobody would wake it */
                gen_i64(g, 0);
            } else {
                gen_value(g, in[i], depth - 1);
            }
        }
    } else if (divides && gen_chance(g, 80)) {
        gen_need(g, in, 1, depth - 1);
        gen_address_const(g, in[1] == T_I64, gen_int(g, in[1] == T_I64));
    } else {
        gen_need(g, in, row->n_in, depth - 1);
        seldom_zero = divides && gen_chance(g, 220);
    }
    if (seldom_zero) {
        gen_op(g, in[1] == T_I64 ? WICK_OP_i64_const : WICK_OP_i32_const);
        gen_put_s64(&g->body, 1 + (int)gen_pick(g, 8));
        gen_op(g, in[1] == T_I64 ? WICK_OP_i64_or : WICK_OP_i32_or);
    }
    gen_op(g, (enum wick_op)row->op);
    for (const char *f = wk_imm_fields((enum wk_imm)info->imm); *f; f++) {
        switch (*f) {
        case 'a': gen_memarg(g, info, memory, offset); break;
        case 'n': gen_put(&g->body, (uint8_t)gen_pick(g, info->imm == WK_IMM_MEMARG_LANE ? 16u / info->width
                                                                                         : info->width)); break;
        case 'S':
            for (uint32_t i = 0; i < 16; i++) {
                gen_put(&g->body, gen_byte(g) & 31);
            }
            break;
        case 'z': gen_put(&g->body, 0); break;
        default: gen_index(g, index); break;
        }
    }
    gen_pop(g, row->n_in);
    if (row->out) {
        gen_type out = gen_letter(row->out, is64);
        gen_push(g, out);
        if (g->options.is_portable && (out == T_F32 || out == T_F64) && !(info->flags & WK_OP_LOAD)) {
            gen_canon(g, out);
        } else if (g->options.is_portable && out == T_V128 && gen_float_lanes((enum wick_op)row->op)) {
            gen_canon_lanes(g, gen_float_lanes((enum wick_op)row->op));
        }
        if (row->out2) {
            gen_push(g, gen_letter(row->out2, is64));
        }
    }
}

/* A truth value in one of the shapes that branches fuse with. */
static void gen_condition(struct gen *g, int depth) {
    uint32_t kind = gen_byte(g);
    gen_type t = kind & 1 ? T_I32 : kind & 2 ? T_I64 : T_I32;
    if (kind < 150) { /* compare */
        gen_value(g, t, kind & 4 ? 0 : depth - 1);
        if (kind & 8) {
            gen_address_const(g, t == T_I64, gen_int(g, t == T_I64));
        } else {
            gen_value(g, t, kind & 16 ? 0 : depth - 1);
        }
        gen_op(g, (enum wick_op)((t == T_I64 ? WICK_OP_i64_eq : WICK_OP_i32_eq) + gen_pick(g, 10)));
        gen_pop(g, 2);
        gen_push(g, T_I32);
    } else if (kind < 180) {
        gen_value(g, t, depth - 1);
        gen_op(g, t == T_I64 ? WICK_OP_i64_eqz : WICK_OP_i32_eqz);
        gen_pop(g, 1);
        gen_push(g, T_I32);
    } else if (kind < 205) {
        gen_value(g, T_I32, depth - 1);
        gen_i32(g, 1 << gen_pick(g, 8));
        gen_op(g, WICK_OP_i32_and);
        gen_pop(g, 1);
    } else {
        gen_value(g, T_I32, depth);
    }
    if (gen_chance(g, 24)) {
        gen_op(g, WICK_OP_i32_eqz);
    }
}

static void gen_call_to(struct gen *g, uint32_t func, int depth, bool may_tail);
static bool gen_block(struct gen *g, const struct gen_functype *type);
static void gen_ref_value(struct gen *g, gen_type t, int depth);
static void gen_number_of_ref(struct gen *g, gen_type t, int depth);
static bool gen_try(struct gen *g, const struct gen_functype *wanted);
static bool gen_throw(struct gen *g);
static void gen_gc(struct gen *g);
static void gen_cont(struct gen *g);

/* The result of a function, if one has such a result. */
static void gen_call_for(struct gen *g, gen_type t, int depth) {
    uint32_t f = gen_pick(g, g->n_funcs);
    for (uint32_t i = 0; i < g->n_funcs; i++, f = (f + 1) % g->n_funcs) {
        const struct gen_functype *type = gen_functype_of(g, f);
        if (type->n_results == 1 && gen_fits(g, type->results[0], t)) {
            gen_call_to(g, f, depth - 1, false);
            break;
        }
    }
}

static void gen_block_for(struct gen *g, gen_type t) {
    struct gen_functype type = {.n_results = 1, .results = {t}};
    if (!gen_block(g, &type)) {
        gen_leaf(g, t);
    }
}

/* Pushes exactly one value that fits the type. */
static void gen_value(struct gen *g, gen_type t, int depth) {
    g->budget--;
    if (depth <= 0 || gen_is_dry(g) || gen_room(g) < 32 || t == T_ANY) {
        gen_leaf(g, t);
        return;
    }
    uint32_t before = g->height, floor = g->floor;
    uint32_t kind = gen_byte(g);
    g->floor = before;
    if (gen_is_ref(t)) {
        gen_ref_value(g, t, depth);
    } else if (kind < 80) {
        gen_leaf(g, t);
    } else if (g->has_gc && kind < 112) {
        gen_number_of_ref(g, t, depth);
    } else if (kind < 200) {
        const struct gen_row *row;
        if (kind < 150 && t < T_V128 && g->n_common) { /* of the common ones, if one fits soon */
            uint32_t i = gen_pick(g, g->n_common), n = 0;
            while (gen_letter(g->rows[g->common[i]].out, false) != t && n++ < g->n_common) {
                i = (i + 1) % g->n_common;
            }
            row = &g->rows[g->common[i]];
        } else {
            row = &g->rows[g->by_result[t][gen_u64(g, 2) % g->n_by_result[t]]];
            for (uint32_t i = 0; i < 4 && !gen_may_use(g, row); i++) {
                row = &g->rows[g->by_result[t][gen_u64(g, 2) % g->n_by_result[t]]];
            }
        }
        const struct wk_op_info *info = wk_op_info((enum wick_op)row->op);
        bool traps = (info->flags & WK_OP_TRAPS) && row->n_in == 1 && !(info->flags & WK_OP_LOAD);
        bool is_huge = info->imm == WK_IMM_MEM && row->n_in != 0; /* memory.grow */
        if (gen_letter(row->out, false) != t || row->out == 'a' || (traps && gen_chance(g, 200)) || is_huge) {
            gen_leaf(g, t);
        } else {
            gen_row_op(g, row, depth);
        }
    } else if (kind < 215) {
        uint32_t l = gen_find_local(g, t, true);
        gen_value(g, t, depth - 1);
        if (l != NONE && g->stack[g->height - 1] == g->local_type[l]) {
            gen_set(g, l, true);
        }
    } else if (kind < 226) {
        gen_value(g, t, depth - 1);
        gen_value(g, t, depth - 1);
        gen_condition(g, depth - 1);
        if (gen_chance(g, 64)) {
            gen_op(g, WICK_OP_select_t);
            gen_put(&g->body, 1);
            gen_put_type(&g->body, t);
        } else {
            gen_op(g, WICK_OP_select);
        }
        gen_pop(g, 3);
        gen_push(g, t);
    } else if (kind < 240) {
        gen_call_for(g, t, depth);
    } else {
        gen_block_for(g, t);
    }
    if (g->height == before) { /* the module has no such thing */
        gen_leaf(g, t);
    }
    g->floor = floor;
}

/* ---- control ----------------------------------------------------------------------------------------------- */

static void gen_sequence(struct gen *g);

static void gen_label(const struct gen_frame *f, const gen_type **out_types, uint32_t *out_n) {
    *out_types = f->kind == 'l' ? f->type.params : f->type.results;
    *out_n = f->kind == 'l' ? f->type.n_params : f->type.n_results;
}

/* Leaves exactly the types that the frame's end asks for. */
static void gen_finish(struct gen *g) {
    struct gen_frame *f = gen_top(g);
    const gen_type *want = f->type.results;
    uint32_t n = f->type.n_results;
    if (f->is_dead && g->height == f->base && !gen_chance(g, 64)) {
        return;
    }
    while (g->height > f->base &&
           (g->height - f->base > n || !gen_all_fit(g, g->stack + f->base, want, g->height - f->base))) {
        gen_type t = g->stack[g->height - 1];
        uint32_t l = gen_chance(g, 190) ? gen_find_local(g, t, true) : NONE;
        uint32_t x = l == NONE && gen_chance(g, 64) ? gen_find_global(g, t, true) : NONE;
        if (l != NONE) {
            gen_set(g, l, false);
        } else if (x != NONE) {
            gen_op_index(g, WICK_OP_global_set, x);
            gen_pop(g, 1);
        } else {
            gen_op(g, WICK_OP_drop);
            gen_pop(g, 1);
        }
    }
    for (uint32_t i = g->height - f->base; i < n; i++) {
        gen_value(g, want[i], 2);
    }
}

static void gen_blocktype(struct gen *g, const struct gen_functype *t, uint32_t index) {
    if (t->n_params == 0 && t->n_results == 0) {
        gen_put(&g->body, 0x40);
    } else if (t->n_params == 0 && t->n_results == 1) {
        gen_put_type(&g->body, t->results[0]);
    } else {
        gen_put_s64(&g->body, index);
    }
}

static void gen_enter(struct gen *g, uint8_t kind, const struct gen_functype *type) {
    struct gen_frame *f = &g->frames[g->n_frames++];
    f->kind = kind;
    f->is_dead = false;
    f->base = (uint16_t)g->height;
    f->type = *type;
    f->n_inits = (uint16_t)g->n_inits;
    gen_push_all(g, type->params, type->n_params);
}

/* What a block set is unset behind it. */
static void gen_forget_inits(struct gen *g) {
    while (g->n_inits > gen_top(g)->n_inits) {
        g->is_set[g->inits[--g->n_inits]] = false;
    }
}

static void gen_leave(struct gen *g) {
    struct gen_frame *f = gen_top(g);
    gen_forget_inits(g);
    g->height = f->base;
    gen_push_all(g, f->type.results, f->type.n_results);
    g->n_frames--;
}

/* Portable modules count down a global where others count fuel. */
static void gen_tick(struct gen *g) {
    if (g->options.is_portable) {
        gen_op_index(g, WICK_OP_global_get, g->fuel_global);
        gen_op(g, WICK_OP_i32_eqz);
        gen_op(g, WICK_OP_if);
        gen_put(&g->body, 0x40);
        gen_op(g, WICK_OP_unreachable);
        gen_op(g, WICK_OP_end);
        gen_op_index(g, WICK_OP_global_get, g->fuel_global);
        gen_op(g, WICK_OP_i32_const);
        gen_put(&g->body, 1);
        gen_op(g, WICK_OP_i32_sub);
        gen_op_index(g, WICK_OP_global_set, g->fuel_global);
    }
}

static void gen_branch_back(struct gen *g, uint32_t counter, bool is_up, uint32_t limit, uint32_t label) {
    gen_get(g, counter);
    gen_i32(g, 1);
    gen_op(g, is_up ? WICK_OP_i32_add : WICK_OP_i32_sub);
    gen_pop(g, 1);
    gen_op_local(g, WICK_OP_local_tee, counter);
    if (is_up) {
        gen_i32(g, (int32_t)limit);
        gen_op(g, gen_chance(g, 128) ? WICK_OP_i32_lt_u : WICK_OP_i32_ne);
        gen_pop(g, 1);
    }
    gen_op_index(g, WICK_OP_br_if, label);
    gen_pop(g, 1);
}

/* A loop around statements, with a counter when one is free. */
static void gen_loop(struct gen *g, const struct gen_functype *type, uint32_t index) {
    uint32_t counter = NONE, n = 0;
    uint32_t limit = 1 + gen_pick(g, gen_chance(g, 32) ? 100 : 12);
    bool is_up = gen_chance(g, 128);
    for (uint32_t l = 0; l < g->n_locals; l++) {
        if (g->local_role[l] == LOCAL_COUNTER && n++ == g->n_loops) {
            counter = l;
        }
    }
    g->n_loops++;
    if (counter != NONE) {
        gen_i32(g, is_up ? 0 : (int32_t)limit);
        gen_op_local(g, WICK_OP_local_set, counter);
        gen_pop(g, 1);
    }
    gen_need(g, type->params, type->n_params, 2);
    gen_op(g, WICK_OP_loop);
    gen_blocktype(g, type, index);
    gen_pop(g, type->n_params);
    gen_enter(g, 'l', type);
    gen_tick(g);
    gen_sequence(g);
    if (counter != NONE && !gen_top(g)->is_dead) {
        gen_need(g, type->params, type->n_params, 1);
        gen_branch_back(g, counter, is_up, limit, 0);
        gen_pop(g, type->n_params);
        gen_push_all(g, type->params, type->n_params);
    }
    gen_finish(g);
    gen_op(g, WICK_OP_end);
    gen_leave(g);
    g->n_loops--;
}

/* block, loop or if with the results asked for, and parameters of its own choice. */
static bool gen_block(struct gen *g, const struct gen_functype *wanted) {
    if (g->n_frames >= MAX_DEPTH || gen_room(g) < 64 || g->budget < 8) {
        return false;
    }
    struct gen_functype type = *wanted;
    if (type.n_params == 0 && gen_chance(g, 60)) { /* of what lies there */
        uint32_t there = gen_there(g);
        type.n_params = (uint8_t)(there < 3 ? there : gen_pick(g, 4));
        memcpy(type.params, g->stack + g->height - type.n_params, type.n_params * sizeof *type.params);
        for (uint32_t i = 0; i < type.n_params; i++) {
            type.params[i] = type.params[i] == T_ANY ? T_I32 : type.params[i];
        }
    }
    uint32_t index = 0;
    if (type.n_params > 0 || type.n_results > 1) {
        index = gen_intern(g, &type);
        if (index == NONE) {
            return false;
        }
    }
    uint32_t kind = gen_pick(g, 16);
    if (kind < 5) {
        gen_loop(g, &type, index);
        return true;
    }
    gen_need(g, type.params, type.n_params, 1);
    if (kind < 10) {
        gen_op(g, WICK_OP_block);
        gen_blocktype(g, &type, index);
        gen_pop(g, type.n_params);
        gen_enter(g, 'b', &type);
        gen_sequence(g);
    } else {
        gen_condition(g, 2);
        gen_op(g, WICK_OP_if);
        gen_blocktype(g, &type, index);
        gen_pop(g, 1 + type.n_params);
        gen_enter(g, 'i', &type);
        gen_sequence(g);
        bool is_same = type.n_params == type.n_results && gen_all_same(type.params, type.results, type.n_params);
        if (!is_same || gen_chance(g, 128)) {
            gen_finish(g);
            gen_op(g, WICK_OP_else);
            gen_leave(g);
            gen_pop(g, type.n_results);
            gen_enter(g, 'e', &type);
            gen_sequence(g);
        }
    }
    gen_finish(g);
    gen_op(g, WICK_OP_end);
    gen_leave(g);
    return true;
}

/* A label to branch to: seldom a loop's, since those often never end. */
static uint32_t gen_pick_label(struct gen *g) {
    uint32_t label = gen_pick(g, g->n_frames);
    for (uint32_t i = 0; i < g->n_frames; i++) {
        if (g->frames[g->n_frames - 1 - label].kind != 'l' || gen_chance(g, 24)) {
            break;
        }
        label = (label + 1) % g->n_frames;
    }
    return label;
}

static void gen_br_table(struct gen *g, uint32_t label) {
    const gen_type *types, *others;
    uint32_t n, n_others, n_labels = gen_pick(g, 8);
    uint8_t labels[8];
    gen_label(&g->frames[g->n_frames - 1 - label], &types, &n);
    gen_need(g, types, n, 2);
    gen_value(g, T_I32, 2);
    if (gen_chance(g, 200)) {
        gen_i32(g, 7);
        gen_op(g, WICK_OP_i32_and);
        gen_pop(g, 1);
    }
    for (uint32_t i = 0; i < n_labels; i++) {
        uint32_t other = gen_pick_label(g);
        gen_label(&g->frames[g->n_frames - 1 - other], &others, &n_others);
        labels[i] = (uint8_t)(n_others == n && gen_all_same(types, others, n) ? other : label);
    }
    gen_op(g, WICK_OP_br_table);
    gen_put_u64(&g->body, n_labels);
    for (uint32_t i = 0; i < n_labels; i++) {
        gen_index(g, labels[i]);
    }
    gen_index(g, label);
    gen_die(g);
}

static void gen_branch(struct gen *g) {
    uint32_t label = gen_pick_label(g);
    struct gen_frame *f = &g->frames[g->n_frames - 1 - label];
    const gen_type *types;
    uint32_t n, kind = gen_pick(g, 32);
    gen_label(f, &types, &n);
    if (kind < 20) {
        gen_need(g, types, n, 2);
        gen_condition(g, 2);
        gen_op_index(g, WICK_OP_br_if, label);
        gen_pop(g, 1 + n);
        gen_push_all(g, types, n);
    } else if (kind < 24) {
        gen_br_table(g, label);
    } else if (kind < 27) { /* br_on_null: label types, reference -> label types, reference */
        gen_need(g, types, n, 1);
        gen_value(g, gen_ref_type(g), 1);
        gen_op_index(g, WICK_OP_br_on_null, label);
        gen_type t = g->stack[g->height - 1];
        gen_pop(g, 1 + n);
        gen_push_all(g, types, n);
        gen_push(g, gen_non_null(t));
    } else if (kind < 29 && n > 0 && gen_is_ref(types[n - 1])) {
        gen_need(g, types, n - 1, 1);
        gen_value(g, types[n - 1], 1);
        gen_op_index(g, WICK_OP_br_on_non_null, label);
        gen_pop(g, n);
        gen_push_all(g, types, n - 1);
    } else if (kind == 31 && gen_chance(g, 32)) {
        gen_op(g, WICK_OP_unreachable);
        gen_die(g);
    } else {
        bool is_return = kind == 30;
        if (is_return) {
            types = g->frames[0].type.results;
            n = g->frames[0].type.n_results;
        }
        gen_need(g, types, n, 2);
        if (is_return) {
            gen_op(g, WICK_OP_return);
        } else {
            gen_op_index(g, WICK_OP_br, label);
        }
        gen_die(g);
    }
}

/* ---- calls ------------------------------------------------------------------------------------------------- */

static void gen_call_to(struct gen *g, uint32_t func, int depth, bool may_tail) {
    const struct gen_functype *t = gen_functype_of(g, func);
    const struct gen_functype *self = &g->frames[0].type;
    bool can_tail = t->n_results == self->n_results && gen_all_fit(g, t->results, self->results, t->n_results);
    bool is_tail = may_tail && can_tail && gen_chance(g, 40);
    uint32_t kind = gen_pick(g, 16), table = 0, type = g->func_type[func];
    if (func < g->n_imports && t->n_params == 2 && t->params[0] == T_FUNCREF && gen_chance(g, 200)) {
        uint32_t f = g->n_imports + gen_pick(g, g->n_funcs - g->n_imports); /* the host calls what has no parameters */
        for (uint32_t i = 0; i < g->n_funcs && gen_functype_of(g, f)->n_params != 0; i++) {
            f = (f + 1) % g->n_funcs;
        }
        gen_op_index(g, WICK_OP_ref_func, f);
        gen_push(g, gen_ref_to(g->func_type[f], false));
        gen_value(g, T_I32, depth);
    } else {
        gen_need(g, t->params, t->n_params, depth);
    }
    if (kind >= 10 && kind < 14 && g->n_tables > 0 && g->table_type[0] == T_FUNCREF) {
        if (gen_chance(g, 230)) { /* the table begins with every function */
            gen_address_const(g, g->table64[table], func);
            uint32_t super = g->types[type].super;
            if (super != NONE && gen_all_same(g->types[super].func.results, t->results, t->n_results)) {
                type = super; /* will do */
            }
        } else {
            gen_value(g, g->table64[table] ? T_I64 : T_I32, 1);
        }
        gen_op(g, is_tail ? WICK_OP_return_call_indirect : WICK_OP_call_indirect);
        gen_index(g, type);
        gen_index(g, table);
        gen_pop(g, 1);
    } else if (kind >= 14) {
        gen_value(g, gen_ref_to(g->func_type[func], gen_chance(g, 80)), 1);
        gen_op_index(g, is_tail ? WICK_OP_return_call_ref : WICK_OP_call_ref, g->func_type[func]);
        gen_pop(g, 1);
    } else {
        gen_op_index(g, is_tail ? WICK_OP_return_call : WICK_OP_call, func);
    }
    gen_pop(g, t->n_params);
    if (is_tail) {
        gen_die(g);
    } else {
        gen_push_all(g, t->results, t->n_results);
    }
}

/* The function that an import is, which the module has. */
static uint32_t gen_import_rank(const struct gen *g, uint32_t import) {
    uint32_t rank = 0;
    for (uint32_t i = 0; i < import; i++) {
        rank += g->imports[i];
    }
    return rank;
}

static void gen_call(struct gen *g) {
    uint32_t f = gen_pick(g, g->n_funcs);
    if (g->imports[GEN_IMPORT_BACK] && gen_chance(g, 20)) {
        f = gen_import_rank(g, GEN_IMPORT_BACK);
    }
    if (f == g->self && !gen_chance(g, 64)) { /* recursion is fine, but not all the time */
        f = (f + 1) % g->n_funcs;
    }
    gen_call_to(g, f, 3, true);
}

/* ---- bulk instructions, tables, references -------------------------------------------------------------- */

static void gen_small(struct gen *g, bool is64, uint32_t mask) {
    if (gen_chance(g, 170)) {
        gen_address_const(g, is64, (int64_t)gen_u64(g, 2) & mask);
    } else {
        gen_value(g, is64 ? T_I64 : T_I32, 1);
        if (!gen_chance(g, 12)) {
            gen_address_const(g, is64, mask);
            gen_op(g, is64 ? WICK_OP_i64_and : WICK_OP_i32_and);
            gen_pop(g, 1);
        }
    }
}

static void gen_bulk(struct gen *g) {
    uint32_t kind = gen_pick(g, 6);
    if (g->n_memories == 0) {
        return;
    }
    uint32_t m = gen_pick(g, g->n_memories), from = gen_pick(g, g->n_memories);
    bool is64 = g->memory64[m];
    uint32_t size = gen_chance(g, 24) ? 0x3fff : 0xff;
    if (kind < 2) {
        gen_small(g, is64, 0x7fff);
        gen_value(g, T_I32, 1);
        gen_small(g, is64, size);
        gen_op_index(g, WICK_OP_memory_fill, m);
        gen_pop(g, 3);
    } else if (kind < 4) {
        gen_small(g, is64, 0x7fff);
        gen_small(g, g->memory64[from], 0x7fff);
        gen_small(g, is64 && g->memory64[from], size);
        gen_op_index(g, WICK_OP_memory_copy, m);
        gen_index(g, from);
        gen_pop(g, 3);
    } else if (kind == 4) {
        if (g->n_datas > 0) {
            uint32_t d = gen_pick(g, g->n_datas);
            gen_small(g, is64, 0x7fff);
            gen_i32(g, (int32_t)gen_pick(g, g->data_size[d] + 1));
            gen_small(g, false, 7);
            gen_op_index(g, WICK_OP_memory_init, d);
            gen_index(g, m);
            gen_pop(g, 3);
        }
    } else if (gen_chance(g, 64)) {
        gen_address_const(g, is64, gen_chance(g, 24) ? gen_int(g, is64) : (int64_t)gen_pick(g, 3));
        gen_op_index(g, WICK_OP_memory_grow, m);
    } else {
        gen_op_index(g, WICK_OP_memory_size, m);
        gen_push(g, is64 ? T_I64 : T_I32);
    }
}

static void gen_table(struct gen *g) {
    if (g->n_tables == 0) {
        return;
    }
    uint32_t x = gen_pick(g, g->n_tables), y = gen_pick(g, g->n_tables), kind = gen_pick(g, 9);
    bool is64 = g->table64[x];
    gen_type a = is64 ? T_I64 : T_I32;
    switch (kind) {
    case 0:
        gen_op_index(g, WICK_OP_table_size, x);
        gen_push(g, a);
        break;
    case 1:
    case 2:
        gen_small(g, is64, 7);
        gen_op_index(g, WICK_OP_table_get, x);
        gen_pop(g, 1);
        gen_push(g, g->table_type[x]);
        break;
    case 3:
        gen_small(g, is64, 15);
        gen_value(g, g->table_type[x], 1);
        gen_op_index(g, WICK_OP_table_set, x);
        gen_pop(g, 2);
        break;
    case 4:
        gen_value(g, g->table_type[x], 1);
        gen_small(g, is64, 3);
        gen_op_index(g, WICK_OP_table_grow, x);
        gen_pop(g, 2);
        gen_push(g, a);
        break;
    case 5:
        gen_small(g, is64, 15);
        gen_value(g, g->table_type[x], 1);
        gen_small(g, is64, 3);
        gen_op_index(g, WICK_OP_table_fill, x);
        gen_pop(g, 3);
        break;
    case 6:
        if (gen_fits(g, g->table_type[y], g->table_type[x])) {
            gen_small(g, is64, 7);
            gen_small(g, g->table64[y], 7);
            gen_small(g, is64 && g->table64[y], 3);
            gen_op_index(g, WICK_OP_table_copy, x);
            gen_index(g, y);
            gen_pop(g, 3);
        }
        break;
    case 7:
        if (g->n_elems > 0) {
            uint32_t e = gen_pick(g, g->n_elems);
            if (gen_fits(g, g->elem_type[e], g->table_type[x])) {
                gen_small(g, is64, 7);
                gen_i32(g, (int32_t)gen_pick(g, 3));
                gen_small(g, false, 3);
                gen_op_index(g, WICK_OP_table_init, e);
                gen_index(g, x);
                gen_pop(g, 3);
            }
        }
        break;
    default:
        gen_value(g, gen_ref_type(g), 1);
        if (gen_chance(g, 170)) {
            gen_op(g, WICK_OP_ref_is_null);
            gen_pop(g, 1);
            gen_push(g, T_I32);
        } else {
            gen_type t = g->stack[g->height - 1];
            gen_op(g, WICK_OP_ref_as_non_null);
            gen_pop(g, 1);
            gen_push(g, gen_non_null(t));
        }
        break;
    }
}

/* ---- statements -------------------------------------------------------------------------------------------- */

/* Copies of locals stay pending while the locals are overwritten. */
static void gen_pending(struct gen *g) {
    uint32_t locals[4], n = 1 + gen_pick(g, 4);
    for (uint32_t i = 0; i < n; i++) {
        locals[i] = gen_find_local(g, gen_number_type(g), false);
        if (locals[i] == NONE) {
            return;
        }
        gen_get(g, locals[i]);
    }
    for (uint32_t i = 0; i < n; i++) {
        uint32_t l = locals[i];
        if (g->local_role[l] < LOCAL_COUNTER && gen_chance(g, 160)) {
            gen_value(g, g->local_type[l], 2);
            gen_set(g, l, false);
        }
    }
    if (gen_chance(g, 100)) {
        gen_call(g);
    }
}

/* Many operands lie under a call or a block and are added up behind it. */
static void gen_deep(struct gen *g) {
    static const struct {
        gen_type type;
        uint16_t op;
    } sums[] = {{T_I32, WICK_OP_i32_add}, {T_I64, WICK_OP_i64_xor}, {T_I32, WICK_OP_i32_rotl}, {T_F64, WICK_OP_f64_max},
                {T_V128, WICK_OP_i8x16_add}};
    uint32_t k = gen_pick(g, g->has_simd ? 5 : 4), n = 3 + gen_pick(g, 40), base = g->height;
    gen_type t = sums[k].type;
    if (gen_room(g) < 200) {
        return;
    }
    for (uint32_t i = 0; i < n; i++) {
        gen_value(g, t, gen_chance(g, 30) ? 2 : 0);
    }
    uint32_t full = g->height, floor = g->floor;
    struct gen_functype none = {0};
    g->floor = full;
    if (!g->has_eh || !gen_try(g, &none)) {
        gen_call(g);
    }
    if (!gen_top(g)->is_dead) {
        while (g->height > full) {
            gen_op(g, WICK_OP_drop);
            gen_pop(g, 1);
        }
        for (uint32_t i = 1; i < n && g->height == base + n - i + 1; i++) {
            gen_op(g, (enum wick_op)sums[k].op);
            gen_pop(g, 1);
            if (g->options.is_portable && t == T_F64) {
                gen_canon(g, t);
            }
        }
    }
    g->floor = floor;
}

/* The top operand is a condition; a local tells whether it held. */
static void gen_ask_top(struct gen *g) {
    uint32_t x = gen_find_local(g, T_I32, true);
    if (gen_chance(g, 60)) {
        gen_op(g, WICK_OP_i32_eqz);
    }
    gen_op(g, WICK_OP_if);
    gen_put(&g->body, 0x40);
    gen_pop(g, 1);
    if (x == NONE) {
        gen_op(g, WICK_OP_unreachable);
    } else {
        gen_i32(g, (int32_t)gen_byte(g));
        gen_set(g, x, false);
    }
    gen_op(g, WICK_OP_end);
}

/* The top operand goes to a local, to a global or nowhere, or it is a condition. */
static void gen_take_away(struct gen *g) {
    uint32_t kind = gen_pick(g, 8);
    gen_type t = g->stack[g->height - 1];
    if (kind >= 6 && t == T_I32) {
        gen_ask_top(g);
        return;
    }
    uint32_t x = kind < 4 ? gen_find_local(g, t, true) : kind < 5 ? gen_find_global(g, t, true) : NONE;
    if (x == NONE) {
        gen_op(g, WICK_OP_drop);
        gen_pop(g, 1);
    } else if (kind < 4) {
        gen_set(g, x, false);
    } else {
        gen_op_index(g, WICK_OP_global_set, x);
        gen_pop(g, 1);
    }
}

/* A comparison is the newest cell, and what lies below its result is the condition. */
static void gen_passed_over(struct gen *g) {
    uint32_t x = gen_find_local(g, T_I32, true);
    gen_value(g, T_I32, 2);
    gen_condition(g, 1);
    if (x == NONE || gen_chance(g, 128)) {
        gen_op(g, WICK_OP_drop);
        gen_pop(g, 1);
    } else {
        gen_set(g, x, false);
    }
    gen_ask_top(g);
}

/* Operands that cells make, each in its own way, with nothing else in between; what is taken away again was the newest, or
 * was not. */
static void gen_pile(struct gen *g) {
    uint32_t base = g->height, n = 2 + gen_pick(g, 5);
    for (uint32_t i = 0; i < n && gen_room(g) > 64; i++) {
        uint32_t kind = gen_pick(g, 8);
        if (kind < 2 && g->n_pairs > 0) {
            gen_row_op(g, &g->rows[g->pairs[gen_pick(g, g->n_pairs)]], 0);
        } else if (kind < 5) {
            gen_row_op(g, &g->rows[g->loads[gen_pick(g, g->n_loads)]], 1);
        } else if (kind < 7) {
            gen_value(g, gen_number_type(g), 1);
        } else {
            gen_condition(g, 1);
        }
        for (uint32_t k = gen_pick(g, 3); k > 0 && g->height > base; k--) {
            gen_take_away(g);
        }
    }
    while (g->height > base && !gen_chance(g, 24)) {
        gen_take_away(g);
    }
}

static void gen_statement(struct gen *g) {
    uint32_t kind = gen_byte(g), there = g->height - gen_top(g)->base, x, n;
    gen_type t;
    g->budget--;
    if (gen_room(g) < 64) {
        kind = 40; /* a local.set or a drop */
    }
    if (g->has_cont && kind != 40 && gen_chance(g, 60)) {
        gen_cont(g);
        return;
    }
    if (g->has_gc && kind != 40 && gen_chance(g, 80)) {
        gen_gc(g);
        return;
    }
    if (g->has_eh && kind != 40 && gen_chance(g, 50)) {
        struct gen_functype type;
        gen_functype_random(g, &type, 0, gen_chance(g, 100) ? 3 : 0);
        if (!gen_chance(g, 200) ? !gen_throw(g) : !gen_try(g, &type)) {
            gen_call(g);
        }
        return;
    }
    if (kind < 24) { /* an instruction on what lies there */
        x = (uint32_t)gen_u64(g, 2) % g->n_rows;
        for (n = 0; n < 3 && !gen_may_use(g, &g->rows[x]); n++) {
            x = (uint32_t)gen_u64(g, 2) % g->n_rows;
        }
        gen_row_op(g, &g->rows[x], 2);
    } else if (kind < 40) {
        gen_row_op(g, &g->rows[g->common[gen_pick(g, g->n_common)]], 3);
    } else if (kind < 56) { /* keep or drop the top */
        if (there > 0) {
            t = g->stack[g->height - 1];
            x = gen_chance(g, 220) ? gen_find_local(g, t, true) : NONE;
            if (x != NONE) {
                gen_set(g, x, kind < 44);
            } else {
                gen_op(g, WICK_OP_drop);
                gen_pop(g, 1);
            }
        }
    } else if (kind < 92) { /* local = expression */
        t = gen_value_type(g);
        x = gen_find_local(g, t, true);
        if (x != NONE) {
            gen_value(g, t, 4);
            gen_set(g, x, gen_chance(g, 40));
        }
    } else if (kind < 104) { /* pointer or counter steps */
        x = gen_find_role(g, LOCAL_POINTER);
        if (x != NONE) {
            t = g->local_type[x];
            gen_get(g, x);
            gen_address_const(g, t == T_I64, (int64_t)gen_pick(g, 16) - 4);
            gen_op(g, t == T_I64 ? WICK_OP_i64_add : WICK_OP_i32_add);
            gen_pop(g, 1);
            gen_set(g, x, gen_chance(g, 60));
        }
    } else if (kind < 114) {
        x = gen_find_global(g, t = gen_value_type(g), true);
        if (x != NONE) {
            gen_value(g, t, 3);
            gen_op_index(g, WICK_OP_global_set, x);
            gen_pop(g, 1);
        }
    } else if (kind < 138) { /* loads and stores */
        const struct gen_row *row;
        bool is_load = kind < 126;
        n = is_load ? g->n_loads : g->n_stores;
        row = &g->rows[(is_load ? g->loads : g->stores)[gen_pick(g, n)]];
        gen_row_op(g, row, 3);
    } else if (kind < 150) { /* push */
        gen_value(g, gen_value_type(g), 3);
    } else if (kind < 172) {
        gen_branch(g);
    } else if (kind < 212) {
        struct gen_functype type;
        gen_functype_random(g, &type, 0, gen_chance(g, 100) ? 3 : 0);
        gen_block(g, &type);
    } else if (kind < 228) {
        gen_call(g);
    } else if (kind < 234) {
        gen_pending(g);
    } else if (kind < 236) {
        gen_deep(g);
    } else if (kind < 238) {
        gen_pile(g);
    } else if (kind < 240) {
        gen_passed_over(g);
    } else if (kind < 242) {
        gen_bulk(g);
    } else if (kind < 248) {
        gen_table(g);
    } else if (kind < 252) { /* select */
        t = gen_number_type(g);
        gen_type in[3] = {t, t, T_I32};
        gen_need(g, in, 2, 2);
        gen_condition(g, 2);
        gen_op(g, WICK_OP_select);
        gen_pop(g, 3);
        gen_push(g, t);
    } else { /* seldom so many that straight-line code costs fuel */
        for (n = gen_chance(g, 24) ? 250 + gen_pick(g, 16) : 1; n > 0; n--) {
            gen_op(g, WICK_OP_nop);
        }
    }
}

static void gen_sequence(struct gen *g) {
    uint32_t n = gen_pick(g, SEQUENCE);
    for (uint32_t i = 0; i < n && !gen_is_dry(g); i++) {
        gen_statement(g);
        if (gen_top(g)->is_dead && !gen_chance(g, 60)) {
            break;
        }
    }
}

#endif

/* gen_code.h - the generator's instructions: operands, control, calls, statements. Only gen.c includes it. */
#ifndef WICK_TEST_GEN_CODE_H
#define WICK_TEST_GEN_CODE_H

#include "gen_base.h"

/* ---- operands ---------------------------------------------------------------------------------------------- */

static struct gen_frame *gen_top(struct gen *g) {
    return &g->frames[g->n_frames - 1];
}

static void gen_push(struct gen *g, uint8_t t) {
    g->stack[g->height++] = t;
}

static void gen_pop(struct gen *g, uint32_t n) {
    uint32_t base = gen_top(g)->base;
    g->height = g->height >= base + n ? g->height - n : base;
}

static void gen_push_all(struct gen *g, const uint8_t *t, uint32_t n) {
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

static void gen_value(struct gen *g, uint8_t t, int depth);

/* Makes the top operands fit the n types: takes what is there as far as it fits, makes the rest. */
static void gen_need(struct gen *g, const uint8_t *t, uint32_t n, int depth) {
    uint32_t there = gen_there(g);
    if (gen_top(g)->is_dead && there == g->height - gen_top(g)->base && there <= n && gen_chance(g, 128) &&
        gen_all_fit(g->stack + g->height - there, t + (n - there), there)) {
        return; /* unreachable code takes the others from nowhere */
    }
    uint32_t k = there < n ? there : n;
    if (gen_chance(g, 64)) {
        k = 0;
    }
    while (k > 0 && !gen_all_fit(g->stack + g->height - k, t, k)) {
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
    static const int64_t edges64[] = {INT64_MAX, INT64_MIN, INT64_MIN + 1, UINT32_MAX, INT64_C(1) << 32,
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

/* A function whose type is number k; UINT32_MAX: none. */
static uint32_t gen_func_of_type(struct gen *g, uint32_t k) {
    uint32_t first = gen_pick(g, g->n_funcs);
    for (uint32_t i = 0; i < g->n_funcs; i++) {
        uint32_t f = (first + i) % g->n_funcs;
        if (g->func_type[f] == k) {
            return f;
        }
    }
    return UINT32_MAX;
}

static void gen_heap(struct gen_buf *b, uint8_t t) {
    if (t >= T_REF) {
        gen_put_s64(b, t - T_REF);
    } else {
        gen_put(b, t == T_EXTERNREF ? 0x6f : 0x70);
    }
}

static void gen_const(struct gen *g, uint8_t t) {
    uint32_t f = UINT32_MAX;
    switch (t) {
    case T_ANY:
    case T_I32:
        gen_i32(g, (int32_t)gen_int(g, false));
        return;
    case T_I64:
        gen_i64(g, gen_int(g, true));
        return;
    case T_F32:
        gen_op(g, WICK_OP_f32_const);
        gen_put_le(&g->body, gen_float(g, false), 4);
        break;
    case T_F64:
        gen_op(g, WICK_OP_f64_const);
        gen_put_le(&g->body, gen_float(g, true), 8);
        break;
    case T_V128:
        gen_op(g, WICK_OP_v128_const);
        gen_put_le(&g->body, gen_u64(g, 8), 8);
        gen_put_le(&g->body, gen_float(g, true), 8);
        break;
    case T_FUNCREF:
    case T_NFUNC:
        f = gen_pick(g, g->n_funcs);
        break;
    case T_EXTERNREF:
        break;
    default:
        f = gen_func_of_type(g, t >= T_NREF ? t - T_NREF : t - T_REF);
        break;
    }
    if (!gen_is_ref(t)) {
        gen_push(g, t);
        return;
    }
    if (f != UINT32_MAX && (!gen_is_nullable(t) || gen_chance(g, 192))) {
        gen_op_index(g, WICK_OP_ref_func, f);
        gen_push(g, (uint8_t)(T_NREF + g->func_type[f]));
        return;
    }
    gen_op(g, WICK_OP_ref_null);
    if (gen_is_nullable(t)) {
        gen_heap(&g->body, t);
        gen_push(g, t);
    } else { /* nothing has this type: the code behind it is never reached */
        gen_put_s64(&g->body, t - T_NREF);
        gen_op(g, WICK_OP_ref_as_non_null);
        gen_push(g, t);
    }
}

/* A local whose type fits; UINT32_MAX: none. Counters and temporaries are never written. */
static uint32_t gen_find_local(struct gen *g, uint8_t t, bool for_write) {
    if (g->n_locals == 0) {
        return UINT32_MAX;
    }
    uint32_t first = gen_pick(g, g->n_locals);
    for (uint32_t i = 0; i < g->n_locals; i++) {
        uint32_t l = (first + i) % g->n_locals;
        bool fits = for_write ? gen_fits(t, g->local_type[l]) && g->local_role[l] < LOCAL_COUNTER
                              : gen_fits(g->local_type[l], t);
        if (fits && g->local_role[l] != LOCAL_TEMP) {
            return l;
        }
    }
    return UINT32_MAX;
}

static uint32_t gen_find_role(struct gen *g, uint8_t role) {
    uint32_t first = gen_pick(g, g->n_locals);
    for (uint32_t i = 0; i < g->n_locals; i++) {
        uint32_t l = (first + i) % g->n_locals;
        if (g->local_role[l] == role) {
            return l;
        }
    }
    return UINT32_MAX;
}

static uint32_t gen_find_global(struct gen *g, uint8_t t, bool for_write) {
    if (g->n_globals == 0) {
        return UINT32_MAX;
    }
    uint32_t first = gen_pick(g, g->n_globals);
    for (uint32_t i = 0; i < g->n_globals; i++) {
        uint32_t x = (first + i) % g->n_globals;
        if (for_write ? gen_fits(t, g->global_type[x]) && g->global_mut[x] && x != g->fuel_global
                      : gen_fits(g->global_type[x], t)) {
            return x;
        }
    }
    return UINT32_MAX;
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
    gen_pop(g, 1);
    if (is_tee) {
        gen_push(g, g->local_type[local]);
    }
}

static void gen_leaf(struct gen *g, uint8_t t) {
    uint32_t kind = gen_pick(g, 16);
    uint32_t x = kind < 9 ? gen_find_local(g, t, false) : kind < 11 ? gen_find_global(g, t, false) : UINT32_MAX;
    if (x == UINT32_MAX) {
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
    uint8_t t = is64 ? T_I64 : T_I32;
    uint32_t kind = gen_byte(g);
    uint32_t p = UINT32_MAX;
    if (kind < 140) {
        uint32_t first = gen_pick(g, g->n_locals);
        for (uint32_t i = 0; i < g->n_locals && p == UINT32_MAX; i++) {
            uint32_t l = (first + i) % g->n_locals;
            if (g->local_role[l] == LOCAL_POINTER && g->local_type[l] == t) {
                p = l;
            }
        }
    }
    if (p != UINT32_MAX) {
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

static uint8_t gen_letter(char letter, bool is64) {
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
static void gen_canon(struct gen *g, uint8_t t) {
    uint32_t temp = g->temp_local[t];
    gen_op_local(g, WICK_OP_local_tee, temp);
    gen_op(g, t == T_F32 ? WICK_OP_f32_const : WICK_OP_f64_const);
    gen_put_le(&g->body, t == T_F32 ? 0x7fc00000 : UINT64_C(0x7ff8000000000000), t == T_F32 ? 4 : 8);
    gen_op_local(g, WICK_OP_local_get, temp);
    gen_op_local(g, WICK_OP_local_get, temp);
    gen_op(g, t == T_F32 ? WICK_OP_f32_eq : WICK_OP_f64_eq);
    gen_op(g, WICK_OP_select);
}

/* One instruction of a row, with its operands. */
static void gen_row_op(struct gen *g, const struct gen_row *row, int depth) {
    const struct wk_op_info *info = wk_op_info((enum wick_op)row->op);
    uint32_t memory = 0, index = 0;
    uint64_t offset = 0;
    bool is64 = false;
    if (g->options.is_portable && (wick_features_30() >> info->feature & 1) == 0) {
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
    uint8_t in[4];
    for (uint32_t i = 0; i < row->n_in; i++) {
        in[i] = gen_letter(row->in[i], is64);
    }
    bool divides = row->n_in == 2 && (info->flags & WK_OP_TRAPS) && !(info->flags & (WK_OP_LOAD | WK_OP_STORE)) &&
                   (in[1] == T_I32 || in[1] == T_I64);
    bool seldom_zero = false;
    if (row->n_in > 0 && (info->flags & (WK_OP_LOAD | WK_OP_STORE))) {
        offset = gen_address(g, is64, depth);
        for (uint32_t i = 1; i < row->n_in; i++) {
            gen_value(g, in[i], depth - 1);
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
        uint8_t out = gen_letter(row->out, is64);
        gen_push(g, out);
        if (g->options.is_portable && (out == T_F32 || out == T_F64) && !(info->flags & WK_OP_LOAD)) {
            gen_canon(g, out);
        }
        if (row->out2) {
            gen_push(g, gen_letter(row->out2, is64));
        }
    }
}

/* A truth value in one of the shapes that branches fuse with. */
static void gen_condition(struct gen *g, int depth) {
    uint32_t kind = gen_byte(g);
    uint8_t t = kind & 1 ? T_I32 : kind & 2 ? T_I64 : T_I32;
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

/* Pushes exactly one value that fits the type. */
static void gen_value(struct gen *g, uint8_t t, int depth) {
    g->budget--;
    if (depth <= 0 || gen_is_dry(g) || gen_room(g) < 32 || gen_is_ref(t) || t == T_ANY) {
        if (gen_is_ref(t) && g->n_tables > 0 && depth > 0 && gen_chance(g, 60)) {
            for (uint32_t x = 0; x < g->n_tables; x++) {
                if (gen_fits(g->table_type[x], t)) {
                    gen_value(g, g->table64[x] ? T_I64 : T_I32, depth - 1);
                    gen_address_const(g, g->table64[x], 7);
                    gen_op(g, g->table64[x] ? WICK_OP_i64_and : WICK_OP_i32_and);
                    gen_pop(g, 2);
                    gen_op_index(g, WICK_OP_table_get, x);
                    gen_push(g, g->table_type[x]);
                    return;
                }
            }
        }
        gen_leaf(g, t);
        return;
    }
    uint32_t before = g->height, floor = g->floor;
    uint32_t kind = gen_byte(g);
    g->floor = before;
    if (kind < 80) {
        gen_leaf(g, t);
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
        if (l != UINT32_MAX && g->stack[g->height - 1] == g->local_type[l]) {
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
        uint32_t f = gen_pick(g, g->n_funcs);
        for (uint32_t i = 0; i < g->n_funcs; i++, f = (f + 1) % g->n_funcs) {
            const struct gen_functype *type = &g->types[g->func_type[f]];
            if (type->n_results == 1 && type->results[0] == t) {
                gen_call_to(g, f, depth - 1, false);
                break;
            }
        }
    } else {
        struct gen_functype type = {.n_results = 1, .results = {t}};
        if (!gen_block(g, &type)) {
            gen_leaf(g, t);
        }
    }
    if (g->height == before) { /* the module has no such thing */
        gen_leaf(g, t);
    }
    g->floor = floor;
}

/* ---- control ----------------------------------------------------------------------------------------------- */

static void gen_sequence(struct gen *g);

static void gen_label(const struct gen_frame *f, const uint8_t **out_types, uint32_t *out_n) {
    *out_types = f->kind == 'l' ? f->type.params : f->type.results;
    *out_n = f->kind == 'l' ? f->type.n_params : f->type.n_results;
}

/* Leaves exactly the types that the frame's end asks for. */
static void gen_finish(struct gen *g) {
    struct gen_frame *f = gen_top(g);
    const uint8_t *want = f->type.results;
    uint32_t n = f->type.n_results;
    if (f->is_dead && g->height == f->base && !gen_chance(g, 64)) {
        return;
    }
    while (g->height > f->base &&
           (g->height - f->base > n || !gen_all_fit(g->stack + f->base, want, g->height - f->base))) {
        uint8_t t = g->stack[g->height - 1];
        uint32_t l = gen_chance(g, 190) ? gen_find_local(g, t, true) : UINT32_MAX;
        uint32_t x = l == UINT32_MAX && gen_chance(g, 64) ? gen_find_global(g, t, true) : UINT32_MAX;
        if (l != UINT32_MAX) {
            gen_set(g, l, false);
        } else if (x != UINT32_MAX) {
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
    gen_push_all(g, type->params, type->n_params);
}

static void gen_leave(struct gen *g) {
    struct gen_frame *f = gen_top(g);
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
    uint32_t counter = UINT32_MAX, n = 0;
    uint32_t limit = 1 + gen_pick(g, gen_chance(g, 32) ? 100 : 12);
    bool is_up = gen_chance(g, 128);
    for (uint32_t l = 0; l < g->n_locals; l++) {
        if (g->local_role[l] == LOCAL_COUNTER && n++ == g->n_loops) {
            counter = l;
        }
    }
    g->n_loops++;
    if (counter != UINT32_MAX) {
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
    if (counter != UINT32_MAX && !gen_top(g)->is_dead) {
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
        memcpy(type.params, g->stack + g->height - type.n_params, type.n_params);
        for (uint32_t i = 0; i < type.n_params; i++) {
            type.params[i] = type.params[i] == T_ANY ? T_I32 : type.params[i];
        }
    }
    uint32_t index = 0;
    if (type.n_params > 0 || type.n_results > 1) {
        index = gen_intern(g, &type);
        if (index == UINT32_MAX) {
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
        bool is_same = type.n_params == type.n_results && memcmp(type.params, type.results, type.n_params) == 0;
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
    const uint8_t *types, *others;
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
        labels[i] = (uint8_t)(n_others == n && memcmp(types, others, n) == 0 ? other : label);
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
    const uint8_t *types;
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
        uint8_t t = gen_chance(g, 128) ? T_FUNCREF : (uint8_t)(T_REF + gen_pick(g, g->n_types));
        gen_value(g, t, 1);
        gen_op_index(g, WICK_OP_br_on_null, label);
        t = g->stack[g->height - 1];
        gen_pop(g, 1 + n);
        gen_push_all(g, types, n);
        gen_push(g, t == T_EXTERNREF || t == T_ANY ? t : t == T_FUNCREF ? T_NFUNC
                                     : t >= T_REF && t < T_NREF        ? (uint8_t)(t - T_REF + T_NREF)
                                                                       : t);
    } else if (kind < 29 && n > 0 && gen_is_ref(types[n - 1]) && types[n - 1] != T_EXTERNREF) {
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
    const struct gen_functype *t = &g->types[g->func_type[func]];
    const struct gen_functype *self = &g->frames[0].type;
    bool can_tail = t->n_results == self->n_results && gen_all_fit(t->results, self->results, t->n_results);
    bool is_tail = may_tail && can_tail && gen_chance(g, 40);
    uint32_t kind = gen_pick(g, 16), table = 0;
    gen_need(g, t->params, t->n_params, depth);
    if (kind >= 10 && kind < 14 && g->n_tables > 0 && g->table_type[0] == T_FUNCREF) {
        if (gen_chance(g, 230)) { /* the table begins with every function */
            gen_address_const(g, g->table64[table], func);
        } else {
            gen_value(g, g->table64[table] ? T_I64 : T_I32, 1);
        }
        gen_op(g, is_tail ? WICK_OP_return_call_indirect : WICK_OP_call_indirect);
        gen_index(g, g->func_type[func]);
        gen_index(g, table);
        gen_pop(g, 1);
    } else if (kind >= 14) {
        uint8_t ref = (uint8_t)(T_REF + g->func_type[func]);
        gen_value(g, ref, 1);
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

static void gen_call(struct gen *g) {
    uint32_t f = gen_pick(g, g->n_funcs);
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
    uint8_t a = is64 ? T_I64 : T_I32;
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
        if (gen_fits(g->table_type[y], g->table_type[x])) {
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
            if (gen_fits(g->elem_type[e], g->table_type[x])) {
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
        gen_value(g, gen_chance(g, 128) ? T_FUNCREF : (uint8_t)(T_REF + gen_pick(g, g->n_types)), 1);
        if (gen_chance(g, 170)) {
            gen_op(g, WICK_OP_ref_is_null);
            gen_pop(g, 1);
            gen_push(g, T_I32);
        } else if (gen_is_func(g->stack[g->height - 1])) {
            uint8_t t = g->stack[g->height - 1];
            gen_op(g, WICK_OP_ref_as_non_null);
            gen_pop(g, 1);
            gen_push(g, t == T_FUNCREF ? T_NFUNC : t >= T_REF && t < T_NREF ? (uint8_t)(t - T_REF + T_NREF) : t);
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
        if (locals[i] == UINT32_MAX) {
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

static void gen_statement(struct gen *g) {
    uint32_t kind = gen_byte(g), there = g->height - gen_top(g)->base, x, n;
    uint8_t t;
    g->budget--;
    if (gen_room(g) < 64) {
        kind = 40; /* a local.set or a drop */
    }
    if (kind < 24) { /* an instruction on what lies there */
        gen_row_op(g, &g->rows[gen_u64(g, 2) % g->n_rows], 2);
    } else if (kind < 40) {
        gen_row_op(g, &g->rows[g->common[gen_pick(g, g->n_common)]], 3);
    } else if (kind < 56) { /* keep or drop the top */
        if (there > 0) {
            t = g->stack[g->height - 1];
            x = gen_chance(g, 220) ? gen_find_local(g, t, true) : UINT32_MAX;
            if (x != UINT32_MAX) {
                gen_set(g, x, kind < 44);
            } else {
                gen_op(g, WICK_OP_drop);
                gen_pop(g, 1);
            }
        }
    } else if (kind < 92) { /* local = expression */
        t = gen_value_type(g);
        x = gen_find_local(g, t, true);
        if (x != UINT32_MAX) {
            gen_value(g, t, 4);
            gen_set(g, x, gen_chance(g, 40));
        }
    } else if (kind < 104) { /* pointer or counter steps */
        x = gen_find_role(g, LOCAL_POINTER);
        if (x != UINT32_MAX) {
            t = g->local_type[x];
            gen_get(g, x);
            gen_address_const(g, t == T_I64, (int64_t)gen_pick(g, 16) - 4);
            gen_op(g, t == T_I64 ? WICK_OP_i64_add : WICK_OP_i32_add);
            gen_pop(g, 1);
            gen_set(g, x, gen_chance(g, 60));
        }
    } else if (kind < 114) {
        x = gen_find_global(g, t = gen_value_type(g), true);
        if (x != UINT32_MAX) {
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
    } else if (kind < 236) {
        gen_pending(g);
    } else if (kind < 242) {
        gen_bulk(g);
    } else if (kind < 248) {
        gen_table(g);
    } else if (kind < 252) { /* select */
        t = gen_number_type(g);
        uint8_t in[3] = {t, t, T_I32};
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

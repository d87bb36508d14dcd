/* translate_simd.c - vector instructions: which cell, and where their operands are.
 *
 * A vector operand is a local, a constant (the offset of its bytes in the module) or two slots. In functions whose frame
 * is beyond the reach of 16 bits everything goes through simd_any, whose slots are 32 bits. */
#include "interp/ref.h"
#include "interp/translate.h"

/* ---- moves ------------------------------------------------------------------------------------------------------ */

void wk_tr_vector_move(struct wk_translator *t, int32_t to, int32_t from) {
    if (WK_UNLIKELY(t->wide)) {
        for (int32_t i = 0; i < 2; i++) {
            wk_tr_cell(t, WK_CELL_mov_wide);
            wk_tr_u32(t, (uint32_t)(from + i));
            wk_tr_u32(t, (uint32_t)(to + i));
        }
        return;
    }
    wk_tr_cell(t, WK_CELL_vmov);
    wk_tr_slot(t, from);
    wk_tr_slot(t, to);
}

void wk_tr_vector_const(struct wk_translator *t, int32_t to, uint32_t at) {
    const uint64_t low = wk_ld_le64(t->bytes + at);
    const uint64_t high = wk_ld_le64(t->bytes + at + 8);
    if (WK_UNLIKELY(t->wide)) {
        wk_tr_const(t, to, low);
        wk_tr_const(t, to + 1, high);
        return;
    }
    wk_tr_cell(t, WK_CELL_vconst);
    wk_tr_u64(t, low);
    wk_tr_u64(t, high);
    wk_tr_slot(t, to);
    wk_tr_pad(t);
}

/* The topmost operand is what the newest cell, with its slot field 8 bytes behind its start, writes to its slots only. */
static void tr_vector_produced(struct wk_translator *t) {
    const uint32_t dst = t->starts[t->n_starts - 1] + 8;
    wk_tr_produced(t, dst, 1, TR_V128);
    t->acc[TR_V128] = TR_NO_SLOT;
}

/* Globals have no wide cells: their slots are fetched and delivered one by one, through the link's free ones. */
static void tr_vector_global_wide(struct wk_translator *t, uint32_t global, bool is_set, int32_t slot) {
    const int32_t near = 2; /* and 3 */
    if (is_set) {
        wk_tr_vector_move(t, near, slot);
    }
    wk_tr_cell(t, is_set ? WK_CELL_vglobal_set : WK_CELL_vglobal_get);
    wk_tr_u32(t, global);
    wk_tr_slot(t, near);
    wk_tr_pad(t);
    if (!is_set) {
        wk_tr_vector_move(t, slot, near);
    }
}

void wk_tr_vector_global(struct wk_translator *t, uint32_t global, bool is_set) {
    int32_t slot;
    if (is_set) {
        slot = wk_tr_operand_slot(t, t->n - 1);
        wk_tr_pop(t, 1);
    } else {
        wk_tr_push_temp(t, TR_V128);
        slot = wk_tr_home(t, t->n - 1);
    }
    if (WK_UNLIKELY(t->wide)) {
        tr_vector_global_wide(t, global, is_set, slot);
        return;
    }
    wk_tr_cell(t, is_set ? WK_CELL_vglobal_set : WK_CELL_vglobal_get);
    wk_tr_u32(t, global);
    wk_tr_slot(t, slot);
    wk_tr_pad(t);
    if (!is_set) {
        tr_vector_produced(t);
    }
}

void wk_tr_vector_select(struct wk_translator *t) {
    const uint32_t n = t->n;
    struct tr_operand c;
    int32_t x, y;
    if (t->vals[n - 1].kind == TR_CONST) {
        wk_tr_flush(t, n - 1);
    }
    x = wk_tr_operand_slot(t, n - 3);
    y = wk_tr_operand_slot(t, n - 2);
    c = wk_tr_operand(t, n - 1);
    if (c.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &c);
    }
    wk_tr_cell(t, WK_CELL_vselect_S + c.mode);
    wk_tr_slot(t, x);
    wk_tr_slot(t, y);
    wk_tr_slot(t, wk_tr_home(t, n - 3));
    wk_tr_slot(t, c.mode == WK_MODE_S ? c.slot : 0);
    wk_tr_pop(t, 3);
    wk_tr_push_temp(t, TR_V128);
    tr_vector_produced(t);
}

void wk_tr_vector_return(struct wk_translator *t, int32_t base) {
    const int32_t slot = wk_tr_operand_slot(t, t->n - 1);
    wk_tr_cell(t, WK_CELL_vret);
    wk_tr_slot(t, slot);
    wk_tr_slot(t, base);
}

#if WICK_SIMD

/* ---- any instruction -------------------------------------------------------------------------------------------- */

static uint32_t tr_letter_class(char letter) {
    return letter == 's' ? TR_V128 : letter == 'f' ? TR_F32 : letter == 'd' ? TR_F64 : TR_INT;
}

/* All operands in canonical slots, and the result too. */
static void tr_simd_any(struct wk_translator *t, enum wick_op op, uint32_t imm_at) {
    const char *sig = wk_op_info(op)->sig;
    uint32_t n = 0;
    while (sig[n] != '_') {
        n++;
    }
    wk_tr_flush_range(t, t->n - n, t->n, true);
    wk_tr_cell(t, WK_CELL_simd_any);
    wk_tr_u32(t, op);
    wk_tr_u32(t, imm_at);
    wk_tr_u32(t, (uint32_t)wk_tr_home(t, t->n - n));
    wk_tr_pop(t, n);
    if (sig[n + 1] != 0) {
        wk_tr_push_temp(t, tr_letter_class(sig[n + 1]));
    }
}

#if WK_CELL_VECTORS

/* ---- instructions with cells --------------------------------------------------------------------------------------- */

static void simd_push(struct wk_translator *t, uint32_t dst, uint32_t forms, uint32_t class) {
    wk_tr_pad(t);
    wk_tr_push_temp(t, class);
    wk_tr_produced(t, dst, forms, class);
}

/* A vector and a number: the modes of both, of which at most one is an accumulator whose store can be dropped. */
static void simd_two(struct wk_translator *t, uint32_t first, uint32_t list, bool has_lane, uint32_t lane) {
    struct tr_operand l, r;
    uint32_t pair, dst;
    if (t->vals[t->n - 2].kind == TR_CONST) {
        wk_tr_flush(t, t->n - 2);
    }
    if (t->vals[t->n - 1].kind == TR_CONST && has_lane) {
        wk_tr_flush(t, t->n - 1);
    }
    r = wk_tr_operand(t, t->n - 1);
    l = wk_tr_operand(t, t->n - 2);
    if (l.mode == WK_MODE_A && r.mode == WK_MODE_A) {
        l.mode = WK_MODE_S;
    }
    wk_tr_pair(list, &l, &r, &pair);
    if (l.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &l);
    } else if (r.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &r);
    }
    wk_tr_cell(t, first + pair);
    if (has_lane) {
        wk_tr_u32(t, lane);
    }
    if (r.mode == WK_MODE_I) {
        wk_tr_u32(t, (uint32_t)r.num);
    }
    if (l.mode == WK_MODE_S) {
        wk_tr_slot(t, l.slot);
    }
    if (r.mode == WK_MODE_S) {
        wk_tr_slot(t, r.slot);
    }
    wk_tr_pop(t, 2);
    dst = t->at;
    wk_tr_slot(t, wk_tr_home(t, t->n));
    simd_push(t, dst, wk_tr_list_forms(list), TR_V128);
}

static void simd_three(struct wk_translator *t, uint32_t first, uint32_t list) {
    const int32_t x = wk_tr_operand_slot(t, t->n - 3);
    const int32_t y = wk_tr_operand_slot(t, t->n - 2);
    struct tr_operand z = wk_tr_operand_reg(t, t->n - 1);
    struct tr_operand none = {WK_MODE_S, false, 0, 0};
    uint32_t pair, dst;
    wk_tr_pair(list, &z, &none, &pair);
    if (z.mode == WK_MODE_A) {
        wk_tr_use_acc(t, &z);
    }
    wk_tr_cell(t, first + pair);
    wk_tr_slot(t, x);
    wk_tr_slot(t, y);
    if (z.mode != WK_MODE_A) {
        wk_tr_slot(t, z.slot);
    }
    wk_tr_pop(t, 3);
    dst = t->at;
    wk_tr_slot(t, wk_tr_home(t, t->n));
    simd_push(t, dst, wk_tr_list_forms(list), TR_V128);
}

/* A lane of the topmost operand: `width` bytes. */
static void simd_extract(struct wk_translator *t, uint32_t id, uint32_t forms, uint32_t class, int32_t width, uint32_t lane) {
    const int32_t slot = wk_tr_operand_slot(t, t->n - 1);
    uint32_t dst;
    wk_tr_cell(t, id);
    wk_tr_u32(t, (uint32_t)(slot * 8 + width * (int32_t)lane));
    wk_tr_pop(t, 1);
    dst = t->at;
    wk_tr_slot(t, wk_tr_home(t, t->n));
    simd_push(t, dst, forms, class);
}

/* Are all lanes whole ones of `width` bytes? */
static bool simd_is_whole(const uint8_t *lanes, uint32_t width) {
    for (uint32_t i = 0; i < 16; i++) {
        if (lanes[i] % width != i % width || lanes[i] - i % width != lanes[i - i % width]) {
            return false;
        }
    }
    return true;
}

static void simd_shuffle(struct wk_translator *t, const uint8_t *lanes) {
    const int32_t x = wk_tr_operand_slot(t, t->n - 2);
    const int32_t y = wk_tr_operand_slot(t, t->n - 1);
    const uint32_t width = simd_is_whole(lanes, 8) ? 8 : simd_is_whole(lanes, 4) ? 4 : simd_is_whole(lanes, 2) ? 2 : 1;
    const uint32_t id = width == 8   ? WK_CELL_vshuffle64
                        : width == 4 ? WK_CELL_vshuffle32
                        : width == 2 ? WK_CELL_vshuffle16
                                     : WK_CELL_vshuffle8;
    uint32_t dst;
    wk_tr_cell(t, id);
    for (uint32_t i = 0; i < 16; i += width) {
        const int32_t place = lanes[i] < 16 ? x * 8 + lanes[i] : y * 8 + lanes[i] - 16;
        wk_tr_u32(t, (uint32_t)place);
    }
    wk_tr_pop(t, 2);
    dst = t->at;
    wk_tr_slot(t, wk_tr_home(t, t->n));
    simd_push(t, dst, 1, TR_V128);
}

/* Address, vector: a lane from memory. */
static void simd_load_lane(struct wk_translator *t, uint32_t id, uint32_t offset, uint32_t lane) {
    const int32_t address = wk_tr_operand_slot(t, t->n - 2);
    const int32_t vector = wk_tr_operand_slot(t, t->n - 1);
    uint32_t dst;
    wk_tr_cell(t, id);
    wk_tr_u32(t, offset);
    wk_tr_u32(t, lane);
    wk_tr_slot(t, address);
    wk_tr_slot(t, vector);
    wk_tr_pop(t, 2);
    dst = t->at;
    wk_tr_slot(t, wk_tr_home(t, t->n));
    simd_push(t, dst, 1, TR_V128);
}

/* An instruction that goes by its own name; *pos is behind its immediates, which begin at imm_at. */
static bool simd_own(struct wk_translator *t, enum wick_op which, uint32_t imm_at) {
    const uint32_t lane = t->bytes[imm_at];
    switch (which) {
#define CELL_VBIN(op, fn, in, out, list)                               \
    case WICK_OP_##op:                                                 \
        wk_tr_binary(t, which);                                         \
        return true;
#define CELL_VSWAP(op, other, list) CELL_VBIN(op, other, v128, v128, list)
#define CELL_VUN(op, fn, in, out, list)                                \
    case WICK_OP_##op:                                                 \
        wk_tr_unary(t, which);                                          \
        return true;
#define CELL_VSHIFT(op, list)                                          \
    case WICK_OP_##op:                                                 \
        simd_two(t, WK_CELL_##op##_SSS, WK_LIST_##list, false, 0);     \
        return true;
#define CELL_VREPLACE(op, in, list)                                    \
    case WICK_OP_##op:                                                 \
        simd_two(t, WK_CELL_##op##_SSS, WK_LIST_##list, true, lane);   \
        return true;
#define CELL_VTHREE(op, list)                                          \
    case WICK_OP_##op:                                                 \
        simd_three(t, WK_CELL_##op##_SNS, WK_LIST_##list);             \
        return true;
#include "def/cell.def"
    case WICK_OP_i8x16_extract_lane_s:
        simd_extract(t, WK_CELL_vlane8s_NNS, 2, TR_INT, 1, lane);
        return true;
    case WICK_OP_i8x16_extract_lane_u:
        simd_extract(t, WK_CELL_vlane8u_NNS, 2, TR_INT, 1, lane);
        return true;
    case WICK_OP_i16x8_extract_lane_s:
        simd_extract(t, WK_CELL_vlane16s_NNS, 2, TR_INT, 2, lane);
        return true;
    case WICK_OP_i16x8_extract_lane_u:
        simd_extract(t, WK_CELL_vlane16u_NNS, 2, TR_INT, 2, lane);
        return true;
    case WICK_OP_i32x4_extract_lane:
        simd_extract(t, WK_CELL_vlane32_NNS, 4, TR_INT, 4, lane);
        return true;
    case WICK_OP_i64x2_extract_lane:
        simd_extract(t, WK_CELL_vlane64_NNS, 4, TR_INT, 8, lane);
        return true;
    case WICK_OP_f32x4_extract_lane:
        simd_extract(t, WK_CELL_vlanef32_NNS, 2, TR_F32, 4, lane);
        return true;
    case WICK_OP_f64x2_extract_lane:
        simd_extract(t, WK_CELL_vlanef64_NNS, 2, TR_F64, 8, lane);
        return true;
    case WICK_OP_i8x16_shuffle:
        simd_shuffle(t, t->bytes + imm_at);
        return true;
    default:
        return false;
    }
}

/* Memory 0 with 32-bit addresses, not shared. */
static bool simd_memory(struct wk_translator *t, enum wick_op op, uint32_t imm_at) {
    const wick_limits *limits = &t->module->memories[0].limits;
    struct wk_memarg arg;
    uint32_t pos = imm_at;
    uint32_t lane;
    wk_read_memarg(t->bytes, &pos, &arg);
    if (arg.memory != 0 || limits->is64 || limits->shared) {
        return false;
    }
    lane = t->bytes[pos];
    /* a lane is stored as the number that it is */
    switch (op) {
    case WICK_OP_v128_load8_lane:
        simd_load_lane(t, WK_CELL_vload8_lane, (uint32_t)arg.offset, lane);
        return true;
    case WICK_OP_v128_load16_lane:
        simd_load_lane(t, WK_CELL_vload16_lane, (uint32_t)arg.offset, lane);
        return true;
    case WICK_OP_v128_load32_lane:
        simd_load_lane(t, WK_CELL_vload32_lane, (uint32_t)arg.offset, lane);
        return true;
    case WICK_OP_v128_load64_lane:
        simd_load_lane(t, WK_CELL_vload64_lane, (uint32_t)arg.offset, lane);
        return true;
    case WICK_OP_v128_store8_lane:
        simd_extract(t, WK_CELL_vlane8u_NNS, 2, TR_INT, 1, lane);
        wk_tr_store(t, WICK_OP_i32_store8, imm_at);
        return true;
    case WICK_OP_v128_store16_lane:
        simd_extract(t, WK_CELL_vlane16u_NNS, 2, TR_INT, 2, lane);
        wk_tr_store(t, WICK_OP_i32_store16, imm_at);
        return true;
    case WICK_OP_v128_store32_lane:
        simd_extract(t, WK_CELL_vlane32_NNS, 4, TR_INT, 4, lane);
        wk_tr_store(t, WICK_OP_i32_store, imm_at);
        return true;
    case WICK_OP_v128_store64_lane:
        simd_extract(t, WK_CELL_vlane64_NNS, 4, TR_INT, 8, lane);
        wk_tr_store(t, WICK_OP_i64_store, imm_at);
        return true;
    case WICK_OP_v128_store:
        wk_tr_store(t, op, imm_at);
        return true;
    default:
        wk_tr_load(t, op, imm_at);
        return true;
    }
}

/* A relaxed instruction may be the strict one, and is (num/v128.h). */
static enum wick_op simd_strict(enum wick_op op) {
    switch (op) {
    case WICK_OP_i8x16_relaxed_swizzle:
        return WICK_OP_i8x16_swizzle;
    case WICK_OP_i32x4_relaxed_trunc_f32x4_s:
        return WICK_OP_i32x4_trunc_sat_f32x4_s;
    case WICK_OP_i32x4_relaxed_trunc_f32x4_u:
        return WICK_OP_i32x4_trunc_sat_f32x4_u;
    case WICK_OP_i32x4_relaxed_trunc_f64x2_s_zero:
        return WICK_OP_i32x4_trunc_sat_f64x2_s_zero;
    case WICK_OP_i32x4_relaxed_trunc_f64x2_u_zero:
        return WICK_OP_i32x4_trunc_sat_f64x2_u_zero;
    case WICK_OP_i8x16_relaxed_laneselect:
    case WICK_OP_i16x8_relaxed_laneselect:
    case WICK_OP_i32x4_relaxed_laneselect:
    case WICK_OP_i64x2_relaxed_laneselect:
        return WICK_OP_v128_bitselect;
    case WICK_OP_f32x4_relaxed_min:
        return WICK_OP_f32x4_min;
    case WICK_OP_f32x4_relaxed_max:
        return WICK_OP_f32x4_max;
    case WICK_OP_f64x2_relaxed_min:
        return WICK_OP_f64x2_min;
    case WICK_OP_f64x2_relaxed_max:
        return WICK_OP_f64x2_max;
    case WICK_OP_i16x8_relaxed_q15mulr_s:
        return WICK_OP_i16x8_q15mulr_sat_s;
    default:
        return op;
    }
}

static bool simd_cell(struct wk_translator *t, enum wick_op which, uint32_t imm_at) {
    const enum wick_op op = simd_strict(which);
    if (WK_UNLIKELY(t->wide || (t->canonical_nan && wk_ref_simd_nan_bits(op) != 0))) {
        return false;
    }
    if ((wk_op_info(op)->flags & (WK_OP_LOAD | WK_OP_STORE)) != 0) {
        return simd_memory(t, op, imm_at);
    }
    return simd_own(t, op, imm_at);
}

#else

static bool simd_cell(struct wk_translator *t, enum wick_op op, uint32_t imm_at) {
    (void)t, (void)op, (void)imm_at;
    return false;
}

#endif

bool wk_tr_simd(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    const uint32_t imm_at = *pos;
    if (!wk_ref_is_simd(op)) {
        return false;
    }
    wk_skip_imm(t->module, (enum wk_imm)wk_op_info(op)->imm, pos);
    if (op == WICK_OP_v128_const) {
        wk_tr_push_const(t, TR_V128, imm_at);
        return true;
    }
    if (!simd_cell(t, op, imm_at)) {
        tr_simd_any(t, op, imm_at);
    }
    return true;
}

#else

bool wk_tr_simd(struct wk_translator *t, enum wick_op op, uint32_t *pos) {
    (void)t, (void)op, (void)pos;
    return false;
}

#endif

/* h_control.h - moves, constants, branches, calls, returns, globals and references. */

/* Moves write slots only, so that the accumulators stay as they are while arguments are put in place. */
H_BEGIN(mov_SS) {
    H_SLOT(6) = H_SLOT(4);
    H_NEXT(8);
}
/* destination, then sources for it and the next slots */
H_BEGIN(mov2) {
    uint64_t *to = &H_SLOT(4);
    to[0] = H_SLOT(6);
    to[1] = H_SLOT(8);
    H_NEXT(12);
}
H_BEGIN(mov3) {
    uint64_t *to = &H_SLOT(4);
    to[0] = H_SLOT(6);
    to[1] = H_SLOT(8);
    to[2] = H_SLOT(10);
    H_NEXT(12);
}
H_BEGIN(mov_SL) {
    l0 = H_SLOT(4);
    H_SLOT(6) = l0;
    H_NEXT(8);
}
H_BEGIN(mov_SM) {
    l1 = H_SLOT(4);
    H_SLOT(6) = l1;
    H_NEXT(8);
}
H_BEGIN(mov_AS) {
    H_SLOT(4) = acc;
    H_NEXT(8);
}
H_BEGIN(mov_AL) {
    l0 = acc;
    H_SLOT(4) = l0;
    H_NEXT(8);
}
H_BEGIN(mov_AM) {
    l1 = acc;
    H_SLOT(4) = l1;
    H_NEXT(8);
}
/* slots beyond 16 bits: source, destination */
H_BEGIN(mov_wide) {
    fp[WK_CELL_S32(pc + 8)] = fp[WK_CELL_S32(pc + 4)];
    H_NEXT(12);
}
H_BEGIN(const32_S) {
    H_SLOT(8) = WK_CELL_U32(pc + 4);
    H_NEXT(12);
}
H_BEGIN(const32_A) {
    acc = WK_CELL_U32(pc + 4);
    H_NEXT(8);
}
H_BEGIN(const32_L) {
    l0 = WK_CELL_U32(pc + 4);
    H_SLOT(8) = l0;
    H_NEXT(12);
}
H_BEGIN(const32_M) {
    l1 = WK_CELL_U32(pc + 4);
    H_SLOT(8) = l1;
    H_NEXT(12);
}
H_BEGIN(const64_S) {
    H_SLOT(12) = wk_ld_field64(pc + 4);
    H_NEXT(16);
}
H_BEGIN(const64_A) {
    acc = wk_ld_field64(pc + 4);
    H_NEXT(12);
}
H_BEGIN(const64_L) {
    l0 = wk_ld_field64(pc + 4);
    H_SLOT(12) = l0;
    H_NEXT(16);
}
H_BEGIN(const64_M) {
    l1 = wk_ld_field64(pc + 4);
    H_SLOT(12) = l1;
    H_NEXT(16);
}
/* wick_config.canonical_nan */
H_BEGIN(canon32) {
    H_SLOT(4) = wk_f32_canon((uint32_t)H_SLOT(4));
    H_NEXT(8);
}
H_BEGIN(canon64) {
    H_SLOT(4) = wk_f64_canon(H_SLOT(4));
    H_NEXT(8);
}

/* destination, source (not below it), number */
H_BEGIN(mov_n) {
    uint64_t *to = fp + WK_CELL_S32(pc + 4);
    const uint64_t *from = fp + WK_CELL_S32(pc + 8);
    for (uint32_t i = 0, n = WK_CELL_U32(pc + 12); i < n; i++) {
        H_PLAIN_LOOP;
        to[i] = from[i];
    }
    H_NEXT(16);
}

/* ---- branches ------------------------------------------------------------------------------------------------------ */

H_BEGIN(br) {
    H_TAKE(4);
}
/* carries 64 values or more */
H_BEGIN(br_charge) {
    const int32_t offset = WK_CELL_S32(pc + 4);
    const uint32_t units = WK_CELL_U32(pc + 8) + (offset <= 0);
    pc += offset;
    if (WK_UNLIKELY(H_SLICE_LESS(units))) {
        H_FUEL_OUT;
    }
    H_NEXT(0);
}
H_BEGIN(charge) {
    const uint32_t units = WK_CELL_U32(pc + 4);
    pc += 8;
    if (WK_UNLIKELY(H_SLICE_LESS(units))) {
        H_FUEL_OUT;
    }
    H_NEXT(0);
}
#define H_BRZ(mode, size)                \
    H_BEGIN(brz_##mode) {                \
        if ((H_GET_##mode##_i64(8)) == 0) { \
            H_TAKE(4);                   \
        }                                \
        H_NEXT(size);                    \
    }                                    \
    H_BEGIN(brnz_##mode) {               \
        if ((H_GET_##mode##_i64(8)) != 0) { \
            H_TAKE(4);                   \
        }                                \
        H_NEXT(size);                    \
    }
H_BRZ(S, 12)
H_BRZ(A, 8)
H_BRZ(L, 8)
H_BRZ(M, 8)
#undef H_BRZ
/* number of targets without the default, slot; then the targets, each counted as a branch's */
#define H_BR_TABLE(mode)                                \
    H_BEGIN(br_table_##mode) {                          \
        const uint32_t n = WK_CELL_U32(pc + 4);         \
        const uint32_t i = H_GET_##mode##_i32(8);       \
        pc += 12 + (size_t)(i < n ? i : n) * 4;         \
        H_TAKE(0);                                      \
    }
H_BR_TABLE(S)
H_BR_TABLE(A)
H_BR_TABLE(L)
H_BR_TABLE(M)
#undef H_BR_TABLE
/* a block's only result and the branch out of it */
H_BEGIN(movbr) {
    H_SLOT(8) = H_SLOT(10);
    H_TAKE(4);
}
H_BEGIN(movbr_A) {
    H_SLOT(8) = acc;
    H_TAKE(4);
}
/* values if true and if false, destination, condition */
#define H_SELECT(mode)                                                     \
    H_BEGIN(select_##mode) {                                               \
        const uint64_t x = H_SLOT(4);                                      \
        const uint64_t y = H_SLOT(6);                                      \
        acc = (H_GET_##mode##_i64(10)) != 0 ? x : y;                       \
        H_SLOT(8) = acc;                                                   \
        H_NEXT(12);                                                        \
    }
H_SELECT(S)
H_SELECT(A)
H_SELECT(L)
H_SELECT(M)
#undef H_SELECT
/* constants (the one of the value if true first), slots of what is none, condition, destination */
#define H_SELECT_I(x, y, c, d)                                                       \
    H_BEGIN(select_##x##y##c##d) {                                                   \
        enum {                                                                       \
            X_ = 4,                                                                  \
            Y_ = X_ + 4 * H_IS_IMM_##x,                                              \
            XS_ = Y_ + 4 * H_IS_IMM_##y,                                             \
            YS_ = XS_ + 2 * H_HAS_##x,                                               \
            C_ = YS_ + 2 * H_HAS_##y,                                                \
            D_ = C_ + 2 * H_HAS_##c,                                                 \
            N_ = (D_ + 2 * H_TO_##d + 3) & ~3                                        \
        };                                                                           \
        const uint64_t if_true = H_VALUE_##x(X_, XS_), if_false = H_VALUE_##y(Y_, YS_); \
        const uint64_t v = H_GET_##c##_i64(C_) != 0 ? if_true : if_false;            \
        H_PUT_##d##_i64(v, D_);                                                      \
        H_NEXT(N_);                                                                  \
    }
#define H_VALUE_S(imm, slot) H_SLOT(slot)
#define H_VALUE_I(imm, slot) WK_CELL_U32(pc + (imm))
H_SELECT_I(S, I, S, S)
H_SELECT_I(S, I, S, A)
H_SELECT_I(S, I, A, S)
H_SELECT_I(S, I, A, A)
H_SELECT_I(I, S, S, S)
H_SELECT_I(I, S, S, A)
H_SELECT_I(I, S, A, S)
H_SELECT_I(I, S, A, A)
H_SELECT_I(I, I, S, S)
H_SELECT_I(I, I, S, A)
H_SELECT_I(I, I, A, S)
H_SELECT_I(I, I, A, A)
#undef H_SELECT_I
#undef H_VALUE_S
#undef H_VALUE_I
H_BEGIN(unreachable) {
    H_SLOW(unreachable);
}

/* ---- calls --------------------------------------------------------------------------------------------------------- */

/* From the call cell (of `size` bytes) into a function of the same instance; what does not fit goes the slow way, which
 * starts over. The caller's pins are dead: it loads them again when the call is over. */
#define H_ENTER(entry, size, slow)                                             \
    const int64_t forth_ = WK_CALL_FORTH(pc + (size));                         \
    if (WK_UNLIKELY(H_FP_AT(forth_) + (entry)->need > H_HEAD->stack_end)) {    \
        l0 = l1 = 0;                                                           \
        H_SLOW(slow);                                                          \
    }                                                                          \
    fp = H_FP_AT(forth_);                                                      \
    fp[0] = (uint64_t)(uintptr_t)(pc + (size));                                \
    fp[1] = (uint64_t)forth_;                                                  \
    l0 = (entry)->locals;                                                      \
    if (l0 != 0) {                                                             \
        if (WK_UNLIKELY(l0 >= 64)) {                                           \
            H_SLICE -= (uint32_t)l0 / 64;                                      \
        }                                                                      \
        do {                                                                   \
            H_PLAIN_LOOP;                                                      \
            fp[l0 + WK_LINK_SLOTS - 1] = 0;                                    \
        } while (--l0 != 0);                                                   \
    }                                                                          \
    l0 = fp[(entry)->pin[0]];                                                  \
    l1 = fp[(entry)->pin[1]];                                                  \
    const uint32_t first_ = wk_atomic_load32(&(entry)->first); /* of `lazy`, it goes with any code */ \
    pc = wk_entry_code(entry);                                                 \
    acc = (uint64_t)(uintptr_t)(entry); /* cell `lazy` wants it */             \
    if (WK_UNLIKELY(H_SLICE_LESS(1))) {                                        \
        H_FUEL_OUT;                                                          \
    }                                                                          \
    H_NEXT_IS(first_)
#define H_FP_AT(bytes) ((uint64_t *)(void *)((uint8_t *)(void *)fp + (bytes)))

H_BEGIN(call) {
    const struct wk_entry *entry = WK_CALL_ENTRY(H_HEAD->entries, pc);
    H_ENTER(entry, 20, call);
}
/* Type, table 0, index: a function of this instance with exactly this type takes the short way; the index goes to the
 * slow one in acc. */
#define H_CALL_INDIRECT(mode)                                                          \
    H_BEGIN(call_ind_##mode) {                                                         \
        const uint64_t index = H_GET_##mode##_i64(12);                                 \
        const struct wick_func *func;                                                  \
        acc = index;                                                                   \
        if (WK_UNLIKELY(index >= H_HEAD->table0_size)) {                               \
            H_SLOW(call_indirect);                                                     \
        }                                                                              \
        func = (const struct wick_func *)(uintptr_t)H_HEAD->table0[index];             \
        if (WK_UNLIKELY(func == NULL || func->type != WK_CELL_U32(pc + 4) ||           \
                        func->instance != H_HEAD->instance)) {                         \
            H_SLOW(call_indirect);                                                     \
        }                                                                              \
        const struct wk_entry *entry = func->code;                                     \
        H_ENTER(entry, 28, call_indirect);                                             \
    }
H_CALL_INDIRECT(S)
H_CALL_INDIRECT(A)
H_CALL_INDIRECT(L)
H_CALL_INDIRECT(M)
#undef H_CALL_INDIRECT
/* another table */
H_BEGIN(call_ind_any) {
    acc = H_SLOT(12);
    H_SLOW(call_indirect);
}
H_BEGIN(call_ref) {
    const struct wick_func *func = (const struct wick_func *)(uintptr_t)H_SLOT(4);
    if (WK_UNLIKELY(func == NULL || func->instance != H_HEAD->instance)) {
        H_SLOW(call_ref);
    }
    const struct wk_entry *entry = func->code;
    H_ENTER(entry, 20, call_ref);
}
#undef H_ENTER
H_BEGIN(tail) {
    H_SLOW(tail);
}
H_BEGIN(tail_import) {
    H_SLOW(tail_import);
}
H_BEGIN(tail_ind) {
    H_SLOW(tail_indirect);
}
H_BEGIN(tail_ref) {
    H_SLOW(tail_ref);
}
H_BEGIN(lazy) {
    H_SLOW(lazy);
}

/* The link is read before a result is written: they may be the same slots. */
#define H_LINK                                 \
    const uint64_t rc = fp[0];                 \
    uint64_t *const caller = H_FP_AT(-(int64_t)fp[1])
/* fp is the callee's base by now. */
#define H_RETURN                            \
    if (WK_UNLIKELY((rc & WK_RC_TAGS) != 0)) { \
        l0 = rc;                            \
        H_SLOW(ret);                        \
    }                                       \
    pc = (const uint8_t *)(uintptr_t)rc;    \
    fp = caller;                            \
    l0 = fp[WK_CALL_PIN0(pc)];              \
    l1 = fp[WK_CALL_PIN1(pc)];              \
    H_NEXT(0)
#define H_RET1(sym, value, base_at)              \
    H_BEGIN(sym) {                               \
        H_LINK;                                  \
        const uint64_t v = value;                \
        fp += WK_CELL_S16(pc + (base_at));       \
        fp[0] = v;                               \
        acc = v;                                 \
        H_RETURN;                                \
    }
H_BEGIN(ret0) {
    H_LINK;
    fp += WK_CELL_S16(pc + 4);
    H_RETURN;
}
H_RET1(ret_S, H_SLOT(4), 6)
H_RET1(ret_A, acc, 4)
H_RET1(ret_L, l0, 4)
H_RET1(ret_M, l1, 4)
H_RET1(ret_I, WK_CELL_U32(pc + 4), 8)
H_BEGIN(ret_f32) {
    H_LINK;
    fp += WK_CELL_S16(pc + 4);
    fp[0] = wk_f32v_to_bits(H_ACC_F32);
    H_RETURN;
}
H_BEGIN(ret_f64) {
    H_LINK;
    fp += WK_CELL_S16(pc + 4);
    fp[0] = wk_f64v_to_bits(H_ACC_F64);
    H_RETURN;
}
H_BEGIN(vret) {
    H_LINK;
    const uint64_t low = (&H_SLOT(4))[0], high = (&H_SLOT(4))[1]; /* the places may overlap by a slot */
    fp += WK_CELL_S16(pc + 6);
    fp[0] = low;
    fp[1] = high;
    H_RETURN;
}
/* base, first result, number of results */
H_BEGIN(ret_n) {
    H_LINK;
    const uint64_t *from = fp + WK_CELL_S32(pc + 8);
    fp += WK_CELL_S32(pc + 4);
    for (uint32_t i = 0, n = WK_CELL_U32(pc + 12); i < n; i++) {
        H_PLAIN_LOOP;
        fp[i] = from[i];
    }
    acc = fp[0]; /* as after the others, if it is the only one */
    H_RETURN;
}
#undef H_RETURN
#undef H_RET1
#undef H_LINK
#undef H_FP_AT

/* ---- globals, references ------------------------------------------------------------------------------------------- */

H_BEGIN(global_get_S) {
    acc = H_HEAD->globals[WK_CELL_U32(pc + 4)]->value[0];
    H_SLOT(8) = acc;
    H_NEXT(12);
}
H_BEGIN(global_get_A) {
    acc = H_HEAD->globals[WK_CELL_U32(pc + 4)]->value[0];
    H_NEXT(8);
}
H_BEGIN(global_get_L) {
    l0 = H_HEAD->globals[WK_CELL_U32(pc + 4)]->value[0];
    H_SLOT(8) = l0;
    H_NEXT(12);
}
H_BEGIN(global_get_M) {
    l1 = H_HEAD->globals[WK_CELL_U32(pc + 4)]->value[0];
    H_SLOT(8) = l1;
    H_NEXT(12);
}
H_BEGIN(global_set_S) {
    H_HEAD->globals[WK_CELL_U32(pc + 4)]->value[0] = H_SLOT(8);
    H_NEXT(12);
}
H_BEGIN(global_set_A) {
    H_HEAD->globals[WK_CELL_U32(pc + 4)]->value[0] = acc;
    H_NEXT(8);
}
H_BEGIN(global_set_L) {
    H_HEAD->globals[WK_CELL_U32(pc + 4)]->value[0] = l0;
    H_NEXT(8);
}
H_BEGIN(global_set_M) {
    H_HEAD->globals[WK_CELL_U32(pc + 4)]->value[0] = l1;
    H_NEXT(8);
}
H_BEGIN(ref_func) {
    acc = (uint64_t)(uintptr_t)H_HEAD->instance->funcs[WK_CELL_U32(pc + 4)];
    H_SLOT(8) = acc;
    H_NEXT(12);
}
H_BEGIN(as_non_null) {
    acc = H_SLOT(8);
    if (WK_UNLIKELY(acc == 0)) {
        H_SLOW(null);
    }
    H_NEXT(12);
}
H_BEGIN(ref_eq) {
    acc = H_SLOT(4) == H_SLOT(6);
    H_SLOT(8) = acc;
    H_NEXT(12);
}

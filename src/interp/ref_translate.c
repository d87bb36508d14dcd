/* ref_translate.c - side tables of the reference interpreter: one walk over a validated body.
 *
 * Owner of: where the reference interpreter's branches go and what they move; the places of the straight-line charge
 * (rt.h). The walk keeps the width of each operand in slots and nothing else of its type. What is unreachable gets no
 * entries, since it is never walked over, but counts as code. */
#include "base/bits.h"
#include "interp/ref.h"
#include "rt/heap.h"

#define REF_CHARGE_EVERY 256u
#define REF_NO_ENTRY UINT32_MAX

struct ref_ctrl {
    uint32_t type_at;   /* of its block type; 0: the function itself */
    uint32_t values;    /* operands below it, without its parameters */
    uint32_t height;    /* the same in slots */
    uint32_t label;     /* slots that a branch to it carries */
    uint32_t target;    /* LOOP: where branches go */
    uint32_t cursor;    /* LOOP */
    uint32_t chain;     /* last entry that waits for the end; each holds the one before in target */
    uint32_t false_at;  /* IF: the entry of the false condition; REF_NO_ENTRY when it is settled */
    uint32_t body_at;   /* TRY, TRY_TABLE */
    uint32_t body_end;  /* TRY: of its first catch; 0: none yet */
    uint32_t first;     /* TRY_TABLE: entry of its first catch; TRY: catch in w->open */
    bool is_loop;
    bool is_try;        /* legacy */
    bool is_try_table;
    bool was_dead;      /* begins in unreachable code */
};

struct ref_walk {
    const struct wick_module *module;
    struct wk_alloc *alloc;
    wick_diag *diag;
    const struct wk_deftype *type;
    uint32_t func_index;
    uint32_t at;     /* program counter */
    uint32_t number; /* of the instruction in straight-line code */
    bool dead;
    uint8_t *widths;
    size_t n_values, cap_values;
    uint32_t height;
    struct ref_ctrl *ctrls;
    size_t n_ctrls, cap_ctrls;
    struct ref_side *side;
    size_t n_side, cap_side;
    struct ref_run *runs;
    size_t n_runs, cap_runs;
    struct ref_catch *catches;
    size_t n_catches, cap_catches;
    struct ref_catch *open; /* of tries that have not ended */
    size_t n_open, cap_open;
    uint32_t n_locals; /* with parameters */
    uint32_t local_end; /* next free slot of the frame */
};

/* ---- operands ---------------------------------------------------------------------------------------------------- */

static wick_err ref_push_width(struct ref_walk *w, uint32_t width) {
    void *array = w->widths;
    if (wk_array_reserve(w->alloc, &array, &w->cap_values, w->n_values + 1, 1) != WICK_OK) {
        return wk_fail_nomem(w->diag, w->n_values);
    }
    w->widths = array;
    w->widths[w->n_values++] = (uint8_t)width;
    w->height += width;
    return WICK_OK;
}

static uint32_t ref_pop_width(struct ref_walk *w) {
    const uint32_t width = w->widths[--w->n_values];
    w->height -= width;
    return width;
}

static void ref_pop_n(struct ref_walk *w, uint32_t n) {
    for (; n != 0; n--) {
        (void)ref_pop_width(w);
    }
}

static wick_err ref_push_types(struct ref_walk *w, const wick_valtype *types, uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        WK_TRY(ref_push_width(w, wk_type_slots(types[i])));
    }
    return WICK_OK;
}

/* ---- entries ----------------------------------------------------------------------------------------------------- */

static wick_err ref_emit(struct ref_walk *w, uint32_t pc, enum ref_kind kind) {
    void *array = w->side;
    if (wk_array_reserve(w->alloc, &array, &w->cap_side, w->n_side + 1, sizeof *w->side) != WICK_OK) {
        return wk_fail_nomem(w->diag, w->n_side * sizeof *w->side);
    }
    w->side = array;
    memset(&w->side[w->n_side], 0, sizeof *w->side);
    w->side[w->n_side].pc = pc;
    w->side[w->n_side].kind = kind;
    w->n_side++;
    return WICK_OK;
}

static void ref_settle_entry(struct ref_walk *w, uint32_t entry) {
    w->side[entry].target = w->at;
    w->side[entry].cursor = (uint32_t)w->n_side;
}

static void ref_wait_for_end(struct ref_walk *w, struct ref_ctrl *ctrl) {
    w->side[w->n_side - 1].target = ctrl->chain;
    ctrl->chain = (uint32_t)w->n_side - 1;
}

/* An entry for a branch `depth` labels out. */
static wick_err ref_emit_branch(struct ref_walk *w, uint32_t pc, uint32_t depth) {
    struct ref_ctrl *ctrl = &w->ctrls[w->n_ctrls - 1 - depth];
    struct ref_side *entry;
    if (ctrl == &w->ctrls[0]) {
        return ref_emit(w, pc, REF_RETURN);
    }
    WK_TRY(ref_emit(w, pc, ctrl->is_loop ? REF_LOOP : REF_BRANCH));
    entry = &w->side[w->n_side - 1];
    entry->height = ctrl->height;
    entry->n = ctrl->label;
    if (ctrl->is_loop) {
        entry->target = ctrl->target;
        entry->cursor = ctrl->cursor;
    } else {
        ref_wait_for_end(w, ctrl);
    }
    return WICK_OK;
}

/* ---- blocks ------------------------------------------------------------------------------------------------------ */

static uint32_t ref_slots_of(const wick_valtype *types, uint32_t n) {
    uint32_t slots = 0;
    for (uint32_t i = 0; i < n; i++) {
        slots += wk_type_slots(types[i]);
    }
    return slots;
}

static wick_err ref_enter(struct ref_walk *w, uint32_t pc, enum wick_op op) {
    struct wk_block_type type;
    struct ref_ctrl *ctrl;
    const uint32_t type_at = w->at;
    void *array = w->ctrls;
    wk_read_block_type(w->module, &w->at, &type);
    if (op == WICK_OP_if && !w->dead) {
        (void)ref_pop_width(w);
        WK_TRY(ref_emit(w, pc, REF_JUMP));
    }
    if (wk_array_reserve(w->alloc, &array, &w->cap_ctrls, w->n_ctrls + 1, sizeof *w->ctrls) != WICK_OK) {
        return wk_fail_nomem(w->diag, w->n_ctrls * sizeof *w->ctrls);
    }
    w->ctrls = array;
    ctrl = &w->ctrls[w->n_ctrls++];
    memset(ctrl, 0, sizeof *ctrl);
    ctrl->type_at = type_at;
    ctrl->chain = REF_NO_ENTRY;
    ctrl->false_at = REF_NO_ENTRY;
    ctrl->was_dead = w->dead;
    if (w->dead) {
        return WICK_OK;
    }
    ctrl->values = (uint32_t)w->n_values - type.n_params;
    ctrl->height = w->height - ref_slots_of(type.params, type.n_params);
    ctrl->is_loop = op == WICK_OP_loop;
    ctrl->label = ctrl->is_loop ? ref_slots_of(type.params, type.n_params)
                                : ref_slots_of(type.results, type.n_results);
    ctrl->target = w->at;
    ctrl->cursor = (uint32_t)w->n_side;
    if (op == WICK_OP_if) {
        ctrl->false_at = (uint32_t)w->n_side - 1;
    }
    return WICK_OK;
}

/* The operands as they are at the beginning of a block, without its parameters. */
static void ref_cut(struct ref_walk *w, const struct ref_ctrl *ctrl) {
    w->n_values = ctrl->values;
    w->height = ctrl->height;
}

static wick_err ref_else(struct ref_walk *w, uint32_t pc) {
    struct ref_ctrl *ctrl = &w->ctrls[w->n_ctrls - 1];
    struct wk_block_type type;
    uint32_t type_at = ctrl->type_at;
    if (ctrl->was_dead) {
        return WICK_OK;
    }
    if (!w->dead) {
        WK_TRY(ref_emit(w, pc, REF_JUMP));
        ref_wait_for_end(w, ctrl);
    }
    ref_settle_entry(w, ctrl->false_at);
    ctrl->false_at = REF_NO_ENTRY;
    wk_read_block_type(w->module, &type_at, &type);
    ref_cut(w, ctrl);
    w->dead = false;
    return ref_push_types(w, type.params, type.n_params);
}

static wick_err ref_end(struct ref_walk *w) {
    struct ref_ctrl *ctrl = &w->ctrls[--w->n_ctrls];
    struct wk_block_type type;
    uint32_t type_at = ctrl->type_at;
    if (ctrl->was_dead || w->n_ctrls == 0) {
        return WICK_OK;
    }
    if (ctrl->false_at != REF_NO_ENTRY) {
        ref_settle_entry(w, ctrl->false_at);
    }
    for (uint32_t entry = ctrl->chain; entry != REF_NO_ENTRY;) {
        const uint32_t before = w->side[entry].target;
        ref_settle_entry(w, entry);
        entry = before;
    }
    wk_read_block_type(w->module, &type_at, &type);
    ref_cut(w, ctrl);
    w->dead = false;
    return ref_push_types(w, type.results, type.n_results);
}

/* ---- exceptions -------------------------------------------------------------------------------------------------- */

static wick_err ref_add_catch(struct ref_walk *w, struct ref_catch **list, size_t *n, size_t *cap,
                              const struct ref_catch *catch) {
    void *array = *list;
    if (wk_array_reserve(w->alloc, &array, cap, *n + 1, sizeof *catch) != WICK_OK) {
        return wk_fail_nomem(w->diag, *n * sizeof *catch);
    }
    *list = array;
    (*list)[(*n)++] = *catch;
    return WICK_OK;
}

/* Each catch is a branch from outside the block. */
static wick_err ref_enter_try_table(struct ref_walk *w, uint32_t pc) {
    const uint32_t type_at = w->at;
    const uint32_t first = (uint32_t)w->n_side;
    struct wk_block_type type;
    uint32_t body_at = w->at;
    const bool was_dead = w->dead;
    wk_skip_imm(w->module, WK_IMM_TRY_TABLE, &body_at);
    wk_read_block_type(w->module, &w->at, &type);
    for (uint32_t n = wk_read_u32(w->module->bytes, &w->at); n != 0 && !was_dead; n--) {
        if (w->module->bytes[w->at++] < 2) {
            (void)wk_read_u32(w->module->bytes, &w->at);
        }
        WK_TRY(ref_emit_branch(w, pc, wk_read_u32(w->module->bytes, &w->at)));
    }
    w->at = type_at;
    WK_TRY(ref_enter(w, pc, WICK_OP_try_table));
    w->at = body_at;
    w->ctrls[w->n_ctrls - 1].is_try_table = true;
    w->ctrls[w->n_ctrls - 1].body_at = body_at;
    w->ctrls[w->n_ctrls - 1].first = first;
    return WICK_OK;
}

/* Its catches, when its end is at pc; it is ctrls[level]. */
static wick_err ref_end_try_table(struct ref_walk *w, uint32_t pc, uint32_t level) {
    const struct ref_ctrl *ctrl = &w->ctrls[level];
    struct ref_catch catch = {.from = ctrl->body_at, .to = pc, .level = level, .entry = ctrl->first};
    struct wk_block_type type;
    uint32_t at = ctrl->type_at;
    wk_read_block_type(w->module, &at, &type);
    for (uint32_t n = wk_read_u32(w->module->bytes, &at); n != 0; n--) {
        const uint8_t kind = w->module->bytes[at++];
        catch.kind = (kind & 1) != 0 ? REF_CATCH_REF : REF_CATCH_VALUES;
        catch.tag = kind < 2 ? wk_read_u32(w->module->bytes, &at) : WK_NO_INDEX;
        (void)wk_read_u32(w->module->bytes, &at);
        WK_TRY(ref_add_catch(w, &w->catches, &w->n_catches, &w->cap_catches, &catch));
        catch.entry++;
    }
    return WICK_OK;
}

static wick_err ref_enter_try(struct ref_walk *w, uint32_t pc) {
    struct ref_ctrl *ctrl;
    WK_TRY(ref_enter(w, pc, WICK_OP_try));
    ctrl = &w->ctrls[w->n_ctrls - 1];
    ctrl->is_try = true;
    ctrl->body_at = w->at;
    ctrl->first = (uint32_t)w->n_open;
    return WICK_OK;
}

static wick_err ref_catches(struct ref_walk *w, uint32_t pc, enum wick_op op) {
    const uint32_t tag = op == WICK_OP_catch ? wk_read_u32(w->module->bytes, &w->at) : WK_NO_INDEX;
    struct ref_ctrl *ctrl = &w->ctrls[w->n_ctrls - 1];
    struct ref_catch catch = {.kind = REF_CATCH_LEGACY, .tag = tag, .level = (uint32_t)w->n_ctrls - 1};
    if (ctrl->was_dead) {
        return WICK_OK;
    }
    if (!w->dead) {
        WK_TRY(ref_emit(w, pc, ctrl->body_end == 0 ? REF_JUMP : REF_SLIDE));
        w->side[w->n_side - 1].height = ctrl->height;
        w->side[w->n_side - 1].n = ctrl->label;
        ref_wait_for_end(w, ctrl);
    }
    if (ctrl->body_end == 0) {
        ctrl->body_end = pc;
    }
    catch.from = ctrl->body_at;
    catch.to = ctrl->body_end;
    catch.entry = (uint32_t)w->n_side;
    WK_TRY(ref_emit(w, pc, REF_BRANCH));
    w->side[catch.entry].height = ctrl->height;
    ref_settle_entry(w, catch.entry);
    WK_TRY(ref_add_catch(w, &w->open, &w->n_open, &w->cap_open, &catch));
    ref_cut(w, ctrl);
    w->dead = false;
    WK_TRY(ref_push_width(w, 1));
    if (tag != WK_NO_INDEX) {
        const struct wk_deftype *type = wk_type_get(&w->module->engine->types, w->module->tags[tag]);
        return ref_push_types(w, type->types, type->n_params);
    }
    return WICK_OK;
}

/* The results of the last catch go over its exception. */
static wick_err ref_end_try(struct ref_walk *w, uint32_t pc) {
    const struct ref_ctrl *ctrl = &w->ctrls[w->n_ctrls - 1];
    if (!w->dead && ctrl->body_end != 0) {
        WK_TRY(ref_emit(w, pc, REF_SLIDE));
        w->side[w->n_side - 1].height = ctrl->height;
        w->side[w->n_side - 1].n = ctrl->label;
        ref_settle_entry(w, (uint32_t)w->n_side - 1);
    }
    for (size_t i = ctrl->first; i < w->n_open; i++) {
        WK_TRY(ref_add_catch(w, &w->catches, &w->n_catches, &w->cap_catches, &w->open[i]));
    }
    w->n_open = ctrl->first;
    return WICK_OK;
}

/* Its label counts from outside the try. */
static wick_err ref_delegate(struct ref_walk *w, uint32_t pc) {
    const uint32_t depth = wk_read_u32(w->module->bytes, &w->at);
    const uint32_t level = (uint32_t)w->n_ctrls - 1;
    const struct ref_catch catch = {.from = w->ctrls[level].body_at, .to = pc, .level = level, .kind = REF_DELEGATE,
                                    .tag = WK_NO_INDEX, .entry = level - 1 - depth};
    if (w->ctrls[level].was_dead) {
        return WICK_OK;
    }
    return ref_add_catch(w, &w->catches, &w->n_catches, &w->cap_catches, &catch);
}

/* The end of a block that may be one of those. */
static wick_err ref_end_any(struct ref_walk *w, uint32_t pc) {
    const struct ref_ctrl *ctrl = &w->ctrls[w->n_ctrls - 1];
    if (!ctrl->was_dead && ctrl->is_try_table) {
        WK_TRY(ref_end_try_table(w, pc, (uint32_t)w->n_ctrls - 1));
    }
    if (!ctrl->was_dead && ctrl->is_try) {
        WK_TRY(ref_end_try(w, pc));
    }
    return ref_end(w);
}

/* ---- instructions ------------------------------------------------------------------------------------------------ */

static wick_err ref_calls(struct ref_walk *w, uint32_t type_id, uint32_t extra, bool is_tail) {
    const struct wk_deftype *type = wk_type_get(&w->module->engine->types, type_id);
    if (is_tail) {
        w->dead = true;
        return WICK_OK;
    }
    ref_pop_n(w, extra + type->n_params);
    return ref_push_types(w, type->types + type->n_params, type->n_results);
}

static wick_err ref_br_table(struct ref_walk *w, uint32_t pc) {
    const uint8_t *bytes = w->module->bytes;
    uint32_t n = wk_read_u32(bytes, &w->at);
    (void)ref_pop_width(w);
    for (;; n--) {
        WK_TRY(ref_emit_branch(w, pc, wk_read_u32(bytes, &w->at)));
        if (n == 0) {
            break;
        }
    }
    w->dead = true;
    return WICK_OK;
}

static wick_err ref_selects(struct ref_walk *w, uint32_t pc, enum wick_op op) {
    uint32_t width;
    wk_skip_imm(w->module, (enum wk_imm)wk_op_info(op)->imm, &w->at);
    if (op != WICK_OP_drop) {
        ref_pop_n(w, 2);
    }
    width = ref_pop_width(w);
    if (width == 2) {
        WK_TRY(ref_emit(w, pc, REF_WIDE));
    }
    return op == WICK_OP_drop ? WICK_OK : ref_push_width(w, width);
}

/* How many operands of one slot an instruction without fixed signature pops and pushes; false: not one of those. */
static bool ref_simple_effect(enum wick_op op, uint32_t *pops, uint32_t *pushes) {
    switch (op) {
    case WICK_OP_ref_null:
    case WICK_OP_ref_func:
        *pops = 0;
        *pushes = 1;
        return true;
    case WICK_OP_table_get:
    case WICK_OP_ref_is_null:
    case WICK_OP_ref_as_non_null:
    case WICK_OP_cont_new:
        *pops = 1;
        *pushes = 1;
        return true;
    case WICK_OP_ref_eq:
    case WICK_OP_table_grow:
        *pops = 2;
        *pushes = 1;
        return true;
    case WICK_OP_table_set:
        *pops = 2;
        *pushes = 0;
        return true;
    case WICK_OP_memory_init:
    case WICK_OP_memory_copy:
    case WICK_OP_table_init:
    case WICK_OP_table_copy:
    case WICK_OP_table_fill:
        *pops = 3;
        *pushes = 0;
        return true;
    default:
        return false;
    }
}

/* Structs, arrays, casts: an effect in slots, of which a result takes one or two. */
static wick_err ref_gc_effect(struct ref_walk *w, enum wick_op op) {
    uint32_t a, b, pops, pushes;
    wk_gc_read(w->module, op, &w->at, &a, &b);
    wk_gc_slots(&w->module->engine->types, op, a, b, &pops, &pushes);
    while (pops != 0) {
        pops -= ref_pop_width(w);
    }
    return pushes == 0 ? WICK_OK : ref_push_width(w, pushes);
}

/* Signature letters are operands: of two slots those that are 's'. */
static wick_err ref_other(struct ref_walk *w, enum wick_op op) {
    const struct wk_op_info *info = wk_op_info(op);
    const char *sig = info->sig;
    uint32_t pops = 0, pushes = 0;
    if (WICK_GC && info->prefix == 0xfb) {
        return ref_gc_effect(w, op);
    }
    if (!ref_simple_effect(op, &pops, &pushes)) {
        while (sig[pops] != '_') {
            pops++;
        }
        while (sig[pops + 1 + pushes] != 0) {
            pushes++;
        }
    }
    wk_skip_imm(w->module, (enum wk_imm)info->imm, &w->at);
    ref_pop_n(w, pops);
    for (uint32_t i = 0; i < pushes; i++) {
        WK_TRY(ref_push_width(w, sig[0] != 'X' && sig[pops + 1 + i] == 's' ? 2 : 1));
    }
    return WICK_OK;
}

static wick_err ref_variable(struct ref_walk *w, enum wick_op op) {
    const uint32_t index = wk_read_u32(w->module->bytes, &w->at);
    uint32_t width;
    switch (op) {
    case WICK_OP_local_get:
        (void)wk_ref_local(w->runs, (uint32_t)w->n_runs, index, &width);
        return ref_push_width(w, width);
    case WICK_OP_global_get:
        return ref_push_width(w, wk_type_slots(w->module->globals[index].type));
    case WICK_OP_local_set:
    case WICK_OP_global_set:
        (void)ref_pop_width(w);
        return WICK_OK;
    default: /* local.tee */
        return WICK_OK;
    }
}

/* ---- continuations ----------------------------------------------------------------------------------------------- */

static const struct wk_deftype *ref_read_cont(struct ref_walk *w) {
    const struct wk_types *types = &w->module->engine->types;
    return wk_type_cont_func(types, wk_type_get(types, w->module->types[wk_read_u32(w->module->bytes, &w->at)]));
}

static const struct wk_deftype *ref_read_tag(struct ref_walk *w) {
    return wk_type_get(&w->module->engine->types, w->module->tags[wk_read_u32(w->module->bytes, &w->at)]);
}

/* The last type that the label takes. */
static wick_valtype ref_label_last(const struct ref_walk *w, uint32_t depth) {
    const struct ref_ctrl *ctrl = &w->ctrls[w->n_ctrls - 1 - depth];
    struct wk_block_type type;
    uint32_t at = ctrl->type_at;
    if (ctrl == &w->ctrls[0]) {
        return w->type->types[w->type->n_params + w->type->n_results - 1];
    }
    wk_read_block_type(w->module, &at, &type);
    return ctrl->is_loop ? type.params[type.n_params - 1] : type.results[type.n_results - 1];
}

/* A branch for each clause with a label, and behind it the type of what the label gets. */
static wick_err ref_handlers(struct ref_walk *w, uint32_t pc) {
    const uint8_t *bytes = w->module->bytes;
    for (uint32_t n = wk_read_u32(bytes, &w->at); n != 0; n--) {
        const bool is_switch = bytes[w->at++] != 0;
        uint32_t depth;
        (void)wk_read_u32(bytes, &w->at);
        if (is_switch) {
            continue;
        }
        depth = wk_read_u32(bytes, &w->at);
        WK_TRY(ref_emit_branch(w, pc, depth));
        WK_TRY(ref_emit(w, pc, REF_TYPE));
        w->side[w->n_side - 1].n = WICK_TYPE_HEAP(ref_label_last(w, depth));
    }
    return WICK_OK;
}

static wick_err ref_conts(struct ref_walk *w, uint32_t pc, enum wick_op op) {
    const struct wk_deftype *type;
    uint32_t n;
    switch (op) {
    case WICK_OP_cont_bind:
        n = ref_read_cont(w)->n_params;
        n -= ref_read_cont(w)->n_params;
        ref_pop_n(w, n + 1);
        return ref_push_width(w, 1);
    case WICK_OP_suspend:
        type = ref_read_tag(w);
        ref_pop_n(w, type->n_params);
        return ref_push_types(w, type->types + type->n_params, type->n_results);
    case WICK_OP_switch:
        type = ref_read_cont(w);
        (void)wk_read_u32(w->module->bytes, &w->at);
        ref_pop_n(w, type->n_params);
        type = wk_type_get(&w->module->engine->types, WICK_TYPE_HEAP(type->types[type->n_params - 1]));
        type = wk_type_cont_func(&w->module->engine->types, type);
        return ref_push_types(w, type->types, type->n_params);
    default:
        type = ref_read_cont(w);
        n = op == WICK_OP_resume ? type->n_params : op == WICK_OP_resume_throw ? ref_read_tag(w)->n_params : 1;
        ref_pop_n(w, n + 1);
        WK_TRY(ref_handlers(w, pc));
        return ref_push_types(w, type->types + type->n_params, type->n_results);
    }
}

static wick_err ref_calling(struct ref_walk *w, enum wick_op op) {
    const struct wick_module *m = w->module;
    const uint32_t index = wk_read_u32(m->bytes, &w->at);
    switch (op) {
    case WICK_OP_call:
    case WICK_OP_return_call:
        return ref_calls(w, m->func_types[index], 0, op == WICK_OP_return_call);
    case WICK_OP_call_indirect:
    case WICK_OP_return_call_indirect:
        (void)wk_read_u32(m->bytes, &w->at);
        return ref_calls(w, m->types[index], 1, op == WICK_OP_return_call_indirect);
    default:
        return ref_calls(w, m->types[index], 1, op == WICK_OP_return_call_ref);
    }
}

static wick_err ref_live(struct ref_walk *w, uint32_t pc, enum wick_op op) {
    const uint8_t *bytes = w->module->bytes;
    switch (op) {
    case WICK_OP_rethrow:
        WK_TRY(ref_emit(w, pc, REF_RETHROW));
        w->side[w->n_side - 1].height = w->ctrls[w->n_ctrls - 1 - wk_read_u32(bytes, &w->at)].height;
        w->dead = true;
        return WICK_OK;
    case WICK_OP_unreachable:
    case WICK_OP_return:
    case WICK_OP_throw:
    case WICK_OP_throw_ref:
        wk_skip_imm(w->module, (enum wk_imm)wk_op_info(op)->imm, &w->at);
        w->dead = true;
        return WICK_OK;
    case WICK_OP_br:
        WK_TRY(ref_emit_branch(w, pc, wk_read_u32(bytes, &w->at)));
        w->dead = true;
        return WICK_OK;
    case WICK_OP_br_if:
        (void)ref_pop_width(w);
        return ref_emit_branch(w, pc, wk_read_u32(bytes, &w->at));
    case WICK_OP_br_on_null: /* the reference stays when it falls through */
        return ref_emit_branch(w, pc, wk_read_u32(bytes, &w->at));
    case WICK_OP_br_on_non_null:
        WK_TRY(ref_emit_branch(w, pc, wk_read_u32(bytes, &w->at)));
        (void)ref_pop_width(w);
        return WICK_OK;
    case WICK_OP_br_on_cast: /* the reference stays, wherever it goes on */
    case WICK_OP_br_on_cast_fail: {
        const uint32_t label = w->at + 1;
        wk_skip_imm(w->module, WK_IMM_BR_CAST, &w->at);
        return ref_emit_branch(w, pc, wk_read_u32(bytes, &(uint32_t){label}));
    }
    case WICK_OP_br_table:
        return ref_br_table(w, pc);
    case WICK_OP_cont_bind:
    case WICK_OP_suspend:
    case WICK_OP_resume:
    case WICK_OP_resume_throw:
    case WICK_OP_resume_throw_ref:
    case WICK_OP_switch:
        return ref_conts(w, pc, op);
    case WICK_OP_drop:
    case WICK_OP_select:
    case WICK_OP_select_t:
        return ref_selects(w, pc, op);
    case WICK_OP_local_get:
    case WICK_OP_local_set:
    case WICK_OP_local_tee:
    case WICK_OP_global_get:
    case WICK_OP_global_set:
        return ref_variable(w, op);
    case WICK_OP_call:
    case WICK_OP_call_indirect:
    case WICK_OP_call_ref:
    case WICK_OP_return_call:
    case WICK_OP_return_call_indirect:
    case WICK_OP_return_call_ref:
        return ref_calling(w, op);
    default:
        return ref_other(w, op);
    }
}

static bool ref_is_control(enum wick_op op) {
    return (wk_op_info(op)->flags & (WK_OP_CTRL | WK_OP_CALL)) != 0 || op == WICK_OP_drop || op == WICK_OP_select ||
           op == WICK_OP_select_t || op == WICK_OP_cont_bind || (op >= WICK_OP_local_get && op <= WICK_OP_global_set);
}

/* Instructions of features that cannot run yet, reachable or not. */
static bool ref_can_run(enum wick_op op) {
    const struct wk_op_info *info = wk_op_info(op);
    uint32_t pops, pushes;
    if ((wk_features_running() >> info->feature & 1u) == 0) {
        return false;
    }
    return info->sig[0] != 'X' || info->prefix == 0xfb || ref_is_control(op) || ref_simple_effect(op, &pops, &pushes);
}

static wick_err ref_refuse(const struct ref_walk *w, uint32_t pc, enum wick_op op) {
    if (w->diag != NULL && w->diag->err == WICK_OK) {
        w->diag->offset = pc;
        w->diag->func = w->func_index;
        w->diag->pc = pc - w->module->funcs[w->func_index].off;
        w->diag->section = WK_SECTION_code;
        w->diag->op = (uint16_t)op;
    }
    return wk_fail(w->diag, WICK_ERR_not_executable, (uint64_t)op, 0, 0, 0);
}

static wick_err ref_instruction(struct ref_walk *w) {
    const uint32_t pc = w->at;
    const enum wick_op op = wk_read_op(w->module->bytes, &w->at);
    const uint32_t number = w->number;
    if (!ref_can_run(op)) {
        return ref_refuse(w, pc, op);
    }
    if (!wk_op_is_mark(op)) {
        w->number = op == WICK_OP_loop || (wk_op_info(op)->flags & WK_OP_CALL) != 0 ? 0 : number + 1;
    }
    if (!w->dead && number != 0 && number % REF_CHARGE_EVERY == 0 && !wk_op_is_mark(op)) {
        WK_TRY(ref_emit(w, pc, REF_CHARGE));
    }
    switch (op) {
    case WICK_OP_block:
    case WICK_OP_loop:
    case WICK_OP_if:
        return ref_enter(w, pc, op);
    case WICK_OP_else:
        return ref_else(w, pc);
    case WICK_OP_try:
        return ref_enter_try(w, pc);
    case WICK_OP_try_table:
        return ref_enter_try_table(w, pc);
    case WICK_OP_catch:
    case WICK_OP_catch_all:
        return ref_catches(w, pc, op);
    case WICK_OP_delegate:
        WK_TRY(ref_delegate(w, pc));
        return ref_end_any(w, pc);
    case WICK_OP_end:
        return ref_end_any(w, pc);
    default:
        if (w->dead) {
            wk_skip_imm(w->module, (enum wk_imm)wk_op_info(op)->imm, &w->at);
            return WICK_OK;
        }
        return ref_live(w, pc, op);
    }
}

/* ---- locals ------------------------------------------------------------------------------------------------------ */

uint32_t wk_ref_local(const struct ref_run *runs, uint32_t n_runs, uint32_t local, uint32_t *out_width) {
    uint32_t low = 0, high = n_runs;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (runs[middle].first <= local) {
            low = middle;
        } else {
            high = middle;
        }
    }
    *out_width = runs[low].width;
    return runs[low].slot + (local - runs[low].first) * runs[low].width;
}

/* Adds n locals of a width; those of the parameters' last run are not joined, as the link lies between. */
static wick_err ref_add_locals(struct ref_walk *w, uint32_t n, uint32_t width, bool may_join) {
    if (n == 0) {
        return WICK_OK;
    }
    if (!may_join || w->n_runs == 0 || w->runs[w->n_runs - 1].width != width) {
        void *array = w->runs;
        if (wk_array_reserve(w->alloc, &array, &w->cap_runs, w->n_runs + 1, sizeof *w->runs) != WICK_OK) {
            return wk_fail_nomem(w->diag, w->n_runs * sizeof *w->runs);
        }
        w->runs = array;
        w->runs[w->n_runs].first = w->n_locals;
        w->runs[w->n_runs].slot = w->local_end;
        w->runs[w->n_runs].width = width;
        w->n_runs++;
    }
    w->n_locals += n;
    w->local_end += n * width;
    return WICK_OK;
}

static wick_err ref_read_locals(struct ref_walk *w) {
    const uint8_t *bytes = w->module->bytes;
    uint32_t groups;
    bool may_join = false;
    for (uint32_t i = 0; i < w->type->n_params; i++) {
        WK_TRY(ref_add_locals(w, 1, wk_type_slots(w->type->types[i]), i != 0));
    }
    w->local_end += WK_LINK_SLOTS;
    for (groups = wk_read_u32(bytes, &w->at); groups != 0; groups--) {
        const uint32_t n = wk_read_u32(bytes, &w->at);
        const wick_valtype type = wk_read_valtype(w->module, &w->at);
        WK_TRY(ref_add_locals(w, n, wk_type_slots(type), may_join));
        may_join = may_join || n != 0;
    }
    return WICK_OK;
}

/* ---- a whole function -------------------------------------------------------------------------------------------- */

static wick_err ref_walk_body(struct ref_walk *w) {
    WK_TRY(ref_read_locals(w));
    w->ctrls = NULL;
    void *array = NULL;
    if (wk_array_reserve(w->alloc, &array, &w->cap_ctrls, 1, sizeof *w->ctrls) != WICK_OK) {
        return wk_fail_nomem(w->diag, sizeof *w->ctrls);
    }
    w->ctrls = array;
    memset(&w->ctrls[0], 0, sizeof *w->ctrls);
    w->n_ctrls = 1;
    while (w->n_ctrls != 0) {
        WK_TRY(ref_instruction(w));
    }
    return ref_emit(w, UINT32_MAX, REF_LAST);
}

static wick_err ref_pack(const struct ref_walk *w, struct ref_code **out) {
    const size_t runs_size = w->n_runs * sizeof *w->runs;
    const size_t side_size = w->n_side * sizeof *w->side;
    const size_t catches_size = w->n_catches * sizeof *w->catches;
    const size_t size = sizeof(struct ref_code) + runs_size + side_size + catches_size;
    struct ref_code *code = wk_realloc(w->alloc, NULL, 0, size);
    if (code == NULL) {
        return wk_fail_nomem(w->diag, size);
    }
    code->size = size;
    code->n_runs = (uint32_t)w->n_runs;
    code->n_side = (uint32_t)w->n_side;
    code->n_catches = (uint32_t)w->n_catches;
    code->side = (struct ref_side *)(void *)(code + 1);
    code->runs = (struct ref_run *)(void *)(code->side + w->n_side);
    code->catches = (struct ref_catch *)(void *)(code->runs + w->n_runs);
    memcpy(code->side, w->side, side_size);
    if (runs_size != 0) {
        memcpy(code->runs, w->runs, runs_size);
    }
    if (catches_size != 0) {
        memcpy(code->catches, w->catches, catches_size);
    }
    *out = code;
    return WICK_OK;
}

wick_err wk_ref_translate(const struct wick_module *module, uint32_t func_index, struct ref_code **out,
                          wick_diag *diag) {
    struct ref_walk w = {.module = module, .alloc = &module->engine->alloc, .diag = diag, .func_index = func_index};
    wick_err err;
    w.type = wk_module_func_type(module, func_index);
    w.at = module->funcs[func_index].off;
    err = ref_walk_body(&w);
    if (err == WICK_OK) {
        err = ref_pack(&w, out);
    }
    wk_free(w.alloc, w.widths, w.cap_values);
    wk_free(w.alloc, w.ctrls, w.cap_ctrls * sizeof *w.ctrls);
    wk_free(w.alloc, w.side, w.cap_side * sizeof *w.side);
    wk_free(w.alloc, w.runs, w.cap_runs * sizeof *w.runs);
    wk_free(w.alloc, w.catches, w.cap_catches * sizeof *w.catches);
    wk_free(w.alloc, w.open, w.cap_open * sizeof *w.open);
    return err;
}

#undef REF_CHARGE_EVERY
#undef REF_NO_ENTRY

/* type.c - the engine's defined types, each recursive group kept once.
 *
 * Owner of: iso-recursive equality of groups, the numbers of types and their reuse, subtyping, the text of types.
 * Spec: valid-type, valid-subtype (match), syntax-deftype, aux-roll-deftype.
 *
 * A group is found by a hash of its content, in which references to members of the same group are their places in
 * it. A hash bucket is a treap: ordered by content, heap-ordered by hash. Hashes spread a bucket's types evenly over
 * its tree whatever their order, so a module made to collide in one bucket still finds each group in logarithmic
 * time; a list would take a million steps for each of a million types.
 *
 * A group holds the groups that its types name, so a type number that somebody holds never dangles. */
#include "module/type.h"

#include "base/bits.h"
#include "module/module.h"

struct wk_rec_group {
    struct wk_rec_group *left, *right; /* of the bucket's treap; right also links the groups to be freed */
    uint64_t hash;
    size_t size; /* of this block, members and their lists behind it included */
    uint32_t refs;
    uint32_t n;
    bool pinned; /* linked through next_pinned */
    struct wk_rec_group *next_pinned;
    struct wk_deftype *members;
    uint32_t *display;
};

#define TYPE_MIN_BUCKETS 64u

/* ---- subtyping ------------------------------------------------------------------------------------------------ */

#define TYPE_BIT(sym) (1u << WICK_HEAP_##sym)
/* The supertypes of each abstract heap type, itself included. */
static const uint32_t type_heap_supers[16] = {
    [WICK_HEAP_func] = TYPE_BIT(func),
    [WICK_HEAP_nofunc] = TYPE_BIT(nofunc) | TYPE_BIT(func),
    [WICK_HEAP_extern] = TYPE_BIT(extern),
    [WICK_HEAP_noextern] = TYPE_BIT(noextern) | TYPE_BIT(extern),
    [WICK_HEAP_any] = TYPE_BIT(any),
    [WICK_HEAP_eq] = TYPE_BIT(eq) | TYPE_BIT(any),
    [WICK_HEAP_i31] = TYPE_BIT(i31) | TYPE_BIT(eq) | TYPE_BIT(any),
    [WICK_HEAP_struct] = TYPE_BIT(struct) | TYPE_BIT(eq) | TYPE_BIT(any),
    [WICK_HEAP_array] = TYPE_BIT(array) | TYPE_BIT(eq) | TYPE_BIT(any),
    [WICK_HEAP_none] =
        TYPE_BIT(none) | TYPE_BIT(i31) | TYPE_BIT(struct) | TYPE_BIT(array) | TYPE_BIT(eq) | TYPE_BIT(any),
    [WICK_HEAP_exn] = TYPE_BIT(exn),
    [WICK_HEAP_noexn] = TYPE_BIT(noexn) | TYPE_BIT(exn),
    [WICK_HEAP_cont] = TYPE_BIT(cont),
    [WICK_HEAP_nocont] = TYPE_BIT(nocont) | TYPE_BIT(cont),
    [WICK_HEAP_bottom] = 0xffff,
};
/* The supertypes of a concrete type among the abstract ones, and the abstract type below all of its kind. */
static const uint32_t type_comp_supers[4] = {
    [WK_COMP_FUNC] = TYPE_BIT(func),
    [WK_COMP_STRUCT] = TYPE_BIT(struct) | TYPE_BIT(eq) | TYPE_BIT(any),
    [WK_COMP_ARRAY] = TYPE_BIT(array) | TYPE_BIT(eq) | TYPE_BIT(any),
    [WK_COMP_CONT] = TYPE_BIT(cont),
};
static const uint32_t type_comp_subs[4] = {
    [WK_COMP_FUNC] = TYPE_BIT(nofunc) | TYPE_BIT(bottom),
    [WK_COMP_STRUCT] = TYPE_BIT(none) | TYPE_BIT(bottom),
    [WK_COMP_ARRAY] = TYPE_BIT(none) | TYPE_BIT(bottom),
    [WK_COMP_CONT] = TYPE_BIT(nocont) | TYPE_BIT(bottom),
};
#undef TYPE_BIT

bool wk_type_id_is_sub(const struct wk_types *types, uint32_t sub, uint32_t super) {
    const struct wk_deftype *a, *b;
    if (sub == super) {
        return true;
    }
    a = wk_type_get(types, sub);
    b = wk_type_get(types, super);
    return b->depth < a->depth && a->display[b->depth] == super;
}

static bool type_heap_is_sub(const struct wk_types *types, wick_valtype sub, wick_valtype super) {
    const uint32_t a = WICK_TYPE_HEAP(sub), b = WICK_TYPE_HEAP(super);
    if ((sub & WICK_TYPE_CONCRETE) != 0) {
        if ((super & WICK_TYPE_CONCRETE) != 0) {
            return wk_type_id_is_sub(types, a, b);
        }
        return (type_comp_supers[wk_type_get(types, a)->comp] >> (b & 15u) & 1u) != 0;
    }
    if ((super & WICK_TYPE_CONCRETE) != 0) {
        return (type_comp_subs[wk_type_get(types, b)->comp] >> (a & 15u) & 1u) != 0;
    }
    return (type_heap_supers[a & 15u] >> (b & 15u) & 1u) != 0;
}

bool wk_type_is_sub(const struct wk_types *types, wick_valtype sub, wick_valtype super) {
    if (sub == super || sub == WICK_KIND_NONE) {
        return true;
    }
    if (!wk_type_is_ref(sub) || !wk_type_is_ref(super)) {
        return false;
    }
    if ((sub & ~super & WICK_TYPE_NULLABLE) != 0) {
        return false;
    }
    return type_heap_is_sub(types, sub, super);
}

uint32_t wk_type_top(const struct wk_types *types, wick_valtype type) {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) [code] = WICK_HEAP_##top,
    static const uint8_t tops[16] = {
#include "def/type.def"
        [WICK_HEAP_bottom] = WICK_HEAP_bottom,
    };
    const uint32_t heap = WICK_TYPE_HEAP(type);
    if ((type & WICK_TYPE_CONCRETE) != 0) {
        const uint32_t comp = wk_type_get(types, heap)->comp;
        return comp == WK_COMP_FUNC ? WICK_HEAP_func : comp == WK_COMP_CONT ? WICK_HEAP_cont : WICK_HEAP_any;
    }
    return tops[heap & 15u];
}

/* ---- content of groups ---------------------------------------------------------------------------------------- */

/* A value type as content: a number that does not depend on where the group's members are. Bit 32 is set for a member
 * of the group itself. */
static uint64_t type_draft_key(wick_valtype type) {
    if ((type & WICK_TYPE_CONCRETE) != 0 && WICK_TYPE_HEAP(type) >= WK_REC_BASE) {
        return (UINT64_C(1) << 32 | type) - ((uint64_t)WK_REC_BASE << 8);
    }
    return type;
}

static uint64_t type_known_key(const struct wk_types *types, const struct wk_rec_group *group, wick_valtype type) {
    if ((type & WICK_TYPE_CONCRETE) != 0) {
        const struct wk_deftype *to = wk_type_get(types, WICK_TYPE_HEAP(type));
        if (to->group == group) {
            const uint64_t place = (uint64_t)(to - group->members);
            return UINT64_C(1) << 32 | place << 8 | (type & 0xffu);
        }
    }
    return type;
}

/* A type number (a supertype) as the reference type that names it. */
static wick_valtype type_super_key(uint32_t super) {
    return super == WK_NO_TYPE ? 0u : WICK_REF_TYPE(super);
}

static uint64_t type_mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 29;
}

static uint64_t type_hash(const struct wk_type_draft *drafts, uint32_t n) {
    uint64_t hash = n;
    for (uint32_t k = 0; k < n; k++) {
        const struct wk_type_draft *draft = &drafts[k];
        const uint32_t n_types = draft->n_params + draft->n_results + draft->n_fields;
        hash = type_mix(hash, (uint64_t)draft->comp << 1 | draft->is_final);
        hash = type_mix(hash, type_draft_key(type_super_key(draft->super)));
        hash = type_mix(hash, (uint64_t)draft->n_params << 32 | n_types);
        for (uint32_t i = 0; i < n_types; i++) {
            hash = type_mix(hash, type_draft_key(draft->types[i]));
        }
        for (uint32_t i = 0; i < draft->n_fields; i++) {
            hash = type_mix(hash, draft->is_mutable[i]);
        }
    }
    hash ^= hash >> 32;
    hash *= UINT64_C(0xd6e8feb86659fd93);
    return hash ^ hash >> 32;
}

#define TYPE_COMPARE(a, b)         \
    do {                           \
        if ((a) != (b)) {          \
            return (a) < (b) ? -1 : 1; \
        }                          \
    } while (0)

/* The order of the treaps: 0 when the group's content equals the drafts. */
static int type_compare(const struct wk_types *types, const struct wk_type_draft *drafts, uint32_t n,
                        const struct wk_rec_group *group) {
    TYPE_COMPARE(n, group->n);
    for (uint32_t k = 0; k < n; k++) {
        const struct wk_type_draft *draft = &drafts[k];
        const struct wk_deftype *known = &group->members[k];
        const uint32_t n_types = draft->n_params + draft->n_results + draft->n_fields;
        uint64_t a, b;
        TYPE_COMPARE(draft->comp, known->comp);
        TYPE_COMPARE(draft->is_final, known->is_final);
        TYPE_COMPARE(draft->n_params, known->n_params);
        TYPE_COMPARE(draft->n_results, known->n_results);
        TYPE_COMPARE(draft->n_fields, known->n_fields);
        a = type_draft_key(type_super_key(draft->super));
        b = type_known_key(types, group, type_super_key(known->super));
        TYPE_COMPARE(a, b);
        for (uint32_t i = 0; i < n_types; i++) {
            a = type_draft_key(draft->types[i]);
            b = type_known_key(types, group, known->types[i]);
            TYPE_COMPARE(a, b);
        }
        for (uint32_t i = 0; i < draft->n_fields; i++) {
            TYPE_COMPARE(draft->is_mutable[i], known->is_mutable[i]);
        }
    }
    return 0;
}

/* The same order between two groups that are known. */
static int type_compare_groups(const struct wk_types *types, const struct wk_rec_group *x,
                               const struct wk_rec_group *y) {
    TYPE_COMPARE(x->n, y->n);
    for (uint32_t k = 0; k < x->n; k++) {
        const struct wk_deftype *p = &x->members[k], *q = &y->members[k];
        const uint32_t n_types = p->n_params + p->n_results + p->n_fields;
        uint64_t a, b;
        TYPE_COMPARE(p->comp, q->comp);
        TYPE_COMPARE(p->is_final, q->is_final);
        TYPE_COMPARE(p->n_params, q->n_params);
        TYPE_COMPARE(p->n_results, q->n_results);
        TYPE_COMPARE(p->n_fields, q->n_fields);
        a = type_known_key(types, x, type_super_key(p->super));
        b = type_known_key(types, y, type_super_key(q->super));
        TYPE_COMPARE(a, b);
        for (uint32_t i = 0; i < n_types; i++) {
            a = type_known_key(types, x, p->types[i]);
            b = type_known_key(types, y, q->types[i]);
            TYPE_COMPARE(a, b);
        }
        for (uint32_t i = 0; i < p->n_fields; i++) {
            TYPE_COMPARE(p->is_mutable[i], q->is_mutable[i]);
        }
    }
    return 0;
}
#undef TYPE_COMPARE

/* ---- treaps --------------------------------------------------------------------------------------------------- */

/* Two treaps, all of `low` before all of `high`, become one. */
static struct wk_rec_group *type_treap_join(struct wk_rec_group *low, struct wk_rec_group *high) {
    struct wk_rec_group *root = NULL, **at = &root;
    while (low != NULL && high != NULL) {
        if (low->hash >= high->hash) {
            *at = low;
            at = &low->right;
            low = low->right;
        } else {
            *at = high;
            at = &high->left;
            high = high->left;
        }
    }
    *at = low != NULL ? low : high;
    return root;
}

/* Adds a group that is not there: goes down to where its hash is the greatest, and splits what is below. */
static void type_treap_insert(const struct wk_types *types, struct wk_rec_group **root, struct wk_rec_group *group) {
    struct wk_rec_group **at = root, **low = &group->left, **high = &group->right, *rest;
    while (*at != NULL && (*at)->hash >= group->hash) {
        at = type_compare_groups(types, group, *at) < 0 ? &(*at)->left : &(*at)->right;
    }
    rest = *at;
    *at = group;
    while (rest != NULL) {
        if (type_compare_groups(types, group, rest) < 0) {
            *high = rest;
            high = &rest->left;
            rest = rest->left;
        } else {
            *low = rest;
            low = &rest->right;
            rest = rest->right;
        }
    }
    *low = NULL;
    *high = NULL;
}

static void type_treap_remove(const struct wk_types *types, struct wk_rec_group **root, struct wk_rec_group *group) {
    struct wk_rec_group **at = root;
    while (*at != group) {
        at = type_compare_groups(types, group, *at) < 0 ? &(*at)->left : &(*at)->right;
    }
    *at = type_treap_join(group->left, group->right);
}

static struct wk_rec_group **type_bucket(const struct wk_types *types, uint64_t hash) {
    return &types->buckets[(uint32_t)hash & (types->n_buckets - 1)];
}

/* Doubles the buckets, unless another thread did (n_old is the number seen). Failure is harmless when there are some:
 * trees only get deeper. Takes the lock, which must not be held while memory is allocated. */
static bool type_grow_buckets(struct wk_types *types, uint32_t n_old) {
    const uint32_t n_new = n_old == 0 ? TYPE_MIN_BUCKETS : n_old * 2;
    struct wk_rec_group **old, **fresh;
    size_t size;
    if (n_new <= n_old || !wk_mul_size(n_new, sizeof *fresh, &size)) {
        return false;
    }
    fresh = wk_zalloc(types->alloc, size);
    if (fresh == NULL) {
        return false;
    }
    wk_lock(types->alloc);
    old = fresh;
    if (types->n_buckets == n_old) {
        old = types->buckets;
        size = n_old * sizeof *fresh;
        types->buckets = fresh;
        types->n_buckets = n_new;
        for (uint32_t i = 0; i < n_old; i++) {
            while (old[i] != NULL) {
                struct wk_rec_group *group = old[i];
                old[i] = type_treap_join(group->left, group->right);
                type_treap_insert(types, type_bucket(types, group->hash), group);
            }
        }
    }
    wk_unlock(types->alloc);
    wk_free(types->alloc, old, size);
    return true;
}

/* ---- numbers -------------------------------------------------------------------------------------------------- */

/* Slots of freed numbers form a list: such a slot holds the next free number. */
static struct wk_deftype **type_slot(const struct wk_types *types, uint32_t id) {
    return &types->chunks[id / WK_TYPE_CHUNK][id % WK_TYPE_CHUNK];
}

static void type_free_id(struct wk_types *types, uint32_t id) {
    *type_slot(types, id) = (struct wk_deftype *)(uintptr_t)types->free_id;
    types->free_id = id;
    types->n_free++;
}

static uint32_t type_ids_left(const struct wk_types *types) {
    return types->n_chunks * WK_TYPE_CHUNK - types->n + types->n_free;
}

/* One of those that are left. */
static uint32_t type_new_id(struct wk_types *types) {
    uint32_t id = types->free_id;
    if (id == WK_NO_TYPE) {
        return types->n++;
    }
    types->free_id = (uint32_t)(uintptr_t)*type_slot(types, id);
    types->n_free--;
    return id;
}

/* Room for more numbers. Takes the lock. */
static bool type_add_chunk(struct wk_types *types) {
    const size_t size = WK_TYPE_CHUNK * sizeof(struct wk_deftype *);
    struct wk_deftype **chunk = wk_zalloc(types->alloc, size);
    bool is_room;
    if (chunk == NULL) {
        return false;
    }
    wk_lock(types->alloc);
    is_room = types->n_chunks < WK_TYPE_CHUNKS;
    if (is_room) {
        types->chunks[types->n_chunks++] = chunk;
    }
    wk_unlock(types->alloc);
    if (!is_room) {
        wk_free(types->alloc, chunk, size);
    }
    return is_room;
}

/* ---- groups --------------------------------------------------------------------------------------------------- */

/* Supertypes of a draft; its own supertype has its depth in `depths` (of the group) already. */
static uint32_t type_draft_depth(const struct wk_types *types, uint32_t super, const struct wk_deftype *members) {
    if (super == WK_NO_TYPE) {
        return 0;
    }
    if (super >= WK_REC_BASE) {
        return members[super - WK_REC_BASE].depth + 1u;
    }
    return wk_type_get(types, super)->depth + 1u;
}

static wick_valtype type_resolve(const struct wk_rec_group *group, wick_valtype type) {
    if ((type & WICK_TYPE_CONCRETE) != 0 && WICK_TYPE_HEAP(type) >= WK_REC_BASE) {
        return (type & 0xffu) | group->members[WICK_TYPE_HEAP(type) - WK_REC_BASE].id << 8;
    }
    return type;
}

static uint32_t type_slots_of(const wick_valtype *types, uint32_t n) {
    uint32_t slots = n;
    for (uint32_t i = 0; i < n; i++) {
        slots += WICK_TYPE_KIND(types[i]) == WICK_KIND_V128;
    }
    return slots;
}

/* One more reference on each group that this one names. */
static void type_hold_named(const struct wk_types *types, const struct wk_rec_group *group) {
    for (uint32_t k = 0; k < group->n; k++) {
        const struct wk_deftype *member = &group->members[k];
        const uint32_t n_types = member->n_params + member->n_results + member->n_fields;
        if (member->super != WK_NO_TYPE && wk_type_get(types, member->super)->group != group) {
            wk_type_get(types, member->super)->group->refs++;
        }
        for (uint32_t i = 0; i < n_types; i++) {
            if ((member->types[i] & WICK_TYPE_CONCRETE) != 0) {
                struct wk_rec_group *to = wk_type_get(types, WICK_TYPE_HEAP(member->types[i]))->group;
                to->refs += to != group;
            }
        }
    }
}

/* The block of a new group: the header, n members, the lists of types, displays, and mutabilities. */
static struct wk_rec_group *type_alloc_group(struct wk_types *types, const struct wk_type_draft *drafts, uint32_t n) {
    struct wk_rec_group *group;
    uint64_t words = 0, fields = 0, size;
    uint32_t *word;
    uint8_t *byte;
    size = sizeof *group + (uint64_t)n * sizeof(struct wk_deftype);
    for (uint32_t k = 0; k < n; k++) {
        words += (uint64_t)drafts[k].n_params + drafts[k].n_results + drafts[k].n_fields;
        words += 2 * (uint64_t)drafts[k].n_fields; /* where they lie, and where the references among them lie */
        fields += drafts[k].n_fields;
    }
    size += words * sizeof *word + fields;
    if (size > SIZE_MAX || size > INT64_MAX) {
        return NULL;
    }
    group = wk_zalloc(types->alloc, (size_t)size);
    if (group == NULL) {
        return NULL;
    }
    group->size = (size_t)size;
    group->n = n;
    group->members = (struct wk_deftype *)(void *)(group + 1);
    word = (uint32_t *)(void *)(group->members + n);
    byte = (uint8_t *)(word + words);
    for (uint32_t k = 0; k < n; k++) {
        struct wk_deftype *member = &group->members[k];
        const struct wk_type_draft *draft = &drafts[k];
        member->group = group;
        member->id = WK_NO_TYPE;
        member->comp = draft->comp;
        member->is_final = draft->is_final;
        member->n_params = draft->n_params;
        member->n_results = draft->n_results;
        member->n_fields = draft->n_fields;
        member->types = word;
        member->is_mutable = byte;
        member->depth = (uint16_t)type_draft_depth(types, draft->super, group->members);
        if (draft->n_fields != 0) {
            memcpy(byte, draft->is_mutable, draft->n_fields);
        }
        word += draft->n_params + draft->n_results + draft->n_fields;
        member->offsets = word;
        member->ref_offsets = word + draft->n_fields;
        word += 2 * draft->n_fields;
        byte += draft->n_fields;
    }
    return group;
}

/* The displays of all members are one more block. */
static size_t type_display_size(const struct wk_rec_group *group) {
    uint64_t words = 0;
    for (uint32_t k = 0; k < group->n; k++) {
        words += group->members[k].depth + 1u;
    }
    return words > SIZE_MAX / sizeof(uint32_t) ? 0 : (size_t)words * sizeof(uint32_t);
}

/* Fields in their order, each at a multiple of its size (v128: of 8): a supertype's fields, which come first, lie at the
 * same places in its subtypes. */
static void type_lay_out(const struct wk_types *types, struct wk_deftype *member) {
    uint32_t *offsets = (uint32_t *)member->offsets;
    uint32_t *ref_offsets = (uint32_t *)member->ref_offsets;
    uint32_t at = 0;
    member->is_defaultable = true;
    for (uint32_t i = 0; i < member->n_fields; i++) {
        const uint32_t size = wk_field_size(member->types[i]);
        member->is_defaultable &= wk_type_is_defaultable(member->types[i]);
        const uint32_t align = size > 8 ? 8 : size;
        at = (at + align - 1) & ~(align - 1);
        offsets[i] = at;
        if (wk_type_is_ref(member->types[i]) && wk_type_top(types, member->types[i]) != WICK_HEAP_func) {
            ref_offsets[member->n_refs++] = at;
        }
        at += size;
    }
    member->size = at;
}

static void type_fill_group(const struct wk_types *types, struct wk_rec_group *group,
                            const struct wk_type_draft *drafts) {
    uint32_t *display = group->display;
    for (uint32_t k = 0; k < group->n; k++) {
        struct wk_deftype *member = &group->members[k];
        const struct wk_type_draft *draft = &drafts[k];
        const uint32_t n_types = draft->n_params + draft->n_results + draft->n_fields;
        wick_valtype *out = (wick_valtype *)member->types;
        for (uint32_t i = 0; i < n_types; i++) {
            out[i] = type_resolve(group, draft->types[i]);
        }
        member->param_slots = type_slots_of(out, draft->n_params);
        member->result_slots = type_slots_of(out + draft->n_params, draft->n_results);
        member->super = draft->super;
        if (draft->super != WK_NO_TYPE && draft->super >= WK_REC_BASE) {
            member->super = group->members[draft->super - WK_REC_BASE].id;
        }
        if (member->super != WK_NO_TYPE) {
            memcpy(display, wk_type_get(types, member->super)->display, member->depth * sizeof *display);
        }
        display[member->depth] = member->id;
        member->display = display;
        display += member->depth + 1u;
    }
    for (uint32_t k = 0; k < group->n; k++) {
        type_lay_out(types, &group->members[k]); /* the types that fields name are all known now */
    }
}

/* A group on its way: memory, but no numbers yet. */
static struct wk_rec_group *type_new_group(struct wk_types *types, const struct wk_type_draft *drafts, uint32_t n,
                                           uint64_t hash) {
    struct wk_rec_group *group = type_alloc_group(types, drafts, n);
    if (group != NULL) {
        const size_t display_size = type_display_size(group);
        group->hash = hash;
        group->display = display_size == 0 ? NULL : wk_realloc(types->alloc, NULL, 0, display_size);
        if (group->display == NULL) {
            wk_free(types->alloc, group, group->size);
            return NULL;
        }
    }
    return group;
}

static void type_free_group(struct wk_types *types, struct wk_rec_group *group) {
    wk_free(types->alloc, group->display, type_display_size(group));
    wk_free(types->alloc, group, group->size);
}

/* Under the lock, with enough numbers left. */
static void type_add_group(struct wk_types *types, struct wk_rec_group *group, const struct wk_type_draft *drafts) {
    for (uint32_t k = 0; k < group->n; k++) {
        group->members[k].id = type_new_id(types);
        *type_slot(types, group->members[k].id) = &group->members[k];
    }
    type_fill_group(types, group, drafts);
    type_hold_named(types, group);
    types->n_groups++;
    type_treap_insert(types, type_bucket(types, group->hash), group);
}

static struct wk_rec_group *type_find_group(const struct wk_types *types, const struct wk_type_draft *drafts,
                                            uint32_t n, uint64_t hash) {
    struct wk_rec_group *at = types->n_buckets == 0 ? NULL : *type_bucket(types, hash);
    while (at != NULL) {
        const int order = type_compare(types, drafts, n, at);
        if (order == 0) {
            return at;
        }
        at = order < 0 ? at->left : at->right;
    }
    return NULL;
}

/* What is missing before a new group can be added. */
enum type_need { TYPE_NEED_NOTHING, TYPE_NEED_BUCKETS, TYPE_NEED_CHUNK, TYPE_NEED_GROUP };

static bool type_supply(struct wk_types *types, enum type_need need, uint32_t n_buckets,
                        const struct wk_type_draft *drafts, uint32_t n, uint64_t hash, struct wk_rec_group **fresh) {
    if (need == TYPE_NEED_BUCKETS) {
        return type_grow_buckets(types, n_buckets);
    }
    if (need == TYPE_NEED_CHUNK) {
        return type_add_chunk(types);
    }
    *fresh = type_new_group(types, drafts, n, hash);
    return *fresh != NULL;
}

/* The lock is not held while memory is allocated (the allocator takes it too), so after each allocation everything
 * is looked at anew: another thread may have added the same group. */
wick_err wk_types_intern(struct wk_types *types, const struct wk_type_draft *drafts, uint32_t n, uint32_t *out_ids,
                         struct wk_rec_group **out_group) {
    const uint64_t hash = type_hash(drafts, n);
    struct wk_rec_group *group, *fresh = NULL;
    bool may_grow = true, is_supplied = true;
    do {
        enum type_need need = TYPE_NEED_NOTHING;
        uint32_t n_buckets;
        wk_lock(types->alloc);
        n_buckets = types->n_buckets;
        group = type_find_group(types, drafts, n, hash);
        if (group == NULL) {
            if (n_buckets == 0 || (may_grow && types->n_groups >= n_buckets)) {
                need = TYPE_NEED_BUCKETS;
            } else if (type_ids_left(types) < n) {
                need = TYPE_NEED_CHUNK;
            } else if (fresh == NULL) {
                need = TYPE_NEED_GROUP;
            } else {
                type_add_group(types, fresh, drafts);
                group = fresh;
                fresh = NULL;
            }
        }
        if (group != NULL) {
            group->refs++;
            for (uint32_t k = 0; k < n; k++) {
                out_ids[k] = group->members[k].id;
            }
        }
        wk_unlock(types->alloc);
        if (group == NULL) {
            is_supplied = type_supply(types, need, n_buckets, drafts, n, hash, &fresh);
            if (!is_supplied && need == TYPE_NEED_BUCKETS && n_buckets != 0) {
                is_supplied = true;
                may_grow = false;
            }
        }
    } while (group == NULL && is_supplied);
    if (fresh != NULL) {
        type_free_group(types, fresh);
    }
    *out_group = group;
    return group != NULL ? WICK_OK : WICK_ERR_nomem;
}

/* Gives back one reference; a group whose last one goes joins the list *dead. */
static void type_drop_ref(struct wk_types *types, struct wk_rec_group *group, struct wk_rec_group **dead) {
    group->refs--;
    if (group->refs == 0) {
        type_treap_remove(types, type_bucket(types, group->hash), group);
        types->n_groups--;
        group->right = *dead;
        *dead = group;
    }
}

static void type_drop_named(struct wk_types *types, const struct wk_rec_group *group, struct wk_rec_group **dead) {
    for (uint32_t k = 0; k < group->n; k++) {
        const struct wk_deftype *member = &group->members[k];
        const uint32_t n_types = member->n_params + member->n_results + member->n_fields;
        if (member->super != WK_NO_TYPE && wk_type_get(types, member->super)->group != group) {
            type_drop_ref(types, wk_type_get(types, member->super)->group, dead);
        }
        for (uint32_t i = 0; i < n_types; i++) {
            if ((member->types[i] & WICK_TYPE_CONCRETE) != 0) {
                struct wk_rec_group *to = wk_type_get(types, WICK_TYPE_HEAP(member->types[i]))->group;
                if (to != group) {
                    type_drop_ref(types, to, dead);
                }
            }
        }
    }
}

void wk_types_release(struct wk_types *types, struct wk_rec_group *group) {
    struct wk_rec_group *dead = NULL, *gone = NULL;
    wk_lock(types->alloc);
    type_drop_ref(types, group, &dead);
    while (dead != NULL) {
        struct wk_rec_group *at = dead;
        dead = at->right;
        type_drop_named(types, at, &dead);
        for (uint32_t k = 0; k < at->n; k++) {
            type_free_id(types, at->members[k].id);
        }
        at->right = gone;
        gone = at;
    }
    wk_unlock(types->alloc);
    while (gone != NULL) {
        struct wk_rec_group *at = gone;
        gone = at->right;
        type_free_group(types, at);
    }
}

struct wk_rec_group *wk_types_retain(struct wk_types *types, uint32_t id) {
    struct wk_rec_group *group;
    wk_lock(types->alloc);
    group = wk_type_get(types, id)->group;
    group->refs++;
    wk_unlock(types->alloc);
    return group;
}

void wk_types_pin(struct wk_types *types, struct wk_rec_group *group) {
    bool again;
    wk_lock(types->alloc);
    again = group->pinned;
    if (!again) {
        group->pinned = true;
        group->next_pinned = types->pinned;
        types->pinned = group;
    }
    wk_unlock(types->alloc);
    if (again) {
        wk_types_release(types, group);
    }
}

wick_err wk_types_init(struct wk_types *types, struct wk_alloc *alloc) {
    memset(types, 0, sizeof *types);
    types->alloc = alloc;
    types->free_id = WK_NO_TYPE;
    types->chunks = wk_zalloc(alloc, WK_TYPE_CHUNKS * sizeof *types->chunks);
    return types->chunks != NULL ? WICK_OK : WICK_ERR_nomem;
}

void wk_types_free(struct wk_types *types) {
    if (types->chunks == NULL) {
        return;
    }
    while (types->pinned != NULL) {
        struct wk_rec_group *group = types->pinned;
        types->pinned = group->next_pinned;
        wk_types_release(types, group);
    }
    for (uint32_t i = 0; i < types->n_chunks; i++) {
        wk_free(types->alloc, types->chunks[i], WK_TYPE_CHUNK * sizeof(struct wk_deftype *));
    }
    wk_free(types->alloc, types->chunks, WK_TYPE_CHUNKS * sizeof *types->chunks);
    wk_free(types->alloc, types->buckets, types->n_buckets * sizeof *types->buckets);
    memset(types, 0, sizeof *types);
}

/* ---- text ----------------------------------------------------------------------------------------------------- */

struct type_text {
    char *buf;
    size_t cap, size;
};

static void type_put(struct type_text *out, const char *text) {
    for (; *text != 0; text++, out->size++) {
        if (out->size + 1 < out->cap) {
            out->buf[out->size] = *text;
        }
    }
}

static void type_put_u32(struct type_text *out, uint32_t value) {
    char digits[11];
    uint32_t at = sizeof digits - 1;
    digits[at] = 0;
    do {
        const uint32_t rest = wk_udiv32(value, 10);
        digits[--at] = (char)('0' + (value - rest * 10));
        value = rest;
    } while (value != 0);
    type_put(out, digits + at);
}

static const char *type_num_text(uint32_t kind) {
#define NUMTYPE(sym, kind, byte, text, slots) [kind] = text,
    static const char *const texts[9] = {
#include "def/type.def"
    };
    return kind < WK_COUNT_OF(texts) && texts[kind] != NULL ? texts[kind] : "";
}

static const char *type_heap_text(uint32_t heap) {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) [code] = text,
    static const char *const texts[16] = {
#include "def/type.def"
        [WICK_HEAP_bottom] = "bot",
    };
    return heap < WK_COUNT_OF(texts) && texts[heap] != NULL ? texts[heap] : "";
}

static const char *type_short_text(uint32_t heap) {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) [code] = shorthand,
    static const char *const texts[16] = {
#include "def/type.def"
        [WICK_HEAP_bottom] = "(ref null bot)",
    };
    return heap < WK_COUNT_OF(texts) && texts[heap] != NULL ? texts[heap] : "";
}

/* The module's index of an engine type; cold: only messages need it. */
static uint32_t type_module_index(const wick_module *module, uint32_t id) {
    for (uint32_t i = 0; i < module->n_types; i++) {
        if (module->types[i] == id) {
            return i;
        }
    }
    return WK_NO_TYPE;
}

size_t wk_type_text(const struct wk_types *types, const wick_module *module, wick_valtype type, char *buf,
                    size_t cap) {
    struct type_text out = {buf, cap, 0};
    const uint32_t heap = WICK_TYPE_HEAP(type);
    (void)types;
    if (!wk_type_is_ref(type)) {
        type_put(&out, type_num_text(WICK_TYPE_KIND(type)));
    } else if ((type & WICK_TYPE_CONCRETE) == 0 && (type & WICK_TYPE_NULLABLE) != 0) {
        type_put(&out, type_short_text(heap));
    } else {
        type_put(&out, (type & WICK_TYPE_NULLABLE) != 0 ? "(ref null " : "(ref ");
        if ((type & WICK_TYPE_CONCRETE) == 0) {
            type_put(&out, type_heap_text(heap));
        } else {
            const uint32_t index = module == NULL ? heap : type_module_index(module, heap);
            type_put(&out, index == WK_NO_TYPE ? "engine type " : "");
            type_put_u32(&out, index == WK_NO_TYPE ? heap : index);
        }
        type_put(&out, ")");
    }
    if (cap != 0) {
        buf[out.size < cap ? out.size : cap - 1] = 0;
    }
    return out.size;
}

#undef TYPE_MIN_BUCKETS

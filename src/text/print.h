/* print.h - what the printer's files share. Not for others: wick_text.h is. */
#ifndef WICK_TEXT_PRINT_H
#define WICK_TEXT_PRINT_H

#include "module/module.h"
#include "text/asm.h"

/* ---- names (print_name.c) ------------------------------------------------------------------------------------- */

/* A name of the name section. Its text may be no identifier of its own: another thing of the same space has the same
 * one, or it is empty. Then the identifier is the text, a dot and the index; or there is none. */
struct wk_print_name {
    uint32_t off;  /* of the text in the module; 0: nothing has a name here. Top bit: no identifier */
    uint32_t size; /* top bit: with the index */
};
#define WK_PRINT_NAME_BIT 0x80000000u

struct wk_print_names {
    struct wk_print_name *of; /* by index; NULL: none has a name */
    uint32_t n;
};

/* A map from indices to name maps that is read alongside its functions. */
struct wk_print_indirect {
    struct wk_cursor c;
    uint32_t left;  /* entries behind the one at hand */
    uint32_t index; /* whose names come next; UINT32_MAX: no more */
    uint32_t n;     /* how many they are */
};

/* ---- instructions (print_instr.c) ----------------------------------------------------------------------------- */

struct wk_print_label {
    uint32_t entry;    /* 1 + its name's place in scope.entries; 0: it has none */
    uint32_t shadowed; /* what stood there before */
    uint32_t arity;    /* operands of a branch to it */
    uint8_t state;     /* enum print_state */
};

/* An instruction that waits to be an operand. */
struct wk_print_node {
    uint32_t at;     /* offset */
    uint16_t first;  /* operand, 0xffff: none */
    uint16_t next;   /* operand of the same instruction */
    uint16_t size;   /* nodes, with all below */
    uint8_t depth;   /* below it */
    uint8_t results; /* 0, 1, or 2: as many as in `many` */
    uint32_t many;
};
#define WK_PRINT_NODES 512u /* that wait at most */
#define WK_PRINT_DEPTH 48u  /* to which operands nest at most */

/* Branch hints: sorted by function, then offset. */
struct wk_print_hint {
    uint32_t at; /* offset in the module */
    uint32_t value;
};

/* ---- state ---------------------------------------------------------------------------------------------------- */

#define WK_PRINT_BUFFER 8192u
#define WK_PRINT_ROOM 128u /* bytes that are free between two calls of wk_print_room */

struct wk_print {
    const struct wick_module *m;
    const uint8_t *bytes; /* the module's */
    struct wk_alloc *alloc;
    uint32_t flags;
    wick_print_fn sink;
    void *user;
    wick_err err; /* the first; everything that prints does nothing more then */
    char *at;
    char *limit; /* WK_PRINT_ROOM before the buffer's end */

    uint32_t section[WK_SECTION_COUNT]; /* offset of the first entry; 0: no entries */
    uint32_t count[WK_SECTION_COUNT];
    uint32_t *type_at;                  /* offset of each type's form byte */
    bool uses_data;                     /* an instruction names a data segment */

    uint32_t name_custom; /* which custom section names come from; UINT32_MAX: none */
    uint32_t hint_custom; /* and branch hints */
    struct wk_print_name module_name;
    struct wk_print_names names[WK_SPACE_COUNT];
    struct wk_print_names fields; /* of all types */
    uint32_t *field_at;           /* by type: 1 + where its fields begin; NULL: none has a name */
    struct wk_print_indirect locals;
    struct wk_print_indirect labels;
    struct wk_names unique; /* what is taken while identifiers are given out */
    struct wk_arena arena;  /* text of identifiers with an index, meanwhile */

    struct wk_print_hint *hints;
    size_t hint_cap;
    size_t n_hints;

    /* the function at hand */
    const struct wk_deftype *func_type;
    struct wk_print_names local;
    size_t local_cap;
    struct wk_names scope; /* of label names: 1 + the innermost label's number */
    struct wk_print_label *stack;
    size_t stack_cap;
    uint32_t n_labels;
    uint32_t label_at;   /* labels so far */
    uint32_t label_next; /* the next one that has a name; UINT32_MAX: none */
    uint32_t indent;
    bool one_line;
    bool glued; /* on one line: the first thing needs no blank */

    uint32_t n_nodes;
    uint32_t n_items;
    struct wk_print_node nodes[WK_PRINT_NODES];
    uint16_t items[WK_PRINT_NODES]; /* nodes that are nobody's operand, in order */

    uint8_t op_size[WICK_OP_COUNT]; /* of the names of instructions */
    char buffer[WK_PRINT_BUFFER];
};

/* ---- output (print.c) ----------------------------------------------------------------------------------------- */

/* Hands what is in the buffer to the sink. */
WK_EXTERN void wk_print_flush(struct wk_print *p);
/* Makes room for WK_PRINT_ROOM bytes at p->at. */
static inline void wk_print_room(struct wk_print *p) {
    if (WK_UNLIKELY(p->at > p->limit)) {
        wk_print_flush(p);
    }
}
WK_EXTERN void wk_print_bytes(struct wk_print *p, const void *text, size_t size);
WK_EXTERN void wk_print_str(struct wk_print *p, const char *text);
static inline void wk_print_char(struct wk_print *p, char c) {
    wk_print_room(p);
    *p->at++ = c;
}
WK_EXTERN void wk_print_u64(struct wk_print *p, uint64_t value);
WK_EXTERN void wk_print_s64(struct wk_print *p, int64_t value);
WK_EXTERN void wk_print_hex(struct wk_print *p, uint64_t value);
/* A line feed and the indentation; a blank when everything goes on one line. */
WK_EXTERN void wk_print_line(struct wk_print *p);
/* A string in quotes: bytes as they are when printable ASCII, else \hh. */
WK_EXTERN void wk_print_data(struct wk_print *p, uint32_t off, uint32_t size);
/* UTF-8 for a string: characters as they are but those that disturb a terminal or a reader; and the same in quotes. */
WK_EXTERN void wk_print_characters(struct wk_print *p, uint32_t off, uint32_t size);
WK_EXTERN void wk_print_utf8(struct wk_print *p, uint32_t off, uint32_t size);
WK_EXTERN void wk_print_fail(struct wk_print *p, wick_err err);

/* ---- numbers (print_number.c) --------------------------------------------------------------------------------- */

#define WK_PRINT_FLOAT_SIZE 32u
/* The shortest decimal number that reads back as these bits of a float of 32 or 64 bits; inf, nan, nan:0x... No
 * final 0; answers the size, below WK_PRINT_FLOAT_SIZE. */
WK_EXTERN size_t wk_print_float(char *out, uint64_t bits, uint32_t width);

/* ---- names ---------------------------------------------------------------------------------------------------- */

/* Finds the name section and gives out identifiers. */
WK_EXTERN void wk_print_read_names(struct wk_print *p);
WK_EXTERN void wk_print_free_names(struct wk_print *p);
/* The identifier, or the index. */
WK_EXTERN void wk_print_ref(struct wk_print *p, const struct wk_print_names *names, uint32_t index);
/* The index space of a wick_extern_kind. */
static inline enum wk_space wk_print_space(uint8_t kind) {
    static const uint8_t spaces[] = {WK_SPACE_FUNC, WK_SPACE_TABLE, WK_SPACE_MEMORY, WK_SPACE_GLOBAL, WK_SPACE_TAG};
    return (enum wk_space)spaces[kind];
}
static inline void wk_print_index(struct wk_print *p, enum wk_space space, uint32_t index) {
    wk_print_ref(p, &p->names[space], index);
}
WK_EXTERN void wk_print_field(struct wk_print *p, uint32_t type, uint32_t field);
/* Has it a name? */
static inline bool wk_print_is_named(const struct wk_print_names *names, uint32_t index) {
    return index < names->n && names->of[index].off != 0;
}
/* Where it is defined, after a blank: its identifier and, where that is not its name, (@name "..."). */
WK_EXTERN void wk_print_define(struct wk_print *p, const struct wk_print_name *name, uint32_t index);
/* The same for an index space; without an identifier, the index as a comment. */
WK_EXTERN void wk_print_define_in(struct wk_print *p, enum wk_space space, uint32_t index);
/* The names of n locals of a function, to p->local. Functions come in order. */
WK_EXTERN void wk_print_read_locals(struct wk_print *p, uint32_t func, uint32_t n);
/* Label names of a function: prepares; then for each label in order its name (size 0: none). */
WK_EXTERN void wk_print_read_labels(struct wk_print *p, uint32_t func);
WK_EXTERN struct wk_span wk_print_next_label(struct wk_print *p);
/* NULL: no field of the type has a name. */
WK_EXTERN const struct wk_print_name *wk_print_field_name(const struct wk_print *p, uint32_t type, uint32_t field);

/* ---- types (print_type.c) ------------------------------------------------------------------------------------- */

/* Each prints what stands at *at and moves *at behind it. */
WK_EXTERN void wk_print_valtype(struct wk_print *p, uint32_t *at);
WK_EXTERN void wk_print_heaptype(struct wk_print *p, uint32_t *at);
/* A heap type as a reference type. */
WK_EXTERN void wk_print_reftype_of(struct wk_print *p, uint32_t *at, bool nullable);
WK_EXTERN void wk_print_mutable(struct wk_print *p, uint32_t *at);
/* Finds the types' places. */
WK_EXTERN void wk_print_read_types(struct wk_print *p);
WK_EXTERN void wk_print_types(struct wk_print *p);
/* ` (type $t) (param ...) (result ...)` with the parameters' names when they are locals; without the declarations
 * when these are many and nobody needs them. */
enum wk_print_use { WK_PRINT_USE_PLAIN, WK_PRINT_USE_LOCALS };
WK_EXTERN void wk_print_use(struct wk_print *p, uint32_t type, enum wk_print_use kind);
/* With a blank in front. */
WK_EXTERN void wk_print_limits(struct wk_print *p, uint32_t *at);

/* ---- instructions --------------------------------------------------------------------------------------------- */

/* A function's body, its locals included. */
WK_EXTERN void wk_print_body(struct wk_print *p, uint32_t func);
/* A constant expression with its end, on this line; in `(wrap ...)` unless it is one instruction. */
WK_EXTERN void wk_print_expr(struct wk_print *p, uint32_t *at, const char *wrap);
/* In print_op.c: an instruction that is no block, without parentheses; *at stands on its opcode. */
WK_EXTERN void wk_print_op(struct wk_print *p, uint32_t *at);
/* A label `depth` blocks outwards. */
WK_EXTERN void wk_print_label_ref(struct wk_print *p, uint32_t depth);
/* How many operands an instruction (whose immediates begin at `at`) takes and gives; false: unknown. */
WK_EXTERN bool wk_print_arity(const struct wk_print *p, enum wick_op op, uint32_t at, uint32_t *out_takes,
                              uint32_t *out_gives);
/* Reads the branch hints when they are as they should be. */
WK_EXTERN void wk_print_read_hints(struct wk_print *p);

#endif

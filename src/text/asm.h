/* asm.h - the assembler's state, and its parser, which scripts use too. */
#ifndef WICK_TEXT_ASM_H
#define WICK_TEXT_ASM_H

#include "text/text.h"

/* ---- names ----------------------------------------------------------------------------------- */

/* Index spaces with names. FIELD + t: the fields of type t. */
enum wk_space {
    WK_SPACE_TYPE,
    WK_SPACE_FUNC,
    WK_SPACE_TABLE,
    WK_SPACE_MEMORY,
    WK_SPACE_GLOBAL,
    WK_SPACE_TAG,
    WK_SPACE_ELEM,
    WK_SPACE_DATA,
    WK_SPACE_COUNT,
    WK_SPACE_LOCAL = WK_SPACE_COUNT,
    WK_SPACE_LABEL,
    WK_SPACE_FIELD
};

struct wk_name_entry {
    const uint8_t *at;
    size_t size;
    uint64_t space;
    uint32_t hash;
    uint32_t slot;
    uint32_t value;
};

/* A hash table from (space, name) to a number. */
struct wk_names {
    struct wk_alloc *alloc;
    struct wk_name_entry *entries;
    size_t n;
    size_t cap;
    uint32_t *slots; /* 1 + entry; n_slots is 0 or a power of two, at least twice n */
    size_t n_slots;
};

WK_EXTERN void wk_names_init(struct wk_names *names, struct wk_alloc *alloc);
WK_EXTERN void wk_names_free(struct wk_names *names);
WK_EXTERN void wk_names_clear(struct wk_names *names);
/* NULL: not there. */
WK_EXTERN struct wk_name_entry *wk_names_find(const struct wk_names *names, uint64_t space,
                                              const uint8_t *at, size_t size);
/* Finds or makes an entry; *out_new says which. NULL: no memory. Borrowed until the next put. */
WK_EXTERN struct wk_name_entry *wk_names_put(struct wk_names *names, uint64_t space,
                                             const uint8_t *at, size_t size, uint32_t value,
                                             bool *out_new);

/* ---- state ----------------------------------------------------------------------------------- */

struct wk_asm_type {
    size_t at; /* the function type's bytes in the type section, after the 0x60 */
    size_t size;
    uint32_t n_params;
    bool is_func;
};

/* A type or rec field of the module. */
struct wk_asm_field {
    const uint8_t *begin;
    const uint8_t *end;
    uint32_t n_types;
};

struct wk_asm_ref {
    bool nullable;
    int64_t heap; /* s33: an index, or an abstract type's byte as a negative number */
};

/* What stands in place of a type index. */
struct wk_asm_use {
    uint32_t type;
    bool is_explicit; /* (type x) was there */
    uint32_t n_params;
    uint32_t n_results; /* of the inline declarations: in wk_asm.params and .results */
    const uint8_t *begin;
};

enum wk_asm_bind {
    WK_BIND_NONE,  /* parameters have no names here */
    WK_BIND_SKIP,  /* they may, but nobody looks them up */
    WK_BIND_LOCALS /* they are locals */
};

struct wk_asm_frame {
    size_t pend; /* where its bytes begin in wk_asm.pend */
    const uint8_t *begin; /* of its word in the text */
    uint8_t kind;
    uint8_t hint; /* 0 none, 1 + branch hint */
};

struct wk_asm_label {
    const uint8_t *name;
    size_t size;
    uint32_t shadowed; /* 1 + the label of the same name outside */
};

/* The instruction that becomes the byte at `at` of a function's body. */
struct wk_asm_sought {
    uint32_t func; /* among those that have a body */
    size_t at;
    const uint8_t *begin; /* NULL: not found */
};

/* The parts of a name section, by subsection id. */
#define WK_NAMES_PARTS 12u

struct wk_asm_custom {
    size_t at; /* the section in wk_asm.custom */
    size_t size;
    uint8_t place; /* 2 * rank of section.def + (after ? 1 : 0) */
};

struct wk_asm {
    struct wk_alloc *alloc;
    struct wk_arena arena;
    struct wk_lexer lex;
    struct wk_token tok;
    struct wk_token next;
    bool has_next;
    uint32_t flags;
    wick_diag *diag;

    struct wk_names names; /* of the module */
    struct wk_names scope; /* of the function: locals and labels */
    uint32_t at[WK_SPACE_COUNT];    /* the next index */
    bool scan_broken;               /* the scan met an error that the parser has yet to find */
    const char *defined;            /* what was defined first, after which no import may come */
    bool has_start;
    bool uses_data;                 /* an instruction names a data segment */

    struct wk_asm_type *types;
    size_t type_cap;
    uint32_t n_types;
    uint32_t *sig_slots; /* 1 + type, by its bytes: plain function types */
    size_t n_sig_slots;
    size_t n_sigs;
    struct wk_asm_field *fields;
    size_t field_cap;
    size_t n_fields;
    size_t field_at;

    struct wk_buf section[WK_SECTION_COUNT];
    uint32_t count[WK_SECTION_COUNT];
    struct wk_buf params;
    struct wk_buf results;
    struct wk_buf sig;
    struct wk_buf tmp;
    struct wk_buf annot; /* an annotation's string: annotations stand in the midst of everything else */
    struct wk_buf body;  /* of the function */
    struct wk_buf exprs; /* element expressions */
    struct wk_buf *out;  /* where instructions go */
    const uint8_t *begin; /* of the instruction at hand */
    struct wk_asm_sought *sought; /* NULL: nothing */
    struct wk_buf pend;  /* folded instructions that wait for their operands */

    struct wk_asm_frame *frames;
    size_t frame_cap;
    size_t n_frames;
    struct wk_asm_label *labels;
    size_t label_cap;
    uint32_t n_labels;
    bool in_func;
    bool locals_unknown; /* the function's type is not there, so named locals have no index */
    uint32_t n_locals;
    uint8_t hint; /* for the next instruction */

    struct wk_buf hints; /* branch hint section: functions */
    struct wk_buf func_hints;
    uint32_t n_hint_funcs;
    uint32_t n_func_hints;

    struct wk_buf custom;
    struct wk_asm_custom *customs;
    size_t custom_cap;
    size_t n_customs;

    struct wk_buf name[WK_NAMES_PARTS];
    uint32_t name_count[WK_NAMES_PARTS];
    struct wk_buf local_names; /* of the function, as are label_names */
    struct wk_buf label_names;
    uint32_t n_local_names;
    uint32_t n_label_names;
    uint32_t label_at; /* labels of the function so far */
    bool has_module_name;

    const uint8_t *lanes[16]; /* of a v128.const */
    struct wk_number_scratch scratch;
};

/* A parser over text[start, end) that stands before its first token: wk_asm_jump(p, p->lex.at) reads it. NULL:
 * no memory. */
WK_EXTERN struct wk_asm *wk_asm_new(struct wk_alloc *alloc, const struct wk_words *words,
                                    const uint8_t *text, size_t start, size_t end, uint32_t flags,
                                    wick_diag *diag);
WK_EXTERN void wk_asm_free(struct wk_asm *p);

/* ---- parsing helpers (parse.c) --------------------------------------------------------------- */

WK_EXTERN wick_err wk_asm_fail(struct wk_asm *p, const uint8_t *begin, wick_err err);
WK_EXTERN wick_err wk_asm_fail_text(struct wk_asm *p, const uint8_t *begin, wick_err err,
                                    const char *what, const uint8_t *name, size_t size);
/* An error with a static string and a piece of the input behind a sigil. */
WK_EXTERN wick_err wk_asm_fail_with(struct wk_asm *p, const uint8_t *begin, wick_err err, const char *what,
                                    const char *sigil, const uint8_t *name, size_t size);
/* "unexpected token"; `want` is a static string. What came instead is added. */
WK_EXTERN wick_err wk_asm_unexpected(struct wk_asm *p, const char *want);
WK_EXTERN wick_err wk_asm_advance(struct wk_asm *p);
/* Starts to read at another place. */
WK_EXTERN wick_err wk_asm_jump(struct wk_asm *p, const uint8_t *at);
WK_EXTERN const struct wk_token *wk_asm_peek(struct wk_asm *p);
/* "(" and this word come next. */
WK_EXTERN bool wk_asm_is_form(struct wk_asm *p, uint32_t word);
/* Passes over "(" and a word that is_form saw. */
WK_EXTERN wick_err wk_asm_enter(struct wk_asm *p);
WK_EXTERN wick_err wk_asm_close(struct wk_asm *p);
static inline bool wk_asm_is_word(const struct wk_asm *p, uint32_t word) {
    return p->tok.kind == WK_TOKEN_WORD && p->tok.word == word;
}
static inline bool wk_asm_is_index(const struct wk_asm *p) {
    return p->tok.kind == WK_TOKEN_NAT || p->tok.kind == WK_TOKEN_ID;
}
WK_EXTERN wick_err wk_asm_u32(struct wk_asm *p, uint32_t *out_value);
WK_EXTERN wick_err wk_asm_u64(struct wk_asm *p, uint64_t *out_value);
/* An index of a space, by number or name. */
WK_EXTERN wick_err wk_asm_index(struct wk_asm *p, uint64_t space, uint32_t *out_index);
WK_EXTERN wick_err wk_asm_reserve(struct wk_asm *p, void **array, size_t *cap, size_t need,
                                  size_t elem_size);
/* A STRING token as a name (length, UTF-8). */
WK_EXTERN wick_err wk_asm_name(struct wk_asm *p, struct wk_buf *buf);
/* All STRING tokens that follow. */
WK_EXTERN wick_err wk_asm_strings(struct wk_asm *p, struct wk_buf *buf);
/* A buffer's bytes after their length. */
WK_EXTERN void wk_asm_put_sized(struct wk_buf *buf, const struct wk_buf *bytes);

/* ---- types (parse_type.c) -------------------------------------------------------------------- */

WK_EXTERN wick_err wk_asm_heaptype(struct wk_asm *p, int64_t *out_heap);
WK_EXTERN bool wk_asm_at_reftype(struct wk_asm *p);
WK_EXTERN wick_err wk_asm_reftype(struct wk_asm *p, struct wk_asm_ref *out_ref);
WK_EXTERN void wk_asm_put_ref(struct wk_buf *buf, const struct wk_asm_ref *ref);
WK_EXTERN wick_err wk_asm_valtype(struct wk_asm *p, struct wk_buf *buf);
WK_EXTERN wick_err wk_asm_globaltype(struct wk_asm *p, struct wk_buf *buf);
/* i32, i64 or nothing. */
WK_EXTERN wick_err wk_asm_addrtype(struct wk_asm *p, bool *out_is64);
/* A memory's may be shared and have a page size. */
WK_EXTERN wick_err wk_asm_limits(struct wk_asm *p, bool is64, bool is_memory, struct wk_buf *buf);
/* (pagesize n), whose logarithm it answers, or nothing. */
#define WK_ASM_NO_PAGE_SIZE UINT32_MAX
WK_EXTERN wick_err wk_asm_page_size(struct wk_asm *p, uint32_t *out_log2);
/* Limits of something that has just this size. */
WK_EXTERN void wk_asm_put_limits(struct wk_buf *buf, bool is64, uint64_t size, uint32_t page_log2);
/* Parses a type use; the declarations go to p->params and p->results. */
WK_EXTERN wick_err wk_asm_use(struct wk_asm *p, enum wk_asm_bind bind, struct wk_asm_use *out_use);
/* Its type index: found, or appended to the module's types. */
WK_EXTERN wick_err wk_asm_use_type(struct wk_asm *p, struct wk_asm_use *use);
/* A type or rec field. */
WK_EXTERN wick_err wk_asm_typefield(struct wk_asm *p);
/* Names a parameter or local that has just been counted. */
WK_EXTERN wick_err wk_asm_bind_local(struct wk_asm *p, const struct wk_token *id);

/* ---- instructions (parse_instr.c, parse_op.c) -------------------------------------------------- */

/* What begins at p->begin has been written to the body up to here. */
WK_EXTERN void wk_asm_seek(struct wk_asm *p);
/* Instructions up to a ")" that is not theirs; or exactly one folded instruction. To p->out. */
WK_EXTERN wick_err wk_asm_instrs(struct wk_asm *p, bool one);
/* An instruction that is no block: the word is at p->tok. Appends opcode and immediates. */
WK_EXTERN wick_err wk_asm_op(struct wk_asm *p, struct wk_buf *buf);
WK_EXTERN void wk_asm_put_op(struct wk_buf *buf, uint32_t op);
WK_EXTERN wick_err wk_asm_label_index(struct wk_asm *p, uint32_t *out_index);
/* The digits or words of a constant of 8 to 64 bits. */
WK_EXTERN wick_err wk_asm_int(struct wk_asm *p, uint32_t bits, uint64_t *out_value);
WK_EXTERN wick_err wk_asm_float(struct wk_asm *p, uint32_t bits, uint64_t *out_bits);
WK_EXTERN wick_err wk_asm_v128(struct wk_asm *p, uint8_t out_bytes[16]);

/* ---- annotations, names, custom sections (annot.c) --------------------------------------------- */

/* Fails when the current token has annotations that nobody took. */
WK_EXTERN wick_err wk_asm_misplaced(struct wk_asm *p);
/* Takes an @name that stands before the current token. None: out stays; a name may be empty, so "none" is no place. */
WK_EXTERN wick_err wk_asm_take_name(struct wk_asm *p, bool is_module, struct wk_token *out_name);
/* Takes the @custom annotations before the current token. */
WK_EXTERN wick_err wk_asm_take_customs(struct wk_asm *p);
/* Takes a branch hint before the current token into p->hint. */
WK_EXTERN wick_err wk_asm_take_hint(struct wk_asm *p);
WK_EXTERN void wk_asm_put_hint(struct wk_asm *p, uint32_t hint);
/* Writes the sections of one place. */
WK_EXTERN void wk_asm_put_customs(const struct wk_asm *p, uint32_t place, struct wk_buf *buf);
/* Notes a name for the name section when one is wanted: `part` is the subsection's id. */
WK_EXTERN void wk_asm_note(struct wk_asm *p, uint32_t part, uint32_t index,
                           const struct wk_token *name);
WK_EXTERN void wk_asm_note_func(struct wk_asm *p, uint32_t func);
WK_EXTERN void wk_asm_put_names(struct wk_asm *p, struct wk_buf *buf);

#endif

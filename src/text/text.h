/* text.h - the text format's tokens, numbers and assembler, as the rest of the library sees them. */
#ifndef WICK_TEXT_TEXT_H
#define WICK_TEXT_TEXT_H

#include "base/alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/diag.h"
#include "module/op.h"
#include "wick/wick_text.h"

/* ---- words ----------------------------------------------------------------------------------- */

/* A word's number: an enum wick_op, or one of these. */
enum wk_word {
    WK_WORD_FIRST = WICK_OP_COUNT - 1,
#define NUMTYPE(sym, kind, byte, text, slots) WK_WORD_num_##sym,
#include "def/type.def"
    WK_WORD_NUM_END,
    WK_WORD_NUM_LAST = WK_WORD_NUM_END - 1,
#define HEAPTYPE(sym, code, byte, text, shorthand, top) WK_WORD_heap_##sym,
#include "def/type.def"
    WK_WORD_HEAP_END,
    WK_WORD_HEAP_LAST = WK_WORD_HEAP_END - 1,
#define HEAPTYPE(sym, code, byte, text, shorthand, top) WK_WORD_short_##sym,
#include "def/type.def"
    WK_WORD_SHORT_END,
    WK_WORD_SHORT_LAST = WK_WORD_SHORT_END - 1,
#define KEYWORD(sym, text) WK_WORD_##sym,
#include "text/keyword.def"
    WK_WORD_COUNT
};
#define WK_WORD_func WK_WORD_heap_func
#define WK_WORD_extern WK_WORD_heap_extern
#define WK_WORD_struct WK_WORD_heap_struct
#define WK_WORD_array WK_WORD_heap_array
#define WK_WORD_cont WK_WORD_heap_cont

#define WK_WORD_SLOTS 2048u

/* All words by hash; built once for any number of texts. */
struct wk_words {
    uint16_t slot[WK_WORD_SLOTS]; /* 1 + word */
};
WK_EXTERN void wk_words_init(struct wk_words *words);
/* The byte that encodes a heap type word (or its shorthand). */
WK_EXTERN uint8_t wk_word_heap_byte(uint32_t word);
WK_EXTERN uint8_t wk_word_num_byte(uint32_t word);

/* ---- tokens ---------------------------------------------------------------------------------- */

enum wk_token_kind {
    WK_TOKEN_EOF,
    WK_TOKEN_LPAR,
    WK_TOKEN_RPAR,
    WK_TOKEN_NAT,    /* digits */
    WK_TOKEN_INT,    /* a sign and digits */
    WK_TOKEN_FLOAT,
    WK_TOKEN_STRING, /* at, size: between the quotes, escapes still there */
    WK_TOKEN_ID,     /* at, size: the name, without $ and quotes, escapes resolved */
    WK_TOKEN_WORD,
    WK_TOKEN_OFFSET, /* offset=: at, size: the number */
    WK_TOKEN_ALIGN,  /* align= */
    WK_TOKEN_ERROR   /* lexer->err says what; begin is where */
};

struct wk_token {
    const uint8_t *begin; /* in the text */
    const uint8_t *at;
    size_t size;
    uint32_t annots; /* how many known annotations stand before it, still unused */
    uint16_t word;   /* WORD */
    uint8_t kind;
    bool escaped;    /* STRING: has escapes */
};

enum wk_annot_kind { WK_ANNOT_NAME, WK_ANNOT_CUSTOM, WK_ANNOT_HINT };

struct wk_annot {
    const uint8_t *begin; /* the "(" */
    const uint8_t *body;  /* after the id */
    const uint8_t *end;   /* the ")" */
    enum wk_annot_kind kind;
};

struct wk_lexer {
    const struct wk_words *words;
    struct wk_arena *arena; /* for names with escapes */
    const uint8_t *text;    /* line 1 starts here */
    const uint8_t *at;
    const uint8_t *end;
    struct wk_annot *annots; /* queue of the known annotations met */
    size_t annot_cap;
    size_t annot_first;
    size_t annot_end;
    wick_err err;        /* of an ERROR token */
    const char *message; /* for errors whose text is a %s */
};

/* Reads text[start, end); lines count from the beginning of text. */
WK_EXTERN void wk_lexer_init(struct wk_lexer *lexer, const struct wk_words *words,
                             struct wk_arena *arena, const uint8_t *text, size_t start, size_t end);
WK_EXTERN void wk_lexer_free(struct wk_lexer *lexer);
/* The next token; at the end EOF, again and again. */
WK_EXTERN void wk_lexer_next(struct wk_lexer *lexer, struct wk_token *out_token);
/* Fails at a place of the text: fills line and column. */
WK_EXTERN wick_err wk_lexer_fail(const struct wk_lexer *lexer, wick_diag *diag,
                                 const uint8_t *begin, wick_err err, uint64_t a0, uint64_t a1);
/* Fails with the error of an ERROR token. */
WK_EXTERN wick_err wk_lexer_fail_token(const struct wk_lexer *lexer, wick_diag *diag,
                                       const struct wk_token *token);
WK_EXTERN uint32_t wk_text_line(const uint8_t *text, const uint8_t *at);
/* `at` stands after a "(": the place after the ")" that closes it; `end` when there is none. Looks at
 * strings, comments and parentheses only. */
WK_EXTERN const uint8_t *wk_text_skip(const uint8_t *at, const uint8_t *end);

/* Appends a STRING token's bytes. */
WK_EXTERN void wk_text_string(const struct wk_token *token, struct wk_buf *buf);

/* ---- numbers --------------------------------------------------------------------------------- */

/* What kind of number the bytes are: NAT, INT, FLOAT, or ERROR. */
WK_EXTERN enum wk_token_kind wk_number_kind(const uint8_t *at, size_t size);
/* The value of a NAT (digits, hexadecimal after 0x, underscores); false: above 2^64 - 1. */
WK_EXTERN bool wk_number_u64(const uint8_t *at, size_t size, uint64_t *out_value);
/* A NAT or INT as an integer of 8 to 64 bits, signed or unsigned; false: not an integer, or out of range. */
WK_EXTERN bool wk_number_int(const uint8_t *at, size_t size, uint32_t bits, uint64_t *out_value);
/* Any number as the bits of a float of 32 or 64 bits, rounded to nearest, ties to even; false: out of
 * range. */
#define WK_NUMBER_LIMBS 128u
struct wk_number_scratch {
    uint32_t a[WK_NUMBER_LIMBS];
    uint32_t b[WK_NUMBER_LIMBS];
};
WK_EXTERN bool wk_number_float(const uint8_t *at, size_t size, uint32_t bits,
                               struct wk_number_scratch *scratch, uint64_t *out_bits);

/* ---- the assembler --------------------------------------------------------------------------- */

#define WK_TEXT_SCRIPT 0x10000u /* `(module definition ...)` is allowed */

/* Assembles the module in text[start, end). *out_binary is a buffer of alloc's, to be freed by the caller. */
WK_EXTERN wick_err wk_text_assemble(struct wk_alloc *alloc, const struct wk_words *words,
                                    const uint8_t *text, size_t start, size_t end, uint32_t flags,
                                    struct wk_buf *out_binary, wick_diag *diag);

#endif

/* lex.c - tokens. Spec: text-lexical, text-string, text-id, text-annot.
 *
 * Owner of: what a token is, which words there are, string escapes, comments, the ids and the balance of
 * annotations, UTF-8 outside of names. Annotations that nobody knows are passed over here; the known
 * ones are queued, and the token behind them counts them. */
#include "base/str.h"
#include "base/utf8.h"
#include "text/text.h"

/* ---- words ----------------------------------------------------------------------------------- */

/* All words in one string, and where each begins: no pointers, no relocations. */
struct lex_word_pool {
    char pad; /* so that no word begins at 0 */
#define NUMTYPE(sym, kind, byte, text, slots) char num_##sym[sizeof text];
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) char heap_##sym[sizeof text];
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) char short_##sym[sizeof shorthand];
#include "def/type.def"
#define KEYWORD(sym, text) char w_##sym[sizeof text];
#include "text/keyword.def"
};
static const struct lex_word_pool lex_words = {
    0,
#define NUMTYPE(sym, kind, byte, text, slots) text,
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) text,
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) shorthand,
#include "def/type.def"
#define KEYWORD(sym, text) text,
#include "text/keyword.def"
};
static const uint16_t lex_word_at[WK_WORD_COUNT] = {
#define NUMTYPE(sym, kind, byte, text, slots) \
    [WK_WORD_num_##sym] = (uint16_t)offsetof(struct lex_word_pool, num_##sym),
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) \
    [WK_WORD_heap_##sym] = (uint16_t)offsetof(struct lex_word_pool, heap_##sym),
#include "def/type.def"
#define HEAPTYPE(sym, code, byte, text, shorthand, top) \
    [WK_WORD_short_##sym] = (uint16_t)offsetof(struct lex_word_pool, short_##sym),
#include "def/type.def"
#define KEYWORD(sym, text) [WK_WORD_##sym] = (uint16_t)offsetof(struct lex_word_pool, w_##sym),
#include "text/keyword.def"
};
static const uint8_t lex_num_bytes[] = {
#define NUMTYPE(sym, kind, byte, text, slots) byte,
#include "def/type.def"
};
static const uint8_t lex_heap_bytes[] = {
#define HEAPTYPE(sym, code, byte, text, shorthand, top) byte,
#include "def/type.def"
};

static const char *lex_word_text(uint32_t word) {
    return word < WICK_OP_COUNT ? wk_op_text((enum wick_op)word)
                                : (const char *)&lex_words + lex_word_at[word];
}

static uint32_t lex_word_hash(const uint8_t *at, size_t size) {
    uint32_t hash = 0x811c9dc5u;
    for (size_t i = 0; i < size; i++) {
        hash = (hash ^ at[i]) * 0x01000193u;
    }
    return hash ^ hash >> 15;
}

/* The word, or WK_WORD_COUNT. */
static uint32_t lex_word_find(const struct wk_words *words, const uint8_t *at, size_t size,
                              uint32_t *out_slot) {
    uint32_t i = lex_word_hash(at, size) & (WK_WORD_SLOTS - 1);
    for (; words->slot[i] != 0; i = (i + 1) & (WK_WORD_SLOTS - 1)) {
        const char *text = lex_word_text((uint32_t)words->slot[i] - 1);
        size_t k = 0;
        while (k < size && (uint8_t)text[k] == at[k]) {
            k++;
        }
        if (k == size && text[k] == 0) {
            return (uint32_t)words->slot[i] - 1;
        }
    }
    *out_slot = i;
    return WK_WORD_COUNT;
}

void wk_words_init(struct wk_words *words) {
    memset(words, 0, sizeof *words);
    for (uint32_t word = 0; word < WK_WORD_COUNT; word++) {
        const char *text = lex_word_text(word);
        uint32_t slot = 0;
        /* Rows that share a text are told apart by what follows the word: the first row stands for all. */
        if (lex_word_find(words, (const uint8_t *)text, wk_str_size(text), &slot) == WK_WORD_COUNT) {
            words->slot[slot] = (uint16_t)(word + 1);
        }
    }
}

uint8_t wk_word_heap_byte(uint32_t word) {
    return lex_heap_bytes[word < WK_WORD_short_func ? word - WK_WORD_heap_func
                                                    : word - WK_WORD_short_func];
}

uint8_t wk_word_num_byte(uint32_t word) {
    return lex_num_bytes[word - WK_WORD_num_i32];
}

/* ---- places ---------------------------------------------------------------------------------- */

void wk_lexer_init(struct wk_lexer *lexer, const struct wk_words *words, struct wk_arena *arena,
                   const uint8_t *text, size_t start, size_t end) {
    if (text == NULL) { /* nothing was quoted: no pointer may be made of it, not even to its end */
        text = (const uint8_t *)"";
    }
    memset(lexer, 0, sizeof *lexer);
    lexer->words = words;
    lexer->arena = arena;
    lexer->text = text;
    lexer->at = text + start;
    lexer->end = text + end;
}

void wk_lexer_free(struct wk_lexer *lexer) {
    wk_free(lexer->arena->alloc, lexer->annots, lexer->annot_cap * sizeof *lexer->annots);
    lexer->annots = NULL;
    lexer->annot_cap = 0;
}

/* Lines end with LF, CR, or both. */
static uint32_t lex_place(const uint8_t *text, const uint8_t *at, const uint8_t **out_line) {
    uint32_t line = 1;
    const uint8_t *start = text;
    for (const uint8_t *p = text; p < at; p++) {
        if (*p == '\n' || (*p == '\r' && !(p + 1 < at && p[1] == '\n'))) {
            line++;
            start = p + 1;
        }
    }
    *out_line = start;
    return line;
}

uint32_t wk_text_line(const uint8_t *text, const uint8_t *at) {
    const uint8_t *start;
    return lex_place(text, at, &start);
}

wick_err wk_lexer_fail(const struct wk_lexer *lexer, wick_diag *diag, const uint8_t *begin,
                       wick_err err, uint64_t a0, uint64_t a1) {
    const bool first = diag != NULL && diag->err == WICK_OK;
    wk_fail(diag, err, a0, a1, 0, 0);
    if (first) {
        const uint8_t *start;
        diag->line = lex_place(lexer->text, begin, &start);
        diag->column = (uint32_t)(begin - start) + 1;
    }
    return err;
}

wick_err wk_lexer_fail_token(const struct wk_lexer *lexer, wick_diag *diag,
                             const struct wk_token *token) {
    if (lexer->err == WICK_ERR_unknown_operator && diag != NULL && diag->err == WICK_OK) {
        /* The word itself, as much of it as fits; the message prints the operands as bytes. */
        wk_lexer_fail(lexer, diag, token->begin, lexer->err, 0, 0);
        memcpy(diag->a, token->at, token->size < sizeof diag->a ? token->size : sizeof diag->a);
        return lexer->err;
    }
    return wk_lexer_fail(lexer, diag, token->begin, lexer->err, WK_STR(lexer->message), 0);
}

/* ---- characters ------------------------------------------------------------------------------ */

enum lex_class {
    LEX_ILLEGAL, /* control characters */
    LEX_SPACE,
    LEX_ID,      /* idchar */
    LEX_LPAR,
    LEX_RPAR,
    LEX_QUOTE,
    LEX_SEMI,
    LEX_OTHER,   /* , [ ] { } */
    LEX_HIGH     /* not ASCII */
};

#define LX_I LEX_ID
#define LX_H8 LEX_HIGH, LEX_HIGH, LEX_HIGH, LEX_HIGH, LEX_HIGH, LEX_HIGH, LEX_HIGH, LEX_HIGH
#define LX_H32 LX_H8, LX_H8, LX_H8, LX_H8
#define LX_I8 LX_I, LX_I, LX_I, LX_I, LX_I, LX_I, LX_I, LX_I
/* clang-format off */
static const uint8_t lex_classes[256] = {
    0, 0, 0, 0, 0, 0, 0, 0, 0, LEX_SPACE, LEX_SPACE, 0, 0, LEX_SPACE, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    /*   ! " # $ % & ' */
    LEX_SPACE, LX_I, LEX_QUOTE, LX_I, LX_I, LX_I, LX_I, LX_I,
    /* ( ) * + , - . / */
    LEX_LPAR, LEX_RPAR, LX_I, LX_I, LEX_OTHER, LX_I, LX_I, LX_I,
    /* 0-9 : ; < = > ? */
    LX_I8, LX_I, LX_I, LX_I, LEX_SEMI, LX_I, LX_I, LX_I, LX_I,
    /* @ A-Z [ \ ] ^ _ */
    LX_I8, LX_I8, LX_I8, LX_I, LX_I, LX_I, LEX_OTHER, LX_I, LEX_OTHER, LX_I, LX_I,
    /* ` a-z { | } ~ DEL */
    LX_I8, LX_I8, LX_I8, LX_I, LX_I, LX_I, LEX_OTHER, LX_I, LEX_OTHER, LX_I, LEX_ILLEGAL,
    LX_H32, LX_H32, LX_H32, LX_H32,
};
/* clang-format on */
#undef LX_I
#undef LX_H8
#undef LX_H32
#undef LX_I8

static void lex_error(struct wk_lexer *lexer, struct wk_token *token, const uint8_t *begin,
                      wick_err err) {
    token->kind = WK_TOKEN_ERROR;
    token->begin = begin;
    token->at = begin;
    token->size = 0;
    lexer->err = err;
    lexer->message = "";
}

static void lex_error_text(struct wk_lexer *lexer, struct wk_token *token, const uint8_t *begin,
                           const char *message) {
    lex_error(lexer, token, begin, WICK_ERR_annotation);
    lexer->message = message;
}

/* A byte outside ASCII where none may stand: is it at least a character? */
static void lex_error_high(struct wk_lexer *lexer, struct wk_token *token, const uint8_t *at) {
    const size_t left = (size_t)(lexer->end - at);
    const size_t n = left < 4 ? left : 4;
    lex_error(lexer, token, at,
              wk_utf8_check(at, n) == 0 ? WICK_ERR_utf8 : WICK_ERR_illegal_character);
}

/* Checks a stretch that may hold any character. */
static bool lex_check_utf8(struct wk_lexer *lexer, struct wk_token *token, const uint8_t *at,
                           const uint8_t *end) {
    const size_t size = (size_t)(end - at);
    const size_t good = wk_utf8_check(at, size);
    if (good != size) {
        lex_error(lexer, token, at + good, WICK_ERR_utf8);
        return false;
    }
    return true;
}

/* Passes over `;; ...`; at stands after the semicolons. */
static bool lex_line_comment(struct wk_lexer *lexer, struct wk_token *token) {
    const uint8_t *at = lexer->at;
    uint8_t high = 0;
    while (at < lexer->end && *at != '\n' && *at != '\r') {
        high |= *at++;
    }
    if (high >= 0x80 && !lex_check_utf8(lexer, token, lexer->at, at)) {
        return false;
    }
    lexer->at = at;
    return true;
}

/* Passes over `(; ... ;)`; at stands after the first two characters. */
static bool lex_block_comment(struct wk_lexer *lexer, struct wk_token *token) {
    const uint8_t *at = lexer->at;
    size_t depth = 1;
    uint8_t high = 0;
    while (depth != 0) {
        if (lexer->end - at < 2) {
            lex_error(lexer, token, lexer->at - 2, WICK_ERR_unclosed_comment);
            return false;
        }
        if (at[0] == ';' && at[1] == ')') {
            depth--;
            at += 2;
        } else if (at[0] == '(' && at[1] == ';') {
            depth++;
            at += 2;
        } else {
            high |= *at++;
        }
    }
    if (high >= 0x80 && !lex_check_utf8(lexer, token, lexer->at, at)) {
        return false;
    }
    lexer->at = at;
    return true;
}

static bool lex_is_hex(uint8_t c) {
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

static uint32_t lex_hex_value(uint8_t c) {
    return c <= '9' ? (uint32_t)c - '0' : ((uint32_t)c | 0x20u) - 'a' + 10u;
}

/* `at` stands on a backslash. The end of the escape, NULL when it is none. *out_byte: 0 to 255, or 256 plus a
 * code point. */
static const uint8_t *lex_escape(const uint8_t *at, const uint8_t *end, uint32_t *out_code) {
    uint32_t code = 0;
    if (end - at < 2) {
        return NULL;
    }
    switch (at[1]) {
    case 't':
        *out_code = '\t';
        return at + 2;
    case 'n':
        *out_code = '\n';
        return at + 2;
    case 'r':
        *out_code = '\r';
        return at + 2;
    case '"':
    case '\'':
    case '\\':
        *out_code = at[1];
        return at + 2;
    case 'u':
        at += 2;
        if (at == end || *at != '{' || ++at == end || !lex_is_hex(*at)) {
            return NULL;
        }
        for (;;) {
            if (*at == '_') {
                at++;
            }
            if (at == end || !lex_is_hex(*at)) {
                return NULL;
            }
            code = code << 4 | lex_hex_value(*at);
            if (code > 0x10ffff) {
                return NULL;
            }
            if (++at == end) {
                return NULL;
            }
            if (*at == '}') {
                break;
            }
        }
        if (code >= 0xd800 && code < 0xe000) {
            return NULL;
        }
        *out_code = 256 + code;
        return at + 1;
    default:
        if (end - at < 3 || !lex_is_hex(at[1]) || !lex_is_hex(at[2])) {
            return NULL;
        }
        *out_code = lex_hex_value(at[1]) << 4 | lex_hex_value(at[2]);
        return at + 3;
    }
}

/* at stands on the opening quote. Fills the token; false: it is an ERROR now. */
static bool lex_string(struct wk_lexer *lexer, struct wk_token *token, const uint8_t *begin) {
    const uint8_t *at = lexer->at + 1;
    const uint8_t *start = at;
    uint8_t high = 0;
    token->escaped = false;
    for (;;) {
        while (at < lexer->end && *at >= 0x20 && *at != '"' && *at != '\\' && *at != 0x7f) {
            high |= *at++;
        }
        if (at == lexer->end || *at == '\n' || *at == '\r') {
            lex_error(lexer, token, lexer->at, WICK_ERR_unclosed_string);
            return false;
        }
        if (*at == '"') {
            break;
        }
        if (*at == '\\') {
            uint32_t code;
            const uint8_t *next = lex_escape(at, lexer->end, &code);
            if (next == NULL) {
                lex_error_text(lexer, token, at, "illegal escape");
                return false;
            }
            token->escaped = true;
            at = next;
        } else {
            lex_error_text(lexer, token, at, "illegal control character in string literal");
            return false;
        }
    }
    if (high >= 0x80 && !lex_check_utf8(lexer, token, start, at)) {
        return false;
    }
    token->kind = WK_TOKEN_STRING;
    token->begin = begin;
    token->at = start;
    token->size = (size_t)(at - start);
    lexer->at = at + 1;
    return true;
}

/* Resolves the escapes of at[0, size) into out, which has room for size bytes; answers how many. */
static size_t lex_unescape(const uint8_t *at, size_t size, uint8_t *out) {
    const uint8_t *end = at + size;
    uint8_t *const start = out;
    while (at < end) {
        if (*at == '\\') {
            uint32_t code = 0;
            at = lex_escape(at, end, &code);
            if (code >= 256) {
                out += wk_utf8_put(out, code - 256);
            } else {
                *out++ = (uint8_t)code;
            }
        } else {
            *out++ = *at++;
        }
    }
    return (size_t)(out - start);
}

void wk_text_string(const struct wk_token *token, struct wk_buf *buf) {
    if (!token->escaped) {
        wk_buf_put(buf, token->at, token->size);
        return;
    }
    const uint8_t *at = token->at;
    const uint8_t *end = at + token->size;
    while (at < end) {
        const uint8_t *plain = at;
        while (at < end && *at != '\\') {
            at++;
        }
        wk_buf_put(buf, plain, (size_t)(at - plain));
        if (at < end) {
            uint32_t code = 0;
            uint8_t bytes[4];
            at = lex_escape(at, end, &code);
            if (code >= 256) {
                wk_buf_put(buf, bytes, wk_utf8_put(bytes, code - 256));
            } else {
                wk_buf_u8(buf, (uint8_t)code);
            }
        }
    }
}

/* A quoted name: resolves it in place of the STRING token. `empty` is the error of a name that is no
 * string or empty. */
static bool lex_quoted_name(struct wk_lexer *lexer, struct wk_token *token, const uint8_t *begin,
                            wick_err empty) {
    if (!lex_string(lexer, token, begin)) {
        lex_error(lexer, token, begin, empty);
        return false;
    }
    if (token->escaped) {
        uint8_t *name = wk_arena_alloc(lexer->arena, token->size);
        if (name == NULL) {
            lex_error(lexer, token, begin, WICK_ERR_nomem);
            return false;
        }
        token->size = lex_unescape(token->at, token->size, name);
        token->at = name;
        token->escaped = false;
        if (wk_utf8_check(name, token->size) != token->size) {
            lex_error(lexer, token, begin, WICK_ERR_utf8);
            return false;
        }
    }
    if (token->size == 0) {
        lex_error(lexer, token, begin, empty);
        return false;
    }
    return true;
}

/* Everything that touches: idchars and strings. The token is no word of ours. */
static bool lex_reserved(struct wk_lexer *lexer, struct wk_token *token, const uint8_t *begin) {
    while (lexer->at < lexer->end) {
        const uint8_t class_ = lex_classes[*lexer->at];
        if (class_ == LEX_ID) {
            lexer->at++;
        } else if (class_ == LEX_QUOTE) {
            if (!lex_string(lexer, token, begin)) {
                return false;
            }
        } else {
            break;
        }
    }
    token->kind = WK_TOKEN_ERROR;
    token->begin = begin;
    token->at = begin;
    token->size = (size_t)(lexer->at - begin);
    lexer->err = WICK_ERR_unknown_operator;
    return true;
}

static bool lex_starts(const struct wk_token *token, const char *text, size_t n) {
    return token->size > n && memcmp(token->at, text, n) == 0;
}

/* Tells what a run of idchars is. */
static void lex_classify(struct wk_lexer *lexer, struct wk_token *token) {
    const uint8_t c = token->at[0];
    if (c >= 'a' && c <= 'z') {
        uint32_t slot;
        const uint32_t word = lex_word_find(lexer->words, token->at, token->size, &slot);
        if (word != WK_WORD_COUNT) {
            token->kind = WK_TOKEN_WORD;
            token->word = (uint16_t)word;
            return;
        }
        if (lex_starts(token, "offset=", 7) || lex_starts(token, "align=", 6)) {
            const size_t n = c == 'o' ? 7 : 6;
            if (wk_number_kind(token->at + n, token->size - n) == WK_TOKEN_NAT) {
                token->kind = c == 'o' ? WK_TOKEN_OFFSET : WK_TOKEN_ALIGN;
                token->at += n;
                token->size -= n;
                return;
            }
        }
    }
    if (c == '$') {
        if (token->size == 1) {
            lex_error(lexer, token, token->begin, WICK_ERR_empty_identifier);
        } else {
            token->kind = WK_TOKEN_ID;
            token->at++;
            token->size--;
        }
        return;
    }
    token->kind = (uint8_t)wk_number_kind(token->at, token->size);
    if (token->kind == WK_TOKEN_ERROR) {
        lexer->err = WICK_ERR_unknown_operator;
    }
}

/* at stands after `(@`. false: the token is an ERROR. */
static bool lex_annotation(struct wk_lexer *lexer, struct wk_token *token, uint32_t *annots) {
    const uint8_t *begin = lexer->at - 2;
    struct wk_token id;
    struct wk_annot annot;
    int kind = -1;
    size_t depth = 1;
    id.at = lexer->at;
    while (lexer->at < lexer->end && lex_classes[*lexer->at] == LEX_ID) {
        lexer->at++;
    }
    id.size = (size_t)(lexer->at - id.at);
    if (id.size == 0) {
        if (lexer->at == lexer->end || *lexer->at != '"') {
            lex_error(lexer, token, begin, WICK_ERR_empty_annotation);
            return false;
        }
        if (!lex_quoted_name(lexer, token, begin, WICK_ERR_empty_annotation)) {
            return false;
        }
        id = *token;
    }
    if (id.size == 4 && memcmp(id.at, "name", 4) == 0) {
        kind = WK_ANNOT_NAME;
    } else if (id.size == 6 && memcmp(id.at, "custom", 6) == 0) {
        kind = WK_ANNOT_CUSTOM;
    } else if (id.size == 25 && memcmp(id.at, "metadata.code.branch_hint", 25) == 0) {
        kind = WK_ANNOT_HINT;
    }
    annot.begin = begin;
    annot.body = lexer->at;
    while (depth != 0) {
        if (lexer->at == lexer->end) {
            lex_error(lexer, token, begin, WICK_ERR_unclosed_annotation);
            return false;
        }
        const uint8_t *at = lexer->at;
        switch ((enum lex_class)lex_classes[*at]) {
        case LEX_LPAR:
            lexer->at++;
            if (lexer->end - at >= 2 && at[1] == ';') {
                lexer->at++;
                if (!lex_block_comment(lexer, token)) {
                    return false;
                }
            } else {
                depth++;
            }
            break;
        case LEX_RPAR:
            lexer->at++;
            depth--;
            break;
        case LEX_SEMI:
            lexer->at++;
            if (lexer->end - at >= 2 && at[1] == ';') {
                lexer->at++;
                if (!lex_line_comment(lexer, token)) {
                    return false;
                }
            }
            break;
        case LEX_QUOTE:
            if (!lex_string(lexer, token, at)) {
                return false;
            }
            break;
        case LEX_ILLEGAL:
            lex_error(lexer, token, at, WICK_ERR_illegal_character);
            return false;
        case LEX_HIGH:
            lex_error_high(lexer, token, at);
            return false;
        case LEX_SPACE:
        case LEX_ID:
        case LEX_OTHER:
            lexer->at++;
            break;
        }
    }
    if (kind >= 0) {
        annot.end = lexer->at - 1;
        annot.kind = (enum wk_annot_kind)kind;
        if (lexer->annot_first == lexer->annot_end) {
            lexer->annot_first = 0;
            lexer->annot_end = 0;
        }
        void *array = lexer->annots;
        if (wk_array_reserve(lexer->arena->alloc, &array, &lexer->annot_cap, lexer->annot_end + 1,
                             sizeof *lexer->annots) != WICK_OK) {
            lex_error(lexer, token, begin, WICK_ERR_nomem);
            return false;
        }
        lexer->annots = array;
        lexer->annots[lexer->annot_end++] = annot;
        ++*annots;
    }
    return true;
}

/* An idchar stands at `at`. */
static void lex_run(struct wk_lexer *lexer, struct wk_token *token) {
    const uint8_t *begin = lexer->at;
    const uint8_t *at = begin;
    while (at < lexer->end && lex_classes[*at] == LEX_ID) {
        at++;
    }
    lexer->at = at;
    token->begin = begin;
    token->at = begin;
    token->size = (size_t)(at - begin);
    if (at == lexer->end || *at != '"') {
        lex_classify(lexer, token);
        return;
    }
    if (token->size == 1 && *begin == '$') {
        if (lex_quoted_name(lexer, token, begin, WICK_ERR_empty_identifier)) {
            token->kind = WK_TOKEN_ID;
        } else {
            return;
        }
        if (lexer->at == lexer->end || (lex_classes[*lexer->at] != LEX_ID && *lexer->at != '"')) {
            return;
        }
    }
    lex_reserved(lexer, token, begin);
}

void wk_lexer_next(struct wk_lexer *lexer, struct wk_token *token) {
    uint32_t annots = 0;
    token->word = WK_WORD_COUNT;
    for (;;) {
        const uint8_t *at = lexer->at;
        bool skipped = false;
        while (at < lexer->end && lex_classes[*at] == LEX_SPACE) {
            at++;
        }
        lexer->at = at;
        token->begin = at;
        token->at = at;
        token->size = 0;
        token->annots = annots;
        if (at == lexer->end) {
            token->kind = WK_TOKEN_EOF;
            return;
        }
        switch ((enum lex_class)lex_classes[*at]) {
        case LEX_LPAR:
            lexer->at++;
            if (lexer->at < lexer->end && (*lexer->at == ';' || *lexer->at == '@')) {
                lexer->at++;
                skipped = lexer->at[-1] == ';' ? lex_block_comment(lexer, token)
                                               : lex_annotation(lexer, token, &annots);
            } else {
                token->kind = WK_TOKEN_LPAR;
            }
            break;
        case LEX_RPAR:
            lexer->at++;
            token->kind = WK_TOKEN_RPAR;
            break;
        case LEX_ID:
            lex_run(lexer, token);
            break;
        case LEX_QUOTE:
            if (lex_string(lexer, token, at) && lexer->at < lexer->end &&
                (lex_classes[*lexer->at] == LEX_ID || *lexer->at == '"')) {
                lex_reserved(lexer, token, at);
            }
            break;
        case LEX_SEMI:
        case LEX_OTHER:
            lexer->at++;
            if (*at == ';' && lexer->at < lexer->end && *lexer->at == ';') {
                lexer->at++;
                skipped = lex_line_comment(lexer, token);
            } else {
                lex_reserved(lexer, token, at);
            }
            break;
        case LEX_ILLEGAL:
            lex_error(lexer, token, at, WICK_ERR_illegal_character);
            break;
        case LEX_HIGH:
        case LEX_SPACE:
            lex_error_high(lexer, token, at);
            break;
        }
        if (!skipped) {
            token->annots = annots;
            return;
        }
    }
}

const uint8_t *wk_text_skip(const uint8_t *at, const uint8_t *end) {
    size_t depth = 1;
    while (at < end) {
        const uint8_t c = *at++;
        if (c == '(') {
            if (at < end && *at == ';') {
                size_t comments = 1;
                for (at++; comments != 0 && end - at >= 2;) {
                    if (at[0] == ';' && at[1] == ')') {
                        comments--;
                        at += 2;
                    } else if (at[0] == '(' && at[1] == ';') {
                        comments++;
                        at += 2;
                    } else {
                        at++;
                    }
                }
                if (comments != 0) {
                    return end;
                }
            } else {
                depth++;
            }
        } else if (c == ')') {
            if (--depth == 0) {
                return at;
            }
        } else if (c == '"') {
            while (at < end && *at != '"' && *at != '\n') {
                at += *at == '\\' && end - at >= 2 ? 2 : 1;
            }
            if (at < end) {
                at++;
            }
        } else if (c == ';' && at < end && *at == ';') {
            while (at < end && *at != '\n' && *at != '\r') {
                at++;
            }
        }
    }
    return end;
}

/* script_run.c - one script from its first to its last command: what is counted, and what is printed. */
#include "base/str.h"
#include "module/engine.h"
#include "script/state.h"

/* ---- results --------------------------------------------------------------------------------- */

/* Each command has one place in the result at most. */
static bool run_count(struct wk_script *s) {
    if (s->counted) {
        return false;
    }
    s->counted = true;
    s->result->assertions++;
    return true;
}

static void run_place(struct wk_script *s, struct wk_fmt *fmt) {
    wk_fmt_init(fmt, s->out, sizeof s->out - 1);
    wk_fmt_str(fmt, s->file);
    wk_fmt_char(fmt, ':');
    wk_fmt_u64(fmt, s->line);
    wk_fmt_str(fmt, ": ");
}

static void run_print(struct wk_script *s, struct wk_fmt *fmt) {
    size_t n = wk_fmt_end(fmt);
    n = n < fmt->cap ? n : fmt->cap - 1;
    s->out[n++] = '\n';
    if (s->options->print != NULL) {
        s->options->print(s->options->user, s->out, n);
    }
}

void wk_script_pass(struct wk_script *s) {
    if (run_count(s)) {
        s->result->passed++;
    }
}

void wk_script_fail(struct wk_script *s, const char *what, const char *expected,
                    size_t expected_size, const char *got) {
    struct wk_fmt fmt;
    if (!run_count(s)) {
        return;
    }
    s->result->failed++;
    run_place(s, &fmt);
    wk_fmt_str(&fmt, what);
    if (expected != NULL) {
        wk_fmt_str(&fmt, ": expected ");
        wk_fmt_bytes(&fmt, expected, expected_size);
    }
    if (got != NULL) {
        wk_fmt_str(&fmt, expected != NULL ? ", got " : ": ");
        wk_fmt_str(&fmt, got);
    }
    run_print(s, &fmt);
}

static bool run_starts(const char *text, const char *prefix) {
    while (*prefix != 0 && *text == *prefix) {
        text++;
        prefix++;
    }
    return *prefix == 0;
}

/* Is this skip one that the caller has named? */
static bool run_is_named(struct wk_script *s, const char *reason) {
    const char *base = s->file;
    struct wk_fmt fmt;
    char *place = s->out;
    for (const char *c = s->file; *c != 0; c++) {
        base = *c == '/' ? c + 1 : base;
    }
    wk_fmt_init(&fmt, place, sizeof s->out);
    wk_fmt_str(&fmt, base);
    wk_fmt_char(&fmt, ':');
    wk_fmt_u64(&fmt, s->line);
    const size_t n = wk_fmt_end(&fmt);
    const size_t n_base = wk_str_size(base);
    for (size_t i = 0; i < s->options->n_skip; i++) {
        const char *skip = s->options->skip[i];
        const size_t n_skip = wk_str_size(skip);
        if (run_starts(reason, skip) ||
            ((n_skip == n || n_skip == n_base) && run_starts(place, skip))) {
            return true;
        }
    }
    return false;
}

/* What reasons are counted by: an instruction's is cut to its family, "... yet: i32x4". */
static void run_family(char *out, const char *reason) {
    struct wk_fmt fmt;
    size_t n = wk_str_size(reason);
    for (size_t i = 0; i < n; i++) {
        n = reason[i] == '.' ? i : n;
    }
    wk_fmt_init(&fmt, out, WK_SCRIPT_REASON_SIZE);
    wk_fmt_bytes(&fmt, reason, n);
    wk_fmt_end(&fmt);
}

void wk_script_skip(struct wk_script *s, const char *reason) {
    struct wk_script_result *r = s->result;
    struct wk_fmt fmt;
    char family[WK_SCRIPT_REASON_SIZE];
    uint32_t i = 0;
    if (!run_count(s)) {
        return;
    }
    if (run_is_named(s, reason)) {
        r->skipped_named++;
    } else {
        r->skipped++;
    }
    run_family(family, reason);
    while (i < r->n_reasons && i < WK_SCRIPT_REASONS - 1 &&
           !(run_starts(r->reasons[i].text, family) && run_starts(family, r->reasons[i].text))) {
        i++;
    }
    if (i >= r->n_reasons) {
        const char *text = i == WK_SCRIPT_REASONS - 1 ? "other reasons" : family;
        wk_fmt_init(&fmt, r->reasons[i].text, WK_SCRIPT_REASON_SIZE);
        wk_fmt_str(&fmt, text);
        wk_fmt_end(&fmt);
        r->n_reasons = i + 1;
    }
    r->reasons[i].count++;
    if (s->options->verbose) {
        run_place(s, &fmt);
        wk_fmt_str(&fmt, "skipped: ");
        wk_fmt_str(&fmt, reason);
        run_print(s, &fmt);
    }
}

const char *wk_script_message(struct wk_script *s, const wick_diag *diag) {
    wick_diag_format(diag, NULL, NULL, s->text, sizeof s->text);
    return s->text;
}

enum wk_script_outcome wk_script_error(struct wk_script *s, wick_err err) {
    struct wk_fmt fmt;
    if (err == WICK_ERR_nomem) {
        return WK_OUTCOME_FATAL;
    }
    if (s->diag.err == WICK_OK) {
        s->diag.err = err; /* a call that fills no diag */
    }
    if (wick_err_get_class(err) != WICK_CLASS_UNSUPPORTED) {
        return WK_OUTCOME_ERROR;
    }
    wk_fmt_init(&fmt, s->skip_reason, sizeof s->skip_reason);
    wk_fmt_str(&fmt, "unsupported: ");
    wick_diag_reason(&s->diag, NULL, s->text, sizeof s->text);
    wk_fmt_str(&fmt, s->text);
    wk_fmt_end(&fmt);
    return WK_OUTCOME_SKIP;
}

/* ---- a script -------------------------------------------------------------------------------- */

/* Do the file's fields stand alone, as one module? */
static bool run_is_inline(struct wk_script *s) {
    static const uint16_t words[] = {
        WK_WORD_type,   WK_WORD_rec, WK_WORD_func, WK_WORD_table,  WK_WORD_memory, WK_WORD_global,
        WK_WORD_import, WK_WORD_tag, WK_WORD_elem, WK_WORD_export, WK_WORD_start,  WK_WORD_data};
    for (size_t i = 0; i < WK_COUNT_OF(words); i++) {
        if (wk_asm_is_form(s->parser, words[i])) {
            return true;
        }
    }
    return false;
}

struct wk_script *wk_script_open(const struct wk_script_options *options, const char *file,
                                 struct wk_script_result *result) {
    struct wk_alloc *alloc = &options->engine->alloc;
    struct wk_script *s = wk_zalloc(alloc, sizeof *s);
    if (s != NULL) {
        s->options = options;
        s->result = result;
        s->file = file;
        s->alloc = alloc;
        s->line = 1;
        s->first = s;
    }
    return s;
}

wick_err wk_script_set_up(struct wk_script *s, const uint8_t *text, const uint8_t *start,
                          const uint8_t *end) {
    wk_words_init(&s->words);
    wick_diag_init(&s->syntax);
    wick_diag_init(&s->diag);
    s->parser = wk_asm_new(s->alloc, &s->words, text, (size_t)(start - text), (size_t)(end - text),
                           0, &s->syntax);
    if (s->parser == NULL) {
        return WICK_ERR_nomem;
    }
    WK_TRY(wick_store_new(s->options->engine, NULL, &s->store));
    WK_TRY(wick_linker_new(s->store, &s->linker));
    WK_TRY(wick_task_new(s->store, NULL, &s->task));
    return wk_script_spectest(s);
}

static void run_close(struct wk_script *s) {
    for (size_t i = 0; i < s->n_items; i++) {
        const struct wk_script_item *item = &s->items[i];
        if (item->module != NULL) {
            wick_module_free(item->module);
        }
        if (item->memories != NULL) {
            const uint32_t n = wick_module_export_count(wick_instance_module(item->source));
            wk_free(s->alloc, item->memories, (size_t)(n + 1) * sizeof(wick_memory *));
        }
    }
    if (s->task != NULL) {
        wick_task_free(s->task);
    }
    if (s->linker != NULL) {
        wick_linker_free(s->linker);
    }
    if (s->store != NULL) {
        wick_store_free(s->store);
    }
    if (s->parser != NULL) {
        wk_asm_free(s->parser);
    }
    wk_free(s->alloc, s->items, s->item_cap * sizeof *s->items);
    for (size_t i = 0; i < s->host_ref_cap; i++) {
        wk_free(s->alloc, s->host_refs[i], sizeof **s->host_refs);
    }
    wk_free(s->alloc, s->host_refs, s->host_ref_cap * sizeof *s->host_refs);
    wk_free(s->alloc, s->args, s->arg_cap * sizeof *s->args);
    wk_free(s->alloc, s->results, s->result_cap * sizeof *s->results);
    wk_free(s->alloc, s, sizeof *s);
}

/* The latest first: its items name instances of earlier ones. */
static void run_close_all(struct wk_script *first) {
    while (first->next != NULL) {
        struct wk_script *s = first;
        while (s->next->next != NULL) {
            s = s->next;
        }
        run_close(s->next);
        s->next = NULL;
    }
    run_close(first);
}

/* The script ends; false: for lack of memory. */
static bool run_end(struct wk_script *s, wick_err err) {
    s->is_over = true;
    if (err != WICK_OK && err != WICK_ERR_nomem) {
        s->counted = false;
        s->line = s->syntax.line;
        wk_script_fail(s, "syntax", NULL, 0, wk_script_message(s, &s->syntax));
    }
    return err != WICK_ERR_nomem;
}

bool wk_script_step(struct wk_script *s) {
    struct wk_asm *p = s->parser;
    if (!s->has_begun) {
        const wick_err err = wk_asm_jump(p, p->lex.at);
        s->has_begun = true;
        if (err != WICK_OK) {
            return run_end(s, err);
        }
        if (s == s->first && run_is_inline(s)) {
            s->is_over = true;
            return wk_script_inline(s);
        }
    }
    if (p->tok.kind == WK_TOKEN_LPAR) {
        if (!wk_script_command(s)) {
            return false;
        }
        /* The command's end may have been the end of what can be read. */
        return p->tok.kind == WK_TOKEN_ERROR && s->syntax.err != WICK_OK ? run_end(s, s->syntax.err) : true;
    }
    return run_end(s, p->tok.kind == WK_TOKEN_EOF ? WICK_OK : wk_asm_unexpected(p, "expected a command"));
}

wick_err wk_script_run(const struct wk_script_options *options, const char *file, const char *text,
                       size_t size, struct wk_script_result *out) {
    struct wk_script *s = wk_script_open(options, file, out);
    if (s == NULL) {
        return WICK_ERR_nomem;
    }
    s->begin = (const uint8_t *)text;
    s->line_at = s->begin;
    wick_err err = wk_script_set_up(s, s->begin, s->begin, s->begin + size);
    if (err == WICK_OK) {
        err = wk_script_run_all(s);
    }
    run_close_all(s);
    return err;
}

/* state.h - a running script; private to src/script. */
#ifndef WICK_SCRIPT_STATE_H
#define WICK_SCRIPT_STATE_H

#include "base/fmt.h"
#include "script/script.h"
#include "text/asm.h"

#define WK_SCRIPT_LINE 1024u

/* What a module's or an instance's name means. */
struct wk_script_item {
    wick_module *module;     /* a definition; held */
    wick_instance *instance; /* NULL and no module: making it failed or was skipped */
    bool skipped;            /* it was skipped, or something that it needs */
    /* In a thread, what another script's instance exports: no instance here, but a memory for each export. */
    const wick_instance *source;
    wick_memory **memories;
};

/* Spaces of names. */
enum wk_script_space { WK_SCRIPT_MODULES, WK_SCRIPT_INSTANCES, WK_SCRIPT_THREADS };

struct wk_script {
    const struct wk_script_options *options;
    struct wk_script_result *result;
    const char *file;
    struct wk_alloc *alloc;
    struct wk_words words;
    struct wk_asm *parser;
    wick_diag syntax; /* of the parser */
    wick_store *store;
    wick_linker *linker;
    wick_task *task;

    struct wk_script_item *items;
    size_t n_items;
    size_t item_cap;
    uint32_t last_module;   /* 1 + item */
    uint32_t last_instance; /* 1 + item */
    bool thread_skipped;    /* a (thread ...) did not run, so no action after it can be judged */

    wick_root **host_refs; /* (ref.extern n) by n; NULL: not yet */
    size_t host_ref_cap;

    wick_value *args;
    size_t arg_cap;
    size_t n_args;
    wick_value *results;
    size_t result_cap;
    size_t n_results;
    wick_value global; /* the result of (get ...) */

    /* Threads (script_thread.c): all scripts of a file in the order of their beginnings. */
    struct wk_script *first, *next;
    uint32_t number;
    bool has_begun;
    bool is_over;
    bool moved;     /* it has got further in this round */
    bool blocked;   /* its command is not over, and is read again when that can go on */
    bool gives_up;  /* it would never */
    bool has_ended; /* the command's computation is over: how, is in `ended` */
    wick_status ended;
    uint64_t fuel_before; /* that the task had used when the computation began */
    const struct wk_script *waits_for;

    /* The command that is running. */
    const uint8_t *begin;
    uint32_t line;
    const uint8_t *line_at; /* line is counted up to here */
    bool counted;           /* it has its place in the result */
    bool is_assertion;
    wick_diag diag;
    char skip_reason[WK_SCRIPT_REASON_SIZE];
    char text[WK_SCRIPT_LINE]; /* of what came */
    char out[WK_SCRIPT_LINE];  /* of a line to print */
};

/* How something went that an assertion looks at. */
enum wk_script_outcome {
    WK_OUTCOME_OK,
    WK_OUTCOME_ERROR,  /* diag says what */
    WK_OUTCOME_SKIP,   /* skip_reason says why */
    WK_OUTCOME_SYNTAX, /* the script itself is wrong here; syntax says how */
    WK_OUTCOME_BLOCKED, /* not over: the command is read again later */
    WK_OUTCOME_FATAL   /* no memory: the script ends */
};

/* ---- results (script_run.c) ------------------------------------------------------------------ */

WK_EXTERN void wk_script_pass(struct wk_script *s);
/* "FILE:LINE: what: expected E, got G"; the parts may be NULL. */
WK_EXTERN void wk_script_fail(struct wk_script *s, const char *what, const char *expected,
                              size_t expected_size, const char *got);
WK_EXTERN void wk_script_skip(struct wk_script *s, const char *reason);
/* What a diag says, in s->text. */
WK_EXTERN const char *wk_script_message(struct wk_script *s, const wick_diag *diag);
/* An error of a call of the API: SKIP when it is UNSUPPORTED. */
WK_EXTERN enum wk_script_outcome wk_script_error(struct wk_script *s, wick_err err);

/* A script that has nothing yet, and one that has a parser over text[start, end), a store, a task and "spectest". Freed
 * by whoever ends the first of all. NULL: no memory. */
WK_EXTERN struct wk_script *wk_script_open(const struct wk_script_options *options, const char *file,
                                           struct wk_script_result *result);
WK_EXTERN wick_err wk_script_set_up(struct wk_script *s, const uint8_t *text, const uint8_t *start, const uint8_t *end);
/* The next command, or the end. false: no memory. */
WK_EXTERN bool wk_script_step(struct wk_script *s);

/* ---- threads (script_thread.c) --------------------------------------------------------------- */

/* All scripts to their ends. */
WK_EXTERN wick_err wk_script_run_all(struct wk_script *first);
/* One turn of what the task is doing. BLOCKED: not over; else *out_status says how it ended. */
WK_EXTERN enum wk_script_outcome wk_script_turn(struct wk_script *s, wick_status *out_status);
/* (thread ...) up to `end`, (wait ...); the parser stands behind the word. */
WK_EXTERN enum wk_script_outcome wk_script_thread(struct wk_script *s, const uint8_t *end);
WK_EXTERN enum wk_script_outcome wk_script_wait(struct wk_script *s);

/* ---- commands (script_parse.c) --------------------------------------------------------------- */

/* One command; the parser stands on its "(". false: the script ends. */
WK_EXTERN bool wk_script_command(struct wk_script *s);
/* The file is the fields of one module. false: no memory. */
WK_EXTERN bool wk_script_inline(struct wk_script *s);

/* A new item; *out_item is its number plus 1. A name for it; the item of an optional name (0: there is none); what to
 * answer when it is none. */
WK_EXTERN enum wk_script_outcome wk_script_item(struct wk_script *s, uint32_t *out_item);
WK_EXTERN enum wk_script_outcome wk_script_bind(struct wk_script *s, enum wk_script_space space,
                                                const struct wk_token *id, uint32_t item);
WK_EXTERN enum wk_script_outcome wk_script_find(struct wk_script *s, enum wk_script_space space, uint32_t *out_item);
WK_EXTERN enum wk_script_outcome wk_script_missing(struct wk_script *s, uint32_t item, const char *what);

/* ---- values (script_value.c) ----------------------------------------------------------------- */

/* A constant as an argument; the parser stands on its "(". */
WK_EXTERN wick_err wk_script_const(struct wk_script *s, wick_value *out_value);
/* A result pattern against a value. */
WK_EXTERN wick_err wk_script_match(struct wk_script *s, const wick_value *value,
                                   bool *out_matches);
/* Text of a value. */
WK_EXTERN void wk_script_put_value(struct wk_fmt *fmt, const wick_value *value);

/* ---- spectest (script_spectest.c) ------------------------------------------------------------ */

WK_EXTERN wick_err wk_script_spectest(struct wk_script *s);

#endif

/* script_parse.c - commands: each is read, and done at once. Spec: the interpreter's script language.
 *
 * Owner of: what the names of modules and instances mean, and what each assertion demands. */
#include "script/state.h"

/* ---- modules and instances ------------------------------------------------------------------- */

/* A new item; *out_item is its number plus 1. */
enum wk_script_outcome wk_script_item(struct wk_script *s, uint32_t *out_item) {
    void *items = s->items;
    if (wk_array_reserve(s->alloc, &items, &s->item_cap, s->n_items + 1, sizeof *s->items) !=
        WICK_OK) {
        return WK_OUTCOME_FATAL;
    }
    s->items = items;
    s->items[s->n_items++] = (struct wk_script_item){.module = NULL};
    *out_item = (uint32_t)s->n_items;
    return WK_OUTCOME_OK;
}

enum wk_script_outcome wk_script_bind(struct wk_script *s, enum wk_script_space space,
                                           const struct wk_token *id, uint32_t item) {
    bool is_new;
    if (id->size == 0) {
        return WK_OUTCOME_OK;
    }
    struct wk_name_entry *entry =
        wk_names_put(&s->parser->names, space, id->at, id->size, item, &is_new);
    if (entry == NULL) {
        return WK_OUTCOME_FATAL;
    }
    entry->value = item;
    return WK_OUTCOME_OK;
}

/* The item of an optional name. *out_item: 0 when there is none. */
enum wk_script_outcome wk_script_find(struct wk_script *s, enum wk_script_space space,
                                           uint32_t *out_item) {
    struct wk_asm *p = s->parser;
    *out_item = space == WK_SCRIPT_MODULES ? s->last_module : s->last_instance;
    if (p->tok.kind == WK_TOKEN_ID) {
        const struct wk_name_entry *entry = wk_names_find(&p->names, space, p->tok.at, p->tok.size);
        *out_item = entry == NULL ? 0 : entry->value;
        return wk_asm_advance(p) == WICK_OK ? WK_OUTCOME_OK : WK_OUTCOME_SYNTAX;
    }
    return WK_OUTCOME_OK;
}

/* What an item that is no module or instance means to the command that names it. */
enum wk_script_outcome wk_script_missing(struct wk_script *s, uint32_t item,
                                              const char *what) {
    struct wk_fmt fmt;
    if (s->thread_skipped || (item != 0 && s->items[item - 1].skipped)) {
        wk_fmt_init(&fmt, s->skip_reason, sizeof s->skip_reason);
        wk_fmt_str(&fmt, s->thread_skipped ? "thread"
                                           : "unsupported: what comes before was skipped");
        wk_fmt_end(&fmt);
        return WK_OUTCOME_SKIP;
    }
    s->diag.err = WICK_ERR_usage;
    s->diag.a[0] = WK_STR(what);
    return WK_OUTCOME_ERROR;
}

/* The module in the text [begin, end). */
static enum wk_script_outcome command_module_new(struct wk_script *s, const uint8_t *begin,
                                                 const uint8_t *end, wick_module **out_module) {
    const uint8_t *text = s->parser->lex.text;
    struct wk_buf bytes;
    wick_err err = wk_text_assemble(s->alloc, &s->words, text, (size_t)(begin - text),
                                    (size_t)(end - text), WK_TEXT_SCRIPT, &bytes, &s->diag);
    if (err == WICK_OK) {
        err = wick_module_new(s->options->engine, bytes.data, bytes.size, 0, out_module, &s->diag);
        wk_buf_free(&bytes);
    }
    if (err == WICK_OK) {
        s->result->modules++;
        return WK_OUTCOME_OK;
    }
    return wk_script_error(s, err);
}

/* Runs what the task was made ready for, or takes how that ended. */
static enum wk_script_outcome command_resume(struct wk_script *s) {
    wick_status status;
    if (wk_script_turn(s, &status) == WK_OUTCOME_BLOCKED) {
        s->blocked = true;
        return WK_OUTCOME_BLOCKED;
    }
    switch (status) {
    case WICK_DONE:
        return WK_OUTCOME_OK;
    case WICK_TRAPPED:
    case WICK_THREW:
        s->diag = *wick_task_diag(s->task);
        return wk_script_error(s, s->diag.err);
    case WICK_YIELDED:
        wick_task_cancel(s->task);
        s->diag.err = WICK_ERR_fuel;
        return WK_OUTCOME_ERROR;
    case WICK_PENDING:
        break;
    }
    wick_task_cancel(s->task);
    s->diag.err = WICK_ERR_io;
    s->diag.a[0] = s->gives_up ? WK_STR("deadlock: nobody is left to notify") : WK_STR("a host function waits");
    return WK_OUTCOME_ERROR;
}

/* The same in one go: a module that is being made cannot be begun twice. */
static enum wk_script_outcome command_resume_whole(struct wk_script *s) {
    enum wk_script_outcome outcome;
    do {
        outcome = command_resume(s);
        if (outcome == WK_OUTCOME_BLOCKED && wick_task_waits(s->task)) {
            s->has_ended = s->gives_up = wick_task_deadline(s->task) == UINT64_MAX;
            s->ended = WICK_PENDING;
        }
    } while (outcome == WK_OUTCOME_BLOCKED);
    s->blocked = false;
    return outcome;
}

static enum wk_script_outcome command_instantiate(struct wk_script *s, wick_module *module,
                                                  wick_instance **out_instance) {
    *out_instance = NULL;
    const wick_err err = wick_task_link(s->task, s->linker, module, out_instance, &s->diag);
    if (err != WICK_OK) {
        return wk_script_error(s, err);
    }
    s->fuel_before = wick_task_fuel_used(s->task);
    return command_resume_whole(s);
}

/* The rest of a (module ...) form. The parser stands behind "(module". */
struct command_form {
    const uint8_t *begin;
    const uint8_t *end;
    struct wk_token id;
    bool is_definition;
    bool is_instance;
    uint32_t definition; /* of an instance: 1 + item */
};

static enum wk_script_outcome command_form(struct wk_script *s, struct command_form *form) {
    struct wk_asm *p = s->parser;
    form->begin = p->tok.begin;
    form->end = wk_text_skip(form->begin + 1, p->lex.end);
    form->id.size = 0;
    if (wk_asm_enter(p) != WICK_OK) {
        return WK_OUTCOME_SYNTAX;
    }
    form->is_definition = wk_asm_is_word(p, WK_WORD_definition);
    form->is_instance = wk_asm_is_word(p, WK_WORD_instance);
    if ((form->is_definition || form->is_instance) && wk_asm_advance(p) != WICK_OK) {
        return WK_OUTCOME_SYNTAX;
    }
    if (form->is_instance) {
        /* With one name it is the module's. */
        const bool two = p->tok.kind == WK_TOKEN_ID && wk_asm_peek(p)->kind == WK_TOKEN_ID;
        if (two) {
            form->id = p->tok;
            if (wk_asm_advance(p) != WICK_OK) {
                return WK_OUTCOME_SYNTAX;
            }
        }
        const enum wk_script_outcome found = wk_script_find(s, WK_SCRIPT_MODULES, &form->definition);
        if (found != WK_OUTCOME_OK) {
            return found;
        }
    } else if (p->tok.kind == WK_TOKEN_ID) {
        form->id = p->tok;
    }
    /* What is inside is the assembler's, or nothing. Annotations there are not the script's either. */
    p->tok.annots = 0;
    p->lex.annot_first = p->lex.annot_end;
    if (form->is_instance && p->tok.kind != WK_TOKEN_RPAR) {
        wk_asm_unexpected(p, "expected ')'");
        return WK_OUTCOME_SYNTAX;
    }
    return wk_asm_jump(p, form->end) == WICK_OK ? WK_OUTCOME_OK : WK_OUTCOME_SYNTAX;
}

/* Makes the form's module, or takes the definition that it names; the caller frees it. */
static enum wk_script_outcome command_form_module(struct wk_script *s,
                                                  const struct command_form *form,
                                                  wick_module **out_module) {
    if (!form->is_instance) {
        return command_module_new(s, form->begin, form->end, out_module);
    }
    if (form->definition == 0 || s->items[form->definition - 1].module == NULL) {
        return wk_script_missing(s, form->definition, "no such module");
    }
    *out_module = s->items[form->definition - 1].module;
    wick_module_retain(*out_module);
    return WK_OUTCOME_OK;
}

/* A module form inside an assertion: made, instantiated when that is wanted, and gone. */
static enum wk_script_outcome command_try_module(struct wk_script *s, bool instantiate) {
    struct command_form form;
    wick_module *module;
    wick_instance *instance;
    enum wk_script_outcome outcome = command_form(s, &form);
    if (outcome != WK_OUTCOME_OK) {
        return outcome;
    }
    outcome = command_form_module(s, &form, &module);
    if (outcome == WK_OUTCOME_OK) {
        if (instantiate) {
            outcome = command_instantiate(s, module, &instance);
        }
        wick_module_free(module);
    }
    return outcome;
}

/* (module ...) as a command. */
static enum wk_script_outcome command_module(struct wk_script *s, const struct command_form *form) {
    wick_module *module = NULL;
    wick_instance *instance = NULL;
    uint32_t item;
    enum wk_script_outcome outcome = wk_script_item(s, &item);
    if (outcome != WK_OUTCOME_OK) {
        return outcome;
    }
    /* Bound before it is made: when that fails, the names mean the failure. */
    if (!form->is_instance) {
        s->last_module = item;
        outcome = wk_script_bind(s, WK_SCRIPT_MODULES, &form->id, item);
    }
    if (outcome == WK_OUTCOME_OK && !form->is_definition) {
        s->last_instance = item;
        outcome = wk_script_bind(s, WK_SCRIPT_INSTANCES, &form->id, item);
    }
    if (outcome == WK_OUTCOME_OK) {
        outcome = command_form_module(s, form, &module);
    }
    if (outcome == WK_OUTCOME_OK && !form->is_definition) {
        outcome = command_instantiate(s, module, &instance);
    }
    if (outcome == WK_OUTCOME_OK) {
        s->items[item - 1].instance = instance;
        s->items[item - 1].module = form->is_instance ? NULL : module;
    }
    if (module != NULL && s->items[item - 1].module == NULL) {
        wick_module_free(module);
    }
    s->items[item - 1].skipped = outcome == WK_OUTCOME_SKIP;
    return outcome;
}

/* ---- actions --------------------------------------------------------------------------------- */

static enum wk_script_outcome command_args(struct wk_script *s) {
    struct wk_asm *p = s->parser;
    for (s->n_args = 0; p->tok.kind == WK_TOKEN_LPAR; s->n_args++) {
        void *args = s->args;
        if (wk_array_reserve(s->alloc, &args, &s->arg_cap, s->n_args + 1, sizeof *s->args) !=
            WICK_OK) {
            return WK_OUTCOME_FATAL;
        }
        s->args = args;
        const wick_err err = wk_script_const(s, &s->args[s->n_args]);
        if (err != WICK_OK) {
            return err == WICK_ERR_nomem ? WK_OUTCOME_FATAL : WK_OUTCOME_SYNTAX;
        }
    }
    return WK_OUTCOME_OK;
}

static enum wk_script_outcome command_take_results(struct wk_script *s) {
    void *results = s->results;
    const size_t n = wick_task_result_count(s->task);
    if (wk_array_reserve(s->alloc, &results, &s->result_cap, n, sizeof *s->results) != WICK_OK) {
        return WK_OUTCOME_FATAL;
    }
    s->results = results;
    for (size_t i = 0; i < n; i++) {
        s->results[i] = wick_task_result(s->task, i);
    }
    s->n_results = n;
    return WK_OUTCOME_OK;
}

/* Runs (invoke ...) or (get ...) on an export. */
static enum wk_script_outcome command_act(struct wk_script *s, bool get, const wick_extern *ext) {
    if (get) {
        if (ext->kind != WICK_EXTERN_GLOBAL) {
            return wk_script_missing(s, 0, "the export is no global");
        }
        void *results = s->results;
        if (wk_array_reserve(s->alloc, &results, &s->result_cap, 1, sizeof *s->results) !=
            WICK_OK) {
            return WK_OUTCOME_FATAL;
        }
        s->results = results;
        wick_global_get(ext->of.global, &s->results[0]);
        s->n_results = 1;
        return WK_OUTCOME_OK;
    }
    if (ext->kind != WICK_EXTERN_FUNC) {
        return wk_script_missing(s, 0, "the export is no function");
    }
    const wick_err err =
        s->has_ended ? WICK_OK : wick_task_call(s->task, ext->of.func, s->args, s->n_args);
    if (err != WICK_OK) {
        if (err == WICK_ERR_usage) {
            return wk_script_missing(s, 0, "the arguments do not fit");
        }
        return wk_script_error(s, err);
    }
    if (!s->has_ended) {
        s->fuel_before = wick_task_fuel_used(s->task);
    }
    const enum wk_script_outcome outcome = command_resume(s);
    return outcome == WK_OUTCOME_OK ? command_take_results(s) : outcome;
}

/* (invoke ...) or (get ...); the parser stands on its "(". *out_item: the instance, when it was run. */
static enum wk_script_outcome command_action(struct wk_script *s, uint32_t *out_item) {
    struct wk_asm *p = s->parser;
    const bool get = wk_asm_is_form(p, WK_WORD_get);
    uint32_t item;
    wick_extern ext;
    *out_item = 0;
    s->n_results = 0;
    s->n_args = 0;
    if (!get && !wk_asm_is_form(p, WK_WORD_invoke)) {
        wk_asm_unexpected(p, "expected an action");
        return WK_OUTCOME_SYNTAX;
    }
    if (wk_asm_enter(p) != WICK_OK) {
        return WK_OUTCOME_SYNTAX;
    }
    enum wk_script_outcome outcome = wk_script_find(s, WK_SCRIPT_INSTANCES, &item);
    if (outcome != WK_OUTCOME_OK) {
        return outcome;
    }
    if (p->tok.kind != WK_TOKEN_STRING) {
        wk_asm_unexpected(p, "expected a string");
        return WK_OUTCOME_SYNTAX;
    }
    wick_instance *instance = item == 0 ? NULL : s->items[item - 1].instance;
    p->tmp.size = 0;
    wk_text_string(&p->tok, &p->tmp);
    if (p->tmp.err != WICK_OK) {
        return WK_OUTCOME_FATAL;
    }
    const bool found = instance != NULL && wick_instance_export(instance, (const char *)p->tmp.data,
                                                                p->tmp.size, &ext);
    if (wk_asm_advance(p) != WICK_OK) {
        return WK_OUTCOME_SYNTAX;
    }
    if (!get) {
        outcome = command_args(s);
        if (outcome != WK_OUTCOME_OK) {
            return outcome;
        }
    }
    if (wk_asm_close(p) != WICK_OK) {
        return WK_OUTCOME_SYNTAX;
    }
    if (instance == NULL || s->items[item - 1].skipped || s->thread_skipped) {
        return wk_script_missing(s, item, "no such instance");
    }
    if (!found) {
        return wk_script_missing(s, 0, "no such export");
    }
    *out_item = item;
    return command_act(s, get, &ext);
}

/* ---- assertions ------------------------------------------------------------------------------ */

static const char *command_word(const struct wk_script *s, size_t *out_size) {
    const uint8_t *at = s->begin + 1;
    size_t n = 0;
    while (at + n < s->parser->lex.end && ((at[n] >= 'a' && at[n] <= 'z') || at[n] == '_')) {
        n++;
    }
    *out_size = n;
    return (const char *)at;
}

/* A failure that is named after its command. */
static void command_fail(struct wk_script *s, const char *expected, size_t size, const char *got) {
    char what[32];
    size_t n;
    const char *word = command_word(s, &n);
    n = n < sizeof what - 1 ? n : sizeof what - 1;
    memcpy(what, word, n);
    what[n] = 0;
    wk_script_fail(s, n == 0 ? "command" : what, expected, size, got);
}

/* The command is over with this outcome, which was not to be an error. */
static bool command_over(struct wk_script *s, enum wk_script_outcome outcome) {
    switch (outcome) {
    case WK_OUTCOME_OK:
    case WK_OUTCOME_BLOCKED:
        return true;
    case WK_OUTCOME_ERROR:
        wick_diag_format(&s->diag, NULL, NULL, s->text, sizeof s->text);
        command_fail(s, NULL, 0, s->text);
        return true;
    case WK_OUTCOME_SKIP:
        wk_script_skip(s, s->skip_reason);
        return true;
    case WK_OUTCOME_SYNTAX:
        if (s->syntax.err == WICK_ERR_nomem) {
            return false;
        }
        wk_script_fail(s, "syntax", NULL, 0, wk_script_message(s, &s->syntax));
        return true;
    case WK_OUTCOME_FATAL:
        break;
    }
    return false;
}

static bool command_assert_return(struct wk_script *s) {
    struct wk_asm *p = s->parser;
    uint32_t item;
    const enum wk_script_outcome outcome = command_action(s, &item);
    const char *expected = NULL;
    size_t expected_size = 0;
    size_t n = 0;
    size_t wrong = 0;
    if (outcome != WK_OUTCOME_OK) {
        return command_over(s, outcome);
    }
    for (; p->tok.kind == WK_TOKEN_LPAR; n++) {
        static const wick_value none = {.type = WICK_KIND_NONE};
        const uint8_t *begin = p->tok.begin;
        bool matches;
        const wick_err err =
            wk_script_match(s, n < s->n_results ? &s->results[n] : &none, &matches);
        if (err != WICK_OK) {
            return command_over(s, err == WICK_ERR_nomem ? WK_OUTCOME_FATAL : WK_OUTCOME_SYNTAX);
        }
        if (!matches && expected == NULL) {
            expected = (const char *)begin;
            expected_size = (size_t)(wk_text_skip(begin + 1, p->lex.end) - begin);
            wrong = n;
        }
    }
    if (p->tok.kind != WK_TOKEN_RPAR) {
        wk_asm_unexpected(p, "expected a result or ')'");
        return command_over(s, WK_OUTCOME_SYNTAX);
    }
    if (expected == NULL && n == s->n_results) {
        wk_script_pass(s);
        return true;
    }
    if (expected == NULL) {
        expected = "no more results";
        expected_size = 15;
        wrong = n;
    }
    struct wk_fmt fmt;
    wk_fmt_init(&fmt, s->text, sizeof s->text);
    if (wrong < s->n_results) {
        wk_script_put_value(&fmt, &s->results[wrong]);
    } else {
        wk_fmt_str(&fmt, "no result");
    }
    wk_fmt_end(&fmt);
    command_fail(s, expected, expected_size, s->text);
    return true;
}

/* Judges an outcome that had to be an error of one class, with a message that begins with the string at
 * p->tok (with_text), or any. */
static bool command_judge(struct wk_script *s, enum wk_script_outcome outcome,
                          wick_err_class class_, bool with_text) {
    struct wk_asm *p = s->parser;
    if (outcome == WK_OUTCOME_SYNTAX || outcome == WK_OUTCOME_FATAL ||
        outcome == WK_OUTCOME_SKIP || outcome == WK_OUTCOME_BLOCKED) {
        return command_over(s, outcome);
    }
    p->tmp.size = 0;
    if (with_text) {
        if (p->tok.kind != WK_TOKEN_STRING) {
            wk_asm_unexpected(p, "expected a message");
            return command_over(s, WK_OUTCOME_SYNTAX);
        }
        wk_text_string(&p->tok, &p->tmp);
        if (wk_asm_advance(p) != WICK_OK) {
            return command_over(s, WK_OUTCOME_SYNTAX);
        }
    }
    if (p->tok.kind != WK_TOKEN_RPAR) {
        wk_asm_unexpected(p, "expected ')'");
        return command_over(s, WK_OUTCOME_SYNTAX);
    }
    const char *expected = with_text ? (const char *)p->tmp.data : "an error";
    const size_t size = with_text ? p->tmp.size : 8;
    if (outcome == WK_OUTCOME_OK) {
        command_fail(s, expected, size, "no error");
        return true;
    }
    size_t n = wick_diag_reason(&s->diag, NULL, s->text, sizeof s->text);
    n = n < sizeof s->text ? n : sizeof s->text - 1;
    if (wick_err_get_class(s->diag.err) == class_ &&
        (!with_text || (size <= n && memcmp(s->text, p->tmp.data, size) == 0))) {
        wk_script_pass(s);
        return true;
    }
    if (!with_text || (size <= n && memcmp(s->text, p->tmp.data, size) == 0)) {
        /* The words are right, the class is not. */
        wick_diag_format(&s->diag, NULL, NULL, s->text, sizeof s->text);
        command_fail(s, "an error of another class", 25, s->text);
        return true;
    }
    command_fail(s, expected, size, s->text);
    return true;
}

static bool command_assert_trap(struct wk_script *s) {
    uint32_t item;
    const bool is_module = wk_asm_is_form(s->parser, WK_WORD_module);
    return command_judge(s, is_module ? command_try_module(s, true) : command_action(s, &item),
                         WICK_CLASS_TRAP, true);
}

static bool command_assert_action(struct wk_script *s, wick_err_class class_, bool with_text) {
    uint32_t item;
    return command_judge(s, command_action(s, &item), class_, with_text);
}

/* An assertion about a module that cannot be made or linked. */
static bool command_assert_module(struct wk_script *s, wick_err_class class_) {
    if (!wk_asm_is_form(s->parser, WK_WORD_module)) {
        wk_asm_unexpected(s->parser, "expected a module");
        return command_over(s, WK_OUTCOME_SYNTAX);
    }
    return command_judge(s, command_try_module(s, class_ == WICK_CLASS_UNLINKABLE), class_, true);
}

/* ---- commands -------------------------------------------------------------------------------- */

/* What another script's instance exports, under the name in p->sig. */
static bool command_register_shared(struct wk_script *s, const struct wk_script_item *item) {
    const wick_module *module = wick_instance_module(item->source);
    const wick_name name = {(const char *)s->parser->sig.data, s->parser->sig.size};
    if (s->parser->sig.err != WICK_OK) {
        return false;
    }
    for (uint32_t i = 0; i < wick_module_export_count(module); i++) {
        const wick_extern ext = {.kind = WICK_EXTERN_MEMORY, .of = {.memory = item->memories[i]}};
        wick_export_info info;
        wick_module_export(module, i, &info);
        const wick_err err = wick_linker_define_n(s->linker, name, info.name, &ext);
        if (err != WICK_OK) {
            return command_over(s, wk_script_error(s, err));
        }
    }
    return true;
}

static bool command_register(struct wk_script *s) {
    struct wk_asm *p = s->parser;
    uint32_t item;
    if (p->tok.kind != WK_TOKEN_STRING) {
        wk_asm_unexpected(p, "expected a string");
        return command_over(s, WK_OUTCOME_SYNTAX);
    }
    p->sig.size = 0;
    wk_text_string(&p->tok, &p->sig);
    if (wk_asm_advance(p) != WICK_OK) {
        return command_over(s, WK_OUTCOME_SYNTAX);
    }
    const enum wk_script_outcome outcome = wk_script_find(s, WK_SCRIPT_INSTANCES, &item);
    if (outcome != WK_OUTCOME_OK) {
        return command_over(s, outcome);
    }
    if (item != 0 && s->items[item - 1].memories != NULL) {
        return command_register_shared(s, &s->items[item - 1]);
    }
    if (item == 0 || s->items[item - 1].instance == NULL) {
        return command_over(s, wk_script_missing(s, item, "no such instance"));
    }
    if (p->sig.err != WICK_OK) {
        return false;
    }
    const wick_err err = wick_linker_instance(s->linker, (const char *)p->sig.data, p->sig.size,
                                              s->items[item - 1].instance);
    return err == WICK_OK || command_over(s, wk_script_error(s, err));
}

/* A command that is passed over, and all assertions in it. */
static bool command_skip(struct wk_script *s, const uint8_t *end, const char *reason) {
    struct wk_lexer lexer;
    struct wk_token token;
    const uint8_t *text = s->parser->lex.text;
    bool any = false;
    wk_lexer_init(&lexer, &s->words, &s->parser->arena, text, (size_t)(s->begin - text),
                  (size_t)(end - text));
    do {
        wk_lexer_next(&lexer, &token);
        if (token.kind == WK_TOKEN_WORD && token.word >= WK_WORD_assert_return &&
            token.word <= WK_WORD_assert_malformed_custom) {
            s->counted = false;
            wk_script_skip(s, reason);
            any = true;
        }
    } while (token.kind != WK_TOKEN_EOF && token.kind != WK_TOKEN_ERROR);
    wk_lexer_free(&lexer);
    if (!any) {
        wk_script_skip(s, reason);
    }
    return true;
}

static bool command_thread(struct wk_script *s, const uint8_t *end) {
    const enum wk_script_outcome outcome = s->thread_skipped ? WK_OUTCOME_SKIP : wk_script_thread(s, end);
    if (outcome != WK_OUTCOME_SKIP) {
        return command_over(s, outcome);
    }
    /* It might have changed what it shares with all others. */
    s->thread_skipped = true;
    return command_skip(s, end, "thread");
}

static bool command_wait(struct wk_script *s, const uint8_t *end) {
    if (s->thread_skipped) {
        return command_skip(s, end, "thread");
    }
    const enum wk_script_outcome outcome = wk_script_wait(s);
    s->blocked = outcome == WK_OUTCOME_BLOCKED;
    return command_over(s, outcome);
}

/* The command's word is known and passed. */
static bool command_do(struct wk_script *s, uint32_t word, const uint8_t *end) {
    switch (word) {
    case WK_WORD_register:
        return command_register(s);
    case WK_WORD_assert_return:
        return command_assert_return(s);
    case WK_WORD_assert_trap:
        return command_assert_trap(s);
    case WK_WORD_assert_exhaustion:
        return command_assert_action(s, WICK_CLASS_EXHAUSTION, true);
    case WK_WORD_assert_exception:
        return command_assert_action(s, WICK_CLASS_EXCEPTION, false);
    case WK_WORD_assert_invalid:
        return command_assert_module(s, WICK_CLASS_INVALID);
    case WK_WORD_assert_malformed:
    case WK_WORD_assert_malformed_custom:
    case WK_WORD_assert_invalid_custom:
        /* What is wrong with an annotation is found when it is read, both times. */
        return command_assert_module(s, WICK_CLASS_MALFORMED);
    case WK_WORD_assert_unlinkable:
        return command_assert_module(s, WICK_CLASS_UNLINKABLE);
    case WK_WORD_assert_suspension:
        return command_assert_action(s, WICK_CLASS_SUSPENSION, true);
    case WK_WORD_thread:
        return command_thread(s, end);
    case WK_WORD_wait:
        return command_wait(s, end);
    default:
        break;
    }
    wk_asm_unexpected(s->parser, "expected a command");
    return command_over(s, WK_OUTCOME_SYNTAX);
}

static void command_begin(struct wk_script *s, const uint8_t *begin) {
    s->line += wk_text_line(s->line_at, begin) - 1;
    s->line_at = begin;
    s->begin = begin;
    s->counted = false;
    wick_diag_init(&s->diag);
    wick_diag_init(&s->syntax);
}

bool wk_script_command(struct wk_script *s) {
    struct wk_asm *p = s->parser;
    const uint8_t *end = wk_text_skip(p->tok.begin + 1, p->lex.end);
    bool go_on;
    s->blocked = false;
    command_begin(s, p->tok.begin);
    if (wk_asm_is_form(p, WK_WORD_module)) {
        struct command_form form;
        enum wk_script_outcome outcome = command_form(s, &form);
        if (outcome == WK_OUTCOME_OK) {
            outcome = command_module(s, &form);
        }
        go_on = command_over(s, outcome);
    } else if (wk_asm_is_form(p, WK_WORD_invoke) || wk_asm_is_form(p, WK_WORD_get)) {
        uint32_t item;
        const enum wk_script_outcome outcome = command_action(s, &item);
        if (outcome == WK_OUTCOME_SKIP && item != 0) {
            /* It was to prepare the instance for what follows. */
            s->items[item - 1].skipped = true;
        }
        go_on = command_over(s, outcome);
    } else {
        const uint32_t word =
            wk_asm_peek(p)->kind == WK_TOKEN_WORD ? p->next.word : (uint32_t)WK_WORD_COUNT;
        go_on = wk_asm_enter(p) == WICK_OK ? command_do(s, word, end)
                                           : command_over(s, WK_OUTCOME_SYNTAX);
    }
    /* Go on behind the command, whatever the parser saw of it. */
    wick_diag_init(&s->syntax);
    p->tok.annots = 0;
    p->lex.annot_first = p->lex.annot_end;
    (void)wk_asm_jump(p, s->blocked ? s->begin : end);
    s->gives_up = false;
    return go_on && s->syntax.err != WICK_ERR_nomem;
}

bool wk_script_inline(struct wk_script *s) {
    const struct wk_asm *p = s->parser;
    const struct command_form form = {.begin = p->lex.text, .end = p->lex.end};
    command_begin(s, p->lex.text);
    return command_over(s, command_module(s, &form));
}

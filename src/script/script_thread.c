/* script_thread.c - (thread ...) and (wait ...): scripts inside a script, run by turns. Spec: the threads proposal's
 * script language.
 *
 * Owner of: a thread is a script with a store, names and a register of its own, which shares nothing with others but the
 * memories that modules named by (shared ...) export. The schedule is deterministic: in the order of their beginnings
 * each script that can go on has one command, or so much of one as SLICE pays for; a command that waits or has used its
 * slice is read again when its computation is over. */
#include "script/state.h"

/* Fuel for one turn, when there are several scripts: enough to get somewhere, little enough to be interrupted. */
#define THREAD_SLICE 64u

/* ---- commands -------------------------------------------------------------------------------------------------- */

/* The memory that export `index` of the item is; NULL: it cannot be shared. */
static wick_memory *thread_memory(const struct wk_script_item *item, uint32_t index) {
    wick_export_info info;
    wick_extern ext;
    if (item->memories != NULL) {
        return item->memories[index];
    }
    wick_module_export(wick_instance_module(item->instance), index, &info);
    return wick_instance_export(item->instance, info.name.text, info.name.size, &ext) &&
                   ext.kind == WICK_EXTERN_MEMORY
               ? ext.of.memory
               : NULL;
}

static enum wk_script_outcome thread_not_sharable(struct wk_script *s) {
    s->diag.err = WICK_ERR_usage;
    s->diag.a[0] = WK_STR("not sharable: an export is no shared memory");
    return WK_OUTCOME_ERROR;
}

/* What the item's instance exports, as an item of another script. */
static enum wk_script_outcome thread_share(struct wk_script *s, uint32_t from, struct wk_script *child, uint32_t to) {
    const struct wk_script_item *item = &s->items[from - 1];
    struct wk_script_item *copy = &child->items[to - 1];
    const wick_instance *instance = item->instance != NULL ? item->instance : item->source;
    const uint32_t n = wick_module_export_count(wick_instance_module(instance));
    copy->memories = wk_zalloc(s->alloc, (size_t)(n + 1) * sizeof(wick_memory *));
    if (copy->memories == NULL) {
        return WK_OUTCOME_FATAL;
    }
    copy->source = instance;
    for (uint32_t i = 0; i < n; i++) {
        wick_memory *memory = thread_memory(item, i);
        wick_shared *shared;
        wick_err err = memory == NULL ? WICK_ERR_usage : wick_memory_share(memory, &shared);
        if (err == WICK_OK) {
            err = wick_memory_from_shared(child->store, shared, &copy->memories[i]);
            wick_shared_free(shared);
        }
        if (err != WICK_OK) {
            return err == WICK_ERR_usage ? thread_not_sharable(s) : wk_script_error(s, err);
        }
    }
    return WK_OUTCOME_OK;
}

/* (shared (module $M))* */
static enum wk_script_outcome thread_read_shared(struct wk_script *s, struct wk_script *child) {
    struct wk_asm *p = s->parser;
    while (wk_asm_is_form(p, WK_WORD_shared)) {
        enum wk_script_outcome outcome;
        struct wk_token id;
        uint32_t from, to;
        if (wk_asm_enter(p) != WICK_OK) {
            return WK_OUTCOME_SYNTAX;
        }
        if (!wk_asm_is_form(p, WK_WORD_module)) {
            wk_asm_unexpected(p, "expected a module");
            return WK_OUTCOME_SYNTAX;
        }
        if (wk_asm_enter(p) != WICK_OK) {
            return WK_OUTCOME_SYNTAX;
        }
        id = p->tok;
        id.size = id.kind == WK_TOKEN_ID ? id.size : 0;
        outcome = wk_script_find(s, WK_SCRIPT_INSTANCES, &from);
        if (outcome != WK_OUTCOME_OK) {
            return outcome;
        }
        if (wk_asm_close(p) != WICK_OK || wk_asm_close(p) != WICK_OK) {
            return WK_OUTCOME_SYNTAX;
        }
        if (from == 0 || (s->items[from - 1].instance == NULL && s->items[from - 1].memories == NULL)) {
            return wk_script_missing(s, from, "no such instance");
        }
        outcome = wk_script_item(child, &to);
        if (outcome == WK_OUTCOME_OK) {
            outcome = wk_script_bind(child, WK_SCRIPT_INSTANCES, &id, to);
        }
        if (outcome == WK_OUTCOME_OK) {
            outcome = thread_share(s, from, child, to);
        }
        if (outcome != WK_OUTCOME_OK) {
            return outcome;
        }
    }
    return WK_OUTCOME_OK;
}

enum wk_script_outcome wk_script_thread(struct wk_script *s, const uint8_t *end) {
    struct wk_asm *p = s->parser;
    struct wk_token id = p->tok;
    struct wk_script *child;
    struct wk_script *last = s;
    enum wk_script_outcome outcome;
    id.size = id.kind == WK_TOKEN_ID ? id.size : 0;
    if (id.size != 0 && wk_asm_advance(p) != WICK_OK) {
        return WK_OUTCOME_SYNTAX;
    }
    child = wk_script_open(s->options, s->file, s->result);
    if (child == NULL) {
        return WK_OUTCOME_FATAL;
    }
    while (last->next != NULL) {
        last = last->next;
    }
    last->next = child; /* closed with all others, whatever comes now */
    child->number = last->number + 1;
    child->first = s->first;
    child->is_over = true;
    child->begin = child->line_at = s->begin;
    child->line = s->line;
    if (wk_script_set_up(child, p->lex.text, p->tok.begin, p->lex.end) != WICK_OK) {
        return WK_OUTCOME_FATAL;
    }
    outcome = thread_read_shared(s, child);
    if (outcome != WK_OUTCOME_OK) {
        return outcome;
    }
    /* Its commands, without the last parenthesis. */
    child->parser->lex.at = p->tok.begin;
    child->parser->lex.end = end - 1;
    child->is_over = false;
    return wk_script_bind(s, WK_SCRIPT_THREADS, &id, child->number);
}

enum wk_script_outcome wk_script_wait(struct wk_script *s) {
    struct wk_asm *p = s->parser;
    const struct wk_name_entry *entry =
        p->tok.kind == WK_TOKEN_ID ? wk_names_find(&p->names, WK_SCRIPT_THREADS, p->tok.at, p->tok.size) : NULL;
    if (entry == NULL) {
        s->diag.err = WICK_ERR_usage;
        s->diag.a[0] = WK_STR("no such thread");
        return WK_OUTCOME_ERROR;
    }
    for (struct wk_script *other = s->first; other != NULL; other = other->next) {
        if (other->number == entry->value && !other->is_over) {
            if (s->gives_up) {
                s->diag.err = WICK_ERR_usage;
                s->diag.a[0] = WK_STR("deadlock: threads wait for each other");
                return WK_OUTCOME_ERROR;
            }
            s->waits_for = other;
            return WK_OUTCOME_BLOCKED;
        }
    }
    return WK_OUTCOME_OK;
}

/* ---- running --------------------------------------------------------------------------------------------------- */

static bool thread_is_alone(const struct wk_script *s) {
    uint32_t n = 0;
    for (s = s->first; s != NULL; s = s->next) {
        n += s->is_over ? 0 : 1;
    }
    return n == 1;
}

/* One turn of the computation. BLOCKED: it is not over. */
enum wk_script_outcome wk_script_turn(struct wk_script *s, wick_status *out_status) {
    const uint64_t limit = s->options->fuel;
    uint64_t fuel = thread_is_alone(s) ? WICK_FUEL_UNLIMITED : THREAD_SLICE;
    if (s->has_ended) {
        s->has_ended = false;
        *out_status = s->ended;
        return WK_OUTCOME_OK;
    }
    if (limit != 0) {
        const uint64_t used = wick_task_fuel_used(s->task) - s->fuel_before;
        const uint64_t left = used < limit ? limit - used : 0;
        fuel = fuel < left ? fuel : left;
    }
    *out_status = wick_task_resume(s->task, fuel);
    if (*out_status == WICK_YIELDED && (fuel == WICK_FUEL_UNLIMITED || fuel == THREAD_SLICE)) {
        s->moved = true;
        return WK_OUTCOME_BLOCKED;
    }
    return *out_status == WICK_PENDING && wick_task_waits(s->task) ? WK_OUTCOME_BLOCKED : WK_OUTCOME_OK;
}

/* A script whose command is not over: can it be read again? */
static bool thread_can_go_on(struct wk_script *s) {
    if (s->waits_for != NULL) {
        if (!s->waits_for->is_over && !s->gives_up) {
            return false;
        }
        s->waits_for = NULL;
        return true;
    }
    if (s->gives_up) {
        s->ended = WICK_PENDING;
    } else if (wk_script_turn(s, &s->ended) == WK_OUTCOME_BLOCKED) {
        return false;
    }
    s->has_ended = true;
    return true;
}

/* One command, or a part of one. false: no memory. */
static bool thread_step(struct wk_script *s) {
    if (s->blocked && !thread_can_go_on(s)) {
        return true;
    }
    s->moved = true;
    return wk_script_step(s);
}

/* Nobody can go on. The first whose time will come is slept for; when none will, the first that waits for a notify gives
 * up, which is an error. */
static void thread_idle(struct wk_script *first) {
    struct wk_script *soonest = NULL;
    struct wk_script *waiting = NULL;
    for (struct wk_script *s = first; s != NULL; s = s->next) {
        if (!s->is_over && s->blocked && s->waits_for == NULL) {
            waiting = waiting == NULL ? s : waiting;
            if (wick_task_deadline(s->task) != UINT64_MAX &&
                (soonest == NULL || wick_task_deadline(s->task) < wick_task_deadline(soonest->task))) {
                soonest = s;
            }
        }
    }
    if (soonest != NULL) {
        wick_task_sleep(soonest->task, UINT64_MAX);
    } else if (waiting != NULL) {
        waiting->gives_up = true;
    } else {
        for (struct wk_script *s = first; s != NULL; s = s->next) {
            s->gives_up = true; /* threads that wait for each other */
        }
    }
}

wick_err wk_script_run_all(struct wk_script *first) {
    for (;;) {
        bool any = false;
        bool moved = false;
        for (struct wk_script *s = first; s != NULL; s = s->next) {
            if (s->is_over) {
                continue;
            }
            any = true;
            s->moved = false;
            if (!thread_step(s)) {
                return WICK_ERR_nomem;
            }
            moved |= s->moved;
        }
        if (!any) {
            return WICK_OK;
        }
        if (!moved) {
            thread_idle(first);
        }
    }
}

#undef THREAD_SLICE

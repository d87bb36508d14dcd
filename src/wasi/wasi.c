/* wasi.c - the object, the linking, and the one way into the 46 functions.
 *
 * Owner of the rule that a call has no effect before all its guest addresses are known to be good, its descriptors
 * to be open and its rights to suffice: the dispatch below reads that from the row of wasi.def. What a row calls
 * `p` is checked by the function itself. Also here: traces, the end of a program, clocks.
 * WASI preview 1 and preview 0 (wasi_unstable) differ in the size of filestat and subscription and in the
 * numbers of whence; nothing else. */
#include "base/str.h"
#include "wasi/wasi.h"

#include "rt/object.h"
#include "rt/shared.h"

struct wasi_row {
    const char *name;
    const char *signature;
    const char *kinds;
    const char *names;
    uint64_t rights[2];
    wasi_function fn;
    bool in0;
};

#define R(sym) WASI_R(sym)
static const struct wasi_row wasi_rows[] = {
#define WASI(name, sig, kinds, names, rights, rights2, in0, doc) \
    {#name, sig, kinds, names, {rights, rights2}, wk_wasi_##name, in0},
#include "def/wasi.def"
};
#undef R
#define WASI_ROWS WK_COUNT_OF(wasi_rows)
_Static_assert(WASI_ROWS == 46, "preview 1 has 46 functions");

const char *wick_wasi_strerror(wick_wasi_errno err) {
    switch (err) {
#define ERRNO(sym, number, text) \
    case number:                 \
        return text;
#include "def/wasi_errno.def"
    default:
        return err == WICK_WASI_PENDING ? "pending" : "unknown error";
    }
}

const char *wk_wasi_errno_name(wick_wasi_errno err) {
    switch (err) {
#define ERRNO(sym, number, text) \
    case number:                 \
        return #sym;
#include "def/wasi_errno.def"
    default:
        return err == WICK_WASI_PENDING ? "pending" : "?";
    }
}

/* ---- making one ---- */

/* Joins strings, each with its NUL. */
static wick_err wasi_join(struct wk_alloc *alloc, const char *const *texts, size_t n, char **out, size_t *out_size) {
    size_t size = 0;
    for (size_t i = 0; i < n; i++) {
        if (!wk_add_size(size, wk_str_size(texts[i]) + 1, &size) || size > UINT32_MAX) {
            return WICK_ERR_usage;
        }
    }
    char *all = NULL;
    if (size != 0) {
        all = wk_realloc(alloc, NULL, 0, size);
        if (all == NULL) {
            return WICK_ERR_nomem;
        }
    }
    char *at = all;
    for (size_t i = 0; i < n; i++) {
        size_t len = wk_str_size(texts[i]) + 1;
        memcpy(at, texts[i], len);
        at += len;
    }
    *out = all;
    *out_size = size;
    return WICK_OK;
}

static wick_err wasi_copy(struct wk_alloc *alloc, const char *text, size_t size, char **out, uint32_t *out_count) {
    uint32_t count = 0;
    if (size > UINT32_MAX / 4) {
        return WICK_ERR_usage;
    }
    if (size != 0) {
        char *copy = wk_realloc(alloc, NULL, 0, size);
        if (copy == NULL) {
            return WICK_ERR_nomem;
        }
        memcpy(copy, text, size);
        *out = copy;
        for (size_t i = 0; i < size; i++) {
            count += copy[i] == 0;
        }
    }
    *out_count = count;
    return WICK_OK;
}

/* A port's table may be shorter, or none at all. */
static void wasi_copy_host(wick_wasi_host *to, const wick_wasi_host *host) {
    if (host != NULL) {
        memcpy(to, host, host->size < sizeof *to ? host->size : sizeof *to);
    }
}

/* What lies at an address of this kind; false: it is none that the dispatch checks. */
static bool wasi_check_of(char kind, bool is_preview0, struct wasi_check *out) {
    out->what = WASI_CHECK_RESULT;
    out->size = 0;
    switch (kind) {
    case 's':
    case 'b':
        out->what = WASI_CHECK_BYTES;
        return true;
    case 'v':
    case 'w':
        out->what = WASI_CHECK_IOVS;
        return true;
    case 'S':
        out->size = is_preview0 ? 56 : 64;
        return true;
    case 'D':
        out->size = 24;
        return true;
    case 'P':
        out->size = 8;
        return true;
    case '1':
    case '2':
    case '4':
    case '8':
        out->size = (uint16_t)(kind - '0');
        return true;
    default:
        return false;
    }
}

/* What each host function is made with: the same for every linker. */
static void wasi_make_links(wick_wasi *wasi) {
    for (uint32_t i = 0; i < 2 * WASI_ROWS; i++) {
        struct wasi_link *link = &wasi->links[i];
        const char *kinds;
        link->wasi = wasi;
        link->is_preview0 = i < WASI_ROWS;
        link->row = &wasi_rows[link->is_preview0 ? i : i - WASI_ROWS];
        kinds = link->row->kinds;
        for (uint8_t k = 0; kinds[k] != 0; k++) {
            struct wasi_check check = {.param = k};
            if (kinds[k] == 'f') {
                link->fds[link->n_fds++] = k;
            } else if (wasi_check_of(kinds[k], link->is_preview0, &check)) {
                link->checks[link->n_checks++] = check;
            }
        }
    }
}

wick_err wk_wasi_new_joined(wick_engine *engine, const wick_wasi_options *options, const char *args,
                            size_t args_size, const char *env, size_t env_size, wick_wasi **out_wasi) {
    struct wk_alloc *alloc = &engine->alloc;
    wick_wasi *wasi = wk_zalloc(alloc, sizeof *wasi);
    if (wasi == NULL) {
        return WICK_ERR_nomem;
    }
    wasi->alloc = alloc;
    wasi->engine = engine;
    wasi_copy_host(&wasi->host, options->host);
    wasi->host_user = options->host_user;
    wasi->max_fds = options->max_fds != 0 ? options->max_fds : WICK_WASI_MAX_FDS;
    wasi->trace = options->trace;
    wasi->deadline = UINT64_MAX;
    wick_err err = wasi_copy(alloc, args, args_size, &wasi->args, &wasi->n_args);
    wasi->args_size = wasi->args != NULL ? args_size : 0;
    if (err == WICK_OK) {
        err = wasi_copy(alloc, env, env_size, &wasi->env, &wasi->n_env);
        wasi->env_size = wasi->env != NULL ? env_size : 0;
    }
    if (err == WICK_OK) {
        wasi->buffers = wk_realloc(alloc, NULL, 0, (size_t)4 * WASI_PATH_BUF);
        wasi->links = wk_zalloc(alloc, 2 * WASI_ROWS * sizeof *wasi->links);
        err = wasi->buffers == NULL || wasi->links == NULL ? WICK_ERR_nomem : WICK_OK;
    }
    if (err != WICK_OK) {
        wick_wasi_free(wasi);
        return err;
    }
    wasi_make_links(wasi);
    *out_wasi = wasi;
    return WICK_OK;
}

wick_err wick_wasi_new(wick_engine *engine, const wick_wasi_options *options, wick_wasi **out_wasi) {
    static const wick_wasi_options none = {0};
    char *args = NULL, *env = NULL;
    size_t args_size = 0, env_size = 0;
    if (options == NULL) {
        options = &none;
    }
    if (WK_MISUSE(engine == NULL) || WK_MISUSE(out_wasi == NULL) || WK_MISUSE(options->n_args != 0 && options->args == NULL) ||
        WK_MISUSE(options->n_env != 0 && options->env == NULL)) {
        return WICK_ERR_usage;
    }
    wick_err err = wasi_join(&engine->alloc, options->args, options->n_args, &args, &args_size);
    if (err == WICK_OK) {
        err = wasi_join(&engine->alloc, options->env, options->n_env, &env, &env_size);
    }
    if (err == WICK_OK) {
        err = wk_wasi_new_joined(engine, options, args, args_size, env, env_size, out_wasi);
    }
    wk_free(&engine->alloc, env, env_size);
    wk_free(&engine->alloc, args, args_size);
    return err;
}

void wick_wasi_free(wick_wasi *wasi) {
    if (wasi == NULL) {
        return;
    }
    struct wk_alloc *alloc = wasi->alloc;
    wk_fd_close_all(wasi);
    wk_em_eh_free(wasi, NULL);
    wk_free(alloc, wasi->links, 2 * WASI_ROWS * sizeof *wasi->links);
    wk_free(alloc, wasi->buffers, (size_t)4 * WASI_PATH_BUF);
    wk_free(alloc, wasi->env, wasi->env_size);
    wk_free(alloc, wasi->args, wasi->args_size);
    wk_free(alloc, wasi, sizeof *wasi);
}

wick_err wick_wasi_set_fd(wick_wasi *wasi, uint32_t fd, const wick_wasi_fd_options *options) {
    if (WK_MISUSE(wasi == NULL) || WK_MISUSE(options == NULL) || WK_MISUSE(options->fs == NULL)) {
        return WICK_ERR_usage;
    }
    if (fd >= wasi->max_fds) {
        return WICK_ERR_limit;
    }
    if (wk_fd_get(wasi, fd) != NULL) {
        return WICK_ERR_usage;
    }
    if (wk_fd_reserve(wasi, fd) != WICK_WASI_OK) {
        return WICK_ERR_nomem;
    }
    char *name = NULL;
    size_t name_size = 0;
    if (options->preopen != NULL) {
        name_size = wk_str_size(options->preopen);
        name = wk_realloc(wasi->alloc, NULL, 0, name_size + 1);
        if (name == NULL) {
            return WICK_ERR_nomem;
        }
        memcpy(name, options->preopen, name_size + 1);
    }
    struct wasi_file *file;
    if (wk_file_new(wasi->alloc, options->fs, &options->opened, options->fdflags, &file) != WICK_WASI_OK) {
        wk_free(wasi->alloc, name, name == NULL ? 0 : name_size + 1);
        return WICK_ERR_nomem;
    }
    file->preopen = name;
    file->preopen_size = name_size;
    file->read_only = (options->flags & WICK_WASI_FD_READ_ONLY) != 0;
    file->host_offset = (options->flags & WICK_WASI_FD_HOST_OFFSET) != 0;
    uint64_t base = wk_file_rights(file);
    if ((options->flags & WICK_WASI_FD_NO_READ) != 0) {
        base &= ~WASI_R(FD_READ);
    }
    if ((options->flags & WICK_WASI_FD_NO_WRITE) != 0) {
        base &= ~(WASI_R(FD_WRITE) | WASI_R(FD_ALLOCATE) | WASI_R(FD_FILESTAT_SET_SIZE));
    }
    wk_fd_put(wasi, fd, file, base, file->type == WICK_WASI_DIRECTORY ? WASI_RIGHTS_ALL : 0);
    return WICK_OK;
}

/* ---- the trace ---- */

struct wasi_line {
    char text[200];
    size_t n;
};

static void wasi_line_put(struct wasi_line *line, const char *text, size_t n) {
    for (size_t i = 0; i < n && line->n < sizeof line->text - 1; i++) {
        char ch = text[i];
        line->text[line->n++] = (unsigned char)ch < ' ' || ch == 127 ? '?' : ch;
    }
}

static void wasi_line_text(struct wasi_line *line, const char *text) {
    wasi_line_put(line, text, wk_str_size(text));
}

static void wasi_line_number(struct wasi_line *line, uint64_t value, bool is_hex) {
    char digits[20];
    size_t n = sizeof digits;
    do {
        uint64_t rest = is_hex ? value >> 4 : wk_udiv64(value, 10);
        digits[--n] = "0123456789abcdef"[is_hex ? value & 15 : value - rest * 10];
        value = rest;
    } while (value != 0);
    wasi_line_text(line, is_hex ? "0x" : "");
    wasi_line_put(line, digits + n, sizeof digits - n);
}

static const char *wasi_word_end(const char *word) {
    while (*word != 0 && *word != ' ') {
        word++;
    }
    return word;
}

/* fd_write(fd=1, iovs=0x1000, iovs_len=2, out_size=0x1010) = 0 success */
static WK_COLD void wasi_trace(const struct wasi_call *c, const struct wasi_row *row, wick_wasi_errno err) {
    struct wasi_line line = {.n = 0};
    wasi_line_text(&line, row->name);
    wasi_line_put(&line, "(", 1);
    const char *word = row->names;
    for (uint32_t i = 0; row->kinds[i] != 0; i++) {
        const char *end = wasi_word_end(word);
        wasi_line_text(&line, i == 0 ? "" : ", ");
        wasi_line_put(&line, word, (size_t)(end - word));
        wasi_line_put(&line, "=", 1);
        char kind = row->kinds[i];
        if (kind == 's' && c->p[i] != NULL) {
            wasi_line_put(&line, "\"", 1);
            wasi_line_put(&line, (const char *)c->p[i], c->a[i + 1] < 64 ? (size_t)c->a[i + 1] : 64);
            wasi_line_put(&line, "\"", 1);
        } else {
            wasi_line_number(&line, c->a[i], kind != 'f' && kind != 'i' && kind != 'l' && kind != '.');
        }
        word = *end == ' ' ? end + 1 : end;
    }
    wasi_line_text(&line, ")");
    if (err == WASI_OVER) {
        wasi_line_text(&line, " ends the program");
    } else {
        wasi_line_text(&line, " = ");
        wasi_line_number(&line, err, false);
        wasi_line_text(&line, " ");
        wasi_line_text(&line, wk_wasi_errno_name(err));
    }
    line.text[line.n++] = '\n';
    struct wk_alloc *alloc = c->wasi->alloc;
    alloc->host->log(alloc->user, line.text, line.n);
}

/* ---- the dispatch ---- */

/* Arrays of more than this many buffers are refused: their walk could not be interrupted. POSIX's IOV_MAX. */
#define WASI_IOVS_MAX 1024u

/* A buffer that an iovec names; false: it is outside. */
WK_INLINE bool wasi_iov(const struct wasi_call *c, const uint8_t *iov, wick_wasi_buf *out) {
    const uint64_t address = wk_ld_le32(iov), size = wk_ld_le32(iov + 4);
    out->data = c->memory + address;
    out->size = (size_t)size;
    return address + size <= c->limit;
}

WK_INLINE wick_wasi_errno wasi_take_iovs(struct wasi_call *c, uint32_t i, uint32_t count) {
    const uint8_t *iov = c->p[i];
    uint64_t want = 0;
    uint32_t n = 0, k = c->next;
    for (; k < count && n < WASI_BUFS; k++) {
        if (!wasi_iov(c, iov + (size_t)8 * k, &c->bufs[n])) {
            return WICK_WASI_EFAULT;
        }
        want += c->bufs[n].size;
        n += c->bufs[n].size != 0;
    }
    c->next = k;
    c->n_bufs = n;
    c->want = want;
    return WICK_WASI_OK;
}

/* They are looked up again: another thread may have changed a shared memory since they were checked. */
wick_wasi_errno wk_iovs_take(struct wasi_call *c, uint32_t i) {
    return wasi_take_iovs(c, i, (uint32_t)c->a[i + 1]);
}

/* All buffers of an iovec array lie in memory, and their sizes add up to a size. */
static WK_NOINLINE wick_wasi_errno wasi_check_iovs(struct wasi_call *c, uint32_t i) {
    const uint32_t count = (uint32_t)c->a[i + 1];
    uint64_t total;
    c->next = 0;
    WASI_TRY(wasi_take_iovs(c, i, count));
    total = c->want;
    for (uint32_t k = c->next; k < count; k++) {
        wick_wasi_buf buf;
        if (!wasi_iov(c, c->p[i] + (size_t)8 * k, &buf)) {
            return WICK_WASI_EFAULT;
        }
        total += buf.size;
    }
    return total > UINT32_MAX ? WICK_WASI_EINVAL : WICK_WASI_OK;
}

/* Every address of the call, as its row says. All are i32s, so no sum of 64 bits wraps. */
WK_INLINE wick_wasi_errno wasi_check_memory(struct wasi_call *c, const struct wasi_link *link) {
    struct wick_memory *memory = wk_call_memory(c->call);
    if (memory == NULL) {
        return WICK_WASI_EFAULT;
    }
    c->memory = memory->base;
    c->limit = wk_memory_size(memory);
    for (uint32_t k = 0; k < link->n_checks; k++) {
        const struct wasi_check *check = &link->checks[k];
        const uint32_t i = check->param;
        const uint64_t address = (uint32_t)c->a[i];
        uint64_t size = check->size;
        if (check->what != WASI_CHECK_RESULT) {
            size = (uint32_t)c->a[i + 1];
            if (check->what == WASI_CHECK_IOVS) {
                if (size > WASI_IOVS_MAX) {
                    return WICK_WASI_EINVAL;
                }
                size *= 8;
            }
        }
        if (address + size > c->limit) {
            return WICK_WASI_EFAULT;
        }
        c->p[i] = c->memory + address;
        if (check->what == WASI_CHECK_IOVS) {
            WASI_TRY(wasi_check_iovs(c, i));
        }
    }
    return WICK_WASI_OK;
}

/* What to answer when rights are lacking: what POSIX says where the type of file could not have them at all. */
WK_COLD wick_wasi_errno wk_wasi_lacking(const struct wasi_file *file, uint64_t lacking) {
    if ((lacking & (WASI_R(FD_READ) | WASI_R(FD_WRITE))) != 0) {
        return WICK_WASI_EBADF; /* not opened for this direction */
    }
    if ((lacking & wk_file_rights(file)) != 0) {
        return WICK_WASI_ENOTCAPABLE;
    }
    if ((lacking & (WASI_R(SOCK_SHUTDOWN) | WASI_R(SOCK_ACCEPT))) != 0) {
        return WICK_WASI_ENOTSOCK;
    }
    if (file->type != WICK_WASI_DIRECTORY && (lacking & WASI_RIGHTS_DIR & ~WASI_RIGHTS_FILE) != 0) {
        return WICK_WASI_ENOTDIR;
    }
    bool is_seek = (lacking & (WASI_R(FD_SEEK) | WASI_R(FD_TELL))) != 0;
    return is_seek && file->type != WICK_WASI_DIRECTORY ? WICK_WASI_ESPIPE : WICK_WASI_ENOTCAPABLE;
}

/* Its descriptors are open and have the rights. */
WK_INLINE wick_wasi_errno wasi_check_fds(struct wasi_call *c, const struct wasi_link *link) {
    for (uint32_t k = 0; k < link->n_fds; k++) {
        struct wasi_fd *fd = wk_fd_get(c->wasi, c->a[link->fds[k]]);
        if (fd == NULL) {
            return WICK_WASI_EBADF;
        }
        uint64_t lacking = link->row->rights[k] & ~fd->base;
        if (WK_UNLIKELY(lacking != 0)) {
            return wk_wasi_lacking(fd->file, lacking);
        }
        c->fd[k] = fd;
    }
    return WICK_WASI_OK;
}

WK_INLINE wick_wasi_errno wasi_execute(struct wasi_call *c) {
    const struct wasi_link *link = c->link;
    wick_wasi_errno err;
    c->wasi->deadline = UINT64_MAX;
    WASI_TRY(wasi_check_fds(c, link));
    if (link->n_checks != 0) {
        WASI_TRY(wasi_check_memory(c, link));
    }
    err = link->row->fn(c);
    if (WK_UNLIKELY(err == WICK_WASI_PENDING)) {
        (void)wick_call_pending(c->call, c->wasi->deadline);
    }
    return err;
}

/* With a lock or a trace. */
static WK_NOINLINE wick_wasi_errno wasi_execute_guarded(struct wasi_call *c) {
    wick_wasi *wasi = c->wasi;
    void (*const unlock)(void *user) = wasi->lock != NULL ? wasi->unlock : NULL;
    wick_wasi_errno err;
    memset(c->p, 0, sizeof c->p); /* the call may fail before it has them */
    if (unlock != NULL) {
        wasi->lock(wasi->lock_user);
    }
    err = wasi_execute(c);
    if (wasi->trace && err != WICK_WASI_PENDING) {
        wasi_trace(c, c->link->row, err);
    }
    if (unlock != NULL) {
        unlock(wasi->lock_user);
    }
    return err;
}

static wick_host_result wasi_dispatch(wick_call *call, void *user) {
    struct wasi_call c;
    wick_wasi_errno err;
    c.link = user;
    c.wasi = c.link->wasi;
    c.call = call;
    c.a = call->args;
    err = WK_UNLIKELY(c.wasi->trace || c.wasi->lock != NULL) ? wasi_execute_guarded(&c) : wasi_execute(&c);
    if (WK_UNLIKELY(err >= WICK_WASI_PENDING)) {
        if (err == WICK_WASI_PENDING) {
            return WICK_HOST_PENDING;
        }
        if (err == WASI_OVER) {
            return wick_call_fail(call, WICK_ERR_exit);
        }
    }
    call->results[0] = err; /* of all rows but proc_exit, which never comes here */
    return WICK_HOST_OK;
}

wick_err wick_wasi_link(wick_wasi *wasi, wick_linker *linker) {
    if (WK_MISUSE(wasi == NULL)) {
        return WICK_ERR_usage;
    }
    for (uint32_t preview = 0; preview < 2; preview++) {
        for (uint32_t i = 0; i < WASI_ROWS; i++) {
            if (preview == 0 && !wasi_rows[i].in0) {
                continue;
            }
            struct wasi_link *link = &wasi->links[preview * WASI_ROWS + i];
            WK_TRY(wick_linker_func(linker, preview == 0 ? "wasi_unstable" : "wasi_snapshot_preview1",
                                    wasi_rows[i].name, wasi_rows[i].signature, wasi_dispatch, link));
        }
    }
    return WICK_OK;
}

/* ---- the end, time ---- */

wick_wasi_errno wk_wasi_exit(struct wasi_call *c, uint32_t status) {
    if (!c->wasi->has_exited || !c->wasi->has_threads) { /* of several threads, the first */
        c->wasi->has_exited = true;
        c->wasi->exit_status = status;
    }
    return WASI_OVER;
}

bool wick_wasi_exited(const wick_wasi *wasi, uint32_t *out_status) {
    if (wasi->has_exited) {
        *out_status = wasi->exit_status;
    }
    return wasi->has_exited;
}

uint64_t wick_wasi_deadline(const wick_wasi *wasi) {
    return wasi->deadline;
}

wick_wasi_errno wk_wasi_now(const wick_wasi *wasi, uint32_t clock, uint64_t *out_ns) {
    if (wasi->host.clock_time == NULL) {
        return WICK_WASI_ENOTSUP;
    }
    return wasi->host.clock_time(wasi->host_user, clock, out_ns);
}

wick_wasi_errno wk_wasi_clock_res_get(struct wasi_call *c) {
    const wick_wasi *wasi = c->wasi;
    uint64_t ns = 1000;
    wick_wasi_errno err;
    if (wasi->host.clock_resolution != NULL) {
        err = wasi->host.clock_resolution(wasi->host_user, (uint32_t)c->a[0], &ns);
    } else {
        uint64_t ignored;
        err = wk_wasi_now(wasi, (uint32_t)c->a[0], &ignored);
    }
    if (err == WICK_WASI_OK) {
        wk_st_le64(c->p[1], ns);
    }
    return err;
}

wick_wasi_errno wk_wasi_clock_time_get(struct wasi_call *c) {
    uint64_t ns;
    wick_wasi_errno err = wk_wasi_now(c->wasi, (uint32_t)c->a[0], &ns);
    if (err == WICK_WASI_OK) {
        wk_st_le64(c->p[2], ns);
    }
    return err;
}

/* Random bytes come in portions, so that a gigabyte of them can be interrupted. */
#define WASI_RANDOM_PORTION 65536u

wick_wasi_errno wk_wasi_random_get(struct wasi_call *c) {
    const wick_wasi *wasi = c->wasi;
    if (wasi->host.random == NULL) {
        return WICK_WASI_ENOTSUP;
    }
    uint64_t *done = wick_call_state(c->call);
    uint64_t n = c->a[1] - *done;
    if (n > WASI_RANDOM_PORTION) {
        n = WASI_RANDOM_PORTION;
    }
    wick_wasi_errno err = wasi->host.random(wasi->host_user, c->p[0] + *done, (size_t)n);
    if (err != WICK_WASI_OK) {
        return err;
    }
    *done += n;
    if (*done < c->a[1]) {
        c->wasi->deadline = 0;
        return WICK_WASI_PENDING;
    }
    return WICK_WASI_OK;
}

void wk_wasi_idle(const wick_wasi *wasi, uint64_t deadline_ns) {
    const struct wk_alloc *alloc = wasi->alloc;
    uint64_t now = 0;
    if (deadline_ns != 0 && wasi->host.idle != NULL) {
        if (deadline_ns == UINT64_MAX || wk_wasi_now(wasi, 1, &now) != WICK_WASI_OK || now < deadline_ns) {
            wasi->host.idle(wasi->host_user, deadline_ns);
        }
    } else if (alloc->host->yield != NULL) {
        alloc->host->yield(alloc->user);
    }
}

wick_status wick_wasi_run(wick_wasi *wasi, wick_task *task, uint64_t max_fuel) {
    uint64_t fuel = max_fuel;
    for (;;) {
        wick_status status = wick_task_resume(task, fuel);
        if (status != WICK_PENDING) {
            return status;
        }
        fuel = max_fuel == WICK_FUEL_UNLIMITED ? WICK_FUEL_UNLIMITED : 0;
        if (wick_task_waits(task)) {
            wick_task_sleep(task, UINT64_MAX);
        } else if (wasi->deadline != 0) {
            wk_wasi_idle(wasi, wasi->deadline);
        }
    }
}

/* ---- arguments, environment, the process ---- */

static wick_wasi_errno wasi_put_strings(struct wasi_call *c, const char *text, size_t size, uint32_t count) {
    uint8_t *pointers = wick_call_bytes(c->call, c->a[0], (uint64_t)count * 4);
    uint8_t *bytes = wick_call_bytes(c->call, c->a[1], size);
    if (pointers == NULL || bytes == NULL) {
        return WICK_WASI_EFAULT;
    }
    uint32_t n = 0;
    bool is_start = true;
    for (size_t i = 0; i < size; i++) {
        if (is_start) {
            wk_st_le32(pointers + (size_t)4 * n++, (uint32_t)(c->a[1] + i));
        }
        is_start = text[i] == 0;
    }
    if (size != 0) {
        memcpy(bytes, text, size);
    }
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_args_get(struct wasi_call *c) {
    return wasi_put_strings(c, c->wasi->args, c->wasi->args_size, c->wasi->n_args);
}

wick_wasi_errno wk_wasi_args_sizes_get(struct wasi_call *c) {
    wk_st_le32(c->p[0], c->wasi->n_args);
    wk_st_le32(c->p[1], (uint32_t)c->wasi->args_size);
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_environ_get(struct wasi_call *c) {
    return wasi_put_strings(c, c->wasi->env, c->wasi->env_size, c->wasi->n_env);
}

wick_wasi_errno wk_wasi_environ_sizes_get(struct wasi_call *c) {
    wk_st_le32(c->p[0], c->wasi->n_env);
    wk_st_le32(c->p[1], (uint32_t)c->wasi->env_size);
    return WICK_WASI_OK;
}

wick_wasi_errno wk_wasi_proc_exit(struct wasi_call *c) {
    return wk_wasi_exit(c, (uint32_t)c->a[0]);
}

/* There are no handlers, so a signal does what POSIX does by default, as far as a program can do that to itself:
 * CHLD, CONT, URG and WINCH nothing, PIPE nothing (WASI says so), STOP and its kin are not supported. */
wick_wasi_errno wk_wasi_proc_raise(struct wasi_call *c) {
    uint64_t signal = c->a[0];
    if (signal > 30) {
        return WICK_WASI_EINVAL;
    }
    const uint32_t ignored = 1u << 0 | 1u << 13 | 1u << 16 | 1u << 17 | 1u << 22 | 1u << 27;
    const uint32_t stops = 1u << 18 | 1u << 19 | 1u << 20 | 1u << 21;
    if ((ignored >> signal & 1u) != 0) {
        return WICK_WASI_OK;
    }
    if ((stops >> signal & 1u) != 0) {
        return WICK_WASI_ENOTSUP;
    }
    c->wasi->exit_signal = (uint32_t)signal;
    return wk_wasi_exit(c, 128 + (uint32_t)signal);
}

/* One round of PENDING is what lets a scheduler run the others. */
wick_wasi_errno wk_wasi_sched_yield(struct wasi_call *c) {
    if (wick_call_round(c->call) == 0) {
        c->wasi->deadline = 0;
        return WICK_WASI_PENDING;
    }
    return WICK_WASI_OK;
}

#undef WASI_ROWS
#undef WASI_IOVS_MAX
#undef WASI_RANDOM_PORTION

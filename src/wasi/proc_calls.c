/* proc_calls.c - the import module wick_proc: the eight functions of wick_proc.def. Semantics: doc/proc.md. */
#include "wasi/proc.h"

#define PROC_NEW_GROUP UINT32_MAX

struct proc_row {
    const char *name;
    const char *signature;
    wick_host_fn fn;
};

#define PROC(name, signature, parameters) static wick_host_result proc_call_##name(wick_call *call, void *user);
#include "def/wick_proc.def"

static const struct proc_row proc_rows[] = {
#define PROC(name, signature, parameters) {#name, signature, proc_call_##name},
#include "def/wick_proc.def"
};
_Static_assert(WK_COUNT_OF(proc_rows) == PROC_CALLS, "wick_proc.def");

/* "(i32,i32)->i32" -> "ii:i": the rows know no other type. */
static void proc_signature(const char *row, char out[16]) {
    size_t n = 0;
    for (; *row != 0 && *row != ')'; row++) {
        if (*row == 'i' && n < 12) {
            out[n++] = 'i';
        }
    }
    out[n++] = ':';
    out[n++] = 'i';
    out[n] = 0;
}

wick_err wk_proc_link(struct wk_proc *proc) {
    char signature[16];
    for (size_t i = 0; i < PROC_CALLS; i++) {
        proc_signature(proc_rows[i].signature, signature);
        WK_TRY(wick_linker_func(proc->linker, "wick_proc", proc_rows[i].name, signature, proc_rows[i].fn, proc));
    }
    return WICK_OK;
}

static wick_host_result proc_answer(wick_call *call, const struct wk_proc *proc, wick_wasi_errno err) {
    if (err == WICK_WASI_PENDING) {
        return WICK_HOST_PENDING;
    }
    if (proc->signal != 0) {
        return wick_call_fail(call, WICK_ERR_exit); /* it has ended itself */
    }
    wick_call_return_i32(call, 0, err);
    return WICK_HOST_OK;
}

/* ---- spawn ---- */

struct proc_spawn {
    const uint8_t *argv, *envp, *map;
    uint32_t argv_size, envp_size, map_count;
    uint64_t max_memory, max_fuel;
    uint32_t group;
    uint8_t *out_pid;
    struct wasi_file *file;
};

static wick_wasi_errno spawn_read_options(const struct wk_proc *parent, const uint8_t *p, struct proc_spawn *s) {
    s->max_memory = parent->max_memory;
    s->max_fuel = parent->max_fuel;
    s->group = parent->group;
    if (p == NULL) {
        return WICK_WASI_OK;
    }
    uint64_t memory = wk_ld_le64(p), fuel = wk_ld_le64(p + 8);
    uint32_t group = wk_ld_le32(p + 16);
    if (wk_ld_le32(p + 20) != 0 || wk_ld_le64(p + 24) != 0) {
        return WICK_WASI_EINVAL;
    }
    s->max_memory = memory != 0 && memory < s->max_memory ? memory : s->max_memory;
    s->max_fuel = fuel != 0 && fuel < s->max_fuel ? fuel : s->max_fuel;
    if (group != 0) {
        s->group = group;
        if (group != PROC_NEW_GROUP && !wick_proc_group_exists(parent->table, group)) {
            return WICK_WASI_ESRCH;
        }
    }
    return WICK_WASI_OK;
}

/* Everything that can be wrong before the first effect. */
static wick_wasi_errno spawn_check(wick_call *call, const struct wk_proc *parent, struct proc_spawn *s) {
    const uint64_t *a = wick_call_args(call);
    s->argv = wick_call_bytes(call, a[1], a[2]);
    s->envp = wick_call_bytes(call, a[3], a[4]);
    s->map = wick_call_bytes(call, a[5], 8 * a[6]);
    const uint8_t *options = a[7] == 0 ? NULL : wick_call_bytes(call, a[7], 32);
    s->out_pid = wick_call_bytes(call, a[8], 4);
    if (s->argv == NULL || s->envp == NULL || s->map == NULL || s->out_pid == NULL ||
        (a[7] != 0 && options == NULL)) {
        return WICK_WASI_EFAULT;
    }
    s->argv_size = (uint32_t)a[2];
    s->envp_size = (uint32_t)a[4];
    s->map_count = (uint32_t)a[6];
    const struct wasi_fd *fd = wk_fd_get(parent->wasi, a[0]);
    if (fd == NULL) {
        return WICK_WASI_EBADF;
    }
    s->file = fd->file;
    if (s->file->type != WICK_WASI_REGULAR_FILE) {
        return s->file->type == WICK_WASI_DIRECTORY ? WICK_WASI_EISDIR : WICK_WASI_ENOEXEC;
    }
    if ((fd->base & WASI_R(FD_READ)) == 0) {
        return WICK_WASI_EBADF;
    }
    if ((s->argv_size != 0 && s->argv[s->argv_size - 1] != 0) ||
        (s->envp_size != 0 && s->envp[s->envp_size - 1] != 0)) {
        return WICK_WASI_EINVAL;
    }
    if (s->map_count > parent->wasi->max_fds) {
        return WICK_WASI_EMFILE;
    }
    return spawn_read_options(parent, options, s);
}

static wick_wasi_errno spawn_map(const struct wk_proc *parent, const struct proc_spawn *s, wick_wasi *child) {
    for (uint32_t i = 0; i < s->map_count; i++) {
        uint32_t child_fd = wk_ld_le32(s->map + (size_t)8 * i);
        const struct wasi_fd *fd = wk_fd_get(parent->wasi, wk_ld_le32(s->map + (size_t)8 * i + 4));
        if (fd == NULL) {
            return WICK_WASI_EBADF;
        }
        if (child_fd >= child->max_fds) {
            return WICK_WASI_EMFILE;
        }
        if (wk_fd_get(child, child_fd) != NULL) {
            return WICK_WASI_EINVAL;
        }
        wick_wasi_errno err = wk_fd_reserve(child, child_fd);
        if (err != WICK_WASI_OK) {
            return err;
        }
        fd->file->refs++;
        wk_fd_put(child, child_fd, fd->file, fd->base, fd->inheriting);
    }
    return WICK_WASI_OK;
}

static wick_wasi_errno spawn_run(struct wk_proc *parent, const struct proc_spawn *s, uint64_t *out_pid) {
    struct wk_proc *child;
    wick_wasi_options options = {
        .host = &parent->wasi->host,
        .host_user = parent->wasi->host_user,
        .max_fds = parent->wasi->max_fds,
        .trace = parent->wasi->trace,
    };
    wick_wasi_errno err = wk_proc_new(parent->table, &child);
    if (err != WICK_WASI_OK) {
        return err;
    }
    child->parent = parent->pid;
    child->group = s->group == PROC_NEW_GROUP ? child->pid : s->group;
    child->max_memory = s->max_memory;
    child->max_fuel = s->max_fuel;
    err = wk_wasi_new_joined(parent->wasi->engine, &options, (const char *)s->argv, s->argv_size,
                             (const char *)s->envp, s->envp_size, &child->wasi) == WICK_OK
              ? WICK_WASI_OK
              : WICK_WASI_ENOMEM;
    if (err == WICK_WASI_OK) {
        err = spawn_map(parent, s, child->wasi);
    }
    if (err == WICK_WASI_OK) {
        err = wk_file_read_all(parent->wasi->alloc, s->file, &child->bytes, &child->size, &child->is_borrowed);
    }
    if (err != WICK_WASI_OK) {
        wk_proc_remove(child);
        return err;
    }
    child->state = PROC_LOADING;
    parent->table->loading = child;
    *out_pid = child->pid;
    return WICK_WASI_PENDING;
}

/* The scheduler has loaded it. */
static wick_wasi_errno spawn_finish(wick_call *call, const struct wk_proc *parent, uint32_t pid) {
    struct wk_proc *child = wk_proc_find(parent->table, pid);
    uint8_t *out_pid = wick_call_bytes(call, wick_call_args(call)[8], 4);
    wick_wasi_errno err = child->load_error;
    if (err != WICK_WASI_OK) {
        wk_proc_remove(child);
        return err;
    }
    if (child->state == PROC_LOADING) { /* else it has been ended already */
        child->state = PROC_READY;
    }
    wk_st_le32(out_pid, pid);
    return WICK_WASI_OK;
}

static wick_host_result proc_call_spawn(wick_call *call, void *user) {
    struct wk_proc *proc = user;
    struct proc_spawn s;
    uint64_t *pid = wick_call_state(call); /* once there is one */
    proc->wasi->deadline = UINT64_MAX;
    if (*pid != 0) {
        return proc_answer(call, proc, spawn_finish(call, proc, (uint32_t)*pid));
    }
    wick_wasi_errno err = spawn_check(call, proc, &s);
    if (err == WICK_WASI_OK) {
        err = spawn_run(proc, &s, pid);
    }
    return proc_answer(call, proc, err);
}

/* ---- pipe ---- */

static wick_wasi_errno proc_pipe(struct wk_proc *proc, uint8_t *out) {
    wick_wasi *wasi = proc->wasi;
    wick_wasi_fs *pipes = proc->table->pipes;
    wick_wasi_opened ends[2];
    struct wasi_file *files[2] = {NULL, NULL};
    uint32_t fds[2];
    wick_wasi_errno err = wk_pipe_open(pipes, &ends[0], &ends[1]);
    if (err != WICK_WASI_OK) {
        return err;
    }
    for (int i = 0; i < 2 && err == WICK_WASI_OK; i++) {
        err = wk_file_new(wasi->alloc, pipes, &ends[i], 0, &files[i]);
    }
    if (err == WICK_WASI_OK) {
        err = wk_fd_free_number(wasi, &fds[0]);
    }
    if (err == WICK_WASI_OK) {
        uint64_t base = wk_file_rights(files[0]);
        wk_fd_put(wasi, fds[0], files[0], base & ~WASI_R(FD_WRITE), 0);
        err = wk_fd_free_number(wasi, &fds[1]);
        if (err == WICK_WASI_OK) {
            wk_fd_put(wasi, fds[1], files[1], base & ~WASI_R(FD_READ), 0);
            wk_st_le32(out, fds[0]);
            wk_st_le32(out + 4, fds[1]);
            return WICK_WASI_OK;
        }
        memset(wk_fd_get(wasi, fds[0]), 0, sizeof(struct wasi_fd));
        wasi->first_free = fds[0];
    }
    for (int i = 0; i < 2; i++) {
        if (files[i] != NULL) {
            wk_file_release(wasi->alloc, files[i]);
        } else {
            pipes->ops->close(pipes, ends[i].node);
        }
    }
    return err;
}

static wick_host_result proc_call_pipe(wick_call *call, void *user) {
    struct wk_proc *proc = user;
    uint8_t *out = wick_call_bytes(call, wick_call_args(call)[0], 8);
    return proc_answer(call, proc, out == NULL ? WICK_WASI_EFAULT : proc_pipe(proc, out));
}

/* ---- wait, kill, list, self ---- */

static wick_wasi_errno proc_wait(struct wk_proc *proc, int32_t pid, uint32_t flags, uint8_t *out) {
    bool has_child = false;
    if (pid == 0 || flags > 1) {
        return WICK_WASI_EINVAL;
    }
    for (struct wk_proc *p = proc->table->procs; p != NULL; p = p->next) {
        bool is_meant = pid == -1 || (pid > 0 ? p->pid == (uint32_t)pid : p->group == 0u - (uint32_t)pid);
        if (p->parent != proc->pid || !is_meant) {
            continue;
        }
        has_child = true;
        if (p->state == PROC_ZOMBIE) {
            memset(out, 0, 32);
            wk_st_le32(out, p->pid);
            wk_st_le32(out + 4, p->how);
            wk_st_le32(out + 8, p->code);
            wk_st_le64(out + 16, p->cpu_ns);
            wk_st_le64(out + 24, p->fuel);
            wk_proc_remove(p);
            return WICK_WASI_OK;
        }
    }
    if (!has_child) {
        return WICK_WASI_ECHILD;
    }
    if (flags != 0) {
        memset(out, 0, 32);
        return WICK_WASI_OK;
    }
    return WICK_WASI_PENDING;
}

static wick_host_result proc_call_wait(wick_call *call, void *user) {
    struct wk_proc *proc = user;
    const uint64_t *a = wick_call_args(call);
    uint8_t *out = wick_call_bytes(call, a[2], 32);
    proc->wasi->deadline = UINT64_MAX;
    return proc_answer(call, proc,
                       out == NULL ? WICK_WASI_EFAULT : proc_wait(proc, (int32_t)a[0], (uint32_t)a[1], out));
}

static wick_host_result proc_call_kill(wick_call *call, void *user) {
    struct wk_proc *proc = user;
    const uint64_t *a = wick_call_args(call);
    return proc_answer(call, proc, wk_proc_signal(proc->table, (int32_t)a[0], (uint32_t)a[1]));
}

static void proc_put_record(const struct wk_proc *p, const struct wk_proc *current, uint8_t *out) {
    wk_st_le32(out, p->pid);
    wk_st_le32(out + 4, p->parent);
    wk_st_le32(out + 8, p->group);
    wk_st_le32(out + 12, p == current || p->state == PROC_LOADING ? PROC_READY : p->state);
    wk_st_le64(out + 16, p->fuel);
    wk_st_le64(out + 24, p->cpu_ns);
    wk_st_le64(out + 32, p->store != NULL ? wick_store_memory_used(p->store) : 0);
    wk_st_le64(out + 40, p->start_ns);
    memcpy(out + 48, p->name, PROC_NAME_SIZE);
}

static wick_host_result proc_call_list(wick_call *call, void *user) {
    struct wk_proc *proc = user;
    const uint64_t *a = wick_call_args(call);
    uint8_t *records = wick_call_bytes(call, a[0], 80 * a[1]);
    uint8_t *count = wick_call_bytes(call, a[2], 4);
    if (records == NULL || count == NULL) {
        return proc_answer(call, proc, WICK_WASI_EFAULT);
    }
    uint64_t n = 0;
    for (const struct wk_proc *p = proc->table->procs; p != NULL; p = p->next) {
        if (n < a[1]) {
            proc_put_record(p, proc, records + (size_t)80 * n);
        }
        n++;
    }
    wk_st_le32(count, (uint32_t)n);
    return proc_answer(call, proc, WICK_WASI_OK);
}

static wick_host_result proc_call_self(wick_call *call, void *user) {
    struct wk_proc *proc = user;
    uint8_t *out = wick_call_bytes(call, wick_call_args(call)[0], 12);
    if (out == NULL) {
        return proc_answer(call, proc, WICK_WASI_EFAULT);
    }
    wk_st_le32(out, proc->pid);
    wk_st_le32(out + 4, proc->parent);
    wk_st_le32(out + 8, proc->group);
    return proc_answer(call, proc, WICK_WASI_OK);
}

/* ---- consoles ---- */

static wick_wasi_errno proc_tty_mode(const struct wasi_file *file, uint32_t mode, uint8_t *out) {
    uint32_t old = 0;
    if (mode > 7) {
        return WICK_WASI_EINVAL;
    }
    if (!file->is_tty || !WASI_HAS(file->fs, tty_mode)) {
        return WICK_WASI_ENOTTY;
    }
    wick_wasi_errno err = file->fs->ops->tty_mode(file->fs, file->node, mode, &old);
    if (err == WICK_WASI_OK) {
        wk_st_le32(out, old);
    }
    return err;
}

static wick_host_result proc_call_tty_mode(wick_call *call, void *user) {
    struct wk_proc *proc = user;
    const uint64_t *a = wick_call_args(call);
    uint8_t *out = wick_call_bytes(call, a[2], 4);
    const struct wasi_fd *fd = wk_fd_get(proc->wasi, a[0]);
    wick_wasi_errno err = out == NULL  ? WICK_WASI_EFAULT
                          : fd == NULL ? WICK_WASI_EBADF
                                       : proc_tty_mode(fd->file, (uint32_t)a[1], out);
    return proc_answer(call, proc, err);
}

static wick_wasi_errno proc_tty_foreground(const struct wk_proc *proc, const struct wasi_file *file, uint32_t group) {
    if (!file->is_tty || !WASI_HAS(file->fs, tty_foreground)) {
        return WICK_WASI_ENOTTY;
    }
    if (group != 0 && !wick_proc_group_exists(proc->table, group)) {
        return WICK_WASI_ESRCH;
    }
    return file->fs->ops->tty_foreground(file->fs, file->node, group);
}

static wick_host_result proc_call_tty_foreground(wick_call *call, void *user) {
    struct wk_proc *proc = user;
    const uint64_t *a = wick_call_args(call);
    const struct wasi_fd *fd = wk_fd_get(proc->wasi, a[0]);
    return proc_answer(call, proc,
                       fd == NULL ? WICK_WASI_EBADF : proc_tty_foreground(proc, fd->file, (uint32_t)a[1]));
}

#undef PROC_NEW_GROUP

/* path.c - how a path becomes one name in one open directory: the only place that resolves paths.
 *
 * Owner of the confinement. A backend is asked to open one directory at a time, by one name, without following
 * links; links are read and followed here, at most 40 to a path. ".." goes back along the way that was come, and
 * never above the directory of the descriptor; absolute paths and absolute links are refused (NOTCAPABLE). So what
 * others rename or replace meanwhile can make a path fail, but cannot make it lead out.
 * A trailing slash asks for a directory and follows a link even where links are not to be followed (POSIX).
 *
 * The text still to go lies at the end of the buffer `rest`, so that a link's text can be put in front of it. The
 * way back is the text `done`, opened again from the start when ".." asks for it: no ancestors are held open.
 * wasi: https://github.com/WebAssembly/WASI, preview1, path_* */
#include "wasi/wasi.h"

#include "base/utf8.h"

/* Directories that one path may open on its way: bounds the work of a path full of "..". */
#define WASI_WALK_WORK 20000u

static void walk_leave(struct wasi_walk *w) {
    if (w->is_own_dir) {
        w->fs->ops->close(w->fs, w->dir);
    }
    w->is_own_dir = false;
    w->dir = w->base;
}

void wk_walk_end(struct wasi_walk *w) {
    walk_leave(w);
}

/* Goes into a directory. LOOP or NOTDIR when the name is a link or a file. */
static wick_wasi_errno walk_enter(struct wasi_walk *w, const char *name, size_t n) {
    wick_wasi_opened opened;
    if (++w->work > WASI_WALK_WORK) {
        return WICK_WASI_ENAMETOOLONG;
    }
    wick_wasi_errno err = w->fs->ops->open(w->fs, w->dir, name, n, WICK_WASI_OPEN_DIRECTORY, &opened);
    if (err == WICK_WASI_OK) {
        walk_leave(w);
        w->dir = opened.node;
        w->is_own_dir = true;
    }
    return err;
}

/* "..": one step back, by going the way without its last component from the start. */
static wick_wasi_errno walk_up(struct wasi_walk *w) {
    if (w->done_size == 0) {
        return WICK_WASI_ENOTCAPABLE;
    }
    uint32_t size = w->done_size - 1; /* its last byte is a slash */
    while (size > 0 && w->done[size - 1] != '/') {
        size--;
    }
    w->done_size = size;
    walk_leave(w);
    for (uint32_t at = 0; at < size;) {
        uint32_t end = at;
        while (w->done[end] != '/') {
            end++;
        }
        wick_wasi_errno err = walk_enter(w, w->done + at, end - at);
        if (err != WICK_WASI_OK) {
            return err == WICK_WASI_ELOOP || err == WICK_WASI_ENOTDIR ? WICK_WASI_ENOENT : err; /* moved away */
        }
        at = end + 1;
    }
    return WICK_WASI_OK;
}

/* Puts the text of the link `name` in front of what is left. INVAL: it is no link. */
static wick_wasi_errno walk_expand(struct wasi_walk *w, const char *name, size_t n) {
    /* The text goes where `done` has room behind its own: it is at most WASI_PATH_MAX bytes. */
    size_t size = 0;
    char *text = w->done + WASI_PATH_MAX;
    if (!WASI_HAS(w->fs, readlink)) {
        return WICK_WASI_EINVAL;
    }
    wick_wasi_errno err = w->fs->ops->readlink(w->fs, w->dir, name, n, text, WASI_PATH_MAX, &size);
    if (err != WICK_WASI_OK) {
        return err;
    }
    if (++w->links > WASI_LINKS_MAX) {
        return WICK_WASI_ELOOP;
    }
    if (size == 0) {
        return WICK_WASI_ENOENT;
    }
    if (text[0] == '/') {
        return WICK_WASI_ENOTCAPABLE;
    }
    if (size >= WASI_PATH_MAX || size + 1 > w->at) {
        return WICK_WASI_ENAMETOOLONG;
    }
    if (w->at < w->end && w->rest[w->at] != '/') {
        w->rest[--w->at] = '/';
    }
    w->at -= (uint32_t)size;
    memcpy(w->rest + w->at, text, size);
    return WICK_WASI_OK;
}

/* Goes on until only the last component is left. */
static wick_wasi_errno walk_on(struct wasi_walk *w) {
    for (;;) {
        while (w->at < w->end && w->rest[w->at] == '/') {
            w->at++;
        }
        uint32_t name = w->at, at = w->at;
        while (at < w->end && w->rest[at] != '/') {
            at++;
        }
        uint32_t size = at - name;
        w->must_dir = at < w->end;
        while (at < w->end && w->rest[at] == '/') {
            at++;
        }
        bool is_last = at == w->end;
        w->at = at;
        bool is_up = size == 2 && w->rest[name] == '.' && w->rest[name + 1] == '.';
        bool is_dot = size == 0 || (size == 1 && w->rest[name] == '.');
        if (is_up) {
            wick_wasi_errno err = walk_up(w);
            if (err != WICK_WASI_OK) {
                return err;
            }
        }
        if (is_last) {
            w->name_at = name;
            w->name_size = size;
            if (is_up || is_dot) {
                w->name_at = WASI_PATH_BUF - 1; /* the byte behind the text is kept for this */
                w->name_size = 1;
                w->must_dir = true;
            }
            return size > WICK_WASI_NAME_MAX ? WICK_WASI_ENAMETOOLONG : WICK_WASI_OK;
        }
        if (is_up || is_dot) {
            continue;
        }
        if (size > WICK_WASI_NAME_MAX || w->done_size + size + 1 > WASI_PATH_MAX) {
            return WICK_WASI_ENAMETOOLONG;
        }
        wick_wasi_errno err = walk_enter(w, w->rest + name, size);
        if (err == WICK_WASI_OK) {
            memcpy(w->done + w->done_size, w->rest + name, size);
            w->done[w->done_size + size] = '/';
            w->done_size += size + 1;
        } else if (err == WICK_WASI_ELOOP || err == WICK_WASI_ENOTDIR) {
            wick_wasi_errno expanded = walk_expand(w, w->rest + name, size);
            if (expanded != WICK_WASI_OK) {
                return expanded == WICK_WASI_EINVAL ? WICK_WASI_ENOTDIR : expanded;
            }
        } else {
            return err;
        }
    }
}

/* The parent in one step, where the backend can: only for paths whose last component is an ordinary name, since
 * nothing is known of the way then. */
static bool walk_fast(struct wasi_walk *w) {
    uint32_t end = w->end;
    while (end > w->at && w->rest[end - 1] == '/') {
        end--;
    }
    uint32_t name = end;
    while (name > w->at && w->rest[name - 1] != '/') {
        name--;
    }
    uint32_t size = end - name;
    bool is_dots = w->rest[name] == '.' && (size == 1 || (size == 2 && w->rest[name + 1] == '.'));
    if (!WASI_HAS(w->fs, walk) || name == w->at || size == 0 || size > WICK_WASI_NAME_MAX || is_dots) {
        return false;
    }
    wick_wasi_node dir;
    if (w->fs->ops->walk(w->fs, w->base, w->rest + w->at, name - w->at, &dir) != WICK_WASI_OK) {
        return false;
    }
    w->dir = dir;
    w->is_own_dir = true;
    w->was_walked = true;
    w->must_dir = end < w->end;
    w->name_at = name;
    w->name_size = size;
    return true;
}

wick_wasi_errno wk_walk_begin(struct wasi_walk *w, wick_wasi *wasi, const struct wasi_fd *fd, const uint8_t *path,
                              size_t n, uint32_t which) {
    memset(w, 0, sizeof *w);
    w->wasi = wasi;
    w->fs = fd->file->fs;
    w->base = w->dir = fd->file->node;
    w->rest = wasi->buffers + (size_t)which * 2 * WASI_PATH_BUF;
    w->done = w->rest + WASI_PATH_BUF;
    if (fd->file->type != WICK_WASI_DIRECTORY || !WASI_HAS(w->fs, open) || !WASI_HAS(w->fs, close)) {
        return WICK_WASI_ENOTDIR;
    }
    if (n == 0) {
        return WICK_WASI_ENOENT;
    }
    if (n >= WASI_PATH_MAX) {
        return WICK_WASI_ENAMETOOLONG;
    }
    w->end = WASI_PATH_BUF - 1;
    w->at = w->end - (uint32_t)n;
    /* Copied before it is looked at: another thread may change a shared memory. */
    memcpy(w->rest + w->at, path, n);
    w->rest[WASI_PATH_BUF - 1] = '.';
    for (size_t i = 0; i < n; i++) {
        if (w->rest[w->at + i] == 0) {
            return WICK_WASI_EINVAL;
        }
    }
    if (wk_utf8_check((const uint8_t *)w->rest + w->at, n) != n) {
        return WICK_WASI_EILSEQ;
    }
    if (w->rest[w->at] == '/') {
        return WICK_WASI_ENOTCAPABLE;
    }
    return walk_fast(w) ? WICK_WASI_OK : walk_on(w);
}

wick_wasi_errno wk_walk_follow(struct wasi_walk *w) {
    if (wk_walk_is_dot(w)) {
        return WICK_WASI_EINVAL;
    }
    if (w->was_walked) {
        /* The link's text may go up, so the way must be known: once more, step by step. The text itself is still
         * whole: walk_fast does not change it. */
        w->was_walked = false;
        walk_leave(w);
        wick_wasi_errno err = walk_on(w);
        if (err != WICK_WASI_OK || wk_walk_is_dot(w)) {
            return err;
        }
    }
    /* What is left behind the name is its slashes, which the expansion keeps. */
    uint32_t name_size = w->name_size;
    w->at = w->name_at + name_size;
    wick_wasi_errno err = walk_expand(w, w->rest + w->name_at, name_size);
    return err == WICK_WASI_OK ? walk_on(w) : err;
}

#undef WASI_WALK_WORK

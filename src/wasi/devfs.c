/* devfs.c - devices as files: console, null, zero, random, urandom, over callbacks.
 *
 * A directory without subdirectories; its names cannot be changed. Node numbers: 0 the directory, then devices in the
 * order of the table. */
#include "base/str.h"
#include "wasi/wasi.h"

#include "rt/object.h"

enum { DEV_ROOT, DEV_CONSOLE, DEV_NULL, DEV_ZERO, DEV_RANDOM, DEV_URANDOM, DEV_COUNT };

static const char *const dev_names[DEV_COUNT] = {"", "console", "null", "zero", "random", "urandom"};

struct dev_fs {
    wick_wasi_fs fs; /* first */
    struct wk_alloc *alloc;
    wick_devfs_options options;
};

static struct dev_fs *dev_of(wick_wasi_fs *fs) {
    return (struct dev_fs *)(void *)fs;
}

static bool dev_exists(const struct dev_fs *fs, uint32_t device) {
    switch (device) {
    case DEV_CONSOLE:
        return fs->options.console_write != NULL;
    case DEV_RANDOM:
    case DEV_URANDOM:
        return fs->options.random != NULL;
    default:
        return device < DEV_COUNT;
    }
}

/* DEV_COUNT: there is none of this name. */
static uint32_t dev_find(const struct dev_fs *fs, const char *name, size_t n) {
    if (n == 1 && name[0] == '.') {
        return DEV_ROOT;
    }
    for (uint32_t i = DEV_CONSOLE; i < DEV_COUNT; i++) {
        const char *known = dev_names[i];
        size_t k = 0;
        while (k < n && known[k] != 0 && known[k] == name[k]) {
            k++;
        }
        if (k == n && known[k] == 0 && dev_exists(fs, i)) {
            return i;
        }
    }
    return DEV_COUNT;
}

static void dev_opened(uint32_t device, wick_wasi_opened *out) {
    out->node = device;
    out->type = device == DEV_ROOT ? WICK_WASI_DIRECTORY : WICK_WASI_CHARACTER_DEVICE;
    out->is_tty = device == DEV_CONSOLE;
}

static wick_wasi_errno devfs_open(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n, uint32_t flags,
                                  wick_wasi_opened *out) {
    (void)dir;
    uint32_t device = dev_find(dev_of(fs), name, n);
    if (device == DEV_COUNT) {
        return (flags & WICK_WASI_OPEN_CREATE) != 0 ? WICK_WASI_EROFS : WICK_WASI_ENOENT;
    }
    const uint32_t exclusive = WICK_WASI_OPEN_CREATE | WICK_WASI_OPEN_EXCLUSIVE;
    if ((flags & exclusive) == exclusive) {
        return WICK_WASI_EEXIST;
    }
    if (device == DEV_ROOT && (flags & (WICK_WASI_OPEN_WRITE | WICK_WASI_OPEN_TRUNCATE | WICK_WASI_OPEN_CREATE)) != 0) {
        return WICK_WASI_EISDIR;
    }
    if (device != DEV_ROOT && (flags & WICK_WASI_OPEN_DIRECTORY) != 0) {
        return WICK_WASI_ENOTDIR;
    }
    dev_opened(device, out);
    return WICK_WASI_OK;
}

static wick_wasi_errno devfs_stat(wick_wasi_fs *fs, wick_wasi_node node, wick_wasi_stat *out) {
    (void)fs;
    memset(out, 0, sizeof *out);
    out->dev = 2;
    out->ino = node + 1;
    out->nlink = node == DEV_ROOT ? 2 : 1;
    out->type = node == DEV_ROOT ? WICK_WASI_DIRECTORY : WICK_WASI_CHARACTER_DEVICE;
    return WICK_WASI_OK;
}

static wick_wasi_errno devfs_stat_at(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                                     wick_wasi_stat *out) {
    (void)dir;
    uint32_t device = dev_find(dev_of(fs), name, n);
    return device == DEV_COUNT ? WICK_WASI_ENOENT : devfs_stat(fs, device, out);
}

static wick_wasi_errno devfs_readlink(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n, char *buf,
                                      size_t cap, size_t *out_n) {
    (void)dir;
    (void)buf;
    (void)cap;
    (void)out_n;
    return dev_find(dev_of(fs), name, n) == DEV_COUNT ? WICK_WASI_ENOENT : WICK_WASI_EINVAL;
}

static wick_wasi_errno devfs_readdir(wick_wasi_fs *fs, wick_wasi_node dir, uint64_t cookie, wick_wasi_dirent *out) {
    (void)dir;
    uint64_t i = cookie < DEV_CONSOLE ? DEV_CONSOLE : cookie;
    while (i < DEV_COUNT && !dev_exists(dev_of(fs), (uint32_t)i)) {
        i++;
    }
    out->name_size = 0;
    if (i < DEV_COUNT) {
        const char *name = dev_names[i];
        while (name[out->name_size] != 0) {
            out->name[out->name_size] = name[out->name_size];
            out->name_size++;
        }
        out->next = i + 1;
        out->ino = i + 1;
        out->type = WICK_WASI_CHARACTER_DEVICE;
    }
    return WICK_WASI_OK;
}

static wick_wasi_errno dev_read_one(struct dev_fs *fs, uint64_t device, const wick_wasi_buf *buf, size_t *out_n) {
    *out_n = buf->size;
    switch (device) {
    case DEV_CONSOLE:
        *out_n = 0; /* without input it is always at its end */
        return fs->options.console_read == NULL ? WICK_WASI_OK
                                                : fs->options.console_read(fs->options.user, buf->data, buf->size, out_n);
    case DEV_NULL:
        *out_n = 0;
        return WICK_WASI_OK;
    case DEV_ZERO:
        memset(buf->data, 0, buf->size);
        return WICK_WASI_OK;
    case DEV_RANDOM:
    case DEV_URANDOM:
        return fs->options.random(fs->options.user, buf->data, buf->size);
    default:
        return WICK_WASI_EISDIR;
    }
}

/* One buffer after the other; a console's are not waited for once something is there. */
static wick_wasi_errno devfs_read(wick_wasi_fs *fs, wick_wasi_node node, const wick_wasi_buf *bufs, size_t n_bufs,
                                  uint64_t offset, size_t *out_n) {
    (void)offset;
    size_t total = 0;
    for (size_t i = 0; i < n_bufs; i++) {
        size_t got = 0;
        wick_wasi_errno err = dev_read_one(dev_of(fs), node, &bufs[i], &got);
        got = err == WICK_WASI_OK ? got : 0;
        if (err != WICK_WASI_OK && total == 0) {
            return err;
        }
        total += got;
        if (err != WICK_WASI_OK || got < bufs[i].size || node == DEV_CONSOLE) {
            break;
        }
    }
    *out_n = total;
    return WICK_WASI_OK;
}

static wick_wasi_errno devfs_write(wick_wasi_fs *fs, wick_wasi_node node, const wick_wasi_buf *bufs, size_t n_bufs,
                                   uint64_t offset, uint32_t fdflags, size_t *out_n, uint64_t *out_end) {
    struct dev_fs *dev = dev_of(fs);
    size_t total = 0;
    (void)offset;
    (void)fdflags;
    *out_end = 0;
    for (size_t i = 0; i < n_bufs; i++) {
        size_t got = bufs[i].size;
        if (node == DEV_CONSOLE) {
            got = 0;
            wick_wasi_errno err = dev->options.console_write(dev->options.user, bufs[i].data, bufs[i].size, &got);
            if (err != WICK_WASI_OK && total == 0) {
                return err;
            }
        }
        total += got;
        if (got < bufs[i].size) {
            break;
        }
    }
    *out_n = total;
    return WICK_WASI_OK;
}

static wick_wasi_errno devfs_poll(wick_wasi_fs *fs, wick_wasi_node node, uint32_t want, wick_wasi_ready *out) {
    struct dev_fs *dev = dev_of(fs);
    out->is_ready = true;
    out->is_hangup = false;
    out->bytes = 1;
    if (node == DEV_CONSOLE && dev->options.console_poll != NULL) {
        return dev->options.console_poll(dev->options.user, want, out);
    }
    return WICK_WASI_OK;
}

static wick_wasi_errno devfs_set_size(wick_wasi_fs *fs, wick_wasi_node node, uint64_t size) {
    (void)fs;
    (void)node;
    (void)size;
    return WICK_WASI_EINVAL;
}

static wick_wasi_errno devfs_tty_mode(wick_wasi_fs *fs, wick_wasi_node node, uint32_t mode, uint32_t *out_old) {
    struct dev_fs *dev = dev_of(fs);
    if (node != DEV_CONSOLE) {
        return WICK_WASI_ENOTTY;
    }
    return dev->options.console_mode == NULL ? WICK_WASI_ENOTSUP
                                             : dev->options.console_mode(dev->options.user, mode, out_old);
}

static wick_wasi_errno devfs_tty_foreground(wick_wasi_fs *fs, wick_wasi_node node, uint32_t group) {
    struct dev_fs *dev = dev_of(fs);
    if (node != DEV_CONSOLE) {
        return WICK_WASI_ENOTTY;
    }
    return dev->options.console_foreground == NULL ? WICK_WASI_ENOTSUP
                                                   : dev->options.console_foreground(dev->options.user, group);
}

static void devfs_close(wick_wasi_fs *fs, wick_wasi_node node) {
    (void)fs;
    (void)node;
}

static const wick_wasi_fs_ops devfs_ops = {
    .size = sizeof(wick_wasi_fs_ops),
    .open = devfs_open,
    .stat_at = devfs_stat_at,
    .readlink = devfs_readlink,
    .close = devfs_close,
    .stat = devfs_stat,
    .read = devfs_read,
    .write = devfs_write,
    .set_size = devfs_set_size,
    .readdir = devfs_readdir,
    .poll = devfs_poll,
    .tty_mode = devfs_tty_mode,
    .tty_foreground = devfs_tty_foreground,
};

wick_err wick_devfs_new(wick_engine *engine, const wick_devfs_options *options, wick_wasi_fs **out_fs) {
    struct dev_fs *fs;
    if (WK_MISUSE(engine == NULL) || WK_MISUSE(options == NULL) || WK_MISUSE(out_fs == NULL)) {
        return WICK_ERR_usage;
    }
    fs = wk_zalloc(&engine->alloc, sizeof *fs);
    if (fs == NULL) {
        return WICK_ERR_nomem;
    }
    fs->fs.ops = &devfs_ops;
    fs->alloc = &engine->alloc;
    fs->options = *options;
    *out_fs = &fs->fs;
    return WICK_OK;
}

void wick_devfs_free(wick_wasi_fs *base) {
    if (base != NULL) {
        struct dev_fs *fs = dev_of(base);
        wk_free(fs->alloc, fs, sizeof *fs);
    }
}

wick_wasi_errno wick_devfs_root(wick_wasi_fs *fs, wick_wasi_opened *out) {
    (void)fs;
    dev_opened(DEV_ROOT, out);
    return WICK_WASI_OK;
}

wick_wasi_errno wick_devfs_open(wick_wasi_fs *fs, const char *name, wick_wasi_opened *out) {
    const size_t n = wk_str_size(name);
    uint32_t device = dev_find(dev_of(fs), name, n);
    if (device == DEV_COUNT) {
        return WICK_WASI_ENOENT;
    }
    dev_opened(device, out);
    return WICK_WASI_OK;
}

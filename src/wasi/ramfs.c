/* ramfs.c - the file system in memory: nodes, names, data.
 *
 * Owner of: what link, rename and remove mean (POSIX), and the quota: every byte that is allocated here counts,
 * bytes of images do not. A file's data is an image's, until a chunk of it is written; what was never written takes
 * no memory. Names are found by one hash table for all directories; a directory keeps its entries by age, and an
 * entry's age is its cookie, so that reading a directory goes on rightly while it changes. Nothing recurses. */
#include "wasi/ramfs.h"

#include "rt/object.h"

#define RAM_SHIFT 12u
#define RAM_CHUNK (1u << RAM_SHIFT)
#define RAM_QUOTA_DEFAULT (UINT64_C(256) << 20)
#define RAM_BUCKETS_MIN 64u

struct ram_entry {
    struct ram_entry *hash_next;
    struct ram_entry *prev, *next; /* of the directory, older and younger */
    struct ram_node *dir;
    struct ram_node *node;
    uint64_t seq;
    uint32_t hash;
    uint32_t n;
    char name[];
};

static struct ram_fs *ram_of(wick_wasi_fs *fs) {
    return (struct ram_fs *)(void *)fs;
}

static struct ram_node *ram_node_of(wick_wasi_node node) {
    return (struct ram_node *)(uintptr_t)node;
}

static uint64_t ram_now(const struct ram_fs *fs) {
    return fs->now_ns != NULL ? fs->now_ns(fs->user) : 0;
}

/* ---- memory under the quota ---- */

static void *ram_realloc(struct ram_fs *fs, void *p, size_t old_size, size_t new_size) {
    if (new_size > old_size && new_size - old_size > fs->quota - fs->used) {
        return NULL;
    }
    void *q = wk_realloc(fs->alloc, p, old_size, new_size);
    if (q != NULL) {
        fs->used += (uint64_t)new_size - old_size;
    }
    return q;
}

static void ram_free(struct ram_fs *fs, void *p, size_t size) {
    if (p != NULL) {
        wk_free(fs->alloc, p, size);
        fs->used -= size;
    }
}

/* ---- names ---- */

static uint32_t ram_hash(const struct ram_node *dir, const char *name, size_t n) {
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ dir->ino;
    for (size_t i = 0; i < n; i++) {
        h = (h ^ (uint8_t)name[i]) * UINT64_C(0x100000001b3);
    }
    return (uint32_t)(h ^ h >> 32);
}

static struct ram_entry *ram_entry_find(const struct ram_fs *fs, const struct ram_node *dir, const char *name,
                                        size_t n) {
    uint32_t hash = ram_hash(dir, name, n);
    struct ram_entry *e = fs->buckets[hash & (fs->n_buckets - 1)];
    while (e != NULL && (e->hash != hash || e->dir != dir || e->n != n || memcmp(e->name, name, n) != 0)) {
        e = e->hash_next;
    }
    return e;
}

/* Twice as many buckets; without memory the chains grow instead. */
static void ram_grow_buckets(struct ram_fs *fs) {
    size_t old_bytes = fs->n_buckets * sizeof *fs->buckets, bytes;
    if (!wk_mul_size(old_bytes, 2, &bytes)) {
        return;
    }
    struct ram_entry **buckets = ram_realloc(fs, NULL, 0, bytes);
    if (buckets == NULL) {
        return;
    }
    memset(buckets, 0, bytes);
    size_t mask = fs->n_buckets * 2 - 1;
    for (size_t i = 0; i < fs->n_buckets; i++) {
        struct ram_entry *e = fs->buckets[i];
        while (e != NULL) {
            struct ram_entry *next = e->hash_next;
            e->hash_next = buckets[e->hash & mask];
            buckets[e->hash & mask] = e;
            e = next;
        }
    }
    ram_free(fs, fs->buckets, old_bytes);
    fs->buckets = buckets;
    fs->n_buckets *= 2;
}

static struct ram_entry *ram_entry_alloc(struct ram_fs *fs, const char *name, size_t n) {
    struct ram_entry *e = ram_realloc(fs, NULL, 0, sizeof *e + n);
    if (e != NULL) {
        memset(e, 0, sizeof *e);
        e->n = (uint32_t)n;
        memcpy(e->name, name, n);
    }
    return e;
}

/* Puts an entry into its directory as the youngest. Cannot fail. */
static void ram_entry_insert(struct ram_fs *fs, struct ram_entry *e, struct ram_node *dir, struct ram_node *node) {
    if (fs->n_entries >= fs->n_buckets) {
        ram_grow_buckets(fs);
    }
    e->dir = dir;
    e->node = node;
    e->hash = ram_hash(dir, e->name, e->n);
    e->seq = dir->next_seq++;
    struct ram_entry **bucket = &fs->buckets[e->hash & (fs->n_buckets - 1)];
    e->hash_next = *bucket;
    *bucket = e;
    e->prev = dir->last;
    e->next = NULL;
    if (dir->last != NULL) {
        dir->last->next = e;
    } else {
        dir->first = e;
    }
    dir->last = e;
    fs->n_entries++;
}

/* Takes an entry out and frees it. Its node is not touched. */
static void ram_entry_remove(struct ram_fs *fs, struct ram_entry *e) {
    struct ram_entry **at = &fs->buckets[e->hash & (fs->n_buckets - 1)];
    while (*at != e) {
        at = &(*at)->hash_next;
    }
    *at = e->hash_next;
    struct ram_node *dir = e->dir;
    *(e->prev != NULL ? &e->prev->next : &dir->first) = e->next;
    *(e->next != NULL ? &e->next->prev : &dir->last) = e->prev;
    if (dir->hint == e) {
        dir->hint = e->next;
    }
    fs->n_entries--;
    ram_free(fs, e, sizeof *e + e->n);
}

/* ---- nodes ---- */

static struct ram_node *ram_node_new(struct ram_fs *fs, wick_wasi_filetype type) {
    struct ram_node *node = ram_realloc(fs, NULL, 0, sizeof *node);
    if (node == NULL) {
        return NULL;
    }
    memset(node, 0, sizeof *node);
    node->type = type;
    node->ino = fs->next_ino++;
    node->atim = node->mtim = node->ctim = ram_now(fs);
    node->next = fs->nodes;
    if (fs->nodes != NULL) {
        fs->nodes->prev = node;
    }
    fs->nodes = node;
    return node;
}

/* Frees the chunks from number `from` on. */
static void ram_drop_chunks(struct ram_fs *fs, struct ram_node *node, uint64_t from) {
    for (uint64_t i = from; i < node->n_chunks; i++) {
        ram_free(fs, node->chunks[i], RAM_CHUNK);
        node->chunks[i] = NULL;
    }
    if (from == 0) {
        ram_free(fs, node->chunks, (size_t)node->n_chunks * sizeof *node->chunks);
        node->chunks = NULL;
        node->n_chunks = 0;
    }
}

static void ram_node_free(struct ram_fs *fs, struct ram_node *node) {
    ram_drop_chunks(fs, node, 0);
    if (node->is_target_own) {
        ram_free(fs, node->target, (size_t)node->size);
    }
    *(node->prev != NULL ? &node->prev->next : &fs->nodes) = node->next;
    if (node->next != NULL) {
        node->next->prev = node->prev;
    }
    ram_free(fs, node, sizeof *node);
}

static void ram_node_drop(struct ram_fs *fs, struct ram_node *node) {
    if (node->nlink == 0 && node->opens == 0) {
        ram_node_free(fs, node);
    }
}

static void ram_touch(const struct ram_fs *fs, struct ram_node *node) {
    node->mtim = node->ctim = ram_now(fs);
}

struct ram_node *wk_ram_find(struct ram_fs *fs, const struct ram_node *dir, const char *name, size_t n) {
    struct ram_entry *e = ram_entry_find(fs, dir, name, n);
    return e == NULL ? NULL : e->node;
}

wick_wasi_errno wk_ram_make(struct ram_fs *fs, struct ram_node *dir, const char *name, size_t n,
                            wick_wasi_filetype type, struct ram_node **out_node) {
    if (dir->nlink == 0) {
        return WICK_WASI_ENOENT; /* a directory that was removed while it is open */
    }
    struct ram_entry *e = ram_entry_alloc(fs, name, n);
    struct ram_node *node = e == NULL ? NULL : ram_node_new(fs, type);
    if (node == NULL) {
        ram_free(fs, e, e == NULL ? 0 : sizeof *e + n);
        return WICK_WASI_ENOSPC;
    }
    node->nlink = 1;
    if (type == WICK_WASI_DIRECTORY) {
        node->nlink = 2;
        node->parent = dir;
        dir->nlink++;
    }
    ram_entry_insert(fs, e, dir, node);
    ram_touch(fs, dir);
    *out_node = node;
    return WICK_WASI_OK;
}

wick_wasi_errno wk_ram_link(struct ram_fs *fs, struct ram_node *node, struct ram_node *dir, const char *name,
                            size_t n) {
    if (dir->nlink == 0) {
        return WICK_WASI_ENOENT;
    }
    if (ram_entry_find(fs, dir, name, n) != NULL) {
        return WICK_WASI_EEXIST;
    }
    if (node->type == WICK_WASI_DIRECTORY) {
        return WICK_WASI_EPERM;
    }
    struct ram_entry *e = ram_entry_alloc(fs, name, n);
    if (e == NULL) {
        return WICK_WASI_ENOSPC;
    }
    node->nlink++;
    node->ctim = ram_now(fs);
    ram_entry_insert(fs, e, dir, node);
    ram_touch(fs, dir);
    return WICK_WASI_OK;
}

/* Takes away the name; the node goes when nothing holds it any more. */
static void ram_unname(struct ram_fs *fs, struct ram_entry *e) {
    struct ram_node *dir = e->dir, *node = e->node;
    ram_entry_remove(fs, e);
    if (node->type == WICK_WASI_DIRECTORY) {
        node->nlink = 0;
        node->parent = NULL;
        dir->nlink--;
    } else {
        node->nlink--;
        node->ctim = ram_now(fs);
    }
    ram_touch(fs, dir);
    ram_node_drop(fs, node);
}

wick_wasi_errno wk_ram_remove(struct ram_fs *fs, struct ram_node *dir, const char *name, size_t n, bool is_dir) {
    struct ram_entry *e = ram_entry_find(fs, dir, name, n);
    if (e == NULL) {
        return WICK_WASI_ENOENT;
    }
    if ((e->node->type == WICK_WASI_DIRECTORY) != is_dir) {
        return is_dir ? WICK_WASI_ENOTDIR : WICK_WASI_EISDIR;
    }
    if (is_dir && e->node->first != NULL) {
        return WICK_WASI_ENOTEMPTY;
    }
    ram_unname(fs, e);
    return WICK_WASI_OK;
}

/* ---- data ---- */

static wick_wasi_errno ram_set_size(struct ram_fs *fs, struct ram_node *node, uint64_t size) {
    if (size < node->size) {
        uint64_t keep = (size + RAM_CHUNK - 1) >> RAM_SHIFT;
        ram_drop_chunks(fs, node, keep);
        uint64_t last = size >> RAM_SHIFT;
        if (last < node->n_chunks && node->chunks[last] != NULL) {
            uint32_t at = (uint32_t)size & (RAM_CHUNK - 1);
            memset(node->chunks[last] + at, 0, RAM_CHUNK - at); /* it may grow again */
        }
        if (node->image_size > size) {
            node->image_size = size;
        }
    }
    node->size = size;
    ram_touch(fs, node);
    return WICK_WASI_OK;
}

/* Copies what the image has of a chunk; zeros elsewhere. */
static void ram_fill_chunk(const struct ram_node *node, uint64_t chunk, uint8_t *to) {
    uint64_t at = chunk * RAM_CHUNK;
    size_t n = 0;
    if (at < node->image_size) {
        n = node->image_size - at < RAM_CHUNK ? (size_t)(node->image_size - at) : RAM_CHUNK;
        memcpy(to, node->image + at, n);
    }
    memset(to + n, 0, RAM_CHUNK - n);
}

/* The chunk's own memory. NULL: the quota is used up. */
static uint8_t *ram_own_chunk(struct ram_fs *fs, struct ram_node *node, uint64_t chunk) {
    if (chunk >= node->n_chunks) {
        uint64_t want = chunk + 1;
        uint64_t more = chunk >> 1 > 8 ? chunk >> 1 : 8;
        if (want > fs->quota >> 3 || want > SIZE_MAX / sizeof *node->chunks / 2) {
            return NULL;
        }
        size_t old_bytes = (size_t)node->n_chunks * sizeof *node->chunks;
        size_t bytes = (size_t)(want + more) * sizeof *node->chunks;
        uint8_t **chunks = ram_realloc(fs, node->chunks, old_bytes, bytes);
        if (chunks == NULL) { /* perhaps without a reserve */
            more = 0;
            bytes = (size_t)want * sizeof *node->chunks;
            chunks = ram_realloc(fs, node->chunks, old_bytes, bytes);
        }
        if (chunks == NULL) {
            return NULL;
        }
        memset((uint8_t *)chunks + old_bytes, 0, bytes - old_bytes);
        node->chunks = chunks;
        node->n_chunks = want + more;
    }
    if (node->chunks[chunk] == NULL) {
        uint8_t *own = ram_realloc(fs, NULL, 0, RAM_CHUNK);
        if (own == NULL) {
            return NULL;
        }
        ram_fill_chunk(node, chunk, own);
        node->chunks[chunk] = own;
    }
    return node->chunks[chunk];
}

static void ram_read_at(const struct ram_node *node, uint64_t offset, uint8_t *to, size_t n) {
    while (n > 0) {
        uint64_t chunk = offset >> RAM_SHIFT;
        uint32_t at = (uint32_t)offset & (RAM_CHUNK - 1);
        size_t part = n < RAM_CHUNK - at ? n : RAM_CHUNK - at;
        if (chunk < node->n_chunks && node->chunks[chunk] != NULL) {
            memcpy(to, node->chunks[chunk] + at, part);
        } else if (offset < node->image_size) {
            if (part > node->image_size - offset) {
                part = (size_t)(node->image_size - offset);
            }
            memcpy(to, node->image + offset, part);
        } else {
            memset(to, 0, part);
        }
        to += part;
        offset += part;
        n -= part;
    }
}

static wick_wasi_errno ramfs_read(wick_wasi_fs *fs, wick_wasi_node handle, const wick_wasi_buf *bufs, size_t n_bufs,
                                  uint64_t offset, size_t *out_n) {
    struct ram_node *node = ram_node_of(handle);
    size_t total = 0;
    if (node->type != WICK_WASI_REGULAR_FILE) {
        return WICK_WASI_EISDIR;
    }
    for (size_t i = 0; i < n_bufs && offset < node->size; i++) {
        uint64_t left = node->size - offset;
        size_t n = bufs[i].size < left ? bufs[i].size : (size_t)left;
        ram_read_at(node, offset, bufs[i].data, n);
        offset += n;
        total += n;
    }
    node->atim = ram_now(ram_of(fs));
    *out_n = total;
    return WICK_WASI_OK;
}

/* Writes as much as the quota allows. */
static size_t ram_write_at(struct ram_fs *fs, struct ram_node *node, uint64_t offset, const uint8_t *from, size_t n) {
    size_t done = 0;
    while (done < n) {
        uint32_t at = (uint32_t)offset & (RAM_CHUNK - 1);
        size_t part = n - done < RAM_CHUNK - at ? n - done : RAM_CHUNK - at;
        uint8_t *chunk = ram_own_chunk(fs, node, offset >> RAM_SHIFT);
        if (chunk == NULL) {
            break;
        }
        memcpy(chunk + at, from + done, part);
        done += part;
        offset += part;
        if (offset > node->size) {
            node->size = offset;
        }
    }
    return done;
}

static wick_wasi_errno ramfs_write(wick_wasi_fs *fs, wick_wasi_node handle, const wick_wasi_buf *bufs, size_t n_bufs,
                                   uint64_t offset, uint32_t fdflags, size_t *out_n, uint64_t *out_end) {
    struct ram_fs *ram = ram_of(fs);
    struct ram_node *node = ram_node_of(handle);
    size_t total = 0;
    if (node->type != WICK_WASI_REGULAR_FILE) {
        return WICK_WASI_EISDIR;
    }
    if ((fdflags & WICK_WASI_APPEND) != 0) {
        offset = node->size;
    }
    for (size_t i = 0; i < n_bufs; i++) {
        size_t n = bufs[i].size <= INT64_MAX - offset
                       ? ram_write_at(ram, node, offset, bufs[i].data, bufs[i].size)
                       : 0;
        offset += n;
        total += n;
        if (n < bufs[i].size) {
            break;
        }
    }
    if (total == 0) {
        return WICK_WASI_ENOSPC;
    }
    ram_touch(ram, node);
    *out_n = total;
    *out_end = offset;
    return WICK_WASI_OK;
}

static wick_wasi_errno ramfs_set_size(wick_wasi_fs *fs, wick_wasi_node handle, uint64_t size) {
    struct ram_node *node = ram_node_of(handle);
    return node->type == WICK_WASI_REGULAR_FILE ? ram_set_size(ram_of(fs), node, size) : WICK_WASI_EISDIR;
}

static wick_wasi_errno ramfs_allocate(wick_wasi_fs *fs, wick_wasi_node handle, uint64_t offset, uint64_t size) {
    struct ram_fs *ram = ram_of(fs);
    struct ram_node *node = ram_node_of(handle);
    if (node->type != WICK_WASI_REGULAR_FILE) {
        return WICK_WASI_EISDIR;
    }
    uint64_t first = offset >> RAM_SHIFT, last = (offset + size - 1) >> RAM_SHIFT, missing = 0;
    if (last - first >= ram->quota >> RAM_SHIFT) {
        return WICK_WASI_ENOSPC; /* more than there can ever be: not even counted */
    }
    for (uint64_t chunk = first; chunk <= last; chunk++) {
        missing += chunk >= node->n_chunks || node->chunks[chunk] == NULL;
    }
    if (missing > (ram->quota - ram->used) >> RAM_SHIFT) {
        return WICK_WASI_ENOSPC; /* known without trying */
    }
    for (uint64_t chunk = first; chunk <= last; chunk++) {
        if (ram_own_chunk(ram, node, chunk) == NULL) {
            return WICK_WASI_ENOSPC;
        }
    }
    if (offset + size > node->size) {
        node->size = offset + size;
        ram_touch(ram, node);
    }
    return WICK_WASI_OK;
}

/* ---- the operations on names ---- */

static void ram_open_node(struct ram_node *node, wick_wasi_opened *out) {
    node->opens++;
    out->node = (uint64_t)(uintptr_t)node;
    out->type = node->type;
    out->is_tty = false;
}

static wick_wasi_errno ramfs_open(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n, uint32_t flags,
                                  wick_wasi_opened *out) {
    struct ram_fs *ram = ram_of(fs);
    struct ram_node *parent = ram_node_of(dir);
    bool is_dot = n == 1 && name[0] == '.';
    struct ram_node *node = is_dot ? parent : wk_ram_find(ram, parent, name, n);
    if (node == NULL) {
        if ((flags & WICK_WASI_OPEN_CREATE) == 0) {
            return WICK_WASI_ENOENT;
        }
        wick_wasi_errno err = wk_ram_make(ram, parent, name, n, WICK_WASI_REGULAR_FILE, &node);
        if (err == WICK_WASI_OK) {
            ram_open_node(node, out);
        }
        return err;
    }
    const uint32_t exclusive = WICK_WASI_OPEN_CREATE | WICK_WASI_OPEN_EXCLUSIVE;
    if ((flags & exclusive) == exclusive) {
        return WICK_WASI_EEXIST;
    }
    if (node->type == WICK_WASI_SYMBOLIC_LINK) {
        return WICK_WASI_ELOOP;
    }
    if (node->type == WICK_WASI_DIRECTORY) {
        if ((flags & (WICK_WASI_OPEN_WRITE | WICK_WASI_OPEN_TRUNCATE | WICK_WASI_OPEN_CREATE)) != 0) {
            return WICK_WASI_EISDIR;
        }
    } else if ((flags & WICK_WASI_OPEN_DIRECTORY) != 0) {
        return WICK_WASI_ENOTDIR;
    } else if ((flags & WICK_WASI_OPEN_TRUNCATE) != 0) {
        (void)ram_set_size(ram, node, 0);
    }
    ram_open_node(node, out);
    return WICK_WASI_OK;
}

static void ram_stat_node(const struct ram_node *node, wick_wasi_stat *out) {
    out->dev = 1;
    out->ino = node->ino;
    out->nlink = node->nlink;
    out->size = node->size;
    out->atim = node->atim;
    out->mtim = node->mtim;
    out->ctim = node->ctim;
    out->type = node->type;
}

static wick_wasi_errno ramfs_stat_at(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                                     wick_wasi_stat *out) {
    struct ram_node *node = wk_ram_find(ram_of(fs), ram_node_of(dir), name, n);
    if (node == NULL) {
        return WICK_WASI_ENOENT;
    }
    ram_stat_node(node, out);
    return WICK_WASI_OK;
}

static wick_wasi_errno ramfs_stat(wick_wasi_fs *fs, wick_wasi_node node, wick_wasi_stat *out) {
    (void)fs;
    ram_stat_node(ram_node_of(node), out);
    return WICK_WASI_OK;
}

static wick_wasi_errno ramfs_readlink(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n, char *buf,
                                      size_t cap, size_t *out_n) {
    struct ram_node *node = wk_ram_find(ram_of(fs), ram_node_of(dir), name, n);
    if (node == NULL) {
        return WICK_WASI_ENOENT;
    }
    if (node->type != WICK_WASI_SYMBOLIC_LINK) {
        return WICK_WASI_EINVAL;
    }
    memcpy(buf, node->target, node->size < cap ? (size_t)node->size : cap);
    *out_n = (size_t)node->size;
    return WICK_WASI_OK;
}

static wick_wasi_errno ramfs_mkdir(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n) {
    struct ram_node *node;
    if (wk_ram_find(ram_of(fs), ram_node_of(dir), name, n) != NULL) {
        return WICK_WASI_EEXIST;
    }
    return wk_ram_make(ram_of(fs), ram_node_of(dir), name, n, WICK_WASI_DIRECTORY, &node);
}

static wick_wasi_errno ramfs_rmdir(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n) {
    return wk_ram_remove(ram_of(fs), ram_node_of(dir), name, n, true);
}

static wick_wasi_errno ramfs_unlink(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n) {
    return wk_ram_remove(ram_of(fs), ram_node_of(dir), name, n, false);
}

static wick_wasi_errno ramfs_symlink(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                                     const char *target, size_t target_n) {
    struct ram_fs *ram = ram_of(fs);
    struct ram_node *node;
    if (wk_ram_find(ram, ram_node_of(dir), name, n) != NULL) {
        return WICK_WASI_EEXIST;
    }
    char *text = ram_realloc(ram, NULL, 0, target_n);
    if (text == NULL) {
        return WICK_WASI_ENOSPC;
    }
    wick_wasi_errno err = wk_ram_make(ram, ram_node_of(dir), name, n, WICK_WASI_SYMBOLIC_LINK, &node);
    if (err != WICK_WASI_OK) {
        ram_free(ram, text, target_n);
        return err;
    }
    memcpy(text, target, target_n);
    node->target = text;
    node->is_target_own = true;
    node->size = target_n;
    return WICK_WASI_OK;
}

static wick_wasi_errno ramfs_link(wick_wasi_fs *fs, wick_wasi_node old_dir, const char *old_name, size_t old_n,
                                  wick_wasi_node new_dir, const char *new_name, size_t new_n) {
    struct ram_node *node = wk_ram_find(ram_of(fs), ram_node_of(old_dir), old_name, old_n);
    if (node == NULL) {
        return WICK_WASI_ENOENT;
    }
    return wk_ram_link(ram_of(fs), node, ram_node_of(new_dir), new_name, new_n);
}

/* Is `dir` the node itself or below it? */
static bool ram_is_below(const struct ram_node *dir, const struct ram_node *node) {
    while (dir != node && dir->parent != NULL && dir->parent != dir) {
        dir = dir->parent;
    }
    return dir == node;
}

static wick_wasi_errno ramfs_rename(wick_wasi_fs *fs, wick_wasi_node old_dir, const char *old_name, size_t old_n,
                                    wick_wasi_node new_dir, const char *new_name, size_t new_n) {
    struct ram_fs *ram = ram_of(fs);
    struct ram_node *from = ram_node_of(old_dir), *to = ram_node_of(new_dir);
    struct ram_entry *e = ram_entry_find(ram, from, old_name, old_n);
    struct ram_entry *over = ram_entry_find(ram, to, new_name, new_n);
    if (e == NULL || to->nlink == 0) {
        return WICK_WASI_ENOENT;
    }
    struct ram_node *node = e->node;
    bool is_dir = node->type == WICK_WASI_DIRECTORY;
    if (over != NULL && over->node == node) {
        return WICK_WASI_OK; /* two names of one file: POSIX says that nothing happens */
    }
    if (is_dir && ram_is_below(to, node)) {
        return WICK_WASI_EINVAL;
    }
    if (over != NULL && ram_is_below(from, over->node)) {
        return WICK_WASI_ENOTEMPTY;
    }
    if (over != NULL) {
        bool is_over_dir = over->node->type == WICK_WASI_DIRECTORY;
        if (is_dir != is_over_dir) {
            return is_dir ? WICK_WASI_ENOTDIR : WICK_WASI_EISDIR;
        }
        if (is_over_dir && over->node->first != NULL) {
            return WICK_WASI_ENOTEMPTY;
        }
    }
    struct ram_entry *fresh = ram_entry_alloc(ram, new_name, new_n);
    if (fresh == NULL) {
        return WICK_WASI_ENOSPC;
    }
    if (over != NULL) {
        ram_unname(ram, over);
    }
    ram_entry_remove(ram, e);
    ram_entry_insert(ram, fresh, to, node);
    if (is_dir) {
        from->nlink--;
        to->nlink++;
        node->parent = to;
    }
    node->ctim = ram_now(ram);
    ram_touch(ram, from);
    ram_touch(ram, to);
    return WICK_WASI_OK;
}

static void ram_set_times(const struct ram_fs *fs, struct ram_node *node, const uint64_t *atim, const uint64_t *mtim) {
    node->atim = atim != NULL ? *atim : node->atim;
    node->mtim = mtim != NULL ? *mtim : node->mtim;
    node->ctim = ram_now(fs);
}

static wick_wasi_errno ramfs_set_times_at(wick_wasi_fs *fs, wick_wasi_node dir, const char *name, size_t n,
                                          const uint64_t *atim, const uint64_t *mtim) {
    struct ram_node *node = wk_ram_find(ram_of(fs), ram_node_of(dir), name, n);
    if (node == NULL) {
        return WICK_WASI_ENOENT;
    }
    ram_set_times(ram_of(fs), node, atim, mtim);
    return WICK_WASI_OK;
}

static wick_wasi_errno ramfs_set_times(wick_wasi_fs *fs, wick_wasi_node node, const uint64_t *atim,
                                       const uint64_t *mtim) {
    ram_set_times(ram_of(fs), ram_node_of(node), atim, mtim);
    return WICK_WASI_OK;
}

/* ---- the operations on what is open ---- */

static void ramfs_close(wick_wasi_fs *fs, wick_wasi_node handle) {
    struct ram_node *node = ram_node_of(handle);
    node->opens--;
    ram_node_drop(ram_of(fs), node);
}

static wick_wasi_errno ramfs_readdir(wick_wasi_fs *fs, wick_wasi_node handle, uint64_t cookie,
                                     wick_wasi_dirent *out) {
    (void)fs;
    struct ram_node *dir = ram_node_of(handle);
    struct ram_entry *e = dir->hint != NULL && dir->hint->seq <= cookie ? dir->hint : dir->first;
    while (e != NULL && e->seq < cookie) {
        e = e->next;
    }
    dir->hint = e;
    out->name_size = 0;
    if (e != NULL) {
        out->next = e->seq + 1;
        out->ino = e->node->ino;
        out->type = e->node->type;
        out->name_size = e->n;
        memcpy(out->name, e->name, e->n);
    }
    return WICK_WASI_OK;
}

static wick_wasi_errno ramfs_borrow(wick_wasi_fs *fs, wick_wasi_node handle, const uint8_t **out_bytes,
                                    size_t *out_size) {
    (void)fs;
    const struct ram_node *node = ram_node_of(handle);
    if (node->type != WICK_WASI_REGULAR_FILE || node->n_chunks != 0 || node->size != node->image_size ||
        node->size == 0) {
        return WICK_WASI_ENOTSUP;
    }
    *out_bytes = node->image;
    *out_size = (size_t)node->size;
    return WICK_WASI_OK;
}

static const wick_wasi_fs_ops ramfs_ops = {
    .size = sizeof(wick_wasi_fs_ops),
    .open = ramfs_open,
    .stat_at = ramfs_stat_at,
    .readlink = ramfs_readlink,
    .mkdir = ramfs_mkdir,
    .rmdir = ramfs_rmdir,
    .unlink = ramfs_unlink,
    .symlink = ramfs_symlink,
    .link = ramfs_link,
    .rename = ramfs_rename,
    .set_times_at = ramfs_set_times_at,
    .close = ramfs_close,
    .stat = ramfs_stat,
    .read = ramfs_read,
    .write = ramfs_write,
    .set_size = ramfs_set_size,
    .set_times = ramfs_set_times,
    .allocate = ramfs_allocate,
    .readdir = ramfs_readdir,
    .borrow = ramfs_borrow,
};

/* ---- the whole ---- */

wick_err wick_ramfs_new(wick_engine *engine, const wick_ramfs_options *options, wick_wasi_fs **out_fs) {
    struct wk_alloc *alloc;
    struct ram_fs *fs;
    if (WK_MISUSE(engine == NULL) || WK_MISUSE(out_fs == NULL)) {
        return WICK_ERR_usage;
    }
    alloc = &engine->alloc;
    fs = wk_zalloc(alloc, sizeof *fs);
    if (fs == NULL) {
        return WICK_ERR_nomem;
    }
    fs->fs.ops = &ramfs_ops;
    fs->alloc = alloc;
    fs->quota = options != NULL && options->quota != 0 ? options->quota : RAM_QUOTA_DEFAULT;
    fs->now_ns = options != NULL ? options->now_ns : NULL;
    fs->user = options != NULL ? options->user : NULL;
    fs->next_ino = 1;
    fs->n_buckets = RAM_BUCKETS_MIN;
    fs->buckets = ram_realloc(fs, NULL, 0, RAM_BUCKETS_MIN * sizeof *fs->buckets);
    if (fs->buckets != NULL) {
        memset(fs->buckets, 0, RAM_BUCKETS_MIN * sizeof *fs->buckets);
        fs->root = ram_node_new(fs, WICK_WASI_DIRECTORY);
    }
    if (fs->root == NULL) {
        wick_ramfs_free(&fs->fs);
        return WICK_ERR_nomem;
    }
    fs->root->nlink = 2;
    fs->root->parent = fs->root;
    *out_fs = &fs->fs;
    return WICK_OK;
}

void wick_ramfs_free(wick_wasi_fs *base) {
    if (base == NULL) {
        return;
    }
    struct ram_fs *fs = ram_of(base);
    for (size_t i = 0; i < fs->n_buckets && fs->buckets != NULL; i++) {
        struct ram_entry *e = fs->buckets[i];
        while (e != NULL) {
            struct ram_entry *next = e->hash_next;
            ram_free(fs, e, sizeof *e + e->n);
            e = next;
        }
    }
    while (fs->nodes != NULL) {
        ram_node_free(fs, fs->nodes);
    }
    ram_free(fs, fs->buckets, fs->n_buckets * sizeof *fs->buckets);
    wk_free(fs->alloc, fs, sizeof *fs);
}

wick_wasi_errno wick_ramfs_root(wick_wasi_fs *fs, wick_wasi_opened *out) {
    ram_open_node(ram_of(fs)->root, out);
    return WICK_WASI_OK;
}

uint64_t wick_ramfs_used(const wick_wasi_fs *fs) {
    return ((const struct ram_fs *)(const void *)fs)->used;
}

#undef RAM_SHIFT
#undef RAM_CHUNK
#undef RAM_QUOTA_DEFAULT
#undef RAM_BUCKETS_MIN

/* ramfs.h - the file system in memory: what ramfs.c offers the loader of images. */
#ifndef WICK_WASI_RAMFS_H
#define WICK_WASI_RAMFS_H

#include "wasi/wasi.h"

struct ram_entry;

struct ram_node {
    struct ram_node *prev, *next; /* all nodes of the file system */
    uint64_t ino, nlink, opens, size;
    uint64_t atim, mtim, ctim;
    wick_wasi_filetype type; /* DIRECTORY, REGULAR_FILE or SYMBOLIC_LINK */
    /* a file: bytes below image_size lie in the image, unless their chunk has been copied */
    const uint8_t *image;
    uint64_t image_size;
    uint8_t **chunks; /* NULL: the image's bytes, or zeros */
    uint64_t n_chunks;
    /* a link: `size` bytes */
    char *target;
    bool is_target_own; /* else it lies in the image */
    /* a directory: its entries by age */
    struct ram_node *parent; /* NULL: removed */
    struct ram_entry *first, *last;
    struct ram_entry *hint; /* where the last reader stood */
    uint64_t next_seq;
};

struct ram_fs {
    wick_wasi_fs fs; /* first */
    struct wk_alloc *alloc;
    uint64_t quota, used;
    uint64_t (*now_ns)(void *user);
    void *user;
    struct ram_node *nodes;
    struct ram_node *root;
    struct ram_entry **buckets;
    size_t n_buckets; /* a power of two */
    size_t n_entries;
    uint64_t next_ino;
};

/* For the loader. Names as for a backend; NULL: not there. */
WK_EXTERN struct ram_node *wk_ram_find(struct ram_fs *fs, const struct ram_node *dir, const char *name, size_t n);
/* Makes a node with an entry; nothing may have this name. NOSPC. */
WK_EXTERN wick_wasi_errno wk_ram_make(struct ram_fs *fs, struct ram_node *dir, const char *name, size_t n,
                                      wick_wasi_filetype type, struct ram_node **out_node);
WK_EXTERN wick_wasi_errno wk_ram_link(struct ram_fs *fs, struct ram_node *node, struct ram_node *dir,
                                      const char *name, size_t n);
WK_EXTERN wick_wasi_errno wk_ram_remove(struct ram_fs *fs, struct ram_node *dir, const char *name, size_t n,
                                        bool is_dir);

#endif

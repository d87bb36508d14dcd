/* ramfs_image.c - fills a ramfs from a tar or cpio image, without copying data.
 *
 * tar: POSIX ustar, GNU long names (L, K), pax headers (path, linkpath, size, mtime; global ones are skipped).
 * cpio: "newc" (070701, 070702), several archives one after the other, hard links by inode number.
 * Images are hostile: every field is checked against the bytes that are there, names never lead up or through a link,
 * a path is at most WASI_PATH_MAX bytes. Entries that are no file, directory or link are left out. */
#include "wasi/ramfs.h"

#include "base/utf8.h"
#include "rt/object.h"

#define TAR_BLOCK 512u
#define CPIO_HEADER 110u

/* A name or link text somewhere in the image. */
struct image_text {
    const uint8_t *bytes;
    size_t n;
};

struct image_link { /* of a cpio archive: an inode with several names */
    uint64_t device, inode;
    struct ram_node *node; /* NULL: a free place */
};

struct image_loader {
    struct ram_fs *fs;
    const uint8_t *bytes;
    size_t size;
    size_t at;        /* of the current entry */
    const char *why;  /* set with every error */
    struct image_link *links;
    size_t n_links, cap_links; /* cap: 0 or a power of two */
    /* what stands before a tar entry and changes it */
    struct image_text long_name, long_link;
    uint64_t pax_size, pax_mtime;
    bool has_pax_size, has_pax_mtime;
    char path[WASI_PATH_MAX]; /* prefix and name of a ustar entry, joined */
};

static bool image_fail(struct image_loader *l, const char *why) {
    l->why = why;
    return false;
}

static size_t image_field(const uint8_t *p, size_t cap) {
    size_t n = 0;
    while (n < cap && p[n] != 0) {
        n++;
    }
    return n;
}

/* ---- entries ---- */

/* The directory of the path's last component, made when it is not there; the component itself in *out_name. An empty
 * one: the path is the root. */
static struct ram_node *image_parent(struct image_loader *l, struct image_text path, struct image_text *out_name) {
    struct ram_node *dir = l->fs->root;
    size_t at = 0;
    out_name->n = 0;
    out_name->bytes = path.bytes;
    if (path.n >= WASI_PATH_MAX || wk_utf8_check(path.bytes, path.n) != path.n ||
        image_field(path.bytes, path.n) != path.n) {
        image_fail(l, "a name is too long, not UTF-8, or contains a zero");
        return NULL;
    }
    while (at < path.n) {
        size_t end = at;
        while (end < path.n && path.bytes[end] != '/') {
            end++;
        }
        size_t n = end - at;
        const uint8_t *name = path.bytes + at;
        at = end + 1;
        if (n == 0 || (n == 1 && name[0] == '.')) {
            continue;
        }
        if (n > WICK_WASI_NAME_MAX || (n == 2 && name[0] == '.' && name[1] == '.')) {
            image_fail(l, n == 2 ? "a name contains '..'" : "a name is too long");
            return NULL;
        }
        if (out_name->n != 0) { /* the one before was a directory */
            struct ram_node *next = wk_ram_find(l->fs, dir, (const char *)out_name->bytes, out_name->n);
            if (next == NULL && wk_ram_make(l->fs, dir, (const char *)out_name->bytes, out_name->n,
                                            WICK_WASI_DIRECTORY, &next) != WICK_WASI_OK) {
                image_fail(l, "the quota is used up");
                return NULL;
            }
            if (next->type != WICK_WASI_DIRECTORY) {
                image_fail(l, "a name leads through what is no directory");
                return NULL;
            }
            dir = next;
        }
        out_name->bytes = name;
        out_name->n = n;
    }
    return dir;
}

/* Makes the entry; one that is there already gives way, except that a directory stays a directory. */
static struct ram_node *image_make(struct image_loader *l, struct image_text path, wick_wasi_filetype type) {
    struct image_text name;
    struct ram_node *dir = image_parent(l, path, &name);
    if (dir == NULL) {
        return NULL;
    }
    if (name.n == 0) {
        if (type != WICK_WASI_DIRECTORY) {
            image_fail(l, "an entry has no name");
            return NULL;
        }
        return dir;
    }
    struct ram_node *node = wk_ram_find(l->fs, dir, (const char *)name.bytes, name.n);
    if (node != NULL && node->type == WICK_WASI_DIRECTORY) {
        if (type != WICK_WASI_DIRECTORY) {
            image_fail(l, "a directory would be replaced");
            return NULL;
        }
        return node;
    }
    if (node != NULL) {
        (void)wk_ram_remove(l->fs, dir, (const char *)name.bytes, name.n, false);
    }
    if (wk_ram_make(l->fs, dir, (const char *)name.bytes, name.n, type, &node) != WICK_WASI_OK) {
        image_fail(l, "the quota is used up");
        return NULL;
    }
    return node;
}

static bool image_link_to(struct image_loader *l, struct image_text path, struct ram_node *node) {
    struct image_text name;
    struct ram_node *dir = image_parent(l, path, &name);
    if (dir == NULL) {
        return false;
    }
    if (name.n == 0) {
        return image_fail(l, "an entry has no name");
    }
    struct ram_node *old = wk_ram_find(l->fs, dir, (const char *)name.bytes, name.n);
    if (old == node) {
        return true;
    }
    node->opens++; /* the old name may have been its last */
    wick_wasi_errno err = WICK_WASI_OK;
    if (old != NULL) {
        err = wk_ram_remove(l->fs, dir, (const char *)name.bytes, name.n, false);
    }
    if (err == WICK_WASI_OK) {
        err = wk_ram_link(l->fs, node, dir, (const char *)name.bytes, name.n);
    }
    node->opens--;
    return err == WICK_WASI_OK || image_fail(l, "a hard link cannot be made");
}

static void image_set_data(struct ram_node *node, const uint8_t *bytes, uint64_t size) {
    node->image = bytes;
    node->image_size = node->size = size;
}

static bool image_set_target(struct image_loader *l, struct ram_node *node, struct image_text target) {
    if (target.n == 0 || target.n >= WASI_PATH_MAX || wk_utf8_check(target.bytes, target.n) != target.n ||
        image_field(target.bytes, target.n) != target.n) {
        return image_fail(l, "a symbolic link's text is empty, too long, not UTF-8, or contains a zero");
    }
    node->target = (char *)(uintptr_t)target.bytes;
    node->size = target.n;
    return true;
}

static void image_set_time(struct ram_node *node, uint64_t seconds) {
    if (seconds <= UINT64_MAX / 1000000000u) {
        node->atim = node->mtim = node->ctim = seconds * 1000000000u;
    }
}

/* ---- tar ---- */

/* A number: octal digits, or binary when the first bit is set. */
static bool tar_number(const uint8_t *p, size_t n, uint64_t *out) {
    uint64_t value = 0;
    if ((p[0] & 0x80) != 0) {
        value = p[0] & 0x3f; /* bit 6 would be a negative one */
        for (size_t i = 1; i < n; i++) {
            if (value >> 55 != 0) {
                return false;
            }
            value = value << 8 | p[i];
        }
        *out = value;
        return (p[0] & 0x40) == 0;
    }
    size_t i = 0;
    while (i < n && p[i] == ' ') {
        i++;
    }
    for (; i < n && p[i] >= '0' && p[i] <= '7'; i++) {
        if (value >> 60 != 0) {
            return false;
        }
        value = value << 3 | (uint64_t)(p[i] - '0');
    }
    *out = value;
    return i == n || p[i] == 0 || p[i] == ' ';
}

static bool tar_checksum(const uint8_t *p) {
    uint64_t want;
    uint32_t sum = 0;
    for (uint32_t i = 0; i < TAR_BLOCK; i++) {
        sum += i >= 148 && i < 156 ? ' ' : p[i];
    }
    return tar_number(p + 148, 8, &want) && want == sum;
}

static bool tar_is_zero(const uint8_t *p) {
    for (uint32_t i = 0; i < TAR_BLOCK; i++) {
        if (p[i] != 0) {
            return false;
        }
    }
    return true;
}

static bool pax_is(struct image_text key, const char *name) {
    size_t n = image_field((const uint8_t *)name, 64);
    return key.n == n && memcmp(key.bytes, name, n) == 0;
}

/* Decimal, up to a point or the end. */
static bool pax_number(struct image_text text, uint64_t *out) {
    uint64_t value = 0;
    size_t i = 0;
    for (; i < text.n && text.bytes[i] >= '0' && text.bytes[i] <= '9'; i++) {
        if (value > (UINT64_MAX - 9) / 10) {
            return false;
        }
        value = value * 10 + (uint64_t)(text.bytes[i] - '0');
    }
    *out = value;
    return i > 0 && (i == text.n || text.bytes[i] == '.');
}

static bool pax_record(struct image_loader *l, struct image_text key, struct image_text value) {
    if (pax_is(key, "path")) {
        l->long_name = value;
    } else if (pax_is(key, "linkpath")) {
        l->long_link = value;
    } else if (pax_is(key, "size")) {
        l->has_pax_size = true;
        return pax_number(value, &l->pax_size) || image_fail(l, "a pax size is no number");
    } else if (pax_is(key, "mtime")) {
        l->has_pax_mtime = pax_number(value, &l->pax_mtime); /* times before 1970 are left out */
    } else if (key.n > 11 && memcmp(key.bytes, "GNU.sparse.", 11) == 0) {
        return image_fail(l, "sparse entries are not supported");
    }
    return true;
}

/* Records "LENGTH key=value\n". */
static bool pax_read(struct image_loader *l, const uint8_t *p, uint64_t n) {
    uint64_t at = 0;
    while (at < n && p[at] != 0) {
        uint64_t length = 0, i = at;
        for (; i < n && p[i] >= '0' && p[i] <= '9' && length < n; i++) {
            length = length * 10 + (uint64_t)(p[i] - '0');
        }
        if (i == n || p[i] != ' ' || length > n - at || length < i - at + 3 || p[at + length - 1] != '\n') {
            return image_fail(l, "a pax record is malformed");
        }
        uint64_t key = ++i, end = at + length - 1;
        while (i < end && p[i] != '=') {
            i++;
        }
        if (i == end) {
            return image_fail(l, "a pax record is malformed");
        }
        struct image_text k = {p + key, (size_t)(i - key)};
        struct image_text v = {p + i + 1, (size_t)(end - i - 1)};
        if (!pax_record(l, k, v)) {
            return false;
        }
        at += length;
    }
    return true;
}

static struct image_text tar_name(struct image_loader *l, const uint8_t *head) {
    if (l->long_name.n != 0) {
        return l->long_name;
    }
    struct image_text name = {head, image_field(head, 100)};
    size_t prefix = memcmp(head + 257, "ustar\0", 6) == 0 ? image_field(head + 345, 155) : 0;
    if (prefix != 0) {
        memcpy(l->path, head + 345, prefix);
        l->path[prefix] = '/';
        memcpy(l->path + prefix + 1, head, name.n);
        name.bytes = (const uint8_t *)l->path;
        name.n += prefix + 1;
    }
    return name;
}

static bool tar_entry(struct image_loader *l, const uint8_t *head, const uint8_t *data, uint64_t size) {
    struct image_text name = tar_name(l, head);
    uint64_t mtime = 0;
    struct ram_node *node = NULL;
    uint8_t type = head[156];
    if ((type == '0' || type == 0) && name.n > 0 && name.bytes[name.n - 1] == '/') {
        type = '5'; /* as archives older than ustar have it */
    }
    struct image_text target = l->long_link;
    if (target.n == 0) {
        target.bytes = head + 157;
        target.n = image_field(head + 157, 100);
    }
    switch (type) {
    case '1': {
        struct image_text last;
        struct ram_node *dir = image_parent(l, target, &last);
        if (dir == NULL) {
            return false;
        }
        node = last.n == 0 ? NULL : wk_ram_find(l->fs, dir, (const char *)last.bytes, last.n);
        if (node == NULL) {
            return image_fail(l, "a hard link leads nowhere");
        }
        return image_link_to(l, name, node);
    }
    case '2':
        node = image_make(l, name, WICK_WASI_SYMBOLIC_LINK);
        if (node == NULL || !image_set_target(l, node, target)) {
            return false;
        }
        break;
    case '3':
    case '4':
    case '6':
    case 'V':
        return true;
    case '5':
    case 'D':
        node = image_make(l, name, WICK_WASI_DIRECTORY);
        break;
    case 'S':
        return image_fail(l, "sparse entries are not supported");
    default: /* POSIX: what is unknown is a regular file */
        node = image_make(l, name, WICK_WASI_REGULAR_FILE);
        if (node != NULL) {
            image_set_data(node, data, size);
        }
        break;
    }
    if (node == NULL) {
        return false;
    }
    if (l->has_pax_mtime || tar_number(head + 136, 12, &mtime)) {
        image_set_time(node, l->has_pax_mtime ? l->pax_mtime : mtime);
    }
    return true;
}

static bool tar_load(struct image_loader *l) {
    while (l->size - l->at >= TAR_BLOCK) {
        const uint8_t *head = l->bytes + l->at;
        uint64_t size;
        if (tar_is_zero(head)) {
            return true;
        }
        if (!tar_checksum(head) || !tar_number(head + 124, 12, &size)) {
            return image_fail(l, "a tar header is malformed");
        }
        uint8_t type = head[156];
        if (l->has_pax_size && type != 'x' && type != 'g' && type != 'L' && type != 'K') {
            size = l->pax_size;
        }
        if (type >= '1' && type <= '6' && type != '5') {
            size = 0; /* links and devices have no data, whatever is said */
        }
        uint64_t left = l->size - l->at - TAR_BLOCK;
        if (size > left) {
            return image_fail(l, "the image is cut short");
        }
        const uint8_t *data = head + TAR_BLOCK;
        struct image_text text = {data, image_field(data, (size_t)size)};
        switch (type) {
        case 'L':
            l->long_name = text;
            break;
        case 'K':
            l->long_link = text;
            break;
        case 'x':
            if (!pax_read(l, data, size)) {
                return false;
            }
            break;
        case 'g':
            break;
        default:
            if (!tar_entry(l, head, data, size)) {
                return false;
            }
            l->long_name.n = l->long_link.n = 0;
            l->has_pax_size = l->has_pax_mtime = false;
            break;
        }
        uint64_t padded = (size + TAR_BLOCK - 1) & ~(uint64_t)(TAR_BLOCK - 1);
        l->at = padded > left ? l->size : l->at + TAR_BLOCK + (size_t)padded;
    }
    return true; /* archives without their two blocks of zeros are common */
}

/* ---- cpio ---- */

static bool cpio_number(const uint8_t *p, uint64_t *out) {
    uint64_t value = 0;
    for (uint32_t i = 0; i < 8; i++) {
        uint8_t ch = p[i];
        uint32_t digit = ch >= '0' && ch <= '9'   ? (uint32_t)ch - '0'
                         : ch >= 'a' && ch <= 'f' ? (uint32_t)ch - 'a' + 10
                         : ch >= 'A' && ch <= 'F' ? (uint32_t)ch - 'A' + 10
                                                  : 16;
        if (digit == 16) {
            return false;
        }
        value = value << 4 | digit;
    }
    *out = value;
    return true;
}

/* The place of an inode in the table, free or not. */
static struct image_link *cpio_link_place(struct image_link *links, size_t cap, uint64_t device, uint64_t inode) {
    size_t i = (size_t)((device * 31 + inode) * UINT64_C(0x9e3779b97f4a7c15) >> 32) & (cap - 1);
    while (links[i].node != NULL && (links[i].device != device || links[i].inode != inode)) {
        i = (i + 1) & (cap - 1);
    }
    return &links[i];
}

static bool cpio_links_grow(struct image_loader *l) {
    size_t cap = l->cap_links == 0 ? 64 : l->cap_links * 2, bytes;
    struct image_link *links = NULL;
    if (wk_mul_size(cap, sizeof *links, &bytes)) {
        links = wk_zalloc(l->fs->alloc, bytes);
    }
    if (links == NULL) {
        return image_fail(l, "out of memory");
    }
    for (size_t i = 0; i < l->cap_links; i++) {
        if (l->links[i].node != NULL) {
            *cpio_link_place(links, cap, l->links[i].device, l->links[i].inode) = l->links[i];
        }
    }
    wk_free(l->fs->alloc, l->links, l->cap_links * sizeof *links);
    l->links = links;
    l->cap_links = cap;
    return true;
}

static bool cpio_file(struct image_loader *l, const uint64_t *field, struct image_text name, const uint8_t *data) {
    struct image_link *place = NULL;
    struct ram_node *node;
    if (field[4] > 1) {
        if (l->n_links + 1 > l->cap_links / 2 && !cpio_links_grow(l)) {
            return false;
        }
        place = cpio_link_place(l->links, l->cap_links, field[7] << 32 | field[8], field[0]);
    }
    if (place != NULL && place->node != NULL) {
        node = place->node;
        if (!image_link_to(l, name, node)) {
            return false;
        }
        if (field[6] != 0) { /* the data come with one of the names, mostly the last */
            image_set_data(node, data, field[6]);
        }
        return true;
    }
    node = image_make(l, name, WICK_WASI_REGULAR_FILE);
    if (node == NULL) {
        return false;
    }
    image_set_data(node, data, field[6]);
    image_set_time(node, field[5]);
    if (place != NULL) {
        place->device = field[7] << 32 | field[8];
        place->inode = field[0];
        place->node = node;
        node->opens++; /* a later entry may take its name away; given back at the end */
        l->n_links++;
    }
    return true;
}

static bool cpio_entry(struct image_loader *l, const uint64_t *field, struct image_text name, const uint8_t *data) {
    struct ram_node *node = NULL;
    struct image_text target = {data, (size_t)field[6]};
    switch (field[1] & 0170000) {
    case 0100000:
        return cpio_file(l, field, name, data);
    case 0040000:
        node = image_make(l, name, WICK_WASI_DIRECTORY);
        break;
    case 0120000:
        node = image_make(l, name, WICK_WASI_SYMBOLIC_LINK);
        if (node != NULL && !image_set_target(l, node, target)) {
            return false;
        }
        break;
    default:
        return true;
    }
    if (node == NULL) {
        return false;
    }
    image_set_time(node, field[5]);
    return true;
}

static bool cpio_load(struct image_loader *l) {
    while (l->size - l->at >= CPIO_HEADER) {
        const uint8_t *head = l->bytes + l->at;
        uint64_t field[13]; /* ino mode uid gid nlink mtime size devmajor devminor rdev rdev namesize check */
        if (head[0] == 0) { /* filled up with zeros, perhaps to a further archive */
            l->at++;
            continue;
        }
        if (memcmp(head, "07070", 5) != 0 || (head[5] != '1' && head[5] != '2')) {
            return image_fail(l, "a cpio header is malformed");
        }
        for (uint32_t i = 0; i < 13; i++) {
            if (!cpio_number(head + 6 + (size_t)8 * i, &field[i])) {
                return image_fail(l, "a cpio header is malformed");
            }
        }
        uint64_t left = l->size - l->at;
        uint64_t data_at = (CPIO_HEADER + field[11] + 3) & ~(uint64_t)3;
        if (field[11] == 0 || data_at > left || field[6] > left - data_at) {
            return image_fail(l, "the image is cut short");
        }
        struct image_text name = {head + CPIO_HEADER, image_field(head + CPIO_HEADER, (size_t)field[11])};
        if (name.n == 10 && memcmp(name.bytes, "TRAILER!!!", 10) == 0) {
            for (size_t i = 0; i < l->cap_links; i++) { /* inode numbers start anew */
                if (l->links[i].node != NULL) {
                    l->links[i].node->opens--;
                    l->links[i].node = NULL;
                }
            }
            l->n_links = 0;
        } else if (!cpio_entry(l, field, name, head + data_at)) {
            return false;
        }
        uint64_t step = (data_at + field[6] + 3) & ~(uint64_t)3;
        l->at = step > left ? l->size : l->at + (size_t)step;
    }
    return true;
}

/* A node held for later names that ended up without any. */
static void image_release(struct image_loader *l) {
    for (size_t i = 0; i < l->cap_links; i++) {
        struct ram_node *node = l->links[i].node;
        if (node != NULL) {
            l->fs->fs.ops->close(&l->fs->fs, (uint64_t)(uintptr_t)node);
        }
    }
    wk_free(l->fs->alloc, l->links, l->cap_links * sizeof *l->links);
}

static wick_err image_refuse(wick_err err, const char *why, wick_diag *diag) {
    if (diag != NULL) {
        wick_diag_init(diag);
    }
    return WK_FAIL1(diag, err, WK_STR(why));
}

wick_err wick_ramfs_load(wick_wasi_fs *base, const uint8_t *image, size_t size, wick_diag *diag) {
    struct ram_fs *fs = (struct ram_fs *)(void *)base;
    struct image_loader *l;
    bool ok;
    if (WK_MISUSE(fs == NULL) || WK_MISUSE(image == NULL && size != 0)) {
        return image_refuse(WICK_ERR_usage, "wick_ramfs_load: the file system or the image is NULL", diag);
    }
    l = wk_zalloc(fs->alloc, sizeof *l);
    if (l == NULL) {
        return image_refuse(WICK_ERR_nomem, NULL, diag);
    }
    l->fs = fs;
    l->bytes = image;
    l->size = size;
    if (size >= 6 && memcmp(image, "07070", 5) == 0) {
        ok = cpio_load(l);
    } else if (size >= TAR_BLOCK && (tar_is_zero(image) || tar_checksum(image))) {
        ok = tar_load(l);
    } else {
        ok = image_fail(l, "neither a tar nor a cpio (newc) image");
    }
    const char *why = l->why;
    size_t at = l->at;
    image_release(l);
    wk_free(fs->alloc, l, sizeof *l);
    if (ok) {
        return WICK_OK;
    }
    (void)image_refuse(WICK_ERR_io, why, diag);
    if (diag != NULL && at < UINT32_MAX) {
        diag->offset = (uint32_t)at;
    }
    return WICK_ERR_io;
}

#undef TAR_BLOCK
#undef CPIO_HEADER

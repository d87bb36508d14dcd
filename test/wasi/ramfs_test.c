/* ramfs_test.c - images of the RAM file system: tar in its dialects, cpio, and hostile ones. */
#include <stdarg.h>

#include "world.h"

static uint8_t img[400000];
static size_t img_size;
static wick_wasi_fs *fs;

/* ---- writing images ---- */

static void tar_sum(uint8_t *p)
{
    unsigned sum = 0;
    memset(p + 148, ' ', 8);
    for (int i = 0; i < 512; i++) {
        sum += p[i];
    }
    sprintf((char *)p + 148, "%06o", sum);
}

/* One entry; magic 'u' ustar, 'g' GNU, 'v' before either. Answers the header for changes (then tar_sum again). */
static uint8_t *tar(char type, const char *name, const char *link, const void *data, size_t size, char magic)
{
    uint8_t *p = img + img_size;
    memset(p, 0, 512);
    memcpy(p, name, strlen(name) < 100 ? strlen(name) : 100);
    memcpy(p + 100, "0000644\0", 8);
    sprintf((char *)p + 124, "%011zo", size);
    memcpy(p + 136, "00000000144\0", 12);
    p[156] = (uint8_t)type;
    if (link != NULL) {
        memcpy(p + 157, link, strlen(link) < 100 ? strlen(link) : 100);
    }
    if (magic == 'u') {
        memcpy(p + 257, "ustar\0" "00", 8);
    } else if (magic == 'g') {
        memcpy(p + 257, "ustar  ", 8);
    }
    tar_sum(p);
    memset(p + 512, 0, (size + 511) / 512 * 512);
    if (size != 0) {
        memcpy(p + 512, data, size);
    }
    img_size += 512 + (size + 511) / 512 * 512;
    return p;
}

static void tar_end(void)
{
    memset(img + img_size, 0, 1024);
    img_size += 1024;
}

static size_t pax(char *to, const char *key, const char *value)
{
    size_t n = strlen(key) + strlen(value) + 3, digits = 1;
    for (size_t k = n + digits; k >= 10; k /= 10) {
        digits++;
    }
    if (snprintf(NULL, 0, "%zu", n + digits) > (int)digits) {
        digits++;
    }
    return (size_t)sprintf(to, "%zu %s=%s\n", n + digits, key, value);
}

static void cpio(uint32_t ino, uint32_t mode, uint32_t nlink, const char *name, const void *data, size_t size)
{
    img_size += (size_t)sprintf((char *)img + img_size, "070701%08x%08x%08x%08x%08x%08x%08zx%08x%08x%08x%08x%08zx%08x",
                                ino, mode, 0, 0, nlink, 100, size, 0, 1, 0, 0, strlen(name) + 1, 0);
    strcpy((char *)img + img_size, name);
    img_size += strlen(name) + 1;
    while (img_size % 4 != 0) {
        img[img_size++] = 0;
    }
    memcpy(img + img_size, data, size);
    img_size += size;
    while (img_size % 4 != 0) {
        img[img_size++] = 0;
    }
}

/* ---- looking ---- */

static void fresh(uint64_t quota)
{
    wick_ramfs_options options = {.quota = quota};
    wick_ramfs_free(fs);
    img_size = 0;
    world_need(wick_ramfs_new(w.engine, &options, &fs) == WICK_OK, "ramfs");
}

static wick_diag diag;

static wick_err load(void)
{
    return wick_ramfs_load(fs, img, img_size, &diag);
}

/* The node at a path of plain names. */
static wick_wasi_errno look(const char *path, wick_wasi_opened *out)
{
    wick_wasi_errno err = wick_ramfs_root(fs, out);
    while (err == WICK_WASI_OK && *path != 0) {
        size_t n = strcspn(path, "/");
        wick_wasi_opened next;
        err = fs->ops->open(fs, out->node, path, n, WICK_WASI_OPEN_READ, &next);
        fs->ops->close(fs, out->node);
        *out = next;
        path += n + (path[n] == '/');
    }
    return err;
}

static bool holds(const char *path, const char *text)
{
    wick_wasi_opened o;
    char buf[64] = {0};
    size_t n = 0;
    if (look(path, &o) != WICK_WASI_OK) {
        return false;
    }
    wick_wasi_buf b = {(uint8_t *)buf, 63};
    bool ok = fs->ops->read(fs, o.node, &b, 1, 0, &n) == WICK_WASI_OK && n == strlen(text) && memcmp(buf, text, n) == 0;
    fs->ops->close(fs, o.node);
    return ok;
}

static bool is_dir(const char *path)
{
    wick_wasi_opened o;
    if (look(path, &o) != WICK_WASI_OK) {
        return false;
    }
    fs->ops->close(fs, o.node);
    return o.type == WICK_WASI_DIRECTORY;
}

static bool links_to(const char *dir, const char *name, const char *text)
{
    wick_wasi_opened o;
    char buf[64];
    size_t n = 0;
    if (look(dir, &o) != WICK_WASI_OK) {
        return false;
    }
    bool ok = fs->ops->readlink(fs, o.node, name, strlen(name), buf, sizeof buf, &n) == WICK_WASI_OK &&
              n == strlen(text) && memcmp(buf, text, n) == 0;
    fs->ops->close(fs, o.node);
    return ok;
}

static wick_wasi_stat stat_of(const char *path)
{
    wick_wasi_opened o;
    wick_wasi_stat st = {0};
    if (look(path, &o) == WICK_WASI_OK) {
        fs->ops->stat(fs, o.node, &st);
        fs->ops->close(fs, o.node);
    }
    return st;
}

/* ---- good images ---- */

static void test_tar(void)
{
    static char long_name[300], text[1000];
    fresh(0);
    tar('5', "./", NULL, NULL, 0, 'u');
    tar('0', "./a.txt", NULL, "alpha", 5, 'u');
    tar('0', "deep/er/b.txt", NULL, "beta", 4, 'u'); /* directories that have no entry */
    tar(0, "old.txt", NULL, "old", 3, 'v');
    tar(0, "olddir/", NULL, NULL, 0, 'v');
    tar('7', "contiguous", NULL, "seven", 5, 'u');
    tar('2', "deep/link", "../a.txt", NULL, 0, 'u');
    tar('2', "abs", "/etc/passwd", NULL, 0, 'u');
    tar('1', "hard", "a.txt", NULL, 0, 'u');
    tar('3', "device", NULL, NULL, 0, 'u');
    tar('6', "fifo", NULL, NULL, 0, 'u');
    uint8_t *p = tar('0', "name.txt", NULL, "prefixed", 8, 'u');
    strcpy((char *)p + 345, "pre/fix");
    tar_sum(p);
    p = tar('0', "gnu.txt", NULL, "gnu", 3, 'g'); /* GNU's header has no prefix there */
    memset(p + 345, 'x', 20);
    tar_sum(p);
    memset(long_name, 'L', 200);
    memcpy(long_name, "long/", 5);
    tar('L', "././@LongLink", NULL, long_name, 201, 'g');
    tar('0', "cut", NULL, "long", 4, 'g');
    tar('K', "././@LongLink", NULL, "some/long/target", 17, 'g');
    tar('2', "longlink", "cut", NULL, 0, 'g');
    size_t n = pax(text, "path", "pax/named");
    n += pax(text + n, "mtime", "1234567.5");
    n += pax(text + n, "comment", "=\n=");
    tar('x', "PaxHeaders/x", NULL, text, n, 'u');
    tar('0', "ignored", NULL, "pax", 3, 'u');
    tar('0', "after", NULL, "plain", 5, 'u');
    n = pax(text, "linkpath", "from/pax");
    tar('x', "PaxHeaders/y", NULL, text, n, 'u');
    tar('2', "paxlink", "no", NULL, 0, 'u');
    n = pax(text, "size", "6");
    tar('x', "PaxHeaders/z", NULL, text, n, 'u');
    p = tar('0', "paxsize", NULL, "sixsix", 6, 'u');
    memcpy(p + 124, "00000000000", 11);
    tar_sum(p);
    tar('g', "global", NULL, text, n, 'u');
    p = tar('0', "base256", NULL, "binary", 6, 'g');
    memset(p + 124, 0, 12);
    p[124] = 0x80;
    p[135] = 6;
    tar_sum(p);
    tar('0', "a.txt", NULL, "ALPHA", 5, 'u'); /* again: the later one counts; its hard link keeps the earlier */
    tar_end();
    CHECK(load() == WICK_OK);
    CHECK(holds("a.txt", "ALPHA") && holds("hard", "alpha") && holds("deep/er/b.txt", "beta"));
    CHECK(holds("old.txt", "old") && is_dir("olddir") && holds("contiguous", "seven"));
    CHECK(links_to("deep", "link", "../a.txt") && links_to("", "abs", "/etc/passwd"));
    CHECK(!holds("device", "") && !holds("fifo", ""));
    CHECK(holds("pre/fix/name.txt", "prefixed") && holds("gnu.txt", "gnu"));
    CHECK(holds(long_name, "long") && links_to("", "longlink", "some/long/target"));
    CHECK(holds("pax/named", "pax") && holds("after", "plain") && links_to("", "paxlink", "from/pax"));
    CHECK(holds("paxsize", "sixsix") && holds("base256", "binary"));
    CHECK(stat_of("pax/named").mtim == UINT64_C(1234567000000000) && stat_of("after").mtim == UINT64_C(100000000000));
    CHECK(stat_of("hard").nlink == 1 && stat_of("deep").nlink == 3);
    /* A second image goes on top. */
    img_size = 0;
    tar('0', "deep/more", NULL, "more", 4, 'u');
    CHECK(load() == WICK_OK); /* no zero blocks at its end */
    CHECK(holds("deep/more", "more"));
}

static void test_cpio(void)
{
    fresh(0);
    cpio(1, 040755, 2, ".", "", 0);
    cpio(2, 0100644, 1, "a", "alpha", 5);
    cpio(3, 040755, 2, "d", "", 0);
    cpio(4, 0120777, 1, "d/l", "../a", 4);
    cpio(5, 0100644, 3, "h1", "", 0); /* hard links: the data come with the last */
    cpio(5, 0100644, 3, "d/h2", "", 0);
    cpio(5, 0100644, 3, "h3", "linked", 6);
    cpio(6, 0020644, 1, "dev", "", 0);
    cpio(0, 0, 1, "TRAILER!!!", "", 0);
    memset(img + img_size, 0, 100);
    img_size += 100;
    cpio(5, 0100644, 2, "second/x", "other", 5); /* another archive: the same number is another file */
    cpio(0, 0, 1, "TRAILER!!!", "", 0);
    CHECK(load() == WICK_OK);
    CHECK(holds("a", "alpha") && is_dir("d") && links_to("d", "l", "../a"));
    CHECK(holds("h1", "linked") && holds("d/h2", "linked") && holds("h3", "linked") && stat_of("h1").nlink == 3);
    CHECK(holds("second/x", "other") && !holds("dev", ""));
}

/* ---- bad ones ---- */

#define REFUSED(why)                                                                                       \
    do {                                                                                                   \
        wick_err err_ = load();                                                                            \
        CHECK(err_ == WICK_ERR_io && strstr((const char *)(uintptr_t)diag.a[0], why) != NULL);             \
    } while (0)

static void test_refused(void)
{
    static char name[6000];
    fresh(0);
    REFUSED("neither");
    memset(img, 'x', 2000);
    img_size = 2000;
    REFUSED("neither");
    static const char *const up[] = {"..", "../x", "a/../b", "a/..", "./../x"};
    for (int i = 0; i < 5; i++) {
        fresh(0);
        tar('0', up[i], NULL, "x", 1, 'u');
        REFUSED("'..'");
        fresh(0);
        tar('1', "x", up[i], NULL, 0, 'u');
        REFUSED("'..'");
        fresh(0);
        cpio(1, 0100644, 1, up[i], "x", 1);
        REFUSED("'..'");
    }
    fresh(0);
    tar('2', "l", "/etc", NULL, 0, 'u');
    tar('0', "l/passwd", NULL, "x", 1, 'u');
    REFUSED("no directory");
    CHECK(diag.offset == 512);
    fresh(0);
    tar('0', "f", NULL, "x", 1, 'u');
    tar('0', "f/g", NULL, "x", 1, 'u');
    REFUSED("no directory");
    fresh(0);
    tar('5', "d", NULL, NULL, 0, 'u');
    tar('0', "d", NULL, "x", 1, 'u');
    REFUSED("would be replaced");
    fresh(0);
    tar('1', "h", "nothing", NULL, 0, 'u');
    REFUSED("leads nowhere");
    fresh(0);
    tar('5', "d", NULL, NULL, 0, 'u');
    tar('1', "h", "d", NULL, 0, 'u');
    REFUSED("hard link cannot be made");
    fresh(0);
    tar('2', "l", "", NULL, 0, 'u');
    REFUSED("text is empty");
    fresh(0);
    tar('0', "bad\xff", NULL, "x", 1, 'u');
    REFUSED("not UTF-8");
    fresh(0);
    tar('0', ".", NULL, "x", 1, 'u');
    REFUSED("has no name");
    fresh(0);
    tar('S', "sparse", NULL, "x", 1, 'g');
    REFUSED("sparse");
    fresh(0);
    uint8_t *p = tar('0', "big", NULL, "x", 1, 'u');
    memcpy(p + 124, "77777777777", 11);
    tar_sum(p);
    REFUSED("cut short");
    fresh(0);
    p = tar('0', "huge", NULL, "x", 1, 'u');
    memset(p + 124, 0xff, 12);
    tar_sum(p);
    REFUSED("malformed");
    fresh(0);
    p = tar('0', "sum", NULL, "x", 1, 'u');
    tar('0', "second", NULL, "x", 1, 'u')[0] = 'S';
    REFUSED("malformed");
    fresh(0);
    memset(name, 'n', 5000);
    tar('L', "x", NULL, name, 5000, 'g');
    tar('0', "x", NULL, "x", 1, 'g');
    REFUSED("too long");
    fresh(0);
    tar('L', "x", NULL, name, 300, 'g'); /* one component of 300 bytes */
    tar('0', "x", NULL, "x", 1, 'g');
    REFUSED("too long");
    static const char *const bad_pax[] = {"5 a=b", "99 a=b\n", "0 a=b\n", "x a=b\n", "6 a b\n", "99999999999999999999 a=b\n",
                                          "8 size=\n", "12 size=abc\n", "5 ab\n"};
    for (size_t i = 0; i < sizeof bad_pax / sizeof bad_pax[0]; i++) {
        fresh(0);
        tar('x', "x", NULL, bad_pax[i], strlen(bad_pax[i]), 'u');
        tar('0', "x", NULL, "x", 1, 'u');
        REFUSED("pax");
    }
    fresh(0);
    cpio(1, 0100644, 1, "a", "x", 1);
    memcpy(img + 54, "ffffffff", 8); /* its size */
    REFUSED("cut short");
    fresh(0);
    cpio(1, 0100644, 1, "a", "x", 1);
    memcpy(img + 94, "ffffffff", 8); /* its name's */
    REFUSED("cut short");
    fresh(0);
    cpio(1, 0100644, 1, "a", "x", 1);
    memcpy(img + 94, "00000000", 8);
    REFUSED("cut short");
    fresh(0);
    cpio(1, 0100644, 1, "a", "x", 1);
    img[20] = 'g';
    REFUSED("malformed");
    fresh(0);
    cpio(1, 0120777, 1, "l", "", 0);
    REFUSED("text is empty");
}

/* ---- the quota, many names ---- */

static void test_many(void)
{
    fresh(20000);
    char name[32];
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "dir/file%d", i);
        tar('0', name, NULL, "", 0, 'u');
    }
    tar_end();
    REFUSED("quota");
    CHECK(wick_ramfs_used(fs) <= 20000);
    size_t size = img_size;
    fresh(0);
    img_size = size;
    CHECK(load() == WICK_OK);
    for (int i = 0; i < 500; i++) {
        snprintf(name, sizeof name, "dir/file%d", i);
        CHECK(holds(name, ""));
    }
}

/* Cut at every byte, and with bytes changed at random: refused or taken, nothing worse. */
static void test_mangled(void)
{
    static uint8_t good[40000];
    uint32_t random = 12345;
    for (int kind = 0; kind < 2; kind++) {
        fresh(0);
        if (kind == 0) {
            char text[100];
            tar('5', "d", NULL, NULL, 0, 'u');
            tar('0', "d/f", NULL, "data", 4, 'u');
            tar('L', "x", NULL, "a/long/name", 12, 'g');
            tar('0', "x", NULL, "y", 1, 'g');
            tar('x', "p", NULL, text, pax(text, "path", "q/r"), 'u');
            tar('2', "l", "d/f", NULL, 0, 'u');
            tar('1', "h", "d/f", NULL, 0, 'u');
            tar_end();
        } else {
            cpio(3, 040755, 2, "d", "", 0);
            cpio(5, 0100644, 3, "h1", "", 0);
            cpio(5, 0100644, 3, "d/h2", "x", 1);
            cpio(4, 0120777, 1, "d/l", "../a", 4);
            cpio(0, 0, 1, "TRAILER!!!", "", 0);
        }
        size_t size = img_size;
        memcpy(good, img, size);
        for (size_t n = 0; n <= size; n++) {
            uint8_t *exact = malloc(n + 1); /* so that a sanitizer sees a byte too far */
            memcpy(exact, good, n);
            fresh(1 << 20);
            wick_err err = wick_ramfs_load(fs, exact, n, &diag);
            CHECK(err == WICK_OK || err == WICK_ERR_io);
            wick_ramfs_free(fs);
            fs = NULL;
            free(exact);
        }
        for (int i = 0; i < 4000; i++) {
            uint8_t *exact = malloc(size);
            memcpy(exact, good, size);
            for (int k = 0; k < 1 + i % 4; k++) {
                random = random * 1664525 + 1013904223;
                exact[(random >> 8) % size] = (uint8_t)(random >> 24);
            }
            if (kind == 0) { /* with right sums, or nothing behind them would ever be reached */
                for (size_t at = 0; at + 512 <= size; at += 512) {
                    if (memcmp(exact + at + 257, "usta", 4) == 0) {
                        tar_sum(exact + at);
                    }
                }
            }
            fresh(1 << 20);
            wick_err err = wick_ramfs_load(fs, exact, size, &diag);
            CHECK(err == WICK_OK || err == WICK_ERR_io);
            wick_ramfs_free(fs);
            fs = NULL;
            free(exact);
        }
    }
}

int main(void)
{
    w.kind = WORLD_RAMFS;
    w.memory.fail_from = UINT64_MAX;
    world_need(world_make_engine() == WICK_OK, "engine");
    test_tar();
    test_cpio();
    test_refused();
    test_many();
    test_mangled();
    wick_ramfs_free(fs);
    wick_engine_free(w.engine);
    CHECK(w.memory.used == 0);
    return world_report();
}

/* load.c - files and modules: mapping, assembling, and telling a person how far it is. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tool/tool.h"

/* Reads what cannot be mapped: pipes, devices. */
static bool tool_read_stream(int fd, struct tool_file *out)
{
    size_t cap = 65536, n = 0;
    uint8_t *bytes = malloc(cap);
    while (bytes != NULL) {
        ssize_t got = read(fd, bytes + n, cap - n);
        if (got < 0) {
            int err = errno;
            free(bytes);
            errno = err;
            return false;
        }
        if (got == 0) {
            *out = (struct tool_file){bytes, n, false, NULL};
            return true;
        }
        n += (size_t)got;
        if (n == cap) {
            uint8_t *more = realloc(bytes, cap * 2);
            if (more == NULL) {
                free(bytes);
            }
            bytes = more;
            cap *= 2;
        }
    }
    errno = ENOMEM;
    return false;
}

bool tool_read(const char *path, struct tool_file *out)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    bool ok = fstat(fd, &st) == 0;
    if (ok && S_ISDIR(st.st_mode)) {
        errno = EISDIR;
        ok = false;
    } else if (ok && S_ISREG(st.st_mode) && st.st_size > 0) {
        void *p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
        if (p != MAP_FAILED) {
            *out = (struct tool_file){p, (size_t)st.st_size, true, NULL};
        } else {
            ok = tool_read_stream(fd, out);
        }
    } else if (ok) {
        ok = tool_read_stream(fd, out);
    }
    int err = errno;
    close(fd);
    errno = err;
    return ok;
}

void tool_close(struct tool_file *file)
{
    if (file->is_mapped) {
        munmap((void *)(uintptr_t)file->bytes, file->size);
    } else {
        free((void *)(uintptr_t)file->bytes);
    }
    if (file->text != NULL) {
        tool_close(file->text);
        free(file->text);
    }
    *file = (struct tool_file){NULL, 0, false, NULL};
}

bool tool_is_text(const char *path, const struct tool_file *file)
{
    size_t n = strlen(path);
    if (file->size >= 4 && memcmp(file->bytes, "\0asm", 4) == 0) {
        return false;
    }
    if (n > 4 && strcmp(path + n - 4, ".wat") == 0) {
        return true;
    }
    for (size_t i = 0; i < file->size; i++) { /* else by its first character */
        if (memchr(" \t\r\n", file->bytes[i], 4) == NULL) {
            return file->bytes[i] == '(' || (file->bytes[i] == ';' && i + 1 < file->size && file->bytes[i + 1] == ';');
        }
    }
    return false;
}

void tool_print_diag(const wick_diag *diag, const char *path, const wick_module *module)
{
    char text[1024];
    wick_diag_format(diag, path, module, text, sizeof text);
    fprintf(stderr, "wick: %s\n", text);
}

const char *tool_place(wick_engine *engine, const char *path, const struct tool_file *text, uint32_t flags,
                       const uint8_t *bytes, size_t size, uint32_t offset, char out[TOOL_PLACE_SIZE])
{
    uint32_t line, column;
    if (text == NULL || !wick_text_locate(engine, (const char *)text->bytes, text->size, flags, bytes, size, offset,
                                          &line, &column)) {
        return path;
    }
    snprintf(out, TOOL_PLACE_SIZE, "%s:%u:%u", path, line, column);
    return out;
}

int tool_assemble(wick_engine *engine, const char *path, struct tool_file *file)
{
    uint8_t *bytes;
    size_t size;
    wick_diag diag;
    if (!tool_is_text(path, file)) {
        return STATUS_OK;
    }
    wick_diag_init(&diag);
    if (wick_text_assemble(engine, (const char *)file->bytes, file->size, WICK_TEXT_NAMES, &bytes, &size, &diag) !=
        WICK_OK) {
        tool_print_diag(&diag, path, NULL);
        return STATUS_REFUSED;
    }
    uint8_t *copy = malloc(size); /* files are the C library's, whatever the engine's allocator is */
    struct tool_file *source = malloc(sizeof *source);
    if (copy != NULL) {
        memcpy(copy, bytes, size);
    }
    wick_text_free(engine, bytes, size);
    if (copy == NULL || source == NULL) {
        free(copy);
        free(source);
        return tool_refuse("%s: out of memory", path);
    }
    *source = *file;
    *file = (struct tool_file){copy, size, false, source};
    return STATUS_OK;
}

/* ---- progress ---- */

struct tool_progress {
    const char *path;
    uint64_t start_ns, shown_ns;
};

/* Once a second has passed, ten times a second. */
static void tool_show_progress(void *user, uint64_t done, uint64_t total)
{
    struct tool_progress *p = user;
    uint64_t now = wick_posix_now_ns();
    if (now - p->start_ns < 1000000000u || now - p->shown_ns < 100000000u) {
        return;
    }
    p->shown_ns = now;
    fprintf(stderr, "\rloading %s: %u %%", p->path, total != 0 ? (unsigned)(done * 100 / total) : 0);
    fflush(stderr);
}

int tool_load(wick_engine *engine, const char *path, struct tool_file *file, wick_module **out_module)
{
    wick_diag diag;
    struct tool_progress progress = {path, wick_posix_now_ns(), 0};
    int status = tool_assemble(engine, path, file);
    if (status != STATUS_OK) {
        return status;
    }
    wick_diag_init(&diag);
    if (isatty(2) == 1) {
        wick_engine_set_progress(engine, tool_show_progress, &progress);
    }
    wick_err err = wick_module_new(engine, file->bytes, file->size, WICK_MODULE_BORROW, out_module, &diag);
    wick_engine_set_progress(engine, NULL, NULL);
    if (progress.shown_ns != 0) {
        fprintf(stderr, "\r\033[K");
    }
    if (err != WICK_OK) {
        char place[TOOL_PLACE_SIZE];
        tool_print_diag(&diag, tool_place(engine, path, file->text, WICK_TEXT_NAMES, file->bytes, file->size,
                                          diag.offset, place), NULL);
        return STATUS_REFUSED;
    }
    return STATUS_OK;
}

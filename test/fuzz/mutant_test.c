/* mutant_test.c - damaged modules that may still be valid. A seed is a random module of the generator, or a few functions
 * cut out of a real one: the other bodies become `unreachable`, data is shortened. A mutant is a seed with some bytes
 * changed, most of them in the code. It is accepted or refused with one error; what is accepted runs with fuel on both
 * interpreters, in one go and in steps, and they must agree in everything.
 *
 *   mutant_test [-n COUNT] [-s SEED] [-w FILE] [MODULE...]
 * MODULE is a binary or a script of the test suite, whose modules are seeds. COUNT mutants of each seed; -w: writes them with the verdicts, for another engine to check (validate.mjs). */
#include <time.h>
#include <unistd.h>

#include "gen.c"
#include "run.h"

enum { MUTANT_MAX = 1 << 17, N_KEPT = 12, N_DATA = 48 };

static struct run_log logs[3];

struct mutant {
    uint64_t random;
    struct gen *gen;
    wick_engine *engines[2];
    struct run_host hosts[2];
    FILE *out;
    uint64_t passed, failed, n_valid;
    uint8_t bytes[MUTANT_MAX];
    size_t size;
    size_t code; /* where the code section's contents begin */
};

static uint32_t mutant_pick(struct mutant *m, uint32_t n) {
    return (uint32_t)(run_random(&m->random) >> 33) % n;
}

/* ---- cutting ----------------------------------------------------------------------------------------------------- */

struct cutter {
    const uint8_t *bytes;
    size_t at, end;
    bool is_bad;
};

static uint32_t cut_u32(struct cutter *c) {
    uint32_t v = 0;
    for (uint32_t shift = 0; shift < 35; shift += 7) {
        if (c->at >= c->end) {
            break;
        }
        uint8_t byte = c->bytes[c->at++];
        v |= (uint32_t)(byte & 127) << shift;
        if (byte < 128) {
            return v;
        }
    }
    c->is_bad = true;
    return 0;
}

static void cut_skip(struct cutter *c, size_t n) {
    if (n > c->end - c->at) {
        c->is_bad = true;
        n = 0;
    }
    c->at += n;
}

static void cut_limits(struct cutter *c, struct gen_buf *out) {
    uint32_t flags = cut_u32(c), min = cut_u32(c), max = flags & 1 ? cut_u32(c) : 0;
    min = min > 2 && !(flags & 8) ? 2 : min;
    gen_put_u64(out, flags);
    gen_put_u64(out, min);
    if (flags & 1) {
        gen_put_u64(out, flags & 8 ? max : max < 2 ? max : min + 2);
    }
    if (flags & 8) {
        gen_put_u64(out, cut_u32(c));
    }
}

/* Segments become passive and short. */
static void cut_datas(struct cutter *c, struct gen_buf *out) {
    uint32_t n = cut_u32(c);
    gen_put_u64(out, n);
    for (uint32_t i = 0; i < n && !c->is_bad; i++) {
        uint32_t flags = cut_u32(c);
        if (flags == 2) {
            cut_u32(c);
        }
        while (flags != 1 && c->at < c->end && c->bytes[c->at] != 0x0b) { /* a constant: good enough */
            bool is_index = c->bytes[c->at] != 0x6a && c->bytes[c->at] != 0x7c;
            cut_skip(c, 1);
            if (is_index) {
                cut_u32(c);
            }
        }
        if (flags != 1) {
            cut_skip(c, 1);
        }
        uint32_t size = cut_u32(c);
        gen_put_u64(out, 1);
        gen_put_u64(out, size < N_DATA ? size : N_DATA);
        if (size <= c->end - c->at) {
            gen_put_bytes(out, c->bytes + c->at, size < N_DATA ? size : N_DATA);
        }
        cut_skip(c, size);
    }
}

static void cut_code(struct mutant *m, struct cutter *c, struct gen_buf *out, uint32_t *kept, uint32_t *n_kept) {
    uint32_t n = cut_u32(c), first = n > N_KEPT ? mutant_pick(m, n - N_KEPT + 1) : 0;
    gen_put_u64(out, n);
    for (uint32_t i = 0; i < n && !c->is_bad; i++) {
        static const uint8_t none[] = {3, 0, 0, 0x0b};
        uint32_t size = cut_u32(c);
        if (i >= first && i < first + N_KEPT && size < 1500) {
            kept[(*n_kept)++] = i;
            gen_put_u64(out, size);
            if (size <= c->end - c->at) {
                gen_put_bytes(out, c->bytes + c->at, size);
            }
        } else {
            gen_put_bytes(out, none, sizeof none);
        }
        cut_skip(c, size);
    }
}

static void cut_exports(struct gen_buf *out, uint32_t n_imports, const uint32_t *kept, uint32_t n_kept) {
    gen_put_u64(out, n_kept);
    for (uint32_t i = 0; i < n_kept; i++) {
        char name[3] = {'f', (char)('0' + i), 0};
        gen_put_name(out, name);
        gen_put(out, 0);
        gen_put_u64(out, n_imports + kept[i]);
    }
}

/* A few functions of a module; false: it is not of the kind that this cuts. */
static bool mutant_cut(struct mutant *m, const uint8_t *bytes, size_t n, uint32_t n_imports) {
    static const uint8_t order[] = {1, 2, 3, 4, 5, 13, 6, 7, 9, 12, 10, 11};
    struct cutter sections[16] = {{0}};
    struct gen_buf code = {0}, one = {0}, out = {0};
    uint32_t kept[N_KEPT], n_kept = 0;
    struct cutter c = {.bytes = bytes, .at = 8, .end = n};
    while (c.at < c.end && !c.is_bad) {
        uint32_t id = bytes[c.at++], size = cut_u32(&c);
        if (id < 16) {
            sections[id] = (struct cutter){.bytes = bytes, .at = c.at, .end = c.at + size};
        }
        cut_skip(&c, size);
    }
    if (!c.is_bad && sections[10].bytes) {
        cut_code(m, &sections[10], &code, kept, &n_kept);
    }
    gen_put_bytes(&out, bytes, 8);
    for (uint32_t k = 0; k < sizeof order; k++) {
        struct cutter *s = &sections[order[k]];
        one.size = 0;
        if (order[k] == 7) {
            cut_exports(&one, n_imports, kept, n_kept);
        } else if (s->bytes == NULL) {
            continue;
        } else if (order[k] == 5) {
            uint32_t n_memories = cut_u32(s);
            gen_put_u64(&one, n_memories);
            for (uint32_t i = 0; i < n_memories && !s->is_bad; i++) {
                cut_limits(s, &one);
            }
        } else if (order[k] == 10) {
            gen_put_bytes(&one, code.bytes, code.size);
        } else if (order[k] == 11) {
            cut_datas(s, &one);
        } else {
            gen_put_bytes(&one, bytes + s->at, s->end - s->at);
        }
        gen_put(&out, order[k]);
        gen_put_u64(&out, one.size);
        if (order[k] == 10) {
            m->code = out.size;
        }
        gen_put_bytes(&out, one.bytes, one.size);
        c.is_bad = c.is_bad || s->is_bad;
    }
    bool ok = !c.is_bad && n_kept > 0 && out.size <= MUTANT_MAX;
    if (ok) {
        memcpy(m->bytes, out.bytes, out.size);
        m->size = out.size;
    }
    free(code.bytes);
    free(one.bytes);
    free(out.bytes);
    return ok;
}

/* ---- mutating ---------------------------------------------------------------------------------------------------- */

static size_t mutant_place(struct mutant *m) {
    bool in_code = m->code < m->size && mutant_pick(m, 8) != 0;
    size_t low = in_code ? m->code : 8;
    return low + mutant_pick(m, (uint32_t)(m->size - low));
}

static void mutant_change(struct mutant *m, uint8_t *bytes) {
    size_t at = mutant_place(m), from = mutant_place(m), n;
    switch (mutant_pick(m, 8)) {
    case 0: bytes[at] = (uint8_t)mutant_pick(m, 256); break;
    case 1: bytes[at] ^= (uint8_t)(1u << mutant_pick(m, 8)); break;
    case 2: bytes[at] = (uint8_t)(bytes[at] + 1 - mutant_pick(m, 3)); break;
    case 3:
    case 4: /* another instruction of the same length, if it was one */
        if (bytes[at] >= 0x45 && bytes[at] <= 0xc4) {
            bytes[at] = (uint8_t)(0x45 + mutant_pick(m, 0x80));
        } else if (bytes[at] >= 0x20 && bytes[at] <= 0x24) {
            bytes[at] = (uint8_t)(0x20 + mutant_pick(m, 3));
        } else {
            bytes[at] = (uint8_t)(bytes[at] + 2 - mutant_pick(m, 5));
        }
        break;
    case 5: /* two bytes change places */
        if (at + 1 < m->size) {
            uint8_t byte = bytes[at];
            bytes[at] = bytes[at + 1];
            bytes[at + 1] = byte;
        }
        break;
    default: /* a run of bytes from elsewhere */
        n = 1 + mutant_pick(m, 12);
        if (at + n <= m->size && from + n <= m->size) {
            memmove(bytes + at, m->bytes + from, n);
        }
        break;
    }
}

static void mutant_write(struct mutant *m, const uint8_t *bytes, wick_err err, const wick_diag *diag) {
    char text[512] = "";
    uint32_t head[3] = {(uint32_t)m->size, err == WICK_OK, 0};
    if (err != WICK_OK) {
        wick_diag_format(diag, NULL, NULL, text, sizeof text);
    }
    head[2] = (uint32_t)strlen(text);
    if (m->out) {
        fwrite(head, sizeof head, 1, m->out);
        fwrite(bytes, 1, m->size, m->out);
        fwrite(text, 1, head[2], m->out);
    }
}

static void mutant_fail(struct mutant *m, const uint8_t *bytes, const char *why) {
    m->failed++;
    printf("FAIL %s:", why);
    for (size_t i = 0; i < m->size && m->size <= 3000; i++) {
        printf("%s%02x", i ? "" : " ", bytes[i]);
    }
    printf("\n");
}

static void mutant_check(struct mutant *m, const uint8_t *bytes) {
    wick_module *module = NULL;
    wick_diag diag;
    char text[256];
    wick_diag_init(&diag);
    wick_err err = wick_module_new(m->engines[0], bytes, m->size, 0, &module, &diag);
    mutant_write(m, bytes, err, &diag);
    if (err != WICK_OK) {
        wick_err_class class = wick_err_get_class(err);
        bool ok = diag.err == err && (class == WICK_CLASS_MALFORMED || class == WICK_CLASS_INVALID ||
                                      class == WICK_CLASS_LIMIT || class == WICK_CLASS_NOMEM) &&
                  wick_diag_format(&diag, NULL, NULL, text, sizeof text) != 0;
        if (!ok) {
            mutant_fail(m, bytes, "refused without a reason");
        }
        m->passed += ok;
        return;
    }
    wick_module_free(module);
    m->n_valid++;
    struct run_way way = {.budget = 800, .step = UINT64_MAX, .stack_slots = 4096, .seed = m->random};
    for (uint32_t i = 0; i < 3; i++) {
        way.engine = m->engines[i > 0];
        way.step = i == 2 ? 1 + m->size % 6 : UINT64_MAX;
        run_module(bytes, m->size, &way, &logs[i], NULL, NULL);
    }
    if (!run_same(&logs[0], &logs[1], "reference, fast") || !run_same(&logs[0], &logs[2], "reference, fast in steps")) {
        mutant_fail(m, bytes, "the interpreters differ");
        return;
    }
    m->passed++;
}

static void mutant_all(struct mutant *m, uint64_t count) {
    static uint8_t bytes[MUTANT_MAX];
    for (uint64_t i = 0; i < count; i++) {
        memcpy(bytes, m->bytes, m->size);
        for (uint32_t k = i == 0 ? 0 : 1 + mutant_pick(m, 3); k > 0; k--) {
            mutant_change(m, bytes);
        }
        mutant_check(m, bytes);
    }
}

static void mutant_find_code(struct mutant *m) {
    struct cutter c = {.bytes = m->bytes, .at = 8, .end = m->size};
    m->code = 8;
    while (c.at < c.end && !c.is_bad) {
        uint32_t id = c.bytes[c.at++], size = cut_u32(&c);
        m->code = id == 10 ? c.at : m->code;
        cut_skip(&c, size);
    }
}

static bool mutant_generated(struct mutant *m, uint64_t seed) {
    static const struct gen_options options = {.is_portable = false};
    uint8_t input[1200];
    const uint8_t *module;
    uint64_t random = seed * 7919 + 1;
    for (size_t i = 0; i < sizeof input; i++) {
        input[i] = (uint8_t)(run_random(&random) >> 40);
    }
    m->size = gen_module(m->gen, input, sizeof input, &options, &module);
    if (m->size > MUTANT_MAX) {
        return false;
    }
    memcpy(m->bytes, module, m->size);
    mutant_find_code(m);
    return true;
}

/* Where the parenthesis at text[at] is closed. */
static size_t mutant_skip_text(const char *text, size_t at, size_t n) {
    uint32_t depth = 0;
    while (at < n) {
        if (text[at] == '"') {
            for (at++; at < n && text[at] != '"'; at++) {
                at += text[at] == '\\';
            }
        } else if (text[at] == ';' && at + 1 < n && text[at + 1] == ';') {
            while (at < n && text[at] != '\n') {
                at++;
            }
        } else if (text[at] == '(') {
            depth++;
        } else if (text[at] == ')' && --depth == 0) {
            return at + 1;
        }
        at++;
    }
    return n;
}

/* The modules of a script, whole. */
static void mutant_script(struct mutant *m, const char *text, size_t n, uint64_t count) {
    for (size_t at = 0; at + 8 < n; at++) {
        if (memcmp(text + at, "(module", 7) != 0) {
            continue;
        }
        size_t end = mutant_skip_text(text, at, n), size;
        uint8_t *bytes;
        wick_module *module;
        if (wick_text_assemble(m->engines[0], text + at, end - at, 0, &bytes, &size, NULL) == WICK_OK) {
            if (size > 10 && size <= MUTANT_MAX && wick_module_new(m->engines[0], bytes, size, 0, &module, NULL) == WICK_OK) {
                wick_module_free(module);
                memcpy(m->bytes, bytes, size);
                m->size = size;
                mutant_find_code(m);
                mutant_all(m, count);
            }
            wick_text_free(m->engines[0], bytes, size);
        }
        at = end - 1;
    }
}

static void mutant_file(struct mutant *m, const char *name, uint64_t count) {
    FILE *f = fopen(name, "rb");
    uint32_t n_imports = 0, n_cuts = 0;
    wick_module *module;
    long size = 0;
    uint8_t *bytes = NULL;
    if (f != NULL && fseek(f, 0, SEEK_END) == 0 && (size = ftell(f)) > 8) {
        bytes = malloc((size_t)size);
        rewind(f);
    }
    if (bytes == NULL || fread(bytes, 1, (size_t)size, f) != (size_t)size) {
        printf("skipped: cannot read %s\n", name);
        m->failed++;
    } else if (strstr(name, ".wast") != NULL) {
        mutant_script(m, (const char *)bytes, (size_t)size, count);
    } else if (wick_module_new(m->engines[0], bytes, (size_t)size, 0, &module, NULL) == WICK_OK) {
        for (uint32_t i = 0; i < wick_module_import_count(module); i++) {
            wick_import_info info;
            wick_module_import(module, i, &info);
            n_imports += info.type.kind == WICK_EXTERN_FUNC;
        }
        wick_module_free(module);
        for (uint32_t i = 0; i < 8; i++) {
            if (mutant_cut(m, bytes, (size_t)size, n_imports)) {
                mutant_all(m, count / 8 + 1);
                n_cuts++;
            }
        }
        if (n_cuts == 0) {
            printf("skipped %s: too large where it cannot be cut\n", name);
        }
    }
    free(bytes);
    if (f != NULL) {
        fclose(f);
    }
}

int main(int argc, char **argv) {
    static struct mutant m;
    uint64_t count = 150, seed = 1;
    uint32_t features = 0;
    int arg = 1;
    for (; arg + 1 < argc && argv[arg][0] == '-'; arg += 2) {
        if (argv[arg][1] == 'n') {
            count = strtoull(argv[arg + 1], NULL, 0);
        } else if (argv[arg][1] == 's') {
            seed = strtoull(argv[arg + 1], NULL, 0);
        } else {
            m.out = fopen(argv[arg + 1], "wb");
            wick_features_parse("3.0,legacy-exceptions,threads", &features); /* what V8 has */
        }
    }
    m.gen = gen_new();
    m.random = seed * UINT64_C(0x9e3779b97f4a7c15) + 5;
    for (uint32_t i = 0; i < 2; i++) {
        wick_config config = {.engine = i ? WICK_ENGINE_FAST : WICK_ENGINE_REF, .quota = 1 << 28,
                              .features = features};
        if (!m.gen || wick_engine_new(&run_plain_host, &m.hosts[i], &config, &m.engines[i]) != WICK_OK) {
            printf("no engine\n0 passed, 1 failed\n");
            return 1;
        }
    }
    if (arg < argc) {
        for (; arg < argc && m.failed < 10; arg++) {
            mutant_file(&m, argv[arg], count);
        }
    } else {
        for (uint64_t i = 0; i < 80 && m.failed < 10; i++) {
            if (mutant_generated(&m, seed + i)) {
                mutant_all(&m, count);
            }
        }
    }
    for (uint32_t i = 0; i < 2; i++) {
        wick_engine_free(m.engines[i]);
        if (m.hosts[i].held != 0) {
            printf("FAIL engine %u leaves %zu bytes\n", i, m.hosts[i].held);
            m.failed++;
        }
    }
    if (m.out) {
        fclose(m.out);
    }
    gen_free(m.gen);
    printf("%" PRIu64 " of the mutants are valid\n%" PRIu64 " passed, %" PRIu64 " failed\n", m.n_valid, m.passed,
           m.failed);
    return m.failed != 0;
}

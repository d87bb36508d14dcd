/* litmus_test.c [-n TIMES] - the classic small programs about what other CPUs see, in WebAssembly, on several host threads
 * at once: store buffering, message passing, load buffering, independent reads of independent writes, compare-and-swap, in
 * every width; counters by every read-modify-write; wait and notify back and forth. What sequential consistency forbids
 * must never be seen. -n: so many times as much as the daily test does. */
#include "mt.h"

#define ROUNDS 2000u    /* of one batch; each has cells of its own, 128 bytes apart */
#define STRIDE "128"
#define RESULTS "1048576" /* 32 bytes for each round: 8 values */
#define RESULTS_AT 1048576u
#define PAGES 32

static uint32_t times = 1;

static const struct width {
    uint32_t bits;
    const char *type, *load, *store, *rmw, *suffix;
} widths[] = {
    {8, "i32", "load8_u", "store8", "rmw8", "_u"},
    {16, "i32", "load16_u", "store16", "rmw16", "_u"},
    {32, "i32", "load", "store", "rmw", ""},
    {8, "i64", "load8_u", "store8", "rmw8", "_u"},
    {16, "i64", "load16_u", "store16", "rmw16", "_u"},
    {32, "i64", "load32_u", "store32", "rmw32", "_u"},
    {64, "i64", "load", "store", "rmw", ""},
};

/* ---- text ---------------------------------------------------------------------------------------------------------- */

static char text[60000];
static size_t text_n;

static void put(const char *s) {
    const size_t n = strlen(s);
    NEED(text_n + n < sizeof text);
    memcpy(text + text_n, s, n + 1);
    text_n += n;
}

/* A body in a small language: Sx1 stores 1 to x, Lx0 loads x into result 0; x, y are 0, 64 bytes from the round's cell;
 * in lower case (s, l) the access is not atomic. C0 swaps 0 for the number in x and keeps in result 0 what was there. */
static void put_step(const struct width *w, const char *step) {
    char line[400];
    const int at = step[1] == 'y' ? 64 : 0;
    const char *wrap = w->type[1] == '6' ? "i32.wrap_i64" : "i32.add (i32.const 0)";
    switch (step[0]) {
    case 'S':
    case 's':
        snprintf(line, sizeof line, "(%s.%s%s offset=%d (local.get $a) (%s.const %c))", w->type,
                 step[0] == 'S' ? "atomic." : "", w->store, at, w->type, step[2]);
        break;
    case 'L':
    case 'l':
        snprintf(line, sizeof line, "(i32.store8 offset=%d (local.get $r) (%s (%s.%s%s offset=%d (local.get $a))))",
                 step[2] - '0', wrap, w->type, step[0] == 'L' ? "atomic." : "", w->load, at);
        break;
    default: /* C: result number is the thread's */
        snprintf(line, sizeof line,
                 "(i32.store8 offset=%d (local.get $r) (%s (%s.atomic.%s.cmpxchg%s (local.get $a) (%s.const 0) (%s.const %d))))",
                 step[1] - '0', wrap, w->type, w->rmw, w->suffix, w->type, w->type, step[1] - '0' + 1);
        break;
    }
    put(line);
}

/* The threads meet every 16 rounds: else one would be through before the next has begun. */
static const char meet_text[] =
    "(func $meet (param $n i32) (local $goal i32) (local $now i32) (local $spins i32)"
    "  (local.set $goal (i32.mul (local.get $n) (i32.div_u (i32.add (i32.atomic.rmw.add (i32.const 2000000) (i32.const 1))"
    "    (local.get $n)) (local.get $n))))"
    "  (loop $again"
    "    (if (i32.ge_u (local.tee $now (i32.atomic.load (i32.const 2000000))) (local.get $goal)) (then return))"
    "    (if (i32.gt_u (local.tee $spins (i32.add (local.get $spins) (i32.const 1))) (i32.const 1000))"
    "      (then (drop (memory.atomic.wait32 (i32.const 2000000) (local.get $now) (i64.const 50000)))))"
    "    (br $again)))";

static void put_thread(const struct width *w, int number, int n_threads, const char *body) {
    char line[400];
    snprintf(line, sizeof line,
             "(func (export \"t%d\") (param $n i32) (param i32) (result i32) (local $a i32) (local $r i32)"
             "(local.set $r (i32.const " RESULTS ")) (loop $more "
             "(if (i32.eqz (i32.and (local.get $n) (i32.const 15))) (then (call $meet (i32.const %d))))",
             number, n_threads);
    put(line);
    for (; *body != 0; body += *body == ' ') {
        put_step(w, body);
        while (*body != 0 && *body != ' ') {
            body++;
        }
    }
    put("(local.set $a (i32.add (local.get $a) (i32.const " STRIDE ")))"
        "(local.set $r (i32.add (local.get $r) (i32.const 32)))"
        "(br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (i32.const 0))");
}

/* ---- programs ------------------------------------------------------------------------------------------------------ */

struct litmus {
    const char *name;
    int n_threads;
    const char *bodies[4];
    bool (*is_forbidden)(const uint8_t *r, uint8_t x);
};

static bool sb(const uint8_t *r, uint8_t x) {
    (void)x;
    return r[0] == 0 && r[1] == 0;
}
static bool mp(const uint8_t *r, uint8_t x) {
    (void)x;
    return r[0] == 1 && r[1] == 0;
}
static bool lb(const uint8_t *r, uint8_t x) {
    (void)x;
    return r[0] == 1 && r[1] == 1;
}
static bool iriw(const uint8_t *r, uint8_t x) {
    (void)x;
    return r[0] == 1 && r[1] == 0 && r[2] == 1 && r[3] == 0;
}
/* Exactly one found 0, and its number is there; the others saw it. */
static bool cas(const uint8_t *r, uint8_t x) {
    int winners = 0;
    for (int i = 0; i < 4; i++) {
        winners += r[i] == 0;
        if (r[i] == 0 ? x != i + 1 : r[i] != x) {
            return true;
        }
    }
    return winners != 1;
}
/* Nothing is forbidden to accesses that are not atomic but values that nobody has written. */
static bool invented(const uint8_t *r, uint8_t x) {
    return r[0] > 1 || r[1] > 1 || r[2] > 1 || r[3] > 1 || x > 1;
}

static const struct litmus programs[] = {
    {"SB", 2, {"Sx1 Ly0", "Sy1 Lx1"}, sb},
    {"MP", 2, {"Sx1 Sy1", "Ly0 Lx1"}, mp},
    {"MP, data not atomic", 2, {"sx1 Sy1", "Ly0 lx1"}, mp},
    {"LB", 2, {"Lx0 Sy1", "Ly1 Sx1"}, lb},
    {"IRIW", 4, {"Sx1", "Sy1", "Lx0 Ly1", "Ly2 Lx3"}, iriw},
    {"CAS", 4, {"C0", "C1", "C2", "C3"}, cas},
    {"SB, not atomic", 2, {"sx1 ly0", "sy1 lx1"}, invented},
    {"MP, not atomic", 2, {"sx1 sy1", "ly0 lx1"}, invented},
    {"LB, not atomic", 2, {"lx0 sy1", "ly1 sx1"}, invented},
};

static void run_litmus(const struct litmus *l, const struct width *w, wick_engine_kind kind) {
    struct mt mt;
    uint32_t bad = 0, seen[4] = {0}, weak = 0;
    text_n = 0;
    put("(module (import \"m\" \"m\" (memory 32 32 shared))");
    put(meet_text);
    for (int t = 0; t < l->n_threads; t++) {
        put_thread(w, t, l->n_threads, l->bodies[t]);
    }
    put(")");
    mt_open(&mt, kind, true, text, PAGES, PAGES);
    for (uint32_t k = 0; k < times; k++) {
        struct mt_thread threads[4] = {{.arg = ROUNDS}, {.arg = ROUNDS}, {.arg = ROUNDS}, {.arg = ROUNDS}};
        const char *names[] = {"t0", "t1", "t2", "t3"};
        uint8_t *data = wick_memory_data(mt.memory);
        memset(data, 0, PAGES * 65536);
        for (int t = 0; t < l->n_threads; t++) {
            threads[t].name = names[t];
        }
        mt_run(&mt, threads, (uint32_t)l->n_threads);
        for (uint32_t i = 0; i < ROUNDS; i++) {
            const uint8_t *r = data + RESULTS_AT + 32 * i;
            bad += l->is_forbidden(r, data[128 * i]);
            seen[(r[0] != 0) + 2 * (r[1] != 0)]++;
            weak += l->is_forbidden == invented && (l->bodies[0][0] == 's' ? l->bodies[0][3 + 1] == 'l' ? sb(r, 0) : mp(r, 0) : lb(r, 0));
        }
    }
    CHECK_EQ(bad, 0);
    if (bad != 0 || times > 10) {
        printf("%s %s.%s (%s): %u forbidden; outcomes 00 %u, 10 %u, 01 %u, 11 %u; %u weak\n", l->name, w->type, w->load,
               kind == WICK_ENGINE_FAST ? "fast" : "ref", bad, seen[0], seen[1], seen[2], seen[3], weak);
    }
    mt_close(&mt);
}

/* ---- counters ------------------------------------------------------------------------------------------------------ */

/* Four threads add to one cell, and each to a neighbour of its own inside the same bytes; then the other operations,
 * each thread on a bit of its own; then a sum by swapping: what is taken out is put back or kept. */
static void run_counters(const struct width *w, wick_engine_kind kind) {
    struct mt mt;
    char line[2400];
    const char *t = w->type, *r = w->rmw, *s = w->suffix;
    const uint32_t bytes = w->bits / 8, n = 3000 * (times < 30 ? times : 30);
    const uint64_t mask = w->bits == 64 ? UINT64_MAX : (UINT64_C(1) << w->bits) - 1;
    const char *widen = t[1] == '6' ? "i64.extend_i32_u" : "i32.add (i32.const 0)";
    snprintf(line, sizeof line,
             "(module (import \"m\" \"m\" (memory 1 1 shared))"
             "(func (export \"f\") (param $n i32) (param $id i32) (result i32) (local $own i32) (local $bit %s) (local $old %s)"
             "(local.set $own (i32.add (i32.const 64) (i32.mul (local.get $id) (i32.const %u))))"
             "(local.set $bit (%s.shl (%s.const 1) (%s (local.get $id))))"
             "(loop $more"
             "(drop (%s.atomic.%s.add%s (i32.const 0) (%s.const 1)))"
             "(drop (%s.atomic.%s.add%s (local.get $own) (%s.const 3)))"
             "(drop (%s.atomic.%s.sub%s (i32.const 128) (%s.const 5)))"
             /* its bit is only its own: or sets it, xor clears it, and leaves the others' */
             "(if (i32.eqz (%s.eqz (%s.and (%s.atomic.%s.or%s (i32.const 192) (local.get $bit)) (local.get $bit)))) (then unreachable))"
             "(if (%s.eqz (%s.and (%s.atomic.%s.xor%s (i32.const 192) (local.get $bit)) (local.get $bit))) (then unreachable))"
             "(drop (%s.atomic.%s.or%s (i32.const 192) (local.get $bit)))"
             "(if (%s.eqz (%s.and (%s.atomic.%s.and%s (i32.const 192) (%s.xor (local.get $bit) (%s.const -1))) (local.get $bit))) (then unreachable))"
             /* one more by compare-and-swap */
             "(loop $again (local.set $old (%s.atomic.%s (i32.const 256)))"
             "(br_if $again (%s.ne (local.get $old) (%s.atomic.%s.cmpxchg%s (i32.const 256) (local.get $old) (%s.add (local.get $old) (%s.const 7))))))"
             "(br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1))))) (i32.const 0)))",
             t, t, bytes, t, t, widen, t, r, s, t, t, r, s, t, t, r, s, t, t, t, t, r, s, t, t, t, r, s, t, r, s, t, t,
             t, r, s, t, t, t, w->load, t, t, r, s, t, t);
    mt_open(&mt, kind, true, line, 1, 1);
    struct mt_thread threads[4];
    memset(threads, 0, sizeof threads);
    for (uint32_t i = 0; i < 4; i++) {
        threads[i].name = "f";
        threads[i].arg = n;
        threads[i].arg2 = i;
    }
    mt_run(&mt, threads, 4);
    const uint64_t want[] = {4u * n, (uint64_t)0 - UINT64_C(20) * n, 0, UINT64_C(28) * n};
    const uint32_t where[] = {0, 128, 192, 256};
    for (int k = 0; k < 4; k++) {
        const uint64_t got = mt_ld32(&mt, where[k]) | (uint64_t)mt_ld32(&mt, where[k] + 4) << 32;
        CHECK_EQ(got & mask, want[k] & mask);
        CHECK_EQ(w->bits == 64 ? 0 : got & ~mask, 0); /* the neighbours above */
    }
    for (uint32_t i = 0; i < 4; i++) {
        const uint64_t got = mt_ld32(&mt, 64 + i * bytes) | (uint64_t)mt_ld32(&mt, 64 + i * bytes + 4) << 32;
        CHECK_EQ(got & mask, 3 * (uint64_t)n & mask);
    }
    mt_close(&mt);
}

/* ---- wait and notify ----------------------------------------------------------------------------------------------- */

static const char ping_text[] =
    "(module (import \"m\" \"m\" (memory 1 1 shared))"
    /* Two threads in turns: each waits until the word is its number, then gives it to the other. */
    "(func (export \"ping\") (param $n i32) (param $id i32) (result i32) (local $answer i32)"
    "  (loop $more"
    "    (loop $wait"
    "      (if (i32.ne (i32.atomic.load (i32.const 0)) (local.get $id)) (then"
    "        (local.set $answer (memory.atomic.wait32 (i32.const 0) (i32.xor (local.get $id) (i32.const 1)) (i64.const 20000000000)))"
    "        (if (i32.eq (local.get $answer) (i32.const 2)) (then unreachable))"
    "        (br $wait))))"
    "    (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))"
    "    (i32.atomic.store (i32.const 0) (i32.xor (local.get $id) (i32.const 1)))"
    "    (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))"
    "    (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
    "  (i32.const 0))"
    /* A mutex of three states around a plain counter, and time that is up now and then. */
    "(func (export \"lock\") (param $n i32) (param $id i32) (result i32)"
    "  (loop $more"
    "    (block $got"
    "      (br_if $got (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 128) (i32.const 0) (i32.const 1))))"
    "      (loop $again"
    "        (br_if $got (i32.eqz (i32.atomic.rmw.xchg (i32.const 128) (i32.const 2))))"
    "        (drop (memory.atomic.wait32 (i32.const 128) (i32.const 2)"
    "          (select (i64.const 1000) (i64.const -1) (i32.and (local.get $n) (i32.const 1))))) (br $again)))"
    "    (i64.store (i32.const 192) (i64.add (i64.load (i32.const 192)) (i64.const 1)))"
    "    (if (i32.eq (i32.atomic.rmw.xchg (i32.const 128) (i32.const 0)) (i32.const 2)) (then"
    "      (drop (memory.atomic.notify (i32.const 128) (i32.const 1)))))"
    "    (br_if $more (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))"
    "  (i32.const 0)))";

static void run_waits(wick_engine_kind kind) {
    struct mt mt;
    const uint32_t n = 2000 * times;
    mt_open(&mt, kind, true, ping_text, 1, 1);
    struct mt_thread pair[2] = {{.name = "ping", .arg = n, .arg2 = 0}, {.name = "ping", .arg = n, .arg2 = 1}};
    mt_run(&mt, pair, 2);
    CHECK_EQ(mt_ld32(&mt, 64), 2 * n);
    struct mt_thread four[4];
    memset(four, 0, sizeof four);
    for (uint32_t i = 0; i < 4; i++) {
        four[i].name = "lock";
        four[i].arg = n;
    }
    mt_run(&mt, four, 4);
    CHECK_EQ(mt_ld32(&mt, 192), 4 * n);
    CHECK_EQ(mt_ld32(&mt, 128), 0);
    mt_close(&mt);
}

int main(int argc, char **argv) {
    const bool is_emulated = argc == 2 && strcmp(argv[1], "--no-sb") == 0;
    if (argc == 3 && strcmp(argv[1], "-n") == 0) {
        times = (uint32_t)strtoul(argv[2], NULL, 10);
    }
    if (is_emulated) {
        printf("skip: SB, which the emulator does not keep\n");
    }
    for (int k = 0; k < 2; k++) {
        const wick_engine_kind kind = k == 0 ? WICK_ENGINE_FAST : WICK_ENGINE_REF;
        for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
            for (size_t p = is_emulated ? 1 : 0; p < sizeof programs / sizeof programs[0]; p++) { /* SB is the first */
                run_litmus(&programs[p], &widths[i], kind);
            }
            run_counters(&widths[i], kind);
        }
        run_waits(kind);
    }
    return test_end("litmus_test");
}

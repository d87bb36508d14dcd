/* cells_test.c - which cells a function becomes: the optimisations of doc/engine.md, each on a small example. The text is
 * that of the tail-call forms; the switch form has fewer cells and is skipped. */
#include "interp/translate.h"
#include "test/api/api.h"

/* Prelude of every module; the function under test comes after `other` and is function 1. */
#define MODULE(body) \
    "(module (memory 1) (table 1 funcref) (global $g (mut i32) (i32.const 0)) (type $v (func))" \
    "(func $other (param i32 i32) (result i32) (i32.const 1))" body ")"

struct golden {
    const char *what;
    const char *text;
    const char *cells;
};

static const struct golden goldens[] = {
    {"a sum stays in the accumulator and is returned from it",
     MODULE("(func (param i32 i32 i32 i32) (result i32)"
            " (i32.mul (i32.xor (local.get 2) (local.get 3)) (i32.sub (local.get 2) (local.get 3))))"),
     "0: i32_xor LM>S 4\n"
     "8: i32_sub LM>A\n"
     "12: i32_mul AS>A 4\n"
     "20: ret_A -4\n"},
    {"a comparison and its branch are one cell, a back-edge with the step in front of it",
     MODULE("(func (param i32) (loop $l (br_if $l (i32.ne (local.tee 0 (i32.add (local.get 0) (i32.const 1)))"
            " (i32.const 10)))))"),
     "0: i32_add LI>L 1 -1 +\n"
     "12: br_i32_ne LI @0 10\n"
     "24: ret0 -1\n"},
    {"three cells run as one, and the second of them as one with the third for who comes from elsewhere",
     MODULE("(func (param i32 i32) (loop $l (i32.store8 offset=4 (i32.add (local.get 0) (i32.const 8)) (i32.const 1))"
            " (br_if $l (i32.lt_u (local.tee 0 (i32.add (local.get 0) (local.get 1))) (i32.const 10)))))"),
     "0: st8 QI 4 8 1 + +\n"
     "16: i32_add LM>L -2 +\n"
     "24: br_i32_le_u LI @0 9\n"
     "36: ret0 -2\n"},
    {"eqz turns the comparison round, if takes the branch that leads to else",
     MODULE("(func (param i32 i32) (if (i32.eqz (i32.lt_s (local.get 0) (local.get 1)))"
            " (then (global.set $g (i32.const 4)))))"),
     "0: br_i32_lt_s LM @32\n"
     "8: const32_S 4 4\n"
     "20: global_set_S 0 4\n"
     "32: ret0 -2\n"},
    {"a constant addition goes into the address, a constant address into the offset",
     MODULE("(func (param i32 i32) (result i32) (i32.store8 offset=2 (i32.add (local.get 0) (i32.const 8))"
            " (i32.load16_u offset=3 (i32.const 100))) (i32.load (i32.sub (local.get 1) (i32.const 4))))"),
     "0: ld16u K>A 103\n"
     "8: st8 QA 2 8\n"
     "20: ld32u R>A 0 -4\n"
     "32: ret_A -2\n"},
    {"a branch out of a loop in front of one back is the opposite branch back",
     MODULE("(func (param i32 i32) (block $out (loop $l (local.set 0 (i32.add (local.get 0) (i32.const 1)))"
            " (br_if $out (i32.ge_u (local.get 0) (local.get 1))) (br $l))))"),
     "0: i32_add LI>L 1 -2\n"
     "12: br_i32_lt_u LM @0\n"
     "20: br @28\n"
     "28: ret0 -2\n"},
    {"but not where a label lies between the two",
     MODULE("(func (param i32 i32) (block $out (loop $l (block $on (br_if $on (local.get 1))"
            " (br_if $out (f64.lt (f64.convert_i32_s (local.get 0)) (f64.const 4)))) (br $l))))"),
     "0: brnz_M @32\n"
     "8: f64_convert_i32_s S>A -2\n"
     "16: br_f64_lt AI @40 0x4010000000000000\n"
     "32: br @0\n"
     "40: ret0 -2\n"},
    {"eqz in front of a select changes its values",
     MODULE("(func (param i32 i32) (result i32) (select (local.get 0) (i32.const 7) (i32.eqz"
            " (i32.and (local.get 0) (local.get 1)))))"),
     "0: i32_and LM>A\n"
     "4: select_ISAA 7 -2\n"
     "16: ret_A -2\n"},
    {"a choice of constants takes them from its cell, a square its operand from the accumulator",
     MODULE("(func (param i32 f64) (result f64) (local.set 0 (select (i32.const 3) (local.get 0) (i32.and"
            " (i32.shl (local.get 0) (i32.const 2)) (i32.const 64)))) (local.set 1 (f64.sub (local.get 1)"
            " (f64.const 1))) (f64.mul (local.get 1) (local.get 1)))"),
     "0: i32_shl LI>A 2\n"
     "8: i32_and AI>A 64\n"
     "16: select_ISAA 3 -2\n"
     "28: mov_AL -2\n"
     "36: f64_sub SI>S 0x3ff0000000000000 -1 -1\n"
     "52: f64_mul AA>A\n"
     "56: ret_f64 -2\n"},
    {"arguments go to their places by shared moves",
     MODULE("(func (param i32 f64 i32) (result i32) (drop (local.get 1)) (call $other (local.get 0) (local.get 2)))"),
     "0: mov2 4 -3 -1 +\n"
     "12: call 0 base 4\n"
     "32: ret_A -3\n"},
    {"a switch jumps straight to its targets",
     MODULE("(func (param i32) (block $a (block $b (br_table $a $b (i32.and (local.get 0) (i32.const 7))))"
            " (global.set $g (local.get 0))))"),
     "0: i32_and LI>A 7\n"
     "8: br_table_A 1 0 @36 @28\n"
     "28: global_set_L 0\n"
     "36: ret0 -1\n"},
    {"wide arithmetic writes both halves where they are wanted",
     MODULE("(func (param i64 i64 i64 i64 i64 i64) (local.get 0) (local.get 1) (local.get 2) (local.get 3) (i64.add128)"
            " (local.set 5) (local.set 4) (local.get 0) (local.get 2) (i64.mul_wide_u) (local.set 1) (local.set 0)"
            " (loop $l (br_if $l (i64.eq (local.get 2) (local.get 3)))))"),
     "0: i64_add128 -6 -5 -4 -3 -2 -1\n"
     "16: i64_mul_u128 -6 -4 -6 -5\n"
     "28: br_i64_eq LS @28 -3\n"
     "40: ret0 -6\n"},
    {"an older read of a local that changes is computed first",
     MODULE("(func (param i32) (result i32) (local.get 0) (local.set 0 (i32.const 5)) (local.get 0) (i32.add))"),
     "0: mov_SS -1 4\n"
     "8: const32_L 5 -1\n"
     "20: i32_add LS>A 4\n"
     "28: ret_A -1\n"},
#if WK_CELL_VECTORS
    {"vectors stay in their accumulator, go straight to locals, and have the addresses of numbers",
     MODULE("(func (param i32 v128) (local v128) (local.set 2 (i32x4.add (v128.load offset=4 (i32.add (local.get 0)"
            " (i32.const 8))) (local.get 1))) (v128.store (local.get 0) (i32x4.shl (local.get 2) (i32.const 3))))"),
     "0: vld128 Q>A 4 8\n"
     "12: i32x4_add AS>S -2 4\n"
     "20: i32x4_shl AI>A 3\n"
     "28: vst128 LA 0\n"
     "36: ret0 -3\n"},
#endif
};

/* Without its marks of pairs, in builds that have none. */
static void wanted_cells(const char *cells, char *out) {
    while (*cells != 0) {
        if (!WK_CELL_PAIRS && strncmp(cells, " +", 2) == 0) {
            cells += 2;
        } else {
            *out++ = *cells++;
        }
    }
    *out = 0;
}

static void check_golden(const struct golden *golden) {
    static char text[4096], wanted[4096];
    struct world w;
    const struct wk_code *code;
    wick_module *module;
    world_open(&w, WICK_ENGINE_FAST);
    w.engine->guards = WK_GUARD; /* the cells of memory 0 are those of a port that guards; nothing runs */
    module = world_module(&w, golden->text);
    NEED(wick_module_translate(module, NULL) == WICK_OK);
    code = module->code;
    wk_cell_print(code->entries[1].code, code->entries[1].size, text, sizeof text);
    wanted_cells(golden->cells, wanted);
    if (strcmp(text, wanted) != 0) {
        fprintf(stderr, "%s: got\n%sinstead of\n%s", golden->what, text, wanted);
    }
    CHECK(strcmp(text, wanted) == 0);
    world_close(&w);
}

/* Every number has a name, and every cell of a family a size that its fields explain. */
static void check_names(void) {
    for (uint32_t id = 0; id < WK_CELL_COUNT; id++) {
        struct wk_cell_text text;
        wk_cell_describe(id, &text);
        CHECK(text.name != NULL);
    }
}

/* Every row of def/pair.def is found by its cells, and no other. */
static void check_pairs(void) {
    uint32_t n = 0;
#if WK_CELL_PAIRS
#define PAIR(a, b) CHECK(wk_tr_pair_find(WK_CELL_##a, WK_CELL_##b) == WK_CELL_##a##__##b);
#include "def/pair.def"
#endif
    for (uint32_t first = 0; first <= WK_CELL_ALL; first++) {
        for (uint32_t second = 0; second <= WK_CELL_ALL; second++) {
            n += wk_tr_pair_find(first, second) != WK_CELL_ALL;
        }
    }
    CHECK_EQ(n, WK_CELL_ALL - WK_CELL_COUNT);
    for (uint32_t id = 0; id < WK_CELL_ALL; id++) {
        CHECK(wk_pair_head(id, &n) < WK_CELL_COUNT && (n > 1) == (id >= WK_CELL_COUNT));
    }
}

int main(void) {
    check_names();
    check_pairs();
    if (wk_cell_handlers() != NULL) {
        for (size_t i = 0; i < sizeof goldens / sizeof goldens[0]; i++) {
            check_golden(&goldens[i]);
        }
    }
    return test_end("cells_test");
}

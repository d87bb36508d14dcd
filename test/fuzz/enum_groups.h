/* enum_groups.h - the alphabets of enum_test.c, and the surroundings in which their sequences stand.
 *
 * Locals are the parameters and behind them others, which begin as zero; functions are those of enum_code.h. A symbol that leaves
 * the translator in a state of its own - a value in the accumulator, a sum that nothing has computed, a comparison that may
 * become a branch - is worth more than another instruction of the same kind: all handlers are compared by other tests. */
#ifndef WICK_TEST_ENUM_GROUPS_H
#define WICK_TEST_ENUM_GROUPS_H

struct enum_group {
    const char *name;
    const char *params, *locals;
    uint8_t memory; /* of memory 0 */
    const char *symbols[50]; /* up to a NULL */
    const char *contexts[16]; /* "*: ...": its functions run as continuations, by FUNC_DRIVE, with the locals for results */
};

/* Locals 2 and 3 are used more than all others and lie in registers, or 0 and 2. */
#define OTHERS_PINNED "loop loop loop local.get 2 drop local.get 3 drop end end end "
#define ONE_PINNED "loop loop loop local.get 0 drop local.get 2 drop end end end "
#define PRODUCT "local.get 0 i32.const 3 i32.mul"
#define SUM "local.get 1 i32.const 5 i32.add"
#define LESS "local.get 0 local.get 1 i32.lt_s"

#define INT_CONTEXTS \
    {"?:", "?: " OTHERS_PINNED, "?: block loop ", "?: " OTHERS_PINNED "block loop ", "?: " ONE_PINNED "block loop ", \
     ": block local.get 0 if ", "i: " OTHERS_PINNED "block ", \
     "?: " PRODUCT " " SUM " i32.const 9 block :i " PRODUCT " loop ", \
     "?: " OTHERS_PINNED "block " PRODUCT " local.get 0 " SUM " ", "i: block " PRODUCT " local.get 1 i32.const 0 loop :i ", \
     "?: block local.get 0 call 1 ", "?: block local.get 1 loop i:i ", /* operands enough for all to be put into slots, fuel of straight code: */ \
     "?: " OTHERS_PINNED "22*local.get 1 ", "?: block loop 251*nop ", "?: " ONE_PINNED "block 249*nop "}

static const struct enum_group enum_groups[] = {
    {"integers", "ii", "ii", MEMORY_PLAIN,
     {"local.get 0", "local.get 1", "i32.const 0", "i32.const 3", "i32.const -1", PRODUCT, SUM, "i32.add", "i32.sub", "i32.lt_s",
      "i32.eqz", "drop", "local.set 0", "local.set 1", "local.tee 0", "select", "br_if @out", "br_if @back"},
     INT_CONTEXTS},
    {"comparisons", "ii", "ii", MEMORY_PLAIN,
     {"local.get 0", "local.get 1", "i32.const 0", "i32.const 5", "i32.const 0x80000000", PRODUCT, LESS, "i32.eq", "i32.ne", "i32.lt_u",
      "i32.gt_s", "i32.le_u", "i32.ge_s", "i32.eqz", "local.get 0 i32.eqz", "drop", "local.set 0", "local.tee 1", "select", "br_if @out",
      "br_if @back", "i32.and"},
     INT_CONTEXTS},
    {"conditions", "ii", "ii", MEMORY_PLAIN,
     {LESS, "local.get 1 i32.eqz", PRODUCT, "i64.extend_i32_u i64.eqz", "i32.eqz", "drop", "local.set 0", "local.set 2", "local.tee 1",
      "local.get 2", "if", "if :i", "else", "end", "br_if @out", "br_if @back", "br @back", "br_if @in", "select", "i32.const 1",
      "global.get 2 global.get 2 f32.eq", "global.get 2 global.get 2 f32.lt", "br_table @in @up @out"},
     INT_CONTEXTS},
    {"blocks", "ii", "ii", MEMORY_PLAIN,
     {"local.get 0", "i32.const 7", PRODUCT, SUM, "i32.lt_s", "i32.eqz", "drop", "local.set 0", "local.tee 1", "block", "block :i",
      "block i:i", "loop", "loop i:i", "if", "if :i", "if i:i", "else", "end", "br @in", "br @up", "br @out", "br_if @in", "br_if @up",
      "br_if @back", "br @back", "unreachable", "i32.add"},
     INT_CONTEXTS},
    {"returns", "ii", "ii", MEMORY_PLAIN,
     {"local.get 0", "i32.const 7", PRODUCT, SUM, LESS, "i32.eqz", "drop", "local.set 0", "local.tee 1", "block", "if", "else", "end", "return",
      "br @fn", "br_if @fn", "br_if @out", "br @back", "br_table @fn @fn", "call 2", "loop", "i32.add", "select",
      "return_call 1", "return_call 2", "return_call 3", "return_call_indirect 2 0 {ii_i}", "return_call_indirect 3 3 {i_}",
      "ref.func 1 {_C} return_call_ref 2 {ic_i}"},
     {":", "i:", ": " OTHERS_PINNED, "i: " OTHERS_PINNED, ": block loop ", "i: block :i loop :i ", "i: " PRODUCT " block ",
      "ii: local.get 0 ", "i: local.get 0 if ", "ii: " PRODUCT " " SUM " block loop ", "l: block ", "ii: i64.const 5 " PRODUCT " "}},
    {"values at labels", "ii", "il", MEMORY_PLAIN,
     {"local.get 0", "i32.const 7", PRODUCT, SUM, LESS, "drop", "local.set 0", "local.tee 1", "block :ii", "block ii:i", "loop ii:ii",
      "loop i:i", "if ii:ii", "if :li", "else", "end", "br @in", "br @up", "br @out", "br_if @in", "br_if @up", "br_if @out", "br_if @back",
      "br_table @in @in", "br_table @out @up", "call 3", "i32.sub", "i64.const 5", "local.get 3", "i32.eqz", "select"},
     {"?: block :ii ", "?: " OTHERS_PINNED "block :ii ", "?: block :ii block :ii ", "ii: block :i ", "?: block :i local.get 0 loop i:i ",
      "i: block :ii " PRODUCT " " SUM " loop ii:ii ", "?: " PRODUCT " block i:i ", "?: " OTHERS_PINNED PRODUCT " block i:ii ",
      "ii: block :ii i32.const 3 local.get 0 if :ii local.get 1 ", "li: "}},
    {"many values", "ii", "il", MEMORY_PLAIN,
     {"local.get 0", "local.get 1 i32.const 7", PRODUCT, SUM, LESS, "local.get 3 local.get 3 i64.add", "i64.const 5", "drop", "local.set 0",
      "local.tee 1", "block :iiii", "block iiii:iiil", "loop iiii:iiii", "if iiii:iiii", "if :iilii", "else", "end", "br @in", "br @up",
      "br @out", "br_if @in", "br_if @up", "br_if @back", "br_table @in @up", "br_table @in @in", "call 3", "i32.sub"},
     {"?: block :iiii ", "?: block :iiii local.get 0 local.get 1 " PRODUCT " ", "?: " OTHERS_PINNED "block :iiii " PRODUCT " " SUM " local.get 1 i32.const 3 ",
      "iiii: local.get 0 local.get 1 " PRODUCT " ", "?: block :iiil local.get 0 local.get 1 i32.const 3 " PRODUCT " loop iiii:iiii ",
      "?: " PRODUCT " local.get 0 local.get 1 i32.const 5 i32.const 6 local.get 0 block iiii:iiii "}},
#define MEMORY_SYMBOLS \
    {"local.get 0", "local.get 1", "i32.const 0", "i32.const 8", "i32.const 65533", "i32.const -4", PRODUCT, "local.get 0 i32.const 8 i32.add", \
     "local.get 1 i32.const -4 i32.add", "i32.load 4", "i32.load8_s 1", "i32.store 8", "i32.store8 0", "i32.load 4294967295", \
     "i32.load16_u 0", "i64.load 8 i32.wrap_i64", "i64.load32_s 0 local.set 3", "local.get 3 i64.store 16", "i64.const 5 i64.store 0", \
     "i64.const 0x123456789 i64.store 0", "i32.const 7 i32.store 12", "local.set 0", "local.tee 1", "drop", "i32.add", "i32.lt_u", \
     "br_if @out", "i32.load 8", "i32.load " IN_MEMORY_1, "i32.store " IN_MEMORY_1, "select"}
#define MEMORY_CONTEXTS \
    {"?:", "?: " OTHERS_PINNED, "?: block loop ", "?: " ONE_PINNED "block loop ", "?: " OTHERS_PINNED "block " PRODUCT " ", \
     "i: block " SUM " ", "?: block local.get 0 if "}
    {"memory", "ii", "il", MEMORY_PLAIN, MEMORY_SYMBOLS, MEMORY_CONTEXTS},
    {"shared memory", "ii", "il", MEMORY_SHARED, MEMORY_SYMBOLS, MEMORY_CONTEXTS},
    {"memory of 64 bits", "li", "ll", MEMORY_64,
     {"local.get 0", "local.get 1", "local.get 2", "i64.const 0", "i64.const 8", "i64.const -1", "local.get 0 i64.const 3 i64.mul",
      "i64.extend_i32_u", "local.get 1 i32.const 5 i32.add", "i64.add", "i32.load 4", "i64.load8_u 1", "i32.store 8", "i64.store 0", "f64.load 8",
      "f64.store 16", "i32.load 65535", "i32.const 7 i32.store 12", "local.set 0", "local.set 1", "local.tee 2", "drop", "i32.wrap_i64",
      "i32.eqz", "i64.lt_u", "br_if @out", "br_if @back", "i32.load " IN_MEMORY_1, "select", "i32.const 3"},
     {"?:", "?: block loop ", "?: " OTHERS_PINNED "block local.get 0 ", "l: block i64.const 8 ", "?: block local.get 1 if "}},
#define FLOAT_SYMBOLS \
    {"local.get 0", "i32.const 8", "i32.const -4", "local.get 0 i32.const 3 i32.mul", "local.get 0 i32.const 8 i32.add", "local.get 1", "local.get 2", \
     "f64.const 1.5", "f32.const 2.5", "local.get 1 f64.const 0.5 f64.add", "local.get 2 f32.const 0.5 f32.mul", "f64.load 8", "f32.load 4", \
     "f64.store 16", "f32.store 12", "f64.add", "f32.sub", "f64.promote_f32", "f32.demote_f64", "local.set 1", "local.tee 1", "local.set 2", \
     "local.tee 2", "drop", "i32.reinterpret_f32", "f32.reinterpret_i32", "i32.store 8", "local.set 0", "i64.reinterpret_f64 i32.wrap_i64", \
     "f64.lt", "br_if @out", "f64.mul", "i32.load 12"}
#define FLOAT_CONTEXTS \
    {"?:", "?: block loop ", "?: loop loop loop local.get 3 drop end end end block ", "d: block local.get 1 local.get 2 ", \
     "f: block ", "?: block local.get 0 if "}
    {"floats in memory", "id", "fi", MEMORY_PLAIN, FLOAT_SYMBOLS, FLOAT_CONTEXTS},
    {"floats in shared memory", "id", "fi", MEMORY_SHARED, FLOAT_SYMBOLS, FLOAT_CONTEXTS},
    {"i64", "li", "ll", MEMORY_PLAIN,
     {"local.get 0", "local.get 1", "i64.const 0", "i64.const 7", "i64.const -1", "i64.const 0x80000000", "i64.const -0x80000000",
      "local.get 0 i64.const 3 i64.mul", "local.get 0 local.get 2 i64.lt_s", "i64.add", "i64.sub", "i64.and", "i64.shl", "i64.rotr", "i64.eqz",
      "i64.lt_u", "i64.ge_s", "i64.ne", "i64.gt_u", "i64.extend_i32_u", "i64.extend_i32_s", "i32.wrap_i64", "i32.eqz", "local.set 0",
      "local.set 1", "local.tee 2", "drop", "select", "br_if @out", "br_if @back", "if :l", "else", "end"},
     {"?:", "?: " OTHERS_PINNED, "?: block loop ", "?: " OTHERS_PINNED "block loop ", "?: " ONE_PINNED "block :l local.get 0 i64.const 5 i64.sub loop ",
      "l: block local.get 0 ", ": block local.get 1 if ", "i: block ", "?: block local.get 0 i64.const 9 i64.mul local.get 1 "}},
    {"f64", "di", "di", MEMORY_PLAIN,
     {"local.get 0", "local.get 1", "f64.const 1.5", "f64.const 0", "local.get 0 f64.const 2 f64.mul", "local.get 2 local.get 0 f64.lt", "f64.add",
      "f64.sub", "f64.mul", "f64.neg", "f64.abs", "f64.min", "f64.copysign", "f64.lt", "f64.gt", "f64.ge", "f64.eq", "f64.ne", "i32.eqz", "i64.reinterpret_f64 f64.reinterpret_i64", "f64.convert_i32_s",
      "i32.trunc_f64_s", "i32.trunc_sat_f64_u", "local.get 1 i32.eqz", "local.set 0", "local.set 1", "local.tee 2", "local.tee 0", "drop", "select", "br_if @out",
      "br_if @back", "call 6", "if :d", "if d:i", "if i:d", "else", "end", "i64.reinterpret_f64 i32.wrap_i64"},
     {"?:", "?: block loop ", "d: block ", "i: block ", "?: block :d local.get 0 f64.const 1 f64.add loop ", ": block local.get 1 if ",
      "?: local.get 0 f64.const 5 f64.sub local.get 2 f64.neg ",
      "?: local.get 0 local.get 0 f64.mul block local.get 2 local.get 0 f64.const 3 f64.div "}},
    {"f32", "fi", "fd", MEMORY_PLAIN,
     {"local.get 0", "local.get 1", "f32.const 1.5", "local.get 0 f32.const 2 f32.mul", "local.get 2 local.get 0 f32.le", "f32.add", "f32.sub",
      "f32.div", "f32.sqrt", "f32.lt", "f32.gt", "f32.ge", "f32.eq", "f32.ne", "i32.eqz", "f32.reinterpret_i32", "i32.reinterpret_f32",
      "f64.promote_f32 local.set 3", "local.get 3 f32.demote_f64", "f32.convert_i32_u", "i32.trunc_sat_f32_s", "local.get 1 i32.eqz", "local.set 0", "local.set 1",
      "local.tee 2", "local.tee 1", "drop", "select", "br_if @out", "br_if @back", "if :f", "else", "end", "i32.const 2", "i32.add", "local.get 1 i32.const 4 i32.add"},
     {"?:", "?: block loop ", "f: block ", "i: block ", "?: block :f local.get 0 f32.const 1 f32.add loop ", ": block local.get 1 if ",
      "?: local.get 0 local.get 0 f32.mul block local.get 2 local.get 0 f32.const 3 f32.div "}},
    {"calls", "ii", "il", MEMORY_PLAIN,
     {"local.get 0", "i32.const 2", PRODUCT, SUM, LESS, "call 0", "call 1", "call 2", "call 3", "call_indirect 2 0 {ii_i}",
      "call_indirect 3 0 {i_}", "local.get 3 call 5 local.set 3", "i32.const 1 call_indirect 2 0 {ii_i}", "call_indirect 2 3 {ii_i}",
      "ref.func 1 {_C}", "call_ref 2 {ic_i}", "i32.add", "i32.eqz", "drop",
      "local.set 0", "local.tee 1", "select", "br_if @out", "br_if @back", "if :i", "else", "end", "global.get 0", "i32.sub", "i32.load 4"},
     {"?:", "?: " OTHERS_PINNED, "?: block loop ", "i: " ONE_PINNED "block loop ", "?: block " PRODUCT " local.get 0 ",
      ": block local.get 0 if ", "?: " OTHERS_PINNED "block :i " PRODUCT " "}},
    {"globals", "il", "fd", MEMORY_PLAIN,
     {"local.get 0", "local.get 1", "local.get 2", "local.get 3", "global.get 0", "global.get 1", "global.get 2", "global.get 3", "global.set 0",
      "global.set 1", "global.set 2", "global.set 3", "i32.const 4", "i64.const 0x7ffffffff", "f32.const 1", "f64.const 2", "i32.add", "i64.sub",
      "f32.add", "f64.mul", "local.set 0", "local.tee 0", "local.set 1", "local.tee 2", "local.set 3", "drop", "select", "i32.eqz", "i64.eqz",
      "f64.gt", "br_if @out", "br_if @back", "local.get 0 i32.const 4 i32.add", "i32.reinterpret_f32", "f64.reinterpret_i64"},
     {"?:", "?: block loop ", "i: block global.get 0 ", "d: block global.get 3 ", "?: block local.get 0 if "}},
    {"wide", "ll", "li", MEMORY_PLAIN,
     {"local.get 0", "local.get 1", "i64.const 7", "i64.const -1", "local.get 0 i64.const 3 i64.mul", "i64.add128", "i64.sub128", "i64.mul_wide_s",
      "i64.mul_wide_u", "local.get 0 local.get 1 local.get 1 local.get 0 i64.add128", "local.get 0 local.get 1 i64.mul_wide_u", "local.set 0",
      "local.set 1", "local.set 2", "local.tee 0", "local.tee 2", "drop", "i64.add", "i64.eqz", "i64.lt_u", "local.set 3", "br_if @out",
      "br @in", "br_if @in", "end", "block :l", "block :ll", "local.get 3", "select", "i64.load 0x10000000000", "i32.const 1"},
     {"?:", "?: loop loop loop local.get 2 drop local.get 3 drop end end end ", "?: loop loop loop local.get 0 drop local.get 3 drop end end end block ",
      "?: block loop ", "l: block :l ", "l: ", "ll: block :ll ", "?: block :l i64.const 5 ", "?: block :l local.get 0 i64.const 5 i64.mul "}},
    {"references", "ri", "rp", MEMORY_PLAIN,
     {"local.get 0", "local.get 1", "local.get 2", "ref.null -17 {_r}", "ref.is_null", "i32.eqz", "br_on_null @in", "br_on_null @out",
      "br_on_non_null @in", "ref.as_non_null", "drop", "local.set 0", "local.set 1", "local.tee 2", "select_t r {rri_r}", "br_if @out", "br_if @in",
      "i32.const 1", "i32.const 0 table.get 2 {i_r}", "table.set 2 {ir_}", "table.get 2 {i_r}", "if :r", "if", "else", "end", "block :r",
      "block :R", "ref.func 1 {_P}", "local.set 3", "table.size 2 {_i}", "i32.and", "br @in", "global.get 12"},
     {"?:", "?: block :r ", "?: block loop ", "?: block :r local.get 0 block ", "r: block :r ", "?: block :R local.get 0 ref.is_null drop ",
      ": block local.get 1 if ", "?: loop loop loop local.get 0 drop local.get 2 drop end end end block :ir local.get 1 "}},
    {"vectors", "si", "sd", MEMORY_PLAIN,
     {"local.get 0", "local.get 1", "local.get 2", "v128.const 0", "v128.const 37", "local.get 0 local.get 2 i32x4.add", "local.get 1 i32x4.splat",
      "i8x16.gt_s", "i8x16.lt_s", "i32x4.sub", "f64x2.mul", "v128.bitselect", "v128.not", "i16x8.shl", "i32x4.extract_lane 1",
      "i8x16.extract_lane_s 7", "i64x2.replace_lane 1", "i32x4.replace_lane 2", "f64x2.extract_lane 1", "f64x2.replace_lane 0", "v128.any_true",
      "i32x4.bitmask", "v128.load 8", "v128.store 16", "local.get 1 i32.const 16 i32.add", "v128.load32_lane 4 1", "v128.store64_lane 8 1", "i8x16.shuffle 8", "i8x16.shuffle 3",
      "i64.extend_i32_s", "local.set 0", "local.set 2", "local.tee 2", "local.set 1", "local.set 3", "local.get 3", "drop", "select", "br_if @out",
      "i32.const 9", "i32.eqz", "global.get 3 local.get 3 f64.lt", "if", "if s:i", "if i:s", "else", "end", "local.get 1 i32.eqz"},
     {"?:", "?: local.get 0 local.get 0 local.get 2 i8x16.eq ", "?: block loop ", "s: block :s ", "?: block :s local.get 0 ", "i: block ", ": block local.get 1 if ",
      "?: local.get 0 block local.get 1 local.get 1 i32.const 3 i32.mul "}},
    {"exceptions", "ii", "ii", MEMORY_PLAIN,
     {"local.get 0", "i32.const 7", PRODUCT, SUM, LESS, "try_table @out", "try_table @up", "try_table i: @up", "try_table @back", "try_table :i @out", "call 4", "throw 0 {i_}",
      "drop", "local.set 0", "local.tee 1", "block :i", "block", "end", "br_if @out", "br_if @back", "br @in", "br @back", "if", "else",
      "i32.eqz", "i32.add", "call 1"},
     {"?: block ", "?: block :i ", "?: block loop ", "?: " OTHERS_PINNED "block :i " PRODUCT " loop ", "i: block :i " PRODUCT " block ",
      "?: block block " PRODUCT " try_table :i @up " LESS " ",
      "?: block local.get 0 if "}},
    {"exceptions as values", "ii", "ix", MEMORY_PLAIN,
     {"local.get 0", "local.get 3", PRODUCT, LESS, "try_table @out", "try_table @up", "try_table i:i @up", "call 4", "throw 0 {i_}",
      "throw_ref {x_}", "ref.is_null", "i32.eqz", "br_on_null @out", "ref.as_non_null", "drop", "local.set 0", "local.set 3", "local.tee 3",
      "block :x", "block :ix", "block", "end", "br_if @out", "br @in", "br_if @back", "if", "else", "i32.add"},
     {"?: block ", "?: block :ix ", "?: block loop block :x ", "?: block :x local.get 0 ", "i: block :i " PRODUCT " block :ix try_table @up "}},
    {"exceptions of the older kind", "ii", "ii", MEMORY_PLAIN,
     {"local.get 0", "i32.const 7", PRODUCT, SUM, LESS, "try", "try :i", "try i:i", "catch 0", "catch_all", "delegate @up", "delegate @out",
      "rethrow", "call 4", "throw 0 {i_}", "drop", "local.set 0", "local.tee 1", "end", "br_if @out", "br @in", "br_if @back", "i32.eqz",
      "i32.add", "call 1", "block :i"},
     {"?: block ", "?: block :i ", "?: block loop ", "?: " OTHERS_PINNED "block :i " PRODUCT " loop try :i ", "i: block :i " PRODUCT " try ",
      "?: block local.get 0 if try ", "?: block try :i try :i local.get 0 call 4 "}},
#define STRUCT "local.get 0 i64.const 5 global.get 3 local.get 1 local.get 2 struct.new 0 {ildie_T}"
    {"objects", "ii", "et", MEMORY_PLAIN,
     {"local.get 0", "local.get 2", "local.get 3", "i32.const 3", PRODUCT, "ref.i31 {i_E}", STRUCT, "struct.new_default 0 {_T}",
      "struct.get 0 0 {t_i}", "struct.get 0 1 {t_l} i32.wrap_i64", "struct.get 0 2 {t_d} global.set 3", "struct.get_u 0 3 {t_i}",
      "struct.get 0 4 {t_e}", "struct.set 0 0 {ti_}", "i64.const 9 struct.set 0 1 {tl_}", "global.get 3 f64.const 1 f64.add struct.set 0 2 {td_}",
      "struct.set 0 3 {ti_}", "struct.set 0 4 {te_}", "ref.eq {ee_i}", "ref.is_null", "i32.eqz", "ref.test 0 {e_i}", "br_on_cast @in {T_}",
      "br_on_cast_fail @in {t_}", "br_on_cast @in {E_}", "br_on_cast_fail @in {E_}", "br_on_null @out", "br_on_non_null @in", "ref.as_non_null", "local.set 2",
      "local.set 3", "local.tee 3", "local.set 0", "drop", "br_if @out", "br_on_cast @back {E_}",
      "br_on_cast_fail @back {t_}", "loop e:e", "block :e", "block :ie", "end", "if :t", "else", "global.set 18", "i32.add"},
     {"?:", "?: block loop ", "?: block :e ", "?: block :t local.get 3 ", "?: block :ie local.get 0 " PRODUCT " local.get 2 ",
      "?: " STRUCT " local.set 3 block :e local.get 0 ref.i31 {i_E} loop e:e ",
      "i: block " STRUCT " local.set 3 ", "?: " STRUCT " local.tee 3 ",
      "?: loop loop loop local.get 3 drop local.get 2 drop end end end block :e local.get 0 ref.i31 {i_E} "}},
    {"arrays", "ii", "ea", MEMORY_PLAIN,
     {"local.get 0", "local.get 2", "local.get 3", "i32.const 1", PRODUCT, SUM, "local.get 0 i32.const 2 array.new 1 {ii_A}",
      "i32.const 6 local.get 1 array.new_fixed 1 2 {ii_A}", "array.get 1 {ai_i}", "array.set 1 {aii_}", "array.len {a_i}",
      "local.get 3 array.len {a_i}", "ref.cast 1 {e_A}", "ref.test 1 {e_i}", "ref.i31 {i_E}", "ref.is_null", "i32.eqz", "i32.add", "i32.lt_u",
      "local.set 2", "local.set 3", "local.tee 3", "local.set 0", "local.tee 1", "drop", "br_if @out", "br_if @back", "select",
      "ref.as_non_null", "br_on_null @out"},
     {"?:", "?: " OTHERS_PINNED, "?: block loop ", "?: i32.const 5 local.get 1 array.new_fixed 1 2 {ii_A} local.set 3 ",
      "i: i32.const 5 local.get 1 array.new_fixed 1 2 {ii_A} local.tee 3 block local.get 3 local.get 0 ",
      "?: block i32.const 5 local.get 1 array.new_fixed 1 2 {ii_A} local.set 3 local.get 3 " PRODUCT " "}},
    {"elements", "ii", "bghodsr", MEMORY_PLAIN,
     {"local.get 0", "i32.const 1", PRODUCT, LESS, "i32.const 300 i32.const 3 array.new b {ii_B}", "local.get 2 i32.const 1 array.get_s b {bi_i}",
      "local.get 2 local.get 0 array.get_u b {bi_i}", "array.get_s b {bi_i}", "local.get 2 i32.const 2 local.get 1 array.set b {bii_}",
      "local.get 6 i32.const 2 array.new g {di_G}", "array.get g {gi_d}", "local.get 3 i32.const 1 array.get g {gi_d}", "array.set g {gid_}",
      "i32.const 2 array.new_default h {i_H}", "array.get h {hi_e}", "array.set h {hie_}", "local.get 7 local.get 7 array.new_fixed o 2 {ss_O}",
      "local.get 5 i32.const 1 array.get o {oi_s}", "array.set o {ois_}", "array.len {b_i}", "array.len {h_i}",
      "local.get 2 i32.const 0 local.get 2 i32.const 1 i32.const 2 array.copy b b {bibii_}", "local.get 2 i32.const 1 local.get 0 i32.const 2 array.fill b {biii_}",
      "ref.i31 {i_E}", "ref.cast -20 {e_E} i31.get_s {E_i}", "extern.convert_any {e_r}", "any.convert_extern {r_E} ref.test -20 {E_i}",
      "local.set 2", "local.tee 2", "local.set 3", "local.set 4", "local.tee 4", "local.set 5", "local.set 6", "local.set 7", "local.set 0", "local.get 4",
      "local.get 6", "global.get 3 local.get 6 f64.add", "global.get 16 v128.not", "drop", "f64.mul", "i32.add", "br_if @out", "br_if @back"},
     {"?:", "?: " OTHERS_PINNED, "?: block loop ", "?: i32.const 300 i32.const 3 array.new b {ii_B} local.set 2 block local.get 2 i32.const 2 ",
      "?: global.get 3 i32.const 2 array.new g {di_G} local.set 3 local.get 3 local.get 0 ",
      "?: i32.const 3 array.new_default h {i_H} local.tee 4 i32.const 1 local.get 4 block loop ",
      "?: global.get 16 global.get 16 array.new_fixed o 2 {ss_O} local.set 5 local.get 5 i32.const 1 block local.get 5 "}},
    {"fields", "ii", "jsfr", MEMORY_PLAIN,
     {"local.get 0", PRODUCT, LESS, "local.get 2", "local.get 3", "local.get 4", "local.get 5", "struct.new_default j {_J}",
      "local.get 4 local.get 3 local.get 0 local.get 5 struct.new j {fsir_J}", "struct.get j 0 {j_f}", "local.get 2 struct.get j 0 {j_f}",
      "struct.get j 1 {j_s}", "local.get 2 struct.get j 1 {j_s}", "struct.get_s j 2 {j_i}", "local.get 2 struct.get_u j 2 {j_i}", "struct.get j 3 {j_r}",
      "struct.set j 0 {jf_}", "struct.set j 1 {js_}", "struct.set j 2 {ji_}", "struct.set j 3 {jr_}", "local.get 2 global.get 2 struct.set j 0 {jf_}",
      "local.get 2 global.get 16 v128.not struct.set j 1 {js_}", "local.get 2 i32.const -5 struct.set j 2 {ji_}", "f32.const 1.5", "f32.add", "f32.neg",
      "global.get 16 i64x2.neg", "i64x2.add", "i32x4.extract_lane 1", "local.set 0", "local.set 2", "local.tee 2", "local.set 3", "local.tee 3", "local.set 4",
      "local.set 5", "drop", "i32.add", "f32.lt", "br_if @out", "br_if @back", "ref.is_null", "br_on_null @out", "select"},
     {"?:", "?: " OTHERS_PINNED, "?: block loop ", "?: global.get 2 global.get 16 local.get 0 local.get 5 struct.new j {fsir_J} local.set 2 block local.get 2 ",
      "?: global.get 2 global.get 16 local.get 0 local.get 5 struct.new j {fsir_J} local.tee 2 block loop ",
      "?: struct.new_default j {_J} local.tee 2 global.get 2 f32.neg global.get 16 v128.not block local.get 2 "}},
#define ATOMIC_SYMBOLS \
    {"local.get 0", "i32.const 4", PRODUCT, SUM, "i32.atomic.load 4", "i32.atomic.store 8", "i32.atomic.rmw.add 0", "i32.atomic.rmw8.xchg_u 1", \
     "i32.atomic.rmw.cmpxchg 4", "local.get 2 i64.atomic.rmw.xor 8 local.set 2", "i64.extend_i32_u local.tee 3 i64.atomic.store 16", "i32.load 4", \
     "i32.store 8", "i32.add", "i32.eqz", "i32.and", "drop", "local.set 0", "local.tee 1", "br_if @out", "br_if @back", "select", "i32.const 0", \
     "local.get 0 i32.const 8 i32.add", "local.get 1", "i64.const 0 memory.atomic.wait32 4", "memory.atomic.notify 4", \
     "i32.const 7 i64.const -1 memory.atomic.wait32 0", "local.get 2 i64.const 0 memory.atomic.wait64 8", "atomic.fence 0", \
     "i32.atomic.rmw16.sub_u " IN_MEMORY_1, "memory.grow 0 {i_i}", "memory.size 0 {_i}"}
#define ATOMIC_CONTEXTS \
    {"?:", "?: " OTHERS_PINNED, "?: block loop ", "?: " ONE_PINNED "block i32.const 12 ", "i: block local.get 0 "}
    {"atomic instructions", "ii", "ll", MEMORY_PLAIN, ATOMIC_SYMBOLS, ATOMIC_CONTEXTS},
    {"atomic instructions on shared memory", "ii", "ll", MEMORY_SHARED, ATOMIC_SYMBOLS, ATOMIC_CONTEXTS},
    {"atomic instructions on memory of 64 bits", "li", "li", MEMORY_64,
     {"local.get 0", "local.get 2", "i64.const 8", "i64.const -8", "local.get 0 i64.const 3 i64.mul", "local.get 0 i64.const 4 i64.add", "i64.extend_i32_u",
      "local.get 1", "local.get 1 i32.const 5 i32.add", "i32.atomic.load 4", "i32.atomic.store 8", "i32.atomic.rmw.add 0", "i64.atomic.rmw.xchg 8",
      "i32.atomic.rmw8.cmpxchg_u 1", "i64.atomic.load32_u 4", "i64.atomic.store 16", "i32.atomic.load 0xfffffffffc", "i32.atomic.rmw16.sub_u " IN_MEMORY_1,
      "i32.wrap_i64", "memory.atomic.notify 4", "i64.const 0 memory.atomic.wait32 4", "i32.load 4", "i32.eqz", "drop", "local.set 0", "local.set 1",
      "local.tee 2", "local.set 3", "br_if @out", "br_if @back", "select", "i32.add"},
     {"?:", "?: " OTHERS_PINNED, "?: block loop ", "?: block i64.const 8 local.get 1 ", "l: block local.get 0 "}},
/* Continuations: one that has not begun; one that has, in local 3. */
#define GENERATOR "ref.func 7 {_C} cont.new k {C_K}"
#define SWITCHER "ref.func 10 {_P} cont.new w {P_W}"
#define BEGUN "block :ik local.get 0 " GENERATOR " resume @in k {ik_i} local.get 3 end local.set 3 local.set 2 "
    {"continuations", DRIVEN_PARAMS, "ik", MEMORY_PLAIN,
     {"local.get 0", "local.get 3", "i32.const 7", PRODUCT, SUM, LESS, GENERATOR, "ref.func 0 {_C} cont.new k {C_K}",
      "i64.const 5 ref.func 8 {_P} cont.new m {P_M} cont.bind m k {lM_K}", "suspend 1 {i_i}", "i64.const 5 suspend 2 {il_li}", "suspend 0 {i_}",
      "resume k {ik_i}", "resume @in k {ik_i}", "resume @out k {ik_i}", "resume @up @in k {ik_i}", "resume @back k {ik_i}",
      "i64.extend_i32_u local.get 0 ref.func 8 {_P} cont.new m {P_M} resume @in m {lim_i}", "resume @in m {lim_i}", "cont.bind k k {k_K}",
      "block :ik", "block :ilm", "loop ik:i", "if", "else", "end", "br_if @out", "br_if @back",
      "br @in", "br @back", "drop", "local.set 0", "local.tee 1", "local.set 3", "local.tee 3", "i32.add", "i32.eqz", "i32.wrap_i64",
      "ref.is_null", "br_on_null @in", "call 1", "select"},
     {"*:", "*: block :ik ", "*: block loop ", "*: block :ik " GENERATOR " local.set 3 local.get 0 local.get 3 ",
      "*: block :ik " BEGUN "block :ilm local.get 1 local.get 3 ", "*: " OTHERS_PINNED "block :ik " PRODUCT " " GENERATOR " ",
      "*: " ONE_PINNED BEGUN "block local.get 0 local.get 3 loop ik:i ",
      "*: block :i local.get 0 " GENERATOR " loop ik:i local.set 3 local.set 2 " PRODUCT " local.get 3 ",
      "*: " OTHERS_PINNED PRODUCT " " SUM " block local.get 1 ", "*: " OTHERS_PINNED BEGUN PRODUCT " block :ik local.get 1 "}},
    {"continuations that throw", DRIVEN_PARAMS, "ik", MEMORY_PLAIN,
     {"local.get 0", "local.get 3", "i32.const 1", PRODUCT, LESS, GENERATOR, "suspend 1 {i_i}", "resume k {ik_i}", "resume @in k {ik_i}",
      "local.get 3 resume @out k {ik_i}", "local.get 3 resume_throw k 0 {ik_i}", "resume_throw @in k 0 {ik_i}",
      "local.get 3 resume_throw_ref k {xk_i}", "resume_throw_ref @in k {xk_i}", "try_table @out", "try_table @up", "try_table :i @up", "throw 0 {i_}",
      "throw_ref {x_}", "block :i", "block :ik", "block :x", "block", "end", "br_if @out", "br_if @back", "br @in", "drop", "local.set 0", "local.tee 1",
      "local.set 3", "i32.add", "i32.eqz", "call 4", "local.tee 3"},
     {"*: block :i ", "*: " BEGUN "block :ix ", "*: block :x local.get 0 " GENERATOR " try_table @up ", "*: " BEGUN "block :i try_table :i @up local.get 3 ",
      "*: " BEGUN "block loop ", "*: " OTHERS_PINNED BEGUN "block :i " PRODUCT " try_table :i @up ", "*: " BEGUN "block :ix i32.const 1 local.get 3 "}},
    {"continuations that throw in the older way", DRIVEN_PARAMS, "ik", MEMORY_PLAIN,
     {"local.get 0", "i32.const 1", PRODUCT, LESS, GENERATOR, "suspend 1 {i_i}", "resume k {ik_i}", "resume @in k {ik_i}", "local.get 3 resume @out k {ik_i}",
      "local.get 3 resume_throw k 0 {ik_i}", "resume_throw @in k 0 {ik_i}", "throw 0 {i_}", "try", "try :i", "catch 0", "catch_all", "rethrow",
      "delegate @up", "block :i", "block :ik", "block", "end", "br_if @out", "br_if @back", "br @in", "drop", "local.set 0", "local.tee 1",
      "local.set 3", "local.tee 3", "i32.add", "i32.eqz", "call 4"},
     {"*: block :i ", "*: " BEGUN "block :i " PRODUCT " try :i " LESS " ", "*: " BEGUN "block local.get 0 if try ",
      "*: " OTHERS_PINNED BEGUN "block loop try ", "*: " BEGUN "block :ik try :i i32.const 1 local.get 3 "}},
    {"switches", DRIVEN_PARAMS, "ikw", MEMORY_PLAIN,
     {"local.get 0", "i32.const 8", PRODUCT, SUM, LESS, "local.get 4", SWITCHER, "switch w 3 {iw_iw}", "local.get 4 switch w 3 {iw_iw}",
      "cont.bind w z {iw_Z}", "switch z 3 {z_iw}", "resume w {iww_iiik}", "resume z {wz_iiik}", GENERATOR, "local.get 3 resume @in k {ik_i}",
      "suspend 1 {i_i}", "local.set 0", "local.tee 1", "local.set 3", "local.set 4", "local.tee 4", "drop", "block :iw", "block :ik", "loop iw:i", "block", "end",
      "br @in", "br @back", "br_if @out", "br_if @back", "if", "else", "i32.add", "i32.eqz", "ref.is_null", "br_on_null @in", "ref.as_non_null",
      "i32.const 6 " SWITCHER " switch w 3 {iw_iw} local.set 4"},
     {"*:", "*: block :iw ", "*: block loop ", "*: block :iw local.get 0 " SWITCHER " ", "*: block local.get 0 " SWITCHER " loop iw:i ",
      "*: " OTHERS_PINNED "local.get 0 " SWITCHER " switch w 3 {iw_iw} local.set 4 block ", "*: " PRODUCT " " SUM " block ",
      "*: " OTHERS_PINNED "block :iw " PRODUCT " " SWITCHER " switch w 3 {iw_iw} ",
      "*: block :ik " GENERATOR " local.set 3 i32.const 3 " SWITCHER " switch w 3 {iw_iw} local.set 4 "}},
    {"floats and vectors in continuations", DRIVEN_PARAMS, "ikdfsn", MEMORY_PLAIN,
     {"local.get 0", "local.get 4", "local.get 5", "local.get 6", "f64.const 1.5", "global.get 3 local.get 4 f64.add", "global.get 2 f32.neg",
      "global.get 16 v128.not", "local.get 0 f64.convert_i32_s", "f64.mul", "f32.add", "i64x2.add", "f64x2.splat", "f64x2.extract_lane 1", "f64.lt",
      "suspend 1 {i_i}", "local.get 0 suspend 1 {i_i} drop", "i64.const 5 suspend 2 {il_li} drop drop", "ref.func 9 {_P} cont.new n {P_N}",
      "local.get 7 resume @in n {dsn_d}", "resume @up n {dsn_d}", "resume @back n {dsn_d}",
      "resume n {dsn_d}", "block :sdn", "loop sdn:d", "block", "end", "br @in", "br @back", "br_if @out", "br_if @back", "drop", "local.set 0", "local.set 4", "local.tee 4",
      "local.set 5", "local.set 6", "local.tee 6", "local.set 7", "i32.trunc_sat_f64_s", "select", "call 6", "local.set 1"},
     {"*:", "*: block :sdn ", "*: block loop ", "*: block :sdn local.get 4 local.get 6 ref.func 9 {_P} cont.new n {P_N} ",
      "*: block global.get 16 global.get 3 ref.func 9 {_P} cont.new n {P_N} loop sdn:d ",
      "*: block :sdn global.get 3 local.get 4 f64.add global.get 16 v128.not ref.func 9 {_P} cont.new n {P_N} local.set 7 ",
      "*: global.get 3 local.get 4 f64.add global.get 16 v128.not block local.get 0 f64.convert_i32_s "}},
    {"what is rare", "ii", "ll", MEMORY_PLAIN,
     {"local.get 0", "i32.const 1", "i32.const 0", PRODUCT, SUM, LESS, "memory.size 0 {_i}", "memory.grow 0 {i_i}",
      "i32.const 4 i32.const 2 memory.fill 0 {iii_}", "i32.const 3 memory.copy 0 0 {iii_}", "i32.div_s", "i32.rem_u", "i32.shl", "i32.rotr", "i32.clz", "i32.popcnt", "i32.extend8_s",
      "i32.and", "i32.or", "i32.xor", "i32.mul", "i32.shr_s", "i32.sub", "i32.eqz", "drop", "local.set 0", "local.tee 1", "select", "br_if @out",
      "nop", "i64.extend_i32_s local.set 2", "local.get 2 i32.wrap_i64", "table.size 1 {_i}", "i64.extend_i32_u local.set 2", "i32.const 5 br_table @out @out"},
     {"?:", "?: " OTHERS_PINNED, "?: block loop ", "?: " ONE_PINNED "block " PRODUCT " ", "i: block "}},
};

#endif

/* gen.h - makes valid modules out of bytes.
 *
 * Every byte string gives a module that validates, imports only what gen_import_* describe, exports its functions as
 * "f0", "f1", ... (defined ones only, in their order), its memories as "m0", ..., its tables as "t0", ..., its globals
 * as "g0", ..., and leaves nothing to chance. Programs end only by fuel: whoever runs them sets a bound. Shorter
 * inputs and smaller bytes make smaller modules, so that a failing input can be cut down byte by byte. */
#ifndef WICK_TEST_GEN_H
#define WICK_TEST_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct gen_options {
    bool is_portable;  /* for other engines: NaNs are made canonical, and a counter bounds loops and calls */
    uint32_t features; /* of SIMD, GC, EH, LEGACY_EH, THREADS and STACK_SWITCHING, which are used; 0: the input chooses */
};

/* What every module may import from "env", in this order, each at most once:
 *   mix   (i32 i64) -> (i64)       arithmetic
 *   pair  (f64 i32) -> (i32 f64)   two results
 *   wait  (i32) -> (i32)           answers after (argument & 3) rounds of PENDING
 *   back  (funcref i32) -> (i32)   calls a function without parameters, then answers
 *   five  () -> (i32)              5
 *   raise (i32) -> (i32)           throws `tag` (argument, argument * 7) when the argument is odd, else answers it + 1
 *   thing () -> (externref)        an object of the host, a new one each time
 *   base  (global i32), immutable: 3
 *   tag   (tag i32 i64)
 */
enum {
    GEN_IMPORT_BACK = 3,
    GEN_IMPORT_RAISE = 5,
    GEN_N_IMPORT_FUNCS = 7,
    GEN_IMPORT_BASE = GEN_N_IMPORT_FUNCS,
    GEN_IMPORT_TAG,
    GEN_N_IMPORTS
};

struct gen;
struct gen *gen_new(void); /* NULL: no memory */
void gen_free(struct gen *gen);
/* The module lies in the generator until its next use. Answers its size. */
size_t gen_module(struct gen *gen, const uint8_t *bytes, size_t n, const struct gen_options *options,
                  const uint8_t **out_module);

#endif

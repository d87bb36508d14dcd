/* valid.h - the validator of function bodies (spec: valid-instr, algorithm). One linear walk, no recursion. */
#ifndef WICK_VALID_VALID_H
#define WICK_VALID_VALID_H

#include "module/module.h"

/* Validates all bodies, by several threads when the engine may, and fills in each wk_func_info's local_slots, max_height,
 * code_at and pin. Reports progress. */
WK_EXTERN wick_err wk_validate_bodies(struct wick_module *module, wick_diag *diag);

#endif

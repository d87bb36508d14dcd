/* limit.h - the limits on modules: the rows of limit.def, each of which the knob WICK_MAX_<row> overrides. */
#ifndef WICK_MODULE_LIMIT_H
#define WICK_MODULE_LIMIT_H

#include "base/compiler.h"
#include "wick/wick.h"

enum wk_limit_default {
#define LIMIT(sym, value, what) WK_LIMIT_DEFAULT_##sym = value,
#include "def/limit.def"
};

#ifndef WICK_MAX_MODULE_SIZE
#define WICK_MAX_MODULE_SIZE WK_LIMIT_DEFAULT_MODULE_SIZE
#endif
#ifndef WICK_MAX_TYPES
#define WICK_MAX_TYPES WK_LIMIT_DEFAULT_TYPES
#endif
#ifndef WICK_MAX_REC_GROUP
#define WICK_MAX_REC_GROUP WK_LIMIT_DEFAULT_REC_GROUP
#endif
#ifndef WICK_MAX_SUBTYPE_DEPTH
#define WICK_MAX_SUBTYPE_DEPTH WK_LIMIT_DEFAULT_SUBTYPE_DEPTH
#endif
#ifndef WICK_MAX_IMPORTS
#define WICK_MAX_IMPORTS WK_LIMIT_DEFAULT_IMPORTS
#endif
#ifndef WICK_MAX_EXPORTS
#define WICK_MAX_EXPORTS WK_LIMIT_DEFAULT_EXPORTS
#endif
#ifndef WICK_MAX_FUNCTIONS
#define WICK_MAX_FUNCTIONS WK_LIMIT_DEFAULT_FUNCTIONS
#endif
#ifndef WICK_MAX_TABLES
#define WICK_MAX_TABLES WK_LIMIT_DEFAULT_TABLES
#endif
#ifndef WICK_MAX_MEMORIES
#define WICK_MAX_MEMORIES WK_LIMIT_DEFAULT_MEMORIES
#endif
#ifndef WICK_MAX_GLOBALS
#define WICK_MAX_GLOBALS WK_LIMIT_DEFAULT_GLOBALS
#endif
#ifndef WICK_MAX_TAGS
#define WICK_MAX_TAGS WK_LIMIT_DEFAULT_TAGS
#endif
#ifndef WICK_MAX_ELEMENT_SEGMENTS
#define WICK_MAX_ELEMENT_SEGMENTS WK_LIMIT_DEFAULT_ELEMENT_SEGMENTS
#endif
#ifndef WICK_MAX_DATA_SEGMENTS
#define WICK_MAX_DATA_SEGMENTS WK_LIMIT_DEFAULT_DATA_SEGMENTS
#endif
#ifndef WICK_MAX_TABLE_ENTRIES
#define WICK_MAX_TABLE_ENTRIES WK_LIMIT_DEFAULT_TABLE_ENTRIES
#endif
#ifndef WICK_MAX_PARAMS
#define WICK_MAX_PARAMS WK_LIMIT_DEFAULT_PARAMS
#endif
#ifndef WICK_MAX_RESULTS
#define WICK_MAX_RESULTS WK_LIMIT_DEFAULT_RESULTS
#endif
#ifndef WICK_MAX_FIELDS
#define WICK_MAX_FIELDS WK_LIMIT_DEFAULT_FIELDS
#endif
#ifndef WICK_MAX_LOCALS
#define WICK_MAX_LOCALS WK_LIMIT_DEFAULT_LOCALS
#endif
#ifndef WICK_MAX_OPERANDS
#define WICK_MAX_OPERANDS WK_LIMIT_DEFAULT_OPERANDS
#endif
#ifndef WICK_MAX_BODY_SIZE
#define WICK_MAX_BODY_SIZE WK_LIMIT_DEFAULT_BODY_SIZE
#endif
#ifndef WICK_MAX_NAME_SIZE
#define WICK_MAX_NAME_SIZE WK_LIMIT_DEFAULT_NAME_SIZE
#endif
#ifndef WICK_MAX_ARRAY_FIXED
#define WICK_MAX_ARRAY_FIXED WK_LIMIT_DEFAULT_ARRAY_FIXED
#endif
#ifndef WICK_MAX_HANDLERS
#define WICK_MAX_HANDLERS WK_LIMIT_DEFAULT_HANDLERS
#endif
#ifndef WICK_MAX_CATCHES
#define WICK_MAX_CATCHES WK_LIMIT_DEFAULT_CATCHES
#endif

enum wk_limit {
#define LIMIT(sym, value, what) WK_LIMIT_##sym,
#include "def/limit.def"
    WK_LIMIT_COUNT
};

/* The limit's value: a constant. */
#define WK_LIMIT_VALUE(sym) ((uint32_t)(WICK_MAX_##sym))

/* Records WICK_ERR_limit for `count` things of a row, naming its knob. In reader.c. */
WK_EXTERN wick_err wk_fail_limit(wick_diag *diag, enum wk_limit limit, uint64_t count);

#endif

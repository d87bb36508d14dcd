/* wick_text.h - the text format [6]: text to binary. Part of the library, not of its core. */
#ifndef WICK_TEXT_H
#define WICK_TEXT_H

#include "wick/wick.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WICK_TEXT_NAMES 1u /* write a name section from the identifiers */

/* Assembles one module in the text format (the WebAssembly 3.0 grammar, threads and the legacy exception
 * instructions; also a script-style `(module binary ...)` or `(module quote ...)`). *out_bytes is allocated from the
 * engine; give it back with wick_text_free. Errors carry line and column. */
WICK_API wick_err wick_text_assemble(wick_engine *engine, const char *text, size_t size, uint32_t flags,
                                     uint8_t **out_bytes, size_t *out_size, wick_diag *diag);
WICK_API void wick_text_free(wick_engine *engine, uint8_t *bytes, size_t size);

#ifdef __cplusplus
}
#endif
#endif

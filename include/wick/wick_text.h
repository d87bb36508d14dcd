/* wick_text.h - the text format [6]: text to binary and back. Part of the library, not of its core; in the two files of
 * `make amalgam` where WICK_TEXT is 1. */
#ifndef WICK_TEXT_H
#define WICK_TEXT_H

#include "wick/wick.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- text to binary -------------------------------------------------------------------------------------- */

#define WICK_TEXT_NAMES 1u /* write a name section from the identifiers */

/* Assembles one module in the text format (the WebAssembly 3.0 grammar, threads and the legacy exception
 * instructions; also a script-style `(module binary ...)` or `(module quote ...)`). *out_bytes is allocated from the
 * engine; give it back with wick_text_free. Errors carry line and column. */
WICK_API wick_err wick_text_assemble(wick_engine *engine, const char *text, size_t size, uint32_t flags,
                                     uint8_t **out_bytes, size_t *out_size, wick_diag *diag);
WICK_API void wick_text_free(wick_engine *engine, uint8_t *bytes, size_t size);
/* Which instruction of the text became the byte at `offset` (a diag's or a frame's) of a function's body in `bytes`, which
 * wick_text_assemble has made from the text with these flags: its line and column, from 1; of a function's last `end`,
 * the ")"; of its locals, the first. No map is kept: the text is assembled once more. false: none did, or the text is not one of fields, or there
 * is no memory. */
WICK_API bool wick_text_locate(wick_engine *engine, const char *text, size_t text_size, uint32_t flags,
                               const uint8_t *bytes, size_t size, size_t offset, uint32_t *out_line,
                               uint32_t *out_column);

/* ---- binary to text -------------------------------------------------------------------------------------- */

#define WICK_PRINT_FOLDED 1u    /* instructions with their operands inside: (i32.add (local.get 0) (i32.const 1)) */
#define WICK_PRINT_NO_NAMES 2u  /* numbers instead of the name section's names */
#define WICK_PRINT_NO_CUSTOM 4u /* no custom sections and branch hints (names come as said above) */
#define WICK_PRINT_OFFSETS 8u   /* a comment (;@1f;) with its offset in the module, hexadecimal, before each instruction */

/* Takes the next `size` bytes (at least 1, at most a few thousand) of a text; `text` is valid during the call only.
 * false: no more is wanted, printing ends. */
typedef bool (*wick_print_fn)(void *user, const char *text, size_t size);

/* Prints a module in the text format, piece by piece: the text is UTF-8 and ends with a line feed. What
 * wick_text_assemble with WICK_TEXT_NAMES makes of it is the module again, in the canonical encoding that doc/text.md
 * describes; that module prints as the same text.
 *
 * flags: WICK_PRINT_*. The module is not changed: several threads may print one module when the port has lock and
 * unlock. Memory that it takes from the module's engine meanwhile is linear in the module; of the text it holds
 * but one piece. A hostile module can print as a text some 20,000 times its size, since a run of locals has no short
 * form in text: let `sink` draw the line.
 * Errors: NOMEM; USAGE for unknown flags or no sink; HOST (WICK_ERR_io) when the sink answered false. [6, A.6] */
WICK_API wick_err wick_text_print(const wick_module *module, uint32_t flags, wick_print_fn sink, void *user,
                                  wick_diag *diag);

#ifdef __cplusplus
}
#endif
#endif

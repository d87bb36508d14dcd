/* stats.h - `wick run --stats`: which cells the fast interpreter executes, one by one and in rows of two and three. */
#ifndef WICK_TOOL_STATS_H
#define WICK_TOOL_STATS_H

#include "tool/tool.h"

struct stats;
/* Begins to count what the engine executes. NULL: no memory, or this build cannot (stats_are_possible). */
struct stats *stats_begin(wick_engine *engine);
/* Writes what was counted to the file, a CSV: kind,count,cells - or to standard error the first rows, for a person, when
 * `path` is empty. Frees it; NULL is ignored. A status. */
int stats_end(struct stats *stats, const char *path);
extern const bool stats_are_possible;

#endif

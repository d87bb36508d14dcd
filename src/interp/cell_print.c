/* cell_print.c - cells as text, for golden tests and for people. */
#include "base/fmt.h"
#include "interp/cell.h"

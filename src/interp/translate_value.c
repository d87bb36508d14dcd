/* translate_value.c - operands and the cells that compute: which form of a family fits, what need not be emitted.
 *
 * Owner of: accumulator tracking, the dropped store, retargeted destinations, fused comparisons' record, addresses with
 * folded sums. spec: exec-numeric, exec-memory (only which cell does it). */
#include "interp/translate.h"

/* ---- tables ------------------------------------------------------------------------------------------------------ */

/* Ordinal of each pair of a list, plus 1. */
#define TR_ORDINAL_ROW(X, l, r, list) TR_PAIR_##list##_##l##r,
enum tr_pairs_richc { WK_PAIRS_RICHC(TR_ORDINAL_ROW, 0, RICHC) };
enum tr_pairs_richn { WK_PAIRS_RICHN(TR_ORDINAL_ROW, 0, RICHN) };
enum tr_pairs_shift { WK_PAIRS_SHIFT(TR_ORDINAL_ROW, 0, SHIFT) };
enum tr_pairs_mid { WK_PAIRS_MID(TR_ORDINAL_ROW, 0, MID) };
enum tr_pairs_leanc { WK_PAIRS_LEANC(TR_ORDINAL_ROW, 0, LEANC) };
enum tr_pairs_flt { WK_PAIRS_FLT(TR_ORDINAL_ROW, 0, FLT) };
enum tr_pairs_flt2 { WK_PAIRS_FLT2(TR_ORDINAL_ROW, 0, FLT2) };
enum tr_pairs_un2 { WK_PAIRS_UN2(TR_ORDINAL_ROW, 0, UN2) };
enum tr_pairs_un4 { WK_PAIRS_UN4(TR_ORDINAL_ROW, 0, UN4) };
enum tr_pairs_unc { WK_PAIRS_UNC(TR_ORDINAL_ROW, 0, UNC) };
enum tr_pairs_brrich { WK_PAIRS_BRRICH(TR_ORDINAL_ROW, 0, BRRICH), TR_N_BRRICH };
enum tr_pairs_brmid { WK_PAIRS_BRMID(TR_ORDINAL_ROW, 0, BRMID), TR_N_BRMID };
enum tr_pairs_brflt { WK_PAIRS_BRFLT(TR_ORDINAL_ROW, 0, BRFLT), TR_N_BRFLT };
#undef TR_ORDINAL_ROW

/* host.h - what Wick asks of this port; implemented by host.c. */
#ifndef K_HOST_H
#define K_HOST_H

#include "wick/wick.h"

extern const wick_host k_wick_host;

#endif

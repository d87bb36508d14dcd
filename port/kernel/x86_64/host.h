/* host.h - what Wick asks of this port; implemented by host.c. */
#ifndef K_HOST_H
#define K_HOST_H

#include "wick/wick_wasi.h"

/* For wick_engine_new: memory, log, clock. */
extern const wick_host k_wick_host;
/* For WASI: clocks and random numbers. */
extern const wick_wasi_host k_wasi_host;
/* For wick_devfs_new: the serial console. `user` is NULL everywhere. */
extern const wick_devfs_options k_devfs_options;

/* Who may become the group that ^C ends; set once there are processes. */
extern bool (*k_group_exists)(uint32_t group);
/* That group; 0: nobody. */
uint32_t k_foreground_group(void);

#endif

/* buf.h - a growing byte buffer whose error sticks: many puts, one check. */
#ifndef WICK_BASE_BUF_H
#define WICK_BASE_BUF_H

#include "base/alloc.h"

struct wk_buf {
    struct wk_alloc *alloc;
    uint8_t *data;
    size_t size;
    size_t cap;
    wick_err err; /* WICK_ERR_nomem once a put failed; later puts do nothing */
};

WK_EXTERN void wk_buf_init(struct wk_buf *buf, struct wk_alloc *alloc);
WK_EXTERN void wk_buf_free(struct wk_buf *buf);
WK_EXTERN void wk_buf_put(struct wk_buf *buf, const void *bytes, size_t n);
WK_EXTERN void wk_buf_u8(struct wk_buf *buf, uint8_t byte);
/* Minimal LEB128. */
WK_EXTERN void wk_buf_u32(struct wk_buf *buf, uint32_t value);
WK_EXTERN void wk_buf_u64(struct wk_buf *buf, uint64_t value);
WK_EXTERN void wk_buf_s32(struct wk_buf *buf, int32_t value);
WK_EXTERN void wk_buf_s64(struct wk_buf *buf, int64_t value);

#endif

/* buf.c - see buf.h. */
#include "base/buf.h"

void wk_buf_init(struct wk_buf *buf, struct wk_alloc *alloc) {
    buf->alloc = alloc;
    buf->data = NULL;
    buf->size = 0;
    buf->cap = 0;
    buf->err = WICK_OK;
}

void wk_buf_free(struct wk_buf *buf) {
    wk_free(buf->alloc, buf->data, buf->cap);
    wk_buf_init(buf, buf->alloc);
}

void wk_buf_put(struct wk_buf *buf, const void *bytes, size_t n) {
    if (buf->err != WICK_OK || n == 0) {
        return;
    }
    if (n > buf->cap - buf->size) {
        void *data = buf->data;
        size_t need;
        if (!wk_add_size(buf->size, n, &need) ||
            wk_array_reserve(buf->alloc, &data, &buf->cap, need, 1) != WICK_OK) {
            buf->err = WICK_ERR_nomem;
            return;
        }
        buf->data = data;
    }
    memcpy(buf->data + buf->size, bytes, n);
    buf->size += n;
}

void wk_buf_u8(struct wk_buf *buf, uint8_t byte) {
    if (WK_LIKELY(buf->size < buf->cap) && buf->err == WICK_OK) {
        buf->data[buf->size++] = byte;
    } else {
        wk_buf_put(buf, &byte, 1);
    }
}

void wk_buf_u64(struct wk_buf *buf, uint64_t value) {
    while (value >= 0x80) {
        wk_buf_u8(buf, (uint8_t)(value | 0x80));
        value >>= 7;
    }
    wk_buf_u8(buf, (uint8_t)value);
}

void wk_buf_u32(struct wk_buf *buf, uint32_t value) {
    wk_buf_u64(buf, value);
}

void wk_buf_s64(struct wk_buf *buf, int64_t value) {
    uint64_t bits = (uint64_t)value;
    uint64_t sign = value < 0 ? ~(uint64_t)0 : 0;
    for (;;) {
        uint8_t byte = (uint8_t)(bits & 0x7f);
        bits = (bits >> 7) | (sign << 57);
        if (bits == sign && ((byte & 0x40) != 0) == (sign != 0)) {
            wk_buf_u8(buf, byte);
            return;
        }
        wk_buf_u8(buf, byte | 0x80);
    }
}

void wk_buf_s32(struct wk_buf *buf, int32_t value) {
    wk_buf_s64(buf, value);
}

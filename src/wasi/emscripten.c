/* emscripten.c - the few functions of "env" that Emscripten's standalone programs expect beside WASI (those for
 * exceptions: emscripten_eh.c).
 *
 * They are defined with the very types that the module imports, where these are known here; anything else is left for
 * the embedder. Also the calendar's text (strftime) in the C locale, which those programs do not bring along. */
#include "base/atomic.h"
#include "base/str.h"
#include "wasi/wasi.h"

struct em_function {
    const char *name;
    const char *signature;
    wick_host_fn fn;
};

/* ---- memory ---- */

/* In portions, so that gigabytes of it can be interrupted. */
#define EM_COPY_PORTION ((uint64_t)1 << 20)

static wick_host_result em_copy(wick_call *call, void *user) {
    const uint64_t *a = wick_call_args(call);
    uint64_t *done = wick_call_state(call);
    uint8_t *to = wick_call_bytes(call, a[0], a[2]);
    const uint8_t *from = wick_call_bytes(call, a[1], a[2]);
    const uint64_t left = a[2] - *done;
    const uint64_t n = left < EM_COPY_PORTION ? left : EM_COPY_PORTION;
    const uint64_t at = a[0] <= a[1] ? *done : left - n; /* the two may overlap */
    wick_wasi *wasi = user;
    if (to == NULL || from == NULL) {
        return wick_call_fail(call, WICK_ERR_oob_memory);
    }
    memmove(to + at, from + at, (size_t)n);
    *done += n;
    if (*done == a[2]) {
        return WICK_HOST_OK;
    }
    wasi->deadline = 0;
    return wick_call_pending(call, 0);
}

static wick_host_result em_copy_back(wick_call *call, void *user) {
    uint32_t to = wick_call_arg_i32(call, 0);
    wick_host_result result = em_copy(call, user);
    if (result == WICK_HOST_OK) {
        wick_call_return_i32(call, 0, to);
    }
    return result;
}

/* To so many bytes at least; 1 when there is room for them. */
static wick_host_result em_resize_heap(wick_call *call, void *user) {
    wick_memory *memory = wick_call_memory(call);
    uint64_t want = wick_call_arg_i32(call, 0);
    bool ok = false;
    (void)user;
    if (memory != NULL) {
        uint64_t have = wick_memory_bytes(memory);
        const uint64_t lack = want <= have ? 0 : want - have;
        const uint64_t pages = wick_memory_page_size(memory) == 1 ? lack : (lack + 65535) >> 16;
        ok = pages == 0 || wick_memory_grow(memory, pages) != UINT64_MAX;
    }
    wick_call_return_i32(call, 0, ok ? 1 : 0);
    return WICK_HOST_OK;
}

static wick_host_result em_nothing(wick_call *call, void *user) {
    (void)call;
    (void)user;
    return WICK_HOST_OK; /* told that its memory has grown: no view is kept here */
}

/* ---- the second result, the end ---- */

static wick_host_result em_set_temp(wick_call *call, void *user) {
    wk_atomic_store32(&((wick_wasi *)user)->temp_ret0, wick_call_arg_i32(call, 0));
    return WICK_HOST_OK;
}

static wick_host_result em_get_temp(wick_call *call, void *user) {
    wick_call_return_i32(call, 0, wk_atomic_load32(&((const wick_wasi *)user)->temp_ret0));
    return WICK_HOST_OK;
}

static wick_host_result em_abort(wick_call *call, void *user) {
    (void)user;
    return wick_call_trap(call, "abort");
}

/* ---- time ---- */

static uint64_t em_seconds(const wick_wasi *wasi) {
    uint64_t ns = 0;
    return wk_wasi_now(wasi, 0, &ns) == WICK_WASI_OK ? wk_udiv64(ns, 1000000000u) : UINT64_MAX;
}

static wick_host_result em_time(wick_call *call, void *user) {
    uint32_t address = wick_call_arg_i32(call, 0);
    uint64_t now = em_seconds(user);
    if (address != 0) {
        uint8_t *p = wick_call_bytes(call, address, 4);
        if (p == NULL) {
            return wick_call_fail(call, WICK_ERR_oob_memory);
        }
        wk_st_le32(p, (uint32_t)now);
    }
    wick_call_return_i32(call, 0, (uint32_t)now);
    return WICK_HOST_OK;
}

static wick_host_result em_time64(wick_call *call, void *user) {
    uint32_t address = wick_call_arg_i32(call, 0);
    uint64_t now = em_seconds(user);
    if (address != 0) {
        uint8_t *p = wick_call_bytes(call, address, 8);
        if (p == NULL) {
            return wick_call_fail(call, WICK_ERR_oob_memory);
        }
        wk_st_le64(p, now);
    }
    wick_call_return_i64(call, 0, now);
    return WICK_HOST_OK;
}

/* struct tm of a 32-bit program: nine ints, then seconds east of UTC. */
enum { TM_SEC, TM_MIN, TM_HOUR, TM_MDAY, TM_MON, TM_YEAR, TM_WDAY, TM_YDAY, TM_ISDST, TM_GMTOFF, TM_FIELDS };

/* Bytes of a format for strftime. */
#define EM_FORMAT_MAX 65536u

struct em_text {
    uint8_t *to;
    uint64_t n, cap; /* n > cap: it does not fit */
    int32_t tm[TM_FIELDS];
};

static void em_put(struct em_text *t, const char *text, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (t->n < t->cap) {
            t->to[t->n] = (uint8_t)text[i];
        }
        t->n++;
    }
}

static void em_put_text(struct em_text *t, const char *text) {
    const size_t n = wk_str_size(text);
    em_put(t, text, n);
}

/* At least `width` places, filled with `fill`. */
static void em_put_number(struct em_text *t, int64_t value, uint32_t width, char fill) {
    char digits[24];
    size_t n = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        uint64_t q = wk_udiv64(rest, 10);
        digits[--n] = (char)('0' + (rest - q * 10));
        rest = q;
    } while (rest != 0);
    while (sizeof digits - n < width && n > 1) {
        digits[--n] = fill;
    }
    if (value < 0) {
        digits[--n] = '-';
    }
    em_put(t, digits + n, sizeof digits - n);
}

/* Name number `index` of a list with blanks between; "?" when it is out of range. */
static void em_put_name(struct em_text *t, const char *names, int32_t index, size_t most) {
    const char *at = names;
    for (int32_t i = 0; i < index && *at != 0; i++) {
        while (*at != 0 && *at != ' ') {
            at++;
        }
        at += *at == ' ' ? 1 : 0;
    }
    size_t n = 0;
    while (at[n] != 0 && at[n] != ' ' && n < most) {
        n++;
    }
    if (index < 0 || n == 0) {
        em_put(t, "?", 1);
    } else {
        em_put(t, at, n);
    }
}

static const char em_days[] = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday";
static const char em_months[] =
    "January February March April May June July August September October November December";

static bool em_is_leap(int64_t year) {
    return (year & 3) == 0 && (wk_srem32((int32_t)(year & 0x7fffffff), 100) != 0 || (year & 15) == 0);
}

/* Week of the ISO year, and that year. */
static int32_t em_iso_week(const struct em_text *t, int64_t *out_year) {
    int64_t year = (int64_t)t->tm[TM_YEAR] + 1900;
    int32_t wday = wk_srem32(t->tm[TM_WDAY] + 6, 7); /* Monday is 0 */
    int32_t week = wk_sdiv32(t->tm[TM_YDAY] - wday + 10, 7);
    /* How the year's last days and first days fall decides to which year they belong. */
    int32_t days = em_is_leap(year) ? 366 : 365;
    if (t->tm[TM_YDAY] - wday + 3 < 0) {
        year--;
        int32_t yday = t->tm[TM_YDAY] + (em_is_leap(year) ? 366 : 365);
        week = wk_sdiv32(yday - wday + 10, 7);
    } else if (t->tm[TM_YDAY] - wday + 3 >= days) {
        year++;
        week = 1;
    }
    *out_year = year;
    return week;
}

/* What stands for one of the composed conversions; NULL: it is none. */
static const char *em_composed(char conversion) {
    switch (conversion) {
    case 'c':
        return "%a %b %e %H:%M:%S %Y";
    case 'D':
    case 'x':
        return "%m/%d/%y";
    case 'F':
        return "%Y-%m-%d";
    case 'r':
        return "%I:%M:%S %p";
    case 'R':
        return "%H:%M";
    case 'T':
    case 'X':
        return "%H:%M:%S";
    default:
        return NULL;
    }
}

static void em_zone(struct em_text *t) {
    int32_t minutes = wk_sdiv32(t->tm[TM_GMTOFF], 60);
    int32_t size = minutes < 0 ? -minutes : minutes;
    em_put(t, minutes < 0 ? "-" : "+", 1);
    em_put_number(t, wk_sdiv32(size, 60) * 100 + wk_srem32(size, 60), 4, '0');
}

static void em_simple(struct em_text *t, char conversion) {
    const int32_t *tm = t->tm;
    int64_t year = (int64_t)tm[TM_YEAR] + 1900, iso_year;
    int32_t hour12 = wk_srem32(tm[TM_HOUR] + 11, 12) + 1;
    switch (conversion) {
    case 'a':
        em_put_name(t, em_days, tm[TM_WDAY], 3);
        break;
    case 'A':
        em_put_name(t, em_days, tm[TM_WDAY], 20);
        break;
    case 'b':
    case 'h':
        em_put_name(t, em_months, tm[TM_MON], 3);
        break;
    case 'B':
        em_put_name(t, em_months, tm[TM_MON], 20);
        break;
    case 'C':
        em_put_number(t, wk_sdiv32((int32_t)year, 100), 2, '0');
        break;
    case 'd':
        em_put_number(t, tm[TM_MDAY], 2, '0');
        break;
    case 'e':
        em_put_number(t, tm[TM_MDAY], 2, ' ');
        break;
    case 'g':
        (void)em_iso_week(t, &iso_year);
        em_put_number(t, wk_srem32((int32_t)iso_year, 100), 2, '0');
        break;
    case 'G':
        (void)em_iso_week(t, &iso_year);
        em_put_number(t, iso_year, 1, '0');
        break;
    case 'H':
        em_put_number(t, tm[TM_HOUR], 2, '0');
        break;
    case 'I':
        em_put_number(t, hour12, 2, '0');
        break;
    case 'j':
        em_put_number(t, (int64_t)tm[TM_YDAY] + 1, 3, '0');
        break;
    case 'm':
        em_put_number(t, (int64_t)tm[TM_MON] + 1, 2, '0');
        break;
    case 'M':
        em_put_number(t, tm[TM_MIN], 2, '0');
        break;
    case 'n':
        em_put(t, "\n", 1);
        break;
    case 'p':
        em_put_text(t, tm[TM_HOUR] >= 12 ? "PM" : "AM");
        break;
    case 'S':
        em_put_number(t, tm[TM_SEC], 2, '0');
        break;
    case 't':
        em_put(t, "\t", 1);
        break;
    case 'u':
        em_put_number(t, tm[TM_WDAY] == 0 ? 7 : tm[TM_WDAY], 1, '0');
        break;
    case 'U':
        em_put_number(t, wk_sdiv32(tm[TM_YDAY] + 7 - tm[TM_WDAY], 7), 2, '0');
        break;
    case 'V':
        em_put_number(t, em_iso_week(t, &iso_year), 2, '0');
        break;
    case 'w':
        em_put_number(t, tm[TM_WDAY], 1, '0');
        break;
    case 'W':
        em_put_number(t, wk_sdiv32(tm[TM_YDAY] + 7 - wk_srem32(tm[TM_WDAY] + 6, 7), 7), 2, '0');
        break;
    case 'y':
        em_put_number(t, wk_srem32((int32_t)year, 100), 2, '0');
        break;
    case 'Y':
        em_put_number(t, year, 1, '0');
        break;
    case 'z':
        em_zone(t);
        break;
    case 'Z':
        em_put_text(t, tm[TM_GMTOFF] == 0 ? "UTC" : "");
        break;
    default:
        em_put(t, "%", conversion == '%' ? 1 : 0);
        break;
    }
}

static void em_convert(struct em_text *t, char conversion) {
    const char *composed = em_composed(conversion);
    if (composed == NULL) {
        em_simple(t, conversion);
        return;
    }
    for (; *composed != 0; composed++) {
        if (*composed == '%') {
            em_simple(t, *++composed);
        } else {
            em_put(t, composed, 1);
        }
    }
}

/* A byte of a format; one that is longer than any in earnest ends, since nobody can interrupt its reading. */
static const uint8_t *em_format_at(const wick_call *call, uint64_t format, uint64_t at) {
    return at - format < EM_FORMAT_MAX ? wick_call_bytes(call, at, 1) : (const uint8_t *)"";
}

/* strftime(to, cap, format, tm): the length without its NUL, or 0 when that does not fit. */
static wick_host_result em_strftime(wick_call *call, void *user) {
    const uint64_t *a = wick_call_args(call);
    struct em_text t = {.to = wick_call_bytes(call, a[0], a[1]), .cap = a[1]};
    const uint8_t *tm = wick_call_bytes(call, a[3], TM_FIELDS * 4);
    (void)user;
    if (t.to == NULL || tm == NULL) {
        return wick_call_fail(call, WICK_ERR_oob_memory);
    }
    for (uint32_t i = 0; i < TM_FIELDS; i++) {
        int32_t value = (int32_t)wk_ld_le32(tm + (size_t)4 * i);
        const int32_t most = 1000000000; /* sums of these stay in range */
        t.tm[i] = value > most ? most : value < -most ? -most : value;
    }
    uint64_t at = a[2];
    for (;; at++) {
        const uint8_t *p = em_format_at(call, a[2], at);
        if (p == NULL) {
            return wick_call_fail(call, WICK_ERR_oob_memory);
        }
        if (*p == 0 || t.n > t.cap) {
            break;
        }
        if (*p != '%') {
            em_put(&t, (const char *)p, 1);
            continue;
        }
        do { /* E, O and a width change nothing here */
            p = em_format_at(call, a[2], ++at);
        } while (p != NULL && (*p == 'E' || *p == 'O' || *p == '-' || *p == '_' || *p == '+'));
        if (p == NULL) {
            return wick_call_fail(call, WICK_ERR_oob_memory);
        }
        if (*p == 0) {
            break;
        }
        em_convert(&t, (char)*p);
    }
    if (at - a[2] >= EM_FORMAT_MAX) {
        t.n = t.cap;
    }
    if (t.n < t.cap) {
        t.to[t.n] = 0;
    }
    wick_call_return_i32(call, 0, t.n < t.cap ? (uint32_t)t.n : 0);
    return WICK_HOST_OK;
}

/* ---- the table ---- */

static const struct em_function em_functions[] = {
    {"emscripten_memcpy_big", "iii:", em_copy},
    {"emscripten_memcpy_big", "iii:i", em_copy_back},
    {"emscripten_memcpy_js", "iii:", em_copy},
    {"emscripten_resize_heap", "i:i", em_resize_heap},
    {"emscripten_notify_memory_growth", "i:", em_nothing},
    {"setTempRet0", "i:", em_set_temp},
    {"getTempRet0", ":i", em_get_temp},
    {"abort", ":", em_abort},
    {"time", "i:i", em_time},
    {"time", "i:l", em_time64},
    {"strftime", "iiii:i", em_strftime},
    {"strftime_l", "iiiii:i", em_strftime},
};

static bool em_is(wick_name name, const char *text) {
    const size_t n = wk_str_size(text);
    return name.size == n && memcmp(name.text, text, n) == 0;
}

static wick_err em_define(wick_wasi *wasi, wick_store *store, wick_linker *linker, const wick_import_info *info,
                          const struct em_function *f) {
    wick_functype type;
    wick_extern item = {.kind = WICK_EXTERN_FUNC};
    WK_TRY(wick_functype_parse(wasi->engine, f->signature, &type));
    if (type.id != info->type.func.id) {
        return WICK_OK;
    }
    WK_TRY(wick_func_new(store, &type, f->fn, wasi, &item.of.func));
    return wick_linker_define_n(linker, info->module, info->name, &item);
}

wick_err wick_wasi_link_emscripten(wick_wasi *wasi, wick_store *store, wick_linker *linker,
                                   const wick_module *module) {
    struct wk_em_eh *eh = NULL;
    for (uint32_t i = 0; i < wick_module_import_count(module); i++) {
        wick_import_info info;
        wick_extern known;
        wick_module_import(module, i, &info);
        if (info.type.kind != WICK_EXTERN_FUNC || !em_is(info.module, "env") ||
            wick_linker_get(linker, info.module, info.name, &known)) {
            continue;
        }
        for (size_t k = 0; k < WK_COUNT_OF(em_functions); k++) {
            if (em_is(info.name, em_functions[k].name)) {
                WK_TRY(em_define(wasi, store, linker, &info, &em_functions[k]));
            }
        }
        WK_TRY(wk_em_eh_define(wasi, store, linker, &info, &eh));
    }
    return WICK_OK;
}

#undef EM_COPY_PORTION
#undef EM_FORMAT_MAX

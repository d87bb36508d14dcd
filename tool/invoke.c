/* invoke.c - `wick run --invoke`: words to values and values to words. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool/run.h"

/* Decimal or 0x, signed or unsigned, of at most `bits` bits. */
static bool invoke_integer(const char *word, unsigned bits, uint64_t *out)
{
    char *end;
    bool is_negative = word[0] == '-';
    const char *digits = word + (word[0] == '-' || word[0] == '+' ? 1 : 0);
    if (digits[0] < '0' || digits[0] > '9') {
        return false;
    }
    errno = 0;
    uint64_t value = strtoull(digits, &end, digits[0] == '0' && (digits[1] | 32) == 'x' ? 16 : 10);
    uint64_t most = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;
    if (errno != 0 || *end != 0 || value > (is_negative ? (most >> 1) + 1 : most)) {
        return false;
    }
    *out = (is_negative ? 0 - value : value) & most;
    return true;
}

/* Anything strtod reads; "nan" and "inf" too. */
static bool invoke_float(const char *word, bool is_double, wick_value *out)
{
    char *end;
    if (is_double) {
        double value = strtod(word, &end);
        memcpy(&out->of.f64, &value, sizeof value);
    } else {
        float value = strtof(word, &end);
        memcpy(&out->of.f32, &value, sizeof value);
    }
    return end != word && *end == 0;
}

/* 0x and 32 digits: the 128 bits as one number. */
static bool invoke_vector(const char *word, wick_value *out)
{
    char half[17] = {0};
    if (strlen(word) != 34 || word[0] != '0' || (word[1] | 32) != 'x' ||
        strspn(word + 2, "0123456789abcdefABCDEF") != 32) {
        return false;
    }
    memcpy(half, word + 2, 16);
    out->of.v128[1] = strtoull(half, NULL, 16);
    memcpy(half, word + 18, 16);
    out->of.v128[0] = strtoull(half, NULL, 16);
    return true;
}

/* A reference of the host's that lives as long as the store. */
static bool invoke_host_ref(wick_store *store, uint64_t number, wick_ref *out)
{
    wick_limits one = {.min = 1, .max = 1};
    wick_table *keeper;
    return wick_ref_new(store, (void *)(uintptr_t)number, NULL, out) == WICK_OK &&
           wick_table_new(store, WICK_EXTERNREF, &one, *out, &keeper) == WICK_OK;
}

/* "null"; a number for an externref. */
static bool invoke_reference(wick_store *store, const char *word, wick_value *out)
{
    uint64_t number;
    if (strcmp(word, "null") == 0) {
        out->of.ref = 0;
        return (out->type & WICK_TYPE_NULLABLE) != 0;
    }
    bool is_extern = (out->type & WICK_TYPE_CONCRETE) == 0 && WICK_TYPE_HEAP(out->type) == WICK_HEAP_extern;
    return is_extern && invoke_integer(word, sizeof(uintptr_t) * 8, &number) &&
           invoke_host_ref(store, number, &out->of.ref);
}

static bool invoke_value(wick_store *store, const char *word, wick_value *out)
{
    uint64_t bits = 0;
    switch (WICK_TYPE_KIND(out->type)) {
    case WICK_KIND_I32:
        if (!invoke_integer(word, 32, &bits)) {
            return false;
        }
        out->of.i32 = (uint32_t)bits;
        return true;
    case WICK_KIND_I64:
        return invoke_integer(word, 64, &out->of.i64);
    case WICK_KIND_F32:
        return invoke_float(word, false, out);
    case WICK_KIND_F64:
        return invoke_float(word, true, out);
    case WICK_KIND_V128:
        return invoke_vector(word, out);
    default:
        return invoke_reference(store, word, out);
    }
}

static const char *invoke_type_name(wick_valtype type)
{
    static const char *const names[] = {"", "i32", "i64", "f32", "f64", "v128"};
    uint32_t kind = WICK_TYPE_KIND(type);
    return kind <= WICK_KIND_V128 ? names[kind] : "reference";
}

int run_parse_args(wick_store *store, const wick_functype *type, char **words, size_t n_words, wick_value *args)
{
    if (n_words != type->n_params) {
        return tool_complain("the function takes %u arguments, not %zu", type->n_params, n_words);
    }
    for (uint32_t i = 0; i < type->n_params; i++) {
        memset(&args[i], 0, sizeof args[i]);
        args[i].type = type->params[i];
        if (!invoke_value(store, words[i], &args[i])) {
            return tool_complain("argument %u is no %s: '%s'", i + 1, invoke_type_name(type->params[i]), words[i]);
        }
    }
    return STATUS_OK;
}

static void invoke_print_float(double value, int digits)
{
    if (isnan(value)) {
        printf("%snan\n", signbit(value) ? "-" : "");
    } else {
        char text[40];
        for (int n = 1; n <= digits; n++) { /* the shortest that reads back the same */
            snprintf(text, sizeof text, "%.*g", n, value);
            if (digits == 9 ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value) {
                break;
            }
        }
        puts(text);
    }
}

void run_print_results(const wick_task *task)
{
    for (size_t i = 0; i < wick_task_result_count(task); i++) {
        wick_value v = wick_task_result(task, i);
        float f;
        double d;
        switch (WICK_TYPE_KIND(v.type)) {
        case WICK_KIND_I32:
            printf("%" PRId32 "\n", (int32_t)v.of.i32);
            break;
        case WICK_KIND_I64:
            printf("%" PRId64 "\n", (int64_t)v.of.i64);
            break;
        case WICK_KIND_F32:
            memcpy(&f, &v.of.f32, sizeof f);
            invoke_print_float((double)f, 9);
            break;
        case WICK_KIND_F64:
            memcpy(&d, &v.of.f64, sizeof d);
            invoke_print_float(d, 17);
            break;
        case WICK_KIND_V128:
            printf("0x%016" PRIx64 "%016" PRIx64 "\n", v.of.v128[1], v.of.v128[0]);
            break;
        default:
            if (v.of.ref == 0) {
                puts("null");
            } else if (wick_ref_func(v.of.ref) != NULL) {
                puts("function");
            } else {
                printf("%" PRIuPTR "\n", (uintptr_t)wick_ref_object(v.of.ref));
            }
            break;
        }
    }
}

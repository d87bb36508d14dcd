/* compiler.h - what differs between compilers, each thing with a portable fallback. */
#ifndef WICK_BASE_COMPILER_H
#define WICK_BASE_COMPILER_H

#ifdef __GNUC__
#define WK_LIKELY(x) __builtin_expect(!!(x), 1)
#define WK_UNLIKELY(x) __builtin_expect(!!(x), 0)
#define WK_NOINLINE __attribute__((noinline))
#ifdef __OPTIMIZE__
#define WK_INLINE static inline __attribute__((always_inline, unused))
#else /* forced inlining without optimisation gives every copy its own stack slots */
#define WK_INLINE static inline __attribute__((unused))
#endif
#define WK_COLD __attribute__((cold, noinline))
#define WK_UNUSED __attribute__((unused))
#define WK_ALIGNED(n) __attribute__((aligned(n)))
#define WK_PREFETCH(p) __builtin_prefetch(p)
#else
#define WK_LIKELY(x) (x)
#define WK_UNLIKELY(x) (x)
#define WK_NOINLINE
#define WK_INLINE static inline
#define WK_COLD
#define WK_UNUSED
#define WK_ALIGNED(n)
#define WK_PREFETCH(p) ((void)(p))
#endif

/* Internal functions shared between files; the amalgamation makes them static. */
#ifndef WK_EXTERN
#ifdef __GNUC__
#define WK_EXTERN __attribute__((visibility("hidden")))
#else
#define WK_EXTERN
#endif
#endif

#if defined(__BYTE_ORDER__) && defined(__ORDER_BIG_ENDIAN__) && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define WK_BIG_ENDIAN 1
#else
#define WK_BIG_ENDIAN 0
#endif

/* Vector registers of 16 bytes that the compiler's vector extensions use, lane 0 lowest (num/vec.h). A kernel that may
 * not touch them compiles with -mno-sse or -mgeneral-regs-only, which undefines what is asked for here. */
#if defined(__has_builtin) && !WK_BIG_ENDIAN && \
    ((defined(__x86_64__) && defined(__SSE2__)) || (defined(__aarch64__) && defined(__ARM_NEON)))
#if __has_builtin(__builtin_shufflevector) && __has_builtin(__builtin_convertvector)
#define WK_HAVE_VECTORS 1
#endif
#endif
#ifndef WK_HAVE_VECTORS
#define WK_HAVE_VECTORS 0
#endif

/* Propagates an error: `WK_TRY(expr);` */
#define WK_TRY(expr)                    \
    do {                                \
        wick_err wk_try_err_ = (expr);  \
        if (WK_UNLIKELY(wk_try_err_)) { \
            return wk_try_err_;         \
        }                               \
    } while (0)

#define WK_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

#endif

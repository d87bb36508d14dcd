/* sanitize.h - is this an optimised build without sanitizers, whose native stack means something? And what bound it has. */
#ifndef WICK_TEST_CHECK_SANITIZE_H
#define WICK_TEST_CHECK_SANITIZE_H

#if !defined(__OPTIMIZE__) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define STACK_IS_BOUNDED 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || __has_feature(undefined_behavior_sanitizer)
#define STACK_IS_BOUNDED 0
#endif
#endif
#ifndef STACK_IS_BOUNDED
#define STACK_IS_BOUNDED 1
#endif

/* Bytes. On s390x the calling convention gives every frame 160 bytes for registers: there twenty calls are 3 KiB of nothing. */
#ifdef __s390x__
#define STACK_BOUND 4096
#else
#define STACK_BOUND 2048
#endif

#endif

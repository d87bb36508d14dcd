/* sanitize.h - is this an optimised build without sanitizers, whose native stack means something? */
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

#endif

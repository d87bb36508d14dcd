/* pthread.h - as much of POSIX threads as the programs here need, over wasi-threads (pthread.c). */
#ifndef PTHREAD_H
#define PTHREAD_H

#include <sys/types.h>
#include <time.h>

struct thread;
#define pthread_t real_pthread_t
#define pthread_attr_t real_pthread_attr_t
#define pthread_mutex_t real_pthread_mutex_t
#define pthread_mutexattr_t real_pthread_mutexattr_t
#define pthread_cond_t real_pthread_cond_t
#define pthread_condattr_t real_pthread_condattr_t
typedef struct thread *pthread_t;
typedef struct {
    size_t stack_size;
} pthread_attr_t;
typedef struct {
    int state; /* 0 free, 1 locked, 2 locked and somebody may wait */
} pthread_mutex_t;
typedef int pthread_mutexattr_t;
typedef struct {
    int n; /* changes with every signal */
} pthread_cond_t;
typedef int pthread_condattr_t;

#define PTHREAD_MUTEX_INITIALIZER {0}
#define PTHREAD_COND_INITIALIZER {0}

int pthread_create(pthread_t *out, const pthread_attr_t *attr, void *(*function)(void *), void *arg);
int pthread_join(pthread_t thread, void **out);
pthread_t pthread_self(void);
int pthread_mutex_init(pthread_mutex_t *m, const pthread_mutexattr_t *attr);
int pthread_mutex_destroy(pthread_mutex_t *m);
int pthread_mutex_lock(pthread_mutex_t *m);
int pthread_mutex_trylock(pthread_mutex_t *m);
int pthread_mutex_unlock(pthread_mutex_t *m);
int pthread_cond_init(pthread_cond_t *c, const pthread_condattr_t *attr);
int pthread_cond_destroy(pthread_cond_t *c);
int pthread_cond_wait(pthread_cond_t *c, pthread_mutex_t *m);
int pthread_cond_signal(pthread_cond_t *c);
int pthread_cond_broadcast(pthread_cond_t *c);

#endif

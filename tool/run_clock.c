/* run_clock.c - the time limit of `wick run`: a timer's signal that stops the program. */
#include <signal.h>
#include <string.h>
#include <sys/time.h>

#include "tool/run.h"

volatile uint32_t run_time_is_up;
static void (*volatile run_clock_stop)(void *user);
static void *volatile run_clock_user;

static void run_clock_ring(int number)
{
    (void)number;
    run_time_is_up = 1;
    if (run_clock_stop != NULL) {
        run_clock_stop(run_clock_user);
    }
}

/* The first signal may come between a check and a system call that waits, so it comes again. */
void run_clock_start(double seconds, void (*stop)(void *user), void *user)
{
    struct sigaction action;
    struct itimerval timer;
    memset(&action, 0, sizeof action);
    action.sa_handler = run_clock_ring; /* without SA_RESTART: what waits is to return */
    sigemptyset(&action.sa_mask);
    sigaction(SIGALRM, &action, NULL);
    run_clock_user = user;
    run_clock_stop = stop;
    timer.it_value.tv_sec = (time_t)seconds;
    timer.it_value.tv_usec = (suseconds_t)((seconds - (double)(time_t)seconds) * 1e6);
    if (timer.it_value.tv_sec == 0 && timer.it_value.tv_usec == 0) {
        timer.it_value.tv_usec = 1;
    }
    timer.it_interval.tv_sec = 0;
    timer.it_interval.tv_usec = 20000;
    setitimer(ITIMER_REAL, &timer, NULL);
}

void run_clock_end(void)
{
    struct itimerval timer;
    memset(&timer, 0, sizeof timer);
    setitimer(ITIMER_REAL, &timer, NULL);
    run_clock_stop = NULL;
}

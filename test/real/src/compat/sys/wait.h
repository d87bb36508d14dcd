/* sys/wait.h - there are no processes: whatever is asked of a status, it ended by itself. */
#ifndef WICK_REAL_SYS_WAIT_H
#define WICK_REAL_SYS_WAIT_H

#define WIFEXITED(status) 1
#define WEXITSTATUS(status) ((status) & 255)
#define WIFSIGNALED(status) 0
#define WTERMSIG(status) 0
#define WCOREDUMP(status) 0

#endif

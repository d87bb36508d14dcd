/* sh - a small shell: sh [-e] [-c TEXT [NAME [ARGS...]] | SCRIPT [ARGS...]].
 *
 * Lines of commands joined by ; & && || and |, redirections < > >> 2> 2>> 2>&1, quotes, variables
 * ($NAME $? $$ $! $# $@ $0 to $9), $(command), file name patterns, comments. Built in: cd, pwd,
 * exit, wait, kill, jobs, export, set, help, `.` and `:`.
 *
 * There being no fork, a part of a line that needs a shell of its own (a list in the background, a
 * built-in command in a pipeline, parentheses, $(...)) is run as `sh -c TEXT`. Variables therefore
 * are always exported.
 *
 * One pass over the text: parse_list reads a list and runs each pipeline as soon as it has been
 * read, or skips it when `run` is false.
 */
#include <ctype.h>
#include <glob.h>
#include <sys/stat.h>
#include <wasi/api.h>

#include "program.h"
#include "wick_proc.h"

enum {
    MAX_STAGES = 64,  /* commands in a pipeline */
    MAX_JOBS = 64,
    MAX_MAPPED = 32,  /* preopened directories passed on, with the standard descriptors */
    STATUS_ABNORMAL = 134,
    STATUS_SYNTAX = 2,
    STATUS_NOT_FOUND = 127,
    STATUS_NOT_RUN = 126
};

extern char **environ;

struct job {
    uint32_t group, last; /* last: the pid whose status counts; group 0: a free place */
    bool has_ended;
    int status;
    char *text;
};

static struct job jobs[MAX_JOBS];
static int last_status;
static uint32_t last_background;
static bool interactive, stop_on_error, leaving;
static const char *shell_name = "sh";
static char **arguments; /* $1 ... */
static int n_arguments;
static char directory[4096] = "/";

/* ---- memory: everything made while a line runs is freed together ---- */

struct piece {
    struct piece *next;
};
static struct piece *pieces;

static _Noreturn void out_of_memory(void)
{
    fprintf(stderr, "sh: out of memory\n");
    exit(STATUS_NOT_RUN);
}

static void *take(size_t n)
{
    struct piece *piece = malloc(sizeof *piece + n);
    if (piece == NULL) {
        out_of_memory();
    }
    piece->next = pieces;
    pieces = piece;
    return piece + 1;
}

static void release_until(struct piece *mark)
{
    while (pieces != mark) {
        struct piece *piece = pieces;
        pieces = piece->next;
        free(piece);
    }
}

static char *take_text(const char *text, size_t n)
{
    char *copy = take(n + 1);
    memcpy(copy, text, n);
    copy[n] = 0;
    return copy;
}

struct text { /* grows; its bytes are from take */
    char *bytes;
    size_t n, cap;
};

static void text_add(struct text *t, const char *bytes, size_t n)
{
    if (t->n + n + 1 > t->cap) {
        size_t cap = (t->n + n + 1) * 2;
        char *bigger = take(cap);
        if (t->n > 0) {
            memcpy(bigger, t->bytes, t->n);
        }
        t->bytes = bigger;
        t->cap = cap;
    }
    memcpy(t->bytes + t->n, bytes, n);
    t->n += n;
    t->bytes[t->n] = 0;
}

static void text_add_char(struct text *t, char c)
{
    text_add(t, &c, 1);
}

struct words {
    char **word;
    size_t n, cap;
};

static void words_add(struct words *w, char *word)
{
    if (w->n + 1 >= w->cap) {
        size_t cap = w->cap == 0 ? 16 : w->cap * 2;
        char **bigger = take(cap * sizeof *bigger);
        if (w->n > 0) {
            memcpy(bigger, w->word, w->n * sizeof *bigger);
        }
        w->word = bigger;
        w->cap = cap;
    }
    w->word[w->n++] = word;
    w->word[w->n] = NULL;
}

/* ---- tokens ---- */

enum kind { END, WORD, NEWLINE, SEMI, BACK, AND, OR, PIPE, OPEN, CLOSE, REDIRECT };

struct token {
    enum kind kind;
    const char *start;
    size_t n;
    int fd;        /* REDIRECT: which descriptor, and how */
    char how;      /* '<', '>', 'a' append, '&' as another descriptor */
    bool complete; /* false: a quote or a parenthesis is open at the end */
};

/* The byte after the quoted or substituted piece that begins at p; NULL when it does not end. */
static const char *skip_piece(const char *p)
{
    if (*p == '\\') {
        return p[1] != 0 ? p + 2 : NULL;
    }
    if (*p == '\'') {
        p = strchr(p + 1, '\'');
        return p != NULL ? p + 1 : NULL;
    }
    if (*p == '"') {
        for (p++; p != NULL && *p != '"'; p = *p == '\\' || *p == '$' ? skip_piece(p) : p + 1) {
            if (*p == 0) {
                return NULL;
            }
        }
        return p != NULL ? p + 1 : NULL;
    }
    if (p[0] == '$' && p[1] == '(') {
        int depth = 1;
        for (p += 2; p != NULL && depth > 0;) {
            if (*p == 0) {
                return NULL;
            }
            depth += (*p == '(') - (*p == ')');
            p = *p == '\\' || *p == '\'' || *p == '"' ? skip_piece(p) : p + 1;
        }
        return p;
    }
    return p + 1;
}

static bool ends_word(char c)
{
    return c == 0 || strchr(" \t\n;&|<>()", c) != NULL;
}

static struct token read_redirection(struct token t, const char *p)
{
    t.kind = REDIRECT;
    t.fd = *p == '<' ? 0 : 1;
    if (isdigit((unsigned char)*p)) {
        t.fd = *p++ - '0';
    }
    t.how = *p++;
    if (t.how == '>' && *p == '>') {
        t.how = 'a';
        p++;
    } else if (t.how == '>' && *p == '&') {
        t.how = '&';
        p++;
    }
    t.n = (size_t)(p - t.start);
    return t;
}

static struct token read_token(const char *p)
{
    static const struct {
        const char *text;
        enum kind kind;
    } operators[] = {{"&&", AND}, {"||", OR}, {"\n", NEWLINE}, {";", SEMI}, {"&", BACK},
                     {"|", PIPE}, {"(", OPEN}, {")", CLOSE}};
    while (*p == ' ' || *p == '\t' || (p[0] == '\\' && p[1] == '\n')) {
        p += *p == '\\' ? 2 : 1;
    }
    if (*p == '#') {
        p += strcspn(p, "\n");
    }
    struct token t = {.kind = END, .start = p, .complete = true};
    if (*p == 0) {
        return t;
    }
    for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
        t.n = strlen(operators[i].text);
        if (strncmp(p, operators[i].text, t.n) == 0) {
            t.kind = operators[i].kind;
            return t;
        }
    }
    if (*p == '<' || *p == '>' || (isdigit((unsigned char)*p) && (p[1] == '<' || p[1] == '>'))) {
        return read_redirection(t, p);
    }
    t.kind = WORD;
    while (!ends_word(*p)) {
        p = skip_piece(p);
        if (p == NULL) {
            t.complete = false;
            t.n = strlen(t.start);
            return t;
        }
    }
    t.n = (size_t)(p - t.start);
    return t;
}

/* Does the text end inside a quote or parenthesis, or after an operator that wants more? */
static bool is_incomplete(const char *text)
{
    int depth = 0;
    enum kind last = END;
    for (const char *p = text;;) {
        struct token t = read_token(p);
        if (!t.complete) {
            return true;
        }
        if (t.kind == END) {
            return depth > 0 || last == PIPE || last == AND || last == OR;
        }
        depth += (t.kind == OPEN) - (t.kind == CLOSE);
        last = t.kind == NEWLINE && (last == PIPE || last == AND || last == OR) ? last : t.kind;
        p = t.start + t.n;
    }
}

/* ---- starting programs ---- */

static char *join(char *const *strings, size_t *out_n)
{
    struct text blob = {0};
    for (; strings != NULL && *strings != NULL; strings++) {
        text_add(&blob, *strings, strlen(*strings) + 1);
    }
    *out_n = blob.n;
    return blob.bytes;
}

/* Opens a program: NAME with a slash, or in the directories of PATH, as it is or with ".wasm". */
static int open_program(const char *name, char *full, size_t cap)
{
    const char *path = getenv("PATH");
    bool direct = strchr(name, '/') != NULL;
    for (path = direct ? "" : path == NULL ? "/bin" : path;; path++) {
        size_t n = strcspn(path, ":");
        for (int with = 0; with < 2; with++) {
            snprintf(full, cap, "%.*s%s%s%s", (int)n, path, direct ? "" : "/", name,
                     with ? ".wasm" : "");
            int fd = open(full, O_RDONLY);
            struct stat st;
            if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
                return fd;
            }
            if (fd >= 0) {
                close(fd);
                errno = EACCES;
            }
        }
        path += n;
        if (*path == 0) {
            return -1;
        }
    }
}

static bool is_wasm(int fd)
{
    char magic[4];
    return pread(fd, magic, sizeof magic, 0) == 4 && memcmp(magic, "\0asm", 4) == 0;
}

/* What a child gets as 0, 1, 2; and every preopened directory as it is here. */
static size_t make_map(struct wick_proc_map *map, const int *fds)
{
    size_t n = 0;
    for (; n < 3; n++) {
        map[n] = (struct wick_proc_map){(uint32_t)n, (uint32_t)fds[n]};
    }
    __wasi_prestat_t prestat;
    for (; n < MAX_MAPPED && __wasi_fd_prestat_get((__wasi_fd_t)n, &prestat) == 0; n++) {
        map[n] = (struct wick_proc_map){(uint32_t)n, (uint32_t)n};
    }
    return n;
}

/* Starts a program in `group` (WICK_PROC_NEW_GROUP: its own). 0 and a message when it cannot. */
static uint32_t start(char **argv, const int *fds, uint32_t group)
{
    static bool in_script;
    char full[4096];
    int fd = open_program(argv[0], full, sizeof full);
    if (fd < 0) {
        dprintf(fds[2], "sh: %s: %s\n", argv[0], errno == ENOENT ? "not found" : strerror(errno));
        last_status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_NOT_RUN;
        return 0;
    }
    if (!is_wasm(fd) && !in_script) { /* a script */
        struct words words = {0};
        words_add(&words, "sh");
        words_add(&words, take_text(full, strlen(full)));
        for (argv++; *argv != NULL; argv++) {
            words_add(&words, *argv);
        }
        close(fd);
        in_script = true; /* should sh itself be no program, it is not tried again */
        uint32_t pid = start(words.word, fds, group);
        in_script = false;
        return pid;
    }
    struct wick_proc_map map[MAX_MAPPED];
    struct wick_proc_options options = {.group = group};
    size_t argv_n, envp_n, map_n = make_map(map, fds);
    char *argv_blob = join(argv, &argv_n), *envp_blob = join(environ, &envp_n);
    uint32_t pid = 0;
    int wrong = wick_proc_spawn(fd, argv_blob, argv_n, envp_blob, envp_n, map, map_n, &options,
                                &pid);
    close(fd);
    if (wrong != 0) {
        dprintf(fds[2], "sh: %s: %s\n", argv[0], strerror(wrong));
        last_status = STATUS_NOT_RUN;
        return 0;
    }
    return pid;
}

static int status_of(const struct wick_proc_status *s)
{
    if (s->how == WICK_PROC_EXITED) {
        return (int)(s->code & 0xff);
    }
    return s->how == WICK_PROC_SIGNALED ? (int)(128 + s->code) : STATUS_ABNORMAL;
}

/* Who is ended by ^C; 0: nobody, as while a line is being typed. */
static void set_foreground(uint32_t group)
{
    if (interactive) {
        int ignored = wick_proc_tty_foreground(0, group);
        (void)ignored; /* a host without control over the terminal does this itself */
    }
}

/* Waits for one process; its status, or 127 when there is no such child. */
static int wait_for(uint32_t pid)
{
    struct wick_proc_status s;
    return wick_proc_wait((int32_t)pid, 0, &s) == 0 ? status_of(&s) : STATUS_NOT_FOUND;
}

static char **shell_command(const char *text, size_t n)
{
    struct words words = {0};
    words_add(&words, "sh");
    words_add(&words, "-c");
    words_add(&words, take_text(text, n));
    return words.word;
}

/* ---- jobs ---- */

static void job_add(uint32_t group, uint32_t last, const char *text, size_t n)
{
    last_background = last;
    for (int i = 0; i < MAX_JOBS; i++) {
        if (jobs[i].group == 0 || (jobs[i].has_ended && i + 1 == MAX_JOBS)) {
            free(jobs[i].text);
            jobs[i] = (struct job){group, last, false, 0, strndup(text, n)};
            if (interactive) {
                dprintf(2, "[%d] %u\n", i + 1, last);
            }
            return;
        }
    }
}

static void job_forget(struct job *job)
{
    free(job->text);
    *job = (struct job){0};
}

/* Takes note of children that have ended, whoever they are. */
static void reap(void)
{
    struct wick_proc_status s;
    while (wick_proc_wait(-1, WICK_PROC_NOHANG, &s) == 0 && s.pid != 0) {
        for (int i = 0; i < MAX_JOBS; i++) {
            if (jobs[i].group != 0 && jobs[i].last == s.pid) {
                jobs[i].has_ended = true;
                jobs[i].status = status_of(&s);
            }
        }
    }
}

static void tell_ended_jobs(void)
{
    for (int i = 0; i < MAX_JOBS; i++) {
        if (jobs[i].group != 0 && jobs[i].has_ended) {
            dprintf(2, "[%d] done (%d) %s\n", i + 1, jobs[i].status,
                    jobs[i].text != NULL ? jobs[i].text : "");
            job_forget(&jobs[i]);
        }
    }
}

/* "%2", "12" or "-12" (a group): what wick_proc_kill takes; 0 when it is none of these. */
static int32_t read_target(const char *text)
{
    char *end;
    long n = strtol(text + (*text == '%'), &end, 10);
    if (*end != 0 || end == text) {
        return 0;
    }
    if (*text != '%') {
        return (int32_t)n;
    }
    return n >= 1 && n <= MAX_JOBS ? -(int32_t)jobs[n - 1].group : 0;
}

/* ---- words: quotes, variables, substitution, patterns ---- */

struct expansion {
    struct words *out;
    struct text plain, pattern; /* the word so far; as a pattern, with quoted specials escaped */
    bool has_word, has_pattern;
};

static void add_char(struct expansion *e, char c, bool quoted)
{
    e->has_word = true;
    text_add_char(&e->plain, c);
    if (strchr("*?[]\\", c) != NULL) {
        if (quoted || c == '\\') {
            text_add_char(&e->pattern, '\\');
        } else {
            e->has_pattern = true;
        }
    }
    text_add_char(&e->pattern, c);
}

static void end_word(struct expansion *e)
{
    glob_t found;
    if (!e->has_word) {
        return;
    }
    if (e->has_pattern && glob(e->pattern.bytes, 0, NULL, &found) == 0) {
        for (size_t i = 0; i < found.gl_pathc; i++) {
            words_add(e->out, take_text(found.gl_pathv[i], strlen(found.gl_pathv[i])));
        }
        globfree(&found);
    } else {
        words_add(e->out, take_text(e->plain.n > 0 ? e->plain.bytes : "", e->plain.n));
    }
    e->plain.n = e->pattern.n = 0;
    e->has_word = e->has_pattern = false;
}

/* The value of a variable; unquoted blanks in it end words. */
static void add_value(struct expansion *e, const char *value, bool quoted)
{
    for (; *value != 0; value++) {
        if (!quoted && isspace((unsigned char)*value)) {
            end_word(e);
        } else {
            add_char(e, *value, quoted);
        }
    }
}

static void add_number(struct expansion *e, unsigned long n)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%lu", n);
    add_value(e, digits, true);
}

static void add_output(struct expansion *e, const char *text, size_t n, bool quoted)
{
    uint32_t fds[2];
    struct text output = {0};
    char buf[4096];
    if (wick_proc_pipe(fds) != 0) {
        return;
    }
    int map[3] = {0, (int)fds[1], 2};
    uint32_t pid = start(shell_command(text, n), map, 0);
    close((int)fds[1]);
    for (ssize_t got; (got = read((int)fds[0], buf, sizeof buf)) > 0;) {
        text_add(&output, buf, (size_t)got);
    }
    close((int)fds[0]);
    if (pid != 0) {
        last_status = wait_for(pid);
    }
    while (output.n > 0 && output.bytes[output.n - 1] == '\n') {
        output.bytes[--output.n] = 0;
    }
    if (output.n > 0) {
        add_value(e, output.bytes, quoted);
    }
}

static void add_arguments(struct expansion *e, bool quoted)
{
    for (int i = 0; i < n_arguments; i++) {
        if (i > 0) {
            end_word(e);
        }
        e->has_word |= quoted;
        add_value(e, arguments[i], quoted);
    }
}

/* p is after '$'; answers the byte after the name. */
static const char *add_variable(struct expansion *e, const char *p, bool quoted)
{
    if (*p == '(') {
        const char *end = skip_piece(p - 1);
        add_output(e, p + 1, (size_t)(end - p) - 2, quoted);
        return end;
    }
    if (*p == '?') {
        add_number(e, (unsigned long)last_status);
        return p + 1;
    }
    if (*p == '!') {
        add_number(e, last_background);
        return p + 1;
    }
    if (*p == '#') {
        add_number(e, (unsigned long)n_arguments);
        return p + 1;
    }
    if (*p == '$') {
        uint32_t self[3] = {0};
        add_number(e, wick_proc_self(self) == 0 ? self[0] : 0);
        return p + 1;
    }
    if (*p == '@') {
        add_arguments(e, quoted);
        return p + 1;
    }
    if (isdigit((unsigned char)*p)) {
        int i = *p - '0';
        const char *value = i == 0 ? shell_name : i <= n_arguments ? arguments[i - 1] : "";
        add_value(e, value, quoted);
        return p + 1;
    }
    bool braces = *p == '{';
    const char *name = p + braces;
    size_t n = 0;
    while (isalnum((unsigned char)name[n]) || name[n] == '_') {
        n++;
    }
    if (n == 0 || (braces && name[n] != '}')) {
        add_char(e, '$', true);
        return p;
    }
    const char *value = getenv(take_text(name, n));
    add_value(e, value != NULL ? value : "", quoted);
    return name + n + braces;
}

static const char *add_double_quoted(struct expansion *e, const char *p)
{
    e->has_word = true;
    while (*p != '"') {
        if (*p == '\\' && strchr("\\\"$`", p[1]) != NULL) {
            add_char(e, p[1], true);
            p += 2;
        } else if (*p == '$') {
            p = add_variable(e, p + 1, true);
        } else {
            add_char(e, *p++, true);
        }
    }
    return p + 1;
}

static void expand(const char *word, size_t n, struct words *out)
{
    struct expansion e = {.out = out};
    const char *p = take_text(word, n);
    while (*p != 0) {
        if (*p == '\\') {
            if (p[1] != '\n') {
                add_char(&e, p[1], true);
            }
            p += 2;
        } else if (*p == '\'') {
            e.has_word = true;
            for (p++; *p != '\''; p++) {
                add_char(&e, *p, true);
            }
            p++;
        } else if (*p == '"') {
            p = add_double_quoted(&e, p + 1);
        } else if (*p == '$') {
            p = add_variable(&e, p + 1, false);
        } else {
            add_char(&e, *p++, false);
        }
    }
    end_word(&e);
}

/* A word that must be one: a redirection's file, an assignment's value. */
static char *expand_one(const char *word, size_t n)
{
    struct words words = {0};
    struct text all = {0};
    expand(word, n, &words);
    for (size_t i = 0; i < words.n; i++) {
        if (i > 0) {
            text_add_char(&all, ' ');
        }
        text_add(&all, words.word[i], strlen(words.word[i]));
    }
    return all.n > 0 ? all.bytes : take_text("", 0);
}

/* ---- built-in commands: each returns its status ---- */

static int do_cd(int argc, char **argv, const int *fds)
{
    const char *to = argc > 1 ? argv[1] : getenv("HOME");
    if (chdir(to != NULL ? to : "/") != 0 || getcwd(directory, sizeof directory) == NULL) {
        dprintf(fds[2], "cd: %s: %s\n", to != NULL ? to : "/", strerror(errno));
        return 1;
    }
    setenv("PWD", directory, 1);
    return 0;
}

static int do_pwd(int argc, char **argv, const int *fds)
{
    (void)argc;
    (void)argv;
    dprintf(fds[1], "%s\n", directory);
    return 0;
}

static int do_exit(int argc, char **argv, const int *fds)
{
    (void)fds;
    leaving = true;
    return argc > 1 ? atoi(argv[1]) & 0xff : last_status;
}

static int do_jobs(int argc, char **argv, const int *fds)
{
    (void)argc;
    (void)argv;
    reap();
    for (int i = 0; i < MAX_JOBS; i++) {
        if (jobs[i].group != 0) {
            dprintf(fds[1], "[%d] %u %s %s\n", i + 1, jobs[i].last,
                    jobs[i].has_ended ? "done" : "running",
                    jobs[i].text != NULL ? jobs[i].text : "");
        }
    }
    return 0;
}

static int wait_job(struct job *job)
{
    int status = job->has_ended ? job->status : wait_for(job->last);
    job_forget(job);
    return status;
}

static int do_wait(int argc, char **argv, const int *fds)
{
    int status = 0;
    (void)fds;
    for (int k = 1; k < argc; k++) {
        int32_t target = read_target(argv[k]);
        status = STATUS_NOT_FOUND;
        for (int i = 0; i < MAX_JOBS; i++) {
            struct job *job = &jobs[i];
            if (job->group != 0 &&
                (target == (int32_t)job->last || target == -(int32_t)job->group)) {
                status = wait_job(job);
            }
        }
    }
    for (int i = 0; argc == 1 && i < MAX_JOBS; i++) {
        if (jobs[i].group != 0) {
            status = wait_job(&jobs[i]);
        }
    }
    return status;
}

static int do_kill(int argc, char **argv, const int *fds)
{
    static const struct {
        const char *name;
        uint32_t signal;
    } names[] = {{"-INT", WICK_PROC_INT},    {"-2", WICK_PROC_INT},
                 {"-KILL", WICK_PROC_KILL},  {"-9", WICK_PROC_KILL},
                 {"-TERM", WICK_PROC_TERM},  {"-15", WICK_PROC_TERM}};
    uint32_t signal = WICK_PROC_TERM;
    int status = 0, i = 1;
    for (size_t k = 0; i < argc && k < sizeof names / sizeof names[0]; k++) {
        if (strcmp(argv[1], names[k].name) == 0) {
            signal = names[k].signal;
            i = 2;
        }
    }
    if (i >= argc) {
        dprintf(fds[2], "usage: kill [-INT|-KILL|-TERM] PID|%%JOB...\n");
        return 2;
    }
    for (; i < argc; i++) {
        int wrong = wick_proc_kill(read_target(argv[i]), signal);
        if (wrong != 0) {
            dprintf(fds[2], "kill: %s: %s\n", argv[i], strerror(wrong));
            status = 1;
        }
    }
    return status;
}

static int do_export(int argc, char **argv, const int *fds)
{
    for (int i = 1; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (equals != NULL) {
            *equals = 0;
            setenv(argv[i], equals + 1, 1);
        }
    }
    for (char **p = environ; argc == 1 && p != NULL && *p != NULL; p++) {
        dprintf(fds[1], "%s\n", *p);
    }
    return 0;
}

static int do_set(int argc, char **argv, const int *fds)
{
    if (argc == 2 && (strcmp(argv[1], "-e") == 0 || strcmp(argv[1], "+e") == 0)) {
        stop_on_error = argv[1][0] == '-';
        return 0;
    }
    dprintf(fds[2], "usage: set -e | set +e\n");
    return 2;
}

static int run_file(const char *name);

static int do_source(int argc, char **argv, const int *fds)
{
    if (argc != 2) {
        dprintf(fds[2], "usage: . FILE\n");
        return 2;
    }
    return run_file(argv[1]);
}

static int do_nothing(int argc, char **argv, const int *fds)
{
    (void)argc;
    (void)argv;
    (void)fds;
    return 0;
}

static int do_help(int argc, char **argv, const int *fds)
{
    (void)argc;
    (void)argv;
    dprintf(fds[1], "commands | & && || ; ( ) < > >> 2> 2>&1 'x' \"$x\" $(x) * ?\n"
                    "built in: cd exit export help jobs kill pwd set wait . :\n"
                    "programs: ls /bin\n");
    return 0;
}

static const struct built_in {
    const char *name;
    int (*run)(int argc, char **argv, const int *fds);
} built_ins[] = {{"cd", do_cd},         {"pwd", do_pwd},       {"exit", do_exit},
                 {"jobs", do_jobs},     {"wait", do_wait},     {"kill", do_kill},
                 {"export", do_export}, {"set", do_set},       {".", do_source},
                 {":", do_nothing},     {"help", do_help}};

static const struct built_in *find_built_in(const char *name)
{
    for (size_t i = 0; i < sizeof built_ins / sizeof built_ins[0]; i++) {
        if (strcmp(name, built_ins[i].name) == 0) {
            return &built_ins[i];
        }
    }
    return NULL;
}

/* ---- pipelines ---- */

struct stage { /* one command, still as text */
    struct token token[256];
    size_t n;
    const char *start, *end;
    bool is_subshell;
};

/* A pipeline is run in three steps: its pipes, then each stage, then the wait. */
struct pipeline {
    struct stage *stage[MAX_STAGES];
    size_t n;
    const char *start, *end;
    bool negated;
};

static bool is_assignment(const struct token *t)
{
    size_t i = 0;
    while (i < t->n && (isalnum((unsigned char)t->start[i]) || t->start[i] == '_')) {
        i++;
    }
    return i > 0 && i < t->n && t->start[i] == '=' && !isdigit((unsigned char)t->start[0]);
}

static void assign(const struct token *t)
{
    const char *equals = memchr(t->start, '=', t->n);
    size_t n = (size_t)(equals - t->start);
    setenv(take_text(t->start, n), expand_one(equals + 1, t->n - n - 1), 1);
}

/* Opens a redirection's file into fds; opened[] are to be closed afterwards. */
static bool redirect(const struct token *t, const struct token *name, int *fds, int *opened)
{
    char *file = expand_one(name->start, name->n);
    if (t->how == '&') {
        int from = file[0] - '0';
        if (from < 0 || from > 2 || file[1] != 0 || t->fd > 2) {
            dprintf(2, "sh: %s: bad descriptor\n", file);
            return false;
        }
        fds[t->fd] = fds[from];
        return true;
    }
    int flags = t->how == '<' ? O_RDONLY
                              : O_WRONLY | O_CREAT | (t->how == 'a' ? O_APPEND : O_TRUNC);
    int fd = t->fd <= 2 ? open(file, flags, 0666) : -1;
    if (fd < 0) {
        dprintf(2, "sh: %s: %s\n", file, t->fd > 2 ? "bad descriptor" : strerror(errno));
        return false;
    }
    if (opened[t->fd] >= 0) {
        close(opened[t->fd]);
    }
    opened[t->fd] = fds[t->fd] = fd;
    return true;
}

/* Splits a stage into words and redirections; false after a complaint. */
static bool prepare(const struct stage *s, struct words *words, int *fds, int *opened)
{
    size_t i = 0;
    for (; i < s->n && !s->is_subshell && is_assignment(&s->token[i]); i++) {
        assign(&s->token[i]);
    }
    for (; i < s->n; i++) {
        if (s->token[i].kind == REDIRECT) {
            if (!redirect(&s->token[i], &s->token[i + 1], fds, opened)) {
                return false;
            }
            i++;
        } else {
            expand(s->token[i].start, s->token[i].n, words);
        }
    }
    if (s->is_subshell) {
        words->n = 0;
        char **argv = shell_command(s->start, (size_t)(s->end - s->start));
        for (; *argv != NULL; argv++) {
            words_add(words, *argv);
        }
    }
    return true;
}

/* Runs one stage. Alone and in the foreground, built-ins run here; otherwise, in a shell of their
 * own. Answers the pid, or 0 with last_status set. */
static uint32_t run_stage(const struct stage *s, const int *in_out, uint32_t group, bool alone)
{
    int fds[3] = {in_out[0], in_out[1], 2}, opened[3] = {-1, -1, -1};
    struct words words = {0};
    uint32_t pid = 0;
    last_status = alone ? last_status : 0;
    if (!prepare(s, &words, fds, opened)) {
        last_status = 1;
    } else if (words.n == 0) {
        last_status = 0;
    } else {
        const struct built_in *b = s->is_subshell ? NULL : find_built_in(words.word[0]);
        if (b != NULL && alone) {
            last_status = b->run((int)words.n, words.word, fds);
        } else if (b != NULL) {
            pid = start(shell_command(s->start, (size_t)(s->end - s->start)), fds, group);
        } else {
            pid = start(words.word, fds, group);
        }
    }
    for (int i = 0; i < 3; i++) {
        if (opened[i] >= 0) {
            close(opened[i]);
        }
    }
    return pid;
}

static void run_pipeline(const struct pipeline *p, bool background)
{
    uint32_t pids[MAX_STAGES], group = WICK_PROC_NEW_GROUP;
    int in = 0, next_in = 0;
    reap();
    for (size_t i = 0; i < p->n; i++) {
        uint32_t fds[2] = {0, 1};
        bool last = i + 1 == p->n;
        if (!last && wick_proc_pipe(fds) != 0) {
            dprintf(2, "sh: no pipe\n");
            last = true;
            fds[1] = 1;
        }
        next_in = (int)fds[0];
        int in_out[2] = {in, (int)fds[1]};
        pids[i] = run_stage(p->stage[i], in_out, group, p->n == 1 && !background);
        if (pids[i] != 0 && group == WICK_PROC_NEW_GROUP) {
            group = pids[i];
            if (!background) {
                set_foreground(group);
            }
        }
        if (in != 0) {
            close(in);
        }
        if (fds[1] != 1) {
            close((int)fds[1]);
        }
        in = next_in;
    }
    if (background) {
        if (group != WICK_PROC_NEW_GROUP) {
            uint32_t last = pids[p->n - 1];
            job_add(group, last != 0 ? last : group, p->start, (size_t)(p->end - p->start));
            last_status = 0;
        }
        return;
    }
    int own_status = last_status;
    for (size_t i = 0; i < p->n; i++) {
        if (pids[i] != 0) {
            last_status = wait_for(pids[i]);
        } else {
            last_status = own_status;
        }
    }
    if (group != WICK_PROC_NEW_GROUP) {
        set_foreground(0);
    }
    if (p->negated) {
        last_status = last_status == 0;
    }
}

/* ---- lists ---- */

struct parser {
    const char *p;
    bool wrong;
};

static struct token peek(struct parser *r)
{
    return read_token(r->p);
}

static void advance(struct parser *r, const struct token *t)
{
    r->p = t->start + t->n;
}

static void syntax_error(struct parser *r, const struct token *t)
{
    if (!r->wrong) {
        dprintf(2, "sh: syntax error near '%.*s'\n", t->kind == NEWLINE ? 0 : (int)t->n, t->start);
    }
    r->wrong = true;
}

/* ( list ): only its extent is wanted, it runs as text. */
static void parse_subshell(struct parser *r, struct stage *s)
{
    int depth = 0;
    do {
        struct token t = peek(r);
        if (t.kind == END) {
            syntax_error(r, &t);
            return;
        }
        depth += (t.kind == OPEN) - (t.kind == CLOSE);
        advance(r, &t);
    } while (depth > 0);
    s->is_subshell = true;
    s->start++;
    s->end = r->p - 1;
}

static struct stage *parse_stage(struct parser *r)
{
    struct stage *s = take(sizeof *s);
    struct token t = peek(r);
    *s = (struct stage){.start = t.start, .end = t.start};
    if (t.kind == OPEN) {
        parse_subshell(r, s);
    }
    for (t = peek(r); t.kind == WORD || t.kind == REDIRECT; t = peek(r)) {
        bool room = s->n + 2 < sizeof s->token / sizeof s->token[0];
        if (!room || !t.complete || (s->is_subshell && t.kind == WORD)) {
            syntax_error(r, &t);
            return s;
        }
        s->token[s->n++] = t;
        advance(r, &t);
        if (t.kind == REDIRECT) {
            struct token name = peek(r);
            if (name.kind != WORD || !name.complete) {
                syntax_error(r, &name);
                return s;
            }
            s->token[s->n++] = name;
            advance(r, &name);
        }
        if (!s->is_subshell) {
            s->end = r->p;
        }
    }
    if (s->n == 0 && !s->is_subshell) {
        syntax_error(r, &t);
    }
    return s;
}

static void skip_newlines(struct parser *r)
{
    for (struct token t = peek(r); t.kind == NEWLINE; t = peek(r)) {
        advance(r, &t);
    }
}

static void parse_pipeline(struct parser *r, struct pipeline *out)
{
    struct token t = peek(r);
    *out = (struct pipeline){.start = t.start};
    if (t.kind == WORD && t.n == 1 && *t.start == '!') {
        out->negated = true;
        advance(r, &t);
    }
    for (;;) {
        if (out->n == MAX_STAGES) {
            syntax_error(r, &t);
            return;
        }
        out->stage[out->n++] = parse_stage(r);
        out->end = r->p;
        t = peek(r);
        if (t.kind != PIPE || r->wrong) {
            return;
        }
        advance(r, &t);
        skip_newlines(r);
    }
}

/* Where the and-or list that begins here ends, and whether it goes to the background. */
static bool is_background(struct parser r, const char **out_end)
{
    int depth = 0;
    for (;;) {
        struct token t = peek(&r);
        *out_end = t.start;
        if (depth == 0 && (t.kind == SEMI || t.kind == BACK || t.kind == NEWLINE)) {
            return t.kind == BACK;
        }
        if (t.kind == END || !t.complete) {
            return false;
        }
        depth += (t.kind == OPEN) - (t.kind == CLOSE);
        advance(&r, &t);
        if (t.kind == AND || t.kind == OR || t.kind == PIPE) {
            skip_newlines(&r);
        }
    }
}

/* A list of several pipelines in the background: one shell runs it. */
static void run_in_background(const char *start_of, size_t n)
{
    static const int fds[3] = {0, 1, 2};
    uint32_t pid = start(shell_command(start_of, n), fds, WICK_PROC_NEW_GROUP);
    if (pid != 0) {
        job_add(pid, pid, start_of, n);
        last_status = 0;
    }
}

static void parse_and_or(struct parser *r)
{
    struct pipeline *p = take(sizeof *p);
    const char *first = peek(r).start, *end;
    bool background = is_background(*r, &end), run = true, several = false;
    for (;;) {
        parse_pipeline(r, p);
        struct token t = peek(r);
        several |= t.kind == AND || t.kind == OR;
        if (r->wrong) {
            last_status = STATUS_SYNTAX;
            return;
        }
        if (run && !(background && several)) {
            run_pipeline(p, background);
            if (last_status != 0 && stop_on_error && t.kind != AND && t.kind != OR &&
                !p->negated) {
                leaving = true;
            }
        }
        if ((t.kind != AND && t.kind != OR) || leaving) {
            break;
        }
        run = (last_status == 0) == (t.kind == AND);
        advance(r, &t);
        skip_newlines(r);
    }
    if (background && several) {
        run_in_background(first, (size_t)(end - first));
    }
}

static void run_text(const char *text)
{
    struct parser r = {text, false};
    struct piece *mark = pieces;
    while (!r.wrong && !leaving) {
        struct token t = peek(&r);
        if (t.kind == END) {
            break;
        }
        if (t.kind == NEWLINE || t.kind == SEMI || t.kind == BACK) {
            advance(&r, &t);
            continue;
        }
        if (t.kind == CLOSE) {
            syntax_error(&r, &t);
            last_status = STATUS_SYNTAX;
            break;
        }
        parse_and_or(&r);
    }
    release_until(mark);
}

/* ---- where the text comes from ---- */

static int run_file(const char *name)
{
    int fd = open(name, O_RDONLY);
    char buf[4096];
    struct piece *mark = pieces;
    struct text all = {0};
    if (fd < 0) {
        dprintf(2, "sh: %s: %s\n", name, strerror(errno));
        return STATUS_NOT_FOUND;
    }
    for (ssize_t n; (n = read(fd, buf, sizeof buf)) > 0;) {
        text_add(&all, buf, (size_t)n);
    }
    close(fd);
    if (all.n > 0) {
        run_text(all.bytes);
    }
    release_until(mark);
    return last_status;
}

/* One line from standard input, byte by byte: what follows belongs to the programs we start. */
static bool read_line(struct text *line)
{
    char c;
    bool any = false;
    while (read(STDIN_FILENO, &c, 1) == 1) {
        any = true;
        text_add_char(line, c);
        if (c == '\n') {
            break;
        }
    }
    return any;
}

static void run_input(void)
{
    while (!leaving) {
        struct piece *mark = pieces;
        struct text line = {0};
        if (interactive) {
            reap();
            tell_ended_jobs();
            dprintf(2, "wick:%s$ ", directory);
        }
        bool more = read_line(&line);
        while (more && is_incomplete(line.bytes)) {
            if (interactive) {
                dprintf(2, "> ");
            }
            more = read_line(&line);
        }
        if (line.n > 0) {
            run_text(line.bytes);
        }
        release_until(mark);
        if (!more) {
            return;
        }
    }
}

int main(int argc, char **argv)
{
    int i = 1;
    if (getcwd(directory, sizeof directory) == NULL) {
        strcpy(directory, "/");
    }
    setenv("PWD", directory, 1);
    if (getenv("PATH") == NULL) {
        setenv("PATH", "/bin", 1);
    }
    if (i < argc && strcmp(argv[i], "-e") == 0) {
        stop_on_error = true;
        i++;
    }
    if (i < argc && strcmp(argv[i], "-c") == 0) {
        if (i + 1 == argc) {
            return usage("sh [-e] [-c TEXT | SCRIPT [ARGS...]]");
        }
        if (i + 2 < argc) {
            shell_name = argv[i + 2];
            arguments = argv + i + 3;
            n_arguments = argc - i - 3;
        }
        run_text(argv[i + 1]);
    } else if (i < argc) {
        shell_name = argv[i];
        arguments = argv + i + 1;
        n_arguments = argc - i - 1;
        last_status = run_file(argv[i]);
    } else {
        interactive = isatty(STDIN_FILENO);
        set_foreground(0);
        run_input();
    }
    return last_status;
}

/* ls [-al1] [NAME...] - list directories. -l: type, size and time; -a: names that begin with a
 * dot. */
#include <dirent.h>
#include <sys/stat.h>
#include <time.h>

#include "program.h"

enum { F_ALL, F_LONG, F_ONE };
static bool flags[3];

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char type_letter(mode_t mode)
{
    if (S_ISDIR(mode)) {
        return 'd';
    }
    if (S_ISLNK(mode)) {
        return 'l';
    }
    return S_ISCHR(mode) ? 'c' : '-';
}

static int show(const char *path, const char *name)
{
    struct stat st;
    if (!flags[F_LONG]) {
        puts(name);
        return 0;
    }
    if (lstat(path, &st) != 0) {
        return complain("ls", path);
    }
    struct tm *tm = gmtime(&st.st_mtime);
    char when[32] = "?";
    if (tm != NULL) {
        strftime(when, sizeof when, "%Y-%m-%d %H:%M", tm);
    }
    printf("%c %10lld %s %s", type_letter(st.st_mode), (long long)st.st_size, when, name);
    if (S_ISLNK(st.st_mode)) {
        char target[4096];
        ssize_t n = readlink(path, target, sizeof target - 1);
        printf(" -> %.*s", n < 0 ? 1 : (int)n, n < 0 ? "?" : target);
    }
    putchar('\n');
    return 0;
}

static int list(const char *path)
{
    DIR *dir = opendir(path);
    if (dir == NULL) {
        struct stat st;
        return errno == ENOTDIR && lstat(path, &st) == 0 ? show(path, path)
                                                         : complain("ls", path);
    }
    char **names = NULL;
    size_t n = 0, cap = 0;
    int status = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.' && !flags[F_ALL]) {
            continue;
        }
        if (n == cap) {
            cap = cap == 0 ? 64 : cap * 2;
            names = realloc(names, cap * sizeof *names);
        }
        if (names == NULL || (names[n] = strdup(entry->d_name)) == NULL) {
            return complain("ls", path);
        }
        n++;
    }
    closedir(dir);
    if (n > 0) {
        qsort(names, n, sizeof *names, by_name);
    }
    for (size_t i = 0; i < n; i++) {
        char full[4096];
        snprintf(full, sizeof full, "%s/%s", path, names[i]);
        status |= show(full, names[i]);
        free(names[i]);
    }
    free(names);
    return status;
}

int main(int argc, char **argv)
{
    int i = read_flags(argc, argv, "al1", flags), status = 0;
    if (i < 0) {
        return usage("ls [-al1] [NAME...]");
    }
    if (i == argc) {
        return finish("ls", list("."));
    }
    for (int first = i; i < argc; i++) {
        if (argc - first > 1) {
            printf("%s%s:\n", i > first ? "\n" : "", argv[i]);
        }
        status |= list(argv[i]);
    }
    return finish("ls", status);
}

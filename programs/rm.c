/* rm [-rf] NAME... - remove files; -r: directories and what is in them; -f: no complaint if
 * absent. */
#include <dirent.h>
#include <sys/stat.h>

#include "program.h"

enum { F_RECURSIVE, F_FORCE };
static bool flags[2];

/* One open directory at a time: descriptors are few. Names are read anew after each removal round,
 * because the position in a directory that changes means nothing. */
static int remove_tree(const char *path)
{
    struct stat st;
    if (lstat(path, &st) != 0) {
        return flags[F_FORCE] && errno == ENOENT ? 0 : complain("rm", path);
    }
    if (!S_ISDIR(st.st_mode)) {
        return unlink(path) != 0 ? complain("rm", path) : 0;
    }
    if (!flags[F_RECURSIVE]) {
        errno = EISDIR;
        return complain("rm", path);
    }
    int status = 0;
    bool again = true;
    while (again && status == 0) {
        DIR *dir = opendir(path);
        char name[4096];
        again = false;
        if (dir == NULL) {
            return complain("rm", path);
        }
        for (struct dirent *entry; !again && (entry = readdir(dir)) != NULL;) {
            if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0) {
                again = true;
                snprintf(name, sizeof name, "%s/%s", path, entry->d_name);
            }
        }
        closedir(dir);
        status = again ? remove_tree(name) : 0;
    }
    return status != 0 || rmdir(path) != 0 ? (status != 0 ? status : complain("rm", path)) : 0;
}

int main(int argc, char **argv)
{
    int i = read_flags(argc, argv, "rf", flags), status = 0;
    if (i < 0 || i == argc) {
        return usage("rm [-rf] NAME...");
    }
    for (; i < argc; i++) {
        status |= remove_tree(argv[i]);
    }
    return status;
}

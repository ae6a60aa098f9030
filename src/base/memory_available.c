#include "base/memory_available.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { PATH_BYTES = 1024 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

static FILE *open_below(const char *root, const char *directory, const char *name) {
    char path[PATH_BYTES];
    int length = snprintf(path, sizeof path, "%s%s/%s", root, directory, name);
    return length > 0 && (size_t)length < sizeof path ? fopen(path, "re") : NULL;
}

// The kernel writes these numbers, so none is out of range.
// NOLINTBEGIN(cert-err34-c)

// Returns SIZE_MAX without a limit, which v2 spells "max", and without the file.
static size_t read_limit(const char *root, const char *directory, const char *name) {
    FILE *file = open_below(root, directory, name);
    uint64_t limit = SIZE_MAX;
    if (!file)
        return SIZE_MAX;
    if (fscanf(file, "%" SCNu64, &limit) != 1)
        limit = SIZE_MAX;
    fclose(file);
    return limit < SIZE_MAX ? (size_t)limit : SIZE_MAX;
}

// The limits of the parents apply too. In a container, `path` may be that outside: then only the
// directory of the mount exists.
static size_t read_limits(const char *root, const char *mount, const char *path, const char *name) {
    char directory[PATH_BYTES];
    int length = snprintf(directory, sizeof directory, "%s%s", mount, path);
    size_t limit = SIZE_MAX;
    if (length < 0 || (size_t)length >= sizeof directory)
        return SIZE_MAX;
    for (;;) {
        limit = least(limit, read_limit(root, directory, name));
        char *slash = strrchr(directory, '/');
        if (strlen(directory) <= strlen(mount) || !slash)
            return limit;
        *slash = '\0';
    }
}

// Whether a comma-separated list of v1 controllers has "memory".
static bool has_memory(const char *controllers) {
    const char *found = strstr(controllers, "memory");
    return found && (found == controllers || found[-1] == ',') &&
           (found[strlen("memory")] == '\0' || found[strlen("memory")] == ',');
}

// A line of /proc/self/cgroup is ID:CONTROLLERS:PATH, without controllers in v2.
static size_t read_cgroups(const char *root) {
    FILE *file = open_below(root, "/proc/self", "cgroup");
    size_t limit = SIZE_MAX;
    char line[PATH_BYTES];
    while (file && fgets(line, sizeof line, file)) {
        char *controllers = strchr(line, ':');
        char *path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        if (controllers[1] == '\0')
            limit = least(limit, read_limits(root, "/sys/fs/cgroup", path, "memory.max"));
        else if (has_memory(controllers + 1))
            limit = least(
                limit, read_limits(root, "/sys/fs/cgroup/memory", path, "memory.limit_in_bytes"));
    }
    if (file)
        fclose(file);
    return limit;
}

static size_t read_meminfo(const char *root) {
    FILE *file = open_below(root, "/proc", "meminfo");
    uint64_t kilobytes = SIZE_MAX / 1024;
    char line[PATH_BYTES];
    while (file && fgets(line, sizeof line, file)) {
        if (sscanf(line, "MemAvailable: %" SCNu64, &kilobytes) == 1)
            break;
    }
    if (file)
        fclose(file);
    return kilobytes < SIZE_MAX / 1024 ? (size_t)kilobytes * 1024 : SIZE_MAX;
}

// Resident memory without the pages of files, which the kernel can drop.
static size_t read_own(const char *root) {
    FILE *file = open_below(root, "/proc/self", "statm");
    uint64_t resident = 0;
    uint64_t shared = 0;
    long page = sysconf(_SC_PAGESIZE);
    bool is_read = file && fscanf(file, "%*u %" SCNu64 " %" SCNu64, &resident, &shared) == 2;
    if (file)
        fclose(file);
    return is_read && resident > shared && page > 0 ? (size_t)(resident - shared) * (size_t)page
                                                    : 0;
}

// NOLINTEND(cert-err34-c)

size_t memory_available(const char *root) {
    size_t limit = read_cgroups(root);
    size_t own = limit < SIZE_MAX ? read_own(root) : 0;
    return least(read_meminfo(root), limit > own ? limit - own : 0);
}

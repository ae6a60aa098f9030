#include "base/memory_available.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { PATH_BYTES = 1024, RECLAIMABLE = 3 };

typedef struct {
    const char *mount;
    const char *limit; // file names
    const char *usage;
    const char *reclaimable[RECLAIMABLE]; // lines of memory.stat
} CgroupVersion;

static const CgroupVersion v1 = {
    "/sys/fs/cgroup/memory",
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    {"total_inactive_file", "total_active_file"},
};
static const CgroupVersion v2 = {
    "/sys/fs/cgroup",
    "memory.max",
    "memory.current",
    {"inactive_file", "active_file", "slab_reclaimable"},
};

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

// Returns SIZE_MAX if there is no such file, and for the limit "max" of v2.
static size_t read_bytes(const char *root, const char *directory, const char *name) {
    FILE *file = open_below(root, directory, name);
    uint64_t bytes = SIZE_MAX;
    if (!file)
        return SIZE_MAX;
    if (fscanf(file, "%" SCNu64, &bytes) != 1)
        bytes = SIZE_MAX;
    fclose(file);
    return bytes < SIZE_MAX ? (size_t)bytes : SIZE_MAX;
}

// Returns the memory that the kernel takes back before it kills a process: the pages of files.
static size_t read_reclaimable(const char *root, const char *directory,
                               const CgroupVersion *version) {
    FILE *file = open_below(root, directory, "memory.stat");
    uint64_t sum = 0;
    uint64_t bytes;
    char name[64];
    while (file && fscanf(file, "%63s %" SCNu64, name, &bytes) == 2) {
        for (size_t i = 0; i < RECLAIMABLE; i++) {
            if (version->reclaimable[i] && strcmp(name, version->reclaimable[i]) == 0)
                sum += bytes;
        }
    }
    if (file)
        fclose(file);
    return sum < SIZE_MAX ? (size_t)sum : SIZE_MAX;
}

// Returns the bytes that the processes of a cgroup may still use.
static size_t read_left(const char *root, const char *directory, const CgroupVersion *version) {
    size_t limit = read_bytes(root, directory, version->limit);
    size_t used = limit < SIZE_MAX ? read_bytes(root, directory, version->usage) : SIZE_MAX;
    if (used == SIZE_MAX)
        return limit;
    used -= least(used, read_reclaimable(root, directory, version));
    return limit - least(limit, used);
}

// The limits of the parents apply too. In a container, `path` may be the path outside of it; then
// only the directory of the mount exists.
static size_t read_hierarchy(const char *root, const char *path, const CgroupVersion *version) {
    char directory[PATH_BYTES];
    int length = snprintf(directory, sizeof directory, "%s%s", version->mount, path);
    size_t left = SIZE_MAX;
    if (length < 0 || (size_t)length >= sizeof directory)
        return SIZE_MAX;
    for (;;) {
        left = least(left, read_left(root, directory, version));
        char *slash = strrchr(directory, '/');
        if (strlen(directory) <= strlen(version->mount) || !slash)
            return left;
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
    size_t left = SIZE_MAX;
    char line[PATH_BYTES];
    while (file && fgets(line, sizeof line, file)) {
        char *controllers = strchr(line, ':');
        char *path = controllers ? strchr(controllers + 1, ':') : NULL;
        if (!path)
            continue;
        *path++ = '\0';
        path[strcspn(path, "\n")] = '\0';
        if (controllers[1] == '\0')
            left = least(left, read_hierarchy(root, path, &v2));
        else if (has_memory(controllers + 1))
            left = least(left, read_hierarchy(root, path, &v1));
    }
    if (file)
        fclose(file);
    return left;
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

// NOLINTEND(cert-err34-c)

size_t memory_available(const char *root) {
    return least(read_meminfo(root), read_cgroups(root));
}

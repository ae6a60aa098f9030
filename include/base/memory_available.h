// The memory that the process can still use before the kernel ends it.
#ifndef MNIST_TRAIN_BASE_MEMORY_AVAILABLE_H
#define MNIST_TRAIN_BASE_MEMORY_AVAILABLE_H

#include <stddef.h>

// Returns the least of MemAvailable of /proc/meminfo and, for each memory cgroup that the process
// is in (v1 and v2), its limit minus its usage, in bytes. Pages of files do not count as used,
// since the kernel takes them back. Linux allocates more than that without an error, and kills the
// process when it writes to the memory. Returns SIZE_MAX where none of this is known. `root` is put
// before all paths: "" except in tests. Sources: proc(5), cgroups(7), and memory.stat in the
// kernel's admin-guide/cgroup-v2.
size_t memory_available(const char *root);

#endif

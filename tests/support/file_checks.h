// Checks of files and directories in the scratch directory (support/scratch.h).
#ifndef MNIST_TRAIN_TESTS_FILE_CHECKS_H
#define MNIST_TRAIN_TESTS_FILE_CHECKS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

// Fails the test unless the file holds exactly this text.
void check_content(const char *name, const char *expected);

size_t count_entries(const char *directory);
mode_t permissions_of(const char *name);
bool is_symbolic_link(const char *name);

#endif

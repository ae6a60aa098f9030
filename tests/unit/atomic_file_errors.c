// Paths that atomic_file_write refuses, and system calls that fail.
#define _XOPEN_SOURCE 700 // symlink
#include "io/atomic_file.h"
#include "support/file_checks.h"
#include "support/scratch.h"
#include "support/test.h"

#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stddef.h>
#include <stdint.h>

static int set_up(void **state) {
    if (scratch_create(state) != 0)
        return -1;
    scratch_make_directory("in");
    return 0;
}

// The error of both functions contains these words.
static void check_rejected(const char *path, const char *words) {
    for (int i = 0; i < 2; i++) {
        Error error = {{0}};
        if (i == 0 ? atomic_file_check(path, &error) : atomic_file_write(path, "new", 3, &error))
            fail_msg("expected an error with '%s' for %s, found none", words, path);
        if (!strstr(error.text, words))
            fail_msg("expected '%s' in: %s", words, error.text);
    }
}

// The file behind the link may be on a disk that is not mounted.
TEST_WITH(set_up, scratch_remove, atomic_file_rejects_a_link_to_a_missing_file) {
    assert_int_equal(symlink("missing", scratch_path("in/link")), 0);
    check_rejected(scratch_path("in/link"), "in/link: expected a regular file or a new one, found "
                                            "a symbolic link to a missing file");
    assert_true(is_symbolic_link("in/link"));
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_a_loop_of_links) {
    assert_int_equal(symlink("loop", scratch_path("in/loop")), 0);
    check_rejected(scratch_path("in/loop"), "in/loop: Too many levels of symbolic links");
    assert_true(is_symbolic_link("in/loop"));
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_a_missing_directory) {
    check_rejected(scratch_path("in/missing/file"), "in/missing/file: No such file or directory");
    char path[8300];
    snprintf(path, sizeof path, "cannot write %s: ", scratch_path("in/missing/file"));
    check_rejected(scratch_path("in/missing/file"), path);
    assert_int_equal(count_entries("in"), 0);
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_a_file_as_directory) {
    scratch_write("in/file", "old", 3);
    check_rejected(scratch_path("in/file/below"), "in/file/below: Not a directory");
    check_content("in/file", "old");
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_a_directory) {
    scratch_make_directory("in/directory");
    check_rejected(scratch_path("in/directory"),
                   "in/directory: expected a regular file or a new one, found a directory");
    check_rejected(scratch_path("in/directory/"), "found a directory");
    check_rejected("/", "/: expected a regular file or a new one, found a directory");
    assert_int_equal(count_entries("in"), 1);
    assert_int_equal(count_entries("in/directory"), 0);
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_the_name_of_a_missing_directory) {
    check_rejected(scratch_path("in/missing/"), "in/missing/: Is a directory");
    check_rejected(scratch_path("in/missing//"), "in/missing//: Is a directory");
    assert_int_equal(count_entries("in"), 0);
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_devices_and_pipes) {
    check_rejected("/dev/null",
                   "/dev/null: expected a regular file or a new one, found a device or pipe");
    assert_int_equal(mkfifo(scratch_path("in/pipe"), 0666), 0);
    check_rejected(scratch_path("in/pipe"), "found a device or pipe");
    assert_int_equal(symlink("/dev/null", scratch_path("in/link")), 0);
    check_rejected(scratch_path("in/link"), "found a device or pipe");
    struct stat status;
    assert_int_equal(stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_an_empty_path) {
    check_rejected("", "cannot write : No such file or directory");
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_paths_that_are_too_long) {
    char path[PATH_MAX + 100];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    check_rejected(path, "x: File name too long");
    for (size_t i = 0; i < sizeof path - 1; i += 2) // short names, a long path
        memcpy(path + i, "./", 2);
    path[sizeof path - 1] = '\0';
    check_rejected(path, ": File name too long");
    char name[NAME_MAX + 5] = "in/";
    memset(name + 3, 'n', NAME_MAX + 1);
    name[NAME_MAX + 4] = '\0';
    check_rejected(scratch_path(name), "n: File name too long");
    assert_int_equal(count_entries("in"), 0);
}

// Root may write every file, so a child process becomes another user.
enum { OTHER_USER = 65534, REJECTED = 0, WRITTEN = 3 };

static int child_status(pid_t child) {
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

// Returns REJECTED if the error contains these words.
static int write_as_user(const char *path, const char *words) {
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        Error error = {{0}};
        if (geteuid() == 0 && (setgid(OTHER_USER) != 0 || setuid(OTHER_USER) != 0))
            _exit(2);
        if (atomic_file_write(path, "new", 3, &error))
            _exit(WRITTEN);
        _exit(strstr(error.text, words) ? REJECTED : 4);
    }
    return child_status(child);
}

// Makes the user the owner of in/ and of in/file, and skips the test where that is not enough.
static void set_up_user(void) {
    scratch_write("in/file", "first", 5);
    if (geteuid() == 0) {
        assert_int_equal(chmod(scratch_path("."), 0755), 0);
        assert_int_equal(chown(scratch_path("in"), OTHER_USER, OTHER_USER), 0);
        assert_int_equal(chown(scratch_path("in/file"), OTHER_USER, OTHER_USER), 0);
    }
    if (write_as_user(scratch_path("in/file"), "") != WRITTEN)
        skip_because("another user cannot enter TMPDIR");
    check_content("in/file", "new");
    scratch_write("in/file", "old", 3);
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_a_read_only_file) {
    set_up_user();
    assert_int_equal(chmod(scratch_path("in/file"), 0444), 0);
    assert_int_equal(write_as_user(scratch_path("in/file"), "in/file: Permission denied"),
                     REJECTED);
    check_content("in/file", "old");
    assert_int_equal(count_entries("in"), 1);
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_a_read_only_directory) {
    set_up_user();
    assert_int_equal(chmod(scratch_path("in"), 0555), 0);
    assert_int_equal(write_as_user(scratch_path("in/file"), "in/file: Permission denied"),
                     REJECTED);
    assert_int_equal(write_as_user(scratch_path("in/new"), "in/new: Permission denied"), REJECTED);
    assert_int_equal(chmod(scratch_path("in"), 0755), 0);
    check_content("in/file", "old");
    assert_int_equal(count_entries("in"), 1);
}

TEST_WITH(set_up, scratch_remove, atomic_file_needs_no_permission_to_read_the_directory) {
    set_up_user();
    assert_int_equal(chmod(scratch_path("in"), 0333), 0);
    int status = write_as_user(scratch_path("in/file"), "");
    assert_int_equal(chmod(scratch_path("in"), 0755), 0);
    assert_int_equal(status, WRITTEN);
    check_content("in/file", "new");
}

TEST_WITH(set_up, scratch_remove, atomic_file_replaces_only_own_files_in_a_sticky_directory) {
    if (geteuid() != 0)
        skip_because("only root can make files of another user");
    set_up_user();
    assert_int_equal(chown(scratch_path("in"), 0, 0), 0);
    assert_int_equal(chmod(scratch_path("in"), 01777), 0);
    assert_int_equal(write_as_user(scratch_path("in/file"), ""), WRITTEN);
    scratch_write("in/other", "old", 3);
    assert_int_equal(chmod(scratch_path("in/other"), 0666), 0);
    assert_int_equal(write_as_user(scratch_path("in/other"), "in/other: Operation not permitted"),
                     REJECTED);
    check_content("in/other", "old");
    assert_int_equal(count_entries("in"), 2);
    assert_int_equal(chown(scratch_path("in"), OTHER_USER, OTHER_USER), 0);
    assert_int_equal(write_as_user(scratch_path("in/other"), ""), WRITTEN);
}

// The rule of Linux's fs.protected_symlinks, for links in the path and for links to links.
TEST_WITH(set_up, scratch_remove, atomic_file_rejects_links_of_others_in_sticky_directories) {
    const char *words = "another user's symbolic link in a directory that all users may write to";
    if (geteuid() != 0)
        skip_because("only root can make links of another user");
    scratch_make_directory("in/shared");
    scratch_make_directory("in/private");
    scratch_write("in/private/file", "old", 3);
    assert_int_equal(chmod(scratch_path("in/shared"), 01777), 0);
    assert_int_equal(symlink("../private/file", scratch_path("in/shared/link")), 0);
    assert_int_equal(symlink("../private", scratch_path("in/shared/dir")), 0);
    assert_int_equal(symlink("shared/link", scratch_path("in/second")), 0);
    assert_int_equal(lchown(scratch_path("in/shared/link"), OTHER_USER, OTHER_USER), 0);
    assert_int_equal(lchown(scratch_path("in/shared/dir"), OTHER_USER, OTHER_USER), 0);
    check_rejected(scratch_path("in/shared/link"), words);
    check_rejected(scratch_path("in/shared/../shared//link"), words);
    check_rejected(scratch_path("in/second"), words);
    check_rejected(scratch_path("in/shared/dir/file"), words);
    check_rejected(scratch_path("in/shared/dir/new"), words);
    check_content("in/private/file", "old");
    Error error;
    assert_int_equal(lchown(scratch_path("in/shared/link"), 0, 0), 0); // own link
    assert_true(atomic_file_check(scratch_path("in/shared/link"), &error));
    assert_int_equal(lchown(scratch_path("in/shared/link"), OTHER_USER, OTHER_USER), 0);
    assert_int_equal(chown(scratch_path("in/shared"), OTHER_USER, OTHER_USER), 0);
    assert_true(atomic_file_check(scratch_path("in/shared/link"), &error)); // the owner's link
    assert_int_equal(chown(scratch_path("in/shared"), 0, 0), 0);
    assert_int_equal(chmod(scratch_path("in/shared"), 0755), 0); // no other can make links
    assert_true(atomic_file_check(scratch_path("in/second"), &error));
    assert_int_equal(count_entries("in/private"), 1);
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_the_output_of_stdout) {
    scratch_write("in/file", "old", 3);
    assert_int_equal(atomic_file_stdio_fd(scratch_path("in/file")), -1);
    assert_int_equal(atomic_file_stdio_fd(scratch_path("in/missing")), -1);
    Error error = {{0}};
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    FILE *file = fopen(scratch_path("in/file"), "ab");
    assert_non_null(file);
    dup2(fileno(file), STDOUT_FILENO);
    int fd = atomic_file_stdio_fd(scratch_path("in/file"));
    bool is_written = atomic_file_write(scratch_path("in/file"), "new", 3, &error);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    fclose(file);
    assert_int_equal(fd, STDOUT_FILENO);
    assert_false(is_written);
    assert_non_null(strstr(
        error.text, "in/file: expected a separate file, found the output of stdout or stderr"));
    check_content("in/file", "old");
}

// Writes in a child process that may write at most `max` bytes per file. Returns REJECTED if the
// error contains these words.
static int write_with_limit(const char *path, rlim_t max, size_t size, const char *words) {
    static const uint8_t bytes[100000];
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        Error error = {{0}};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){max, max}) != 0)
            _exit(2);
        if (atomic_file_write(path, bytes, size, &error))
            _exit(WRITTEN);
        _exit(strstr(error.text, words) ? REJECTED : 4);
    }
    return child_status(child);
}

TEST_WITH(set_up, scratch_remove, atomic_file_keeps_the_old_file_when_a_write_fails) {
    scratch_write("in/file", "old", 3);
    const rlim_t limits[] = {0, 1, 4096, 99999};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        assert_int_equal(
            write_with_limit(scratch_path("in/file"), limits[i], 100000, "in/file: File too large"),
            0);
        check_content("in/file", "old");
        assert_int_equal(count_entries("in"), 1);
    }
    assert_int_equal(write_with_limit(scratch_path("in/new"), 10, 100000, "File too large"),
                     REJECTED);
    assert_int_equal(count_entries("in"), 1);
    assert_int_equal(write_with_limit(scratch_path("in/file"), 100000, 100000, ""), WRITTEN);
}

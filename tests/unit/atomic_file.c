// This program defines fsync and rename itself, in place of the C library's: it records their
// order, and each of them can fail.
#define _XOPEN_SOURCE 700 // realpath, symlink
#include "io/atomic_file.h"
#include "support/file_checks.h"
#include "support/scratch.h"
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SYNC_FILE, SYNC_DIRECTORY, RENAME, CALLS };

static char calls[64];       // "frd": a file synced, a rename, a directory synced
static int fail_with[CALLS]; // errno; 0: succeeds

static int record(int call) {
    calls[strlen(calls)] = "fdr"[call];
    errno = fail_with[call];
    return errno != 0 ? -1 : 0;
}

int fsync(int fd) {
    struct stat status;
    return fstat(fd, &status) != 0 ? -1
                                   : record(S_ISDIR(status.st_mode) ? SYNC_DIRECTORY : SYNC_FILE);
}

int rename(const char *old, const char *new) {
    return record(RENAME) == 0 ? renameat(AT_FDCWD, old, AT_FDCWD, new) : -1;
}

// Each test has a directory of its own, with a file "in/file".
static int set_up(void **state) {
    if (scratch_create(state) != 0)
        return -1;
    scratch_make_directory("in");
    scratch_write("in/file", "old", 3);
    memset(calls, 0, sizeof calls);
    memset(fail_with, 0, sizeof fail_with);
    return 0;
}

static void replace(const char *name, const char *text) {
    Error error;
    if (!atomic_file_check(scratch_path(name), &error) ||
        !atomic_file_write(scratch_path(name), text, strlen(text), &error))
        fail_msg("%s", error.text);
    check_content(name, text);
}

TEST_WITH(set_up, scratch_remove, atomic_file_creates_and_replaces_files_and_leaves_no_others) {
    Error error;
    replace("in/new", "text");
    replace("in/file", "longer than before");
    replace("in/file", "short");
    assert_true(atomic_file_write(scratch_path("in/new"), NULL, 0, &error));
    check_content("in/new", "");
    assert_int_equal(count_entries("in"), 2);
}

TEST_WITH(set_up, scratch_remove, atomic_file_takes_a_path_without_a_directory) {
    char *before = realpath(".", NULL);
    Error error;
    assert_int_equal(chdir(scratch_path("in")), 0);
    bool is_written = atomic_file_write("name", "text", 4, &error);
    assert_int_equal(chdir(before), 0);
    free(before);
    assert_true(is_written);
    check_content("in/name", "text");
}

TEST_WITH(set_up, scratch_remove,
          atomic_file_keeps_permissions_and_applies_the_umask_to_new_files) {
    const mode_t modes[] = {0600, 0640, 0666, 0755, 0200};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        Error error;
        assert_int_equal(chmod(scratch_path("in/file"), modes[i]), 0);
        assert_true(atomic_file_write(scratch_path("in/file"), "new", 3, &error) || geteuid() != 0);
        assert_int_equal(permissions_of("in/file"), modes[i]);
    }
    mode_t old = umask(027);
    replace("in/new", "new");
    assert_int_equal(umask(old), 027);
    assert_int_equal(permissions_of("in/new"), 0640);
}

TEST_WITH(set_up, scratch_remove, atomic_file_keeps_the_owner_and_the_group_of_the_old_file) {
    struct stat status;
    if (geteuid() != 0)
        skip_because("only root can make files of another user");
    assert_int_equal(chown(scratch_path("in/file"), 65534, 65533), 0);
    assert_int_equal(chmod(scratch_path("in/file"), 0640), 0);
    replace("in/file", "new");
    assert_int_equal(stat(scratch_path("in/file"), &status), 0);
    assert_int_equal(status.st_uid, 65534);
    assert_int_equal(status.st_gid, 65533);
    assert_int_equal(permissions_of("in/file"), 0640);
}

TEST_WITH(set_up, scratch_remove, atomic_file_keeps_a_symbolic_link_and_replaces_its_target) {
    scratch_make_directory("in/elsewhere");
    scratch_write("in/elsewhere/target", "old", 3);
    assert_int_equal(symlink("elsewhere/target", scratch_path("in/link")), 0);
    assert_int_equal(symlink("link", scratch_path("in/second")), 0);
    replace("in/second", "new");
    assert_true(is_symbolic_link("in/second"));
    assert_true(is_symbolic_link("in/link"));
    assert_false(is_symbolic_link("in/elsewhere/target"));
    check_content("in/elsewhere/target", "new");
    assert_int_equal(count_entries("in"), 4);
    assert_int_equal(count_entries("in/elsewhere"), 1);
}

TEST_WITH(set_up, scratch_remove, atomic_file_compares_targets_and_not_spellings) {
    static const struct {
        const char *path;
        const char *other;
        bool is_same;
    } rows[] = {
        {"in/file", "in/directory/../file", true},
        {"in/link", "in/./file", true},
        {"in/file", "in/hard", true},
        {"in/new", "in/directory/../new", true},
        {"in/file", "in/other", false},
        {"in/file", "in/new", false},
        {"in/new", "in/newer", false},
        {"in/new", "in/directory/new", false},
        {"in/missing/new", "in/missing/../new", false},
        {"in/directory", "in/directory", false}, // cannot be written
    };
    scratch_make_directory("in/directory");
    scratch_write("in/other", "b", 1);
    assert_int_equal(symlink("file", scratch_path("in/link")), 0);
    assert_int_equal(link(scratch_path("in/file"), scratch_path("in/hard")), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_int_equal(
            atomic_file_is_same(scratch_path(rows[i].path), scratch_path(rows[i].other)),
            rows[i].is_same);
}

// The error of both functions ends so.
static void check_rejected(const char *path, const char *end) {
    for (int i = 0; i < 2; i++) {
        Error error = {{0}};
        if (i == 0 ? atomic_file_check(path, &error) : atomic_file_write(path, "new", 3, &error))
            fail_msg("expected an error with '%s' for %s, found none", end, path);
        size_t length = strlen(error.text);
        if (length < strlen(end) || strcmp(error.text + length - strlen(end), end) != 0)
            fail_msg("expected '%s' at the end of: %s", end, error.text);
    }
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_what_it_cannot_replace) {
    static const struct {
        const char *name;
        const char *end;
    } rows[] = {
        // the file behind such a link may be on a disk that is not mounted
        {"in/link", "in/link: expected a regular file or a new one, found a symbolic link to a "
                    "missing file"},
        {"in/loop", "in/loop: Too many levels of symbolic links"},
        {"in/missing/file", "in/missing/file: No such file or directory"},
        {"in/missing/", "in/missing/: Is a directory"},
        {"in/missing//", "in/missing//: Is a directory"},
        {"in/file/below", "in/file/below: Not a directory"},
        {"in", "in: expected a regular file or a new one, found a directory"},
        {"in/", "in/: expected a regular file or a new one, found a directory"},
        {"in/pipe", "in/pipe: expected a regular file or a new one, found a device or pipe"},
    };
    char path[PATH_MAX + 100], name[NAME_MAX + 5] = "in/";
    assert_int_equal(symlink("missing", scratch_path("in/link")), 0);
    assert_int_equal(symlink("loop", scratch_path("in/loop")), 0);
    assert_int_equal(mkfifo(scratch_path("in/pipe"), 0666), 0);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        check_rejected(scratch_path(rows[i].name), rows[i].end);
    check_rejected("/dev/null",
                   "/dev/null: expected a regular file or a new one, found a device or pipe");
    check_rejected("", "cannot write : No such file or directory");
    for (size_t i = 0; i < sizeof path - 1; i += 2) // short names, a long path
        memcpy(path + i, "./", 2);
    path[sizeof path - 1] = '\0';
    check_rejected(path, ": File name too long");
    memset(name + 3, 'n', NAME_MAX + 1);
    name[NAME_MAX + 4] = '\0';
    check_rejected(scratch_path(name), "n: File name too long");
    check_content("in/file", "old");
    assert_int_equal(count_entries("in"), 4);
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_the_output_of_stdout) {
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

enum { OTHER_USER = 65534, REJECTED = 0, WRITTEN = 3 };

// Writes `size` bytes in a child process, which may write at most `max` bytes a file and, if it is
// root, becomes another user if asked. Returns REJECTED if the error contains these words.
static int write_in_child(const char *path, size_t size, rlim_t max, bool as_user,
                          const char *words) {
    static const uint8_t bytes[100000];
    int status;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        Error error = {{0}};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){max, max}) != 0)
            _exit(2);
        if (as_user && geteuid() == 0 && (setgid(OTHER_USER) != 0 || setuid(OTHER_USER) != 0))
            _exit(2);
        if (atomic_file_write(path, bytes, size, &error))
            _exit(WRITTEN);
        _exit(strstr(error.text, words) ? REJECTED : 4);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static int write_as_user(const char *name, const char *words) {
    return write_in_child(scratch_path(name), 3, 1000, true, words);
}

TEST_WITH(set_up, scratch_remove, atomic_file_rejects_read_only_files_and_directories) {
    if (geteuid() == 0) {
        assert_int_equal(chmod(scratch_path("."), 0755), 0);
        assert_int_equal(chown(scratch_path("in"), OTHER_USER, OTHER_USER), 0);
        assert_int_equal(chown(scratch_path("in/file"), OTHER_USER, OTHER_USER), 0);
    }
    if (write_as_user("in/file", "") != WRITTEN)
        skip_because("another user cannot enter TMPDIR");
    scratch_write("in/file", "old", 3);
    assert_int_equal(chmod(scratch_path("in/file"), 0444), 0);
    assert_int_equal(write_as_user("in/file", "in/file: Permission denied"), REJECTED);
    assert_int_equal(chmod(scratch_path("in/file"), 0644), 0);
    assert_int_equal(chmod(scratch_path("in"), 0555), 0);
    assert_int_equal(write_as_user("in/file", "in/file: Permission denied"), REJECTED);
    assert_int_equal(write_as_user("in/new", "in/new: Permission denied"), REJECTED);
    check_content("in/file", "old");
    assert_int_equal(chmod(scratch_path("in"), 0333), 0); // cannot be listed, nor synced
    int status = write_as_user("in/file", "");
    assert_int_equal(chmod(scratch_path("in"), 0755), 0);
    assert_int_equal(status, WRITTEN);
    assert_int_equal(count_entries("in"), 1);
}

TEST_WITH(set_up, scratch_remove, atomic_file_keeps_the_old_file_when_a_write_fails) {
    const rlim_t limits[] = {0, 1, 4096, 99999};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        assert_int_equal(write_in_child(scratch_path("in/file"), 100000, limits[i], false,
                                        "in/file: File too large"),
                         REJECTED);
        check_content("in/file", "old");
        assert_int_equal(count_entries("in"), 1);
    }
    assert_int_equal(write_in_child(scratch_path("in/file"), 100000, 100000, false, ""), WRITTEN);
}

TEST_WITH(set_up, scratch_remove,
          the_file_is_synced_then_renamed_and_then_its_directory_is_synced) {
    static const struct {
        int call; // that fails
        int code;
        const char *calls;
        const char *content;
        const char *error; // NULL: none
    } rows[] = {
        {SYNC_FILE, 0, "frd", "the new", NULL},
        {SYNC_FILE, EIO, "f", "old", "cannot write "},
        {RENAME, EBUSY, "fr", "old", "cannot rename "},
        {SYNC_DIRECTORY, EIO, "frd", "the new", "cannot write "},
        {SYNC_DIRECTORY, EINVAL, "frd", "the new", NULL}, // some file systems cannot
        {SYNC_DIRECTORY, ENOTSUP, "frd", "the new", NULL},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Error error;
        scratch_write("in/file", "old", 3);
        memset(calls, 0, sizeof calls);
        fail_with[rows[i].call] = rows[i].code;
        bool is_written = atomic_file_write(scratch_path("in/file"), "the new", 7, &error);
        fail_with[rows[i].call] = 0;
        assert_int_equal(is_written, rows[i].error == NULL);
        assert_string_equal(calls, rows[i].calls);
        check_content("in/file", rows[i].content);
        if (is_written)
            continue;
        assert_memory_equal(error.text, rows[i].error, strlen(rows[i].error));
        assert_string_equal(strrchr(error.text, ':') + 2, strerror(rows[i].code));
        if (rows[i].call == RENAME) { // kept, and named in the error
            char kept[64] = "in/";
            const char *name = strstr(error.text, ".mnist-train-");
            assert_non_null(name);
            strncat(kept, name, strcspn(name, " "));
            check_content(kept, "the new");
            scratch_delete(kept);
        }
        assert_int_equal(count_entries("in"), 1);
    }
}

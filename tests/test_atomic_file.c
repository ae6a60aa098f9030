#define _XOPEN_SOURCE 700 // realpath, symlink
#include "io/atomic_file.h"
#include "support/scratch.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// Each test has a folder of its own.
static int set_up(void **state) {
    if (scratch_create(state) != 0)
        return -1;
    scratch_make_directory("in");
    return 0;
}

static void check_content(const char *name, const char *expected) {
    uint8_t *bytes;
    size_t size;
    Error error;
    if (!gzip_reader_read_file(scratch_path(name), 1 << 20, &bytes, &size, &error))
        fail_msg("%s", error.text);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(bytes, expected, size);
    free(bytes);
}

static size_t entries_of(const char *name) {
    DIR *folder = opendir(scratch_path(name));
    assert_non_null(folder);
    size_t count = 0;
    for (struct dirent *entry; (entry = readdir(folder));)
        count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
    closedir(folder);
    return count;
}

static mode_t permissions_of(const char *name) {
    struct stat status;
    assert_int_equal(stat(scratch_path(name), &status), 0);
    return status.st_mode & 07777;
}

static bool is_link(const char *name) {
    struct stat status;
    return lstat(scratch_path(name), &status) == 0 && S_ISLNK(status.st_mode);
}

static void replace(const char *name, const char *text) {
    Error error;
    if (!atomic_file_check(scratch_path(name), &error) ||
        !atomic_file_write(scratch_path(name), text, strlen(text), &error))
        fail_msg("%s", error.text);
}

// Both functions refuse it with these words.
static void check_path_refused(const char *path, const char *words) {
    Error error = {{0}};
    for (int i = 0; i < 2; i++) {
        error.text[0] = '\0';
        if (i == 0 ? atomic_file_check(path, &error) : atomic_file_write(path, "new", 3, &error))
            fail_msg("expected %s refused with '%s'", path, words);
        if (!strstr(error.text, words))
            fail_msg("expected '%s' in: %s", words, error.text);
    }
}

static void file_replace_makes_a_file(void **state) {
    (void)state;
    replace("in/file", "text");
    check_content("in/file", "text");
    assert_int_equal(entries_of("in"), 1);
}

static void file_replace_makes_an_empty_file(void **state) {
    (void)state;
    Error error;
    assert_true(atomic_file_write(scratch_path("in/file"), NULL, 0, &error));
    check_content("in/file", "");
}

static void file_replace_writes_large_files(void **state) {
    (void)state;
    Error error;
    size_t size = 3000001, got;
    uint8_t *bytes = test_malloc(size);
    uint8_t *found;
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i * i >> 5);
    assert_true(atomic_file_write(scratch_path("in/file"), bytes, size, &error));
    assert_true(gzip_reader_read_file(scratch_path("in/file"), size, &found, &got, &error));
    assert_int_equal(got, size);
    assert_memory_equal(found, bytes, size);
    free(found);
    test_free(bytes);
}

static void file_replace_replaces_a_file_and_leaves_nothing_else(void **state) {
    (void)state;
    scratch_write("in/file", "older and longer", 16);
    replace("in/file", "new");
    check_content("in/file", "new");
    assert_int_equal(entries_of("in"), 1);
}

// Who has the old file open keeps reading that: nothing is written into it.
static void file_replace_never_writes_into_the_old_file(void **state) {
    (void)state;
    scratch_write("in/file", "old", 3);
    assert_int_equal(link(scratch_path("in/file"), scratch_path("in/second")), 0);
    replace("in/file", "new");
    check_content("in/file", "new");
    check_content("in/second", "old");
}

static void file_replace_keeps_the_permissions_of_the_old_file(void **state) {
    (void)state;
    const mode_t modes[] = {0600, 0640, 0666, 0755, 0200};
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        scratch_write("in/file", "old", 3);
        assert_int_equal(chmod(scratch_path("in/file"), modes[i]), 0);
        replace("in/file", "new");
        assert_int_equal(permissions_of("in/file"), modes[i]);
        scratch_delete("in/file");
    }
}

static void file_replace_heeds_the_umask_for_a_file_that_was_not_there(void **state) {
    (void)state;
    mode_t old = umask(027);
    replace("in/file", "new");
    umask(old);
    assert_int_equal(permissions_of("in/file"), 0640);
}

static void file_replace_leaves_a_symbolic_link_and_replaces_its_target(void **state) {
    (void)state;
    scratch_make_directory("in/elsewhere");
    scratch_write("in/elsewhere/target", "old", 3);
    assert_int_equal(symlink("elsewhere/target", scratch_path("in/link")), 0);
    assert_int_equal(symlink("link", scratch_path("in/second")), 0);
    replace("in/second", "new");
    assert_true(is_link("in/second"));
    assert_true(is_link("in/link"));
    assert_false(is_link("in/elsewhere/target"));
    check_content("in/elsewhere/target", "new");
    assert_int_equal(entries_of("in"), 3);
    assert_int_equal(entries_of("in/elsewhere"), 1);
}

// Its target may be on a disk that is not mounted now.
static void file_replace_does_not_replace_a_link_whose_target_is_missing(void **state) {
    (void)state;
    Error error;
    assert_int_equal(symlink("missing", scratch_path("in/link")), 0);
    (void)atomic_file_write(scratch_path("in/link"), "new", 3, &error);
    assert_true(is_link("in/link"));
}

static void file_replace_refuses_a_loop_of_links(void **state) {
    (void)state;
    assert_int_equal(symlink("loop", scratch_path("in/loop")), 0);
    check_path_refused(scratch_path("in/loop"), "loop: expected to write it, found:");
    assert_true(is_link("in/loop"));
}

static void file_replace_refuses_a_missing_folder(void **state) {
    (void)state;
    check_path_refused(scratch_path("in/missing/file"),
                       "missing/file: expected to write it, found: No such file or directory");
    assert_int_equal(entries_of("in"), 0);
}

static void file_replace_refuses_a_file_in_place_of_a_folder(void **state) {
    (void)state;
    scratch_write("in/file", "old", 3);
    check_path_refused(scratch_path("in/file/below"), "found: Not a directory");
    check_content("in/file", "old");
}

static void file_replace_refuses_a_folder(void **state) {
    (void)state;
    scratch_make_directory("in/folder");
    check_path_refused(scratch_path("in/folder"),
                       "expected a file or nothing there, found a folder");
    check_path_refused(scratch_path("in/folder/"), "found a folder");
    check_path_refused("/", "found a folder");
    assert_int_equal(entries_of("in"), 1);
    assert_int_equal(entries_of("in/folder"), 0);
}

static void file_replace_refuses_devices_and_pipes(void **state) {
    (void)state;
    check_path_refused("/dev/null",
                       "/dev/null: expected a file or nothing there, found a device or pipe");
    assert_int_equal(mkfifo(scratch_path("in/pipe"), 0666), 0);
    check_path_refused(scratch_path("in/pipe"), "found a device or pipe");
    assert_int_equal(symlink("/dev/null", scratch_path("in/link")), 0);
    check_path_refused(scratch_path("in/link"), "found a device or pipe");
    struct stat status;
    assert_int_equal(stat("/dev/null", &status), 0);
    assert_true(S_ISCHR(status.st_mode));
}

static void file_replace_refuses_an_empty_path(void **state) {
    (void)state;
    check_path_refused("", "expected to write it, found:");
}

static void file_replace_refuses_paths_that_are_too_long(void **state) {
    (void)state;
    char path[PATH_MAX + 100];
    memset(path, 'x', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    check_path_refused(path, "expected to write it, found: File name too long");
    // Long in all, each name short.
    for (size_t i = 0; i < sizeof path - 1; i += 2)
        memcpy(path + i, "./", 2);
    path[sizeof path - 1] = '\0';
    check_path_refused(path, "found: File name too long");
    // A name of as many characters as there may be.
    char name[NAME_MAX + 4] = "in/";
    memset(name + 3, 'n', NAME_MAX);
    name[NAME_MAX + 3] = '\0';
    check_path_refused(scratch_path(name), "found: File name too long");
    assert_int_equal(entries_of("in"), 0);
}

static void file_replace_refuses_a_file_that_is_read_only(void **state) {
    (void)state;
    if (geteuid() == 0)
        skip(); // may write all
    scratch_write("in/file", "old", 3);
    assert_int_equal(chmod(scratch_path("in/file"), 0444), 0);
    check_path_refused(scratch_path("in/file"), "found: Permission denied");
    check_content("in/file", "old");
    assert_int_equal(entries_of("in"), 1);
}

static void file_replace_refuses_a_folder_that_is_read_only(void **state) {
    (void)state;
    if (geteuid() == 0)
        skip();
    scratch_write("in/file", "old", 3);
    assert_int_equal(chmod(scratch_path("in"), 0555), 0);
    check_path_refused(scratch_path("in/file"), "found: Permission denied");
    check_path_refused(scratch_path("in/other"), "found: Permission denied");
    assert_int_equal(chmod(scratch_path("in"), 0755), 0);
    check_content("in/file", "old");
    assert_int_equal(entries_of("in"), 1);
}

// In a child process, in which a file may have `most` bytes. 0: refused with these words.
static int replace_with_limit(const char *path, rlim_t most, size_t size, const char *words) {
    static const uint8_t bytes[100000];
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        Error error = {{0}};
        signal(SIGXFSZ, SIG_IGN);
        if (setrlimit(RLIMIT_FSIZE, &(struct rlimit){most, most}) != 0)
            _exit(2);
        if (atomic_file_write(path, bytes, size, &error))
            _exit(3);
        _exit(strstr(error.text, words) ? 0 : 4);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static void file_replace_keeps_the_old_file_when_the_disk_is_full(void **state) {
    (void)state;
    scratch_write("in/file", "old", 3);
    const rlim_t limits[] = {0, 1, 4096, 99999};
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        assert_int_equal(replace_with_limit(scratch_path("in/file"), limits[i], 100000,
                                            "file: expected to write it, found: File too large"),
                         0);
        check_content("in/file", "old");
        assert_int_equal(entries_of("in"), 1);
    }
    assert_int_equal(replace_with_limit(scratch_path("in/new"), 10, 100000, "File too large"), 0);
    assert_int_equal(entries_of("in"), 1);
    // As many bytes as there may be are written.
    assert_int_equal(replace_with_limit(scratch_path("in/file"), 100000, 100000, ""), 3);
}

static void file_can_replace_changes_nothing(void **state) {
    (void)state;
    Error error;
    scratch_write("in/file", "old", 3);
    assert_int_equal(chmod(scratch_path("in/file"), 0640), 0);
    assert_true(atomic_file_check(scratch_path("in/file"), &error));
    assert_true(atomic_file_check(scratch_path("in/other"), &error));
    check_content("in/file", "old");
    assert_int_equal(permissions_of("in/file"), 0640);
    assert_int_equal(entries_of("in"), 1);
}

static void file_replace_takes_a_path_without_a_folder(void **state) {
    (void)state;
    Error error;
    char *before = realpath(".", NULL);
    assert_non_null(before);
    assert_int_equal(chdir(scratch_path("in")), 0);
    bool written =
        atomic_file_check("file", &error) && atomic_file_write("file", "text", 4, &error);
    assert_int_equal(chdir(before), 0);
    free(before);
    assert_true(written);
    check_content("in/file", "text");
    assert_int_equal(entries_of("in"), 1);
}

// A process that was killed left its file, and this one has its number.
static void file_replace_replaces_what_a_killed_process_left(void **state) {
    (void)state;
    char name[64];
    snprintf(name, sizeof name, "in/file.%ld.new", (long)getpid());
    scratch_write(name, "half of a fi", 12);
    replace("in/file", "new");
    check_content("in/file", "new");
    assert_int_equal(entries_of("in"), 1);
}

static void file_read_reads_raw_and_gzip_alike(void **state) {
    (void)state;
    size_t size = 300000, gzip_size;
    uint8_t *bytes = test_malloc(size);
    for (size_t i = 0; i < size; i++)
        bytes[i] = (uint8_t)(i * i >> 7);
    uint8_t *gzip = gzip_bytes(bytes, size, &gzip_size);
    for (int i = 0; i < 2; i++) {
        uint8_t *found;
        size_t got;
        Error error;
        scratch_write("file", i == 0 ? bytes : gzip, i == 0 ? size : gzip_size);
        assert_true(gzip_reader_read_file(scratch_path("file"), size, &found, &got, &error));
        assert_int_equal(got, size);
        assert_memory_equal(found, bytes, size);
        free(found);
    }
    free(gzip);
    test_free(bytes);
}

static void file_read_reads_an_empty_file(void **state) {
    (void)state;
    uint8_t *found;
    size_t got;
    Error error;
    scratch_write("file", "", 0);
    assert_true(gzip_reader_read_file(scratch_path("file"), 10, &found, &got, &error));
    assert_int_equal(got, 0);
    free(found);
    assert_true(gzip_reader_read_file(scratch_path("file"), 0, &found, &got, &error));
    assert_int_equal(got, 0);
    free(found);
}

static void file_read_refuses_a_file_that_is_too_large(void **state) {
    (void)state;
    uint8_t bytes[2000] = {0};
    size_t gzip_size;
    uint8_t *gzip = gzip_bytes(bytes, sizeof bytes, &gzip_size);
    assert_true(gzip_size < 1000); // small itself; what is in it counts
    for (int i = 0; i < 2; i++) {
        uint8_t *found;
        size_t got;
        Error error;
        scratch_write("file", i == 0 ? bytes : gzip, i == 0 ? sizeof bytes : gzip_size);
        assert_true(gzip_reader_read_file(scratch_path("file"), 2000, &found, &got, &error));
        free(found);
        assert_false(gzip_reader_read_file(scratch_path("file"), 1999, &found, &got, &error));
        assert_null(found);
        assert_non_null(strstr(error.text, "file: expected at most 1999 bytes, found more"));
        assert_false(gzip_reader_read_file(scratch_path("file"), 0, &found, &got, &error));
        assert_null(found);
    }
    free(gzip);
}

static void file_read_refuses_what_cannot_be_read(void **state) {
    (void)state;
    uint8_t *found;
    size_t got, gzip_size;
    Error error;
    assert_false(gzip_reader_read_file(scratch_path("missing"), 10, &found, &got, &error));
    assert_non_null(strstr(error.text, "missing: expected a readable file, found: No such file"));
    assert_false(gzip_reader_read_file(scratch_path("in"), 10, &found, &got, &error));
    assert_non_null(strstr(error.text, "in: expected a readable file, found: Is a directory"));
    uint8_t *gzip = gzip_bytes("some text", 9, &gzip_size);
    scratch_write("file", gzip, gzip_size - 1);
    assert_false(gzip_reader_read_file(scratch_path("file"), 10, &found, &got, &error));
    assert_null(found);
    assert_non_null(strstr(error.text, "found it cut short"));
    free(gzip);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(file_replace_makes_a_file, set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_makes_an_empty_file, set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_writes_large_files, set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_replaces_a_file_and_leaves_nothing_else,
                                        set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_never_writes_into_the_old_file, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_keeps_the_permissions_of_the_old_file, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_heeds_the_umask_for_a_file_that_was_not_there,
                                        set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_leaves_a_symbolic_link_and_replaces_its_target,
                                        set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(
            file_replace_does_not_replace_a_link_whose_target_is_missing, set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_refuses_a_loop_of_links, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_refuses_a_missing_folder, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_refuses_a_file_in_place_of_a_folder, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_refuses_a_folder, set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_refuses_devices_and_pipes, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_refuses_an_empty_path, set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_refuses_paths_that_are_too_long, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_refuses_a_file_that_is_read_only, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_refuses_a_folder_that_is_read_only, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_keeps_the_old_file_when_the_disk_is_full,
                                        set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_can_replace_changes_nothing, set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_takes_a_path_without_a_folder, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_replace_replaces_what_a_killed_process_left, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_read_reads_raw_and_gzip_alike, set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_read_reads_an_empty_file, set_up, scratch_remove),
        cmocka_unit_test_setup_teardown(file_read_refuses_a_file_that_is_too_large, set_up,
                                        scratch_remove),
        cmocka_unit_test_setup_teardown(file_read_refuses_what_cannot_be_read, set_up,
                                        scratch_remove),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

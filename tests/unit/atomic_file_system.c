// Order of the writes that make a replacement survive a crash, and locks. This program defines
// fsync, rename, write and flock itself: its definitions take precedence over those of the C
// library.
#define _XOPEN_SOURCE 700
#define _DARWIN_C_SOURCE // LOCK_NB
#include "io/atomic_file.h"
#include "support/file_checks.h"
#include "support/scratch.h"
#include "support/test.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <stddef.h>
#include <stdint.h>

typedef enum { SYNC_FILE, SYNC_DIRECTORY, RENAME } Call;

enum { MAX_CALLS = 8 };

static struct {
    Call calls[MAX_CALLS];
    size_t count;
    off_t synced_size;        // of the last file
    int fail_with[3];         // errno per Call; 0: succeeds
    size_t renames_that_fail; // 0: all
    bool close_early;         // a synced file, so that the next close fails
    size_t max_bytes;         // per write, every second of which is interrupted; 0: as usual
    size_t writes;
    size_t foreign_locks; // the next files that another process has locked
    size_t waits;         // for a lock
} trace;

static int record(Call call) {
    if (trace.count < MAX_CALLS)
        trace.calls[trace.count++] = call;
    errno = trace.fail_with[call];
    return errno != 0 ? -1 : 0;
}

int fsync(int fd) {
    struct stat status;
    if (fstat(fd, &status) != 0)
        return -1;
    if (S_ISDIR(status.st_mode))
        return record(SYNC_DIRECTORY);
    trace.synced_size = status.st_size;
    if (trace.close_early)
        close(fd);
    return record(SYNC_FILE);
}

int rename(const char *old, const char *new) {
    if (trace.renames_that_fail > 0 && trace.count > trace.renames_that_fail)
        trace.fail_with[RENAME] = 0;
    return record(RENAME) == 0 ? renameat(AT_FDCWD, old, AT_FDCWD, new) : -1;
}

ssize_t write(int fd, const void *bytes, size_t size) {
    struct iovec part = {(void *)(uintptr_t)bytes, size};
    trace.writes++;
    if (trace.max_bytes > 0 && trace.writes % 2 == 1) {
        errno = EINTR;
        return -1;
    }
    if (trace.max_bytes > 0 && size > trace.max_bytes)
        part.iov_len = trace.max_bytes;
    return writev(fd, &part, 1);
}

// No other process locks the files of this test.
int flock(int fd, int operation) {
    (void)fd;
    trace.waits += !(operation & LOCK_NB);
    if (trace.foreign_locks == 0)
        return 0;
    trace.foreign_locks--;
    errno = EWOULDBLOCK;
    return operation & LOCK_NB ? -1 : 0;
}

static int set_up(void **state) {
    if (scratch_create(state) != 0)
        return -1;
    scratch_make_directory("in");
    scratch_write("in/file", "old", 3);
    memset(&trace, 0, sizeof trace);
    return 0;
}

static bool write_new(Error *error) {
    error->text[0] = '\0';
    return atomic_file_write(scratch_path("in/file"), "the new", 7, error);
}

static void check_calls(size_t count, const Call *calls) {
    assert_int_equal(trace.count, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(trace.calls[i], calls[i]);
}

TEST_WITH(set_up, scratch_remove,
          the_file_is_synced_then_renamed_and_then_its_directory_is_synced) {
    Error error;
    assert_true(write_new(&error));
    check_calls(3, (const Call[]){SYNC_FILE, RENAME, SYNC_DIRECTORY});
    assert_int_equal(trace.synced_size, 7);
    check_content("in/file", "the new");
}

// Another user can open a new file between its creation and its lock.
TEST_WITH(set_up, scratch_remove,
          a_file_that_another_process_has_locked_is_left_for_one_of_another_name) {
    Error error;
    trace.foreign_locks = 3;
    assert_true(write_new(&error));
    assert_int_equal(trace.foreign_locks, 0);
    assert_int_equal(trace.waits, 0);
    check_content("in/file", "the new");
    assert_int_equal(count_entries("in"), 1);
}

TEST_WITH(set_up, scratch_remove, interrupted_and_short_writes_are_continued) {
    for (size_t max = 1; max < 9; max++) {
        Error error;
        trace.max_bytes = max;
        assert_true(write_new(&error));
        check_content("in/file", "the new");
        scratch_write("in/file", "old", 3);
    }
}

TEST_WITH(set_up, scratch_remove, a_file_that_cannot_be_synced_replaces_nothing) {
    Error error;
    trace.fail_with[SYNC_FILE] = EIO;
    assert_false(write_new(&error));
    assert_non_null(strstr(error.text, "in/file: Input/output error"));
    check_calls(1, (const Call[]){SYNC_FILE});
    check_content("in/file", "old");
    assert_int_equal(count_entries("in"), 1);
}

TEST_WITH(set_up, scratch_remove, a_file_that_cannot_be_closed_replaces_nothing) {
    Error error;
    trace.close_early = true;
    assert_false(write_new(&error));
    assert_non_null(strstr(error.text, "in/file: Bad file descriptor"));
    check_calls(1, (const Call[]){SYNC_FILE});
    check_content("in/file", "old");
    assert_int_equal(count_entries("in"), 1);
}

TEST_WITH(set_up, scratch_remove, a_file_that_cannot_be_renamed_is_kept_and_named) {
    Error error;
    char kept[64] = "in/";
    trace.fail_with[RENAME] = EXDEV;
    assert_false(write_new(&error));
    assert_non_null(strstr(error.text, "cannot rename "));
    const char *name = strstr(error.text, ".mnist-train-");
    assert_non_null(name);
    strncat(kept, name, strcspn(name, " "));
    assert_non_null(strstr(error.text, ": Invalid cross-device link"));
    check_calls(3, (const Call[]){SYNC_FILE, RENAME, RENAME}); // the second to another name
    check_content("in/file", "old");
    check_content(kept, "the new");
}

// So that the next run does not remove it.
TEST_WITH(set_up, scratch_remove, a_file_that_cannot_replace_the_target_is_kept_beside_it) {
    Error error;
    char kept[64] = "in/";
    trace.fail_with[RENAME] = EBUSY;
    trace.renames_that_fail = 1;
    assert_false(write_new(&error));
    const char *name = strstr(error.text, "file.");
    assert_non_null(name);
    strncat(kept, name, strcspn(name, " "));
    assert_non_null(strstr(error.text, ": Device or resource busy"));
    assert_true(atomic_file_check(scratch_path("in/file"), &error));
    check_content("in/file", "old");
    check_content(kept, "the new");
    assert_int_equal(count_entries("in"), 2);
}

TEST_WITH(set_up, scratch_remove, a_directory_that_cannot_be_synced_is_an_error) {
    Error error;
    trace.fail_with[SYNC_DIRECTORY] = EIO;
    assert_false(write_new(&error));
    assert_non_null(strstr(error.text, "in/file: Input/output error"));
    check_content("in/file", "the new");
    assert_int_equal(count_entries("in"), 1);
}

TEST_WITH(set_up, scratch_remove, file_systems_without_sync_of_directories_are_no_error) {
    const int codes[] = {EINVAL, ENOTSUP};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        Error error;
        trace.fail_with[SYNC_DIRECTORY] = codes[i];
        assert_true(write_new(&error));
        check_content("in/file", "the new");
    }
}

TEST_WITH(set_up, scratch_remove, a_check_syncs_and_renames_nothing) {
    Error error;
    assert_true(atomic_file_check(scratch_path("in/file"), &error));
    assert_int_equal(trace.count, 0);
}

#include "output/run_info.h"
#include "support/test.h"

#include <limits.h>
#include <time.h>
#include <unistd.h>

static const char *const names[] = {"MNIST_DATA", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"};

static int unset_variables(void **state) {
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unsetenv(names[i]);
    return 0;
}

TEST_WITH(unset_variables, NULL, set_variables_are_listed) {
    Environment environment = {.variables = {"old", "old", "old", "old"}};
    environment_detect(&environment);
    assert_null(environment.variables[0]);
    setenv("OPENBLAS_L2_SIZE", "512", 1);
    setenv("OPENBLAS_CORETYPE_OTHER", "no", 1);
    setenv("MNIST_DATA", "", 1);
    environment_detect(&environment);
    assert_string_equal(environment.variables[0], "MNIST_DATA=");
    assert_string_equal(environment.variables[1], "OPENBLAS_L2_SIZE=512");
    assert_null(environment.variables[2]);
    unsetenv("OPENBLAS_CORETYPE_OTHER");
}

TEST(the_start_is_the_present_time_in_utc) {
    Environment environment = {.threads = 1};
    char before[32], after[32];
    time_t now = time(NULL);
    struct tm utc;
    setenv("TZ", "Asia/Tokyo", 1);
    tzset();
    strftime(before, sizeof before, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    environment_detect(&environment);
    now = time(NULL);
    strftime(after, sizeof after, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    assert_int_equal(strlen(environment.started), strlen("2026-01-31T12:00:00Z"));
    assert_true(strcmp(before, environment.started) <= 0);
    assert_true(strcmp(environment.started, after) <= 0);
}

TEST(program_machine_and_directory_are_those_of_the_process) {
    Environment environment = {.threads = 1};
    char directory[PATH_MAX];
    environment_detect(&environment);
    assert_non_null(getcwd(directory, sizeof directory));
    assert_string_equal(environment.working_dir, directory);
    assert_string_equal(environment.program, "mnist-train " VERSION);
    assert_in_range(environment.processors, 1, 65536);
    assert_int_not_equal(*environment.system, '\0');
    assert_int_not_equal(*environment.zlib, '\0');
}

#include "output/run_info.h"

#include "base/system.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

// Returns NAME=VALUE, or NULL if the variable is not set.
static const char *find_variable(const char *name) {
    const char *value = getenv(name);
    return value ? value - strlen(name) - 1 : NULL; // the environment has it in this form
}

void environment_detect(Environment *environment) {
    static const char *const names[ENVIRONMENT_MAX_VARIABLES] = {"MNIST_DATA", "OPENBLAS_CORETYPE",
                                                                 "OPENBLAS_L2_SIZE"};
    static char directory[PATH_MAX];
    const time_t now = time(NULL);
    struct tm utc;
    struct utsname name;
    size_t variables = 0;
    if (gmtime_r(&now, &utc))
        strftime(environment->started, sizeof environment->started, "%Y-%m-%dT%H:%M:%SZ", &utc);
    if (uname(&name) >= 0)
        snprintf(environment->system, SYSTEM_TEXT, "%.50s %.50s %.50s", name.sysname, name.release,
                 name.machine);
    environment->program = "mnist-train " VERSION;
    environment->zlib = zlibVersion();
    environment->processors = cpu_count();
    environment->working_dir = getcwd(directory, sizeof directory) ? directory : "";
    for (size_t i = 0; i < ENVIRONMENT_MAX_VARIABLES; i++) {
        const char *variable = find_variable(names[i]);
        if (variable)
            environment->variables[variables++] = variable;
    }
    environment->variables[variables] = NULL;
}

RunFields run_info_fields(const Environment *environment) {
    return (RunFields){{
        {"program", "program", environment->program, 0},
        {"started", "started", environment->started, 0},
        {"blas", "BLAS library", environment->blas, 0},
        {"kernel", "BLAS kernel", environment->kernel, 0},
        {"zlib", "zlib", environment->zlib, 0},
        {"system", "system", environment->system, 0},
        {"processors", "processors", NULL, environment->processors},
        {"threads", "threads", NULL, environment->threads},
    }};
}

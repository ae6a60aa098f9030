#include "output/run_info.h"

#include "base/system.h"

#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

extern char **environ;

static bool has_name(const char *variable, const char *name) {
    size_t length = strlen(name);
    return strncmp(variable, name, length) == 0 && variable[length] == '=';
}

static void detect_variables(Environment *environment) {
    static const char *const names[ENVIRONMENT_MAX_VARIABLES] = {"MNIST_DATA", "OPENBLAS_CORETYPE",
                                                                 "OPENBLAS_L2_SIZE"};
    size_t count = 0;
    for (size_t i = 0; i < ENVIRONMENT_MAX_VARIABLES && names[i]; i++) {
        for (char **variable = environ; variable && *variable; variable++) {
            if (has_name(*variable, names[i])) {
                environment->variables[count++] = *variable;
                break;
            }
        }
    }
    environment->variables[count] = NULL;
}

static const char *find_working_dir(void) {
    static char directory[PATH_MAX];
    return getcwd(directory, sizeof directory) ? directory : "";
}

static void write_start_time(char *text, size_t size) {
    time_t now = time(NULL);
    struct tm utc;
    if (!gmtime_r(&now, &utc) || strftime(text, size, "%Y-%m-%dT%H:%M:%SZ", &utc) == 0)
        *text = '\0';
}

static void write_system(char *text, size_t size) {
    struct utsname name;
    *text = '\0';
    if (uname(&name) >= 0)
        snprintf(text, size, "%.50s %.50s %.50s", name.sysname, name.release, name.machine);
}

void environment_detect(Environment *environment) {
    write_start_time(environment->started, sizeof environment->started);
    write_system(environment->system, sizeof environment->system);
    snprintf(environment->program, sizeof environment->program, "mnist-train %s", VERSION);
    environment->zlib = zlibVersion();
    environment->processors = cpu_count();
    environment->working_dir = find_working_dir();
    detect_variables(environment);
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

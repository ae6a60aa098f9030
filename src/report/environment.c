#include "report/environment.h"

#include "base/cpu.h"
#include "base/thread_pool.h"
#include "nn/gemm.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

extern char **environ;

static bool begins_with_name(const char *variable, const char *name) {
    size_t length = strlen(name);
    return strncmp(variable, name, length) == 0 && variable[length] == '=';
}

static void find_variables(Environment *environment) {
    static const char *const names[ENVIRONMENT_VARIABLES] = {"MNIST_DATA", "OPENBLAS_CORETYPE",
                                                             "OPENBLAS_L2_SIZE"};
    size_t found = 0;
    for (size_t i = 0; i < ENVIRONMENT_VARIABLES && names[i]; i++) {
        for (char **variable = environ; variable && *variable; variable++) {
            if (begins_with_name(*variable, names[i])) {
                environment->variables[found++] = *variable;
                break;
            }
        }
    }
}

static const char *current_folder(void) {
    static char folder[PATH_MAX];
    return getcwd(folder, sizeof folder) ? folder : "";
}

void environment_find(Environment *environment, size_t threads, int argument_count,
                      char *const *arguments) {
    *environment = (Environment){
        .blas = gemm_library(),
        .kernel = gemm_kernel(),
        .zlib = zlibVersion(),
        .processors = cpu_count(),
        .threads = threads,
        .folder = current_folder(),
        .argument_count = argument_count,
        .arguments = arguments,
    };
    time_t now = time(NULL);
    struct tm utc;
    if (gmtime_r(&now, &utc))
        strftime(environment->started, sizeof environment->started, "%Y-%m-%dT%H:%M:%SZ", &utc);
    struct utsname name;
    if (uname(&name) >= 0)
        snprintf(environment->system, sizeof environment->system, "%.50s %.50s %.50s", name.sysname,
                 name.release, name.machine);
    snprintf(environment->program, sizeof environment->program, "mnist-train %s", VERSION);
    find_variables(environment);
}

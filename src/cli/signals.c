#include "signals.h"

#include <signal.h>
#include <stddef.h>

static volatile sig_atomic_t pending_signal;

static void on_signal(int number) {
    pending_signal = number;
}

void signals_catch(void) {
    struct sigaction action = {.sa_handler = on_signal,
                               .sa_flags = (int)(SA_RESETHAND | SA_RESTART)};
    struct sigaction old;
    sigemptyset(&action.sa_mask);
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGXCPU, &action, NULL);
    if (sigaction(SIGHUP, NULL, &old) == 0 && old.sa_handler != SIG_IGN)
        sigaction(SIGHUP, &action, NULL);
}

int signals_pending(void) {
    return pending_signal;
}

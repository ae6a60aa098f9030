#define _XOPEN_SOURCE 700 // pseudo-terminals
#define _DEFAULT_SOURCE   // struct winsize
#define _DARWIN_C_SOURCE
#include "support/capture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

static int redirected; // the descriptor
static int saved;      // its duplicate
static int source;     // a file, or the master of a pseudo-terminal
static char text[1 << 16];

static void must(bool holds, const char *what) {
    if (holds)
        return;
    perror(what);
    exit(99);
}

static void redirect(int descriptor, int target) {
    fflush(stdout);
    redirected = descriptor;
    saved = dup(descriptor);
    must(saved >= 0 && dup2(target, descriptor) >= 0, "dup2");
}

void capture_begin(int descriptor) {
    FILE *file = tmpfile();
    must(file != NULL, "tmpfile");
    source = dup(fileno(file));
    must(source >= 0, "dup");
    fclose(file);
    redirect(descriptor, source);
}

bool capture_begin_terminal(int descriptor, unsigned short columns) {
    source = posix_openpt(O_RDWR | O_NOCTTY);
    if (source < 0)
        return false;
    const char *name = NULL;
    if (grantpt(source) == 0 && unlockpt(source) == 0)
        name = ptsname(source);
    int terminal = name ? open(name, O_RDWR | O_NOCTTY) : -1;
    if (terminal < 0) {
        close(source);
        return false;
    }
    struct winsize size = {.ws_row = 24, .ws_col = columns};
    must(ioctl(terminal, TIOCSWINSZ, &size) == 0, "TIOCSWINSZ");
    must(fcntl(source, F_SETFL, O_NONBLOCK) == 0, "O_NONBLOCK");
    redirect(descriptor, terminal);
    close(terminal);
    return true;
}

const char *capture_end(void) {
    fflush(stdout);
    (void)lseek(source, 0, SEEK_SET); // fails for a terminal, which has no offset
    size_t used = 0;
    for (ssize_t got;
         used < sizeof text - 1 && (got = read(source, text + used, sizeof text - 1 - used)) > 0;)
        used += (size_t)got;
    text[used] = '\0';
    must(dup2(saved, redirected) >= 0, "dup2");
    close(saved);
    close(source);
    return text;
}

#define _DARWIN_C_SOURCE // struct winsize
#include "base/terminal.h"

#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum { DEFAULT_WIDTH = 80 };

Terminal terminal_detect(int descriptor) {
    const char *term = getenv("TERM");
    const char *no_colour = getenv("NO_COLOR");
    bool is_terminal = term && *term && strcmp(term, "dumb") != 0 && isatty(descriptor);
    return (Terminal){
        .is_terminal = is_terminal,
        .has_colours = is_terminal && !(no_colour && *no_colour),
        .has_blocks = is_terminal && strcmp(nl_langinfo(CODESET), "UTF-8") == 0,
    };
}

size_t terminal_width(int descriptor) {
    struct winsize size = {0};
    if (ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
        return size.ws_col;
    return DEFAULT_WIDTH;
}

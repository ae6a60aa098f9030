// What the build needs of zlib: its header, and a program with inflate links.
#include <zlib.h>

int main(void) {
    z_stream stream = {0};
    return inflate(&stream, Z_NO_FLUSH) == Z_STREAM_ERROR ? 0 : 1;
}

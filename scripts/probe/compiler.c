// What the build needs of the compiler: its flags are accepted, and a C11 program links.
#if !defined __STDC_VERSION__ || __STDC_VERSION__ < 201112L
#error "expected C11 or a later standard (STD=c11), found an earlier one"
#endif

#include <stdlib.h>

int main(void) {
    return EXIT_SUCCESS;
}

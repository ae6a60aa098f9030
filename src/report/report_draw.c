#include "base/byte_order.h"
#include "report/html.h"
#include "report/report_assets.h"
#include "report_internal.h"

#include <string.h>

// The script shows the section: without scripts the page has no canvas.
static const char section[] =
    "<section id=\"draw\" hidden><h2>Draw a digit</h2>\n"
    "<p id=\"draw-help\">Draw with a mouse, a finger or a pen. With a keyboard, the arrow keys "
    "move "
    "the pen, with Shift in smaller steps; the space bar puts it down and lifts it, and Escape "
    "clears. "
    "The network in this page predicts the digit while you draw; nothing leaves the page.</p>\n"
    "<div class=\"draw\">\n"
    "<div class=\"pad\"><canvas id=\"draw-canvas\" width=\"280\" height=\"280\" tabindex=\"0\" "
    "role=\"application\" aria-label=\"Drawing area\" aria-describedby=\"draw-help\"></canvas>"
    "<span id=\"draw-pen\" hidden></span></div>\n"
    "<div class=\"input\"><canvas id=\"draw-input\" width=\"28\" height=\"28\" role=\"img\" "
    "aria-label=\"What the network sees: the digit scaled and centred, 28 by 28 "
    "pixels\"></canvas>\n"
    "<p class=\"muted\">What the network sees</p>\n"
    "<button id=\"draw-clear\" type=\"button\">Clear</button></div>\n"
    "<table id=\"draw-bars\"><caption>Probability of each digit</caption><tbody>\n";

static const char section_end[] = "</tbody></table>\n</div>\n"
                                  "<p id=\"draw-result\" role=\"status\"></p>\n"
                                  "<p id=\"draw-keys\" class=\"muted\" role=\"status\"></p>\n";

static void put_bars(FILE *page, const ClassNames *classes) {
    for (size_t digit = 0; digit < NETWORK_CLASSES; digit++) {
        fputs("<tr><th scope=\"row\">", page);
        report_put_class(page, digit, classes);
        fputs("</th><td><div class=\"bar\"></div></td>"
              "<td><data class=\"probability\" value=\"0\"></data></td></tr>\n",
              page);
    }
}

// Writes the tensors in the order of NetworkParameters as float32, little-endian, in base 64. A
// script element of an unknown type is data.
static void put_parameters(FILE *page, const NetworkParameters *parameters) {
    enum { FLOATS = 768 }; // a multiple of 3, so that the pieces have no padding
    const char *tensors = (const char *)parameters;
    uint8_t bytes[FLOATS * sizeof(float)];
    fputs("<script type=\"application/octet-stream\" id=\"draw-parameters\">", page);
    for (size_t first = 0; first < NETWORK_PARAMETERS; first += FLOATS) {
        size_t left = NETWORK_PARAMETERS - first;
        size_t count = left < FLOATS ? left : FLOATS;
        memcpy(bytes, tensors + first * sizeof(float), count * sizeof(float));
        byte_order_little(bytes, count, sizeof(float));
        html_put_base64(page, bytes, count * sizeof(float));
    }
    fputs("</script>\n", page);
}

void report_put_draw(FILE *page, const NetworkParameters *parameters, const ClassNames *classes) {
    fputs(section, page);
    put_bars(page, classes);
    fputs(section_end, page);
    put_parameters(page, parameters);
    fputs("<script>", page);
    fwrite(report_js, 1, report_js_size, page);
    fputs("</script>\n</section>\n", page);
}

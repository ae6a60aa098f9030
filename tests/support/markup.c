#include "support/markup.h"
#include "support/test.h"

#include <ctype.h>
#include <zlib.h>

enum { SIGNATURE = 8, HEADER = 13, FRAME = 12 }; // bytes; the frame of a chunk: length, type, CRC

static size_t uint32_at(const uint8_t *bytes) {
    return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

// Returns the data of the next chunk, which must be of this type, and moves *next past it.
static const uint8_t *take_chunk(const uint8_t **next, const uint8_t *end, const char *type,
                                 size_t *size) {
    const uint8_t *chunk = *next;
    assert_true(end - chunk >= FRAME);
    *size = uint32_at(chunk);
    assert_true(*size <= (size_t)(end - chunk) - FRAME);
    assert_memory_equal(chunk + 4, type, 4);
    assert_int_equal(crc32(crc32(0, NULL, 0), chunk + 4, (uInt)(*size + 4)),
                     uint32_at(chunk + 8 + *size));
    *next = chunk + FRAME + *size;
    return chunk + 8;
}

static void read_header(const uint8_t *header, PngPicture *picture) {
    picture->width = uint32_at(header);
    picture->height = uint32_at(header + 4);
    assert_int_equal(header[8], 8); // bits
    assert_true(header[9] == 0 || header[9] == 2);
    picture->colours = header[9] == 2 ? 3 : 1;
    assert_int_equal(header[10], 0); // deflate
    assert_int_equal(header[11], 0); // filters
    assert_int_equal(header[12], 0); // not interlaced
}

static void read_rows(const uint8_t *packed, size_t packed_size, PngPicture *picture) {
    size_t row = picture->width * picture->colours;
    uLongf size = (uLongf)(picture->height * (row + 1));
    uint8_t *rows = malloc(size + 1);
    picture->pixels = malloc(picture->height * row);
    assert_true(rows && picture->pixels);
    size++; // one byte too many is noticed
    assert_int_equal(uncompress(rows, &size, packed, (uLong)packed_size), Z_OK);
    assert_int_equal(size, picture->height * (row + 1));
    for (size_t y = 0; y < picture->height; y++) {
        assert_int_equal(rows[y * (row + 1)], 0);
        memcpy(picture->pixels + y * row, rows + y * (row + 1) + 1, row);
    }
    free(rows);
}

PngPicture png_decode(const uint8_t *png, size_t size) {
    PngPicture picture;
    const uint8_t *next = png + SIGNATURE;
    const uint8_t *end = png + size;
    size_t header_size, packed_size, end_size;
    assert_true(size > SIGNATURE);
    assert_memory_equal(png, "\x89PNG\r\n\x1a\n", SIGNATURE);
    const uint8_t *header = take_chunk(&next, end, "IHDR", &header_size);
    assert_int_equal(header_size, HEADER);
    read_header(header, &picture);
    const uint8_t *packed = take_chunk(&next, end, "IDAT", &packed_size);
    read_rows(packed, packed_size, &picture);
    take_chunk(&next, end, "IEND", &end_size);
    assert_int_equal(end_size, 0);
    assert_ptr_equal(next, end);
    return picture;
}

const char *html_written(HtmlWriter *put, const char *text) {
    static char markup[1 << 16];
    memset(markup, 0, sizeof markup);
    FILE *page = fmemopen(markup, sizeof markup - 1, "w");
    assert_non_null(page);
    put(page, text);
    assert_int_equal(fclose(page), 0);
    return markup;
}

char *html_decode(const char *markup) {
    static const char *const escapes[] = {"&amp;", "&lt;", "&gt;", "&quot;"};
    static const char characters[] = "&<>\"";
    char *text = malloc(strlen(markup) + 1);
    size_t used = 0;
    assert_non_null(text);
    while (*markup && *markup != '<' && *markup != '"') {
        size_t i = 0;
        while (i < 4 && strncmp(markup, escapes[i], strlen(escapes[i])) != 0)
            i++;
        assert_true(i < 4 || *markup != '&');
        text[used++] = i < 4 ? characters[i] : *markup;
        markup += i < 4 ? strlen(escapes[i]) : 1;
    }
    text[used] = '\0';
    return text;
}

void check_numbers_are_finite(const char *markup) {
    static const char png[] = "base64,";
    for (const char *c = markup; *c; c++) {
        if (strncmp(c, png, sizeof png - 1) == 0)
            c += strcspn(c, "\"");
        // SVG paths have numbers directly after M and H.
        bool is_word = c > markup && isalpha((unsigned char)c[-1]) && c[-1] != 'M' && c[-1] != 'H';
        if (!is_word && (strncmp(c, "nan", 3) == 0 || strncmp(c, "inf", 3) == 0) &&
            !isalpha((unsigned char)c[3]))
            fail_msg("expected finite numbers, found: %.40s", c);
    }
}

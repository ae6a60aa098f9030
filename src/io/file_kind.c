#include "io/file_kind.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { SHOWN_BYTES = 4, SHOWN_CHARACTERS = 30 };

typedef struct {
    int offset; // AS_TEXT: after blanks, whatever the case of its letters
    size_t size;
    const char *bytes;
    const char *also; // text anywhere in the first FILE_KIND_BYTES, or NULL
    FileKind kind;
} Signature;

enum { AS_TEXT = -1 };

#define BYTES(literal) sizeof(literal) - 1, (literal)
#define OTHER(name)                                                                                \
    { (name), FILE_KIND_OTHER, NULL }
#define PICTURE(name, extension)                                                                   \
    { (name), FILE_KIND_PICTURE, (extension) }
#define PYTORCH(name)                                                                              \
    { (name), FILE_KIND_PYTORCH, NULL }

// The first match counts.
static const Signature signatures[] = {
    // compressed files and archives; gzip is inflated before, once
    {0, BYTES("\x1f\x8b"), NULL, OTHER("a gzip file in a gzip file")},
    {0, BYTES("PK\3\4"), "data.pkl", PYTORCH("a PyTorch file (.pt)")},
    {0, BYTES("PK\3\4"), ".npy", OTHER("a NumPy archive (.npz)")},
    {0, BYTES("PK\3\4"), "metadata.json", OTHER("a Keras model (.keras)")},
    {0, BYTES("PK\3\4"), NULL, OTHER("a zip archive")},
    {0, BYTES("BZh"), NULL, OTHER("a bzip2 file")},
    {0, BYTES("\3757zXZ"), NULL, OTHER("an xz file")},
    {0, BYTES("\x28\xb5\x2f\xfd"), NULL, OTHER("a Zstandard file")},
    {0, BYTES("7z\xbc\xaf\x27\x1c"), NULL, OTHER("a 7-Zip archive")},
    {0, BYTES("Rar!\x1a\x07"), NULL, OTHER("a RAR archive")},
    {257, BYTES("ustar"), NULL, OTHER("a tar archive")},
    // what a download may give in place of a file
    {AS_TEXT, BYTES("version https://git-lfs"), NULL,
     OTHER("a Git LFS pointer (git lfs pull gets the file)")},
    {AS_TEXT, BYTES("<!doctype html"), NULL, OTHER("HTML (a web page)")},
    {AS_TEXT, BYTES("<html"), NULL, OTHER("HTML (a web page)")},
    {AS_TEXT, BYTES("<head"), NULL, OTHER("HTML (a web page)")},
    {AS_TEXT, BYTES("<svg"), NULL, PICTURE("SVG", "svg")},
    {AS_TEXT, BYTES("<?xml"), "<svg", PICTURE("SVG", "svg")},
    {AS_TEXT, BYTES("<?xml"), NULL, OTHER("XML")},
    {0, BYTES("\xff\xfe"), NULL, OTHER("UTF-16 text")}, // as PowerShell redirects any output
    {0, BYTES("\xfe\xff"), NULL, OTHER("UTF-16 text")},
    // data and models
    {0, BYTES("\0\0\x08"), NULL, OTHER("IDX of unsigned byte")},
    {0, BYTES("\0\0\x09"), NULL, OTHER("IDX of signed byte")},
    {0, BYTES("\0\0\x0b"), NULL, OTHER("IDX of short")},
    {0, BYTES("\0\0\x0c"), NULL, OTHER("IDX of int")},
    {0, BYTES("\0\0\x0d"), NULL, OTHER("IDX of float")},
    {0, BYTES("\0\0\x0e"), NULL, OTHER("IDX of double")},
    {5, BYTES("\0\0\0{"), NULL, OTHER("a safetensors file")}, // its header has less than 1 TB
    {0, BYTES("\x80\2\x8a\nl\xfc\x9c\x46\xf9 j\xa8P\x19"), NULL, PYTORCH("an old PyTorch file")},
    {0, BYTES("\x80\2"), NULL, OTHER("a Python pickle")},
    {0, BYTES("\x80\3"), NULL, OTHER("a Python pickle")},
    {0, BYTES("\x80\4"), NULL, OTHER("a Python pickle")},
    {0, BYTES("\x80\5"), NULL, OTHER("a Python pickle")},
    {0, BYTES("\x93NUMPY"), NULL, OTHER("a NumPy array (.npy)")},
    {0, BYTES("\x89HDF\r\n\x1a\n"), NULL, OTHER("HDF5 (.h5)")},
    {0, BYTES("PAR1"), NULL, OTHER("Parquet")},
    {0, BYTES("MATLAB 5.0 MAT-file"), NULL, OTHER("a MATLAB file (.mat)")},
    {2, BYTES("\x12\x07pytorch"), NULL, OTHER("an ONNX model")},
    {2,
     BYTES("\x12\x04"
           "CNTK"),
     NULL, OTHER("an ONNX model")},
    {2, BYTES("\x12"), "onnx", OTHER("an ONNX model")}, // tf2onnx, skl2onnx, onnx.quantize
    {4, BYTES("TFL3"), NULL, OTHER("a TensorFlow Lite model")},
    {0, BYTES("GGUF"), NULL, OTHER("a GGUF model")},
    // pictures
    {0, BYTES("\x89PNG\r\n\x1a\n"), NULL, OTHER("PNG")},
    {0, BYTES("\x89PNG"), NULL, OTHER("PNG with converted line ends")}, // a copy as text
    {0, BYTES("\xff\xd8\xff"), NULL, PICTURE("JPEG", "jpg")},
    {0, BYTES("GIF8"), NULL, PICTURE("GIF", "gif")},
    {8, BYTES("WEBP"), NULL, PICTURE("WebP", "webp")},
    {0, BYTES("II*\0"), NULL, PICTURE("TIFF", "tif")},
    {0, BYTES("MM\0*"), NULL, PICTURE("TIFF", "tif")},
    {4, BYTES("ftypavi"), NULL, PICTURE("AVIF", "avif")}, // avif, avis
    {4, BYTES("ftyphei"), NULL, PICTURE("HEIC", "heic")}, // heic, heix, heim, heis
    {4, BYTES("ftypmif"), NULL, PICTURE("HEIC", "heic")}, // mif1
    {0, BYTES("%PDF-"), NULL, PICTURE("PDF", "pdf")},
    {0, BYTES("BM"), NULL, PICTURE("BMP", "bmp")},
};

static bool contains(const uint8_t *bytes, size_t size, const char *text) {
    const size_t length = strlen(text);
    for (size_t i = 0; i + length <= size; i++) {
        if (memcmp(bytes + i, text, length) == 0)
            return true;
    }
    return false;
}

// Returns where text begins: after a byte order mark and blanks.
static size_t text_begin(const uint8_t *bytes, size_t size) {
    size_t i = size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
    while (i < size && isspace(bytes[i]))
        i++;
    return i;
}

static bool is_text(const uint8_t *bytes, size_t size) {
    for (size_t i = 0; i < size; i++) {
        const bool is_control = (bytes[i] < ' ' && !isspace(bytes[i])) || bytes[i] == 0x7f;
        if (is_control || bytes[i] >= 0xf8) // no UTF-8 has these
            return false;
    }
    return true;
}

// Two letters begin a text as well.
static bool matches(const Signature *signature, const uint8_t *bytes, size_t size) {
    const bool as_text = signature->offset == AS_TEXT;
    const size_t offset = as_text ? text_begin(bytes, size) : (size_t)signature->offset;
    if (size < offset || size - offset < signature->size)
        return false;
    const char *found = (const char *)bytes + offset;
    const bool is_equal = as_text ? strncasecmp(found, signature->bytes, signature->size) == 0
                                  : memcmp(found, signature->bytes, signature->size) == 0;
    return is_equal && (!signature->also || contains(bytes, size, signature->also)) &&
           (signature->size > 2 || !is_text(bytes, size));
}

const FileKind *file_kind_find(const uint8_t *bytes, size_t size) {
    const size_t used = size < FILE_KIND_BYTES ? size : FILE_KIND_BYTES;
    for (size_t i = 0; i < sizeof signatures / sizeof *signatures; i++) {
        if (matches(&signatures[i], bytes, used))
            return &signatures[i].kind;
    }
    return NULL;
}

// The first line of CSV has commas and no blanks, unlike a sentence. JSON goes on with a string or
// another bracket, unlike "[error] ..." and "[2026-11-30 ...".
static const char *describe_text(const uint8_t *bytes, size_t size, char text[FILE_KIND_TEXT]) {
    const char *begin = (const char *)bytes + text_begin(bytes, size);
    size_t length = size - (size_t)(begin - (const char *)bytes);
    if (length > 0 && (*begin == '{' || *begin == '[')) {
        size_t next = 1 + text_begin((const uint8_t *)begin + 1, length - 1);
        if (next < length && strchr("\"{}[]", begin[next]))
            return "JSON";
    }
    const char *end = memchr(begin, '\n', length);
    length = end ? (size_t)(end - begin) : length;
    if (memchr(begin, ',', length) && !memchr(begin, ' ', length))
        return "CSV";
    snprintf(text, FILE_KIND_TEXT, "text that begins '%.*s'",
             (int)(length < SHOWN_CHARACTERS ? length : SHOWN_CHARACTERS), begin);
    return text;
}

const char *file_kind_describe(const uint8_t *bytes, size_t size, char text[FILE_KIND_TEXT]) {
    const size_t used = size < FILE_KIND_BYTES ? size : FILE_KIND_BYTES;
    const FileKind *kind = file_kind_find(bytes, used);
    if (size == 0)
        return "an empty one";
    if (kind)
        return kind->name;
    if (is_text(bytes, used))
        return describe_text(bytes, used, text);
    size_t length = (size_t)snprintf(text, FILE_KIND_TEXT, "a file that begins");
    for (size_t i = 0; i < used && i < SHOWN_BYTES; i++)
        length += (size_t)snprintf(text + length, FILE_KIND_TEXT - length, " %02x", bytes[i]);
    return text;
}

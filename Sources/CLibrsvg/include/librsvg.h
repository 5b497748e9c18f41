// Draws SVG documents with librsvg, which is loaded at the first drawing.
#ifndef VAMPC_LIBRSVG_H
#define VAMPC_LIBRSVG_H

#include <stddef.h>

// Receives the next bytes of a PNG file. `closure` is the argument of `librsvg_draw_png`.
typedef void (*librsvg_sink)(void *closure, const unsigned char *bytes, unsigned int byte_count);

// Draws an SVG document over the whole of a PNG picture of `width` × `height` pixels.
//
// Returns 1 after the last byte of the file. Returns 0 on failure, with a reason of at most `capacity` bytes, which
// ends in a zero byte.
int librsvg_draw_png(
  const char *document, size_t byte_count, int width, int height, librsvg_sink sink, void *closure, char *reason,
  size_t capacity);

#endif

// librsvg's own header includes those of GIO and gdk-pixbuf, whose pkg-config files have a flag that SwiftPM refuses
// (-pthread). So this file declares the few functions of librsvg 2.46 and later that vampc calls.
#include <cairo/cairo.h>
#include <stddef.h>

typedef struct _RsvgHandle RsvgHandle;
typedef struct {
  double x, y, width, height;
} RsvgRectangle;
typedef struct {
  unsigned int domain;
  int code;
  char *message;
} GError;

RsvgHandle *rsvg_handle_new_from_data(const unsigned char *data, size_t byte_count, GError **error);
int rsvg_handle_render_document(RsvgHandle *handle, cairo_t *cairo, const RsvgRectangle *viewport, GError **error);
void g_object_unref(void *object);
void g_error_free(GError *error);

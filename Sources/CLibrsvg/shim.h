// librsvg's header asks for GIO's and gdk-pixbuf's, whose pkg-config files give a flag that SwiftPM refuses (-pthread);
// declared here is the little of its stable interface (version 2.46 and later) that is called.
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

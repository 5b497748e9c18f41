// librsvg brings some thirty libraries with it, among them those of the X window system. A program that is linked
// against it loads them all at every start, which takes longer than most commands of vampc run. So this file loads
// librsvg with `dlopen` where a picture is drawn.
#include "librsvg.h"

#include <dlfcn.h>
#include <pthread.h>
#include <stdio.h>

// The parts of the stable interfaces of librsvg (version 2.46 and later), GLib and cairo that are called. Declared here,
// they need no development packages.
typedef struct {
  unsigned int domain;
  int code;
  char *message;
} Error;
typedef struct {
  double x, y, width, height;
} Rectangle;
typedef struct Handle Handle;
typedef struct Surface Surface;
typedef struct Context Context;
typedef int Status;
enum { STATUS_SUCCESS = 0, FORMAT_RGB24 = 1 };

// Functions of the loaded libraries. A library that librsvg depends on is loaded with it, and `dlsym` finds its
// functions through the handle of librsvg.
static struct {
  Handle *(*new_from_data)(const unsigned char *, size_t, Error **);
  int (*render_document)(Handle *, Context *, const Rectangle *, Error **);
  void (*unref)(void *);
  void (*free_error)(Error *);
  Surface *(*create_surface)(int format, int width, int height);
  void (*destroy_surface)(Surface *);
  void (*flush_surface)(Surface *);
  Status (*write_png)(Surface *, Status (*)(void *, const unsigned char *, unsigned int), void *);
  const char *(*status_text)(Status);
  Context *(*create_context)(Surface *);
  void (*destroy_context)(Context *);
} library;
static char load_failure[256];
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void load(void) {
#ifdef __APPLE__
  static const char name[] = "librsvg-2.2.dylib";
#else
  static const char name[] = "librsvg-2.so.2";
#endif
  void *handle = dlopen(name, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    snprintf(load_failure, sizeof load_failure, "%s cannot be loaded (Debian package librsvg2-2)", name);
    return;
  }
  const struct {
    void **function;
    const char *name;
  } functions[] = {
    {(void **)&library.new_from_data, "rsvg_handle_new_from_data"},
    {(void **)&library.render_document, "rsvg_handle_render_document"},
    {(void **)&library.unref, "g_object_unref"},
    {(void **)&library.free_error, "g_error_free"},
    {(void **)&library.create_surface, "cairo_image_surface_create"},
    {(void **)&library.destroy_surface, "cairo_surface_destroy"},
    {(void **)&library.flush_surface, "cairo_surface_flush"},
    {(void **)&library.write_png, "cairo_surface_write_to_png_stream"},
    {(void **)&library.status_text, "cairo_status_to_string"},
    {(void **)&library.create_context, "cairo_create"},
    {(void **)&library.destroy_context, "cairo_destroy"},
  };
  for (size_t index = 0; index < sizeof functions / sizeof *functions; index++) {
    *functions[index].function = dlsym(handle, functions[index].name);
    if (!*functions[index].function) {
      snprintf(load_failure, sizeof load_failure, "%s has no function %s", name, functions[index].name);
      return;
    }
  }
}

struct output {
  librsvg_sink sink;
  void *closure;
};

static Status pass_on(void *closure, const unsigned char *bytes, unsigned int byte_count) {
  const struct output *output = closure;
  output->sink(output->closure, bytes, byte_count);
  return STATUS_SUCCESS;
}

int librsvg_draw_png(
  const char *document, size_t byte_count, int width, int height, librsvg_sink sink, void *closure, char *reason,
  size_t capacity) {
  pthread_once(&once, load);
  if (*load_failure) {
    snprintf(reason, capacity, "%s", load_failure);
    return 0;
  }
  Error *error = NULL;
  Handle *handle = library.new_from_data((const unsigned char *)document, byte_count, &error);
  int drawn = 0;
  if (handle) {
    Surface *surface = library.create_surface(FORMAT_RGB24, width, height);
    Context *context = library.create_context(surface);
    const Rectangle viewport = {0, 0, width, height};
    if (library.render_document(handle, context, &viewport, &error)) {
      library.flush_surface(surface);
      struct output output = {sink, closure};
      const Status status = library.write_png(surface, pass_on, &output);
      drawn = status == STATUS_SUCCESS;
      if (!drawn) snprintf(reason, capacity, "%s", library.status_text(status));
    }
    library.destroy_context(context);
    library.destroy_surface(surface);
    library.unref(handle);
  }
  if (error) {
    snprintf(reason, capacity, "%s", error->message ? error->message : "no reason given");
    library.free_error(error);
  }
  return drawn;
}

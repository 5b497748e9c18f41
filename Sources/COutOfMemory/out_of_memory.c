// Allocation functions that never fail: where memory runs out, they end the program with "out of memory" and status 1.
//
// A program may replace the C library's functions, for all of its libraries too
// (https://www.gnu.org/software/libc/manual/html_node/Replacing-malloc.html). Without these, Swift crashes where an
// allocation fails, OpenBLAS asks for its buffer for ever, and libdispatch waits for ever for a thread.
#define _GNU_SOURCE
#include "out_of_memory.h"

#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

// The C library's own functions, under the names that it exports for this purpose.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

enum { reserve_byte_count = 1 << 18, failure_status = 1 };

static void *reserve;
static void (*clean_up)(void);
static atomic_flag is_ending = ATOMIC_FLAG_INIT;
static _Thread_local int is_this_thread_ending;

void oom_prepare(void (*function)(void)) {
  clean_up = function;
  reserve = malloc(reserve_byte_count);
}

// Writes the message with the limit that the process has, if any. Allocates nothing.
static void write_message(const char *what) {
  char text[256];
  struct rlimit limit;
  const char *line = isatty(STDERR_FILENO) ? "\r\033[K" : "";
  int count = snprintf(text, sizeof text, "%svampc: error: out of memory%s\n", line, what);
  if (getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
    count += snprintf(
        text + count, sizeof text - count, "vampc: hint: this process may have %llu KiB of address space (ulimit -v)\n",
        (unsigned long long)limit.rlim_cur >> 10);
  }
  ssize_t written = write(STDERR_FILENO, text, count);
  (void)written;
}

static _Noreturn void end(const char *what) {
  if (is_this_thread_ending) _exit(failure_status);
  // The first thread ends the program; all others wait for this.
  while (atomic_flag_test_and_set(&is_ending)) pause();
  is_this_thread_ending = 1;
  write_message(what);
  free(reserve);
  if (clean_up) clean_up();
  _exit(failure_status);
}

void *malloc(size_t size) {
  void *memory = __libc_malloc(size);
  if (!memory) end("");
  return memory;
}

void *calloc(size_t count, size_t size) {
  void *memory = __libc_calloc(count, size);
  if (!memory) end("");
  return memory;
}

void *realloc(void *old, size_t size) {
  void *memory = __libc_realloc(old, size);
  // With a size of 0, `realloc` frees `old` and returns no memory.
  if (!memory && size) end("");
  return memory;
}

void *aligned_alloc(size_t alignment, size_t size) {
  void *memory = __libc_memalign(alignment, size);
  if (!memory) end("");
  return memory;
}

void *memalign(size_t alignment, size_t size) { return aligned_alloc(alignment, size); }

int posix_memalign(void **memory, size_t alignment, size_t size) {
  if (alignment % sizeof(void *) || (alignment & (alignment - 1)) || !alignment) return EINVAL;
  *memory = aligned_alloc(alignment, size);
  return 0;
}

// Only a mapping without a file ends the program: the caller reports a file that cannot be mapped.
void *mmap(void *address, size_t size, int protection, int flags, int file, off_t offset) {
  void *memory = (void *)syscall(SYS_mmap, address, size, protection, flags, file, offset);
  if (memory == MAP_FAILED && errno == ENOMEM && (flags & MAP_ANONYMOUS)) end("");
  return memory;
}

// EAGAIN stands for a lack of memory for the stack and for too many threads; the system does not say which.
int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *), void *argument) {
  int (*next)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
  *(void **)&next = dlsym(RTLD_NEXT, "pthread_create");
  int code = next(thread, attributes, start, argument);
  if (code == EAGAIN) end(": cannot start a thread");
  return code;
}

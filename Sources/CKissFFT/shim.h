// Debian builds this library for float; its pkg-config file says so with a flag that SwiftPM refuses.
#define kiss_fft_scalar float
#include <kissfft/kiss_fftr.h>

// Swift cannot call variadic C functions, and libopusenc takes every option through one.
#ifndef VAMPC_OPUS_CONTROL_H
#define VAMPC_OPUS_CONTROL_H

#include <opusenc.h>

// Sets an option. `request` is any OPUS_SET_..._REQUEST or OPE_SET_..._REQUEST whose argument is an integer. Returns
// OPE_OK or an error of libopusenc.
int opus_control_set(OggOpusEnc *encoder, int request, opus_int32 value);

// Sets a callback that gets every packet, the two header packets first. `user_data` must outlive the encoder.
int opus_control_set_packet_callback(OggOpusEnc *encoder, ope_packet_func callback, void *user_data);

#endif

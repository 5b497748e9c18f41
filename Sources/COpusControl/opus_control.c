#include "opus_control.h"

int opus_control_set(OggOpusEnc *encoder, int request, opus_int32 value) {
  return ope_encoder_ctl(encoder, request, value);
}

int opus_control_set_packet_callback(OggOpusEnc *encoder, ope_packet_func callback, void *user_data) {
  return ope_encoder_ctl(encoder, OPE_SET_PACKET_CALLBACK(callback, user_data));
}

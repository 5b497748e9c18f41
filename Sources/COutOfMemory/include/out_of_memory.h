// Ends the program with a message where memory runs out.
#ifndef VAMPC_OUT_OF_MEMORY_H
#define VAMPC_OUT_OF_MEMORY_H

// Keeps some memory in reserve, and sets what is called once, with the reserve released, before the program ends.
//
// `clean_up` runs on the thread that got no memory, wherever that thread is. Memory that runs out in `clean_up` ends
// the program without waiting for its end.
void oom_prepare(void (*clean_up)(void));

#endif

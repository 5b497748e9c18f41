// Ends the program with a message where memory runs out.
#ifndef VAMPC_OUT_OF_MEMORY_H
#define VAMPC_OUT_OF_MEMORY_H

// Reserves 256 KiB, and sets the function that is called once, after the release of the reserve, before the program
// ends for lack of memory.
//
// `clean_up` runs on the thread whose allocation failed, which may hold any lock. If memory runs out in `clean_up`,
// too, the program ends at once.
void oom_prepare(void (*clean_up)(void));

#endif

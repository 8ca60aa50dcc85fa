#ifndef ENDING_H
#define ENDING_H

/// Sees to it that a signal that ends this program ends its children first and removes what is to be removed; once.
void watch_signals(void);

/// Never returns where a signal is ending this program: nothing is to be started or judged any more.
void pause_when_ending(void);

#endif

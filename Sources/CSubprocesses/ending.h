#ifndef ENDING_H
#define ENDING_H

/// Installs, once, the handling of signals that end this program: it ends its children first and removes the leftovers.
void watch_signals(void);

/// Never returns while a signal is ending this program: nothing may be started or judged any more.
void pause_when_ending(void);

#endif

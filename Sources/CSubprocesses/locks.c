// Tells the thread sanitizer about the locks of Swift's Mutex, which the tests wait for at the same time.
//
// An uncontended lock is inlined into our code, where the sanitizer sees it. The wait for a contended one is in a
// library that is built without the sanitizer, so whatever the lock guards would look like a race. These functions take
// the place of that library's, call them, and state the order.

#if defined(__linux__) && defined(__has_feature)
#if __has_feature(thread_sanitizer)

#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

extern void __tsan_acquire(void *);
extern void __tsan_release(void *);

#define LOCK "$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"
#define UNLOCK "$s15Synchronization12_MutexHandleV11_unlockSlowyyF"
#define SELF __attribute__((swift_context)) void *

typedef __attribute__((swiftcall)) void (*wait_for_lock)(uint32_t, SELF);
typedef __attribute__((swiftcall)) void (*pass_on_lock)(SELF);

__attribute__((swiftcall)) void sanitized_lock(uint32_t, SELF) __asm__(LOCK);
__attribute__((swiftcall)) void sanitized_unlock(SELF) __asm__(UNLOCK);

__attribute__((swiftcall)) void sanitized_lock(uint32_t thread, SELF handle) {
    ((wait_for_lock)dlsym(RTLD_NEXT, LOCK))(thread, handle);
    __tsan_acquire(handle);
}

__attribute__((swiftcall)) void sanitized_unlock(SELF handle) {
    __tsan_release(handle);
    ((pass_on_lock)dlsym(RTLD_NEXT, UNLOCK))(handle);
}

#endif
#endif

// Password hashing and the store's flushes share libuv's pool of four threads, so that a burst of sign-ins would hold up
// every commit. The pool reads its size when it is first used: this module must be the first import of the program.
process.env.UV_THREADPOOL_SIZE ??= '16';

#pragma once

/// How often this thread has asked the heap for memory since it began.
long hokmd_allocations(void);

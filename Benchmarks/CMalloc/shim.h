#ifndef HOKMD_CMALLOC_SHIM_H
#define HOKMD_CMALLOC_SHIM_H

/* What the allocator says of itself; Swift's Glibc module leaves it out. */
#include <malloc.h>

#endif

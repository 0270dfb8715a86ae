#ifndef HOKMD_CKERNEL_H
#define HOKMD_CKERNEL_H

/* Calls that Glibc's Swift module leaves out. Nothing of the system is included here: its types would
   be taken for this module's. */

/* No core dump, and no memory for a debugger of the same user. 0 when the kernel agrees. */
int hokmd_forbid_dumps(void);

/* 1 when something keeps the clock in step, 0 when nothing does, -1 when that cannot be known. */
int hokmd_clock_is_synchronised(void);

/* Whether the kernel's generator has been seeded, so that asking it does not wait. */
int hokmd_entropy_is_ready(void);

/* Bytes that this process may lock, at most; LONG_MAX for any number. */
long hokmd_locked_bytes_max(void);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Compiler attributes and the cleanup idiom: HV_AUTO(type) declares a local that is released when
 * it goes out of scope; hv_take() hands such a pointer over. */
#ifndef HV_BASE_ATTR_H
#define HV_BASE_ATTR_H

#include <stddef.h>

#define HV_MUST_USE     __attribute__((warn_unused_result))
#define HV_PRINTF(f, a) __attribute__((format(printf, f, a)))
#define HV_UNUSED       __attribute__((unused))
#define HV_ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* HV_AUTO(arena) expands to: struct hv_arena released with hv_arena_done(&local).
 * A module that offers it defines HV_AUTO_arena. */
#define HV_AUTO(name) HV_AUTO_##name

/* Moves ownership out of a pointer variable: returns it and leaves NULL behind. */
#define hv_take(p)                                                                                 \
	(__extension__({                                                                           \
		__typeof__(p) hv_take_p_ = (p);                                                    \
		__typeof__(*hv_take_p_) hv_take_v_ = *hv_take_p_;                                  \
		*hv_take_p_ = NULL;                                                                \
		hv_take_v_;                                                                        \
	}))

#endif

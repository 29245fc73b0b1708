/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A locale with a decimal comma, made by the build where the system has none. LOCPATH is not set
 * for whole test programs: the constructor of a library that libcurl brings along (p11-kit) then
 * leaks memory of the C library. */
#ifndef HV_TESTS_LOCALE_FIXTURE_H
#define HV_TESTS_LOCALE_FIXTURE_H

#include <locale.h>
#include <stdbool.h>
#include <stdlib.h>

static inline bool comma_locale(void)
{
	const char *made = getenv("HV_LOCALES");

	return (made == NULL || setenv("LOCPATH", made, 1) == 0) &&
	       setlocale(LC_ALL, "de_DE.UTF-8") != NULL;
}

#endif

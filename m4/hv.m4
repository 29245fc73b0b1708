# SPDX-License-Identifier: GPL-3.0-or-later

# HV_C11: the dialect, and the pieces of it that the code rests on.
AC_DEFUN([HV_C11], [
	HV_ADD_FLAG([HV_CFLAGS], [-std=gnu11])
	AC_CACHE_CHECK([whether $CC has _Generic, cleanup and weak symbols], [hv_cv_c11], [
		AC_COMPILE_IFELSE([AC_LANG_SOURCE([[
			static void done(int *p) { (void)p; }
			int weak(void) __attribute__((weak));
			int weak(void) { __attribute__((cleanup(done))) int x = _Generic(1, int: 1); return x; }
		]])], [hv_cv_c11=yes], [hv_cv_c11=no])])
	AS_IF([test "$hv_cv_c11" = no], [AC_MSG_ERROR([a C11 compiler with GNU attributes is needed (gcc or clang)])])
])

# HV_ADD_FLAG(VARIABLE, FLAG): appends FLAG when the compiler knows it.
AC_DEFUN([HV_ADD_FLAG], [
	AS_VAR_PUSHDEF([cache], [hv_cv_flag_$2])
	AC_CACHE_CHECK([whether $CC accepts $2], [cache], [
		hv_saved_CFLAGS=$CFLAGS
		CFLAGS="$CFLAGS -Werror $2"
		AC_LINK_IFELSE([AC_LANG_PROGRAM()], [AS_VAR_SET([cache], [yes])], [AS_VAR_SET([cache], [no])])
		CFLAGS=$hv_saved_CFLAGS])
	AS_VAR_IF([cache], [yes], [$1="$$1 $2"])
	AS_VAR_POPDEF([cache])
	AC_SUBST([$1])
])

AC_DEFUN([HV_ADD_FLAGS], [m4_foreach_w([flag], [$2], [HV_ADD_FLAG([$1], flag)])])

AC_DEFUN([HV_WARNINGS], [
	HV_ADD_FLAGS([HV_CFLAGS], [-Wall -Wextra -Wformat=2 -Wshadow -Wstrict-prototypes
		-Wmissing-prototypes -Wold-style-definition -Wvla -Wcast-qual -Wpointer-arith -Wundef
		-Wwrite-strings -Wconversion -Wimplicit-fallthrough -Wnull-dereference])
	AC_ARG_ENABLE([werror], [AS_HELP_STRING([--enable-werror], [make warnings errors])],
		[], [enable_werror=no])
	AS_IF([test "$enable_werror" = yes], [HV_CFLAGS="$HV_CFLAGS -Werror"])
])

AC_DEFUN([HV_HARDENING], [
	AC_ARG_ENABLE([hardening], [AS_HELP_STRING([--disable-hardening], [leave out hardening flags])],
		[], [enable_hardening=yes])
	AS_IF([test "$enable_hardening" = yes], [
		HV_ADD_FLAGS([HV_CFLAGS], [-fstack-protector-strong -fstack-clash-protection -fcf-protection -fPIE])
		HV_ADD_FLAG([HV_LDFLAGS], [-pie])
		HV_ADD_FLAG([HV_LDFLAGS], [-Wl,-z,relro])
		HV_ADD_FLAG([HV_LDFLAGS], [-Wl,-z,now])
		HV_ADD_FLAG([HV_LDFLAGS], [-Wl,--as-needed])
		AS_CASE([" $CPPFLAGS $CFLAGS "],
			[*_FORTIFY_SOURCE*], [],
			[*-O0*], [],
			[*-fsanitize*], [],
			[AS_IF([test "$enable_sanitizers" != yes], [HV_CPPFLAGS="$HV_CPPFLAGS -D_FORTIFY_SOURCE=2"])])])
	AC_SUBST([HV_CPPFLAGS])
	AC_SUBST([HV_LDFLAGS])
])

# HV_SANITIZERS: AddressSanitizer with leaks, UndefinedBehaviorSanitizer that ends the program.
AC_DEFUN([HV_SANITIZERS], [
	AC_ARG_ENABLE([sanitizers],
		[AS_HELP_STRING([--enable-sanitizers], [build everything with address and undefined behaviour sanitizers])],
		[], [enable_sanitizers=no])
	AS_IF([test "$enable_sanitizers" = yes], [
		HV_CFLAGS="$HV_CFLAGS -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all"])
	AM_CONDITIONAL([SANITIZERS], [test "$enable_sanitizers" = yes])
])

# HV_FUZZING: link the fuzz targets with libFuzzer instead of the program that replays a corpus.
AC_DEFUN([HV_FUZZING], [
	AC_ARG_ENABLE([fuzzing], [AS_HELP_STRING([--enable-fuzzing], [build fuzz targets with libFuzzer (clang)])],
		[], [enable_fuzzing=no])
	AS_IF([test "$enable_fuzzing" = yes], [
		HV_CFLAGS="$HV_CFLAGS -fsanitize=fuzzer-no-link"
		HV_FUZZ_LDFLAGS=-fsanitize=fuzzer])
	AC_SUBST([HV_FUZZ_LDFLAGS])
	AM_CONDITIONAL([FUZZING], [test "$enable_fuzzing" = yes])
])

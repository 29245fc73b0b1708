# SPDX-License-Identifier: GPL-3.0-or-later

# HV_NETSNMP: net-snmp's agent library, for the subagent. What net-snmp-config tells are the flags its own agent was built
# with, hardening and Perl among them: a subagent needs the two libraries alone.
AC_DEFUN([HV_NETSNMP], [
	AC_ARG_WITH([snmp], [AS_HELP_STRING([--without-snmp], [do not build the SNMP subagent, which needs net-snmp])],
		[], [with_snmp=auto])
	AC_ARG_VAR([NETSNMP_CFLAGS], [C compiler flags for net-snmp])
	AC_ARG_VAR([NETSNMP_LIBS], [linker flags for net-snmp @<:@-lnetsnmpagent -lnetsnmp@:>@])
	have_netsnmp=no
	AS_IF([test "$with_snmp" != no], [
		: "${NETSNMP_LIBS=-lnetsnmpagent -lnetsnmp}"
		hv_saved_CPPFLAGS=$CPPFLAGS
		hv_saved_LIBS=$LIBS
		CPPFLAGS="$CPPFLAGS $NETSNMP_CFLAGS"
		LIBS="$NETSNMP_LIBS $LIBS"
		AC_CACHE_CHECK([for net-snmp's agent library], [hv_cv_netsnmp], [
			AC_LINK_IFELSE([AC_LANG_PROGRAM([[
				#include <net-snmp/net-snmp-config.h>
				#include <net-snmp/net-snmp-includes.h>
				#include <net-snmp/agent/net-snmp-agent-includes.h>
				#include <net-snmp/library/fd_event_manager.h>]],
				[[netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
				return init_agent("x") + agent_check_and_process(1) + register_readfd(0, 0, 0);]])],
				[hv_cv_netsnmp=yes], [hv_cv_netsnmp=no])])
		CPPFLAGS=$hv_saved_CPPFLAGS
		LIBS=$hv_saved_LIBS
		have_netsnmp=$hv_cv_netsnmp])
	AS_IF([test "$with_snmp" = yes && test "$have_netsnmp" = no],
		[AC_MSG_ERROR([net-snmp's agent library is needed for --with-snmp (Debian: libsnmp-dev, Fedora: net-snmp-devel)])])
	AM_CONDITIONAL([HAVE_NETSNMP], [test "$have_netsnmp" = yes])
])

# SPDX-License-Identifier: GPL-3.0-or-later

# HV_ARG_MIB_ROOT: where HYPERV-BACKUP-MIB stands below enterprises (1.3.6.1.4.1). An object identifier has at most 128
# sub-identifiers (RFC 2578 3.5); the longest index and what stands before it leave 16 for the root. mib_edit is what sed does to
# the module's text; by default nothing, since the nodes above the root have names there.
AC_DEFUN([HV_ARG_MIB_ROOT], [
	AC_ARG_WITH([mib-root],
		[AS_HELP_STRING([--with-mib-root=SUBIDS],
			[root of HYPERV-BACKUP-MIB below enterprises (8072.9999.9999.5985, in the playpen of net-snmp)])],
		[mib_root=$withval], [mib_root=default])
	mib_edit=
	AS_IF([test "$mib_root" = default], [mib_root=8072.9999.9999.5985],
		[mib_edit="s/::= { enterprises .*}/::= { enterprises `echo "$mib_root" | tr . ' '` }/"])
	hv_mib_ids='1, 3, 6, 1, 4, 1'
	hv_mib_left=10
	hv_mib_rest=$mib_root.
	while test -n "$hv_mib_rest"; do
		hv_mib_id=${hv_mib_rest%%.*}
		hv_mib_rest=${hv_mib_rest@%:@*.}
		AS_CASE([$hv_mib_id],
			[''|*[[!0-9]]*|0?*|???????????*], [hv_mib_id=bad],
			[AS_IF([test "$hv_mib_id" -gt 4294967295], [hv_mib_id=bad])])
		hv_mib_left=`expr $hv_mib_left - 1`
		AS_IF([test "$hv_mib_id" = bad || test "$hv_mib_left" -lt 0],
			[AC_MSG_ERROR([--with-mib-root=$mib_root: give 1 to 10 numbers from 0 to 4294967295 with dots between them])])
		hv_mib_ids="$hv_mib_ids, $hv_mib_id"
	done
	AC_DEFINE_UNQUOTED([HV_MIB_ROOT], [$hv_mib_ids], [Sub-identifiers of hypervBackupMIB.])
	AC_SUBST([mib_edit])
	AC_SUBST([mib_root])
])

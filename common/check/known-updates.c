/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "check/known-updates.h"

#include <stddef.h>

enum {
	BUILD_2008 = 6001,
	BUILD_2008_LAST = 6003,
	BUILD_2008_R2 = 7600,
	BUILD_2008_R2_SP1 = 7601,
	BUILD_2012 = 9200,
	BUILD_2012_R2 = 9600,
};

#define HYPERV_LIST "Microsoft, KB3135020"

#define MEMBER_2012_R2(number_)                                                                    \
	{                                                                                          \
		.number = (number_), .min_build = BUILD_2012_R2, .max_build = BUILD_2012_R2,       \
		.source = HYPERV_LIST,                                                             \
	}

const struct hv_known_update hv_known_updates[] = {
	{
		.number = 956697,
		.min_build = BUILD_2008,
		.max_build = BUILD_2008_LAST,
		.subject = "the VSS writer is not used when the configuration of a VM is corrupt",
		.source = "field reports",
	},
	{
		.number = 959978,
		.min_build = BUILD_2008,
		.max_build = BUILD_2008_LAST,
		.subject = "a guest with Windows Server 2003 leaves its VSS writer in state 9",
		.source = "field reports",
	},
	{
		.number = 958184,
		.min_build = BUILD_2008,
		.max_build = BUILD_2008_LAST,
		.subject = "VMs on a volume that is mounted by its GUID",
		.source = "field reports",
	},
	{
		.number = 975354,
		.min_build = BUILD_2008_R2,
		.max_build = BUILD_2008_R2,
		.subject = "parallel backups on cluster shared volumes fail, 0x800423F4 of guests "
			   "with iSCSI, truncated application data",
		.note = "Service Pack 1 holds it",
		.source = "Microsoft, KB975354",
		.sure = true,
	},
	{
		.number = 975695,
		.min_build = BUILD_2008_R2,
		.max_build = BUILD_2008_R2_SP1,
		.subject = "a disk of a snapshot with the signature of another disk",
		.source = "Microsoft, KB975695",
	},
	{
		.number = 2878635,
		.min_build = BUILD_2012,
		.max_build = BUILD_2012,
		.subject = "snapshots of cluster shared volumes are not cleaned up, deadlocks of "
			   "the resource host, a registry hive that grows",
		.note = "replaces KB2870270, holds KB2869923 and KB2908415",
		.source = "Microsoft, KB2878635",
		.sure = true,
	},
	{
		.number = 2996928,
		.min_build = BUILD_2012,
		.max_build = BUILD_2012,
		.subject = "error 12366 of VSS after the rollup of November 2014",
		.source = "field reports",
	},
	{
		.number = 2964439,
		.min_build = BUILD_2012_R2,
		.max_build = BUILD_2012_R2,
		.subject = "a backup leaves the VM locked",
		.source = "Microsoft, KB3059372",
		.sure = true,
	},
	{
		.number = 3046826,
		.min_build = BUILD_2012_R2,
		.max_build = BUILD_2012_R2,
		.subject = "integration services cannot be upgraded and Windows VMs cannot be "
			   "backed up",
		.source = HYPERV_LIST,
		.sure = true,
	},
	{
		.number = 3063283,
		.min_build = BUILD_2012_R2,
		.max_build = BUILD_2012_R2,
		.subject = "backup of the Hyper-V integration components",
		.source = HYPERV_LIST,
		.sure = true,
	},
	MEMBER_2012_R2(3000850), /* rollup of November 2014 */
	MEMBER_2012_R2(3095308),
	MEMBER_2012_R2(3027108),
	MEMBER_2012_R2(3049443),
	MEMBER_2012_R2(3037313),
	MEMBER_2012_R2(3050765),
	MEMBER_2012_R2(3025091),
	MEMBER_2012_R2(3018489),
	MEMBER_2012_R2(3068444),
	MEMBER_2012_R2(3031598),
	MEMBER_2012_R2(3060975),
	MEMBER_2012_R2(3020717),
	MEMBER_2012_R2(3044457),
	MEMBER_2012_R2(3036173),
	MEMBER_2012_R2(3102354),
	MEMBER_2012_R2(3092604),
	MEMBER_2012_R2(3139896),
	MEMBER_2012_R2(3141074),
	MEMBER_2012_R2(3137691),
	{ .number = 0 },
};

const struct hv_update_article hv_update_articles[] = {
	{ 2545685, "a list of recommended hotfixes for failover clusters of Windows Server 2008 R2 "
		   "SP1" },
	{ 2784261, "a list of recommended hotfixes for failover clusters of Windows Server 2012" },
	{ 2920151,
		"a list of recommended hotfixes for failover clusters of Windows Server 2012 R2" },
	{ 3135020, "a list of recommended updates for Hyper-V on Windows Server 2012 R2" },
	{ 3175561, "an article on AutoRecovery.avhdx files, which tells a workaround" },
	{ .number = 0 },
};

const struct hv_update_article *hv_update_article(uint32_t number)
{
	for (const struct hv_update_article *a = hv_update_articles; a->number != 0; a++)
		if (a->number == number)
			return a;
	return NULL;
}

bool hv_known_update_fits(const struct hv_known_update *update, uint32_t build)
{
	return build >= update->min_build && build <= update->max_build;
}

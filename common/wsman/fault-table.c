/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The codes that faults come with. Names and meanings of 0x80338xxx: message table of wsmres.dll
 * and the constants of wsmerror.h; of 0x800410xx: wbemcli.h [WMI error constants]; the others are
 * Win32 errors, plain or as HRESULTs [MS-ERREF 2.1, 2.2]. */
#include "wsman/fault.h"

#define WSMAN "wsmerror.h"
#define WMI   "WMI error constants"
#define ERREF "MS-ERREF"
#define EVT   "wevtfwd.dll message table"

#define LIST_PLUGINS "winrm enumerate winrm/config/plugin"
#define LIST_CHANNELS                                                                              \
	"foreach ($l in Get-WinEvent -ListLog *Hyper-V*,System) { \"$($l.IsEnabled) $($l.LogName)\" }"
#define MORE_SHELLS "winrm set winrm/config/winrs '@{MaxShellsPerUser=\"30\"}'"
#define MORE_OPERATIONS                                                                            \
	"winrm set winrm/config/service '@{MaxConcurrentOperationsPerUser=\"1500\"}'"
#define LARGER_ENVELOPE "winrm set winrm/config '@{MaxEnvelopeSizekb=\"500\"}'"
#define ALLOW_SHELLS    "winrm set winrm/config/winrs '@{AllowRemoteShellAccess=\"true\"}'"
#define CHECK_WMI       "winmgmt /verifyrepository; Get-Service Winmgmt,vmms"

static const struct hv_fault_info infos[] = {
	{ 5, HV_FAULT_ACCESS_WINRM, true, "the account may not use WinRM", HV_ADVICE_WINRM, ERREF },
	{ 0x80070005, HV_FAULT_ACCESS_WINRM, true, "the account may not use WinRM", HV_ADVICE_WINRM,
		ERREF },
	{ 995, HV_FAULT_ABORTED, true, "the host ended the operation early", NULL, ERREF },
	{ 0x800703E3, HV_FAULT_ABORTED, true, "the host ended the operation early", NULL, ERREF },
	{ 0x800703FA, HV_FAULT_ABORTED, true, "the account's profile was just being unloaded", NULL,
		ERREF },
	{ 5001, HV_FAULT_INVALID_QUERY, false, "the host did not accept the event query", NULL,
		EVT },
	{ 5004, HV_FAULT_CHANNEL, false, "no event channel of the query is active or readable",
		LIST_CHANNELS, EVT },
	{ 15001, HV_FAULT_INVALID_QUERY, false, "the host did not accept the event query", NULL,
		ERREF },
	{ 15007, HV_FAULT_CHANNEL, false, "the host has no such event channel", LIST_CHANNELS,
		ERREF },
	{ 0x80070002, HV_FAULT_NO_PROGRAM, true, "the host did not find the program", NULL, ERREF },
	{ 0x800700CE, HV_FAULT_COMMAND_LINE, true, "the command line is too long for the host",
		NULL, ERREF },

	{ 0x80041001, HV_FAULT_PROVIDER, true, "WMI failed", CHECK_WMI, WMI },
	{ 0x80041002, HV_FAULT_NO_RESOURCE, false, "WMI knows no such object", NULL, WMI },
	{ 0x80041003, HV_FAULT_ACCESS_WMI, false, "the account may not read the WMI namespace",
		HV_ADVICE_HYPERV, WMI },
	{ 0x8004100E, HV_FAULT_INVALID_NAMESPACE, false, "the host has no such WMI namespace",
		HV_ADVICE_ROLE, WMI },
	{ 0x80041010, HV_FAULT_INVALID_CLASS, false, "the host has no such WMI class", CHECK_WMI,
		WMI },
	{ 0x80041013, HV_FAULT_PROVIDER, false, "WMI could not load the provider of the class",
		CHECK_WMI, WMI },
	{ 0x80041017, HV_FAULT_INVALID_QUERY, false, "WMI did not accept the query", NULL, WMI },
	{ 0x8004106C, HV_FAULT_QUOTA, false, "a quota of WMI on the host is used up", CHECK_WMI,
		WMI },

	{ 2150858752U, HV_FAULT_NO_RESOURCE, true,
		"the host has no such instance, class, namespace or plug-in", LIST_PLUGINS, WSMAN },
	{ 2150858754U, HV_FAULT_NO_RESOURCE, true, "the host does not know the resource",
		LIST_PLUGINS, WSMAN },
	{ 2150858758U, HV_FAULT_REQUEST, false, "a pull is under way already", NULL, WSMAN },
	{ 2150858762U, HV_FAULT_CONTEXT_LOST, false,
		"the subscription ended because nothing was pulled from it in time", NULL, WSMAN },
	{ 2150858763U, HV_FAULT_CONTEXT_LOST, false, "the source of events fell silent", NULL,
		WSMAN },
	{ 2150858767U, HV_FAULT_REQUEST, false, "the host did not accept the request's header",
		NULL, WSMAN },
	{ 2150858777U, HV_FAULT_REQUEST, false, "the host does not know the query language", NULL,
		WSMAN },
	{ 2150858778U, HV_FAULT_INVALID_QUERY, true,
		"the host has no such WMI class, or did not accept the query", CHECK_WMI, WSMAN },
	{ 2150858779U, HV_FAULT_CONTEXT_LOST, false, "the host has forgotten the enumeration", NULL,
		WSMAN },
	{ 2150858780U, HV_FAULT_NO_EVENTS, false, "nothing came in the time allowed", NULL, WSMAN },
	{ 2150858793U, HV_FAULT_TIMED_OUT, true,
		"the host did not complete the operation in the time allowed", CHECK_WMI, WSMAN },
	{ 2150858808U, HV_FAULT_CONTEXT_LOST, false, "the host did not accept the bookmark", NULL,
		WSMAN },
	{ 2150858813U, HV_FAULT_SELECTORS, true, "the keys of the object are wrong", NULL, WSMAN },
	{ 2150858823U, HV_FAULT_ENCODING_LIMIT, false, "the allowed size of an answer is too small",
		LARGER_ENVELOPE, WSMAN },
	{ 2150858824U, HV_FAULT_ENCODING_LIMIT, false, "the answer is larger than the host allows",
		LARGER_ENVELOPE, WSMAN },
	{ 2150858825U, HV_FAULT_ENCODING_LIMIT, false,
		"the answer is larger than an internal limit of the host", LARGER_ENVELOPE, WSMAN },
	{ 2150858832U, HV_FAULT_CONTEXT_LOST, false, "the bookmark has expired", NULL, WSMAN },
	{ 2150858842U, HV_FAULT_SELECTORS, true, "keys of the object are missing", NULL, WSMAN },
	{ 2150858843U, HV_FAULT_SELECTORS, true,
		"the host does not know the object, shell or command", NULL, WSMAN },
	{ 2150858845U, HV_FAULT_SELECTORS, true, "a key of the object has the wrong type", NULL,
		WSMAN },
	{ 2150858859U, HV_FAULT_REQUEST, false, "the host does not support bookmarks", NULL,
		WSMAN },
	{ 2150858878U, HV_FAULT_ENCODING_LIMIT, false, "the allowed size of an answer is too small",
		LARGER_ENVELOPE, WSMAN },
	{ 2150858884U, HV_FAULT_CONTEXT_LOST, false, "the enumeration ended with the pull before",
		NULL, WSMAN },
	{ 2150859002U, HV_FAULT_SELECTORS, true, "keys of the object are missing", NULL, WSMAN },
	{ 2150859003U, HV_FAULT_REQUEST, false, "the query needs the resource of all classes", NULL,
		WSMAN },
	{ 2150859007U, HV_FAULT_REQUEST, false, "the host supports delivery by pull alone", NULL,
		WSMAN },
	{ 2150859008U, HV_FAULT_ENCODING_LIMIT, false,
		"objects within objects are nested too deep for the host", NULL, WSMAN },
	{ 2150859010U, HV_FAULT_PROVIDER, true, "the WMI provider could not do it", CHECK_WMI,
		WSMAN },
	{ 2150859012U, HV_FAULT_ACCESS_WMI, false, "the account may not use WMI", HV_ADVICE_HYPERV,
		WSMAN },
	{ 2150859013U, HV_FAULT_ACCESS_WMI, false, "the account may not read the WMI namespace",
		HV_ADVICE_HYPERV, WSMAN },
	{ 2150859025U, HV_FAULT_ENCODING_LIMIT, false, "the request is larger than the host allows",
		LARGER_ENVELOPE, WSMAN },
	{ 2150859042U, HV_FAULT_INVALID_QUERY, true, "the query is invalid or too complex", NULL,
		WSMAN },
	{ 2150859072U, HV_FAULT_CODE_PAGE, false, "the host cannot set the code page UTF-8", NULL,
		WSMAN },
	{ 2150859173U, HV_FAULT_QUOTA, false, "the account has too many shells open", MORE_SHELLS,
		WSMAN },
	{ 2150859174U, HV_FAULT_QUOTA, false, "the account has too many operations open",
		MORE_OPERATIONS, WSMAN },
	{ 2150859175U, HV_FAULT_QUOTA, false, "the account asks too often", MORE_OPERATIONS,
		WSMAN },
	{ 2150859176U, HV_FAULT_QUOTA, false, "the host is asked too often", MORE_OPERATIONS,
		WSMAN },
	{ 2150859179U, HV_FAULT_QUOTA, false, "too many accounts have shells open",
		"winrm set winrm/config/winrs '@{MaxConcurrentUsers=\"10\"}'", WSMAN },
	{ 2150859180U, HV_FAULT_ACCESS_SHELL, false, "remote shells are switched off", ALLOW_SHELLS,
		WSMAN },
	{ 2150859181U, HV_FAULT_REQUEST, false, "the pull differs from its enumeration", NULL,
		WSMAN },
	{ 2150859236U, HV_FAULT_QUOTA, false, "a quota of the plug-in is used up", LIST_PLUGINS,
		WSMAN },
	{ 2150859237U, HV_FAULT_QUOTA, false, "a quota of the plug-in is used up", LIST_PLUGINS,
		WSMAN },
	{ 2150859238U, HV_FAULT_QUOTA, false, "a quota of the plug-in is used up", LIST_PLUGINS,
		WSMAN },
	{ 2150859239U, HV_FAULT_QUOTA, false, "a quota of the plug-in is used up", LIST_PLUGINS,
		WSMAN },
	{ 2150859240U, HV_FAULT_QUOTA, false, "a quota of the plug-in is used up", LIST_PLUGINS,
		WSMAN },
	{ 2150859241U, HV_FAULT_QUOTA, false, "a quota of the plug-in is used up", LIST_PLUGINS,
		WSMAN },
};

const struct hv_fault_info *hv_fault_info_find(uint32_t code)
{
	for (size_t i = 0; i < HV_ARRAY_LEN(infos); i++)
		if (infos[i].code == code)
			return &infos[i];
	return NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a fault of a host means. It is decided by numbers, and by the file name of the provider that
 * failed, never by texts: those come in the language of the host. [MS-WSMV 2.2.4.43; DSP0226 14] */
#ifndef HV_WSMAN_FAULT_H
#define HV_WSMAN_FAULT_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "wsman/answer.h"

/* What gives an account the rights it needs on the host: well-known groups, by their numbers, since
 * their names are translated [well-known SIDs]. */
#define HV_ADVICE_RIGHT(sid)     "Add-LocalGroupMember -SID " sid " -Member 'DOMAIN\\account'"
#define HV_ADVICE_HYPERV         HV_ADVICE_RIGHT("S-1-5-32-578") /* Hyper-V Administrators */
#define HV_ADVICE_WINRM          HV_ADVICE_RIGHT("S-1-5-32-580") /* Remote Management Users */
#define HV_ADVICE_EVENTS         HV_ADVICE_RIGHT("S-1-5-32-573") /* Event Log Readers */
#define HV_ADVICE_ADMINISTRATORS HV_ADVICE_RIGHT("S-1-5-32-544")

/* Whether the Hyper-V role is there. */
#define HV_ADVICE_ROLE "Get-WindowsFeature Hyper-V; Get-Service vmms"

enum hv_fault_kind {
	HV_FAULT_OTHER = 0,     /* nothing known about its code */
	HV_FAULT_ACCESS_WINRM,  /* logged in, but may not use WinRM */
	HV_FAULT_ACCESS_WMI,    /* may not use the WMI namespace */
	HV_FAULT_ACCESS_EVENTS, /* may not read event logs */
	HV_FAULT_ACCESS_SHELL,  /* may not run commands, or nobody may */
	HV_FAULT_INVALID_NAMESPACE,
	HV_FAULT_INVALID_CLASS,
	HV_FAULT_INVALID_QUERY, /* the query cannot be processed; mostly class or namespace */
	HV_FAULT_NO_RESOURCE,   /* no such instance, class, namespace or plug-in */
	HV_FAULT_SELECTORS,     /* also: the shell or command is gone */
	HV_FAULT_QUOTA,
	HV_FAULT_TIMED_OUT,      /* the host's time for the operation was over */
	HV_FAULT_NO_EVENTS,      /* pull: nothing came in time, the subscription lives */
	HV_FAULT_CONTEXT_LOST,   /* enumeration or subscription is gone: start again */
	HV_FAULT_ENCODING_LIMIT, /* an envelope is larger than allowed */
	HV_FAULT_CHANNEL,        /* the event channel is not there or not active */
	HV_FAULT_PROVIDER,       /* WMI provider failed */
	HV_FAULT_NO_PROGRAM,     /* remote command: program not found */
	HV_FAULT_COMMAND_LINE,   /* remote command: line too long */
	HV_FAULT_CODE_PAGE,
	HV_FAULT_ABORTED, /* worth one more attempt */
	HV_FAULT_REQUEST, /* the host did not understand the request */
};

struct hv_fault_info {
	uint32_t code;
	enum hv_fault_kind kind;
	bool vague;          /* a code within, when there is one that is known, tells more */
	const char *meaning; /* for people: "the account may not use WinRM" */
	const char *advice;  /* what to type on the host, PowerShell as administrator; NULL: none */
	const char *source;  /* where meaning and name of the code come from */
};

/* NULL when nothing is known about a code. */
const struct hv_fault_info *hv_fault_info_find(uint32_t code);

enum { HV_FAULT_MAX_CODES = 8 };

/* Texts are borrowed from the answer, never NULL, without the blanks of pretty printing. */
struct hv_fault {
	enum hv_fault_kind kind;
	uint32_t code;                      /* the one that decided, else the outermost; 0: none */
	uint32_t codes[HV_FAULT_MAX_CODES]; /* all, the outermost first */
	size_t code_count;
	const char *subcode;              /* "TimedOut" */
	const char *message;              /* the innermost, in the language of the host */
	const char *provider;             /* file name of the provider that failed, "" */
	const struct hv_fault_info *info; /* NULL: nothing known */
};

/* The fault that an answer is. False when it is none; *ret is zero then. */
int hv_fault_read(struct hv_answer *answer, bool *ret_is_fault, struct hv_fault *ret,
	struct hv_err *err) HV_MUST_USE;

/* A bare "access denied" does not tell who denied; the operation may: then it is to say
 * HV_FAULT_ACCESS_EVENTS or HV_FAULT_ACCESS_SHELL. Other faults stay as they are. */
void hv_fault_narrow(struct hv_fault *fault, enum hv_fault_kind denied);

/* Sets err to the meaning and the host's words; the advice is for the caller to place. Returns -1.
 */
int hv_fault_to_err(const struct hv_fault *fault, struct hv_err *err);

#endif

/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names that are ordinary words. A virtual machine called "backup" must not change what Windows
 * says about backups. */
#include <stdbool.h>
#include <string.h>

#include "base/utf.h"
#include "cim/redact-words.h"

enum { SHORT_WORD = 3 };

/* Words of Windows' own texts, which stay in sentences even if something is called like this. */
static const char *const plain_words[] = {
	"access",
	"administrator",
	"available",
	"backed",
	"background",
	"backup",
	"backups",
	"been",
	"cancelled",
	"canceled",
	"cannot",
	"change",
	"changed",
	"changes",
	"checkpoint",
	"checkpoints",
	"complete",
	"completed",
	"component",
	"computer",
	"configuration",
	"controller",
	"could",
	"create",
	"created",
	"critical",
	"data",
	"delete",
	"deleted",
	"denied",
	"device",
	"disk",
	"disks",
	"domain",
	"drive",
	"error",
	"event",
	"export",
	"failed",
	"failure",
	"file",
	"files",
	"folder",
	"found",
	"from",
	"general",
	"group",
	"guest",
	"hard",
	"have",
	"host",
	"image",
	"import",
	"information",
	"integration",
	"interrupted",
	"local",
	"machine",
	"machines",
	"main",
	"management",
	"memory",
	"merge",
	"microsoft",
	"migration",
	"more",
	"name",
	"network",
	"operation",
	"path",
	"physical",
	"power",
	"provider",
	"replica",
	"required",
	"restart",
	"restore",
	"resume",
	"revert",
	"running",
	"saved",
	"scsi",
	"server",
	"service",
	"services",
	"shadow",
	"snapshot",
	"snapshots",
	"standard",
	"start",
	"started",
	"state",
	"stop",
	"stopped",
	"storage",
	"success",
	"switch",
	"system",
	"test",
	"that",
	"time",
	"update",
	"user",
	"users",
	"value",
	"version",
	"virtual",
	"volume",
	"volumes",
	"warning",
	"windows",
	"with",
	"worker",
	"writer",
};

bool hv_word_is_plain(const char *text, size_t len)
{
	bool only_letters = true;
	bool only_digits = true;

	for (size_t i = 0; i < len; i++) {
		const char c = text[i];

		only_digits = only_digits && c >= '0' && c <= '9';
		only_letters = only_letters && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'));
	}
	if (len == 1 || (len <= SHORT_WORD && only_letters) || only_digits)
		return true;
	for (size_t i = 0; only_letters && i < HV_ARRAY_LEN(plain_words); i++)
		if (hv_utf8_caseeq(text, plain_words[i]))
			return true;
	return false;
}

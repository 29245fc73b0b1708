/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Answers for tests: an envelope around a body, and recorded answers of real hosts, read in place
 * where HV_TESTDATA tells where they lie. */
#ifndef HV_TESTS_WSMAN_FIXTURE_H
#define HV_TESTS_WSMAN_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/file.h"
#include "wsman/answer.h"
#include "wsman/uri.h"

#define ENVELOPE(body)                                                                             \
	"<s:Envelope xmlns:s=\"" HV_URI_S "\" xmlns:a=\"" HV_URI_A "\" xmlns:n=\"" HV_URI_N        \
	"\" xmlns:w=\"" HV_URI_W "\" xmlns:e=\"" HV_URI_E "\" xmlns:x=\"" HV_URI_X                 \
	"\" xmlns:rsp=\"" HV_URI_RSP                                                               \
	"\"><s:Header><a:Action>urn:x</a:Action><a:RelatesTo>\n uuid:A1\n</a:RelatesTo>"           \
	"</s:Header><s:Body>" body "</s:Body></s:Envelope>"

/* Whether the folder of recorded answers is there, and its path. */
static inline bool recorded_dir(char path[2048])
{
	const char *dir = getenv("HV_TESTDATA");
	const int n = snprintf(path, 2048, "%s/wsman", dir != NULL ? dir : "");

	return dir != NULL && n > 0 && n < 2048 && access(path, R_OK | X_OK) == 0;
}

static inline int parse_recorded(
	struct hv_answer *answer, const char *dir, const char *name, struct hv_err *err)
{
	HV_AUTO(bytes) bytes = NULL;
	char path[4096];
	size_t len = 0;
	const int n = snprintf(path, sizeof(path), "%s/%s", dir, name);

	if (n < 0 || (size_t)n >= sizeof(path) ||
		hv_file_load(path, HV_ANSWER_MAX_BYTES, &bytes, &len, NULL, err) < 0) {
		*answer = (struct hv_answer){ .doc = NULL };
		return -1;
	}
	return hv_answer_parse(answer, bytes, len, err);
}

static inline int parse_text(struct hv_answer *answer, const char *text, struct hv_err *err)
{
	hv_err_clear(err);
	return hv_answer_parse(answer, (const uint8_t *)text, strlen(text), err);
}

#endif
